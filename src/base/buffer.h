/* A growing sequence of bytes, reused between requests. */
#ifndef O2S_BASE_BUFFER_H
#define O2S_BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* A zero-initialised buffer is empty; buffer_free() frees its memory. */
struct buffer {
    char *data;
    size_t size;
    size_t capacity;
};

/* Ensures space for `more` bytes after the existing ones. Buffers only grow in this function. */
void buffer_reserve(struct buffer *buffer, size_t more);

/*
 * The same; returns where they begin. The caller adds to `size` what it writes there. With `<=`,
 * static analysers see that it is never NULL.
 */
static inline char *buffer_room(struct buffer *buffer, size_t more) {
    if (buffer->capacity - buffer->size <= more)
        buffer_reserve(buffer, more);
    return buffer->data + buffer->size;
}

static inline void buffer_append(struct buffer *buffer, const void *bytes, size_t size) {
    if (!size)
        return;
    if (buffer->capacity - buffer->size < size)
        buffer_reserve(buffer, size);
    memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
}

static inline void buffer_append_text(struct buffer *buffer, struct text text) {
    buffer_append(buffer, text.data, text.size);
}

static inline void buffer_append_string(struct buffer *buffer, const char *string) {
    buffer_append(buffer, string, strlen(string));
}

static inline void buffer_append_byte(struct buffer *buffer, char byte) {
    if (buffer->capacity == buffer->size)
        buffer_reserve(buffer, 1);
    buffer->data[buffer->size++] = byte;
}

/* Appends the decimal digits of `number`, with leading zeros up to `width` digits. */
void buffer_append_number(struct buffer *buffer, uint64_t number, int width);

void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The content of the buffer; valid until it is modified. */
struct text buffer_text(const struct buffer *buffer);

/* Empties the buffer, and frees its memory if that is more than `keep` bytes. */
void buffer_reset(struct buffer *buffer, size_t keep);

void buffer_free(struct buffer *buffer);

#endif
