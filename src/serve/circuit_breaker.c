#include "serve/circuit_breaker.h"

#include "base/clock.h"
#include "serve/call.h"
#include "serve/deadline.h"

static struct circuit_breaker *breaker_of(struct request_context *context,
                                          const struct breaker_policy *policy) {
    return &context->breakers[policy->index];
}

/*
 * Whether the outcome indicates that the server is down, or that a proxy cannot reach it. Any other
 * response, including an error or a truncated response, shows that the server runs: one failing
 * endpoint must not suspend all others.
 */
static bool is_failure(const struct upstream_call *call) {
    if (call->outcome == UPSTREAM_UNREACHABLE)
        return call->status == 0;
    return call->outcome == UPSTREAM_TIMEOUT || (call->status >= 502 && call->status <= 504);
}

static void note(struct request_context *context, const struct breaker_policy *policy,
                 bool failed) {
    struct breaker_state *state = &breaker_of(context, policy)->state;
    struct text name = policy->upstream->name;
    if (failed && breaker_state_fail(state, &policy->limits, clock_now_ms()))
        log_write(context->log, LOG_LEVEL_WARN,
                  "upstream %.*s: %ld consecutive failures: requests that need it get 503, and it "
                  "is probed every %ld ms, until it answers",
                  TEXT_ARGUMENT(name), policy->limits.failures, policy->limits.retry_after_ms);
    else if (!failed && breaker_state_succeed(state))
        log_write(context->log, LOG_LEVEL_WARN, "upstream %.*s: answers again",
                  TEXT_ARGUMENT(name));
}

static void probe(struct request_context *context, const struct breaker_policy *policy) {
    struct upstream_call *call = arena_allocate(context->arena, sizeof *call);
    if (call_build_probe(context, policy, call) || !deadline_admits(context, call))
        return;
    call_add_span(context, call);
    call_make(context, &call, 1);
    if (!deadline_cut_short(call))
        note(context, policy, is_failure(call));
}

/* `Retry-After` (RFC 9110, 10.2.3) has whole seconds. */
static void suspend(struct request_context *context, const struct circuit_breaker *breaker,
                    struct upstream_call *call) {
    long seconds = (long)((breaker_state_wait_ms(&breaker->state, clock_now_ms()) + 999) / 1000);
    call->outcome = UPSTREAM_SUSPENDED;
    call->response = text_of("");
    call->retry_after = text_format(context->arena, "%ld", seconds > 0 ? seconds : 1);
    call->error = "not made: its upstream is down";
}

bool circuit_breaker_allow(struct request_context *context, const struct upstream *upstream,
                           struct upstream_call *call) {
    const struct breaker_policy *policy = upstream->breaker;
    if (!policy)
        return true;
    struct circuit_breaker *breaker = breaker_of(context, policy);
    if (!breaker->state.open)
        return true;
    if (breaker_state_phase(&breaker->state, clock_now_ms()) == BREAKER_HALF_OPEN)
        probe(context, policy);
    if (!breaker->state.open)
        return true;
    suspend(context, breaker, call);
    return false;
}

void circuit_breaker_record(struct request_context *context, const struct upstream *upstream,
                            const struct upstream_call *call) {
    if (!upstream->breaker || call->outcome == UPSTREAM_SUSPENDED || deadline_cut_short(call))
        return;
    struct circuit_breaker *breaker = breaker_of(context, upstream->breaker);
    bool failed = is_failure(call);
    breaker->failed = breaker->failed || failed;
    breaker->answered = breaker->answered || !failed;
}

void circuit_breaker_commit(struct request_context *context) {
    const struct table *table = context->table;
    for (size_t i = 0; i < table->upstream_count; i++) {
        const struct breaker_policy *policy = table->upstreams[i].breaker;
        if (!policy)
            continue;
        struct circuit_breaker *breaker = breaker_of(context, policy);
        if (breaker->answered || breaker->failed)
            note(context, policy, !breaker->answered);
        breaker->answered = breaker->failed = false;
    }
}
