/*
 * The cases of expressions.test, each a test of its own.
 *
 * A case is a comment, an expression, its input and what is expected, a line each:
 *
 *   # what is shown
 *   .a | upper
 *   {"a": "x"}
 *   "X"
 *
 * `.` is the input, $x and $y are its members x and y. Expected is JSON, byte for byte; or
 * `missing`; or `lacking: SOURCE`, what `required` did not find; or `error: COLUMN: MESSAGE`.
 */
#include "support.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "language/expression.h"
#include "language/mapper.h"

enum { MAX_CASES = 1000 };

struct expression_case {
    const char *name;
    struct text expression;
    const char *input;
    const char *expected;
};

/* What the expressions can name, beside their input. */
static const char names[] = "tables:\n"
                            "  size_name: {S: Small, '1': One, 'true': Yes, else: Other}\n"
                            "  strict_name: {S: Small, M: 2}\n"
                            "  blank_name: {'': Blank, else: Other}\n"
                            "mappers:\n"
                            "  price $currency: {value: ., currency: $currency}\n"
                            "  label: {text: .name}\n"
                            "  pair $a $b: {a: $a, b: $b}\n"
                            "  needy: {id: .id | required}\n";

static const char settings[] = "{\"currency\": \"EUR\", \"sizes\": [\"S\", \"M\"], \"none\": null}";

static struct scope *new_scope(struct arena *arena, const char *expression,
                               struct diagnostics *diagnostics) {
    struct definitions *definitions = arena_allocate(arena, sizeof *definitions);
    definitions->arena = arena;
    definitions->diagnostics = diagnostics;
    definitions->settings = value_from(arena, settings);
    struct yaml_node *root = yaml_parse(arena, arena, text_of(names), diagnostics);
    lookups_load(definitions, yaml_get(root, "tables"));
    mappers_load(definitions, yaml_get(root, "mappers"));
    if (diagnostics_count(diagnostics))
        fail_msg("the test's own mappers have mistakes, at %s", expression);
    struct scope *scope = arena_allocate(arena, sizeof *scope);
    scope->definitions = definitions;
    scope->kind = SCOPE_REQUEST;
    scope->current = &static_type_any;
    scope_add(scope, text_of("x"), static_type_any, (struct location){0});
    scope_add(scope, text_of("y"), static_type_any, (struct location){0});
    return scope;
}

/* The first mistake as "error: COLUMN: MESSAGE". */
static struct text first_mistake(struct arena *arena, struct diagnostics *diagnostics) {
    struct text rest = printed_mistakes(arena, diagnostics);
    struct text line = text_cut(&rest, '\n');
    text_cut(&line, ':');
    text_cut(&line, ':');
    return text_format(arena, "error: %.*s", TEXT_ARGUMENT(line));
}

/*
 * The value as of an answer that is read by a projection: not as a tree of json-c. With
 * `definitions`, its members have the names of the table, as those of a projection do.
 */
static struct value projected(struct arena *arena, struct definitions *definitions,
                              struct value value) {
    if (value.type == VALUE_ARRAY) {
        struct value *items = arena_allocate_array(arena, value.size, sizeof *items);
        for (uint32_t i = 0; i < value.size; i++)
            items[i] = projected(arena, definitions, value_item(arena, value, i));
        return value_array(items, value.size);
    }
    if (value.type != VALUE_OBJECT)
        return value;
    const struct member *from = value_members(arena, value);
    struct member *members = arena_allocate_array(arena, value.size, sizeof *members);
    for (uint32_t i = 0; i < value.size; i++)
        members[i] = (struct member){
            definitions ? definitions_member_name(definitions, from[i].name) : from[i].name,
            projected(arena, definitions, from[i].value)};
    return value_object(members, value.size);
}

static void check_result(const struct expression_case *test, struct arena *arena,
                         const struct expression *expression, struct value input) {
    struct value slots[2];
    struct evaluation evaluation = {.arena = arena, .slots = slots};
    evaluation.current = input;
    slots[0] = value_member(arena, evaluation.current, text_of("x"));
    slots[1] = value_member(arena, evaluation.current, text_of("y"));
    struct value result;
    bool good = expression_evaluate(&evaluation, expression, &result);
    bool missing_required = strncmp(test->expected, "lacking: ", 9) == 0;
    check_truth(test->expression.data, !missing_required, good);
    check_text("what is lacking", missing_required ? test->expected + 9 : "",
               evaluation.failure.source);
    if (!missing_required)
        check_json(test->expression.data, test->expected,
                   value_is_missing(result) ? value_missing() : result);
}

/* Of the same expression, however the input is kept. */
static void check_input(const struct expression_case *test, struct arena *arena,
                        struct definitions *definitions, const struct expression *expression) {
    struct value input = value_from(arena, test->input);
    check_result(test, arena, expression, input);
    check_result(test, arena, expression, projected(arena, NULL, input));
    check_result(test, arena, expression, projected(arena, definitions, input));
    check_result(test, arena, expression, input);
}

static void run_case(void **state) {
    const struct expression_case *test = *state;
    struct arena *arena = arena_create();
    struct diagnostics *diagnostics = diagnostics_create("expression", test->expression);
    struct scope *scope = new_scope(arena, test->expression.data, diagnostics);
    struct yaml_node node = {.kind = YAML_SCALAR,
                             .location = {1, 1, NULL},
                             .text = test->expression,
                             .verbatim = true,
                             .text_location = {1, 1, NULL},
                             .plain = true};
    struct expression *expression = expression_parse_node(scope, &node);
    if (!expression || diagnostics_count(diagnostics))
        check_text(test->expression.data, test->expected, first_mistake(arena, diagnostics));
    else
        check_input(test, arena, scope->definitions, expression);
    diagnostics_destroy(diagnostics);
    arena_destroy(arena);
}

static const char *line_of(struct arena *arena, struct text line) {
    return text_copy(arena, line).data;
}

/* Reads a case from `*rest`; false at the end. Comments that no case follows are headings. */
static bool read_case(struct arena *arena, struct text *rest, size_t *line_number,
                      struct expression_case *test) {
    struct text lines[4];
    size_t count = 0;
    while (rest->size && count < 4) {
        struct text line = text_cut(rest, '\n');
        ++*line_number;
        bool comment = line.size && line.data[0] == '#';
        if ((!line.size && count > 1) || (line.size && !comment && !count))
            fail_msg("expressions.test:%zu: a case is a comment and three lines", *line_number);
        if (!line.size)
            count = 0;
        else if (comment && count <= 1)
            lines[0] = line, count = 1;
        else
            lines[count++] = line;
    }
    if (count < 4)
        return false;
    test->name = text_format(arena, "%zu: %.*s", *line_number, TEXT_ARGUMENT(lines[0])).data;
    test->expression = text_copy(arena, lines[1]);
    test->input = line_of(arena, lines[2]);
    test->expected = line_of(arena, lines[3]);
    return true;
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    struct arena *arena = arena_create();
    struct text rest = file_content(arena, UNIT_TESTS "/expressions.test");
    struct expression_case *cases = arena_allocate_array(arena, MAX_CASES, sizeof *cases);
    struct CMUnitTest *tests = arena_allocate_array(arena, MAX_CASES, sizeof *tests);
    size_t count = 0;
    for (size_t line = 0; count < MAX_CASES && read_case(arena, &rest, &line, &cases[count]);
         count++)
        tests[count] = (struct CMUnitTest){
            .name = cases[count].name, .test_func = run_case, .initial_state = &cases[count]};
    int failed = _cmocka_run_group_tests("expressions", tests, count, NULL, NULL);
    arena_destroy(arena);
    return failed;
}
