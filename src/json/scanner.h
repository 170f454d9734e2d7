/* A strict scanner of JSON (RFC 8259), which validates the input and skips one token at a time. */
#ifndef O2S_JSON_SCANNER_H
#define O2S_JSON_SCANNER_H

#include <stdbool.h>

#include "base/text.h"
#include "json/stops.h"

/* The maximum nesting depth of arrays and objects. */
enum { JSON_MAX_DEPTH = 128 };

/*
 * The maximum length of a number in bytes (RFC 8259, section 6, allows a limit), which limits the
 * cost of comparing two numbers.
 */
enum { JSON_MAX_NUMBER = 1024 };

struct json_scanner {
    const char *start;
    const char *end;
    /* The number of open arrays and objects. */
    size_t depth;
    /*
     * A number was skipped that json-c would change, so its digits are kept, see
     * json_scan_number(); or an escape of a surrogate, which json-c does not always read right.
     */
    bool needs_verbatim;
    /* The first error, and where it is; NULL: none yet. */
    const char *mistake;
    const char *mistake_at;
    struct json_stops stops;
};

/* The part between the quotes of a string, and whether it contains escapes. */
struct json_string {
    struct text inside;
    bool escaped;
};

/* Begins with `text`, at `start`. */
void json_scan_begin(struct json_scanner *scanner, struct text text);

/*
 * All functions below start at `next`, and return the position after what they skip; NULL after an
 * error. They must be called in the order of the text.
 */

/* Records an error at `at`; returns NULL. */
const char *json_scan_fail(struct json_scanner *scanner, const char *at, const char *what);

/* The byte at `next`; NUL at the end (valid JSON cannot contain NUL outside of a string). */
static inline char json_byte_at(const struct json_scanner *scanner, const char *next) {
    return next < scanner->end ? *next : '\0';
}

/* Skips white space from `*next` on. Returns the byte after it, as json_byte_at() does. */
static inline char json_next_byte(const struct json_scanner *scanner, const char **next) {
    for (; *next < scanner->end; ++*next) {
        char c = **next;
        /* The first comparison is enough for most bytes. */
        if ((unsigned char)c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t'))
            return c;
    }
    return '\0';
}

/*
 * The rest of a string whose part between the quotes begins at `first`, up to a stop at `next`.
 * Sets `*string` after an error, too.
 */
const char *json_scan_string_rest(struct json_scanner *scanner, const char *first, const char *next,
                                  struct json_string *string);

/*
 * Skips a string, which begins with a quote. It must be UTF-8 and must not contain unescaped
 * control characters.
 */
static inline const char *json_scan_string(struct json_scanner *scanner, const char *next,
                                           struct json_string *string) {
    const char *first = next + 1;
    const char *stop = json_stops_find(&scanner->stops, first);
    if (stop >= scanner->stops.invalid || *stop != '"') {
        /* The caller's string remains in registers: its address is not passed on. */
        struct json_string rest;
        next = json_scan_string_rest(scanner, first, stop, &rest);
        *string = rest;
        return next;
    }
    *string = (struct json_string){.inside = {first, (size_t)(stop - first)}};
    return stop + 1;
}

/*
 * Skips a number. Sets `needs_verbatim` for an integer that may not fit 64 bits, for `-0`, and for
 * an exponent with an upper-case E.
 */
const char *json_scan_number(struct json_scanner *scanner, const char *next, struct text *digits);

/* Skips `true`, `false` or `null`. */
const char *json_scan_word(struct json_scanner *scanner, const char *next);

/* Skips a string, number or word. */
const char *json_scan_scalar(struct json_scanner *scanner, const char *next);

/* Skips an array or object, including nested values. */
const char *json_scan_container(struct json_scanner *scanner, const char *next);

/* Skips a value of any type. */
static inline const char *json_scan_value(struct json_scanner *scanner, const char *next) {
    char c = json_next_byte(scanner, &next);
    return c == '{' || c == '[' ? json_scan_container(scanner, next)
                                : json_scan_scalar(scanner, next);
}

/*
 * Skips the bracket that opens an array or object; `close` is the closing bracket. Sets `*any` to
 * whether it has any elements; if not, the closing bracket is skipped, too.
 */
const char *json_scan_open(struct json_scanner *scanner, const char *next, char close, bool *any);

/* Skips the rest after a name that has escapes or is not directly followed by a colon. */
const char *json_scan_name_rest(struct json_scanner *scanner, const char *next,
                                struct json_string name);

/* Skips the name of a member and the following colon. */
static inline const char *json_scan_name(struct json_scanner *scanner, const char *next,
                                         struct json_string *name) {
    if (json_next_byte(scanner, &next) != '"')
        return json_scan_fail(scanner, next, "expected a name in quotes");
    next = json_scan_string(scanner, next, name);
    if (!next || name->escaped || json_byte_at(scanner, next) != ':')
        return json_scan_name_rest(scanner, next, *name);
    return next + 1;
}

/* What json_scan_more() does if there is no comma at `next`. */
const char *json_scan_close(struct json_scanner *scanner, const char *next, char close, bool *more);

/* After an item or member: skips the comma (`*more`), or the closing bracket. */
static inline const char *json_scan_more(struct json_scanner *scanner, const char *next, char close,
                                         bool *more) {
    if (json_byte_at(scanner, next) != ',')
        return json_scan_close(scanner, next, close, more);
    *more = true;
    return next + 1;
}

/* Skips white space up to the end of the text. */
const char *json_scan_end(struct json_scanner *scanner, const char *next);

/*
 * The first byte, starting at `next`, that must be escaped in a JSON string: a quote, a backslash
 * or a control character; `end` if absent.
 */
const char *json_plain_end(const char *next, const char *end);

/*
 * Whether valid JSON contains the character NUL, which is always escaped. The input is a complete
 * value, or the part between the quotes of a string.
 */
bool json_has_nul(struct text text);

#endif
