/*
 * From expressions, shapes and mappers to values. They call one another, so they are evaluated in
 * one place. Evaluation always terminates and has no side effects outside of its arena.
 */
#ifndef O2S_LANGUAGE_EVALUATE_H
#define O2S_LANGUAGE_EVALUATE_H

#include "language/mapper.h"

/* The state of an evaluation; `current` and `slots` change during it. */
struct evaluation {
    /* New values live here. */
    struct arena *arena;
    /* The value of `.` */
    struct value current;
    /* The values of the names of the scope. */
    struct value *slots;
    /*
     * In the body of a call, null is a value of its own where the table has it as a literal, and in
     * members that `<<` and `pick` copy. Elsewhere null is missing.
     */
    bool keeps_nulls;
    /*
     * The source of the first `| required` whose value is missing, or of the first call whose
     * result is too large, which is then missing; empty: none.
     */
    struct text missing_required;
};

/* Never fails; a value that does not exist is missing. */
struct value expression_evaluate(struct evaluation *evaluation,
                                 const struct expression *expression);

/* Whether a member of this value stays in a copy of its object. */
bool expression_keeps(const struct evaluation *evaluation, struct value value);

/* The value of argument `index` of a call, or missing if it was not given. */
struct value expression_argument(struct evaluation *evaluation, const struct expression *call,
                                 size_t index);

/* The same with `.` being `item`: for the functions that look at each item of a list. */
struct value expression_argument_on(struct evaluation *evaluation, const struct expression *call,
                                    size_t index, struct value item);

/* The shape's value; a mapping with no member left is missing. */
struct value shape_evaluate(struct evaluation *evaluation, const struct shape *shape);

/* The mapper's value for `input`; `arguments` as many as it has parameters. */
struct value mapper_apply(struct evaluation *evaluation, const struct mapper *mapper,
                          struct value input, const struct value *arguments);

/* The lookup's value for `input`. */
struct value lookup_apply(const struct lookup *lookup, struct value input);

#endif
