/* Shapes and mappers: what they make of a value. */
#include "support.h"

#include <locale.h>

#include "language/mapper.h"

struct mapping {
    /* The mappers of a table; `m` is the one that is applied. */
    const char *mappers;
    const char *input;
    const char *expected;
};

static struct value applied(struct arena *arena, const struct mapping *row,
                            struct text *missing_required) {
    const char *source = text_format(arena,
                                     ANY_UPSTREAM ANY_ROUTE "settings: {currency: EUR}\n"
                                                            "tables: {sizes: {S: Small}}\n"
                                                            "mappers:\n%s\n",
                                     row->mappers)
                             .data;
    const struct table *table = good_table(arena, source);
    struct evaluation evaluation = {.arena = arena};
    struct value result;
    bool good = apply_mapper(&evaluation, table, "m", value_from(arena, row->input), &result);
    *missing_required = evaluation.failure.source;
    check_truth(row->mappers, missing_required->size == 0, good);
    return result;
}

static void check_rows(struct arena *arena, const struct mapping *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct text missing_required;
        struct value came = applied(arena, &rows[i], &missing_required);
        check_text(rows[i].mappers, "", missing_required);
        check_json(rows[i].mappers, rows[i].expected, came);
    }
}

static void a_shape_is_built_of_its_values(void **state) {
    static const struct mapping rows[] = {
        {"  m: {a: .x, b: {c: .y.z}}", "{\"x\":1,\"y\":{\"z\":2}}", "{\"a\":1,\"b\":{\"c\":2}}"},
        {"  m: .x", "{\"x\":[1]}", "[1]"},
        {"  m: [.x, .y, text]", "{\"x\":1,\"y\":2}", "[1,2,\"text\"]"},
        {"  m: {a: [{b: .x}, {b: .y}]}", "{\"x\":1,\"y\":2}", "{\"a\":[{\"b\":1},{\"b\":2}]}"},
        {"  m: {a: (.x ?? .y)}", "{\"y\":2}", "{\"a\":2}"},
        {"  m: {a: $settings.currency}", "{}", "{\"a\":\"EUR\"}"},
        {"  m: {z: .x, a: .x}", "{\"x\":1}", "{\"z\":1,\"a\":1}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_scalar_that_is_no_expression_is_itself(void **state) {
    static const struct mapping rows[] = {
        {"  m: {a: PCS}", "{}", "{\"a\":\"PCS\"}"},
        {"  m: {a: 12, b: 1.50, c: -1e3}", "{}", "{\"a\":12,\"b\":1.50,\"c\":-1e3}"},
        {"  m: {a: true, b: false}", "{}", "{\"a\":true,\"b\":false}"},
        {"  m: {a: '12', b: \"true\", c: 'null'}", "{}",
         "{\"a\":\"12\",\"b\":\"true\",\"c\":\"null\"}"},
        {"  m: {a: 012, b: 'yes', c: 1_000, d: 2026-01-31}", "{}",
         "{\"a\":\"012\",\"b\":\"yes\",\"c\":\"1_000\",\"d\":\"2026-01-31\"}"},
        {"  m: {a: '', b: [], c: {}}", "{}", "{\"a\":\"\",\"b\":[],\"c\":{}}"},
        {"  m: {a: null, b: .none, c: (null), d: 1}", "{}", "{\"d\":1}"},
        {"  m: {a: costs $5, b: a.b}", "{}", "{\"a\":\"costs $5\",\"b\":\"a.b\"}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_string_with_braces_is_filled_in(void **state) {
    static const struct mapping rows[] = {
        {"  m: {a: '{.x} ({.y})'}", "{\"x\":\"Ann\",\"y\":5.50}", "{\"a\":\"Ann (5.50)\"}"},
        {"  m: \"{.x | upper}-{$settings.currency}\"", "{\"x\":\"a\"}", "\"A-EUR\""},
        {"  m: {a: 'no. {.x}'}", "{\"x\":1}", "{\"a\":\"no. 1\"}"},
        /* A string even if it is the text of a number. */
        {"  m: {a: '{.x}'}", "{\"x\":1}", "{\"a\":\"1\"}"},
        {"  m: {a: '{.x}'}", "{\"x\":true}", "{\"a\":\"true\"}"},
        /* In a list, a local and a spread's neighbours. */
        {"  m: {$l: '{.x}!', a: ['{.x}?', $l]}", "{\"x\":1}", "{\"a\":[\"1?\",\"1!\"]}"},
        /* One part that is missing makes all of it missing. */
        {"  m: {a: '{.x} ({.y})', b: 1}", "{\"x\":\"Ann\"}", "{\"b\":1}"},
        {"  m: {a: '{.x}', b: 1}", "{\"x\":null}", "{\"b\":1}"},
        {"  m: {a: '{.x}', b: 1}", "{\"x\":[1]}", "{\"b\":1}"},
        {"  m: {a: '{.x}'}", "{\"x\":\"\"}", "{\"a\":\"\"}"},
        /* A brace that is one. */
        {"  m: {a: \"{'{'}{.x}{'}'}\"}", "{\"x\":1}", "{\"a\":\"{1}\"}"},
        {"  m: {a: \"{'}'}\"}", "{}", "{\"a\":\"}\"}"},
        {"  m: {a: \"{.x ?? '{}'}\"}", "{}", "{\"a\":\"{}\"}"},
        /* What a quoted string of an expression holds is itself. */
        {"  m: {a: \".x ?? '{.y}'\"}", "{\"y\":1}", "{\"a\":\"{.y}\"}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_replacement_does_not_grow_without_bound(void **state) {
    static const struct {
        const char *mapper;
        const char *expected;
        const char *too_large;
    } rows[] = {
        {"  m: (.a | replace 'x' '12345678901234567890123456789012' | length)", "16777216", ""},
        {"  m: (.a | replace 'x' '123456789012345678901234567890123' | length)", "missing",
         ".a | replace 'x' '123456789012345678901234567890123'"},
        {"  m: (.a | replace 'x' 'y' | length)", "524288", ""},
    };
    struct arena *arena = *state;
    size_t size = 512 * 1024;
    char *content = arena_allocate(arena, size + 1);
    memset(content, 'x', size);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mapping row = {rows[i].mapper, "", rows[i].expected};
        struct text missing_required;
        row.input = text_format(arena, "{\"a\":\"%s\"}", content).data;
        check_json(row.mappers, row.expected, applied(arena, &row, &missing_required));
        check_text(row.mappers, rows[i].too_large, missing_required);
    }
}

static void leaves_out_missing_values(void **state) {
    static const struct mapping rows[] = {
        {"  m: {a: .x, b: .y}", "{\"y\":1}", "{\"b\":1}"},
        {"  m: {a: .x, b: .y}", "{\"x\":null,\"y\":1}", "{\"b\":1}"},
        {"  m: {a: .x, b: .y}", "{\"x\":false,\"y\":\"\"}", "{\"a\":false,\"b\":\"\"}"},
        {"  m: [.x, .y]", "{\"y\":1}", "[1]"},
        {"  m: [.x]", "{}", "[]"},
        {"  m: {a: {b: .x}, c: .y}", "{\"y\":1}", "{\"c\":1}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_mapping_with_nothing_in_it_is_missing(void **state) {
    static const struct mapping rows[] = {
        {"  m: {a: .x}", "{}", "missing"},
        {"  m: {a: {b: {c: .x}}}", "{}", "missing"},
        {"  m: {a: {$b: 1}}", "{}", "missing"},
        {"  m: {<<: .x}", "{\"x\":{}}", "missing"},
        {"  m: {a: {b: .x} , c: 1}", "{}", "{\"c\":1}"},
        /* One that was written empty is meant so. */
        {"  m: {}", "{}", "{}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void locals_are_names_for_use_below(void **state) {
    static const struct mapping rows[] = {
        {"  m: {$x: .x, a: $x, b: $x}", "{\"x\":1}", "{\"a\":1,\"b\":1}"},
        {"  m: {$x: .x, $y: $x.y, a: $y}", "{\"x\":{\"y\":2}}", "{\"a\":2}"},
        {"  m: {$x: {y: .x}, a: $x}", "{\"x\":1}", "{\"a\":{\"y\":1}}"},
        {"  m: {$x: .x, a: .items | each n $x}\n  n $x: {b: ., c: $x}", "{\"x\":1,\"items\":[5]}",
         "{\"a\":[{\"b\":5,\"c\":1}]}"},
        {"  m: {a: {$x: .x, b: $x}}", "{\"x\":1}", "{\"a\":{\"b\":1}}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_local_is_not_kept_from_call_to_call(void **state) {
    static const struct mapping rows[] = {
        {"  m: . | each n\n  n: {$x: .x, a: $x, b: .b}", "[{\"x\":1,\"b\":1},{\"b\":2}]",
         "[{\"a\":1,\"b\":1},{\"b\":2}]"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void spread_members_stand_where_the_spread_is(void **state) {
    static const struct mapping rows[] = {
        {"  m: {a: 1, <<: .x, z: 2}", "{\"x\":{\"c\":3,\"b\":4}}",
         "{\"a\":1,\"c\":3,\"b\":4,\"z\":2}"},
        {"  m: {<<: .x, a: 1}", "{}", "{\"a\":1}"},
        {"  m: {<<: .x, a: 1}", "{\"x\":[5]}", "{\"a\":1}"},
        {"  m: {<<: .x, a: 1}", "{\"x\":\"text\"}", "{\"a\":1}"},
        {"  m: {<<: .x, <<: .y, a: 1}", "{\"x\":{\"b\":1},\"y\":{\"c\":2}}",
         "{\"b\":1,\"c\":2,\"a\":1}"},
        {"  m: {<<: {b: .x, c: .y}, a: 1}", "{\"x\":5}", "{\"b\":5,\"a\":1}"},
        {"  m: {<<: . | n, a: 1}\n  n: {b: .x}", "{\"x\":5}", "{\"b\":5,\"a\":1}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void what_comes_later_overrides(void **state) {
    static const struct mapping rows[] = {
        {"  m: {<<: .x, a: 2}", "{\"x\":{\"a\":1,\"b\":1}}", "{\"a\":2,\"b\":1}"},
        {"  m: {a: 2, <<: .x}", "{\"x\":{\"a\":1,\"b\":1}}", "{\"a\":1,\"b\":1}"},
        {"  m: {<<: .x, <<: .y}", "{\"x\":{\"a\":1},\"y\":{\"a\":2}}", "{\"a\":2}"},
        /* What is missing overrides nothing. */
        {"  m: {<<: .x, a: .y}", "{\"x\":{\"a\":1}}", "{\"a\":1}"},
        {"  m: {a: 1, <<: .x}", "{\"x\":{\"a\":null}}", "{\"a\":1}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_list_of_objects_is_spread_one_by_one(void **state) {
    static const struct mapping rows[] = {
        {"  m: {<<: [.x, .y, .z], b: 3}", "{\"x\":{\"a\":1,\"b\":1},\"z\":{\"a\":2}}",
         "{\"a\":2,\"b\":3}"},
        {"  m: {<<: .x, a: 1}", "{\"x\":[{\"c\":1},\"text\"]}", "{\"c\":1,\"a\":1}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

/* As call.c evaluates the body of a call. */
static void nulls_are_kept_on_demand(void **state) {
    static const char given[] = "{\"x\":{\"a\":null,\"b\":1},\"y\":null}";
    static const struct {
        const char *body;
        const char *otherwise;
        const char *kept;
    } rows[] = {
        {"{a: null, b: 1}", "{\"b\":1}", "{\"a\":null,\"b\":1}"},
        {"{l: [1, null]}", "{\"l\":[1]}", "{\"l\":[1,null]}"},
        {"{<<: .x}", "{\"b\":1}", "{\"a\":null,\"b\":1}"},
        {"{<<: . | pick y}", "missing", "{\"y\":null}"},
        /* What an expression gives is left out all the same. */
        {"{a: .x.a, b: 2}", "{\"b\":2}", "{\"b\":2}"},
    };
    struct arena *arena = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *source =
            text_format(arena, ANY_UPSTREAM ANY_ROUTE "mappers:\n  m: %s\n", rows[i].body).data;
        const struct table *table = good_table(arena, source);
        struct evaluation evaluation = {.arena = arena};
        struct value input = value_from(arena, given);
        struct value result;
        assert_true(apply_mapper(&evaluation, table, "m", input, &result));
        check_json(rows[i].body, rows[i].otherwise, result);
        evaluation.keeps_nulls = true;
        assert_true(apply_mapper(&evaluation, table, "m", input, &result));
        check_json(rows[i].body, rows[i].kept, result);
    }
}

static void missing_members_of_a_spread_are_left_out(void **state) {
    static const struct mapping rows[] = {
        {"  m: {<<: .x, a: 1}", "{\"x\":{\"b\":null}}", "{\"a\":1}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void mappers_take_parameters(void **state) {
    static const struct mapping rows[] = {
        {"  m: {p: .x | money 'EUR'}\n  money $currency: {value: ., currency: $currency}",
         "{\"x\":12.50}", "{\"p\":{\"value\":12.50,\"currency\":\"EUR\"}}"},
        {"  m: . | n .a .b\n  n $b $a: {a: $a, b: $b, c: .c}", "{\"a\":1,\"b\":2,\"c\":3}",
         "{\"a\":2,\"b\":1,\"c\":3}"},
        {"  m: . | n .nothing\n  n $a: {a: $a, b: 1}", "{}", "{\"b\":1}"},
        {"  m: . | n (.a | upper) [1, .b]\n  n $a $b: {a: $a, b: $b}", "{\"a\":\"x\",\"b\":2}",
         "{\"a\":\"X\",\"b\":[1,2]}"},
        /* A mapper may be declared behind the one that calls it. */
        {"  a: . | z\n  m: . | a\n  z: {v: .}", "5", "{\"v\":5}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void mappers_of_a_missing_value_are_missing(void **state) {
    static const struct mapping rows[] = {
        {"  m: {a: .x | n, b: 1}\n  n: {c: 1}", "{}", "{\"b\":1}"},
        {"  m: {a: .x | n, b: 1}\n  n: {c: 1}", "{\"x\":null}", "{\"b\":1}"},
        {"  m: {a: .x | each n}\n  n: {c: 1}", "{\"x\":[null,5]}", "{\"a\":[{\"c\":1}]}"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void names_missing_required_values(void **state) {
    struct arena *arena = *state;
    static const struct {
        struct mapping mapping;
        const char *missing_required;
    } rows[] = {
        {{"  m: {a: .x | required}", "{\"x\":1}", NULL}, ""},
        {{"  m: {a: .x | required}", "{}", NULL}, ".x"},
        {{"  m: {a: .x.y | required | money 'EUR'}\n  money $c: {v: .}", "{}", NULL}, ".x.y"},
        {{"  m: {a: .x | upper | required}", "{}", NULL}, ".x | upper"},
        {{"  m: {a: .x | required, b: .y | required}", "{}", NULL}, ".x"},
        {{"  m: {$x: .x | required, b: 1}", "{}", NULL}, ".x"},
        {{"  m: {a: .x | n}\n  n: {b: .y | required}", "{\"x\":{}}", NULL}, ".y"},
        {{"  m: {a: .x | each n}\n  n: {b: .y | required}", "{\"x\":[{\"y\":1},{}]}", NULL}, ".y"},
        {{"  m: {a: .x | n, b: .z | required}\n  n: {b: .y}", "{\"x\":{}}", NULL}, ".z"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text missing_required;
        applied(arena, &rows[i].mapping, &missing_required);
        check_text(rows[i].mapping.mappers, rows[i].missing_required, missing_required);
    }
}

static void a_key_is_a_name_and_parameters(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *key;
        /* The name and parameters with commas between; NULL: refused. */
        const char *expected;
    } rows[] = {
        {"money", "money"},
        {"money $currency", "money,currency"},
        {" money  $a   $b-1 ", "money,a,b-1"},
        {"", NULL},
        {"$money", NULL},
        {"money currency", NULL},
        {"money $", NULL},
        {"money $1", NULL},
        {"my/money", NULL},
        {"9money", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text name, *parameters;
        size_t count;
        bool good = signature_parse(arena, text_of(rows[i].key), &name, &parameters, &count);
        for (size_t j = 0; good && j < count; j++)
            name =
                text_format(arena, "%.*s,%.*s", TEXT_ARGUMENT(name), TEXT_ARGUMENT(parameters[j]));
        check_text(rows[i].key, rows[i].expected ? rows[i].expected : "refused",
                   good ? name : text_of("refused"));
    }
}

/* A mapper whose string is `count` times doubled, by names that are made of one another. */
static struct mapping doubling(struct arena *arena, int count) {
    const char *names = "$n0: .";
    for (int i = 0; i < count; i++)
        names = text_format(arena, "%s, $n%d: '{$n%d}{$n%d}'", names, i + 1, i, i).data;
    return (struct mapping){text_format(arena, "  m: {%s, made: $n%d != null}", names, count).data,
                            "\"0123456789abcdef\"", NULL};
}

static void a_string_is_as_long_as_other_results_may_be(void **state) {
    struct text failed;
    struct mapping longest = doubling(*state, 20);
    struct mapping longer = doubling(*state, 21);
    check_json("16 MiB", "{\"made\":true}", applied(*state, &longest, &failed));
    applied(*state, &longer, &failed);
    check_text("more", "{$n20}{$n20}", failed);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_shape_is_built_of_its_values),
        TEST_WITH_ARENA(a_scalar_that_is_no_expression_is_itself),
        TEST_WITH_ARENA(a_string_with_braces_is_filled_in),
        TEST_WITH_ARENA(a_replacement_does_not_grow_without_bound),
        TEST_WITH_ARENA(leaves_out_missing_values),
        TEST_WITH_ARENA(a_mapping_with_nothing_in_it_is_missing),
        TEST_WITH_ARENA(locals_are_names_for_use_below),
        TEST_WITH_ARENA(a_local_is_not_kept_from_call_to_call),
        TEST_WITH_ARENA(spread_members_stand_where_the_spread_is),
        TEST_WITH_ARENA(what_comes_later_overrides),
        TEST_WITH_ARENA(a_list_of_objects_is_spread_one_by_one),
        TEST_WITH_ARENA(nulls_are_kept_on_demand),
        TEST_WITH_ARENA(missing_members_of_a_spread_are_left_out),
        TEST_WITH_ARENA(mappers_take_parameters),
        TEST_WITH_ARENA(mappers_of_a_missing_value_are_missing),
        TEST_WITH_ARENA(names_missing_required_values),
        TEST_WITH_ARENA(a_key_is_a_name_and_parameters),
        TEST_WITH_ARENA(a_string_is_as_long_as_other_results_may_be),
    };
    return cmocka_run_group_tests_name("mapper", tests, NULL, NULL);
}
