/*
 * Under which conditions something is used. Atoms are expressions of a route, numbered as they are
 * met; a condition is a disjunction of terms, each a conjunction of atoms that hold and atoms that
 * do not. Where a condition would need more atoms or terms than there is room for, a weaker one
 * takes its place: what is used under it is used at least as often.
 */
#ifndef O2S_LANGUAGE_USAGE_CONDITION_H
#define O2S_LANGUAGE_USAGE_CONDITION_H

#include "language/expression.h"

enum { USAGE_MAX_ATOMS = 64, USAGE_MAX_TERMS = 8 };

/* Bits by the numbers of atoms; none set: always. */
struct usage_term {
    uint64_t holds;
    uint64_t fails;
};

/* No terms: never. */
struct usage_condition {
    size_t count;
    struct usage_term terms[USAGE_MAX_TERMS];
};

/* The atoms of a route: expressions whose names are the route's, copied into `arena`. */
struct usage_atoms {
    struct arena *arena;
    /* By slot, the expression that a name of the route always stands for; NULL: there is none. */
    const struct expression **definitions;
    const struct expression *expressions[USAGE_MAX_ATOMS];
    /* Of such a name, when its expression is true, and when it is not; NULL: it is none. */
    const struct usage_condition *true_when[USAGE_MAX_ATOMS];
    const struct usage_condition *false_when[USAGE_MAX_ATOMS];
    size_t count;
};

extern const struct usage_condition usage_always;
extern const struct usage_condition usage_never;

bool usage_is_always(const struct usage_condition *condition);

/* Both hold; the result is one of the operands, or in `arena`. */
const struct usage_condition *usage_and(struct arena *arena, const struct usage_condition *a,
                                        const struct usage_condition *b);

/* `condition` becomes a condition that holds if it or `other` does. */
void usage_add(struct usage_condition *condition, const struct usage_condition *other);

/* The same condition without the atoms that are not in `atoms`: equal to it, or weaker. */
struct usage_condition usage_restrict(const struct usage_condition *condition, uint64_t atoms);

/*
 * What can be decided of the condition where only the atoms `known` can be: the same, or a weaker
 * one. Names that are not known are replaced by their definitions.
 */
struct usage_condition usage_decidable(struct arena *arena, const struct usage_atoms *atoms,
                                       const struct usage_condition *condition, uint64_t known);

/* What remains to be decided of `condition` where all atoms of `known` are as it says. */
struct usage_condition usage_given(const struct usage_condition *condition,
                                   struct usage_term known);

/* Whether `condition` cannot hold without `other`. */
bool usage_implies(const struct usage_condition *condition, const struct usage_condition *other);

/* Whether it holds where the atoms in `holding` hold and no others do. */
bool usage_holds(const struct usage_condition *condition, uint64_t holding);

/* The atoms that it depends on. */
uint64_t usage_atoms_of(const struct usage_condition *condition);

/* By its slot, what a name of a mapper stands for at the route; NULL: no expression of the route.
 */
struct usage_names {
    const struct expression **expressions;
};

/*
 * `expression` with the names of the route in place of a mapper's; `names` is NULL if it is the
 * route's already. NULL if its value cannot be known at the route: it depends on the value at hand,
 * may end the request, or is too large. The result is `expression` itself or a copy in `arena`.
 */
const struct expression *usage_route_expression(struct arena *arena,
                                                const struct expression *expression,
                                                const struct usage_names *names);

/*
 * The condition that `expression` is true, or with `wanted` false that it is not. What cannot be
 * known at the route is left out, as if it always were as it is wanted. New atoms are added to
 * `atoms`; the result lives as long as `arena`.
 */
const struct usage_condition *usage_condition_of(struct arena *arena, struct usage_atoms *atoms,
                                                 const struct expression *expression,
                                                 const struct usage_names *names, bool wanted);

#endif
