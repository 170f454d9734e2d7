/* Members that a projection requests of JSON values, and that none of them has. */
#ifndef O2S_JSON_ABSENCE_H
#define O2S_JSON_ABSENCE_H

#include "base/buffer.h"
#include "json/projection.h"
#include "json/value.h"

/*
 * Appends the paths of the members that `projection` requests and none of the values has, separated
 * by commas: `thing.parts[].title`. A member of items is reported if no item has it; the items of
 * an empty list, and members of an absent or null member, are not reported. `arena` is used
 * temporarily.
 */
void absence_append(struct buffer *buffer, struct arena *arena, const struct projection *projection,
                    const struct value *values, size_t count);

#endif
