#include "json/escape.h"

#include <stdbool.h>

static const uint32_t replacement = 0xFFFD;

/* The value of `\uXXXX` at `next`. */
static uint32_t code_unit(const char *next) {
    uint32_t unit = 0;
    for (int i = 2; i < 6; i++)
        unit = unit << 4 | (uint32_t)text_hex_digit(next[i]);
    return unit;
}

/* Whether a unit is the first half of a pair (a high surrogate), or the second. */
static bool is_first_half(uint32_t unit) {
    return unit >> 10 == 0xD800 >> 10;
}

static bool is_second_half(uint32_t unit) {
    return unit >> 10 == 0xDC00 >> 10;
}

/* The character at `*next`, where there is `\u`; advances past it. */
static uint32_t read_character(const char **next, const char *end) {
    uint32_t first = code_unit(*next);
    *next += 6;
    if (is_second_half(first))
        return replacement;
    if (!is_first_half(first))
        return first;
    if (end - *next < 6 || (*next)[0] != '\\' || (*next)[1] != 'u')
        return replacement;
    uint32_t second = code_unit(*next);
    if (!is_second_half(second))
        return replacement;
    *next += 6;
    return 0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF));
}

/* The byte with six bits of a character, from `shift` on. */
static char continuation(uint32_t character, unsigned shift) {
    return (char)(0x80 | (character >> shift & 0x3F));
}

static char *write_character(char *out, uint32_t character) {
    if (character < 0x80) {
        *out++ = (char)character;
        return out;
    }
    if (character < 0x800) {
        *out++ = (char)(0xC0 | character >> 6);
    } else if (character < 0x10000) {
        *out++ = (char)(0xE0 | character >> 12);
        *out++ = continuation(character, 6);
    } else {
        *out++ = (char)(0xF0 | character >> 18);
        *out++ = continuation(character, 12);
        *out++ = continuation(character, 6);
    }
    *out++ = continuation(character, 0);
    return out;
}

/* The byte that an escape of two bytes means. */
static char escaped_byte(char letter) {
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

/* Bytes before the next escape are copied at once. */
static char *copy_plain(char *out, const char **next, const char *end) {
    size_t left = (size_t)(end - *next);
    const char *escape = memchr(*next, '\\', left);
    size_t size = escape ? (size_t)(escape - *next) : left;
    out = mempcpy(out, *next, size);
    *next += size;
    return out;
}

struct text json_unescape(struct arena *arena, struct text inside) {
    /* No escape is shorter than what it means. */
    char *data = arena_allocate(arena, inside.size);
    char *out = data;
    const char *next = inside.data;
    const char *end = next + inside.size;
    while (next < end) {
        if (*next != '\\') {
            out = copy_plain(out, &next, end);
        } else if (next[1] == 'u') {
            out = write_character(out, read_character(&next, end));
        } else {
            *out++ = escaped_byte(next[1]);
            next += 2;
        }
    }
    return (struct text){data, (size_t)(out - data)};
}
