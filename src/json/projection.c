#include "json/projection.h"

static struct projection_member *find(const struct projection *projection, struct text name) {
    if (!(projection->bloom & projection_bloom_bit(name)))
        return NULL;
    struct projection_member *member = projection->members;
    while (member && !text_same_name(member->name, name))
        member = member->next;
    return member;
}

const struct projection_member *projection_find(const struct projection *projection,
                                                struct text name) {
    return find(projection, name);
}

struct projection_member *projection_add(struct arena *arena, struct projection *projection,
                                         struct text name) {
    struct projection_member *known = find(projection, name);
    if (known)
        return known;
    struct projection_member **end = &projection->members;
    while (*end)
        end = &(*end)->next;
    *end = arena_allocate(arena, sizeof **end);
    (*end)->name = name;
    projection->member_count++;
    projection->bloom |= projection_bloom_bit(name);
    return *end;
}
