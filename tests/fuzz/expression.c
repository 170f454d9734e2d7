/*
 * An expression, and its input behind the end of the line. Its value must be the same for an input
 * that is read whole and for one of which only that is read which the expression needs; and it must
 * be JSON.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "language/evaluate.h"
#include "language/field_usage.h"
#include "language/mapper.h"
#include "target.h"
#include "json/reader.h"

/* What the expressions can name beside functions. */
static const char names[] = "tables:\n"
                            "  size_name: {S: Small, '1': One, 'true': Yes, else: Other}\n"
                            "  strict_name: {S: Small, M: 2}\n"
                            "mappers:\n"
                            "  price $c: {value: ., currency: $c}\n"
                            "  label: {text: .name, $l: .b.0, last: $l, <<: .c}\n"
                            "  pair $a $b: {a: $a, b: [$b, .a]}\n"
                            "  needy: {id: .id | required}\n"
                            "  list: {all: .a | each label, n: .a | length}\n";

/* Lives as long as the process, as a table does. */
static struct {
    struct arena *arena;
    struct definitions definitions;
    struct json_reader *reader;
} base;

/* `$x` and `$y` are the input's members of these names. */
enum { SLOT_X, SLOT_Y, SLOTS };

static void open_base(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    base.arena = arena_create();
    base.reader = json_reader_create();
    struct diagnostics *diagnostics = diagnostics_create("names", text_of(names));
    base.definitions.arena = base.arena;
    base.definitions.diagnostics = diagnostics;
    const char *reason;
    bool good = json_read(base.reader, base.arena,
                          text_of("{\"currency\":\"EUR\",\"sizes\":[\"S\",\"M\"],\"none\":null}"),
                          NULL, &base.definitions.settings, &reason);
    struct yaml_node *root = yaml_parse(base.arena, base.arena, text_of(names), diagnostics);
    lookups_load(&base.definitions, yaml_get(root, "tables"));
    mappers_load(&base.definitions, yaml_get(root, "mappers"));
    require(good && !diagnostics_count(diagnostics), "the names are good", text_of(names));
    diagnostics_destroy(diagnostics);
}

static struct scope new_scope(struct definitions *definitions) {
    struct scope scope = {
        .definitions = definitions, .kind = SCOPE_REQUEST, .current = &static_type_any};
    scope_add(&scope, text_of("x"), static_type_any, (struct location){0});
    scope_add(&scope, text_of("y"), static_type_any, (struct location){0});
    return scope;
}

static struct expression *parse(struct definitions *definitions, struct text text) {
    struct scope scope = new_scope(definitions);
    struct yaml_node node = {.kind = YAML_SCALAR,
                             .location = {1, 1, NULL},
                             .text = text_copy(definitions->arena, text),
                             .verbatim = true,
                             .text_location = {1, 1, NULL}};
    struct expression *expression = expression_parse_node(&scope, &node);
    size_t mistakes = diagnostics_count(definitions->diagnostics);
    require((expression != NULL) == (mistakes == 0), "a mistake is told", text);
    return expression;
}

/* What the expression reads of its input. */
static const struct projection *usage_of(struct definitions *definitions,
                                         const struct expression *expression) {
    struct arena *arena = definitions->arena;
    struct projection *root = arena_allocate(arena, sizeof *root);
    struct usage_analysis analysis = usage_begin(arena, arena, SLOTS);
    analysis.current = usage_source_of(&analysis, root, NULL);
    analysis.slots[SLOT_X] = usage_of_expression(&analysis, parse(definitions, text_of(".x")));
    analysis.slots[SLOT_Y] = usage_of_expression(&analysis, parse(definitions, text_of(".y")));
    usage_mark_all(&analysis, usage_of_expression(&analysis, expression));
    return root;
}

/* The value as JSON, or the source of a missing required value; false: the input is no JSON. */
static bool evaluate(struct arena *arena, const struct expression *expression, struct text input,
                     const struct projection *projection, struct text *result) {
    struct value slots[SLOTS];
    struct evaluation evaluation = {.arena = arena, .slots = slots};
    const char *reason;
    if (!json_read(base.reader, arena, input, projection, &evaluation.current, &reason))
        return false;
    slots[SLOT_X] = value_member(arena, evaluation.current, text_of("x"));
    slots[SLOT_Y] = value_member(arena, evaluation.current, text_of("y"));
    struct value value;
    if (expression_evaluate(&evaluation, expression, &value))
        *result = json_text(arena, value);
    else
        *result = text_format(arena, "lacks %.*s", TEXT_ARGUMENT(evaluation.failure.source));
    return true;
}

static void check(struct definitions *definitions, const struct expression *expression,
                  struct text input) {
    struct arena *arena = definitions->arena;
    struct text whole, projected;
    bool read = evaluate(arena, expression, input, NULL, &whole);
    const struct projection *usage = usage_of(definitions, expression);
    require(evaluate(arena, expression, input, usage, &projected) == read,
            "what is needed is read if all can be", input);
    if (!read)
        return;
    require_equal(expression->source.data, whole, projected);
    size_t depth;
    bool odd_name;
    require(text_starts_with(whole, text_of("lacks ")) || grammar_is_json(whole, &depth, &odd_name),
            "a value is JSON", whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct text input = {(const char *)data, size};
    struct text text = text_cut(&input, '\n');
    /* libyaml lets nothing else through. */
    if (!text_is_utf8(text))
        return 0;
    if (!base.arena)
        open_base();
    struct definitions definitions = base.definitions;
    definitions.arena = arena_create();
    definitions.diagnostics = diagnostics_create("expression", text);
    struct expression *expression = parse(&definitions, text);
    struct text copy = exact_copy(input);
    if (expression)
        check(&definitions, expression, copy);
    free((char *)copy.data);
    diagnostics_destroy(definitions.diagnostics);
    arena_destroy(definitions.arena);
    return 0;
}
