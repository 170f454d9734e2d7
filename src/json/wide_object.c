#include "json/wide_object.h"

#include <stdlib.h>
#include <string.h>

/* Behind the members: pointers to them, by their names. */
static struct member **sorted_members(struct member *members, size_t count) {
    return (struct member **)(members + count);
}

/* Of the same name, the first member comes first. */
static int compare(const void *a, const void *b) {
    const struct member *one = *(struct member *const *)a;
    const struct member *other = *(struct member *const *)b;
    int order = text_compare(one->name, other->name);
    return order ? order : (one > other) - (one < other);
}

static void sort(struct member *members, size_t count) {
    struct member **sorted = sorted_members(members, count);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &members[i];
    qsort(sorted, count, sizeof *sorted, compare);
}

/* Gives the first of several members of the same name the last one's value; the others none. */
static void merge_values(struct member **sorted, size_t count) {
    struct member *first = sorted[0];
    for (size_t i = 1; i < count; i++) {
        if (!text_equal(sorted[i]->name, first->name)) {
            first = sorted[i];
            continue;
        }
        first->value = sorted[i]->value;
        sorted[i]->value = value_missing();
    }
}

/* Returns the number of members that have a value, which are moved to the start. */
static size_t remove_missing(struct member *members, size_t count) {
    size_t left = 0;
    for (size_t i = 0; i < count; i++)
        if (members[i].value.type != VALUE_MISSING)
            members[left++] = members[i];
    return left;
}

struct value wide_object(struct arena *arena, const struct member *members, size_t count) {
    struct member *copy =
        arena_allocate_array(arena, count, sizeof *copy + sizeof(struct member *));
    memcpy(copy, members, count * sizeof *copy);
    sort(copy, count);
    merge_values(sorted_members(copy, count), count);
    size_t left = remove_missing(copy, count);
    if (left < count)
        sort(copy, left);
    struct value object = value_object(copy, left);
    object.wide = true;
    return object;
}

struct value wide_object_member(struct value object, struct text name) {
    const struct member *const *sorted =
        (const struct member *const *)(object.members + object.size);
    size_t low = 0;
    size_t high = object.size;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(sorted[middle]->name, name);
        if (order == 0)
            return sorted[middle]->value;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return value_missing();
}
