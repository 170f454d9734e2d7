/* A strict reader of JSON text (RFC 8259) that keeps only what is wanted of it. */
#ifndef O2S_JSON_SCAN_H
#define O2S_JSON_SCAN_H

#include "buffer.h"
#include "projection.h"

/* Arrays and objects in one another deeper than this are refused. */
enum { JSON_MAX_DEPTH = 128 };

/*
 * How an integer that may not fit json-c's 64 bits is kept exact: with this behind its digits it is
 * a double to json-c, which keeps a double's text. An exponent of the text's own never looks so: it
 * is rewritten with a small `e`.
 */
#define JSON_INTEGER_MARK "E0"

struct json_error {
    /* Where in the text, in bytes from 0, and what. */
    size_t offset;
    const char *what;
};

/*
 * Checks that `text` is one JSON value in well-formed UTF-8, and appends to `output` what
 * `projection` wants of it, NULL being all: the rest is checked, but not copied. An item that is
 * wanted for nothing but its presence becomes null. False, with the first mistake in `*error`, if
 * it is not.
 */
bool json_scan(struct text text, const struct projection *projection, struct buffer *output,
               struct json_error *error);

#endif
