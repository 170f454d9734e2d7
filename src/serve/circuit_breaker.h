/*
 * Keeps calls from an upstream that is down: its breaker decides which calls of a request go out,
 * and hears what came of them. The state is a worker's own.
 */
#ifndef O2S_SERVE_CIRCUIT_BREAKER_H
#define O2S_SERVE_CIRCUIT_BREAKER_H

#include "serve/breaker_state.h"
#include "serve/request_context.h"

/* One breaker of the table, as it stands in this worker. Zeroed, it is closed. */
struct circuit_breaker {
    struct breaker_state state;
    /* What the calls that are under way together have shown so far. */
    bool answered;
    bool failed;
};

/*
 * Whether a call that was built may go out. Where the breaker is half open, its probe is made
 * first. False: the call is given its outcome, UPSTREAM_SUSPENDED.
 */
bool circuit_breaker_allow(struct request_context *context, const struct upstream *upstream,
                           struct upstream_call *call);

/*
 * Takes note of the outcome of a call. One that the deadline cut short, or that was not made, does
 * not count.
 */
void circuit_breaker_record(struct request_context *context, const struct upstream *upstream,
                            const struct upstream_call *call);

/*
 * After the calls that were under way together were heard: together they count as one answer if
 * any was answered, else as one failure. Logs if that opens or closes a breaker.
 */
void circuit_breaker_commit(struct request_context *context);

#endif
