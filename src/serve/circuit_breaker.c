#include "serve/circuit_breaker.h"

#include "base/clock.h"
#include "serve/deadline.h"

static struct guard *guard_of(struct exchange *exchange, const struct breaker_policy *policy) {
    return &exchange->guards[policy->index];
}

/*
 * Whether the outcome is that of a server that is down, or whose front has nobody behind it. Any
 * other answer, be it an error or one that breaks off, shows that somebody is there: one endpoint
 * that fails must not close all the others.
 */
static bool is_failure(const struct upstream_call *call) {
    if (call->outcome == UPSTREAM_UNREACHABLE)
        return call->status == 0;
    return call->outcome == UPSTREAM_TIMEOUT || (call->status >= 502 && call->status <= 504);
}

static void note(struct exchange *exchange, const struct breaker_policy *policy, bool failed) {
    struct breaker *breaker = &guard_of(exchange, policy)->breaker;
    struct text name = policy->upstream->name;
    if (failed && breaker_fail(breaker, &policy->limits, clock_now_ms()))
        log_write(exchange->log, LOG_LEVEL_WARN,
                  "upstream %.*s: %ld failures in a row: until it answers, requests that need it "
                  "are answered 503, and it is tried every %ld ms",
                  TEXT_ARGUMENT(name), policy->limits.failures, policy->limits.retry_after_ms);
    else if (!failed && breaker_succeed(breaker))
        log_write(exchange->log, LOG_LEVEL_WARN, "upstream %.*s: it answers again",
                  TEXT_ARGUMENT(name));
}

static void probe(struct exchange *exchange, const struct breaker_policy *policy) {
    struct upstream_call *call = arena_allocate(exchange->arena, sizeof *call);
    if (!call_build_probe(exchange, policy, call) || !deadline_admits(exchange, call))
        return;
    call_add_span(exchange, call);
    upstream_perform(exchange->client, &call, 1);
    if (!deadline_cut_short(call))
        note(exchange, policy, is_failure(call));
}

/* `Retry-After` (RFC 9110, 10.2.3) knows whole seconds. */
static void suspend(struct exchange *exchange, const struct guard *guard,
                    struct upstream_call *call) {
    long seconds = (long)((breaker_wait_ms(&guard->breaker, clock_now_ms()) + 999) / 1000);
    call->outcome = UPSTREAM_SUSPENDED;
    call->response = text_of("");
    call->retry_after = text_format(exchange->arena, "%ld", seconds > 0 ? seconds : 1);
    call->error = "not made: its upstream is down";
}

bool guard_admits(struct exchange *exchange, const struct upstream *upstream,
                  struct upstream_call *call) {
    const struct breaker_policy *policy = upstream->breaker;
    if (!policy)
        return true;
    struct guard *guard = guard_of(exchange, policy);
    if (!guard->breaker.open)
        return true;
    if (breaker_state_at(&guard->breaker, clock_now_ms()) == BREAKER_HALF_OPEN)
        probe(exchange, policy);
    if (!guard->breaker.open)
        return true;
    suspend(exchange, guard, call);
    return false;
}

void guard_hear(struct exchange *exchange, const struct upstream *upstream,
                const struct upstream_call *call) {
    if (!upstream->breaker || call->outcome == UPSTREAM_SUSPENDED || deadline_cut_short(call))
        return;
    struct guard *guard = guard_of(exchange, upstream->breaker);
    bool failed = is_failure(call);
    guard->failed = guard->failed || failed;
    guard->answered = guard->answered || !failed;
}

void guard_settle(struct exchange *exchange) {
    const struct table *table = exchange->table;
    for (size_t i = 0; i < table->upstream_count; i++) {
        const struct breaker_policy *policy = table->upstreams[i].breaker;
        if (!policy)
            continue;
        struct guard *guard = guard_of(exchange, policy);
        if (guard->answered || guard->failed)
            note(exchange, policy, !guard->answered);
        guard->answered = guard->failed = false;
    }
}
