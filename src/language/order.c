#include "language/order.h"

#include <string.h>

/* Up to this many items, a simple algorithm is the faster one. */
enum { FEW = 8 };

static int rank_of(struct value key) {
    static const int ranks[] = {
        [VALUE_NUMBER] = 0, [VALUE_STRING] = 1, [VALUE_BOOLEAN] = 2, [VALUE_ARRAY] = 3,
        [VALUE_OBJECT] = 3, [VALUE_NULL] = 4,   [VALUE_MISSING] = 4,
    };
    return ranks[key.type];
}

static int compare(struct value a, struct value b) {
    int order = rank_of(a) - rank_of(b);
    if (order == 0 && a.type == VALUE_BOOLEAN)
        return a.truth - b.truth;
    if (order == 0)
        value_order(a, b, &order);
    return order;
}

/* Merges two sorted runs, which end at `middle` and `end`, from `source` into `target`. */
static void merge(const struct value *keys, const uint32_t *source, uint32_t *target, size_t begin,
                  size_t middle, size_t end) {
    size_t left = begin;
    size_t right = middle;
    for (size_t i = begin; i < end; i++) {
        bool takes_left = right == end ||
                          (left < middle && compare(keys[source[left]], keys[source[right]]) <= 0);
        target[i] = takes_left ? source[left++] : source[right++];
    }
}

/* Sorts few positions, by insertion. */
static void sort_few(const struct value *keys, uint32_t *sorted, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = i;
        for (; place && compare(keys[sorted[place - 1]], keys[i]) > 0; place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = i;
    }
}

/* A bottom-up merge sort; returns `sorted` or `other`, which has the result. */
static uint32_t *sort_many(const struct value *keys, uint32_t *sorted, uint32_t *other,
                           uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = i;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            size_t middle = begin + width < count ? begin + width : count;
            size_t end = middle + width < count ? middle + width : count;
            merge(keys, sorted, other, begin, middle, end);
        }
        uint32_t *merged = other;
        other = sorted;
        sorted = merged;
    }
    return sorted;
}

/* Stable, and O(n log n) in the worst case. */
const uint32_t *order_sort(struct arena *arena, const struct value *keys, uint32_t count) {
    uint32_t *sorted = arena_allocate_unset(arena, count, sizeof *sorted);
    if (count > FEW)
        return sort_many(keys, sorted, arena_allocate_unset(arena, count, sizeof *sorted), count);
    sort_few(keys, sorted, count);
    return sorted;
}

const uint32_t *order_find_equals(struct arena *arena, const struct value *values, uint32_t count) {
    const uint32_t *sorted = order_sort(arena, values, count);
    uint32_t *first = arena_allocate_unset(arena, count, sizeof *first);
    for (uint32_t i = 0; i < count; i++) {
        bool repeated = i && value_equal(values[sorted[i - 1]], values[sorted[i]]);
        first[sorted[i]] = repeated ? first[sorted[i - 1]] : sorted[i];
    }
    return first;
}

static size_t merge_few_members(struct member *members, size_t count) {
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        size_t place = 0;
        while (place < left && !text_equal(members[place].name, members[i].name))
            place++;
        if (place == left)
            members[left++].name = members[i].name;
        members[place].value = members[i].value;
    }
    return left;
}

size_t order_merge_members(struct arena *arena, struct member *members, size_t count) {
    if (count <= FEW)
        return merge_few_members(members, count);
    struct value *names = arena_allocate_unset(arena, count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = value_string(members[i].name);
    const uint32_t *first = order_find_equals(arena, names, (uint32_t)count);
    size_t *places = arena_allocate_array(arena, count, sizeof *places);
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (first[i] < i) {
            members[places[first[i]]].value = members[i].value;
            continue;
        }
        places[i] = left;
        members[left++] = members[i];
    }
    return left;
}
