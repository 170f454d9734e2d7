#include "json/writer.h"

#include "json/scanner.h"

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

static void write_text(struct buffer *buffer, struct text text) {
    const char *end = text.data + text.size;
    bool ascii = true;
    while (text.size) {
        const char *stop = json_plain_end(text.data, end, &ascii);
        buffer_append(buffer, text.data, (size_t)(stop - text.data));
        if (stop == end)
            return;
        write_escaped(buffer, (unsigned char)*stop);
        text = (struct text){stop + 1, (size_t)(end - stop - 1)};
    }
}

static void write_string(struct buffer *buffer, struct text text, bool plain) {
    buffer_append_byte(buffer, '"');
    if (plain)
        buffer_append_text(buffer, text);
    else
        write_text(buffer, text);
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
        write_string(buffer, members[i].name, false);
        buffer_append_byte(buffer, ':');
        json_write(buffer, arena, members[i].value);
    }
    buffer_append_byte(buffer, '}');
}

void json_write(struct buffer *buffer, struct arena *arena, struct value value) {
    switch ((enum value_type)value.type) {
    case VALUE_MISSING:
    case VALUE_NULL:
        buffer_append_text(buffer, (struct text){"null", 4});
        break;
    case VALUE_BOOLEAN:
        buffer_append_string(buffer, value.truth ? "true" : "false");
        break;
    case VALUE_NUMBER:
        buffer_append_text(buffer, value_text(value));
        break;
    case VALUE_STRING:
        write_string(buffer, value_text(value), value.plain);
        break;
    case VALUE_ARRAY:
        write_array(buffer, arena, value);
        break;
    case VALUE_OBJECT:
        write_object(buffer, arena, value);
        break;
    }
}
