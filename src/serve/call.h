/* Calls to upstreams: from a step to a request, and from its outcome to a value. */
#ifndef O2S_SERVE_CALL_H
#define O2S_SERVE_CALL_H

#include "serve/failure.h"

/*
 * Builds the upstream call of a step for the current value of `.`, in the arena. Used by
 * steps_run() and `explain`.
 */
MUST_CHECK struct failure *call_build(struct request_context *context, const struct step *step,
                                      struct upstream_call *call);

/*
 * The status codes after which the call of the step is repeated; NULL: none. `as_caller`: whether
 * it has the caller's authorization.
 */
const struct retry *retry_of_call(const struct step *step, bool as_caller);

/*
 * Builds the probe of a breaker's upstream. It has the upstream's headers, which may be computed
 * from the current request, but does not forward headers of the request.
 */
MUST_CHECK struct failure *call_build_probe(struct request_context *context,
                                            const struct breaker_policy *policy,
                                            struct upstream_call *call);

/*
 * Adds the trace headers of the request to the call, with a new span. To be called each time before
 * the call is made: a repetition has a span of its own.
 */
void call_add_span(struct request_context *context, struct upstream_call *call);

/* Makes the calls, in flight together, and returns when each has its outcome. */
void call_make(struct request_context *context, struct upstream_call *const *calls, size_t count);

/*
 * Sets `*result` to the result of a call that has its outcome. The result is missing if the call is
 * optional and failed, which is logged, or if the table specifies so.
 */
MUST_CHECK struct failure *call_finish(struct request_context *context, const struct step *step,
                                       const struct upstream_call *call, struct value *result);

#endif
