/* Sorting and equality of values, for lists of any length and content in O(n log n) comparisons. */
#ifndef O2S_LANGUAGE_ORDER_H
#define O2S_LANGUAGE_ORDER_H

#include "json/value.h"

/*
 * The positions of `keys` in ascending order, in `arena`: numbers, strings, false, true, lists and
 * objects, missing values. The sort is stable; lists and objects are not ordered among themselves.
 */
const uint32_t *order_sort(struct arena *arena, const struct value *keys, uint32_t count);

/*
 * For each of `values`, the position of the first value that is equal to it (value_equal()), which
 * may be its own. In `arena`.
 */
const uint32_t *order_find_equals(struct arena *arena, const struct value *values, uint32_t count);

/*
 * Removes each member whose name occurs earlier; the earlier member gets the value of the last one.
 * Returns the number of remaining members.
 */
size_t order_merge_members(struct arena *arena, struct member *members, size_t count);

#endif
