#include "serve/breaker_state.h"

enum breaker_phase breaker_state_phase(const struct breaker_state *state, int64_t now_ms) {
    if (!state->open)
        return BREAKER_CLOSED;
    return now_ms < state->retry_at_ms ? BREAKER_OPEN : BREAKER_HALF_OPEN;
}

int64_t breaker_state_wait_ms(const struct breaker_state *state, int64_t now_ms) {
    return breaker_state_phase(state, now_ms) == BREAKER_OPEN ? state->retry_at_ms - now_ms : 0;
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
