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
    struct library library;
    struct json_reader *reader;
} base;

/* `$x` and `$y` are the input's members of these names. */
enum { SLOT_X, SLOT_Y, SLOTS };

static void open_base(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    base.arena = arena_create();
    base.reader = json_reader_create();
    struct diagnostics *diagnostics = diagnostics_create("names", text_of(names));
    base.library.arena = base.arena;
    base.library.diagnostics = diagnostics;
    const char *reason;
    bool good = json_read(base.reader, base.arena,
                          text_of("{\"currency\":\"EUR\",\"sizes\":[\"S\",\"M\"],\"none\":null}"),
                          NULL, &base.library.settings, &reason);
    struct yaml_node *root = yaml_parse(base.arena, base.arena, text_of(names), diagnostics);
    lookups_load(&base.library, yaml_get(root, "tables"));
    mappers_load(&base.library, yaml_get(root, "mappers"));
    require(good && !diagnostics_count(diagnostics), "the names are good", text_of(names));
    diagnostics_destroy(diagnostics);
}

static struct scope new_scope(struct library *library) {
    struct scope scope = {.library = library, .kind = SCOPE_REQUEST};
    scope_add(&scope, text_of("x"), NULL, (struct place){0, 0});
    scope_add(&scope, text_of("y"), NULL, (struct place){0, 0});
    return scope;
}

static struct expression *parse(struct library *library, struct text text) {
    struct scope scope = new_scope(library);
    struct yaml_node node = {.kind = YAML_SCALAR,
                             .place = {1, 1},
                             .text = text_copy(library->arena, text),
                             .verbatim = true,
                             .text_place = {1, 1}};
    struct expression *expression = expression_parse_node(&scope, &node);
    size_t mistakes = diagnostics_count(library->diagnostics);
    require((expression != NULL) == (mistakes == 0), "a mistake is told", text);
    return expression;
}

/* What the expression reads of its input. */
static const struct projection *reads_of(struct library *library,
                                         const struct expression *expression) {
    struct arena *arena = library->arena;
    struct projection *root = arena_allocate(arena, sizeof *root);
    struct reads_source slots[SLOTS];
    struct reads_analysis analysis = {.arena = arena, .scratch = arena, .slots = slots};
    analysis.current = reads_source_of(&analysis, root);
    slots[SLOT_X] = reads_expression(&analysis, parse(library, text_of(".x")));
    slots[SLOT_Y] = reads_expression(&analysis, parse(library, text_of(".y")));
    reads_use(reads_expression(&analysis, expression));
    return root;
}

/* The value as JSON, or what is lacking; false: the input is no JSON. */
static bool evaluate(struct arena *arena, const struct expression *expression, struct text input,
                     const struct projection *projection, struct text *result) {
    struct value slots[SLOTS];
    struct evaluation evaluation = {.arena = arena, .slots = slots};
    const char *reason;
    if (!json_read(base.reader, arena, input, projection, &evaluation.current, &reason))
        return false;
    slots[SLOT_X] = value_member(arena, evaluation.current, text_of("x"));
    slots[SLOT_Y] = value_member(arena, evaluation.current, text_of("y"));
    struct value value = expression_evaluate(&evaluation, expression);
    *result = text_format(arena, "lacks %.*s", TEXT_ARGUMENT(evaluation.lacking));
    if (!evaluation.lacking.size)
        *result = json_text(arena, value);
    return true;
}

static void check(struct library *library, const struct expression *expression, struct text input) {
    struct arena *arena = library->arena;
    struct text whole, projected;
    bool read = evaluate(arena, expression, input, NULL, &whole);
    const struct projection *reads = reads_of(library, expression);
    require(evaluate(arena, expression, input, reads, &projected) == read,
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
    struct text text = text_take(&input, '\n');
    /* libyaml lets nothing else through. */
    if (!text_is_utf8(text))
        return 0;
    if (!base.arena)
        open_base();
    struct library library = base.library;
    library.arena = arena_create();
    library.diagnostics = diagnostics_create("expression", text);
    struct expression *expression = parse(&library, text);
    struct text copy = exact_copy(input);
    if (expression)
        check(&library, expression, copy);
    free((char *)copy.data);
    diagnostics_destroy(library.diagnostics);
    arena_destroy(library.arena);
    return 0;
}
