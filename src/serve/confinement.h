/* `only`: which objects of an upstream's answer the caller may see. */
#ifndef O2S_SERVE_CONFINEMENT_H
#define O2S_SERVE_CONFINEMENT_H

#include "serve/request_context.h"

/*
 * Reduces the answer of a call to what the conditions of its `only` hold for, and to numbers that
 * are members of the answer itself, such as counts. A condition that cannot be evaluated does not
 * hold. What is removed is logged as an error, without its content. False: the condition does not
 * hold for a single object, and the answer is as good as none.
 */
MUST_CHECK bool confinement_apply(struct request_context *context, const struct step *step,
                                  struct value *answer);

#endif
