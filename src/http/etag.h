/* Entity tags (RFC 9110, 8.8.3): how a cache asks whether what it keeps is still so. */
#ifndef O2S_HTTP_ETAG_H
#define O2S_HTTP_ETAG_H

#include <stdbool.h>

#include "base/hash.h"

/* A strong entity tag, with its quotation marks, in `arena`. */
struct text etag_of(struct arena *arena, struct hash hash);

/*
 * Whether `list`, the value of If-None-Match (RFC 9110, 13.1.2), is `*` or has `etag` in it, by the
 * weak comparison: a `W/` before a tag makes no difference. What is no entity tag ends the list.
 */
bool etag_is_listed(struct text list, struct text etag);

#endif
