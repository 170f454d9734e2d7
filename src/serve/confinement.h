/* `only`: the objects of an upstream's answer that the caller may see. */
#ifndef O2S_SERVE_CONFINEMENT_H
#define O2S_SERVE_CONFINEMENT_H

#include "serve/request_context.h"

/*
 * Reduces the answer of a call to the objects for which the conditions of its `only` hold, and to
 * numbers that are direct members of the answer, such as counts. A condition that cannot be
 * evaluated does not hold. Removed objects are logged as an error, without their content. Returns
 * false if the condition does not hold for a single object; the answer is then treated as missing.
 */
MUST_CHECK bool confinement_apply(struct request_context *context, const struct step *step,
                                  struct value *answer);

#endif
