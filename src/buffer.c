#include "buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static void reserve(struct buffer *buffer, size_t more) {
    if (buffer->capacity - buffer->size >= more)
        return;
    if (more > SIZE_MAX / 2 - buffer->size)
        memory_exhausted();
    size_t needed = buffer->size + more;
    size_t doubled = buffer->capacity * 2;
    buffer->capacity = needed > doubled ? needed : doubled;
    buffer->data = memory_resize(buffer->data, buffer->capacity);
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t size) {
    if (!size)
        return;
    reserve(buffer, size);
    memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
}

void buffer_append_text(struct buffer *buffer, struct text text) {
    buffer_append(buffer, text.data, text.size);
}

void buffer_append_string(struct buffer *buffer, const char *string) {
    buffer_append(buffer, string, strlen(string));
}

void buffer_append_byte(struct buffer *buffer, char byte) {
    buffer_append(buffer, &byte, 1);
}

void buffer_append_format(struct buffer *buffer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0)
        return;
    reserve(buffer, (size_t)size + 1);
    va_start(arguments, format);
    vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)size;
}

struct text buffer_text(const struct buffer *buffer) {
    return (struct text){buffer->data, buffer->size};
}

void buffer_reset(struct buffer *buffer, size_t keep) {
    buffer->size = 0;
    if (buffer->capacity > keep)
        buffer_free(buffer);
}

void buffer_free(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){0};
}
