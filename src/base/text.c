#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vector.h"

bool text_starts_with(struct text text, struct text prefix) {
    return text.size >= prefix.size && text_equal((struct text){text.data, prefix.size}, prefix);
}

bool text_is_among(struct text text, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (text_is(text, names[i]))
            return true;
    return false;
}

bool text_is_listed(struct text name, struct text list) {
    while (list.size)
        if (text_equal(text_trim(text_cut(&list, ',')), name))
            return true;
    return false;
}

bool text_equal_ignoring_case(struct text a, struct text b) {
    bool equal = a.size == b.size;
    for (size_t i = 0; equal && i < a.size; i++)
        equal = text_lower_letter(a.data[i]) == text_lower_letter(b.data[i]);
    return equal;
}

int text_compare(struct text a, struct text b) {
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    if (order)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

bool text_contains(struct text text, struct text needle) {
    return needle.size == 0 ||
           (text.size >= needle.size && memmem(text.data, text.size, needle.data, needle.size));
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct text text_trim(struct text text) {
    while (text.size && is_space(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size && is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

struct text text_cut(struct text *rest, char separator) {
    const char *end = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
    struct text taken = *rest;
    if (!end) {
        *rest = (struct text){rest->size ? rest->data + rest->size : "", 0};
        return taken;
    }
    taken.size = (size_t)(end - rest->data);
    *rest = (struct text){end + 1, rest->size - taken.size - 1};
    return taken;
}

struct text text_shortened(struct text text, size_t limit) {
    if (text.size <= limit)
        return text;
    while (limit && ((unsigned char)text.data[limit] & 0xC0) == 0x80)
        limit--;
    return (struct text){text.data, limit};
}

struct text text_without_mark(struct text text) {
    struct text mark = text_of("\xEF\xBB\xBF");
    if (text_starts_with(text, mark))
        return (struct text){text.data + mark.size, text.size - mark.size};
    return text;
}

struct text text_copy(struct arena *arena, struct text text) {
    char *copy = arena_allocate_unset(arena, text.size + 1, 1);
    if (text.size)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return (struct text){copy, text.size};
}

struct text text_lower_case(struct arena *arena, struct text text) {
    struct text copy = text_copy(arena, text);
    char *bytes = (char *)copy.data;
    for (size_t i = 0; i < copy.size; i++)
        bytes[i] = text_lower_letter(bytes[i]);
    return copy;
}

struct text text_format_list(struct arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    char *data = size < 0 ? NULL : arena_allocate(arena, (size_t)size + 1);
    if (data)
        vsnprintf(data, (size_t)size + 1, format, again);
    va_end(again);
    return data ? (struct text){data, (size_t)size} : (struct text){"", 0};
}

struct text text_join(struct arena *arena, const struct text *parts, size_t count) {
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    char *data = arena_allocate_unset(arena, size + 1, 1);
    char *end = data;
    for (size_t i = 0; i < count; i++)
        if (parts[i].size) {
            memcpy(end, parts[i].data, parts[i].size);
            end += parts[i].size;
        }
    *end = '\0';
    return (struct text){data, size};
}

struct text text_format(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    struct text text = text_format_list(arena, format, arguments);
    va_end(arguments);
    return text;
}

struct text text_digits(char room[TEXT_MAX_DIGITS], uint64_t number, int width) {
    size_t first = TEXT_MAX_DIGITS;
    do {
        room[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number || (int)(TEXT_MAX_DIGITS - first) < width);
    return (struct text){room + first, TEXT_MAX_DIGITS - first};
}

bool text_is_visible_ascii(struct text text) {
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return true;
}

static inline bool block_has_control(const char *block) {
    vector bytes = vector_load(block);
    return vector_mask((vector)(bytes < 0x20) | (vector)(bytes == 0x7f));
}

bool text_has_control(struct text text, struct text allowed) {
    size_t i = 0;
    while (text.size - i >= VECTOR_SIZE && !block_has_control(text.data + i))
        i += VECTOR_SIZE;
    for (; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool control = c < 0x20 || c == 0x7f;
        if (control && !(allowed.size && memchr(allowed.data, c, allowed.size)))
            return true;
    }
    return false;
}

bool text_is_utf8(struct text text) {
    return utf8_prefix(text) == text.size;
}

uint32_t text_cut_character(struct text *rest) {
    const unsigned char *c = (const unsigned char *)rest->data;
    size_t length = utf8_sequence(*rest);
    uint32_t character = length ? c[0] : 0xFFFD;
    /*
     * The lead byte of a sequence has as many bits set as the sequence has bytes, then a clear bit,
     * then the first bits of the code point.
     */
    if (length > 1)
        character &= 0x7Fu >> length;
    for (size_t i = 1; i < length; i++)
        character = character << 6 | (c[i] & 0x3F);
    size_t taken = length ? length : 1;
    *rest = (struct text){rest->data + taken, rest->size - taken};
    return character;
}

/* U+FFFD, which replaces an invalid byte (Unicode, 3.9). */
static const char replacement[] = "\xEF\xBF\xBD";

struct text text_well_formed(struct arena *arena, struct text text) {
    if (text_is_utf8(text))
        return text;
    /* One more byte for the NUL. */
    char *copy = arena_allocate_array(arena, text.size + 1, sizeof replacement - 1);
    size_t size = 0;
    while (text.size) {
        size_t length = utf8_sequence(text);
        size_t taken = length ? length : 1;
        size_t added = length ? length : sizeof replacement - 1;
        memcpy(copy + size, length ? text.data : replacement, added);
        size += added;
        text = (struct text){text.data + taken, text.size - taken};
    }
    return (struct text){copy, size};
}
