/* Compares expressions, and copies them with their names replaced by other expressions. */
#ifndef O2S_LANGUAGE_EXPRESSION_COPY_H
#define O2S_LANGUAGE_EXPRESSION_COPY_H

#include "language/expression.h"

/* Whether both have the same structure, and therefore the same value in the same place. */
bool expression_equal(const struct expression *a, const struct expression *b);

/*
 * A copy in `arena` in which each name is replaced by `names[slot]`; if `names` is NULL, names are
 * kept. The copy refers to the source of the original.
 */
struct expression *expression_copy(struct arena *arena, const struct expression *expression,
                                   const struct expression *const *names);

#endif
