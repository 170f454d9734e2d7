/*
 * Objects with so many members that finding one of them, or those with the same name, must not be
 * done by comparing each with each: their members are also kept in the order of their names. No
 * choice of names makes that slow.
 */
#ifndef O2S_JSON_WIDE_OBJECT_H
#define O2S_JSON_WIDE_OBJECT_H

#include "json/value.h"

/* The number of members above which an object that is read as a whole is a wide one. */
enum { WIDE_OBJECT_LIMIT = 64 };

/*
 * An object of copies of `count` members, at least one, in `arena`; its value is `wide`. If a name
 * occurs more than once, the last value applies, at the place of the first. No value may be
 * missing. Takes O(n log n).
 */
struct value wide_object(struct arena *arena, const struct member *members, size_t count);

/* The member called `name` of a wide object; missing if absent. Takes O(log n). */
struct value wide_object_member(struct value object, struct text name);

#endif
