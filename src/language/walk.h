/*
 * The only traversal of expressions, and of the shapes and templates that contain them: all
 * searches in a table use it, so that only walk.c knows the structure of expressions.
 */
#ifndef O2S_LANGUAGE_WALK_H
#define O2S_LANGUAGE_WALK_H

#include "language/mapper.h"
#include "language/template.h"

/*
 * Visits one node. `depth` is the number of enclosing expressions, lists and objects. Returning
 * false ends the walk. The body of a mapper that is called is not part of the walk.
 */
typedef bool expression_visit(void *context, const struct expression *expression, size_t depth);

/*
 * Each visits all nodes, an outer one before its inner ones. NULL has no nodes. Returns whether the
 * walk was completed. The recursion is as deep as the nesting of the YAML tree and of an
 * expression, which are both limited.
 */
bool walk_expression(const struct expression *expression, expression_visit *visit, void *context);
bool walk_shape(const struct shape *shape, expression_visit *visit, void *context);
bool walk_template(const struct template *template, expression_visit *visit, void *context);

#endif
