/*
 * The one walk over expressions, and over the shapes and templates that are made of them: every
 * search in a table uses it, so that only walk.c knows where an expression has others in it.
 */
#ifndef O2S_LANGUAGE_WALK_H
#define O2S_LANGUAGE_WALK_H

#include "language/mapper.h"
#include "language/template.h"

/*
 * Visits one node. `depth` counts the expressions, lists and objects around it. False ends the
 * walk. The body of a mapper that is called is not part of the walk.
 */
typedef bool expression_visit(void *context, const struct expression *expression, size_t depth);

/*
 * Each visits all nodes, an outer one before those in it. NULL has none. Returns whether the walk
 * came to its end. The recursion is as deep as the nesting of the YAML tree and of an expression,
 * which are both limited.
 */
bool walk_expression(const struct expression *expression, expression_visit *visit, void *context);
bool walk_shape(const struct shape *shape, expression_visit *visit, void *context);
bool walk_template(const struct template *template, expression_visit *visit, void *context);

#endif
