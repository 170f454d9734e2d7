/*
 * The names of members in a table, each kept once: two equal names of a set have the same `data`.
 * Code that has both from one set can compare pointers and sizes instead of bytes. Sizes, because a
 * part of a name begins at the same byte.
 */
#ifndef O2S_LANGUAGE_NAME_SET_H
#define O2S_LANGUAGE_NAME_SET_H

#include "base/arena.h"
#include "base/text.h"

struct kept_name;

enum { NAME_SET_LISTS = 256 };

/* Begins as {0}. */
struct name_set {
    /* The names by their hashes. */
    struct kept_name *lists[NAME_SET_LISTS];
};

/* The copy of `name` that the set keeps, NUL-terminated; added, in `arena`, if it is new. */
struct text name_set_keep(struct name_set *set, struct arena *arena, struct text name);

#endif
