/* Which calls of a route go out together, and what is read of their answers. */
#include "support.h"

#include <string.h>

#include "language/field_usage.h"
#include "table/table.h"

/* The route POST /any/{id} of a table, whose steps, answer and mappers are given. */
static const struct route *route_of(struct arena *arena, const char *steps, const char *answer,
                                    const char *mappers) {
    const char *source =
        text_format(arena,
                    ANY_UPSTREAM "mappers: {%s}\n"
                                 "flows:\n"
                                 "  owned $id:\n"
                                 "    - cart: GET store/carts/{$id}\n"
                                 "    - me: GET store/me\n"
                                 "    - require: $cart.owner == $me.id\n"
                                 "      else: 401 No\n"
                                 "routes:\n"
                                 "  GET /other: {steps: [{use: owned 1}], answer: $cart}\n"
                                 "  POST /any/{id}:\n"
                                 "    body: {properties: {a: {}, b: {}, list: {}}}\n"
                                 "    steps:\n%s"
                                 "    answer: %s\n",
                    mappers, steps, answer)
            .data;
    return &good_table(arena, source)->routes[1];
}

/* A line for each step: its name ("let", "require") and, if it has one, its batch leader's. */
static struct text plan_of(struct arena *arena, const struct route *route) {
    struct text plan = text_of("");
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        struct text name = step->kind == STEP_CALL  ? step->name
                           : step->kind == STEP_LET ? step->names[0].name
                                                    : text_of("require");
        plan = text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(plan), i ? " " : "",
                           TEXT_ARGUMENT(name));
        if (step->batch_leader != i)
            plan = text_format(arena, "%.*s<%.*s", TEXT_ARGUMENT(plan),
                               TEXT_ARGUMENT(route->steps[step->batch_leader].name));
    }
    return plan;
}

struct plan {
    const char *steps;
    /* Each step, with "<batch leader" behind those that go out with an earlier one. */
    const char *expected;
};

static void check_plans(struct arena *arena, const struct plan *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        check_text(
            rows[i].steps, rows[i].expected,
            plan_of(arena, route_of(arena, rows[i].steps, "{a: $a, b: $b, b0: $b.0, c: $c}", "")));
}

#define A      "      - a: GET store/a\n"
#define B      "      - b: GET store/b\n"
#define C      "      - c: GET store/c\n"
#define B_OF_A "      - b: GET store/b/{$a.id}\n"
#define C_OF_A "      - c: GET store/c/{$a.id}\n"
#define C_OF_B "      - c: GET store/c/{$b.id}\n"
#define ELSE   "        else: 404 No\n"

/* It is evaluated when the steps have come to the call. */
static void no_call_waits_for_what_only_reads(void **state) {
    static const struct plan rows[] = {
        {A B "        only: .owner == $a.id\n" C, "a b<a c<a"},
        {A B_OF_A C "        only: .owner == $b.id\n", "a b c<a"},
        {A B_OF_A C "        only: {list: .owner == $b.id}\n", "a b c<a"},
    };
    check_plans(*state, rows, COUNT(rows));
}

static void gets_that_need_nothing_of_one_another_go_together(void **state) {
    static const struct plan rows[] = {
        {A B C, "a b<a c<a"},         {A B_OF_A C, "a b c<a"},    {A B C_OF_A, "a b<a c"},
        {A B_OF_A C_OF_A, "a b c<b"}, {A B_OF_A C_OF_B, "a b c"},
    };
    check_plans(*state, rows, COUNT(rows));
}

static void an_answer_may_be_needed_anywhere_in_a_call(void **state) {
    static const struct plan rows[] = {
        {A "      - b: GET store/b\n        query: {q: $a.id}\n" C, "a b c<a"},
        {A "      - b: GET store/b\n        query: {q: [1, $a.id]}\n" C, "a b c<a"},
        {A "      - b: GET store/b\n        headers: {h: 'x {$a.id}'}\n" C, "a b c<a"},
        {A "      - b: GET store/b\n        when: not $a.id\n" C, "a b c<a"},
        {A "      - b: GET store/b/{.}\n        each: $a.ids\n" C, "a b c<a"},
        /* Nothing of it is needed to send the call: */
        {A "      - b: GET store/b\n        catch: {404: '404 No {$a.id}'}\n" C, "a b<a c<a"},
        {A "      - b: GET store/b\n        when: $body.b\n" C, "a b<a c<a"},
        {A "      - b: GET store/b\n        query: {q: [1, $body.b]}\n" C, "a b<a c<a"},
    };
    check_plans(*state, rows, COUNT(rows));
}

static void lets_are_carried_along(void **state) {
    static const struct plan rows[] = {
        {A "      - let: {x: $body.a}\n      - b: GET store/b/{$x}\n" C, "a x<a b<a c<a"},
        {A "      - let: {x: {y: $body.a}}\n      - b: GET store/b/{$x.y}\n" C, "a x<a b<a c<a"},
        /* One that needs an answer waits, and so does what needs it. */
        {A "      - let: {x: $a.id}\n      - b: GET store/b/{$x}\n" C, "a x b c<a"},
        {A "      - let: {x: $body.a}\n        when: $a.id\n      - b: GET store/b/{$x}\n" C,
         "a x b c<a"},
        {A "      - let: {x: $a.id}\n      - let: {y: {z: [$x]}}\n      - b: GET "
           "store/b/{$y.z.0}\n" C,
         "a x y b c<a"},
        {"      - let: {x: $body.a}\n" A B C, "x a b<a c<a"},
    };
    check_plans(*state, rows, COUNT(rows));
}

/* Each name is made of the one before it twice, so that a list of all would double each time. */
static void names_made_of_one_another_are_followed_once(void **state) {
    struct text names = text_of("n0: $a ?? $a");
    for (int i = 1; i < 60; i++)
        names =
            text_format(*state, "%.*s, n%d: $n%d ?? $n%d", TEXT_ARGUMENT(names), i, i - 1, i - 1);
    const struct route *route =
        route_of(*state, text_format(*state, A "      - let: {%.*s}\n", TEXT_ARGUMENT(names)).data,
                 "{v: $n59.id}", "");
    struct buffer usage = {0};
    usage_append(&usage, route->steps[0].usage);
    check_text("usage", "{id}", buffer_text(&usage));
    buffer_free(&usage);
}

static void a_require_that_can_be_decided_holds_back(void **state) {
    static const struct plan rows[] = {
        {A "      - require: $body.a\n" ELSE B C, "a require b c<b"},
        /* Until it can be decided nothing is lost by asking: GETs change nothing. */
        {A "      - require: $a.ok\n" ELSE B C, "a require b<a c<a"},
        {A "      - require: $a.ok\n        when: $body.a\n" ELSE B C, "a require b<a c<a"},
        {A B_OF_A "      - require: $b.ok\n" ELSE C, "a b require c<a"},
        {"      - require: $body.a\n" ELSE A B C, "require a b<a c<a"},
        {A "      - let: {x: $a.id}\n      - require: $x\n" ELSE B C, "a x require b<a c<a"},
    };
    check_plans(*state, rows, COUNT(rows));
}

static void nothing_overtakes_a_call_that_may_change_something(void **state) {
    static const struct plan rows[] = {
        {A "      - b: POST store/b\n" C, "a b c"},
        {A "      - b: DELETE store/b\n" C, "a b c"},
        {A "      - b: PUT store/b\n        when: $body.a\n" C, "a b c"},
        {"      - a: POST store/a\n      - b: POST store/b\n" C, "a b c"},
        {"      - a: POST store/a\n" B C, "a b c<b"},
    };
    check_plans(*state, rows, COUNT(rows));
}

static void a_flow_is_planned_with_what_surrounds_it(void **state) {
    struct arena *arena = *state;
    const struct route *route = route_of(arena,
                                         "      - use: owned $path.id\n"
                                         "      - extra: GET store/extra\n"
                                         "      - changed: POST store/carts\n",
                                         "{a: $cart.id, b: $changed, c: $extra}", "");
    check_text("the flow's calls and the one behind", "id cart me<cart require extra<cart changed",
               plan_of(arena, route));
}

/* What is read of the answer of a route's first call. */
static struct text reads_of(struct arena *arena, const struct route *route) {
    struct buffer buffer = {0};
    usage_append(&buffer, route->steps[0].usage);
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}

struct reading {
    const char *answer;
    const char *mappers;
    const char *expected;
};

static void check_readings(struct arena *arena, const struct reading *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        check_text(text_format(arena, "%s\n  mappers: %s", rows[i].answer, rows[i].mappers).data,
                   rows[i].expected,
                   reads_of(arena, route_of(arena, A, rows[i].answer, rows[i].mappers)));
}

static void paths_are_read(void **state) {
    static const struct reading rows[] = {
        {"$a", "", ""},
        {"$a.x", "", "{x}"},
        {"{p: $a.x, q: $a.y.z}", "", "{x, y{z}}"},
        {"{p: $a.x.y, q: $a.x.z, r: $a.x.y}", "", "{x{y, z}}"},
        {"$a.list.0.id", "", "{list[]{id}}"},
        {"($a.x ?? $a.y)", "", "{x, y}"},
        {"[$a.x, $a.y]", "", "{x, y}"},
        {"([$a.x, $a.y.z])", "", "{x, y{z}}"},
        {"{<<: $a.x, y: $a.y}", "", "{x, y}"},
        {"{p: ($a.x == 1), q: (not $a.y or $a.z)}", "", "{x, y, z}"},
        /* What is put out whole is read whole, whatever else is read of it. */
        {"{p: $a.x.y, q: $a.x}", "", "{x}"},
    };
    check_readings(*state, rows, COUNT(rows));
}

static void functions_read_what_they_look_at(void **state) {
    static const struct reading rows[] = {
        {"$a.list | pluck .id", "", "{list[]{id}}"},
        {"$a.list | where .ok | pluck .id", "", "{list[]{ok, id}}"},
        {"($a.list | find (.id == $body.a)).name", "", "{list[]{id, name}}"},
        {"($a.list | first).id", "", "{list[]{id}}"},
        {"$a.list | length", "", "{list}"},
        {"$a.list | dict .k .v", "", "{list[]{k, v}}"},
        {"$a.list | flatten .sub | pluck .id", "", "{list[]{sub[]{id}}}"},
        {"$a.list | sort_by .n | pluck .id", "", "{list[]{n, id}}"},
        {"$a.list | slice 0 5 | pluck .id", "", "{list[]{id}}"},
        {"$a.x | upper", "", "{x}"},
        {"$a.x | default $a.y", "", "{x, y}"},
        {"$a.x | required", "", "{x}"},
    };
    check_readings(*state, rows, COUNT(rows));
}

static void lists_made_of_what_was_received_are_read_as_far_as_it_is_used(void **state) {
    static const struct reading rows[] = {
        {"$a.list | pluck .x | pluck .y", "", "{list[]{x{y}}}"},
        {"($a.list | pluck .x | first).y", "", "{list[]{x{y}}}"},
        {"$a.list | each m | pluck .y", "m: .x", "{list[]{x{y}}}"},
        {"([$a.x, $a.y] | pluck .z)", "", "{x{z}, y{z}}"},
        {"([$a.x ?? $a.y] | first).z", "", "{x{z}, y{z}}"},
        {"([$a.l, $a.m] | flatten . | pluck .z)", "", "{l[]{z}, m[]{z}}"},
        {"$a.list | group .k | pluck .items.0.id", "", "{list[]{k, id}}"},
        {"$a.list | group .k | each m", "m: {k: .key, n: .items | length}", "{list[]{k}}"},
        {"($a.list | group .k | find (.key == 'x')).items | pluck .id", "", "{list[]{k, id}}"},
        {"$a.list | group .k | pluck .items", "", "{list}"},
    };
    check_readings(*state, rows, COUNT(rows));
}

static void a_list_that_is_put_out_is_read_whole(void **state) {
    static const struct reading rows[] = {
        {"$a.list | group .k", "", "{list}"},
        {"([$a.list])", "", "{list}"},
        {"$a.list | pluck .x", "", "{list[]{x}}"},
        {"$a.list", "", "{list}"},
        {"$a.list | where .ok", "", "{list}"},
        {"{p: $a.list, q: $a.list | pluck .id}", "", "{list}"},
    };
    check_readings(*state, rows, COUNT(rows));
}

static void a_condition_is_looked_at_and_not_put_out(void **state) {
    static const struct reading rows[] = {
        {"$a.x | when $a.y.z", "", "{x, y{z}}"},
        {"$a.list | when $a.list.1 | pluck .id", "", "{list[]{id}}"},
    };
    check_readings(*state, rows, COUNT(rows));
}

/* `b` is a list of answers, one for each item of the body's list; they are read alike. */
static void the_answers_of_each_are_read_alike(void **state) {
    struct arena *arena = *state;
    static const char steps[] = "      - b: GET store/b/{.}\n        each: $body.list\n";
    check_text("one member", "{id}", reads_of(arena, route_of(arena, steps, "$b | pluck .id", "")));
    check_text("one answer", "{id}", reads_of(arena, route_of(arena, steps, "$b.0.id", "")));
    const struct route *route = route_of(arena, steps, "{p: $b, q: $b | pluck .id}", "");
    check_truth("all of them", true, route->steps[0].usage->whole);
}

static void a_list_of_answers_is_read_whole(void **state) {
    static const char steps[] = "      - b: GET store/b/{.}\n        each: $body.list\n";
    check_truth("whole", true, route_of(*state, steps, "$b", "")->steps[0].usage->whole);
}

/* An answer is in the list if it is there, so that is read of it. */
static void a_list_of_answers_may_only_be_counted(void **state) {
    static const char steps[] = "      - b: GET store/b/{.}\n        each: $body.list\n";
    static const char named[] = "      - b: GET store/b/{.}\n        each: $body.list\n"
                                "      - let: {n: $b}\n";
    static const struct {
        const char *steps;
        const char *answer;
    } rows[] = {
        {steps, "{n: $b | length}"},
        {steps, "{n: ($b != null)}"},
        {steps, "{n: ('y' | when $b)}"},
        {steps, "{n: (not $b)}"},
        {steps, "{n: $b | nonempty | length}"},
        {named, "{n: $n | length}"},
        {steps, "{n: $b.0 != null}"},
        {steps, "{n: $b | pluck .id | length}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct projection *usage =
            route_of(*state, rows[i].steps, rows[i].answer, "")->steps[0].usage;
        check_truth(rows[i].answer, true, usage->present || usage->members);
        check_truth(rows[i].answer, false, usage->whole);
    }
}

static void mappers_read_for_those_that_call_them(void **state) {
    static const struct reading rows[] = {
        {"$a.cart | m", "m: {id: .id, name: .owner.name}", "{cart{id, owner{name}}}"},
        {"$a.items | each m", "m: {id: .id}", "{items[]{id}}"},
        {"$a.cart | m", "m: {$o: .owner, id: $o.id, o: $o | n}, n: {name: .name}",
         "{cart{owner{id, name}}}"},
        {"$a.x | m $a.y", "m $p: {x: .id, y: $p.id}", "{x{id}, y{id}}"},
    };
    check_readings(*state, rows, COUNT(rows));
}

static void a_leading_step_needs_neither_query_nor_body(void **state) {
    static const struct {
        const char *steps;
        size_t expected;
    } rows[] = {
        {"      - require: $headers.authorization\n        else: 401 No\n", 1},
        {"      - let: {id: $path.id}\n"
         "      - require: $id == 'x'\n        else: 404 No {$id}\n"
         "      - require: $body.a\n        else: 400 No\n",
         2},
        {"      - require: $headers.authorization\n        else: 401 No {$body.a}\n", 0},
        {"      - let: {a: $body.a}\n"
         "      - require: $headers.authorization\n        else: 401 No\n",
         0},
        {"      - a: GET store/a\n      - require: $a\n        else: 404 No\n"
         "      - require: $headers.authorization\n        else: 401 No\n",
         0},
        {"      - require: $headers.authorization\n        when: $body.a\n        else: 401 No\n",
         0},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_number(
            rows[i].steps, rows[i].expected,
            route_of(*state, rows[i].steps, "{x: $path.id, a: $body.a}", "")->leading_count);
}

static void of_an_error_only_what_the_message_reads_is_read(void **state) {
    static const struct {
        const char *message;
        const char *usage;
    } rows[] = {
        {"", ""},
        {", message: .message", "{message}"},
        {", message: .errors | first | first_text", "{errors[]{text, title}}"},
        {", message: .", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *source =
            text_format(
                *state,
                "upstreams: {s: {url: 'http://s.test', public: true, errors: {pass: [400]%s}}}\n"
                "mappers: {first_text: '.text ?? .title'}\n" ANY_ROUTE,
                rows[i].message)
                .data;
        struct buffer usage = {0};
        usage_append(&usage, &good_table(*state, source)->upstreams[0].message_usage);
        check_text(rows[i].message, rows[i].usage, buffer_text(&usage));
        buffer_free(&usage);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(gets_that_need_nothing_of_one_another_go_together),
        TEST_WITH_ARENA(no_call_waits_for_what_only_reads),
        TEST_WITH_ARENA(an_answer_may_be_needed_anywhere_in_a_call),
        TEST_WITH_ARENA(lets_are_carried_along),
        TEST_WITH_ARENA(names_made_of_one_another_are_followed_once),
        TEST_WITH_ARENA(a_require_that_can_be_decided_holds_back),
        TEST_WITH_ARENA(nothing_overtakes_a_call_that_may_change_something),
        TEST_WITH_ARENA(a_flow_is_planned_with_what_surrounds_it),
        TEST_WITH_ARENA(paths_are_read),
        TEST_WITH_ARENA(functions_read_what_they_look_at),
        TEST_WITH_ARENA(lists_made_of_what_was_received_are_read_as_far_as_it_is_used),
        TEST_WITH_ARENA(a_list_that_is_put_out_is_read_whole),
        TEST_WITH_ARENA(a_condition_is_looked_at_and_not_put_out),
        TEST_WITH_ARENA(the_answers_of_each_are_read_alike),
        TEST_WITH_ARENA(a_list_of_answers_may_only_be_counted),
        TEST_WITH_ARENA(a_list_of_answers_is_read_whole),
        TEST_WITH_ARENA(mappers_read_for_those_that_call_them),
        TEST_WITH_ARENA(a_leading_step_needs_neither_query_nor_body),
        TEST_WITH_ARENA(of_an_error_only_what_the_message_reads_is_read),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
