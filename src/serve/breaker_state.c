#include "serve/breaker_state.h"

enum breaker_state breaker_state_at(const struct breaker *breaker, int64_t now_ms) {
    if (!breaker->open)
        return BREAKER_CLOSED;
    return now_ms < breaker->retry_at_ms ? BREAKER_OPEN : BREAKER_HALF_OPEN;
}

int64_t breaker_wait_ms(const struct breaker *breaker, int64_t now_ms) {
    return breaker_state_at(breaker, now_ms) == BREAKER_OPEN ? breaker->retry_at_ms - now_ms : 0;
}

bool breaker_fail(struct breaker *breaker, const struct breaker_limits *limits, int64_t now_ms) {
    bool was_open = breaker->open;
    if (!was_open)
        breaker->failures++;
    breaker->open = was_open || breaker->failures >= limits->failures;
    if (breaker->open)
        breaker->retry_at_ms = now_ms + limits->retry_after_ms;
    return breaker->open && !was_open;
}

bool breaker_succeed(struct breaker *breaker) {
    bool was_open = breaker->open;
    *breaker = (struct breaker){0};
    return was_open;
}
