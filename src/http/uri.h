/* Percent-encoding (RFC 3986) and query strings. */
#ifndef O2S_HTTP_URI_H
#define O2S_HTTP_URI_H

#include "base/buffer.h"
#include "json/value.h"

/*
 * Decodes percent-encoded bytes; with `form`, `+` is a blank too. The result, in `arena`, has a
 * NUL behind it. False if an escape is broken or the result is not UTF-8.
 */
bool uri_decode(struct arena *arena, struct text encoded, bool form, struct text *decoded);

/* Appends `text` with all but RFC 3986's unreserved characters percent-encoded. */
void uri_encode(struct buffer *buffer, struct text text);

/*
 * Parses a query string, as an object of texts, in `arena`. A name in brackets nests:
 * `a[0][b]=c` gives {a: [{b: c}]}; `a[]=b` and a repeated name give a list. False if it cannot be
 * decoded, has a NUL, nests deeper than 4, or has more than 256 parameters.
 */
bool uri_parse_query(struct arena *arena, struct text query, struct value *object);

#endif
