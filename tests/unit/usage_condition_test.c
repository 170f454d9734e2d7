/* Conditions under which something is used: terms that absorb and complete one another. */
#include "support.h"

#include "language/expression_copy.h"
#include "language/usage_condition.h"
#include "language/yaml_tree.h"

enum { A = 1, B = 2, C = 4 };

static struct usage_condition sum_of(const struct usage_term *terms, size_t count) {
    struct usage_condition sum = usage_never;
    for (size_t i = 0; i < count; i++) {
        struct usage_condition one = {1, {terms[i]}};
        usage_add(&sum, &one);
    }
    return sum;
}

/* As "a !b | c": in the order of the terms. */
static struct text written(struct arena *arena, const struct usage_condition *condition) {
    struct text text = text_of(condition->count ? "" : "never");
    for (size_t i = 0; i < condition->count; i++) {
        struct usage_term term = condition->terms[i];
        text = text_format(arena, "%.*s%s", TEXT_ARGUMENT(text), i ? " |" : "");
        for (unsigned bit = 0; bit < 3; bit++)
            if ((term.holds | term.fails) >> bit & 1)
                text = text_format(arena, "%.*s %s%c", TEXT_ARGUMENT(text),
                                   term.fails >> bit & 1 ? "!" : "", (char)('a' + bit));
    }
    return usage_is_always(condition) ? text_of("always") : text_trim(text);
}

static void terms_absorb_and_complete_one_another(void **state) {
    static const struct {
        struct usage_term terms[4];
        size_t count;
        const char *expected;
    } rows[] = {
        {{{A, 0}}, 0, "never"},
        {{{0, 0}}, 1, "always"},
        {{{A, A}}, 1, "never"},
        {{{A, 0}, {A, 0}}, 2, "a"},
        {{{A, B}, {C, 0}}, 2, "a !b | c"},
        /* The weaker one is enough, whichever came first. */
        {{{A | B, 0}, {A, 0}}, 2, "a"},
        {{{A, 0}, {A, B}}, 2, "a"},
        {{{A, B}, {A, C}, {A, 0}}, 3, "a"},
        {{{A, B}, {0, 0}}, 2, "always"},
        /* What does not matter is left out. */
        {{{A, 0}, {0, A}}, 2, "always"},
        {{{A | B, 0}, {B, A}}, 2, "b"},
        {{{A | B, 0}, {A, B}, {0, A}}, 3, "always"},
        {{{A, 0}, {0, B}}, 2, "a | !b"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct usage_condition sum = sum_of(rows[i].terms, rows[i].count);
        check_text("the terms' sum", rows[i].expected, written(*state, &sum));
    }
}

static void more_terms_than_there_is_room_for_are_always(void **state) {
    struct usage_condition sum = usage_never;
    for (size_t i = 0; i <= USAGE_MAX_TERMS; i++) {
        check_truth("always", false, usage_is_always(&sum));
        struct usage_condition one = {1, {{(uint64_t)1 << i, 0}}};
        usage_add(&sum, &one);
    }
    check_text("the sum", "always", written(*state, &sum));
}

static void both_of_two_conditions(void **state) {
    static const struct {
        struct usage_term a[2], b[2];
        const char *expected;
    } rows[] = {
        {{{A, 0}}, {{B, 0}}, "a b"},
        {{{A, 0}}, {{0, A}}, "never"},
        {{{A, 0}}, {{0, 0}}, "a"},
        {{{0, 0}}, {{0, A}}, "!a"},
        {{{A, 0}, {0, B}}, {{C, 0}}, "a c | !b c"},
        {{{A, 0}, {B, 0}}, {{0, A}, {0, B}}, "a !b | !a b"},
        {{{A, 0}, {B, 0}}, {{A, 0}}, "a"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool two_a = rows[i].a[1].holds || rows[i].a[1].fails;
        bool two_b = rows[i].b[1].holds || rows[i].b[1].fails;
        struct usage_condition a = sum_of(rows[i].a, two_a ? 2 : 1);
        struct usage_condition b = sum_of(rows[i].b, two_b ? 2 : 1);
        check_text("both", rows[i].expected, written(*state, usage_and(*state, &a, &b)));
    }
    check_text("never", "never", written(*state, usage_and(*state, &usage_never, &usage_always)));
}

/* Where both cannot be said, one of them is: what is weaker is never wrong. */
static void a_product_without_room_is_one_of_its_factors(void **state) {
    struct usage_condition a = usage_never;
    struct usage_condition b = usage_never;
    for (size_t i = 0; i < 4; i++) {
        struct usage_condition one = {1, {{(uint64_t)1 << i, 0}}};
        struct usage_condition other = {1, {{(uint64_t)1 << (i + 8), 0}}};
        usage_add(&a, &one);
        usage_add(&b, &other);
    }
    check_truth("the first", true, usage_and(*state, &a, &b) == &a);
}

static void what_is_known_is_left_out(void **state) {
    static const struct usage_term terms[] = {{A | B, 0}, {C, A}};
    struct usage_condition condition = sum_of(terms, COUNT(terms));
    struct usage_condition given = usage_given(&condition, (struct usage_term){A, 0});
    check_text("where a holds", "b", written(*state, &given));
    given = usage_given(&condition, (struct usage_term){0, A});
    check_text("where a does not", "c", written(*state, &given));
    given = usage_given(&condition, (struct usage_term){0, A | C});
    check_text("where neither does", "never", written(*state, &given));
    struct usage_condition restricted = usage_restrict(&condition, A);
    check_text("but for a", "always", written(*state, &restricted));
    restricted = usage_restrict(&condition, B | C);
    check_text("but for b and c", "b | c", written(*state, &restricted));
    check_number("atoms", A | B | C, usage_atoms_of(&condition));
}

static void conditions_imply_weaker_ones_and_hold(void **state) {
    (void)state;
    static const struct usage_term terms[] = {{A, B}, {C, 0}};
    struct usage_condition condition = sum_of(terms, COUNT(terms));
    static const struct usage_term stronger_terms[] = {{A | C, B}, {C, A}};
    struct usage_condition stronger = sum_of(stronger_terms, COUNT(stronger_terms));
    check_truth("the stronger one implies it", true, usage_implies(&stronger, &condition));
    check_truth("it implies no stronger one", false, usage_implies(&condition, &stronger));
    check_truth("all imply always", true, usage_implies(&condition, &usage_always));
    check_truth("never implies all", true, usage_implies(&usage_never, &condition));
    check_truth("always implies nothing else", false, usage_implies(&usage_always, &condition));
    check_truth("a alone", true, usage_holds(&condition, A));
    check_truth("a and b", false, usage_holds(&condition, A | B));
    check_truth("a, b and c", true, usage_holds(&condition, A | B | C));
    check_truth("nothing", false, usage_holds(&condition, 0));
    check_truth("never", false, usage_holds(&usage_never, A));
}

/* From expressions: a, b and c are the names in slots 0 to 2. */

static struct expression *parsed(struct arena *arena, const char *source) {
    struct definitions definitions = {
        .arena = arena,
        .diagnostics = diagnostics_create("test", text_of(source)),
        .settings = value_object(NULL, 0),
    };
    struct scope scope = {
        .definitions = &definitions, .kind = SCOPE_REQUEST, .current = &static_type_any};
    static const char *const names[] = {"a", "b", "c"};
    for (size_t i = 0; i < COUNT(names); i++)
        scope_add(&scope, text_of(names[i]), static_type_any, (struct location){0});
    struct yaml_node node = {.kind = YAML_SCALAR, .text = text_copy(arena, text_of(source))};
    struct expression *expression = expression_parse_node(&scope, &node);
    diagnostics_report(definitions.diagnostics, diagnostics_printer(stderr));
    diagnostics_destroy(definitions.diagnostics);
    assert_non_null(expression);
    return expression;
}

static struct usage_atoms *atoms_a_b_c(struct arena *arena) {
    struct usage_atoms *atoms = arena_allocate(arena, sizeof *atoms);
    atoms->arena = arena;
    static const char *const names[] = {"$a", "$b", "$c"};
    for (size_t i = 0; i < COUNT(names); i++)
        usage_condition_of(arena, atoms, parsed(arena, names[i]), NULL, true);
    return atoms;
}

static void expressions_are_split_at_and_or_and_not(void **state) {
    static const struct {
        const char *source;
        const char *expected;
        const char *negated;
    } rows[] = {
        {"$a", "a", "!a"},
        {"not $a", "!a", "a"},
        {"($a and not $b)", "a !b", "!a | b"},
        {"(not ($a or $b))", "!a !b", "a | b"},
        {"($a and ($b or $c))", "a b | a c", "!a | !b !c"},
        {"($a or not $a)", "always", "never"},
        {"($a and not $a)", "never", "always"},
        /* What does not depend on the route alone may be true, and may not be. */
        {".x", "always", "always"},
        {"($a and .x)", "a", "always"},
        {"($a or .x)", "always", "!a"},
        {"($a | required)", "always", "always"},
        {"(($a | present) == 1)", "always", "always"},
        {"true", "always", "never"},
        {"('')", "never", "always"},
    };
    struct arena *arena = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct usage_atoms *atoms = atoms_a_b_c(arena);
        const struct expression *expression = parsed(arena, rows[i].source);
        check_text(rows[i].source, rows[i].expected,
                   written(arena, usage_condition_of(arena, atoms, expression, NULL, true)));
        check_text(rows[i].source, rows[i].negated,
                   written(arena, usage_condition_of(arena, atoms, expression, NULL, false)));
        check_number("no further atoms", 3, atoms->count);
    }
}

static void equal_expressions_are_one_atom(void **state) {
    static const struct {
        const char *a;
        const char *b;
        bool expected;
    } rows[] = {
        {"$a.x", "$a.x", true},
        {"$a.x", "$a.y", false},
        {"$a.x", "$b.x", false},
        {"$a.0", "$a.1", false},
        {"($a == 'x')", "( $a  ==  'x' )", true},
        {"($a == 'x')", "($a != 'x')", false},
        {"($a == 1)", "($a == '1')", false},
        {"($a == 1)", "($a == 1.0)", false},
        {"($a == true)", "($a == true)", true},
        {"($a == true)", "($a == false)", false},
        {"($a == null)", "($a == null)", true},
        {"($a == null)", "($a == 'null')", false},
        {"($a | find (.id == $b))", "($a | find (.id == $b))", true},
        {"($a | find (.id == $b))", "($a | find (.id == $c))", false},
        {"($a ?? $b)", "($a ?? $c)", false},
        {"($a | upper)", "($a | lower)", false},
        {"([$a, $b])", "([$a])", false},
    };
    struct arena *arena = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct usage_atoms atoms = {.arena = arena};
        usage_condition_of(arena, &atoms, parsed(arena, rows[i].a), NULL, true);
        usage_condition_of(arena, &atoms, parsed(arena, rows[i].b), NULL, true);
        check_number(rows[i].b, rows[i].expected ? 1 : 2, atoms.count);
    }
}

static void atoms_that_find_no_room_may_be_true_and_may_not(void **state) {
    struct arena *arena = *state;
    struct usage_atoms atoms = {.arena = arena};
    for (size_t i = 0; i < USAGE_MAX_ATOMS; i++) {
        const char *source = text_format(arena, "($a == %zu)", i).data;
        usage_condition_of(arena, &atoms, parsed(arena, source), NULL, true);
    }
    const struct expression *late = parsed(arena, "$b");
    check_number("all but the last", USAGE_MAX_ATOMS, atoms.count);
    check_truth("true", true, usage_is_always(usage_condition_of(arena, &atoms, late, NULL, true)));
    check_truth("or not", true,
                usage_is_always(usage_condition_of(arena, &atoms, late, NULL, false)));
}

static void the_names_of_a_mapper_stand_for_those_of_the_route(void **state) {
    struct arena *arena = *state;
    const struct expression *values[] = {parsed(arena, "(not $b)"), NULL, parsed(arena, "$c.x")};
    const struct usage_names names = {values};
    struct usage_atoms *atoms = atoms_a_b_c(arena);
    check_text("a condition", "!b",
               written(arena, usage_condition_of(arena, atoms, parsed(arena, "$a"), &names, true)));
    check_text("a name without a value at the route", "always",
               written(arena, usage_condition_of(arena, atoms, parsed(arena, "$b"), &names, true)));
    const struct expression *member = usage_route_expression(arena, parsed(arena, "$c.y"), &names);
    check_truth("within a path", true, expression_equal(member, parsed(arena, "$c.x.y")));
    check_truth("none", true, !usage_route_expression(arena, parsed(arena, "($c == $b)"), &names));
}

/* Else mappers that give their parameters on twice would have it grow without end. */
static void ignores_conditions_that_are_too_large(void **state) {
    struct arena *arena = *state;
    const struct expression *doubled = parsed(arena, "($a == $a)");
    const struct expression *values[] = {parsed(arena, "$b")};
    const struct usage_names names = {values};
    size_t times = 0;
    while (values[0] && times < 20) {
        values[0] = usage_route_expression(arena, doubled, &names);
        times++;
    }
    check_number("doubled", 7, times);
    check_truth("its condition", true,
                usage_is_always(usage_condition_of(arena, atoms_a_b_c(arena), parsed(arena, "$a"),
                                                   &names, true)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(terms_absorb_and_complete_one_another),
        TEST_WITH_ARENA(more_terms_than_there_is_room_for_are_always),
        TEST_WITH_ARENA(both_of_two_conditions),
        TEST_WITH_ARENA(a_product_without_room_is_one_of_its_factors),
        TEST_WITH_ARENA(what_is_known_is_left_out),
        TEST_WITH_ARENA(conditions_imply_weaker_ones_and_hold),
        TEST_WITH_ARENA(expressions_are_split_at_and_or_and_not),
        TEST_WITH_ARENA(equal_expressions_are_one_atom),
        TEST_WITH_ARENA(atoms_that_find_no_room_may_be_true_and_may_not),
        TEST_WITH_ARENA(the_names_of_a_mapper_stand_for_those_of_the_route),
        TEST_WITH_ARENA(ignores_conditions_that_are_too_large),
    };
    return cmocka_run_group_tests_name("usage_condition", tests, NULL, NULL);
}
