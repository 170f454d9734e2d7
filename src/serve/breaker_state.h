/*
 * The state machine of a circuit breaker, which decides whether to call a server after consecutive
 * failures. It makes no calls and reads no clock.
 *
 *   closed     calls are made; `failures` consecutive failures open it
 *   open       no call is made, for `retry_after_ms`
 *   half open  one call is made as a probe: its success closes the breaker, its failure opens it
 *              again for the same time
 *
 * Times are milliseconds of a clock that never goes back, such as CLOCK_MONOTONIC.
 */
#ifndef O2S_SERVE_BREAKER_STATE_H
#define O2S_SERVE_BREAKER_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "table/breaker_policy.h"

/* A zeroed state is closed. */
struct breaker_state {
    /* Consecutive failures; not counted while the breaker is open. */
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

/* Whether the state can be: none has to wait for longer than for the next try and a probe. */
bool breaker_state_is_plausible(const struct breaker_state *state,
                                const struct breaker_policy *policy, int64_t now_ms);

/*
 * Claims the probe of a breaker that is half open: it counts as open for the time that a probe may
 * take. False, and nothing changes, if it is not half open.
 */
bool breaker_state_claim(struct breaker_state *state, const struct breaker_policy *policy,
                         int64_t now_ms);

/* How long the breaker remains open, in milliseconds; 0 if it is not open. */
int64_t breaker_state_wait_ms(const struct breaker_state *state, int64_t now_ms);

/* Records a failed call. Returns whether this opened a closed breaker. */
bool breaker_state_fail(struct breaker_state *state, const struct breaker_limits *limits,
                        int64_t now_ms);

/* Records a successful call. Returns whether this closed a breaker that was not closed. */
bool breaker_state_succeed(struct breaker_state *state);

#endif
