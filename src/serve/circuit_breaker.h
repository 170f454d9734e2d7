/*
 * Circuit breakers, which suspend calls to an upstream that is down. Each worker has its own state.
 */
#ifndef O2S_SERVE_CIRCUIT_BREAKER_H
#define O2S_SERVE_CIRCUIT_BREAKER_H

#include "serve/breaker_state.h"
#include "serve/request_context.h"

/* The state of one breaker of the table. A zeroed state is closed. */
struct circuit_breaker {
    struct breaker_state state;
    /* The outcomes recorded for the current batch. */
    bool answered;
    bool failed;
};

/*
 * Whether a call that was built may be made. If the breaker is half open, the probe is made first.
 * If the result is false, the outcome of the call is UPSTREAM_SUSPENDED.
 */
bool circuit_breaker_allow(struct request_context *context, const struct upstream *upstream,
                           struct upstream_call *call);

/*
 * Records the outcome of a call. A call that the deadline cut short, or that was not made, does not
 * count.
 */
void circuit_breaker_record(struct request_context *context, const struct upstream *upstream,
                            const struct upstream_call *call);

/*
 * To be called after recording the outcomes of a batch. They count as one success if any call was
 * answered, otherwise as one failure. Logs if this opens or closes a breaker.
 */
void circuit_breaker_commit(struct request_context *context);

#endif
