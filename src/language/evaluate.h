/*
 * From expressions, shapes and mappers to values. They call one another, so they are evaluated in
 * one place. Evaluation always terminates and has no side effects outside of its arena.
 */
#ifndef O2S_LANGUAGE_EVALUATE_H
#define O2S_LANGUAGE_EVALUATE_H

#include "base/attributes.h"
#include "language/origin.h"

/* Why an evaluation failed: a value is required and missing, or a function's result is too large.
 */
struct evaluation_failure {
    /* The expression that gave no value, or the call of the function; empty: none failed. */
    struct text source;
    /* Of the value that is missing, or of the function's input. */
    origin_set origins;
    bool too_large;
};

/* The state of an evaluation; `current`, `frame` and `slots` change during it. */
struct evaluation {
    /* New values live here. */
    struct arena *arena;
    /* The value of `.` */
    struct value current;
    /* What `.` and the names stand for now. */
    const struct evaluation_frame *frame;
    /* The values of the names of the scope. */
    struct value *slots;
    /* The origins of the route's names; NULL: an upstream. */
    const origin_set *slot_origins;
    /*
     * In the body of a call, null is a value of its own where the table has it as a literal, and in
     * members that `<<` and `pick` copy. Elsewhere null is missing.
     */
    bool keeps_nulls;
    /*
     * Operands of comparisons, `not`, `and` and `or` must have a value: the evaluation fails if one
     * has none. Only where the table has the literal `null` is null one.
     */
    bool needs_operands;
    /* Valid if the evaluation has failed. */
    struct evaluation_failure failure;
};

/*
 * The value of an expression or a shape, in the evaluation's arena; a value that does not exist is
 * missing, and so is a mapping with no member left. False: the evaluation has failed, since a value
 * that `| required` asks for is missing, or a function's result too large: `evaluation->failure` is
 * the first such failure.
 */
MUST_CHECK bool expression_evaluate(struct evaluation *evaluation,
                                    const struct expression *expression, struct value *value);
MUST_CHECK bool shape_evaluate(struct evaluation *evaluation, const struct shape *shape,
                               struct value *value);

/*
 * For the functions of the language: parts of an evaluation under way. They return a value even if
 * the evaluation has failed; the function that began it then returns false.
 */

/* Whether a member of this value stays in a copy of its object. */
bool expression_keeps(const struct evaluation *evaluation, struct value value);

/* The value of argument `index` of a call, or missing if it was not given. */
struct value expression_argument(struct evaluation *evaluation, const struct expression *call,
                                 size_t index);

/* The same with `.` being `item`: for the functions that look at each item of a list. */
struct value expression_argument_on(struct evaluation *evaluation, const struct expression *call,
                                    size_t index, struct value item);

/* Has the evaluation fail: the input of `call`, which requires one, is missing. */
void evaluation_fail_missing(struct evaluation *evaluation, const struct expression *call);

/* The same for a call whose result would be larger than a function may make it. */
void evaluation_fail_too_large(struct evaluation *evaluation, const struct expression *call);

#endif
