/* The escapes of strings (RFC 8259, section 7). */
#ifndef O2S_JSON_ESCAPE_H
#define O2S_JSON_ESCAPE_H

#include "base/arena.h"
#include "base/text.h"

/*
 * The string whose part between the quotes is `inside`, which must be valid, in `arena`. A
 * surrogate without its other half, which UTF-8 cannot represent, becomes U+FFFD, as in json-c.
 */
struct text json_unescape(struct arena *arena, struct text inside);

#endif
