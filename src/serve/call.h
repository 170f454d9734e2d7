/* A call to an upstream: from a step to a request, and from its outcome to a value. */
#ifndef O2S_SERVE_CALL_H
#define O2S_SERVE_CALL_H

#include "serve/failure.h"

/*
 * Builds the upstream call of a step for the value of `.` at hand, in the arena. Part of
 * steps_run(); `explain` uses it too.
 */
MUST_CHECK struct failure *call_build(struct request_context *context, const struct step *step,
                                      struct upstream_call *call);

/*
 * At which statuses the step's call is repeated; NULL: at none. `as_caller`: it has the caller's
 * authorization.
 */
const struct retry *retry_of_call(const struct step *step, bool as_caller);

/*
 * Builds the call that asks whether a breaker's upstream is back. It has the upstream's headers,
 * which may be computed from the request at hand, but forwards none of the request's.
 */
MUST_CHECK struct failure *call_build_probe(struct request_context *context,
                                            const struct breaker_policy *policy,
                                            struct upstream_call *call);

/*
 * Gives the call the headers of the request's trace, with a span of its own. To be called each time
 * before the call is made: a repeated one is another span.
 */
void call_add_span(struct request_context *context, struct upstream_call *call);

/* Makes the calls, in flight together, and returns when each has its outcome. */
void call_make(struct request_context *context, struct upstream_call *const *calls, size_t count);

/*
 * The result of a call that has its outcome, into `*result`; missing if the call is optional and
 * failed, which is logged, or if the table has it so.
 */
MUST_CHECK struct failure *call_finish(struct request_context *context, const struct step *step,
                                       const struct upstream_call *call, struct value *result);

#endif
