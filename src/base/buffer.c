#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { LEAST_CAPACITY = 64 };

void buffer_reserve(struct buffer *buffer, size_t more) {
    if (buffer->capacity - buffer->size >= more)
        return;
    if (more > SIZE_MAX / 2 - buffer->size)
        memory_exhausted();
    size_t needed = buffer->size + more;
    size_t doubled = buffer->capacity * 2;
    size_t grown = needed > doubled ? needed : doubled;
    if (grown < LEAST_CAPACITY)
        grown = LEAST_CAPACITY;
    buffer->data = memory_resize(buffer->data, grown);
    buffer->capacity = grown;
}

void buffer_append_number(struct buffer *buffer, uint64_t number, int width) {
    char room[TEXT_MAX_DIGITS];
    buffer_append_text(buffer, text_digits(room, number, width));
}

void buffer_append_format(struct buffer *buffer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0)
        return;
    buffer_reserve(buffer, (size_t)size + 1);
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
