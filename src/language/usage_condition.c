#include "language/usage_condition.h"

#include "language/expression_copy.h"
#include "language/functions.h"

const struct usage_condition usage_always = {.count = 1};
const struct usage_condition usage_never = {.count = 0};

/* Terms. */

static bool is_subset(uint64_t part, uint64_t whole) {
    return (part & ~whole) == 0;
}

/* Whether `term` implies `weaker`. */
static bool term_implies(struct usage_term term, struct usage_term weaker) {
    return is_subset(weaker.holds, term.holds) && is_subset(weaker.fails, term.fails);
}

/* The single atom in which two otherwise equal terms differ; 0: none. */
static uint64_t only_difference(struct usage_term a, struct usage_term b) {
    uint64_t difference = a.holds ^ b.holds;
    bool one = difference && (difference & (difference - 1)) == 0;
    return one && difference == (a.fails ^ b.fails) ? difference : 0;
}

static void remove_term(struct usage_condition *condition, size_t index) {
    condition->terms[index] = condition->terms[--condition->count];
}

static void add_term(struct usage_condition *condition, struct usage_term term) {
    if (term.holds & term.fails)
        return;
    for (size_t i = 0; i < condition->count; i++)
        if (term_implies(term, condition->terms[i]))
            return;
    for (size_t i = 0; i < condition->count;) {
        uint64_t difference = only_difference(term, condition->terms[i]);
        if (difference) {
            remove_term(condition, i);
            add_term(condition,
                     (struct usage_term){term.holds & ~difference, term.fails & ~difference});
            return;
        }
        if (term_implies(condition->terms[i], term))
            remove_term(condition, i);
        else
            i++;
    }
    if (condition->count == USAGE_MAX_TERMS)
        *condition = usage_always;
    else
        condition->terms[condition->count++] = term;
}

/* Conditions. */

bool usage_is_always(const struct usage_condition *condition) {
    return condition->count == 1 && !condition->terms[0].holds && !condition->terms[0].fails;
}

const struct usage_condition *usage_and(struct arena *arena, const struct usage_condition *a,
                                        const struct usage_condition *b) {
    if (usage_is_always(a) || !b->count)
        return b;
    if (usage_is_always(b) || !a->count)
        return a;
    struct usage_condition *both = arena_allocate(arena, sizeof *both);
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            add_term(both, (struct usage_term){a->terms[i].holds | b->terms[j].holds,
                                               a->terms[i].fails | b->terms[j].fails});
    /* There is no more room; either term is weaker than both. */
    return usage_is_always(both) ? a : both;
}

void usage_add(struct usage_condition *condition, const struct usage_condition *other) {
    for (size_t i = 0; i < other->count; i++)
        add_term(condition, other->terms[i]);
}

const struct usage_condition *usage_or(struct arena *arena, const struct usage_condition *a,
                                       const struct usage_condition *b) {
    struct usage_condition *either = arena_allocate(arena, sizeof *either);
    *either = *a;
    usage_add(either, b);
    return either;
}

struct usage_condition usage_restrict(const struct usage_condition *condition, uint64_t atoms) {
    struct usage_condition restricted = usage_never;
    for (size_t i = 0; i < condition->count; i++)
        add_term(&restricted, (struct usage_term){condition->terms[i].holds & atoms,
                                                  condition->terms[i].fails & atoms});
    return restricted;
}

/* The term, with names that are in `unknown` replaced by their definitions. */
static const struct usage_condition *defined_term(struct arena *arena,
                                                  const struct usage_atoms *atoms,
                                                  struct usage_term term, uint64_t unknown) {
    struct usage_condition *rest = arena_allocate(arena, sizeof *rest);
    rest->terms[rest->count++] = (struct usage_term){term.holds & ~unknown, term.fails & ~unknown};
    const struct usage_condition *defined = rest;
    for (size_t i = 0; i < atoms->count; i++) {
        uint64_t bit = unknown & (uint64_t)1 << i;
        if (term.holds & bit)
            defined = usage_and(arena, defined, atoms->true_when[i]);
        else if (term.fails & bit)
            defined = usage_and(arena, defined, atoms->false_when[i]);
    }
    return defined;
}

struct usage_condition usage_decidable(struct arena *arena, const struct usage_atoms *atoms,
                                       const struct usage_condition *condition, uint64_t known) {
    uint64_t unknown = 0;
    for (size_t i = 0; i < atoms->count; i++)
        if (atoms->true_when[i])
            unknown |= ((uint64_t)1 << i) & ~known;
    struct usage_condition defined = *condition;
    /* A definition only refers to earlier names, so the recursion ends. */
    while (usage_atoms_of(&defined) & unknown) {
        struct usage_condition outer = defined;
        defined = usage_never;
        for (size_t i = 0; i < outer.count; i++)
            usage_add(&defined, defined_term(arena, atoms, outer.terms[i], unknown));
    }
    return usage_restrict(&defined, known);
}

struct usage_condition usage_given(const struct usage_condition *condition,
                                   struct usage_term known) {
    struct usage_condition rest = usage_never;
    for (size_t i = 0; i < condition->count; i++) {
        struct usage_term term = condition->terms[i];
        if (!(term.holds & known.fails) && !(term.fails & known.holds))
            add_term(&rest,
                     (struct usage_term){term.holds & ~known.holds, term.fails & ~known.fails});
    }
    return rest;
}

bool usage_implies(const struct usage_condition *condition, const struct usage_condition *other) {
    for (size_t i = 0; i < condition->count; i++) {
        bool implied = false;
        for (size_t j = 0; j < other->count; j++)
            implied = implied || term_implies(condition->terms[i], other->terms[j]);
        if (!implied)
            return false;
    }
    return true;
}

bool usage_holds(const struct usage_condition *condition, uint64_t holding) {
    for (size_t i = 0; i < condition->count; i++)
        if (is_subset(condition->terms[i].holds, holding) && !(condition->terms[i].fails & holding))
            return true;
    return false;
}

uint64_t usage_atoms_of(const struct usage_condition *condition) {
    uint64_t atoms = 0;
    for (size_t i = 0; i < condition->count; i++)
        atoms |= condition->terms[i].holds | condition->terms[i].fails;
    return atoms;
}

/* From expressions. */

/* The evaluation of such a value could end the request. */
static bool may_fail(const struct function *function) {
    return function->run == function_required || function->run == function_present;
}

/*
 * The maximum number of nodes of a condition; names that refer to names could double it repeatedly.
 */
enum { MAX_NODES = 256 };

/*
 * Whether the value is the same everywhere in the route and can be evaluated without side effects.
 * `*nodes` is the number of nodes that it may still have.
 */
static bool is_route_expression(const struct expression *expression,
                                const struct usage_names *names, bool in_items, size_t *nodes) {
    if (!*nodes)
        return false;
    --*nodes;
    if (expression->kind == EXPRESSION_CURRENT)
        return in_items;
    if (expression->kind == EXPRESSION_SLOT && names) {
        const struct expression *value = names->expressions[expression->index];
        return value && is_route_expression(value, NULL, false, nodes);
    }
    if (expression->kind == EXPRESSION_MAPPER ||
        (expression->kind == EXPRESSION_FUNCTION && may_fail(expression->function)))
        return false;
    for (size_t i = 0; i < expression->argument_count; i++) {
        bool of_item = function_argument_is_of_item(expression_function(expression), i);
        if (!is_route_expression(expression->arguments[i], names, in_items || of_item, nodes))
            return false;
    }
    return (!expression->left || is_route_expression(expression->left, names, in_items, nodes)) &&
           (!expression->right || is_route_expression(expression->right, names, in_items, nodes));
}

const struct expression *usage_route_expression(struct arena *arena,
                                                const struct expression *expression,
                                                const struct usage_names *names) {
    size_t nodes = MAX_NODES;
    if (!is_route_expression(expression, names, false, &nodes))
        return NULL;
    return names ? expression_copy(arena, expression, names->expressions) : expression;
}

static void add_atom(struct arena *arena, struct usage_atoms *atoms,
                     const struct expression *expression) {
    size_t index = atoms->count++;
    atoms->expressions[index] = expression_copy(atoms->arena, expression, NULL);
    const struct expression *definition = NULL;
    if (expression->kind == EXPRESSION_SLOT && atoms->definitions)
        definition = atoms->definitions[expression->index];
    if (!definition)
        return;
    atoms->true_when[index] = usage_condition_of(arena, atoms, definition, NULL, true);
    atoms->false_when[index] = usage_condition_of(arena, atoms, definition, NULL, false);
}

static const struct usage_condition *atom_condition(struct arena *arena, struct usage_atoms *atoms,
                                                    const struct expression *expression,
                                                    bool wanted) {
    size_t index = 0;
    while (index < atoms->count && !expression_equal(atoms->expressions[index], expression))
        index++;
    if (index == USAGE_MAX_ATOMS)
        return &usage_always;
    if (index == atoms->count)
        add_atom(arena, atoms, expression);
    struct usage_condition *condition = arena_allocate(arena, sizeof *condition);
    uint64_t bit = (uint64_t)1 << index;
    condition->count = 1;
    condition->terms[0] = (struct usage_term){wanted ? bit : 0, wanted ? 0 : bit};
    return condition;
}

const struct usage_condition *usage_condition_of(struct arena *arena, struct usage_atoms *atoms,
                                                 const struct expression *expression,
                                                 const struct usage_names *names, bool wanted) {
    const struct expression *left = expression->left;
    const struct expression *right = expression->right;
    switch (expression->kind) {
    case EXPRESSION_LITERAL:
        return value_is_true(expression->literal) == wanted ? &usage_always : &usage_never;
    case EXPRESSION_NOT:
        return usage_condition_of(arena, atoms, left, names, !wanted);
    case EXPRESSION_AND:
    case EXPRESSION_OR: {
        const struct usage_condition *a = usage_condition_of(arena, atoms, left, names, wanted);
        const struct usage_condition *b = usage_condition_of(arena, atoms, right, names, wanted);
        bool both = (expression->kind == EXPRESSION_AND) == wanted;
        return both ? usage_and(arena, a, b) : usage_or(arena, a, b);
    }
    case EXPRESSION_SLOT:
        if (names && names->expressions[expression->index])
            return usage_condition_of(arena, atoms, names->expressions[expression->index], NULL,
                                      wanted);
        break;
    default:
        break;
    }
    expression = usage_route_expression(arena, expression, names);
    return expression ? atom_condition(arena, atoms, expression, wanted) : &usage_always;
}
