/* One growing run of bytes, reused from request to request. */
#ifndef O2S_BUFFER_H
#define O2S_BUFFER_H

#include <stddef.h>

#include "text.h"

/* Zero-initialised it is an empty buffer; buffer_free() gives its memory back. */
struct buffer {
    char *data;
    size_t size;
    size_t capacity;
};

void buffer_append(struct buffer *buffer, const void *bytes, size_t size);
void buffer_append_text(struct buffer *buffer, struct text text);
void buffer_append_string(struct buffer *buffer, const char *string);
void buffer_append_byte(struct buffer *buffer, char byte);
void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What the buffer holds; valid until it is changed. */
struct text buffer_text(const struct buffer *buffer);

/* Empties the buffer. Keeps its memory, unless it is more than `keep` bytes. */
void buffer_reset(struct buffer *buffer, size_t keep);

void buffer_free(struct buffer *buffer);

#endif
