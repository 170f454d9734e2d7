/*
 * Tables that would take a function, a mapper, a flow, a schema or a pattern deep into recursion.
 * They are loaded, and used, on a stack on which that cannot go unnoticed: what overflows it ends
 * the test program.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/buffer.h"
#include "language/evaluate.h"
#include "language/schema.h"
#include "json/writer.h"

/* Each level of a recursion takes some tens of bytes at least. */
enum { LONG = 100000, MANY = 4000 };

/* AddressSanitizer makes frames several times as large. */
#ifdef O2S_ADDRESS_SANITIZER
enum { STACK_SIZE = 1024 * 1024 };
#else
enum { STACK_SIZE = 256 * 1024 };
#endif

static void append_repeated(struct buffer *buffer, const char *text, size_t times) {
    for (size_t i = 0; i < times; i++)
        buffer_append_string(buffer, text);
}

/* `begin`, then `middle` again and again, and `end`, as a table's text. */
static struct text repeated(struct arena *arena, const char *begin, const char *middle,
                            size_t times, const char *end) {
    struct buffer buffer = {0};
    buffer_append_string(&buffer, begin);
    append_repeated(&buffer, middle, times);
    buffer_append_string(&buffer, end);
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}

/* `format` has two `%zu`: a number, and the one after it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static struct text numbered(struct arena *arena, const char *begin, const char *format,
                            size_t times, const char *end) {
    struct buffer buffer = {0};
    buffer_append_string(&buffer, begin);
    for (size_t i = 0; i < times; i++) {
        char line[200];
        snprintf(line, sizeof line, format, i, i + 1);
        buffer_append_string(&buffer, line);
    }
    buffer_append_string(&buffer, end);
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}
#pragma GCC diagnostic pop

/* That the table is refused, with a message that has `expected` in it. */
static void check_refused(struct arena *arena, const char *what, struct text source,
                          const char *expected) {
    struct text printed = mistakes_in(arena, "table", source);
    if (!text_contains(printed, text_of(expected)))
        fail_msg("%s\n  expected: %s\n  came:     %.*s", what, expected,
                 printed.size > 300 ? 300 : (int)printed.size, printed.data);
}

#define BEGIN ANY_UPSTREAM "routes:\n  GET /a:\n    answer: {v: \""
#define END   "\"}\n"

static void long_expressions_are_refused(void **state) {
    static const struct {
        const char *what;
        const char *begin;
        const char *middle;
        const char *end;
        const char *expected;
    } rows[] = {
        {"pipes", BEGIN "$headers.a", " | trim", END, "the expression is too long"},
        {"members", BEGIN "$headers", ".a", END, "the expression is too long"},
        {"items", BEGIN "$headers", ".0", END, "the expression is too long"},
        {"fallbacks", BEGIN "$headers.a", " ?? $headers.b", END, "the expression is too long"},
        {"and", BEGIN "($headers.a", " and $headers.b", ")" END, "the expression is too long"},
        {"or", BEGIN "($headers.a", " or $headers.b", ")" END, "the expression is too long"},
        {"not", BEGIN "(", "not ", "$headers.a)" END, "the expression is too long"},
        {"a path behind parentheses", BEGIN "($headers.a ?? $headers.b)", ".c", END,
         "the expression is too long"},
        {"parentheses", BEGIN, "(", END, "parentheses are nested too deeply"},
        {"lists", BEGIN "($headers.a ?? ", "[", ")" END, "brackets are nested too deeply"},
        {"calls in one another", BEGIN "$headers.a | ", "each ", "trim" END,
         "calls are nested too deeply"},
        {"braces", ANY_UPSTREAM "routes:\n  GET /a:\n    answer: \"404 ", "{", "\"\n",
         "this brace is not closed"},
        {"a path's length", ANY_UPSTREAM "routes:\n  ? GET ", "/a", "\n  : {answer: {a: 1}}\n",
         "write a route as"},
        {"YAML lists", ANY_UPSTREAM "routes:\n  GET /a:\n    answer: ", "[", "\n",
         "nested too deeply"},
        {"YAML mappings", ANY_UPSTREAM "routes:\n  GET /a:\n    answer: ", "{a: ", "\n",
         "nested too deeply"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_refused(*state, rows[i].what,
                      repeated(*state, rows[i].begin, rows[i].middle, LONG, rows[i].end),
                      rows[i].expected);
}

static void long_chains_of_definitions_are_refused(void **state) {
    static const struct {
        const char *what;
        const char *begin;
        const char *format;
        const char *end;
        const char *expected;
    } rows[] = {
        {"mappers", "mappers:\n", "  m%zu: . | m%zu\n", "  m4000: .a\n" ANY_UPSTREAM ANY_ROUTE,
         "is nested too deeply"},
        {"flows", "flows:\n", "  f%zu: [{use: f%zu}]\n",
         "  f4000: [{let: {a: 1}}]\n" ANY_UPSTREAM
         "routes:\n  GET /a:\n    steps: [{use: f0}]\n    answer: {a: 1}\n",
         "nested more than 16 levels deep"},
        {"names of schemas", "schemas:\n", "  S%zu: {$ref: S%zu}\n",
         "  S4000: {type: string}\n" ANY_UPSTREAM ANY_ROUTE, "refers to itself"},
        {"alternatives", "schemas:\n", "  S%zu: {anyOf: [S%zu]}\n",
         "  S4000: {type: string}\n" ANY_UPSTREAM ANY_ROUTE, "nested more than 32 levels deep"},
        {"items", "schemas:\n", "  S%zu: {type: array, items: S%zu}\n",
         "  S4000: {type: string}\n" ANY_UPSTREAM ANY_ROUTE, "nested more than 32 levels deep"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_refused(*state, rows[i].what,
                      numbered(*state, rows[i].begin, rows[i].format, MANY, rows[i].end),
                      rows[i].expected);
}

static void a_chain_that_is_found_from_its_end_is_refused(void **state) {
    /* Each mapper was visited before the one that calls it. */
    struct buffer buffer = {0};
    buffer_append_string(&buffer, "mappers:\n  m0: .a\n");
    for (size_t i = 1; i < MANY; i++)
        buffer_append_format(&buffer, "  m%zu: . | m%zu\n", i, i - 1);
    buffer_append_string(&buffer, ANY_UPSTREAM ANY_ROUTE);
    check_refused(*state, "mappers", buffer_text(&buffer), "is nested too deeply");
    buffer_free(&buffer);
}

static void flows_that_multiply_are_refused(void **state) {
    struct buffer buffer = {0};
    buffer_append_string(&buffer, "flows:\n");
    for (size_t i = 0; i < 15; i++)
        buffer_append_format(&buffer, "  f%zu: [{use: f%zu}, {use: f%zu}]\n", i, i + 1, i + 1);
    buffer_append_string(&buffer,
                         "  f15: [{require: $headers.a, else: 404 x}]\n" ANY_UPSTREAM
                         "routes:\n  GET /a:\n    steps: [{use: f0}]\n    answer: {a: 1}\n");
    check_refused(*state, "flows", buffer_text(&buffer), "more than 1000 steps");
    buffer_free(&buffer);
}

static void deep_patterns_are_refused(void **state) {
    static const struct {
        const char *begin;
        const char *middle;
        size_t times;
        const char *end;
        const char *expected;
    } rows[] = {
        {"", "(", LONG, "", "at most 32 levels"},
        {"", "a?", LONG, "", "at most 2000 characters"},
        {"", "a|", LONG, "a", "at most 2000 characters"},
        {"", "[ab]*", LONG, "", "at most 2000 characters"},
        {"((a?){255}){255}", "", 0, "", "at most 2000 characters"},
        {"(((a{9}){9}){9}){9}", "", 0, "", "at most 2000 characters"},
        {"((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+", "", 0, "", "at most 2000 characters"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text pattern =
            repeated(*state, rows[i].begin, rows[i].middle, rows[i].times, rows[i].end);
        struct text source =
            text_format(*state, "schemas: {A: {pattern: \"%.*s\"}}\n" ANY_UPSTREAM ANY_ROUTE,
                        TEXT_ARGUMENT(pattern));
        check_refused(*state, rows[i].begin, source, rows[i].expected);
    }
}

/* The longest that is allowed is evaluated, its usage is found, and it is explained. */
static void the_longest_that_is_allowed_fits(void **state) {
    struct buffer buffer = {0};
    buffer_append_string(&buffer, "mappers:\n");
    for (size_t i = 0; i < 3; i++) {
        buffer_append_format(&buffer, "  m%zu: .a", i);
        append_repeated(&buffer, ".a", 240);
        buffer_append_format(&buffer, i ? " | m%zu\n" : "\n", i - 1);
    }
    buffer_append_string(&buffer, "  n: {v: .a | m2}\n" ANY_UPSTREAM
                                  "routes:\n  GET /a:\n    steps: [{x: GET store/x}]\n"
                                  "    answer: {v: $x | m2}\n");
    struct table *table = good_table(*state, text_copy(*state, buffer_text(&buffer)).data);
    buffer_free(&buffer);
    struct evaluation evaluation = {.arena = *state};
    struct value input = value_from(*state, "{\"a\":{\"a\":1}}");
    struct value result;
    assert_true(apply_mapper(&evaluation, table, "m2", input, &result));
    check_json("m2", "missing", result);
    struct buffer usage = {0};
    usage_append(&usage, table->routes[0].steps[0].usage);
    assert_true(usage.size > 300 && usage.size < 1000);
    buffer_free(&usage);
}

/* As settings make it, of which each puts the one before it into a list. */
static void a_value_of_any_depth_is_written(void **state) {
    struct arena *arena = *state;
    struct value *values = arena_allocate_array(arena, LONG + 1, sizeof *values);
    for (size_t i = 0; i < LONG; i++)
        values[i + 1] = value_array(&values[i], 1);
    values[0] = value_integer(arena, 7);
    struct buffer buffer = {0};
    json_write(&buffer, arena, values[LONG]);
    check_number("bytes", 2 * LONG + 1, buffer.size);
    buffer_free(&buffer);
}

static void a_schema_that_comes_to_itself_is_refused(void **state) {
    static const char *const sources[] = {
        "schemas: {A: {anyOf: [A, {type: string}]}}\n",
        "schemas: {A: {anyOf: [B]}, B: {anyOf: [{type: integer}, A]}}\n",
        "schemas: {A: {type: array, items: A}}\n",
        "schemas: {A: {type: array, items: {anyOf: [{type: string}, A]}}}\n",
        "schemas: {A: {$ref: B}, B: {anyOf: [{$ref: A}]}}\n",
    };
    for (size_t i = 0; i < COUNT(sources); i++)
        check_refused(*state, sources[i],
                      text_format(*state, "%s" ANY_UPSTREAM ANY_ROUTE, sources[i]),
                      "contains itself as an alternative or item");
    check_refused(*state, "names",
                  text_of("schemas: {A: {$ref: B}, B: A}\n" ANY_UPSTREAM ANY_ROUTE),
                  "the schema \"A\" refers to itself");
}

/* By its properties a schema may come to itself. */
static void a_tree_is_checked_as_deep_as_it_is(void **state) {
    struct table *table =
        good_table(*state, "schemas:\n"
                           "  Nodes: Many\n"
                           "  Many: {$ref: List}\n"
                           "  List: {type: array, items: Node}\n"
                           "  Node: {type: object, required: [n], properties: {n: {type: integer}, "
                           "inner: Nodes}}\n" ANY_UPSTREAM
                           "routes: {POST /a: {body: Node, answer: {n: $body.n}}}\n");
    struct buffer errors = {0};
    schema_check(*state, table->routes[0].body_schema,
                 value_from(*state, "{\"n\":1,\"inner\":[{\"n\":2,\"inner\":[{\"n\":\"x\"}]}]}"),
                 "The body", &errors);
    check_text("tree", "inner[0].inner[0].n must be an integer", buffer_text(&errors));
    buffer_free(&errors);
}

int main(void) {
    const struct rlimit limit = {STACK_SIZE, STACK_SIZE};
    if (setrlimit(RLIMIT_STACK, &limit))
        return EXIT_FAILURE;
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(long_expressions_are_refused),
        TEST_WITH_ARENA(long_chains_of_definitions_are_refused),
        TEST_WITH_ARENA(a_chain_that_is_found_from_its_end_is_refused),
        TEST_WITH_ARENA(flows_that_multiply_are_refused),
        TEST_WITH_ARENA(deep_patterns_are_refused),
        TEST_WITH_ARENA(the_longest_that_is_allowed_fits),
        TEST_WITH_ARENA(a_value_of_any_depth_is_written),
        TEST_WITH_ARENA(a_schema_that_comes_to_itself_is_refused),
        TEST_WITH_ARENA(a_tree_is_checked_as_deep_as_it_is),
    };
    return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
