/* Texts with expressions in braces. */
#include "support.h"

#include <locale.h>

#include "language/template.h"

/*
 * What a template, written as a header of a call about an item, gives for the input; "nothing" if
 * one of its values has no text.
 */
static struct text filled_in(struct arena *arena, const char *template, const char *input) {
    const char *source =
        text_format(arena,
                    ANY_UPSTREAM "settings: {word: hello}\n"
                                 "routes:\n"
                                 "  GET /any:\n"
                                 "    steps: [{a: POST store/a, each: '[{}]', headers: {x: %s}}]\n"
                                 "    answer: 1\n",
                    template)
            .data;
    const struct route *route = &good_table(arena, source)->routes[0];
    struct evaluation evaluation = {.arena = arena, .current = value_from(arena, input)};
    evaluation.slots = arena_allocate_array(arena, route->slot_count, sizeof(struct value));
    struct buffer buffer = {0};
    bool good;
    assert_true(template_append(&evaluation, route->steps[0].headers[0].template, &buffer, &good));
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return good ? text : text_of("nothing");
}

struct filling {
    const char *template;
    const char *input;
    const char *expected;
};

static void check_rows(struct arena *arena, const struct filling *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        check_text(rows[i].template, rows[i].expected,
                   filled_in(arena, rows[i].template, rows[i].input));
}

static void braces_are_filled_in(void **state) {
    static const struct filling rows[] = {
        {"plain", "{}", "plain"},
        {"''", "{}", ""},
        {"'a {.x} b'", "{\"x\":\"X\"}", "a X b"},
        {"'{.x}'", "{\"x\":\"X\"}", "X"},
        {"'{.x}{.y}'", "{\"x\":\"X\",\"y\":\"Y\"}", "XY"},
        {"'/{.x}/{.y}/z'", "{\"x\":\"X\",\"y\":\"Y\"}", "/X/Y/z"},
        {"'{ .x | upper }'", "{\"x\":\"x\"}", "X"},
        {"'Basic {$settings.word | base64}'", "{}", "Basic aGVsbG8="},
        {"'żółć {.x}'", "{\"x\":\"ż\"}", "żółć ż"},
        {"\"a {'}'} b {'{'}\"", "{}", "a } b {"},
        {"'costs ${.x}'", "{\"x\":5}", "costs $5"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void braces_within_braces_belong_to_the_expression(void **state) {
    static const struct filling rows[] = {
        {"\"{.x ?? '}'}\"", "{}", "}"},
        {"\"{.x ?? '{'} b\"", "{}", "{ b"},
        {"\"{.x ?? 'it''s }'}\"", "{}", "it's }"},
        {"\"{.x | default {} | string ?? 'none'}\"", "{}", "none"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void numbers_and_booleans_are_texts(void **state) {
    static const struct filling rows[] = {
        {"'{.x}'", "{\"x\":1.50}", "1.50"},
        {"'{.x}'", "{\"x\":5.421001221001221}", "5.421001221001221"},
        {"'{.x}'", "{\"x\":false}", "false"},
        {"'a{.x}'", "{\"x\":\"\"}", "a"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void what_has_no_text_makes_no_text(void **state) {
    static const struct filling rows[] = {
        {"'a {.x}'", "{}", "nothing"},           {"'a {.x}'", "{\"x\":null}", "nothing"},
        {"'a {.x}'", "{\"x\":[1]}", "nothing"},  {"'a {.x}'", "{\"x\":{}}", "nothing"},
        {"'{.y} {.x}'", "{\"y\":1}", "nothing"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_value_may_be_one_expression(void **state) {
    static const struct filling rows[] = {
        {".x | upper", "{\"x\":\"x\"}", "X"}, {"$settings.word", "{}", "hello"},
        {"(.x ?? .y)", "{\"y\":\"Y\"}", "Y"}, {".x", "{}", "nothing"},
        {"'.x'", "{\"x\":\"X\"}", "X"},
    };
    check_rows(*state, rows, COUNT(rows));
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(braces_are_filled_in),
        TEST_WITH_ARENA(braces_within_braces_belong_to_the_expression),
        TEST_WITH_ARENA(numbers_and_booleans_are_texts),
        TEST_WITH_ARENA(what_has_no_text_makes_no_text),
        TEST_WITH_ARENA(a_value_may_be_one_expression),
    };
    return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
