/* Which members that a table reads some answers lack. */
#ifndef O2S_SERVE_TABLE_TEST_MEMBERS_H
#define O2S_SERVE_TABLE_TEST_MEMBERS_H

#include "base/buffer.h"
#include "json/projection.h"
#include "json/value.h"

/* Which members are looked for, by their paths: `things.id`. */
struct member_filter {
    bool (*includes)(void *context, struct text path);
    void *context;
};

/*
 * Appends the members of `usage` that none of the values has, each with the nearest name that is
 * there: `things.titel; did you mean "title"?, count`. A member of the items of a list is there if
 * one item of one value has it; below null and empty lists nothing is known. `filter` NULL: all
 * are looked for.
 */
void members_append_lacking(struct arena *arena, struct buffer *target,
                            const struct projection *usage, const struct value *values,
                            size_t count, const struct member_filter *filter);

#endif
