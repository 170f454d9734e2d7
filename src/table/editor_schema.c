#include "table/editor_schema.h"

#include <string.h>

#include "table/editor_definitions.h"
#include "table/keywords.h"
#include "json/writer.h"

struct output {
    struct buffer *buffer;
    struct arena *arena;
};

/* A comma, unless the next element is the first one of its object or list. */
static void append_separator(struct output output) {
    char last = output.buffer->data[output.buffer->size - 1];
    if (last != '{' && last != '[')
        buffer_append_byte(output.buffer, ',');
}

static void append_string(struct output output, const char *string) {
    json_write(output.buffer, output.arena, value_string(text_of(string)));
}

static void append_name(struct output output, const char *name) {
    append_separator(output);
    append_string(output, name);
    buffer_append_byte(output.buffer, ':');
}

static void append_item(struct output output, const char *string) {
    append_separator(output);
    append_string(output, string);
}

/* Appends nothing if the string is NULL. */
static void append_member(struct output output, const char *name, const char *string) {
    if (!string)
        return;
    append_name(output, name);
    append_string(output, string);
}

static void append_reference(struct output output, struct text name) {
    buffer_append_string(output.buffer, "{\"$ref\":\"#/definitions/");
    buffer_append_text(output.buffer, name);
    buffer_append_string(output.buffer, "\"}");
}

/* Members in the notation of `rules`; nothing if that is NULL. */
static void append_rules(struct output output, const char *rules) {
    static const char name_characters[] = "abcdefghijklmnopqrstuvwxyz_/";
    if (!rules)
        return;
    append_separator(output);
    while (*rules) {
        if (*rules != '@') {
            buffer_append_byte(output.buffer, *rules == '\'' ? '"' : *rules);
            rules++;
            continue;
        }
        size_t size = strspn(++rules, name_characters);
        append_reference(output, (struct text){rules, size});
        rules += size;
    }
}

/* Definitions. */

/* A reference as the value of `key`; nothing if the name is NULL. */
static void append_definition_of(struct output output, const char *key, const char *name) {
    if (!name)
        return;
    append_name(output, key);
    append_reference(output, text_of(name));
}

/* An array of the words in `names`; nothing if it is NULL. */
static void append_all(struct output output, const char *names) {
    struct text rest = text_of(names);
    if (!names)
        return;
    append_name(output, "allOf");
    buffer_append_byte(output.buffer, '[');
    while (rest.size) {
        append_separator(output);
        append_reference(output, text_cut(&rest, ' '));
    }
    buffer_append_byte(output.buffer, ']');
}

static void append_types(struct output output, const char *types) {
    struct text rest = text_of(types);
    if (!types)
        return;
    append_name(output, "type");
    if (!strchr(types, ' ')) {
        append_string(output, types);
        return;
    }
    buffer_append_byte(output.buffer, '[');
    while (rest.size) {
        append_separator(output);
        json_write(output.buffer, output.arena, value_string(text_cut(&rest, ' ')));
    }
    buffer_append_byte(output.buffer, ']');
}

static void append_bounds(struct output output, int minimum, int maximum) {
    if (maximum)
        buffer_append_format(output.buffer, ",\"minimum\":%d,\"maximum\":%d", minimum, maximum);
}

static void append_properties(struct output output, const struct keyword *keywords) {
    append_name(output, "properties");
    buffer_append_byte(output.buffer, '{');
    for (const struct keyword *keyword = keywords; keyword->name; keyword++) {
        append_name(output, keyword->name);
        buffer_append_byte(output.buffer, '{');
        append_member(output, "description", keyword->description);
        append_rules(output, "'$ref':'#/definitions/");
        buffer_append_string(output.buffer, keyword->value);
        buffer_append_string(output.buffer, "\"}");
    }
    buffer_append_byte(output.buffer, '}');
}

/* A table that extends another one has from there what is needed. */
static void append_needed(struct output output, const struct keyword *keywords) {
    bool extends = keyword_is_known(keywords, text_of("extends"));
    while (keywords->name && !keywords->needed)
        keywords++;
    if (!keywords->name)
        return;
    if (extends)
        append_rules(output, "'if':{'required':['extends']},'else':{");
    append_name(output, "required");
    buffer_append_byte(output.buffer, '[');
    for (; keywords->name; keywords++)
        if (keywords->needed)
            append_item(output, keywords->name);
    buffer_append_byte(output.buffer, ']');
    if (extends)
        buffer_append_byte(output.buffer, '}');
}

static void append_mapping(struct output output, const struct definition *definition) {
    if (definition->keywords) {
        append_properties(output, definition->keywords);
        append_needed(output, definition->keywords);
    }
    if (definition->keys) {
        append_name(output, "patternProperties");
        buffer_append_byte(output.buffer, '{');
        append_definition_of(output, definition->keys, definition->each);
        buffer_append_byte(output.buffer, '}');
    }
    if (definition->keys || (definition->keywords && !definition->each))
        append_rules(output, "'additionalProperties':false");
    else
        append_definition_of(output, "additionalProperties", definition->each);
}

static void append_words(struct output output, const char *const *words) {
    append_name(output, "enum");
    buffer_append_byte(output.buffer, '[');
    for (size_t i = 1; words[i]; i++)
        append_item(output, words[i]);
    buffer_append_byte(output.buffer, ']');
}

static void append_names(struct output output, const struct keyword *keywords) {
    append_name(output, "enum");
    buffer_append_byte(output.buffer, '[');
    for (; keywords->name; keywords++)
        append_item(output, keywords->name);
    buffer_append_byte(output.buffer, ']');
}

static void append_definition(struct output output, const struct definition *definition) {
    buffer_append_byte(output.buffer, '{');
    append_types(output, definition->types);
    append_member(output, "pattern", definition->pattern);
    append_bounds(output, definition->minimum, definition->maximum);
    append_definition_of(output, "items", definition->items);
    append_mapping(output, definition);
    if (definition->words)
        append_words(output, definition->words);
    if (definition->name_of)
        append_names(output, definition->name_of);
    append_all(output, definition->all);
    append_rules(output, definition->rules);
    append_member(output, "errorMessage", definition->hint);
    append_member(output, "patternErrorMessage", definition->pattern ? definition->hint : NULL);
    buffer_append_byte(output.buffer, '}');
}

void editor_schema_write(struct buffer *buffer) {
    struct output output = {buffer, arena_create()};
    buffer_append_byte(buffer, '{');
    append_member(output, "$schema", "http://json-schema.org/draft-07/schema#");
    append_member(output, "title", "o2s-medusa");
    append_member(output, "type", "object");
    append_mapping(output, &(struct definition){.keywords = table_keywords});
    append_name(output, "definitions");
    buffer_append_byte(buffer, '{');
    for (const struct definition *definition = editor_definitions; definition->name; definition++) {
        append_separator(output);
        buffer_append_byte(buffer, '\n');
        append_string(output, definition->name);
        buffer_append_byte(buffer, ':');
        append_definition(output, definition);
    }
    buffer_append_string(buffer, "\n}}\n");
    arena_destroy(output.arena);
}
