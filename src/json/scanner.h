/* A strict scanner of JSON text (RFC 8259): it checks, and passes, one piece after the other. */
#ifndef O2S_JSON_SCANNER_H
#define O2S_JSON_SCANNER_H

#include <stdbool.h>

#include "base/text.h"

/* Arrays and objects in one another deeper than this are refused. */
enum { JSON_MAX_DEPTH = 128 };

/*
 * Longer numbers, in bytes, are refused (RFC 8259, section 6, lets a reader limit them): so what a
 * comparison of two costs has a limit.
 */
enum { JSON_MAX_NUMBER = 1024 };

struct json_scanner {
    const char *start;
    const char *next;
    const char *end;
    /* How many arrays and objects are open. */
    size_t depth;
    /* A number was passed that json-c would change, so its text is kept; see json_scan_number(). */
    bool needs_verbatim;
    /* The first mistake; `next` stays where it was found. NULL: none yet. */
    const char *mistake;
};

/* What stands between the quotes of a string, and whether there are escapes in it. */
struct json_string {
    struct text inside;
    bool escaped;
};

/*
 * All functions below work at the scanner's position and move it behind what they pass. Those that
 * return false have found a mistake.
 */

void json_scan_begin(struct json_scanner *scanner, struct text text);

/* Passes blanks; gives the byte that follows, NUL at the end. */
char json_scan_peek(struct json_scanner *scanner);

/* Passes a string: control characters must be escaped in it, and it must be UTF-8. */
bool json_scan_string(struct json_scanner *scanner, struct json_string *string);

/*
 * Passes a number. Sets `needs_verbatim` for an integer that may not fit 64 bits, for `-0`, and for
 * an exponent with a capital E.
 */
bool json_scan_number(struct json_scanner *scanner, struct text *digits);

/* Passes `true`, `false` or `null`; `*word` becomes its first letter. */
bool json_scan_word(struct json_scanner *scanner, char *word);

/* Passes a value of any kind, with all that is in it. */
bool json_scan_value(struct json_scanner *scanner);

/*
 * Passes the bracket that opens an array or object; `close` is the one that will close it.
 * `*any`: something is in it; else the closing bracket is passed, too.
 */
bool json_scan_open(struct json_scanner *scanner, char close, bool *any);

/* Passes a member's name and the colon behind it. */
bool json_scan_name(struct json_scanner *scanner, struct json_string *name);

/* Behind an item or member: passes the comma (`*more`), or the closing bracket. */
bool json_scan_more(struct json_scanner *scanner, char close, bool *more);

/* Whether nothing but blanks is left. */
bool json_scan_end(struct json_scanner *scanner);

/*
 * The first byte from `next` on that cannot stand in a JSON string as it is: a quote, a backslash
 * or a control character; `end` if there is none. `*ascii` becomes false if a byte before it is
 * beyond ASCII.
 */
const char *json_plain_end(const char *next, const char *end, bool *ascii);

/*
 * Whether the character NUL is in a text of well-formed JSON, a whole one or what is between a
 * string's quotes: it can only stand there escaped.
 */
bool json_has_nul(struct text text);

#endif
