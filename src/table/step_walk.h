/*
 * The only traversal of the expressions of a step. All code that reads them uses it, and handles
 * each part in a `switch` without a default: the compiler then reports every place that does not
 * handle a new part.
 */
#ifndef O2S_TABLE_STEP_WALK_H
#define O2S_TABLE_STEP_WALK_H

#include "language/walk.h"
#include "table/table.h"

enum step_part {
    STEP_PART_WHEN,
    STEP_PART_CONDITION,
    /* The message of `else`. */
    STEP_PART_OTHERWISE,
    /* In the parts of a call after this one, `.` is an item of its list. */
    STEP_PART_EACH,
    STEP_PART_PATH,
    STEP_PART_UPSTREAM_HEADER,
    STEP_PART_QUERY,
    STEP_PART_HEADER,
    STEP_PART_BODY,
    /* The message of a `catch`. */
    STEP_PART_CATCH,
    /* A condition of `only`: here `.` is an object of the answer. */
    STEP_PART_ONLY,
    /* The value of one of the names of `let`. */
    STEP_PART_NAME,
};

/* An expression or a shape of a step; the other one is NULL. */
struct step_expression {
    enum step_part part;
    const struct expression *expression;
    const struct shape *shape;
    /* STEP_PART_NAME: the name. */
    const struct named_shape *name;
};

/* Returning false ends the walk. */
typedef bool step_visit(void *context, const struct step_expression *found);

/*
 * Visits all expressions of the step, in the order of step_part. Returns whether the walk was
 * completed.
 */
bool step_for_each_expression(const struct step *step, step_visit *visit, void *context);

/* Visits the nodes of the expression or shape, as walk.h does. */
bool walk_step_expression(const struct step_expression *found, expression_visit *visit,
                          void *context);

#endif
