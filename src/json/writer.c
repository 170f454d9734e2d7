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
    while (text.size) {
        const char *stop = json_plain_end(text.data, end);
        buffer_append(buffer, text.data, (size_t)(stop - text.data));
        if (stop == end)
            return;
        write_escaped(buffer, (unsigned char)*stop);
        text = (struct text){stop + 1, (size_t)(end - stop - 1)};
    }
}

/* Whether none of the bytes needs an escape. A vector's size can be read after them, too. */
static inline bool is_plain(const char *bytes, size_t size) {
    for (; size >= VECTOR_SIZE; bytes += VECTOR_SIZE, size -= VECTOR_SIZE)
        if (vector_mask(json_stops_of(vector_load(bytes))))
            return false;
    uint64_t rest = (UINT64_C(1) << size) - 1;
    return !(vector_mask(json_stops_of(vector_load(bytes))) & rest);
}

static inline void write_string(struct buffer *buffer, struct text text, bool plain) {
    /* Most strings have no escapes, which is seen in the copy: there is room after it. */
    char *copy = buffer_room(buffer, text.size + 2 + VECTOR_SIZE);
    *copy++ = '"';
    if (text.size)
        memcpy(copy, text.data, text.size);
    if (plain || is_plain(copy, text.size)) {
        copy[text.size] = '"';
        buffer->size += text.size + 2;
        return;
    }
    buffer->size++;
    write_text(buffer, text);
    buffer_append_byte(buffer, '"');
}

/* An array or object that is being written, and the enclosing ones; `inner` is reused. */
struct container {
    struct container *outer;
    struct container *inner;
    struct value value;
    const struct member *members;
    uint32_t written;
};

static struct container *open_container(struct buffer *buffer, struct arena *arena,
                                        struct value value, struct container *outer) {
    struct container *container = outer ? outer->inner : NULL;
    bool object = value.type == VALUE_OBJECT;
    if (!container)
        container = arena_allocate(arena, sizeof *container);
    if (outer)
        outer->inner = container;
    container->outer = outer;
    container->value = value;
    container->members = object ? value_members(arena, value) : NULL;
    container->written = 0;
    buffer_append_byte(buffer, object ? '{' : '[');
    return container;
}

static void write_scalar(struct buffer *buffer, struct value value) {
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
    case VALUE_OBJECT:
        break;
    }
}

/* Moves to the next item or member of the container, and writes everything before its value. */
static struct value next_value(struct buffer *buffer, struct arena *arena,
                               struct container *container) {
    uint32_t index = container->written++;
    if (index)
        buffer_append_byte(buffer, ',');
    if (!container->members)
        return value_item(arena, container->value, index);
    write_string(buffer, container->members[index].name, false);
    buffer_append_byte(buffer, ':');
    return container->members[index].value;
}

/* Without recursion, because names can nest lists and objects to any depth. */
void json_write(struct buffer *buffer, struct arena *arena, struct value value) {
    struct container *container = NULL;
    for (;;) {
        if (value.type == VALUE_ARRAY || value.type == VALUE_OBJECT)
            container = open_container(buffer, arena, value, container);
        else
            write_scalar(buffer, value);
        while (container && container->written == container->value.size) {
            buffer_append_byte(buffer, container->value.type == VALUE_OBJECT ? '}' : ']');
            container = container->outer;
        }
        if (!container)
            return;
        value = next_value(buffer, arena, container);
    }
}

struct text json_text(struct arena *arena, struct value value) {
    struct buffer json = {0};
    json_write(&json, arena, value);
    struct text text = text_copy(arena, buffer_text(&json));
    buffer_free(&json);
    return text;
}
