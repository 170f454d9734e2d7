/* Strings that carry their length and need not end with a NUL. */
#ifndef O2S_BASE_TEXT_H
#define O2S_BASE_TEXT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/*
 * A run of bytes owned by somebody else. `data` may be NULL when `size` is 0. Pass it to a function
 * that wants a C string by text_c_string() only.
 */
struct text {
    const char *data;
    size_t size;
};

/* For printf's `%.*s`. */
#define TEXT_ARGUMENT(text) (int)(text).size, (text).data

/* The text of a NUL-terminated string; NULL gives the empty text. */
static inline struct text text_of(const char *string) {
    return (struct text){string, string ? strlen(string) : 0};
}

static inline bool text_equal(struct text a, struct text b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool text_is(struct text text, const char *string) {
    return text_equal(text, text_of(string));
}

/*
 * The text as a C string, for functions that need one. It must have a NUL behind its last byte,
 * which is asserted: text_of(), text_copy(), text_lower_case() and text_format() give such texts, a
 * part of another text is none. The empty text always is one.
 */
static inline const char *text_c_string(struct text text) {
    if (!text.size)
        return "";
    assert(text.data[text.size] == '\0');
    return text.data;
}

/* Whether `text` is one of the `count` names. */
bool text_is_among(struct text text, const char *const *names, size_t count);

/* Whether both are the same but for the case of ASCII letters. */
bool text_equal_ignoring_case(struct text a, struct text b);

bool text_starts_with(struct text text, struct text prefix);

/* memcmp() order; the shorter of two with the same start comes first. */
int text_compare(struct text a, struct text b);

/* Whether `needle` occurs in `text`; the empty text occurs in every text. */
bool text_contains(struct text text, struct text needle);

/* `text` without ASCII white space at either end. */
struct text text_trim(struct text text);

/* The part of `*rest` before `separator`; `*rest` becomes what follows it (empty at the end). */
struct text text_cut(struct text *rest, char separator);

/* `text` without a byte order mark (U+FEFF in UTF-8) at its start. */
struct text text_without_mark(struct text text);

/* A copy in `arena`, with a NUL behind its last byte. */
struct text text_copy(struct arena *arena, struct text text);

/* Like text_copy(), with ASCII letters in lower case, as names of headers are kept. */
struct text text_lower_case(struct arena *arena, struct text text);

/* Room for the digits of any number of 64 bits. */
enum { TEXT_MAX_DIGITS = 20 };

/* The decimal digits of `number`, in `room`, with zeros in front up to `width` digits. */
struct text text_digits(char room[TEXT_MAX_DIGITS], uint64_t number, int width);

/* A text formatted as by printf(), in `arena`, with a NUL behind its last byte. */
struct text text_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether all of `text` is printable ASCII without blanks, as in a request line. */
bool text_is_visible_ascii(struct text text);

/* Whether a control character of ASCII (below 0x20, and 0x7f) is in `text`, except for `allowed`.
 */
bool text_has_control(struct text text, struct text allowed);

/* Whether `text` is well-formed UTF-8 (RFC 3629). */
bool text_is_utf8(struct text text);

/*
 * The code point at the start of `*rest`, which is not empty; `*rest` becomes what follows it. A
 * byte that is part of no character gives U+FFFD.
 */
uint32_t text_cut_character(struct text *rest);

/*
 * The text itself if it is well-formed UTF-8; else a copy in `arena` in which U+FFFD stands for
 * each byte that is part of no character, with a NUL behind it.
 */
struct text text_well_formed(struct arena *arena, struct text text);

#endif
