/*
 * A projection of a JSON value: the parts that are requested, as a tree over the names of members.
 */
#ifndef O2S_JSON_PROJECTION_H
#define O2S_JSON_PROJECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct projection_member;

/* The lists over which members are spread by their names. */
enum { PROJECTION_BUCKETS = 16 };

struct projection {
    /* The whole value. */
    bool whole;
    /* The value if it is a scalar; only its presence if it is an array or object. */
    bool present;
    /* The number of its members, if it is an object: then the whole object is kept. */
    bool counted;
    uint32_t member_count;
    /* The projection of each item, if it is an array; NULL: only the number of items. */
    struct projection *items;
    /* The projections of members, if it is an object. */
    struct projection_member *members;
    /* The same members, by projection_hash(); NULL: no members. */
    struct projection_member **buckets;
    /* A Bloom filter: a bit for the hash of each member's name. Most other names fail it. */
    uint64_t bloom;
};

struct projection_member {
    struct text name;
    /* Below 64; no two of the first 64 members have the same. */
    unsigned bit;
    struct projection projection;
    struct projection_member *next;
    struct projection_member *next_in_bucket;
};

/* Below 64; cheap, because it is computed of each name that is read. */
static inline unsigned projection_hash(struct text name) {
    if (!name.size)
        return 0;
    unsigned char first = (unsigned char)name.data[0];
    unsigned char last = (unsigned char)name.data[name.size - 1];
    return (unsigned)(name.size * 11 + first * 7 + last) % 64;
}

/* The projection of the member called `name`; NULL: the member is not requested. */
static inline const struct projection_member *projection_find(const struct projection *projection,
                                                              struct text name) {
    unsigned hash = projection_hash(name);
    if (!(projection->bloom >> hash & 1))
        return NULL;
    const struct projection_member *member = projection->buckets[hash % PROJECTION_BUCKETS];
    while (member && !text_same_name(member->name, name))
        member = member->next_in_bucket;
    return member;
}

/* The same, but adds the member, in `arena`, if it does not exist yet. */
struct projection_member *projection_add(struct arena *arena, struct projection *projection,
                                         struct text name);

#endif
