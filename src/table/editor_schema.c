#include "table/editor_schema.h"

#include <string.h>

#include "table/editor_definitions.h"
#include "table/keywords.h"
#include "json/writer.h"

struct schema_writer {
    struct buffer *buffer;
    struct arena *arena;
};

/* A comma, unless the next element is the first one of its object or list. */
static void append_separator(struct schema_writer writer) {
    char last = writer.buffer->data[writer.buffer->size - 1];
    if (last != '{' && last != '[')
        buffer_append_byte(writer.buffer, ',');
}

static void append_string(struct schema_writer writer, const char *string) {
    json_write(writer.buffer, writer.arena, value_string(text_of(string)));
}

static void append_name(struct schema_writer writer, const char *name) {
    append_separator(writer);
    append_string(writer, name);
    buffer_append_byte(writer.buffer, ':');
}

static void append_item(struct schema_writer writer, const char *string) {
    append_separator(writer);
    append_string(writer, string);
}

/* Appends nothing if the string is NULL. */
static void append_member(struct schema_writer writer, const char *name, const char *string) {
    if (!string)
        return;
    append_name(writer, name);
    append_string(writer, string);
}

static void append_reference(struct schema_writer writer, struct text name) {
    buffer_append_string(writer.buffer, "{\"$ref\":\"#/definitions/");
    buffer_append_text(writer.buffer, name);
    buffer_append_string(writer.buffer, "\"}");
}

/* Members in the notation of `rules`; nothing if that is NULL. */
static void append_rules(struct schema_writer writer, const char *rules) {
    static const char name_characters[] = "abcdefghijklmnopqrstuvwxyz_/";
    if (!rules)
        return;
    append_separator(writer);
    while (*rules) {
        if (*rules != '@') {
            buffer_append_byte(writer.buffer, *rules == '\'' ? '"' : *rules);
            rules++;
            continue;
        }
        size_t size = strspn(++rules, name_characters);
        append_reference(writer, (struct text){rules, size});
        rules += size;
    }
}

/* Definitions. */

/* A reference as the value of `key`; nothing if the name is NULL. */
static void append_definition_of(struct schema_writer writer, const char *key, const char *name) {
    if (!name)
        return;
    append_name(writer, key);
    append_reference(writer, text_of(name));
}

/* An array of the words in `names`; nothing if it is NULL. */
static void append_all(struct schema_writer writer, const char *names) {
    struct text rest = text_of(names);
    if (!names)
        return;
    append_name(writer, "allOf");
    buffer_append_byte(writer.buffer, '[');
    while (rest.size) {
        append_separator(writer);
        append_reference(writer, text_cut(&rest, ' '));
    }
    buffer_append_byte(writer.buffer, ']');
}

static void append_types(struct schema_writer writer, const char *types) {
    struct text rest = text_of(types);
    if (!types)
        return;
    append_name(writer, "type");
    if (!strchr(types, ' ')) {
        append_string(writer, types);
        return;
    }
    buffer_append_byte(writer.buffer, '[');
    while (rest.size) {
        append_separator(writer);
        json_write(writer.buffer, writer.arena, value_string(text_cut(&rest, ' ')));
    }
    buffer_append_byte(writer.buffer, ']');
}

static void append_bounds(struct schema_writer writer, int minimum, int maximum) {
    if (maximum)
        buffer_append_format(writer.buffer, ",\"minimum\":%d,\"maximum\":%d", minimum, maximum);
}

static void append_properties(struct schema_writer writer, const struct keyword *keywords) {
    append_name(writer, "properties");
    buffer_append_byte(writer.buffer, '{');
    for (const struct keyword *keyword = keywords; keyword->name; keyword++) {
        append_name(writer, keyword->name);
        buffer_append_byte(writer.buffer, '{');
        append_member(writer, "description", keyword->description);
        append_rules(writer, "'$ref':'#/definitions/");
        buffer_append_string(writer.buffer, keyword->value);
        buffer_append_string(writer.buffer, "\"}");
    }
    buffer_append_byte(writer.buffer, '}');
}

/* A table that extends another one has from there what is needed. */
static void append_needed(struct schema_writer writer, const struct keyword *keywords) {
    bool extends = keyword_is_known(keywords, text_of("extends"));
    while (keywords->name && !keywords->needed)
        keywords++;
    if (!keywords->name)
        return;
    if (extends)
        append_rules(writer, "'if':{'required':['extends']},'else':{");
    append_name(writer, "required");
    buffer_append_byte(writer.buffer, '[');
    for (; keywords->name; keywords++)
        if (keywords->needed)
            append_item(writer, keywords->name);
    buffer_append_byte(writer.buffer, ']');
    if (extends)
        buffer_append_byte(writer.buffer, '}');
}

static void append_mapping(struct schema_writer writer, const struct definition *definition) {
    if (definition->keywords) {
        append_properties(writer, definition->keywords);
        append_needed(writer, definition->keywords);
    }
    if (definition->keys) {
        append_name(writer, "patternProperties");
        buffer_append_byte(writer.buffer, '{');
        append_definition_of(writer, definition->keys, definition->each);
        buffer_append_byte(writer.buffer, '}');
    }
    if (definition->keys || (definition->keywords && !definition->each))
        append_rules(writer, "'additionalProperties':false");
    else
        append_definition_of(writer, "additionalProperties", definition->each);
}

static void append_words(struct schema_writer writer, const char *const *words) {
    append_name(writer, "enum");
    buffer_append_byte(writer.buffer, '[');
    for (size_t i = 1; words[i]; i++)
        append_item(writer, words[i]);
    buffer_append_byte(writer.buffer, ']');
}

static void append_names(struct schema_writer writer, const struct keyword *keywords) {
    append_name(writer, "enum");
    buffer_append_byte(writer.buffer, '[');
    for (; keywords->name; keywords++)
        append_item(writer, keywords->name);
    buffer_append_byte(writer.buffer, ']');
}

static void append_definition(struct schema_writer writer, const struct definition *definition) {
    buffer_append_byte(writer.buffer, '{');
    append_types(writer, definition->types);
    append_member(writer, "pattern", definition->pattern);
    append_bounds(writer, definition->minimum, definition->maximum);
    append_definition_of(writer, "items", definition->items);
    append_mapping(writer, definition);
    if (definition->words)
        append_words(writer, definition->words);
    if (definition->name_of)
        append_names(writer, definition->name_of);
    append_all(writer, definition->all);
    append_rules(writer, definition->rules);
    append_member(writer, "errorMessage", definition->hint);
    append_member(writer, "patternErrorMessage", definition->pattern ? definition->hint : NULL);
    buffer_append_byte(writer.buffer, '}');
}

void editor_schema_write(struct buffer *buffer) {
    struct schema_writer writer = {buffer, arena_create()};
    buffer_append_byte(buffer, '{');
    append_member(writer, "$schema", "http://json-schema.org/draft-07/schema#");
    append_member(writer, "title", "o2s-medusa");
    append_member(writer, "type", "object");
    append_mapping(writer, &(struct definition){.keywords = table_keywords});
    append_name(writer, "definitions");
    buffer_append_byte(buffer, '{');
    for (const struct definition *definition = editor_definitions; definition->name; definition++) {
        append_separator(writer);
        buffer_append_byte(buffer, '\n');
        append_string(writer, definition->name);
        buffer_append_byte(buffer, ':');
        append_definition(writer, definition);
    }
    buffer_append_string(buffer, "\n}}\n");
    arena_destroy(writer.arena);
}
