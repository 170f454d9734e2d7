/* The JSON Schema for editors has the keywords that the loaders accept, and is whole. */
#include "support.h"

#include "language/field_list.h"
#include "language/schema.h"
#include "table/editor_definitions.h"
#include "table/editor_schema.h"
#include "table/keywords.h"

/* Where the schema has the keywords of a loader. */
static const struct {
    const char *definition;
    const struct keyword *keywords;
} mappings[] = {
    {"server", server_keywords},     {"cors", cors_keywords},
    {"common", common_keywords},     {"cache", cache_keywords},
    {"upstream", upstream_keywords}, {"errors", errors_keywords},
    {"breaker", breaker_keywords},   {"fields", fields_keywords},
    {"schema", schema_keywords},     {"route", route_keywords},
    {"response", answer_keywords},   {"let", let_keywords},
    {"require", require_keywords},   {"use", use_keywords},
    {"call", call_keywords},         {"field_list", field_list_keywords},
};

static struct value member(struct arena *arena, struct value object, const char *name) {
    return value_member(arena, object, text_of(name));
}

static struct value exported(struct arena *arena) {
    struct buffer buffer = {0};
    editor_schema_write(&buffer);
    struct value schema = value_from(arena, text_copy(arena, buffer_text(&buffer)).data);
    buffer_free(&buffer);
    return schema;
}

static struct value definition_in(struct arena *arena, struct value schema, const char *name) {
    return member(arena, member(arena, schema, "definitions"), name);
}

static bool is_in(struct arena *arena, struct value list, const char *string) {
    for (uint32_t i = 0; i < list.size; i++)
        if (text_is(value_text(value_item(arena, list, i)), string))
            return true;
    return false;
}

/* Each keyword has its description and the definition of its value; there is none besides. */
static void check_keywords(struct arena *arena, struct value mapping,
                           const struct keyword *keywords) {
    struct value properties = member(arena, mapping, "properties");
    struct value needed = member(arena, mapping, "required");
    /* What a table needs that extends no other one. */
    if (value_is_missing(needed))
        needed = member(arena, member(arena, mapping, "else"), "required");
    size_t count = 0;
    for (; keywords[count].name; count++) {
        const struct keyword *keyword = &keywords[count];
        struct value property = member(arena, properties, keyword->name);
        check_text(keyword->name, keyword->description,
                   value_text(member(arena, property, "description")));
        check_text(keyword->name, text_format(arena, "#/definitions/%s", keyword->value).data,
                   value_text(member(arena, property, "$ref")));
        check_truth(keyword->name, keyword->needed, is_in(arena, needed, keyword->name));
    }
    check_number("keywords", count, properties.size);
}

static void the_schema_has_the_keywords_of_each_loader(void **state) {
    struct value schema = exported(*state);
    check_keywords(*state, schema, table_keywords);
    for (size_t i = 0; i < COUNT(mappings); i++) {
        struct value mapping = definition_in(*state, schema, mappings[i].definition);
        check_keywords(*state, mapping, mappings[i].keywords);
        check_truth(mappings[i].definition, true,
                    !value_is_missing(member(*state, mapping, "additionalProperties")));
    }
}

static void the_schema_has_the_words_of_each_loader(void **state) {
    static const struct {
        const char *definition;
        const char *const *words;
    } rows[] = {{"type", schema_type_names}, {"format", schema_format_names}};
    struct value schema = exported(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct value definition = definition_in(*state, schema, rows[i].definition);
        struct value words = member(*state, definition, "enum");
        size_t count = 0;
        for (; rows[i].words[count + 1]; count++)
            check_truth(rows[i].words[count + 1], true,
                        is_in(*state, words, rows[i].words[count + 1]));
        check_number(rows[i].definition, count, words.size);
    }
}

/* Counts how often each definition is referred to; fails if there is none of that name. */
static void follow_references(struct arena *arena, struct value schema, struct value value,
                              size_t *counts) {
    const struct member *members = value.type == VALUE_OBJECT ? value_members(arena, value) : NULL;
    for (uint32_t i = 0; value.type == VALUE_ARRAY && i < value.size; i++)
        follow_references(arena, schema, value_item(arena, value, i), counts);
    for (uint32_t i = 0; members && i < value.size; i++) {
        struct text reference = value_text(members[i].value);
        if (!text_is(members[i].name, "$ref") || !reference.size) {
            follow_references(arena, schema, members[i].value, counts);
            continue;
        }
        struct value target = schema;
        size_t index = 0;
        check_text("begin of a reference", "#", text_cut(&reference, '/'));
        for (size_t depth = 0; reference.size; depth++) {
            struct text name = text_copy(arena, text_cut(&reference, '/'));
            target = value_member(arena, target, name);
            check_truth(name.data, false, value_is_missing(target));
            while (depth == 1 && !text_is(name, editor_definitions[index].name))
                index++;
        }
        counts[index]++;
    }
}

static void every_reference_has_a_definition_and_the_other_way_round(void **state) {
    struct value schema = exported(*state);
    size_t count = 0;
    while (editor_definitions[count].name)
        count++;
    check_number("definitions", count, member(*state, schema, "definitions").size);
    size_t *counts = arena_allocate_array(*state, count, sizeof *counts);
    follow_references(*state, schema, schema, counts);
    for (size_t i = 0; i < count; i++)
        check_truth(editor_definitions[i].name, true, counts[i] > 0);
}

static void every_mapping_with_keywords_is_tested(void **state) {
    (void)state;
    size_t count = 0;
    for (const struct definition *row = editor_definitions; row->name; row++)
        count += row->keywords != NULL;
    check_number("mappings", COUNT(mappings), count);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(the_schema_has_the_keywords_of_each_loader),
        TEST_WITH_ARENA(the_schema_has_the_words_of_each_loader),
        TEST_WITH_ARENA(every_reference_has_a_definition_and_the_other_way_round),
        cmocka_unit_test(every_mapping_with_keywords_is_tested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
