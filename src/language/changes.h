/* What differs between two tables, for those who rely on the first. */
#ifndef O2S_LANGUAGE_CHANGES_H
#define O2S_LANGUAGE_CHANGES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

/* What a change is about. */
enum change_part {
    CHANGE_OF_ROUTE,
    CHANGE_OF_HEADERS,
    CHANGE_OF_QUERY,
    CHANGE_OF_BODY,
    CHANGE_OF_REQUIREMENT,
    CHANGE_OF_ANSWER,
    CHANGE_OF_VALUE,
    CHANGE_OF_CALL
};

struct change {
    /* The route; empty: all routes. */
    struct text route;
    enum change_part part;
    /* Whether a caller that worked with the first table may fail with the second. */
    bool breaking;
    struct text message;
    struct change *next;
};

/* A list under construction. Set `arena`, and `route` and `part` before changes are added. */
struct changes {
    struct arena *arena;
    struct text route;
    enum change_part part;
    struct change *first;
    struct change *last;
    size_t count;
    size_t breaking_count;
};

void changes_add(struct changes *changes, bool breaking, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
