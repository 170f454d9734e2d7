#include "json/writer.h"

#include <string.h>

#include "base/attributes.h"
#include "base/vector.h"
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

/* What a short string is copied in, from its start and up to its end; they may overlap. */
#define COPY_ENDS(type, to, from, size)                                                            \
    do {                                                                                           \
        type first, last;                                                                          \
        memcpy(&first, (from), sizeof first);                                                      \
        memcpy(&last, (from) + (size) - sizeof last, sizeof last);                                 \
        memcpy((to), &first, sizeof first);                                                        \
        memcpy((to) + (size) - sizeof last, &last, sizeof last);                                   \
    } while (0)

/* Without a call for most names and strings, which are shorter than two vectors. */
static inline void copy_text(char *to, struct text text) {
    if (text.size > (size_t)2 * VECTOR_SIZE)
        memcpy(to, text.data, text.size);
    else if (text.size >= VECTOR_SIZE)
        COPY_ENDS(vector, to, text.data, text.size);
    else if (text.size >= sizeof(uint64_t))
        COPY_ENDS(uint64_t, to, text.data, text.size);
    else if (text.size >= sizeof(uint32_t))
        COPY_ENDS(uint32_t, to, text.data, text.size);
    else if (text.size > 1)
        COPY_ENDS(uint16_t, to, text.data, text.size);
    else if (text.size)
        *to = *text.data;
}

/* The room that put_string() needs besides the text: the quotes, and what is_plain() reads. */
enum { STRING_ROOM = 2 + VECTOR_SIZE };

/* Writes a string at `to`, unless it needs escapes. Returns its end; NULL: it needs some. */
static inline char *put_string(char *to, struct text text, bool plain) {
    *to++ = '"';
    copy_text(to, text);
    if (!plain && !is_plain(to, text.size))
        return NULL;
    to += text.size;
    *to++ = '"';
    return to;
}

OUT_OF_LINE static void write_with_escapes(struct buffer *buffer, struct text text) {
    buffer_append_byte(buffer, '"');
    write_text(buffer, text);
    buffer_append_byte(buffer, '"');
}

static inline void write_string(struct buffer *buffer, struct text text, bool plain) {
    char *start = buffer_room(buffer, text.size + STRING_ROOM);
    const char *end = put_string(start, text, plain);
    if (end)
        buffer->size += (size_t)(end - start);
    else
        write_with_escapes(buffer, text);
}

/* The name of the member at `index`, and what is before and after it. */
static inline void write_name(struct buffer *buffer, struct text name, uint32_t index) {
    char *start = buffer_room(buffer, name.size + STRING_ROOM + 2);
    char *next = start;
    if (index)
        *next++ = ',';
    char *end = put_string(next, name, false);
    if (end)
        *end++ = ':';
    buffer->size += (size_t)((end ? end : next) - start);
    if (end)
        return;
    write_with_escapes(buffer, name);
    buffer_append_byte(buffer, ':');
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
    container->members = NULL;
    if (object)
        container->members = value.parsed ? value_members(arena, value) : value.members;
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
static inline struct value next_value(struct buffer *buffer, struct arena *arena,
                                      struct container *container) {
    uint32_t index = container->written++;
    if (container->members) {
        write_name(buffer, container->members[index].name, index);
        return container->members[index].value;
    }
    if (index)
        buffer_append_byte(buffer, ',');
    return value_item(arena, container->value, index);
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
