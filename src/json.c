#include "json.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

struct json_reader {
    struct json_tokener *tokener;
};

struct json_reader *json_reader_create(void) {
    struct json_reader *reader = memory_allocate(sizeof *reader);
    reader->tokener = json_tokener_new_ex(JSON_MAX_DEPTH);
    if (!reader->tokener)
        memory_exhausted();
    json_tokener_set_flags(reader->tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    return reader;
}

void json_reader_destroy(struct json_reader *reader) {
    if (!reader)
        return;
    json_tokener_free(reader->tokener);
    free(reader);
}

static bool is_blank(struct text text) {
    return text_trim(text).size == 0;
}

static bool refuse(struct json_object *partial, const char **reason, const char *why) {
    json_object_put(partial);
    *reason = why;
    return false;
}

bool json_parse(struct json_reader *reader, struct text text, struct json_object **tree,
                const char **reason) {
    struct json_tokener *tokener = reader->tokener;
    *tree = NULL;
    if (is_blank(text))
        return refuse(NULL, reason, "it is empty");
    if (text.size > INT_MAX)
        return refuse(NULL, reason, "it is too long");
    json_tokener_reset(tokener);
    struct json_object *parsed = json_tokener_parse_ex(tokener, text.data, (int)text.size);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    /* A number at the top level ends only where something follows it. */
    if (error == json_tokener_continue) {
        parsed = json_tokener_parse_ex(tokener, "", 1);
        error = json_tokener_get_error(tokener);
        end = text.size;
    }
    if (error == json_tokener_continue)
        return refuse(parsed, reason, "it ends too early");
    if (error != json_tokener_success)
        return refuse(parsed, reason, json_tokener_error_desc(error));
    if (!is_blank((struct text){text.data + end, text.size - end}))
        return refuse(parsed, reason, "something follows the JSON value");
    *tree = parsed;
    return true;
}

void json_tree_free(struct json_object *tree) {
    json_object_put(tree);
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
