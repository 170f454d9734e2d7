/*
 * A projection of a JSON value: the parts that are requested, as a tree over the names of members.
 */
#ifndef O2S_JSON_PROJECTION_H
#define O2S_JSON_PROJECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct projection_member;

struct projection {
    /* The whole value. */
    bool whole;
    /* The value if it is a scalar; only its presence if it is an array or object. */
    bool present;
    /* The number of its members, if it is an object: then the whole object is kept. */
    bool counted;
    /* The projection of each item, if it is an array; NULL: only the number of items. */
    struct projection *items;
    /* The projections of members, if it is an object. */
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

/* The projection of the member called `name`; NULL: the member is not requested. */
const struct projection_member *projection_find(const struct projection *projection,
                                                struct text name);

/* The same, but adds the member, in `arena`, if it does not exist yet. */
struct projection_member *projection_add(struct arena *arena, struct projection *projection,
                                         struct text name);

#endif
