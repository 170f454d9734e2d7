#include "json.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* A scanned text kept for the next one; more is given back. */
enum { KEPT_SIZE = 256 * 1024 };

struct json_reader {
    struct json_tokener *tokener;
    struct buffer wanted;
    char reason[128];
};

struct json_reader *json_reader_create(void) {
    struct json_reader *reader = memory_allocate(sizeof *reader);
    /* json-c counts the scalar inside as a level of its own. */
    reader->tokener = json_tokener_new_ex(JSON_MAX_DEPTH + 1);
    if (!reader->tokener)
        memory_exhausted();
    return reader;
}

void json_reader_destroy(struct json_reader *reader) {
    if (!reader)
        return;
    json_tokener_free(reader->tokener);
    buffer_free(&reader->wanted);
    free(reader);
}

bool json_parse(struct json_reader *reader, struct text text, const struct projection *projection,
                struct json_object **tree, const char **reason) {
    struct json_error error;
    *tree = NULL;
    *reason = reader->reason;
    buffer_reset(&reader->wanted, KEPT_SIZE);
    if (!json_scan(text, projection, &reader->wanted, &error)) {
        snprintf(reader->reason, sizeof reader->reason, "%s, at byte %zu", error.what,
                 error.offset);
        return false;
    }
    if (reader->wanted.size >= INT_MAX) {
        *reason = "it is too long";
        return false;
    }
    /* A number at the top level ends only where something follows it. */
    buffer_append_byte(&reader->wanted, '\0');
    json_tokener_reset(reader->tokener);
    *tree = json_tokener_parse_ex(reader->tokener, reader->wanted.data, (int)reader->wanted.size);
    /* The text is JSON: what can still fail is getting memory for it. */
    if (json_tokener_get_error(reader->tokener) != json_tokener_success)
        memory_exhausted();
    return true;
}

void json_tree_free(struct json_object *tree) {
    json_object_put(tree);
}

static void release_tree(void *tree) {
    json_tree_free(tree);
}

bool json_read(struct json_reader *reader, struct arena *arena, struct text text,
               const struct projection *projection, struct value *value, const char **reason) {
    struct json_object *tree;
    if (!json_parse(reader, text, projection, &tree, reason))
        return false;
    if (tree)
        arena_defer(arena, release_tree, tree);
    *value = value_of_json(arena, tree);
    return true;
}

static bool needs_escape(unsigned char c) {
    return c < 0x20 || c == '"' || c == '\\';
}

static void write_escaped(struct buffer *buffer, unsigned char c) {
    static const char letters[] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
                                   ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\'};
    if (c < sizeof letters && letters[c]) {
        buffer_append_byte(buffer, '\\');
        buffer_append_byte(buffer, letters[c]);
    } else {
        buffer_append_format(buffer, "\\u%04x", c);
    }
}

static void write_string(struct buffer *buffer, struct text text) {
    buffer_append_byte(buffer, '"');
    size_t start = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (!needs_escape(c))
            continue;
        buffer_append(buffer, text.data + start, i - start);
        write_escaped(buffer, c);
        start = i + 1;
    }
    buffer_append(buffer, text.data + start, text.size - start);
    buffer_append_byte(buffer, '"');
}

static void write_array(struct buffer *buffer, struct arena *arena, struct value array) {
    buffer_append_byte(buffer, '[');
    for (uint32_t i = 0; i < array.size; i++) {
        if (i)
            buffer_append_byte(buffer, ',');
        json_write(buffer, arena, value_item(arena, array, i));
    }
    buffer_append_byte(buffer, ']');
}

static void write_object(struct buffer *buffer, struct arena *arena, struct value object) {
    const struct member *members = value_members(arena, object);
    buffer_append_byte(buffer, '{');
    for (uint32_t i = 0; i < object.size; i++) {
        if (i)
            buffer_append_byte(buffer, ',');
        write_string(buffer, members[i].name);
        buffer_append_byte(buffer, ':');
        json_write(buffer, arena, members[i].value);
    }
    buffer_append_byte(buffer, '}');
}

void json_write(struct buffer *buffer, struct arena *arena, struct value value) {
    switch ((enum value_type)value.type) {
    case VALUE_MISSING:
    case VALUE_NULL:
        buffer_append_string(buffer, "null");
        break;
    case VALUE_BOOLEAN:
        buffer_append_string(buffer, value.truth ? "true" : "false");
        break;
    case VALUE_NUMBER:
        buffer_append_text(buffer, value_text(value));
        break;
    case VALUE_STRING:
        write_string(buffer, value_text(value));
        break;
    case VALUE_ARRAY:
        write_array(buffer, arena, value);
        break;
    case VALUE_OBJECT:
        write_object(buffer, arena, value);
        break;
    }
}
