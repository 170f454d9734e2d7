#include "serve/circuit_breaker.h"

#include "base/clock.h"
#include "base/memory.h"
#include "serve/call.h"
#include "serve/deadline.h"
#include "serve/timing.h"

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

static _Atomic uint64_t *word_of(struct circuit_breaker *breaker) {
    struct status_upstream *shared = breaker->shared;
    return shared && atomic_load(&shared->origin) == breaker->origin ? &shared->state
                                                                     : &breaker->own;
}

static struct breaker_state state_of(struct circuit_breaker *breaker) {
    return breaker_state_unpack(atomic_load(word_of(breaker)));
}

/* Whether that opened or closed the breaker. Another worker may change the state meanwhile. */
static bool change(struct circuit_breaker *breaker, const struct breaker_limits *limits,
                   bool failed) {
    _Atomic uint64_t *word = word_of(breaker);
    uint64_t old = atomic_load(word);
    for (;;) {
        struct breaker_state state = breaker_state_unpack(old);
        bool turned = failed ? breaker_state_fail(&state, limits, clock_now_ms())
                             : breaker_state_succeed(&state);
        uint64_t new = breaker_state_pack(&state);
        if (new == old || atomic_compare_exchange_weak(word, &old, new))
            return turned;
    }
}

static void note(struct request_context *context, const struct breaker_policy *policy,
                 bool failed) {
    struct text name = policy->upstream->name;
    if (!change(breaker_of(context, policy), &policy->limits, failed))
        return;
    if (failed) {
        status_opened(context->status, policy);
        log_write(context->log, LOG_LEVEL_WARN,
                  "upstream %.*s: %ld consecutive failures: requests that need it get 503, and it "
                  "is probed every %ld ms, until it answers",
                  TEXT_ARGUMENT(name), policy->limits.failures, policy->limits.retry_after_ms);
    } else
        log_write(context->log, LOG_LEVEL_WARN, "upstream %.*s: answers again",
                  TEXT_ARGUMENT(name));
}

/* False: the probe has no outcome that counts. */
static bool probe(struct request_context *context, const struct breaker_policy *policy) {
    struct upstream_call *call = arena_allocate(context->arena, sizeof *call);
    if (call_build_probe(context, policy, call) || !deadline_admits(context, call))
        return false;
    call_add_span(context, call);
    const struct trace *trace = &context->record->trace;
    double at_ms = request_log_elapsed_ms(context->record->begin);
    call_make(context, &call, 1);
    status_call(context->status, policy->upstream, call);
    timing_record(context, NULL, policy->upstream, call, trace->spans[trace->span_count - 1],
                  at_ms);
    if (deadline_cut_short(call))
        return false;
    note(context, policy, is_failure(call));
    return true;
}

/* Probes the upstream of a breaker that is half open, unless another worker does. */
static void try_to_probe(struct request_context *context, const struct breaker_policy *policy) {
    _Atomic uint64_t *word = word_of(breaker_of(context, policy));
    uint64_t old = atomic_load(word);
    struct breaker_state state = breaker_state_unpack(old);
    if (!breaker_state_claim(&state, policy, clock_now_ms()))
        return;
    uint64_t claimed = breaker_state_pack(&state);
    if (!atomic_compare_exchange_strong(word, &old, claimed))
        return;
    if (!probe(context, policy))
        atomic_compare_exchange_strong(word, &claimed, old);
}

/*
 * `Retry-After` (RFC 9110, 10.2.3) knows whole seconds. While another worker probes, its outcome is
 * expected sooner than when the probe is given up.
 */
static void suspend(struct request_context *context, const struct upstream *upstream,
                    struct upstream_call *call) {
    struct breaker_state state = state_of(breaker_of(context, upstream->breaker));
    int64_t wait_ms = breaker_state_wait_ms(&state, clock_now_ms());
    int64_t most_ms = upstream->breaker->limits.retry_after_ms;
    long seconds = (long)(((wait_ms < most_ms ? wait_ms : most_ms) + 999) / 1000);
    call->outcome = UPSTREAM_SUSPENDED;
    call->response = text_of("");
    call->retry_after = text_format(context->arena, "%ld", seconds > 0 ? seconds : 1);
    call->error = "not made: its upstream is down";
    status_call(context->status, upstream, call);
}

struct circuit_breaker *circuit_breakers_create(const struct table *table, struct status *status) {
    struct circuit_breaker *breakers = memory_allocate(table->breaker_count * sizeof *breakers);
    for (size_t i = 0; i < table->upstream_count; i++) {
        const struct breaker_policy *policy = table->upstreams[i].breaker;
        if (!policy)
            continue;
        struct circuit_breaker *breaker = &breakers[policy->index];
        breaker->shared = status_breaker(status, policy, &breaker->origin);
    }
    return breakers;
}

void circuit_breakers_close(struct circuit_breaker *breakers, const struct table *table) {
    for (size_t i = 0; i < table->breaker_count; i++)
        breakers[i] = (struct circuit_breaker){0};
}

bool circuit_breaker_allow(struct request_context *context, const struct upstream *upstream,
                           struct upstream_call *call) {
    const struct breaker_policy *policy = upstream->breaker;
    if (!policy)
        return true;
    struct circuit_breaker *breaker = breaker_of(context, policy);
    if (!state_of(breaker).open)
        return true;
    try_to_probe(context, policy);
    if (!state_of(breaker).open)
        return true;
    suspend(context, upstream, call);
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
