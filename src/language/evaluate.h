/*
 * Evaluates expressions, shapes and mappers. They refer to one another, so one module evaluates all
 * of them. Evaluation always terminates and has no side effects outside of its arena.
 */
#ifndef O2S_LANGUAGE_EVALUATE_H
#define O2S_LANGUAGE_EVALUATE_H

#include "base/attributes.h"
#include "language/origin.h"

/*
 * Why an evaluation failed: a required value is missing, or the result of a function is too large.
 */
struct evaluation_failure {
    /* The expression without a value, or the call of the function; empty if nothing failed. */
    struct text source;
    /* The origins of the missing value, or of the input of the function. */
    origin_set origins;
    bool too_large;
};

/* The state of an evaluation; `current`, `frame` and `slots` change during it. */
struct evaluation {
    /* The arena of new values. */
    struct arena *arena;
    /* The value of `.` */
    struct value current;
    /* The frame that resolves the origins of `.` and the names. */
    const struct evaluation_frame *frame;
    /* The values of the names of the scope. */
    struct value *slots;
    /* The origins of the names of the route; NULL: all come from an upstream. */
    const origin_set *slot_origins;
    /*
     * In the body of a call, null is a value of its own if the table has it as a literal, and in
     * members that `<<` and `pick` copy. Elsewhere null is missing.
     */
    bool keeps_nulls;
    /*
     * Operands of comparisons, `not`, `and` and `or` must have a value: the evaluation fails if one
     * is missing. Null is accepted only as the literal `null`.
     */
    bool needs_operands;
    /* Valid if the evaluation has failed. */
    struct evaluation_failure failure;
};

/*
 * Evaluates an expression or a shape; the result is in the arena of the evaluation. A value that
 * does not exist is missing, and so is a mapping without any remaining member. Returns false if the
 * evaluation failed, because a value that `| required` expects is missing or the result of a
 * function is too large; `evaluation->failure` is the first such failure.
 */
MUST_CHECK bool expression_evaluate(struct evaluation *evaluation,
                                    const struct expression *expression, struct value *value);
MUST_CHECK bool shape_evaluate(struct evaluation *evaluation, const struct shape *shape,
                               struct value *value);

/*
 * For the functions of the language, as parts of a running evaluation. They return a value even
 * after a failure; the function that started the evaluation then returns false.
 */

/* Whether a member with this value is kept in a copy of its object. */
bool expression_keeps(const struct evaluation *evaluation, struct value value);

/* The value of argument `index` of a call; missing if the argument was not given. */
struct value expression_argument(struct evaluation *evaluation, const struct expression *call,
                                 size_t index);

/* The same with `item` as `.`, for functions that evaluate an argument for each item of a list. */
struct value expression_argument_on(struct evaluation *evaluation, const struct expression *call,
                                    size_t index, struct value item);

/* Fails the evaluation: the input of `call`, which is required, is missing. */
void evaluation_fail_missing(struct evaluation *evaluation, const struct expression *call);

/* Fails the evaluation: the result of the call would exceed the size limit of functions. */
void evaluation_fail_too_large(struct evaluation *evaluation, const struct expression *call);

#endif
