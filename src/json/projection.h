/* Which parts of a JSON value are wanted: a tree over the names of its members. */
#ifndef O2S_JSON_PROJECTION_H
#define O2S_JSON_PROJECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct projection_member;

struct projection {
    /* All of it. */
    bool whole;
    /* Its value if it is a scalar; only its presence if it is an array or object. */
    bool present;
    /* How many members it has, if it is an object: then all of it is kept. */
    bool counted;
    /* What of each item, if it is an array; NULL: only how many there are. */
    struct projection *items;
    /* What of which members, if it is an object. */
    struct projection_member *members;
    size_t member_count;
    /* A Bloom filter: the bits of the members' names, ORed. Most other names fail it. */
    uint64_t bloom;
};

struct projection_member {
    struct text name;
    struct projection projection;
    struct projection_member *next;
};

/* The bit of a name in the Bloom filter. */
static inline uint64_t projection_bloom_bit(struct text name) {
    unsigned char first = name.size ? (unsigned char)name.data[0] : 0;
    unsigned char last = name.size ? (unsigned char)name.data[name.size - 1] : 0;
    return (uint64_t)1 << ((name.size * 11 + first * 7 + last) % 64);
}

/* What of the member called `name` is wanted; NULL: nothing. */
const struct projection_member *projection_find(const struct projection *projection,
                                                struct text name);

/* The same, and where it is new it is added, in `arena`. */
struct projection_member *projection_add(struct arena *arena, struct projection *projection,
                                         struct text name);

#endif
