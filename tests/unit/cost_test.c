/*
 * What each function of the language costs, and how large its result gets, as its input grows.
 *
 * The engine of this test is compiled so that each basic block calls __sanitizer_cov_trace_pc():
 * the cost of an evaluation is the number of blocks that it runs, and of the 16 bytes that it
 * takes from the arena. Both are the same on every machine. An input of twice the size may cost
 * little more than twice as much: O(n log n).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "language/functions.h"
#include "language/schema.h"
#include "json/reader.h"
#include "json/writer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SIZE = 5000, MAX_GROWTH = 32, FREE_COST = 1000, FREE_SIZE = 1000 };

static uint64_t cost;
/* The bytes that are taken from the arena. */
static uint64_t taken;

void __sanitizer_cov_trace_pc(void);
void *__real_arena_allocate(struct arena *arena, size_t size);
void *__wrap_arena_allocate(struct arena *arena, size_t size);
void *__real_arena_allocate_array(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_allocate_array(struct arena *arena, size_t count, size_t size);
void *__real_arena_allocate_unset(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_allocate_unset(struct arena *arena, size_t count, size_t size);

void *__real_arena_copy(struct arena *arena, const void *bytes, size_t size);
void *__wrap_arena_copy(struct arena *arena, const void *bytes, size_t size);
void *__real_arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity,
                        size_t size);
void *__wrap_arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity,
                        size_t size);

void __sanitizer_cov_trace_pc(void) {
    cost++;
}

static void count_memory(size_t size) {
    cost += size / 16;
    taken += size;
}

void *__wrap_arena_allocate(struct arena *arena, size_t size) {
    count_memory(size);
    return __real_arena_allocate(arena, size);
}

void *__wrap_arena_allocate_array(struct arena *arena, size_t count, size_t size) {
    count_memory(count * size);
    return __real_arena_allocate_array(arena, count, size);
}

void *__wrap_arena_allocate_unset(struct arena *arena, size_t count, size_t size) {
    count_memory(count * size);
    return __real_arena_allocate_unset(arena, count, size);
}

void *__wrap_arena_copy(struct arena *arena, const void *bytes, size_t size) {
    count_memory(size);
    return __real_arena_copy(arena, bytes, size);
}

void *__wrap_arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity,
                        size_t size) {
    void *grown = __real_arena_grow(arena, array, count, capacity, size);
    count_memory(grown == array ? 0 : *capacity * size);
    return grown;
}

/* Inputs: JSON texts that grow with `size`. */

typedef void write_item(struct buffer *text, size_t index, size_t size);

/* A permutation of the numbers below `size`. */
static size_t shuffled(size_t index, size_t size) {
    return index * 7919 % size;
}

static void ascending_number(struct buffer *text, size_t index, size_t size) {
    (void)size;
    buffer_append_number(text, index, 1);
}

static void descending_number(struct buffer *text, size_t index, size_t size) {
    buffer_append_number(text, size - index, 1);
}

static void shuffled_number(struct buffer *text, size_t index, size_t size) {
    buffer_append_number(text, shuffled(index, size), 1);
}

static void same_number(struct buffer *text, size_t index, size_t size) {
    (void)index;
    (void)size;
    buffer_append_string(text, "1.0");
}

static void shuffled_string(struct buffer *text, size_t index, size_t size) {
    buffer_append_format(text, "\"the same beginning %zu\"", shuffled(index, size));
}

static void same_string(struct buffer *text, size_t index, size_t size) {
    (void)index;
    (void)size;
    buffer_append_string(text, "\"the same\"");
}

static void date_string(struct buffer *text, size_t index, size_t size) {
    (void)size;
    buffer_append_format(text, "\"2026-01-%02zuT12:00:00Z\"", index % 28 + 1);
}

static void mixed(struct buffer *text, size_t index, size_t size) {
    static write_item *const kinds[] = {shuffled_number, shuffled_string, same_string};
    if (index % 5 < COUNT(kinds))
        kinds[index % 5](text, index, size);
    else
        buffer_append_string(text, index % 5 == 3 ? "null" : "[1]");
}

static void shuffled_object(struct buffer *text, size_t index, size_t size) {
    buffer_append_format(text, "{\"k\":\"k%zu\",\"v\":%zu,\"l\":[1,2]}", shuffled(index, size),
                         index);
}

static void same_object(struct buffer *text, size_t index, size_t size) {
    (void)index;
    (void)size;
    buffer_append_string(text, "{\"k\":\"k\",\"v\":1,\"l\":[1]}");
}

static void distinct_member(struct buffer *text, size_t index, size_t size) {
    buffer_append_format(text, "{\"m%zu\":1}", shuffled(index, size));
}

static void member(struct buffer *text, size_t index, size_t size) {
    buffer_append_format(text, "\"m%zu\":%zu", shuffled(index, size), index);
}

/* What a string is made of. */
static void letter(struct buffer *text, size_t index, size_t size) {
    (void)size;
    buffer_append_string(text, index % 7 ? "a" : ",");
}

static void blank(struct buffer *text, size_t index, size_t size) {
    (void)index;
    (void)size;
    buffer_append_byte(text, ' ');
}

static void digit(struct buffer *text, size_t index, size_t size) {
    (void)size;
    buffer_append_byte(text, (char)('1' + index % 9));
}

/* As many as a number can have. */
static void few_digits(struct buffer *text, size_t index, size_t size) {
    if (index < JSON_MAX_NUMBER - 2)
        digit(text, index, size);
}

static void accent(struct buffer *text, size_t index, size_t size) {
    (void)size;
    buffer_append_string(text, index % 2 ? "\u0301" : "\u0323");
}

static void sign(struct buffer *text, size_t index, size_t size) {
    (void)index;
    (void)size;
    buffer_append_string(text, "\u221e");
}

static const struct input {
    const char *name;
    const char *open;
    write_item *item;
    const char *separator;
    const char *close;
} inputs[] = {
    {"ascending numbers", "[", ascending_number, ",", "]"},
    {"descending numbers", "[", descending_number, ",", "]"},
    {"shuffled numbers", "[", shuffled_number, ",", "]"},
    {"equal numbers", "[", same_number, ",", "]"},
    {"distinct strings", "[", shuffled_string, ",", "]"},
    {"equal strings", "[", same_string, ",", "]"},
    {"dates", "[", date_string, ",", "]"},
    {"mixed items", "[", mixed, ",", "]"},
    {"distinct objects", "[", shuffled_object, ",", "]"},
    {"equal objects", "[", same_object, ",", "]"},
    {"objects of one member each", "[", distinct_member, ",", "]"},
    {"an object", "{", member, ",", "}"},
    {"a string of letters", "\"", letter, "", "\""},
    {"a string of blanks", "\"", blank, "", "\""},
    {"a string of digits", "\"", digit, "", "\""},
    {"a fraction's digits", "\"0.", few_digits, "", "\""},
    {"a number's digits", "", few_digits, "", ""},
    {"a string of accents", "\"a", accent, "", "\""},
    {"a string of signs", "\"", sign, "", "\""},
    {"a day", "\"2026-01-31\"", NULL, "", ""},
    {"an integer", "\"12\"", NULL, "", ""},
    {"a boolean", "true", NULL, "", ""},
    {"null", "null", NULL, "", ""},
};

static void write_input(struct buffer *text, const struct input *input, size_t size) {
    buffer_append_string(text, input->open);
    for (size_t i = 0; input->item && i < size; i++) {
        buffer_append_string(text, i ? input->separator : "");
        input->item(text, i, size);
    }
    buffer_append_string(text, input->close);
}

static struct value read_parts(struct arena *arena, const struct projection *projection,
                               struct text text) {
    struct json_reader *reader = json_reader_create();
    struct value value;
    const char *reason;
    if (!json_read(reader, arena, text_copy(arena, text), projection, &value, &reason))
        fail_msg("%.*s: %s", TEXT_ARGUMENT(text), reason);
    json_reader_destroy(reader);
    return value;
}

static struct value read_json(struct arena *arena, struct text text) {
    return read_parts(arena, NULL, text);
}

/* Each function, in one expression at least; `.` is the input, and $x a string as long. */
static const char *const expressions[] = {
    ". | upper",
    ". | lower",
    ". | trim",
    ". | slug",
    ". | string",
    ". | text",
    ". | starts_with .",
    ". | starts_with $x",
    ". | contains $x",
    ". | contains 'no such part'",
    ". | contains 'aab'",
    ". | base64",
    ". | join ', '",
    ". | join $x",
    ". | pluck $x | join ','",
    ". | split ','",
    ". | replace 'a' 'bb'",
    ". | replace 'aa' ''",
    ". | replace 'no such part' $x",
    ". | replace 'a' $x",
    ". | date",
    ". | number",
    ". | integer",
    ". | number | add 1",
    ". | number | sub 0.1",
    ". | number | mul 3",
    ". | number | div 3",
    ". | number | round 2",
    ". | sum",
    ". | each string",
    ". | each upper",
    ". | where .",
    ". | where (. == 'the same')",
    ". | find (. == 'nothing')",
    ". | find (. == 'the same')",
    ". | first",
    ". | last",
    ". | length",
    ". | pluck .k",
    ". | flatten .l",
    ". | flatten [., .]",
    ". | flatten $list",
    ". | unique",
    ". | slice 1",
    ". | slice -3 2",
    ". | reverse",
    ". | group .",
    ". | group .k",
    ". | newest .",
    ". | newest .k",
    ". | sort_by .",
    ". | sort_by .k",
    ". | sort_by .v",
    "'nothing' | index_in $list",
    ". | index_in $list",
    "0 | index_in $list",
    ". | dict . .",
    ". | dict .k .v",
    ". | keys",
    ". | pick m0 m1 m2",
    ". | omit m0 m1 m2",
    ". | get 'm1'",
    ". | get 100000",
    ". | required",
    ". | present",
    ". | nonempty",
    ". | default 'x'",
    ". | when .",
    /* Not functions, but what they are used with. */
    ". | spread",
    ". | joined",
    ". == .",
    ". < .",
    "$list | where (. == $x)",
};

static const char names[] = "mappers:\n"
                            "  spread: {<<: ., m1: 5}\n"
                            "  found $all: $all | get .k\n"
                            "  joined: {$all: . | dict .k .v, found: . | each found $all}\n";

enum { SLOT_X, SLOT_LIST, SLOT_COUNT };

static struct definitions *new_definitions(struct arena *arena, struct diagnostics *diagnostics) {
    struct definitions *definitions = arena_allocate(arena, sizeof *definitions);
    definitions->arena = arena;
    definitions->diagnostics = diagnostics;
    struct yaml_node *root = yaml_parse(arena, arena, text_of(names), diagnostics);
    mappers_load(definitions, yaml_get(root, "mappers"));
    return definitions;
}

static struct yaml_node scalar(const char *text) {
    return (struct yaml_node){.kind = YAML_SCALAR,
                              .location = {1, 1, NULL},
                              .text = text_of(text),
                              .verbatim = true,
                              .text_location = {1, 1, NULL},
                              .plain = true};
}

static const struct expression *parse(struct definitions *definitions, const char *expression) {
    struct diagnostics *diagnostics = definitions->diagnostics;
    struct scope *scope = arena_allocate(definitions->arena, sizeof *scope);
    scope->definitions = definitions;
    scope->kind = SCOPE_REQUEST;
    scope->current = &static_type_any;
    scope_add(scope, text_of("x"), static_type_any, (struct location){0});
    scope_add(scope, text_of("list"), static_type_any, (struct location){0});
    struct yaml_node node = scalar(expression);
    const struct expression *parsed = expression_parse_node(scope, &node);
    if (!parsed || diagnostics_count(diagnostics))
        fail_msg("%s is no expression", expression);
    return parsed;
}

struct measure {
    uint64_t cost;
    uint64_t taken;
    size_t given;
    size_t came;
    bool missing;
    /* What the evaluation failed of. */
    bool failed;
};

static struct measure measure(const char *expression, const struct input *input, size_t size) {
    struct arena *arena = arena_create();
    struct diagnostics *diagnostics = diagnostics_create("cost", text_of(expression));
    const struct expression *parsed = parse(new_definitions(arena, diagnostics), expression);
    struct buffer text = {0};
    write_input(&text, input, size);
    struct value slots[SLOT_COUNT];
    struct evaluation evaluation = {.arena = arena, .slots = slots};
    evaluation.current = read_json(arena, buffer_text(&text));
    struct buffer other = {0};
    write_input(&other, &(struct input){"", "\"", letter, "", "\""}, size);
    slots[SLOT_X] = read_json(arena, buffer_text(&other));
    other.size = 0;
    write_input(&other, &(struct input){"", "[", shuffled_number, ",", "]"}, size);
    slots[SLOT_LIST] = read_json(arena, buffer_text(&other));
    cost = 0;
    taken = 0;
    struct value result;
    bool good = expression_evaluate(&evaluation, parsed, &result);
    struct measure measure = {.cost = cost,
                              .taken = taken,
                              .given = text.size,
                              .missing = value_is_missing(result),
                              .failed = !good};
    text.size = 0;
    json_write(&text, arena, result);
    measure.came = text.size;
    buffer_free(&text);
    buffer_free(&other);
    diagnostics_destroy(diagnostics);
    arena_destroy(arena);
    return measure;
}

static void check_input(const char *expression, const struct input *input) {
    struct measure small = measure(expression, input, SIZE);
    struct measure large = measure(expression, input, 2 * SIZE);
    if (large.cost * 10 > small.cost * 22 + FREE_COST)
        fail_msg("%s of %s: it costs %zu for %d, and %zu for %d", expression, input->name,
                 (size_t)small.cost, SIZE, (size_t)large.cost, 2 * SIZE);
    if (!large.failed && large.came > MAX_GROWTH * large.given + FREE_SIZE)
        fail_msg("%s of %s: %zu bytes become %zu", expression, input->name, large.given,
                 large.came);
}

static void twice_the_input_costs_twice_as_much(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(expressions); i++)
        for (size_t j = 0; j < COUNT(inputs); j++)
            check_input(expressions[i], &inputs[j]);
}

/* As in `each`, where each item may look for its own in another list. */
static void where_takes_no_memory_for_what_it_leaves_out(void **state) {
    static const struct input list = {"equal strings", "[", same_string, ",", "]"};
    (void)state;
    struct measure none = measure(". | where (. == 'nothing')", &list, SIZE);
    struct measure all = measure(". | where (. == 'the same')", &list, SIZE);
    assert_true(all.taken >= SIZE * sizeof(struct value));
    if (none.taken > FREE_SIZE)
        fail_msg("an empty result takes %zu bytes", (size_t)none.taken);
}

/* Whether the last call of an expression is one of `function`. */
static bool is_about(const char *expression, const char *function) {
    const char *call = strrchr(expression, '|');
    size_t size = strlen(function);
    return call && strncmp(call + 2, function, size) == 0 &&
           (call[2 + size] == ' ' || call[2 + size] == '\0');
}

/* Whether an expression is about the function, and has a value for some input. */
static bool measures(const char *expression, const char *function) {
    bool used = false;
    for (size_t i = 0; i < COUNT(inputs) && is_about(expression, function); i++)
        used = used || !measure(expression, &inputs[i], 10).missing;
    return used;
}

static void each_function_is_measured(void **state) {
    (void)state;
    size_t count;
    const struct function *functions = function_list(&count);
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t j = 0; j < COUNT(expressions); j++)
            found = found || measures(expressions[j], functions[i].name);
        if (!found)
            fail_msg("%s has a value in no expression of this test", functions[i].name);
    }
}

static void a_result_that_is_too_large_fails(void **state) {
    static const char *const rows[] = {". | join $x", ". | pluck $x | join ','",
                                       ". | flatten $list", ". | replace 'a' $x"};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct input *input = &inputs[0];
        for (size_t j = 0; strstr(rows[i], "replace") && j < COUNT(inputs); j++)
            if (measure(rows[i], &inputs[j], SIZE).failed)
                input = &inputs[j];
        struct measure measured = measure(rows[i], input, SIZE);
        if (!measured.failed || !measured.missing)
            fail_msg("%s gives %zu bytes of %zu", rows[i], measured.came, measured.given);
        if (measured.cost > 100 * SIZE)
            fail_msg("%s costs %zu before it fails", rows[i], (size_t)measured.cost);
    }
}

enum { MEMBERS = 40 };

/* A list of objects with the members m0 to m39, as of an answer of which they are used. */
static struct value read_members(struct definitions *definitions) {
    struct arena *arena = definitions->arena;
    struct projection object = {0};
    const struct projection list = {.items = &object};
    for (int i = 0; i < MEMBERS; i++) {
        struct text name = text_format(arena, "m%d", i);
        projection_add(arena, &object, definitions_member_name(definitions, name));
    }
    struct buffer text = {0};
    for (size_t i = 0; i < SIZE; i++) {
        buffer_append_string(&text, i ? ",{" : "[{");
        for (size_t j = 0; j < MEMBERS; j++)
            buffer_append_format(&text, "%s\"m%zu\":%zu", j ? "," : "", j, i);
        buffer_append_byte(&text, '}');
    }
    buffer_append_byte(&text, ']');
    struct value value = read_parts(arena, &list, buffer_text(&text));
    buffer_free(&text);
    return value;
}

static uint64_t evaluation_cost(struct definitions *definitions, const char *expression,
                                struct value input) {
    struct evaluation evaluation = {.arena = definitions->arena, .current = input};
    struct value result;
    const struct expression *parsed = parse(definitions, expression);
    cost = 0;
    if (!expression_evaluate(&evaluation, parsed, &result))
        fail_msg("%s has no value", expression);
    uint64_t needed = cost;
    assert_int_equal(result.size, SIZE);
    return needed;
}

/* Most objects of a list have their members in the same order. */
static void the_last_member_costs_as_much_as_the_first(void **state) {
    (void)state;
    struct arena *arena = arena_create();
    struct diagnostics *diagnostics = diagnostics_create("cost", text_of(""));
    struct definitions *definitions = new_definitions(arena, diagnostics);
    struct value list = read_members(definitions);
    uint64_t first = evaluation_cost(definitions, ". | pluck .m0", list);
    uint64_t last = evaluation_cost(definitions, ". | pluck .m39", list);
    assert_true(first > SIZE);
    if (last > first + FREE_COST)
        fail_msg("the first costs %zu, and the last %zu", (size_t)first, (size_t)last);
    diagnostics_destroy(diagnostics);
    arena_destroy(arena);
}

typedef void use_schema(struct arena *arena, const struct schema *schema, struct value value);

/* What it costs to use the schema for a list of `size` items. */
static uint64_t schema_cost(const char *yaml, const struct input *input, size_t size,
                            use_schema *use) {
    struct arena *arena = arena_create();
    struct diagnostics *diagnostics = diagnostics_create("cost", text_of(yaml));
    struct definitions *definitions = new_definitions(arena, diagnostics);
    const struct yaml_node *node = yaml_parse(arena, arena, text_of(yaml), diagnostics);
    const struct schema *schema = schema_of(definitions, node, "body");
    assert_int_equal(diagnostics_count(diagnostics), 0);
    struct buffer text = {0};
    write_input(&text, input, size);
    struct value value = read_json(arena, buffer_text(&text));
    buffer_free(&text);
    cost = 0;
    taken = 0;
    use(arena, schema, value);
    uint64_t needed = cost;
    diagnostics_destroy(diagnostics);
    arena_destroy(arena);
    return needed;
}

/* All items are without what they must have. */
static void check_invalid(struct arena *arena, const struct schema *schema, struct value value) {
    struct buffer errors = {0};
    schema_check(arena, schema, value, "the body", &errors);
    assert_true(errors.size > 0);
    buffer_free(&errors);
}

static void convert(struct arena *arena, const struct schema *schema, struct value value) {
    assert_int_equal(schema_convert_json(arena, schema, value).size, value.size);
}

static void a_conversion_takes_no_memory_for_messages(void **state) {
    static const char schema[] =
        "{items: {anyOf: [{enum: [some, other]}, {pattern: '^x'}, {type: number, minimum: 1}, "
        "{anyOf: [{type: boolean}, {type: object}]}]}}";
    static const struct input list = {"a list", "[", same_string, ",", "]"};
    (void)state;
    /* It is too long for json-c, whose values cost something else. */
    schema_cost(schema, &list, 4 * SIZE, convert);
    if (taken > 4 * SIZE * sizeof(struct value) + FREE_SIZE)
        fail_msg("converting %d strings takes %zu bytes", 4 * SIZE, (size_t)taken);
}

static void a_check_stops_early(void **state) {
    static const char *const schemas[] = {
        "{items: {required: [a, b, c], properties: {a: {}, b: {}, c: {}}}}",
        "{items: {type: string}}",
        "{items: {anyOf: [{type: string}, {enum: [x, y]}, {type: boolean}]}}",
    };
    static const struct input list = {"a list", "[", same_number, ",", "]"};
    static const struct input objects = {"objects", "[", distinct_member, ",", "]"};
    (void)state;
    for (size_t i = 0; i < COUNT(schemas); i++) {
        const struct input *input = i ? &list : &objects;
        /* Both are too long for json-c, whose values cost something else. */
        uint64_t small = schema_cost(schemas[i], input, 4 * SIZE, check_invalid);
        uint64_t large = schema_cost(schemas[i], input, 20 * SIZE, check_invalid);
        if (small != large || small > 10000)
            fail_msg("%s: it costs %zu, and %zu for a longer list", schemas[i], (size_t)small,
                     (size_t)large);
    }
}

/* What it costs to read a wide object of which half of the names are repeated, and to find each. */
static uint64_t wide_object_cost(size_t size) {
    struct arena *arena = arena_create();
    struct buffer text = {0};
    for (size_t i = 0; i < size; i++)
        buffer_append_format(&text, "%c\"m%zu\":1", i ? ',' : '{', shuffled(i, size) / 2);
    buffer_append_byte(&text, '}');
    cost = 0;
    struct value object =
        read_parts(arena, &(struct projection){.whole = true}, buffer_text(&text));
    for (size_t i = 0; i < size / 2; i++)
        assert_int_equal(value_member(arena, object, text_format(arena, "m%zu", i)).type,
                         VALUE_NUMBER);
    uint64_t needed = cost;
    assert_int_equal(object.size, size / 2);
    buffer_free(&text);
    arena_destroy(arena);
    return needed;
}

static void a_wide_object_costs_little_more_than_its_size(void **state) {
    (void)state;
    uint64_t small = wide_object_cost(SIZE);
    uint64_t large = wide_object_cost(2 * SIZE);
    if (large * 10 > small * 23)
        fail_msg("it costs %zu for %d, and %zu for %d", (size_t)small, SIZE, (size_t)large,
                 2 * SIZE);
}

/* What it costs to read objects with one member of `width` members that are requested. */
static uint64_t narrow_objects_cost(int width) {
    struct arena *arena = arena_create();
    struct projection object = {0};
    for (int i = 0; i < width; i++)
        projection_add(arena, &object, text_format(arena, "m%d", i));
    struct buffer text = {0};
    for (size_t i = 0; i < SIZE; i++)
        buffer_append_string(&text, i ? ",{\"m0\":1}" : "[{\"m0\":1}");
    buffer_append_byte(&text, ']');
    cost = 0;
    read_parts(arena, &(struct projection){.items = &object}, buffer_text(&text));
    uint64_t needed = cost;
    buffer_free(&text);
    arena_destroy(arena);
    return needed;
}

static void a_member_that_an_object_lacks_costs_nothing(void **state) {
    (void)state;
    uint64_t one = narrow_objects_cost(1);
    uint64_t many = narrow_objects_cost(MEMBERS);
    /* A name is found among more of them; but places for all would take twice as much. */
    if (many > one + MEMBERS * SIZE)
        fail_msg("one member costs %zu, and %zu if others could be there", (size_t)one,
                 (size_t)many);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_function_is_measured),
        cmocka_unit_test(twice_the_input_costs_twice_as_much),
        cmocka_unit_test(where_takes_no_memory_for_what_it_leaves_out),
        cmocka_unit_test(a_result_that_is_too_large_fails),
        cmocka_unit_test(a_check_stops_early),
        cmocka_unit_test(a_conversion_takes_no_memory_for_messages),
        cmocka_unit_test(the_last_member_costs_as_much_as_the_first),
        cmocka_unit_test(a_wide_object_costs_little_more_than_its_size),
        cmocka_unit_test(a_member_that_an_object_lacks_costs_nothing),
    };
    return cmocka_run_group_tests_name("cost", tests, NULL, NULL);
}
