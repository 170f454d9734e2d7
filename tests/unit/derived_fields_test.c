/* What a call with `fields: {auto: …}` asks for. */
#include "support.h"

#include <string.h>

#include "language/field_list.h"

/* The route POST /any/{id} with these steps and answer, of a table with these mappers. */
static const struct route *route_of(struct arena *arena, const char *selection, const char *mappers,
                                    const char *steps, const char *answer) {
    const char *source = text_format(arena,
                                     "settings: {none: null}\n"
                                     "upstreams:\n"
                                     "  store:\n"
                                     "    url: 'http://store.test'\n"
                                     "    public: true\n"
                                     "    fields: {%s}\n"
                                     "mappers: {%s}\n"
                                     "routes:\n"
                                     "  POST /any/{id}:\n"
                                     "    query: {properties: {p: {}, q: {}, r: {}, list: {}}}\n"
                                     "    steps:\n%s"
                                     "    answer: %s\n",
                                     selection, mappers, steps, answer)
                             .data;
    return &good_table(arena, source)->routes[0];
}

/* What the call named `name` asks for. */
static struct text fields_of(struct arena *arena, const struct route *route, const char *name) {
    struct buffer buffer = {0};
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        for (size_t j = 0; text_is(step->name, name) && j < step->query_count; j++)
            if (step->query[j].fields)
                field_list_describe(step->query[j].fields, &buffer);
    }
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}

#define A        "      - a: GET store/a\n        query: {fields: {auto: t}}\n"
#define LET(let) "      - let: {" let "}\n"

static void requests_what_is_read_below_the_envelope(void **state) {
    static const struct {
        const char *answer;
        const char *expected;
    } rows[] = {
        {"$a.t.x", "x"},
        {"{p: $a.t.x, q: $a.t.y.z, r: $a.t.x}", "x, y.z"},
        {"{p: $a.t.x, n: $a.count}", "x"},
        {"$a.t | m", "id, parts.name, parts.size"},
        /* Lists are of no account. */
        {"$a.t | pluck .x", "x"},
        {"$a.t | each m", "id, parts.name, parts.size"},
        {"$a.t.0.list.0.x", "list.x"},
        /* What is read as a whole is one name. */
        {"{p: $a.t.x, q: $a.t.y}", "x, y"},
        {"{p: $a.t.y.z, q: $a.t.y}", "y"},
        /* Of what is there or not, a name. */
        {"{p: $a.t.y != null}", "y"},
        {"{p: $a.t.y != null, q: $a.t.y.z}", "y.z"},
        {"{p: $a.t.x, n: $a.t.y | length}", "x, y"},
        {"{p: $a.t.x, n: (not $a.t.list.0)}", "x, list.id"},
        {"{p: $a.t.list | pluck .n, n: $a.t.list | length}", "list.n"},
        {"{p: $a.t.x, n: $a.t | length}", "x"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(
            rows[i].answer, rows[i].expected,
            fields_of(*state,
                      route_of(*state, "key: id",
                               "m: {id: .id, list: .parts | each n}, n: {a: .name, b: .size}", A,
                               rows[i].answer),
                      "a"));
}

static void rules_of_the_upstream_say_how(void **state) {
    static const struct {
        const char *selection;
        const char *answer;
        const char *expected;
    } rows[] = {
        {"whole: [t.y]", "{p: $a.t.x, q: $a.t.y.z, r: $a.t.y.w}", "x, *y"},
        {"whole: [t.y]", "{q: $a.t.y}", "*y"},
        {"whole: [t.y]", "{q: $a.t.y != null}", "*y"},
        {"whole: [t.y], key: id", "{q: $a.t.y.0, p: $a.t.x}", "*y, x"},
        /* A plain name is always asked for, so that the list is not an addition to a default. */
        {"whole: [t.y], key: id", "{q: $a.t.y.z}", "*y, id"},
        {"whole: [o.y]", "{q: $a.t.y.z}", "y.z"},
        {"whole: ['*.y']", "{p: $a.t.x.y.z, q: $a.t.y.z}", "*x.y, *y"},
        {"whole: ['*.x.y']", "{p: $a.t.x.y.z, q: $a.t.y.z}", "*x.y, y.z"},
        /* The one that says more counts. */
        {"whole: [t.y, t.y.z]", "{p: $a.t.y.a, q: $a.t.y.z.b}", "*y, *y.z"},
        {"whole: [t.y.z, t.y]", "{p: $a.t.y.a, q: $a.t.y.z.b}", "*y, *y.z"},
        {"whole: [t.y], as: {t.y.z: +y.z}", "{p: $a.t.y.a, q: $a.t.y.z.b}", "*y, +y.z"},
        {"whole: [t.y.z], as: {t.y: +y}", "{p: $a.t.y.a, q: $a.t.y.z.b}", "+y, *y.z"},
        {"whole: [t.y], as: {t.y: +y}", "{p: $a.t.y.a}", "+y"},
        {"values: ['*.m']", "{p: $a.t.m.a, q: $a.t.m.b, r: $a.t.x.m.c}", "m, x.m"},
        {"values: [t.m], key: id", "{p: $a.t.m.0}", "m"},
        {"values: ['*.m'], whole: [t.x]", "{p: $a.t.x.m.c}", "*x"},
        {"with: {t.x: other}", "{p: $a.t.x}", "x, other"},
        {"with: {'*.x': [o.a, o.b]}", "{p: $a.t.y.x.z}", "y.x.z, o.a, o.b"},
        {"with: {t.y: other}", "{p: $a.t.x}", "x"},
        {"with: {t.x: y}", "{p: $a.t.x, q: $a.t.y}", "x, y"},
        /* Without a key. */
        {"", "{n: $a.t.list.0, p: $a.t.x}", "list, x"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(
            rows[i].selection, rows[i].expected,
            fields_of(*state, route_of(*state, rows[i].selection, "", A, rows[i].answer), "a"));
}

static void members_are_asked_for_under_their_conditions(void **state) {
    static const struct {
        const char *answer;
        const char *expected;
    } rows[] = {
        {"{p: $a.t.x, q: $a.t.y | when $query.p}", "x, y if $query.p"},
        {"{p: $a.t.x, q: $a.t.y.z | when (not $query.p)}", "x, y.z if not $query.p"},
        {"{p: $a.t.x, q: $a.t.y | when ($query.p == 1 and $query.q)}",
         "x, y if $query.p == 1 and $query.q"},
        {"{p: $a.t.x, q: $a.t.y | when ($query.p or $query.q)}", "x, y if $query.p or $query.q"},
        {"{p: $a.t.x, q: $a.t.y | when $query.p | when $query.q}", "x, y if $query.q and $query.p"},
        {"{p: $a.t.x, q: ($query.p and $a.t.y)}", "x, y if $query.p"},
        {"{p: $a.t.x, q: (not $query.p or $a.t.y == 1)}", "x, y if $query.p"},
        {"{p: $a.t.x, q: ($query.p or $query.q or $a.t.y)}",
         "x, y if not $query.p and not $query.q"},
        {"{p: $a.t.x, q: ($query.p and $query.q and $a.t.y)}", "x, y if $query.p and $query.q"},
        /* Read elsewhere too, the conditions are alternatives; always absorbs the others. */
        {"{p: $a.t.x, q: $a.t.y | when $query.p, r: $a.t.y | when $query.q}",
         "x, y if $query.p or $query.q"},
        {"{p: $a.t.x, q: $a.t.y | when $query.p, r: $a.t.y}", "x, y"},
        {"{p: $a.t.x, q: $a.t.y | when $query.p, r: $a.t.y | when (not $query.p)}", "x, y"},
        {"{p: $a.t.x, q: $a.t.y | when $query.p | when (not $query.p)}", "x"},
        /* By the settings of this place, nothing is read. */
        {"{q: $a.t.y | when $settings.none}", "id"},
        /* Where the right side of `??` is read is not known. */
        {"{p: ($a.t.x | when $query.p) ?? $a.t.y}", "x if $query.p, y"},
        /* What is missing now equals nothing, the word null what is missing. */
        {"{p: $a.t.x, q: $a.t.y | when ($query.p == $settings.none), r: $a.t.z | when ($query.p == "
         "null)}",
         "x, y if $query.p == $settings.none, z if $query.p == null"},
        /* What is read of a value that is there under a condition only. */
        {"{p: $a.t.x, q: ($a.t.list | when $query.p) | pluck .y}", "x, list.y if $query.p"},
        {"{p: $a.t.x, q: $a.t.o | when $query.p | m 1}", "x, o.a if $query.p, o.b if $query.p"},
        /* Of the items, and what depends on an answer or an item. */
        {"{p: $a.t.x, q: $a.t.list | pluck (.y | when $query.p)}",
         "x, list.y if $query.p, list.id"},
        {"{p: $a.t.list | pluck (.y | when .z)}", "list.y, list.z"},
        {"{p: $a.t.x, q: $a.t.y | when $a.t.z}", "x, y, z"},
        {"{p: $a.t.x, q: $a.t.y | when ($query.p and $a.t.x)}", "x, y if $query.p"},
        /* By way of mappers. */
        {"{p: $a.t | m $query.p}", "a, b if $query.p"},
        {"{p: $a.t | m (not $query.p)}", "a, b if not $query.p"},
        {"{p: $a.t | m ($query.p == 1)}", "a, b if $query.p == 1"},
        {"{p: $a.t | m true}", "a, b"},
        {"{p: $a.t | m false}", "a"},
        {"{p: $a.t | m null}", "a"},
        {"{p: $a.t | m $a.t.c}", "c, a, b"},
        {"{p: $a.t | outer $query.p $query.q}", "x, o.a, o.b if $query.p and not $query.q"},
        {"{p: $a.t | local $query.p}", "x, y if $query.p and $p == 1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(rows[i].answer, rows[i].expected,
                   fields_of(*state,
                             route_of(*state, "key: id",
                                      "m $p: {a: .a, b: .b | when $p}, outer $p $q: {x: .x, o: .o "
                                      "| m ($p and not $q)}, local $p: {$both: ($p and $p == 1), "
                                      "x: .x, y: .y | when $both}",
                                      A, rows[i].answer),
                             "a"));
}

/* No call waits for the condition under which a member of its answer is read. */
static void a_condition_is_known_before_the_call(void **state) {
    static const struct {
        const char *steps;
        const char *answer;
        const char *expected;
    } rows[] = {
        {LET("c: $query.p") A, "{p: $a.t.x, q: $a.t.y | when $c}", "x, y if $c"},
        /* A name that is given later stands for its expression. */
        {A LET("c: $query.p"), "{p: $a.t.x, q: $a.t.y | when $c}", "x, y if $query.p"},
        {A LET("b: $query.q, c: ($query.p and not $b)"), "{p: $a.t.x, q: $a.t.y | when $c}",
         "x, y if $query.p and not $query.q"},
        {A LET("c: ($query.p and $a.ok)"), "{p: $a.t.x, q: $a.t.y | when $c}", "x, y if $query.p"},
        {A LET("c: ($query.p and $a.ok)"), "{p: $a.t.x, q: $a.t.y | when (not $c)}", "x, y"},
        {A "      - let: {c: $query.p}\n        when: $a.ok\n", "{p: $a.t.x, q: $a.t.y | when $c}",
         "x, y"},
        {"      - b: GET store/b\n" A, "{p: $a.t.x, q: $a.t.y | when $b.ok}", "x, y"},
        {"      - b: GET store/b\n      - a: GET store/a/{$b.id}\n"
         "        query: {fields: {auto: t}}\n",
         "{p: $a.t.x, q: $a.t.y | when $b.ok}", "x, y if $b.ok"},
        {"      - b: POST store/b\n" A, "{p: $a.t.x, q: $a.t.y | when $b.ok}", "x, y if $b.ok"},
        {"      - b: GET store/b\n" LET("c: $b.ok, d: $query.p") A,
         "{p: $a.t.x, q: $a.t.y | when $c, r: $a.t.z | when $d}", "x, y, z if $query.p"},
        {"      - b: GET store/b\n" LET("c: $b.ok") LET("d: $query.p") A,
         "{p: $a.t.x, q: $a.t.y | when $c, r: $a.t.z | when $d}", "x, y, z if $d"},
        /* The result of the call itself. */
        {A, "{p: $a.t.x, q: $a.t.y | when $a.ok}", "x, y"},
        /* A condition that is half known. */
        {A, "{p: $a.t.x, q: $a.t.y | when ($query.p and not $a.ok)}", "x, y if $query.p"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(rows[i].steps, rows[i].expected,
                   fields_of(*state, route_of(*state, "", "", rows[i].steps, rows[i].answer), "a"));
}

#define IF_P "        when: $query.p\n"

static void the_conditions_of_steps_count(void **state) {
    static const struct {
        const char *steps;
        const char *answer;
        const char *expected;
    } rows[] = {
        {A "      - let: {v: $a.t.y}\n" IF_P, "{p: $a.t.x, q: $v}", "y if $query.p, x"},
        {A "      - let: {v: $a.t}\n" IF_P, "{p: $a.t.x, q: $v.y}", "x, y if $query.p"},
        {A LET("v: ($a.t | when $query.p) ?? ($a.t | when $query.q)"), "{p: $a.t.x, q: $v.y}",
         "x, y if $query.p or $query.q"},
        {A "      - require: $a.t.y\n        else: 404 No\n" IF_P, "{p: $a.t.x}",
         "y if $query.p, x"},
        {A "      - b: GET store/b/{$a.t.y}\n" IF_P, "{p: $a.t.x, q: $b.z}", "y if $query.p, x"},
        {A "      - b: POST store/b\n        body: {y: $a.t.y}\n" IF_P, "{p: $a.t.x, q: $b.z}",
         "y if $query.p, x"},
        /* What holds whenever the call is made is no condition of it. */
        {A IF_P, "{p: $a.t.x | when $query.p, q: $a.t.y | when (not $query.p)}", "x"},
        {A IF_P, "{p: $a.t.x | when ($query.p and $query.q), r: $a.t.y}", "x if $query.q, y"},
        /* By the settings of this place, the call is never made. */
        {A "        when: $settings.none\n", "{p: $a.t.x | when $settings.none, q: $query.p}", ""},
        {"      - a: GET store/a/{.}\n        each: $query.list\n"
         "        query: {fields: {auto: t}}\n",
         "{p: $a | pluck .t.x, q: $a | pluck (.t.y | when $query.q)}", "x, y if $query.q"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(rows[i].steps, rows[i].expected,
                   fields_of(*state, route_of(*state, "", "", rows[i].steps, rows[i].answer), "a"));
}

/* Two answers of which one takes the place of the other: each is asked for what it is needed for.
 */
static void an_answer_in_the_place_of_another(void **state) {
    static const char steps[] = "      - a: GET store/a\n"
                                "        query: {fields: {auto: t}}\n"
                                "      - let: {again: (not $query.p and $a.t.x == 1)}\n"
                                "      - b: GET store/b\n"
                                "        when: $again\n"
                                "        query: {fields: {auto: t}}\n"
                                "      - let: {best: $b.t ?? ($a.t | when (not $again))}\n";
    static const char mapper[] = "m $cheap $full: {x: .x, y: .y | when $cheap, z: .z | when $full}";
    struct arena *arena = *state;
    const struct route *route = route_of(
        arena, "", mapper, steps, "$best | m ($query.p and not $again) (not $query.p or $again)");
    check_text("the first", "x, y if $query.p, z if not $query.p", fields_of(arena, route, "a"));
    check_text("the second", "x, z", fields_of(arena, route, "b"));
}

static void a_list_that_might_be_empty_asks_for_the_key(void **state) {
    struct arena *arena = *state;
    const struct route *route =
        route_of(arena, "key: id", "", A, "{p: $a.t.x | when $query.p, q: $a.n}");
    check_text("with a key", "x if $query.p, id", fields_of(arena, route, "a"));
}

/* What goes out, and in which requests. */
static void check_sent(struct arena *arena, const struct route *route, const char *p,
                       const char *expected) {
    struct value *slots = arena_allocate_array(arena, route->slot_count, sizeof *slots);
    slots[route->query_slot] = value_from(arena, p);
    struct evaluation evaluation = {.arena = arena, .slots = slots};
    struct buffer buffer = {0};
    bool too_long;
    check_truth(p, true,
                query_append(&evaluation, route->steps[0].query, route->steps[0].query_count,
                             &buffer, &too_long));
    check_text(p, expected, buffer_text(&buffer));
    buffer_free(&buffer);
}

static void what_goes_out_depends_on_the_conditions(void **state) {
    struct arena *arena = *state;
    const struct route *route = route_of(
        arena, "whole: [t.o]", "", A,
        "{p: $a.t.x, q: $a.t.y | when $query.p, r: $a.t.o.z | when ($query.p and not $query.q)}");
    check_sent(arena, route, "{}", "?fields=x");
    check_sent(arena, route, "{\"p\": 1}", "?fields=x%2Cy%2C%2Ao");
    check_sent(arena, route, "{\"p\": 1, \"q\": 1}", "?fields=x%2Cy");
    route = route_of(arena, "", "", A, "{p: $a.t.x, q: $a.t.y.z}");
    check_sent(arena, route, "{}", "?fields=x%2Cy.z");
    route = route_of(arena, "", "", A, "{p: $a.t.x | when $query.p, q: $a.n}");
    check_sent(arena, route, "{}", "");
}

static void a_selection_is_shared_by_name(void **state) {
    struct arena *arena = *state;
    const struct table *table =
        good_table(arena, "upstreams:\n"
                          "  one: {url: 'http://one.test', public: true, fields: {whole: [t.o]}}\n"
                          "  two: {url: 'http://two.test', public: true, fields: one}\n"
                          "routes:\n"
                          "  GET /any:\n"
                          "    steps: [{a: GET two/a, query: {select: {auto: t}}}]\n"
                          "    answer: {p: $a.t.o.x}\n");
    check_text("the other upstream's", "*o", fields_of(arena, &table->routes[0], "a"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(requests_what_is_read_below_the_envelope),
        TEST_WITH_ARENA(rules_of_the_upstream_say_how),
        TEST_WITH_ARENA(members_are_asked_for_under_their_conditions),
        TEST_WITH_ARENA(a_condition_is_known_before_the_call),
        TEST_WITH_ARENA(the_conditions_of_steps_count),
        TEST_WITH_ARENA(an_answer_in_the_place_of_another),
        TEST_WITH_ARENA(a_list_that_might_be_empty_asks_for_the_key),
        TEST_WITH_ARENA(what_goes_out_depends_on_the_conditions),
        TEST_WITH_ARENA(a_selection_is_shared_by_name),
    };
    return cmocka_run_group_tests_name("derived_fields", tests, NULL, NULL);
}
