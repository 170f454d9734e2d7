/*
 * The conditions under which a value is used. Atoms are expressions of a route, numbered in order
 * of appearance; a condition is a disjunction of terms, each a conjunction of atoms and negated
 * atoms. A condition that would exceed the limits of atoms or terms is replaced by a weaker one, so
 * that values used under it are used at least as often.
 */
#ifndef O2S_LANGUAGE_USAGE_CONDITION_H
#define O2S_LANGUAGE_USAGE_CONDITION_H

#include "language/expression.h"

enum { USAGE_MAX_ATOMS = 64, USAGE_MAX_TERMS = 8 };

/* Bits by the numbers of atoms; no bits: always. */
struct usage_term {
    uint64_t holds;
    uint64_t fails;
};

/* No terms: never. */
struct usage_condition {
    size_t count;
    struct usage_term terms[USAGE_MAX_TERMS];
};

/* The atoms of a route: expressions that only refer to names of the route, copied into `arena`. */
struct usage_atoms {
    struct arena *arena;
    /* By slot, the expression that a name of the route always refers to; NULL: none. */
    const struct expression **definitions;
    const struct expression *expressions[USAGE_MAX_ATOMS];
    /*
     * For such a name, the conditions that its expression is true and that it is false; NULL:
     * unknown.
     */
    const struct usage_condition *true_when[USAGE_MAX_ATOMS];
    const struct usage_condition *false_when[USAGE_MAX_ATOMS];
    size_t count;
};

extern const struct usage_condition usage_always;
extern const struct usage_condition usage_never;

bool usage_is_always(const struct usage_condition *condition);

/* The conjunction; the result is one of the operands, or in `arena`. */
const struct usage_condition *usage_and(struct arena *arena, const struct usage_condition *a,
                                        const struct usage_condition *b);

/* Replaces `condition` by the disjunction of it and `other`. */
void usage_add(struct usage_condition *condition, const struct usage_condition *other);

/* The condition without the atoms that are not in `atoms`: equal to it, or weaker. */
struct usage_condition usage_restrict(const struct usage_condition *condition, uint64_t atoms);

/*
 * The part of the condition that can be decided if only the atoms in `known` can be: the same
 * condition, or a weaker one. Names that are not known are replaced by their definitions.
 */
struct usage_condition usage_decidable(struct arena *arena, const struct usage_atoms *atoms,
                                       const struct usage_condition *condition, uint64_t known);

/* The rest of `condition` if the atoms of `known` have the values given there. */
struct usage_condition usage_given(const struct usage_condition *condition,
                                   struct usage_term known);

/* Whether `condition` implies `other`. */
bool usage_implies(const struct usage_condition *condition, const struct usage_condition *other);

/* Whether the condition holds if the atoms in `holding` are true and all others false. */
bool usage_holds(const struct usage_condition *condition, uint64_t holding);

/* The atoms on which the condition depends. */
uint64_t usage_atoms_of(const struct usage_condition *condition);

/* By slot, the expression of the route that a name of a mapper refers to; NULL: none. */
struct usage_names {
    const struct expression **expressions;
};

/*
 * `expression` with the names of a mapper replaced by those of the route; `names` is NULL if it
 * already belongs to the route. Returns NULL if its value cannot be known at the route, because it
 * depends on `.`, may end the request, or is too large. The result is `expression` itself or a copy
 * in `arena`.
 */
const struct expression *usage_route_expression(struct arena *arena,
                                                const struct expression *expression,
                                                const struct usage_names *names);

/*
 * The condition that `expression` is true, or false if `wanted` is false. Parts that cannot be
 * known at the route are left out, as if they always had the wanted value. New atoms are added to
 * `atoms`; the result lives as long as `arena`.
 */
const struct usage_condition *usage_condition_of(struct arena *arena, struct usage_atoms *atoms,
                                                 const struct expression *expression,
                                                 const struct usage_names *names, bool wanted);

#endif
