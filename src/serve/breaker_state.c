#include "serve/breaker_state.h"

enum breaker_phase breaker_state_phase(const struct breaker_state *state, int64_t now_ms) {
    if (!state->open)
        return BREAKER_CLOSED;
    return now_ms < state->retry_at_ms ? BREAKER_OPEN : BREAKER_HALF_OPEN;
}

int64_t breaker_state_wait_ms(const struct breaker_state *state, int64_t now_ms) {
    return breaker_state_phase(state, now_ms) == BREAKER_OPEN ? state->retry_at_ms - now_ms : 0;
}

enum { FAILURE_BITS = 20, TIME_BITS = 43, PROBE_MARGIN_MS = 1000 };

uint64_t breaker_state_pack(const struct breaker_state *state) {
    uint64_t failures = (uint64_t)state->failures & ((UINT64_C(1) << FAILURE_BITS) - 1);
    uint64_t time = (uint64_t)state->retry_at_ms & ((UINT64_C(1) << TIME_BITS) - 1);
    return (uint64_t)state->open << (FAILURE_BITS + TIME_BITS) | time << FAILURE_BITS | failures;
}

struct breaker_state breaker_state_unpack(uint64_t word) {
    uint64_t time = word >> FAILURE_BITS & ((UINT64_C(1) << TIME_BITS) - 1);
    return (struct breaker_state){
        .failures = (long)(word & ((UINT64_C(1) << FAILURE_BITS) - 1)),
        .open = word >> (FAILURE_BITS + TIME_BITS),
        .retry_at_ms = (int64_t)time,
    };
}

int64_t breaker_probe_ms(const struct breaker_policy *policy) {
    return policy->probe_timeout_ms + PROBE_MARGIN_MS;
}

bool breaker_state_is_plausible(const struct breaker_state *state,
                                const struct breaker_policy *policy, int64_t now_ms) {
    return breaker_state_wait_ms(state, now_ms) <=
           policy->limits.retry_after_ms + breaker_probe_ms(policy);
}

bool breaker_state_claim(struct breaker_state *state, const struct breaker_policy *policy,
                         int64_t now_ms) {
    enum breaker_phase phase = breaker_state_phase(state, now_ms);
    if (phase == BREAKER_CLOSED ||
        (phase == BREAKER_OPEN && breaker_state_is_plausible(state, policy, now_ms)))
        return false;
    state->retry_at_ms = now_ms + breaker_probe_ms(policy);
    return true;
}

bool breaker_state_fail(struct breaker_state *state, const struct breaker_limits *limits,
                        int64_t now_ms) {
    bool was_open = state->open;
    if (!was_open)
        state->failures++;
    state->open = was_open || state->failures >= limits->failures;
    if (state->open)
        state->retry_at_ms = now_ms + limits->retry_after_ms;
    return state->open && !was_open;
}

bool breaker_state_succeed(struct breaker_state *state) {
    bool was_open = state->open;
    *state = (struct breaker_state){0};
    return was_open;
}
