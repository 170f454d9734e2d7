/* The query of a call: parameters, lists, nested mappings and spread objects. */
#include "support.h"

#include <locale.h>

#include "language/query.h"

struct sending {
    /* The mapping `query` of a call, as YAML in braces. */
    const char *query;
    /* The request's body, `$body`. */
    const char *body;
    const char *expected;
};

static const struct step *call_with(struct arena *arena, const char *query,
                                    const struct route **route) {
    const char *source = text_format(arena,
                                     ANY_UPSTREAM "settings: {page: {limit: 5, offset: 0}}\n"
                                                  "routes:\n"
                                                  "  POST /any:\n"
                                                  "    body: {type: object}\n"
                                                  "    steps:\n"
                                                  "      - a: POST store/a\n"
                                                  "        query: %s\n"
                                                  "    answer: 1\n",
                                     query)
                             .data;
    *route = &good_table(arena, source)->routes[0];
    return &(*route)->steps[0];
}

/* What is sent behind the path, with its brackets decoded; "too long" if it is. */
static struct text sent(struct arena *arena, const char *query, struct value body) {
    const struct route *route;
    const struct step *step = call_with(arena, query, &route);
    struct evaluation evaluation = {.arena = arena};
    evaluation.slots = arena_allocate_array(arena, route->slot_count, sizeof(struct value));
    evaluation.slots[route->body_slot] = body;
    struct buffer buffer = {0};
    bool too_long;
    assert_true(query_append(&evaluation, step->query, step->query_count, &buffer, &too_long));
    struct buffer decoded = {0};
    for (size_t i = 0; i < buffer.size; i++) {
        bool bracket = i + 2 < buffer.size && buffer.data[i] == '%' && buffer.data[i + 1] == '5' &&
                       (buffer.data[i + 2] == 'B' || buffer.data[i + 2] == 'D');
        buffer_append_byte(&decoded,
                           bracket ? (buffer.data[i + 2] == 'B' ? '[' : ']') : buffer.data[i]);
        i += bracket ? 2 : 0;
    }
    struct text text = too_long ? text_of("too long") : text_copy(arena, buffer_text(&decoded));
    buffer_free(&decoded);
    buffer_free(&buffer);
    return text;
}

static void check_rows(struct arena *arena, const struct sending *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        check_text(rows[i].query, rows[i].expected,
                   sent(arena, rows[i].query, value_from(arena, rows[i].body)));
}

static void a_missing_value_is_left_out(void **state) {
    static const struct sending rows[] = {
        {"{}", "{}", ""},
        {"{a: 1, b: x y, c: true}", "{}", "?a=1&b=x%20y&c=true"},
        {"{a: $body.a, b: $body.b}", "{\"b\":\"&=\"}", "?b=%26%3D"},
        {"{a: $body.a, b: $body.b}", "{}", ""},
        {"{a: $body.a}", "{\"a\":null}", ""},
        {"{a: '{$body.x}-{$body.y}'}", "{\"x\":1,\"y\":2}", "?a=1-2"},
        {"{a: '{$body.x}-{$body.y}', b: 1}", "{\"x\":1}", "?b=1"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_list_is_joined_or_repeats_its_name(void **state) {
    static const struct sending rows[] = {
        {"{a: [x, y]}", "{}", "?a=x%2Cy"},
        {"{a: $body.a}", "{\"a\":[1,\"y\"]}", "?a=1%2Cy"},
        {"{a: $body.a}", "{\"a\":[true,null,false,1.50,\"\"]}", "?a=true%2Cfalse%2C1.50%2C"},
        {"{'a[]': [x, y]}", "{}", "?a[]=x&a[]=y"},
        {"{'a[]': $body.a, b: 1}", "{\"a\":[1,\"y\"]}", "?a[]=1&a[]=y&b=1"},
        {"{'a[]': $body.a}", "{\"a\":[]}", ""},
        {"{'a[]': $body.a}", "{\"a\":\"x\"}", "?a[]=x"},
        {"{'a[]': $body.a}", "{\"a\":[1,null]}", "?a[]=1"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_mapping_is_written_with_brackets(void **state) {
    static const struct sending rows[] = {
        {"{at: {$gte: $body.from, $lte: $body.to}}", "{\"from\":1,\"to\":2}",
         "?at[%24gte]=1&at[%24lte]=2"},
        {"{at: {$gte: $body.from, $lte: $body.to}}", "{\"to\":2}", "?at[%24lte]=2"},
        {"{at: {$gte: $body.from}, b: 1}", "{}", "?b=1"},
        {"{a: {b: {c: 1}, d: x y}}", "{}", "?a[b][c]=1&a[d]=x%20y"},
        /* As it can be written without a mapping. */
        {"{'at[$gte]': 1}", "{}", "?at[%24gte]=1"},
        {"{'at[$in]': [1, 2]}", "{}", "?at[%24in][]=1&at[%24in][]=2"},
        {"{'at[$in]': $body.a}", "{\"a\":[true,2]}", "?at[%24in][]=true&at[%24in][]=2"},
        {"{a: {'b[c]': 1, 'd[]': [1, 2]}}", "{}", "?a[b][c]=1&a[d][]=1&a[d][]=2"},
        /* Lists in it. */
        {"{a: {b: [1, 2]}}", "{}", "?a[b][]=1&a[b][]=2"},
        {"{a: {b: $body.b}}", "{\"b\":[1,2]}", "?a[b][]=1&a[b][]=2"},
        {"{a: {b: $body.b}}", "{\"b\":1}", "?a[b]=1"},
        {"{$or: [{name: $body.n}, {handle: $body.n}]}", "{\"n\":\"x\"}",
         "?%24or[0][name]=x&%24or[1][handle]=x"},
        {"{$or: [{t: $body.t}, {t: [1, 2]}]}", "{}", "?%24or[1][t][]=1&%24or[1][t][]=2"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_computed_object_is_written_like_a_mapping(void **state) {
    static const struct sending rows[] = {
        {"{a: $body.a}", "{\"a\":{\"b\":1,\"c\":{\"d\":\"x y\"}}}", "?a[b]=1&a[c][d]=x%20y"},
        {"{a: $body.a, b: 1}", "{\"a\":{}}", "?b=1"},
        {"{a: $body.a}", "{\"a\":{\"b\":null,\"c\":[1,2]}}", "?a[c][]=1&a[c][]=2"},
        {"{a: $body.a}", "{\"a\":[{\"b\":1},{\"b\":2}]}", "?a[0][b]=1&a[1][b]=2"},
        {"{'a[]': $body.a}", "{\"a\":[{\"b\":1},\"x\"]}", "?a[0][b]=1&a[1]=x"},
        {"{a: $body.a}", "{\"a\":{\"b&c=\":1}}", "?a[b%26c%3D]=1"},
        /* A name with brackets would be another parameter; so would what is below an empty one. */
        {"{a: $body.a}", "{\"a\":{\"b]\":1,\"[b\":1,\"\":1}}", ""},
        {"{a: $settings.page}", "{}", "?a[limit]=5&a[offset]=0"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_spread_object_gives_parameters(void **state) {
    static const struct sending rows[] = {
        {"{<<: $body, a: 1}", "{\"b\":2,\"c\":[1,2]}", "?b=2&c[]=1&c[]=2&a=1"},
        {"{<<: $body}", "{\"b\":null,\"c\":{\"d\":1}}", "?c[d]=1"},
        {"{<<: $body.none, a: 1}", "{}", "?a=1"},
        {"{a: 1, <<: $settings.page}", "{}", "?a=1&limit=5&offset=0"},
        {"{<<: [$body.x, $body.y]}", "{\"x\":{\"a\":1,\"b\":1},\"y\":{\"a\":2}}", "?a=2&b=1"},
        {"{at: {<<: $body, $gte: 1}}", "{\"$lte\":2}", "?at[%24lte]=2&at[%24gte]=1"},
        /* What is written out is not replaced, wherever it is and in whatever form it comes. */
        {"{<<: $body, a: 1}", "{\"a\":2}", "?a=1"},
        {"{a: 1, <<: $body}", "{\"a\":2,\"a[]\":3,\"a[b]\":4,\"b\":5}", "?a=1&b=5"},
        {"{a: 1, <<: $body}", "{\"\":{\"a\":2},\"[a]\":2,\"a]\":2}", "?a=1"},
        {"{at: {<<: $body, $gte: 1}}", "{\"$gte][\":0,\"]$gte\":0}", "?at[%24gte]=1"},
        {"{'a[]': $body.none, <<: $body}", "{\"a\":2}", ""},
        {"{'a[$gte]': 1, <<: $body}", "{\"a\":{\"$lt\":2}}", "?a[%24gte]=1"},
        {"{at: {<<: $body, $gte: 1}}", "{\"$gte\":0}", "?at[%24gte]=1"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static struct value object_with(struct arena *arena, size_t name_size, struct value value) {
    char *name = arena_allocate(arena, name_size + 1);
    memset(name, 'n', name_size);
    struct member *member = arena_allocate(arena, sizeof *member);
    *member = (struct member){{name, name_size}, value};
    return value_object(member, 1);
}

/* The size of `?a%5B…%5D=1` without the name in the brackets. */
enum { AROUND_NAME = sizeof "?a%5B%5D=1" - 1 };

static void a_query_has_a_largest_size(void **state) {
    struct arena *arena = *state;
    struct value one = value_integer(arena, 1);
    struct value fits = object_with(arena, QUERY_MAX_SIZE - AROUND_NAME, one);
    check_number("the most", QUERY_MAX_SIZE,
                 sent(arena, "{a: $body}", fits).size + strlen("%5B%5D") - 2);
    struct value more = object_with(arena, QUERY_MAX_SIZE - AROUND_NAME + 1, one);
    check_text("one byte more", "too long", sent(arena, "{a: $body}", more));
    /* A name that is repeated for each of many values below it. */
    struct value *items = arena_allocate_array(arena, 100000, sizeof *items);
    for (size_t i = 0; i < 100000; i++)
        items[i] = object_with(arena, 10, one);
    struct value large = object_with(arena, 10000, value_array(items, 100000));
    check_text("many values", "too long", sent(arena, "{a: $body}", large));
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_missing_value_is_left_out),
        TEST_WITH_ARENA(a_list_is_joined_or_repeats_its_name),
        TEST_WITH_ARENA(a_mapping_is_written_with_brackets),
        TEST_WITH_ARENA(a_computed_object_is_written_like_a_mapping),
        TEST_WITH_ARENA(a_spread_object_gives_parameters),
        TEST_WITH_ARENA(a_query_has_a_largest_size),
    };
    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
