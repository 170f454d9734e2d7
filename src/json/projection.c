#include "json/projection.h"

static void add_to_bucket(struct arena *arena, struct projection *projection,
                          struct projection_member *member) {
    unsigned hash = projection_hash(member->name);
    if (!projection->buckets)
        projection->buckets =
            arena_allocate_array(arena, PROJECTION_BUCKETS, sizeof *projection->buckets);
    struct projection_member **bucket = &projection->buckets[hash % PROJECTION_BUCKETS];
    member->next_in_bucket = *bucket;
    *bucket = member;
    projection->bloom |= UINT64_C(1) << hash;
}

struct projection_member *projection_add(struct arena *arena, struct projection *projection,
                                         struct text name) {
    const struct projection_member *known = projection_find(projection, name);
    struct projection_member **end = &projection->members;
    for (; *end; end = &(*end)->next)
        if (*end == known)
            return *end;
    struct projection_member *member = arena_allocate(arena, sizeof *member);
    member->name = name;
    member->bit = projection->member_count++ % 64;
    *end = member;
    add_to_bucket(arena, projection, member);
    return member;
}
