/* A strict scanner of JSON (RFC 8259), which validates the input and skips one token at a time. */
#ifndef O2S_JSON_SCANNER_H
#define O2S_JSON_SCANNER_H

#include <stdbool.h>

#include "base/text.h"

/* The maximum nesting depth of arrays and objects. */
enum { JSON_MAX_DEPTH = 128 };

/*
 * The maximum length of a number in bytes (RFC 8259, section 6, allows a limit), which limits the
 * cost of comparing two numbers.
 */
enum { JSON_MAX_NUMBER = 1024 };

struct json_scanner {
    const char *start;
    const char *next;
    const char *end;
    /* The number of open arrays and objects. */
    size_t depth;
    /*
     * A number was skipped that json-c would change, so its digits are kept; see
     * json_scan_number().
     */
    bool needs_verbatim;
    /* The first error, which is at `next`; NULL: none yet. */
    const char *mistake;
};

/* The part between the quotes of a string, and whether it contains escapes. */
struct json_string {
    struct text inside;
    bool escaped;
};

/*
 * All functions below start at the scanner's position and advance it past what they skip. They
 * return false after an error.
 */

void json_scan_begin(struct json_scanner *scanner, struct text text);

/* Skips white space; returns the following byte, NUL at the end. */
char json_scan_peek(struct json_scanner *scanner);

/* Skips a string, which must be UTF-8 and must not contain unescaped control characters. */
bool json_scan_string(struct json_scanner *scanner, struct json_string *string);

/*
 * Skips a number. Sets `needs_verbatim` for an integer that may not fit 64 bits, for `-0`, and for
 * an exponent with an upper-case E.
 */
bool json_scan_number(struct json_scanner *scanner, struct text *digits);

/* Skips `true`, `false` or `null`; sets `*word` to its first letter. */
bool json_scan_word(struct json_scanner *scanner, char *word);

/* Skips a value of any type, including nested values. */
bool json_scan_value(struct json_scanner *scanner);

/*
 * Skips the bracket that opens an array or object; `close` is the closing bracket. Sets `*any` to
 * whether it has any elements; if not, the closing bracket is skipped, too.
 */
bool json_scan_open(struct json_scanner *scanner, char close, bool *any);

/* Skips the name of a member and the following colon. */
bool json_scan_name(struct json_scanner *scanner, struct json_string *name);

/* After an item or member: skips the comma (`*more`), or the closing bracket. */
bool json_scan_more(struct json_scanner *scanner, char close, bool *more);

/* Whether only white space is left. */
bool json_scan_end(struct json_scanner *scanner);

/*
 * The first byte, starting at `next`, that must be escaped in a JSON string: a quote, a backslash
 * or a control character; `end` if absent. Sets `*ascii` to false if a byte before it is not
 * ASCII.
 */
const char *json_plain_end(const char *next, const char *end, bool *ascii);

/*
 * Whether valid JSON contains the character NUL, which is always escaped. The input is a complete
 * value, or the part between the quotes of a string.
 */
bool json_has_nul(struct text text);

#endif
