/*
 * The keywords of the sections, routes and steps of the table; language/schema.h has those of
 * schemas.
 */
#ifndef O2S_TABLE_KEYWORDS_H
#define O2S_TABLE_KEYWORDS_H

#include "language/keyword.h"

/* The table itself: its sections. */
extern const struct keyword table_keywords[];
/* Those of table_keywords that are sections. */
extern const struct keyword *const section_keywords;
extern const struct keyword steps_change_keywords[];

/* `server`, with `cors`; `common`; `cache` of `common` and of a route. */
extern const struct keyword server_keywords[];
extern const struct keyword cors_keywords[];
extern const struct keyword common_keywords[];
extern const struct keyword cache_keywords[];

/* An upstream and its subsections. */
extern const struct keyword upstream_keywords[];
extern const struct keyword errors_keywords[];
extern const struct keyword breaker_keywords[];
extern const struct keyword fields_keywords[];

/* A route, and an answer with status, headers and body. */
extern const struct keyword route_keywords[];
extern const struct keyword answer_keywords[];

/* The kinds of steps. A call has one additional key, its name. */
extern const struct keyword let_keywords[];
extern const struct keyword require_keywords[];
extern const struct keyword use_keywords[];
extern const struct keyword call_keywords[];

#endif
