/* Expressions compared, and copied with other expressions in place of their names. */
#ifndef O2S_LANGUAGE_EXPRESSION_COPY_H
#define O2S_LANGUAGE_EXPRESSION_COPY_H

#include "language/expression.h"

/* Whether both are built alike, and so have the same value wherever they stand. */
bool expression_equal(const struct expression *a, const struct expression *b);

/*
 * A copy in `arena` in which each name stands as `names[slot]`, by its slot; `names` may be NULL:
 * they stay names. The texts stay those of the original.
 */
struct expression *expression_copy(struct arena *arena, const struct expression *expression,
                                   const struct expression *const *names);

#endif
