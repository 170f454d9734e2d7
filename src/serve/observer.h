/*
 * What somebody is told of a request while it is answered: `call`, to print why it ends as it does,
 * and `test`, to know what of a table it reaches. A worker's requests have no observer.
 */
#ifndef O2S_SERVE_OBSERVER_H
#define O2S_SERVE_OBSERVER_H

#include "serve/failure.h"

enum observed {
    /* The step is gone on with, or begun; NULL: all steps are done, the answer is made. */
    OBSERVED_STEP,
    /* The names of a `let` have their values. */
    OBSERVED_NAMES,
    /* A call that is not made, as its condition does not hold, or its `each` has no items. */
    OBSERVED_SKIPPED,
    OBSERVED_NO_ITEMS,
    /* A call has its outcome; it may be one that was not made after all. */
    OBSERVED_OUTCOME,
    /* The same for a call that was repeated. */
    OBSERVED_REPEATED,
    /* What is made of the outcome of a call is decided now. */
    OBSERVED_CONCLUSION,
    /* What was read of the answer to a call. */
    OBSERVED_ANSWER,
    /* A `require` does not hold. */
    OBSERVED_REFUSAL,
    /* The request ends with a failure. */
    OBSERVED_FAILURE,
};

/* All is borrowed until the request ends; what does not belong to an observation is NULL. */
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
