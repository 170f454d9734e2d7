/*
 * An observer of a request while it is answered: `call` prints why the request ends as it does, and
 * `test` records which parts of the table it reaches. A worker's requests have no observer.
 */
#ifndef O2S_SERVE_OBSERVER_H
#define O2S_SERVE_OBSERVER_H

#include "serve/failure.h"

enum observed {
    /* A step continues or begins; NULL: all steps are done, the answer is built. */
    OBSERVED_STEP,
    /* The names of a `let` have their values. */
    OBSERVED_NAMES,
    /* A call is not made, because its condition does not hold, or its `each` has no items. */
    OBSERVED_SKIPPED,
    OBSERVED_NO_ITEMS,
    /* A call has its outcome, which may be that it was not made. */
    OBSERVED_OUTCOME,
    /* The same for a call that was repeated. */
    OBSERVED_REPEATED,
    /* The result of a call is about to be determined. */
    OBSERVED_CONCLUSION,
    /* The answer to a call was read. */
    OBSERVED_ANSWER,
    /* The condition of a `require` does not hold. */
    OBSERVED_REFUSAL,
    /* The request ends with a failure. */
    OBSERVED_FAILURE,
};

/* All pointers are borrowed until the request ends; fields that do not apply are NULL. */
struct observation {
    enum observed what;
    const struct step *step;
    const struct upstream_call *call;
    const struct value *answer;
    const struct failure *failure;
};

struct observer {
    void (*notify)(struct observer *observer, const struct request_context *context,
                   const struct observation *observation);
};

static inline void observe(const struct request_context *context,
                           const struct observation *observation) {
    if (context->observer)
        context->observer->notify(context->observer, context, observation);
}

#endif
