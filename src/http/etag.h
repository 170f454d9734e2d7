/* Entity tags (RFC 9110, 8.8.3), with which caches validate stored responses. */
#ifndef O2S_HTTP_ETAG_H
#define O2S_HTTP_ETAG_H

#include <stdbool.h>

#include "base/hash.h"

/* A strong entity tag, with its quotation marks, in `arena`. */
struct text etag_of(struct arena *arena, struct hash hash);

/*
 * Whether `list`, the value of If-None-Match (RFC 9110, 13.1.2), is `*` or contains `etag`, by weak
 * comparison: a `W/` before a tag is ignored. The list ends at anything that is not an entity tag.
 */
bool etag_is_listed(struct text list, struct text etag);

#endif
