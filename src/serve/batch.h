/* Makes calls concurrently, within the deadline of the request and the state of the breakers. */
#ifndef O2S_SERVE_BATCH_H
#define O2S_SERVE_BATCH_H

#include "serve/request_context.h"

/* A call that was built, and its step. */
struct batch_call {
    const struct step *step;
    struct upstream_call *call;
};

/*
 * Makes the calls concurrently, and returns when each has its outcome. Calls that a breaker or the
 * deadline does not admit are not made; their outcome is UPSTREAM_SUSPENDED or UPSTREAM_TIMEOUT.
 * Calls with a status code in their `retry` list are then repeated once, one at a time.
 */
void batch_perform(struct request_context *context, const struct batch_call *calls, size_t count);

#endif
