/* Percent-encoding (RFC 3986) and query strings. */
#ifndef O2S_HTTP_URI_H
#define O2S_HTTP_URI_H

#include "base/buffer.h"
#include "json/value.h"

/* The byte that the escape at the start of `text`, such as `%2C`, represents; -1 if `text` begins
 * with none. */
int uri_escaped_byte(struct text text);

/*
 * Decodes percent-encoded bytes; with `form`, `+` denotes a space. The result is in `arena`,
 * NUL-terminated. Returns false if an escape is invalid or the result is not UTF-8.
 */
bool uri_decode(struct arena *arena, struct text encoded, bool form, struct text *decoded);

/* Appends `text`, with all characters but RFC 3986's unreserved ones percent-encoded. */
void uri_encode(struct buffer *buffer, struct text text);

/*
 * Parses a query string into an object of strings, in `arena`. Brackets in a name nest: `a[0][b]=c`
 * gives {a: [{b: c}]}; `a[]=b` and a repeated name give a list. If a name has both nested names
 * and values of its own, the latter are the member "" of its object, and a list if there are
 * several: `a=1&a[]=2&a[b]=3` gives {a: {"": [1, 2], b: 3}}, and `a=1&a[b]=3` {a: {"": 1, b: 3}}.
 * Returns false if a name or a value cannot be decoded or contains a NUL, if names nest deeper than
 * 4 levels, or if there are more than 256 parameters.
 */
bool uri_parse_query(struct arena *arena, struct text query, struct value *object);

#endif
