/* Strings that carry their length and need not end with a NUL. */
#ifndef O2S_BASE_TEXT_H
#define O2S_BASE_TEXT_H

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/*
 * A borrowed sequence of bytes. `data` may be NULL if `size` is 0. To pass it to a function that
 * expects a C string, use text_c_string().
 */
struct text {
    const char *data;
    size_t size;
};

/* For printf's `%.*s`. */
#define TEXT_ARGUMENT(text) (int)(text).size, (text).data

/* A NUL-terminated string as struct text; NULL gives the empty string. */
static inline struct text text_of(const char *string) {
    return (struct text){string, string ? strlen(string) : 0};
}

static inline bool text_equal(struct text a, struct text b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* text_equal() for names, most of which are short: they are compared without a function call. */
static inline bool text_same_name(struct text a, struct text b) {
    if (a.size != b.size)
        return false;
    if (a.size < sizeof(uint64_t) || a.size > 2 * sizeof(uint64_t))
        return text_equal(a, b);
    /* Two words, which overlap unless there are 16 bytes. */
    uint64_t words[4];
    size_t last = a.size - sizeof words[0];
    memcpy(&words[0], a.data, sizeof words[0]);
    memcpy(&words[1], b.data, sizeof words[1]);
    memcpy(&words[2], a.data + last, sizeof words[2]);
    memcpy(&words[3], b.data + last, sizeof words[3]);
    return words[0] == words[1] && words[2] == words[3];
}

static inline bool text_is(struct text text, const char *string) {
    return text_equal(text, text_of(string));
}

/*
 * The string as a C string. It must be NUL-terminated, which is asserted: the results of text_of(),
 * text_copy(), text_lower_case() and text_format() are, a part of another string is not. The empty
 * string always is.
 */
static inline const char *text_c_string(struct text text) {
    if (!text.size)
        return "";
    assert(text.data[text.size] == '\0');
    return text.data;
}

/* Whether `text` is one of the `count` names. */
bool text_is_among(struct text text, const char *const *names, size_t count);

/* `c` in lower case if it is an ASCII letter. */
static inline char text_lower_letter(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The value of a hexadecimal digit; -1 for another byte. */
static inline int text_hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    char letter = text_lower_letter(c);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Whether both are equal, ignoring the case of ASCII letters. */
bool text_equal_ignoring_case(struct text a, struct text b);

bool text_starts_with(struct text text, struct text prefix);

/* The order of memcmp(); a prefix comes before longer strings. */
int text_compare(struct text a, struct text b);

/* Whether `needle` occurs in `text`; the empty string occurs in every string. */
bool text_contains(struct text text, struct text needle);

/* Whether `name` is one of the names in `list`, with commas and optional spaces between them. */
bool text_is_listed(struct text name, struct text list);

/* `text` without ASCII white space at either end. */
struct text text_trim(struct text text);

/*
 * Returns the part of `*rest` before `separator`, and sets `*rest` to the part after it (empty at
 * the end).
 */
struct text text_cut(struct text *rest, char separator);

/* `text`, or as many of its characters as `limit` bytes can hold. */
struct text text_shortened(struct text text, size_t limit);

/* `text` without a leading byte order mark (U+FEFF in UTF-8). */
struct text text_without_mark(struct text text);

/* A NUL-terminated copy in `arena`. */
struct text text_copy(struct arena *arena, struct text text);

/* Like text_copy(), with ASCII letters in lower case. Names of headers are kept in this form. */
struct text text_lower_case(struct arena *arena, struct text text);

/* The maximum number of digits of a 64-bit number. */
enum { TEXT_MAX_DIGITS = 20 };

/* The decimal digits of `number`, in `room`, with leading zeros up to `width` digits. */
struct text text_digits(char room[TEXT_MAX_DIGITS], uint64_t number, int width);

/* The parts one after another, in `arena`, NUL-terminated; faster than text_format(). */
struct text text_join(struct arena *arena, const struct text *parts, size_t count);

/* A string formatted as by printf(), in `arena`, NUL-terminated. */
struct text text_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for a list of arguments. */
struct text text_format_list(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Whether `text` only has printable ASCII characters other than space, as in a request line. */
bool text_is_visible_ascii(struct text text);

/*
 * Whether `text` contains an ASCII control character (below 0x20, or 0x7f) that is not in
 * `allowed`.
 */
bool text_has_control(struct text text, struct text allowed);

/* Whether `text` is well-formed UTF-8 (RFC 3629). */
bool text_is_utf8(struct text text);

/*
 * Returns the code point at the start of `*rest`, which must not be empty, and advances `*rest`
 * past it. An invalid byte gives U+FFFD.
 */
uint32_t text_cut_character(struct text *rest);

/*
 * The string itself if it is well-formed UTF-8; otherwise a NUL-terminated copy in `arena` in which
 * U+FFFD replaces each invalid byte.
 */
struct text text_well_formed(struct arena *arena, struct text text);

#endif
