/* Members that a projection requests of JSON values, and that none of them has. */
#ifndef O2S_JSON_ABSENCE_H
#define O2S_JSON_ABSENCE_H

#include "base/buffer.h"
#include "json/projection.h"
#include "json/value.h"

/* Which members are looked for, and what is printed of them. */
struct absence_options {
    /* Whether a member is looked for; NULL: all are. */
    bool (*includes)(void *context, struct text path);
    void *context;
    /* The nearest name that is there instead: `thing.titel; did you mean "title"?`. */
    bool has_hints;
};

/*
 * Appends the paths of the members that `projection` wants and none of the values has, with commas
 * between: `thing.parts[].title`. A member of items is named if no item has it. The items
 * of an empty list, and what is below a member that is absent or null, are left out. `arena` is
 * used for intermediate values. `options` NULL: all members, without hints.
 */
void absence_append(struct buffer *buffer, struct arena *arena, const struct projection *projection,
                    const struct value *values, size_t count,
                    const struct absence_options *options);

#endif
