/* One growing run of bytes, reused from request to request. */
#ifndef O2S_BASE_BUFFER_H
#define O2S_BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* Zero-initialised it is an empty buffer; buffer_free() gives its memory back. */
struct buffer {
    char *data;
    size_t size;
    size_t capacity;
};

/* Makes room for `more` bytes behind those that are there. The one place where buffers grow. */
void buffer_reserve(struct buffer *buffer, size_t more);

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

/* The decimal digits of `number`, with zeros in front up to `width` digits. */
void buffer_append_number(struct buffer *buffer, uint64_t number, int width);

void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What the buffer holds; valid until it is changed. */
struct text buffer_text(const struct buffer *buffer);

/* Empties the buffer. Keeps its memory, unless it is more than `keep` bytes. */
void buffer_reset(struct buffer *buffer, size_t keep);

void buffer_free(struct buffer *buffer);

#endif
