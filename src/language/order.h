/*
 * The order of values, and which of them are equal: for lists of any length in O(n log n)
 * comparisons, whatever the values are.
 */
#ifndef O2S_LANGUAGE_ORDER_H
#define O2S_LANGUAGE_ORDER_H

#include "json/value.h"

/*
 * The positions of `keys` in ascending order, in `arena`: numbers, then strings, then false and
 * true, then lists and objects, then what is missing. Equal keys stay in their order, and so do
 * lists and objects, which have none among them.
 */
const uint32_t *order_sort(struct arena *arena, const struct value *keys, uint32_t count);

/*
 * For each of `values`, the position of the first one that is equal to it (value_equal()): its own
 * if there is none before it. In `arena`.
 */
const uint32_t *order_find_equals(struct arena *arena, const struct value *values, uint32_t count);

/*
 * Removes members of a name that an earlier one has, which gets the value of the last of them.
 * Returns how many are left.
 */
size_t order_merge_members(struct arena *arena, struct member *members, size_t count);

#endif
