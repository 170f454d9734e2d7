/*
 * The state machine of a circuit breaker: whether a server that has failed several times in a row
 * is called. It makes no calls and reads no clock.
 *
 *   closed     calls are made; `failures` of them failing in a row open it
 *   open       no call is made, for `retry_after_ms`
 *   half open  one call is made as a probe: its success closes the breaker, its failure opens it
 *              for as long again
 *
 * Times are milliseconds of a clock that never goes back, such as CLOCK_MONOTONIC.
 */
#ifndef O2S_SERVE_BREAKER_STATE_H
#define O2S_SERVE_BREAKER_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "table/breaker_policy.h"

/* Zeroed, it is closed. */
struct breaker_state {
    /* In a row; while it is open they are no longer counted. */
    long failures;
    bool open;
    int64_t retry_at_ms;
};

enum breaker_phase { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

enum breaker_phase breaker_state_phase(const struct breaker_state *state, int64_t now_ms);

/*
 * The state as one word, so that processes can share it: 0 is closed. Times up to 2^43 ms (278
 * years) and 2^20 failures have room.
 */
uint64_t breaker_state_pack(const struct breaker_state *state);
struct breaker_state breaker_state_unpack(uint64_t word);

/* How long a probe may take, in milliseconds; if there is no outcome by then, another is made. */
int64_t breaker_probe_ms(const struct breaker_policy *policy);

/*
 * Claims the probe of a breaker that is half open: it counts as open for the time that a probe may
 * take. False, and nothing changes, if it is not half open.
 */
bool breaker_state_claim(struct breaker_state *state, const struct breaker_policy *policy,
                         int64_t now_ms);

/* How long it stays open: above 0 while it is, otherwise 0. */
int64_t breaker_state_wait_ms(const struct breaker_state *state, int64_t now_ms);

/* A call failed, just now. Whether that opened a breaker that was closed. */
bool breaker_state_fail(struct breaker_state *state, const struct breaker_limits *limits,
                        int64_t now_ms);

/* A call was answered. Whether that closed a breaker that was not. */
bool breaker_state_succeed(struct breaker_state *state);

#endif
