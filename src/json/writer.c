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
static ALWAYS_INLINE void copy_text(char *to, struct text text) {
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

/*
 * The functions below write at `next`, which is a place in the buffer, and return where they end.
 * The size of the buffer is only set when it grows, and at the end.
 */

OUT_OF_LINE static char *grow(struct buffer *buffer, const char *next, size_t more) {
    buffer->size = (size_t)(next - buffer->data);
    buffer_reserve(buffer, more);
    return buffer->data + buffer->size;
}

/* `next`, where `more` bytes can be written, or the same place of a buffer that has grown. */
static ALWAYS_INLINE char *with_room(struct buffer *buffer, char *next, size_t more) {
    size_t left = buffer->capacity - (size_t)(next - buffer->data);
    return left <= more ? grow(buffer, next, more) : next;
}

static ALWAYS_INLINE char *put_byte(struct buffer *buffer, char *next, char byte) {
    next = with_room(buffer, next, 1);
    *next++ = byte;
    return next;
}

static ALWAYS_INLINE char *put_text(struct buffer *buffer, char *next, struct text text) {
    next = with_room(buffer, next, text.size);
    copy_text(next, text);
    return next + text.size;
}

/* There is room for a byte at its end. */
OUT_OF_LINE static char *put_with_escapes(struct buffer *buffer, const char *next,
                                          struct text text) {
    buffer->size = (size_t)(next - buffer->data);
    buffer_append_byte(buffer, '"');
    write_text(buffer, text);
    buffer_append_byte(buffer, '"');
    return buffer_room(buffer, 1);
}

/* The room that a string needs besides its text: the quotes, and what is_plain() reads. */
enum { STRING_ROOM = 2 + VECTOR_SIZE };

/* A string, for which there is room. */
static ALWAYS_INLINE char *put_string(struct buffer *buffer, char *next, struct text text,
                                      bool plain) {
    char *copy = next + 1;
    copy_text(copy, text);
    if (!plain && !is_plain(copy, text.size))
        return put_with_escapes(buffer, next, text);
    *next = '"';
    copy[text.size] = '"';
    return copy + text.size + 1;
}

/* The name of the member at `index`, and what is before and after it. */
static ALWAYS_INLINE char *put_name(struct buffer *buffer, char *next, struct text name,
                                    uint32_t index) {
    next = with_room(buffer, next, name.size + STRING_ROOM + 2);
    if (index)
        *next++ = ',';
    next = put_string(buffer, next, name, false);
    *next++ = ':';
    return next;
}

static ALWAYS_INLINE char *put_scalar(struct buffer *buffer, char *next,
                                      const struct value *value) {
    switch ((enum value_type)value->type) {
    case VALUE_STRING:
        next = with_room(buffer, next, (size_t)value->size + STRING_ROOM);
        return put_string(buffer, next, (struct text){value->text, value->size}, value->plain);
    case VALUE_NUMBER:
        return put_text(buffer, next, (struct text){value->text, value->size});
    case VALUE_BOOLEAN:
        return put_text(buffer, next, text_of(value->truth ? "true" : "false"));
    default:
        return put_text(buffer, next, text_of("null"));
    }
}

/* An array or object that is being written, and the enclosing ones; `inner` is reused. */
struct container {
    struct container *outer;
    struct container *inner;
    struct value value;
    /* The item of a json-c array that is being written. */
    struct value item;
    /* NULL: an array, or an empty object. */
    const struct member *members;
    uint32_t written;
};

static struct container *open_container(struct arena *arena, const struct value *value,
                                        struct container *outer) {
    struct container *container = outer ? outer->inner : NULL;
    if (!container)
        container = arena_allocate(arena, sizeof *container);
    if (outer)
        outer->inner = container;
    container->outer = outer;
    container->value = *value;
    container->members = NULL;
    if (value->type == VALUE_OBJECT)
        container->members = value->parsed ? value_members(arena, *value) : value->members;
    container->written = 0;
    return container;
}

/* The item at `index`, which may be a view that is made in the container. */
static const struct value *item_at(struct arena *arena, struct container *array, uint32_t index) {
    if (!array->value.parsed)
        return &array->value.items[index];
    array->item = value_item(arena, array->value, index);
    return &array->item;
}

/* Without recursion, because names can nest lists and objects to any depth. */
void json_write(struct buffer *buffer, struct arena *arena, struct value value) {
    struct container *container = NULL;
    const struct value *written = &value;
    char *next = buffer_room(buffer, 1);
    for (;;) {
        if (written->type == VALUE_ARRAY || written->type == VALUE_OBJECT) {
            container = open_container(arena, written, container);
            next = put_byte(buffer, next, written->type == VALUE_OBJECT ? '{' : '[');
        } else
            next = put_scalar(buffer, next, written);
        while (container && container->written == container->value.size) {
            next = put_byte(buffer, next, container->value.type == VALUE_OBJECT ? '}' : ']');
            container = container->outer;
        }
        if (!container)
            break;
        uint32_t index = container->written++;
        if (container->members) {
            next = put_name(buffer, next, container->members[index].name, index);
            written = &container->members[index].value;
        } else {
            if (index)
                next = put_byte(buffer, next, ',');
            written = item_at(arena, container, index);
        }
    }
    buffer->size = (size_t)(next - buffer->data);
}

struct text json_text(struct arena *arena, struct value value) {
    struct buffer json = {0};
    json_write(&json, arena, value);
    struct text text = text_copy(arena, buffer_text(&json));
    buffer_free(&json);
    return text;
}
