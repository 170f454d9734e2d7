/* Making the calls that go out together, within the request's deadline and the breakers' state. */
#ifndef O2S_SERVE_BATCH_H
#define O2S_SERVE_BATCH_H

#include "serve/request_context.h"

/* A call that was built, and its step. */
struct batch_call {
    const struct step *step;
    struct upstream_call *call;
};

/*
 * Makes the calls, in flight together, and returns when each has its outcome. Calls that a breaker
 * or the deadline does not admit are not made; theirs is UPSTREAM_SUSPENDED or UPSTREAM_TIMEOUT.
 * Those whose status is in their `retry` list are then repeated once, each alone.
 */
void batch_perform(struct request_context *context, const struct batch_call *calls, size_t count);

#endif
