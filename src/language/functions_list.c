#include "language/functions.h"
#include "language/order.h"

/* Space for as many values as `list` has items. */
static struct value *room_for(struct evaluation *evaluation, struct value list) {
    return arena_allocate_unset(evaluation->arena, list.size, sizeof(struct value));
}

static struct value *items_of(struct evaluation *evaluation, struct value list) {
    struct value *items = room_for(evaluation, list);
    for (uint32_t i = 0; i < list.size; i++)
        items[i] = value_item(evaluation->arena, list, i);
    return items;
}

static struct value item_at(struct evaluation *evaluation, struct value list, uint32_t index) {
    return value_item(evaluation->arena, list, index);
}

/* `each` and `pluck`, which only differ in the syntax of their argument. */
struct value function_each(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    if (input.type != VALUE_ARRAY)
        return value_missing();
    struct value *results = room_for(evaluation, input);
    size_t count = 0;
    for (uint32_t i = 0; i < input.size; i++) {
        struct value result =
            expression_argument_on(evaluation, call, 0, item_at(evaluation, input, i));
        if (!value_is_missing(result))
            results[count++] = result;
    }
    return value_array(results, count);
}

struct value function_where(struct evaluation *evaluation, const struct expression *call,
                            struct value input) {
    if (input.type != VALUE_ARRAY)
        return value_missing();
    /* Mostly, few items of a long list are looked for. */
    struct value *kept = NULL;
    size_t count = 0;
    size_t capacity = 0;
    for (uint32_t i = 0; i < input.size; i++) {
        struct value item = item_at(evaluation, input, i);
        if (!value_is_true(expression_argument_on(evaluation, call, 0, item)))
            continue;
        kept = arena_grow(evaluation->arena, kept, count, &capacity, sizeof *kept);
        kept[count++] = item;
    }
    return value_array(kept, count);
}

struct value function_find_item(struct evaluation *evaluation, const struct expression *call,
                                struct value input) {
    for (uint32_t i = 0; input.type == VALUE_ARRAY && i < input.size; i++) {
        struct value item = item_at(evaluation, input, i);
        if (value_is_true(expression_argument_on(evaluation, call, 0, item)))
            return item;
    }
    return value_missing();
}

struct value function_first(struct evaluation *evaluation, const struct expression *call,
                            struct value input) {
    (void)call;
    return item_at(evaluation, input, 0);
}

struct value function_last(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    (void)call;
    if (input.type != VALUE_ARRAY || !input.size)
        return value_missing();
    return item_at(evaluation, input, input.size - 1);
}

struct value function_length(struct evaluation *evaluation, const struct expression *call,
                             struct value input) {
    (void)call;
    bool countable =
        input.type == VALUE_STRING || input.type == VALUE_ARRAY || input.type == VALUE_OBJECT;
    if (!countable)
        return value_missing();
    return value_integer(evaluation->arena, (int64_t)value_length(input));
}

struct value function_flatten(struct evaluation *evaluation, const struct expression *call,
                              struct value input) {
    if (input.type != VALUE_ARRAY)
        return value_missing();
    struct value *lists = room_for(evaluation, input);
    size_t total = 0;
    for (uint32_t i = 0; i < input.size; i++) {
        lists[i] = expression_argument_on(evaluation, call, 0, item_at(evaluation, input, i));
        total += lists[i].type == VALUE_ARRAY ? lists[i].size : 0;
    }
    /* All items may return the same list, which they do not own. */
    if (function_is_too_large(evaluation, call, total * sizeof(struct value)))
        return value_missing();
    struct value *items = arena_allocate_unset(evaluation->arena, total, sizeof *items);
    size_t count = 0;
    for (uint32_t i = 0; i < input.size; i++)
        for (uint32_t j = 0; lists[i].type == VALUE_ARRAY && j < lists[i].size; j++)
            items[count++] = item_at(evaluation, lists[i], j);
    return value_array(items, count);
}

struct value function_unique(struct evaluation *evaluation, const struct expression *call,
                             struct value input) {
    (void)call;
    if (input.type != VALUE_ARRAY)
        return value_missing();
    struct value *items = items_of(evaluation, input);
    const uint32_t *first = order_find_equals(evaluation->arena, items, input.size);
    size_t count = 0;
    for (uint32_t i = 0; i < input.size; i++)
        if (first[i] == i)
            items[count++] = items[i];
    return value_array(items, count);
}

struct value function_reverse(struct evaluation *evaluation, const struct expression *call,
                              struct value input) {
    (void)call;
    if (input.type != VALUE_ARRAY)
        return value_missing();
    struct value *items = room_for(evaluation, input);
    for (uint32_t i = 0; i < input.size; i++)
        items[i] = item_at(evaluation, input, input.size - 1 - i);
    return value_array(items, input.size);
}

/* A count given as an argument, limited to 0 to `limit`. */
static size_t bounded(double count, size_t limit) {
    if (!(count > 0))
        return 0;
    return count < (double)limit ? (size_t)count : limit;
}

/*
 * The part of `size` that the arguments of `slice` select; a negative OFFSET counts from the end.
 */
struct slice {
    size_t offset;
    size_t count;
};

/* Returns false if an argument is neither missing nor a number. */
static bool read_slice(struct evaluation *evaluation, const struct expression *call, size_t size,
                       struct slice *slice) {
    struct value offset = expression_argument(evaluation, call, 0);
    struct value limit = expression_argument(evaluation, call, 1);
    bool limited = !value_is_missing(limit);
    if ((!value_is_missing(offset) && offset.type != VALUE_NUMBER) ||
        (limited && limit.type != VALUE_NUMBER))
        return false;
    double begin = value_double(offset);
    slice->offset = bounded(begin < 0 ? (double)size + begin : begin, size);
    slice->count = size - slice->offset;
    if (limited)
        slice->count = bounded(value_double(limit), slice->count);
    return true;
}

/* The start of character `index` of a UTF-8 string; the end if the string is shorter. */
static size_t character_offset(struct text text, size_t index) {
    size_t offset = 0;
    for (; offset < text.size; offset++)
        if (((unsigned char)text.data[offset] & 0xC0) != 0x80 && index-- == 0)
            break;
    return offset;
}

static struct value slice_string(struct evaluation *evaluation, const struct expression *call,
                                 struct value string) {
    struct text text = value_text(string);
    struct slice slice;
    if (!read_slice(evaluation, call, value_length(string), &slice))
        return value_missing();
    size_t begin = character_offset(text, slice.offset);
    struct text rest = {text.data + begin, text.size - begin};
    return value_string((struct text){rest.data, character_offset(rest, slice.count)});
}

struct value function_slice(struct evaluation *evaluation, const struct expression *call,
                            struct value input) {
    if (input.type == VALUE_STRING)
        return slice_string(evaluation, call, input);
    struct slice slice;
    if (input.type != VALUE_ARRAY || !read_slice(evaluation, call, input.size, &slice))
        return value_missing();
    struct value *items = arena_allocate_unset(evaluation->arena, slice.count, sizeof *items);
    for (size_t i = 0; i < slice.count; i++)
        items[i] = item_at(evaluation, input, (uint32_t)(slice.offset + i));
    return value_array(items, slice.count);
}

static struct value group_of(struct evaluation *evaluation, struct value key, struct value items) {
    struct member *members = arena_allocate_array(evaluation->arena, 2, sizeof *members);
    members[0] = (struct member){text_of("key"), key};
    members[1] = (struct member){text_of("items"), items};
    return value_object(members, 2);
}

/*
 * The groups by the positions of their first items, with the items of each key next to each other.
 */
static struct value collect_groups(struct evaluation *evaluation, struct value list,
                                   const struct value *keys, const uint32_t *first) {
    struct value *items = room_for(evaluation, list);
    struct value *groups = room_for(evaluation, list);
    uint32_t *sizes = arena_allocate_array(evaluation->arena, list.size, sizeof *sizes);
    struct value **ends = arena_allocate_array(evaluation->arena, list.size, sizeof *ends);
    size_t count = 0;
    for (uint32_t i = 0; i < list.size; i++)
        sizes[first[i]]++;
    for (uint32_t i = 0; i < list.size; i++) {
        if (value_is_missing(keys[i]))
            continue;
        if (first[i] == i) {
            groups[count++] = group_of(evaluation, keys[i], value_array(items, sizes[i]));
            ends[i] = items;
            items += sizes[i];
        }
        *ends[first[i]]++ = item_at(evaluation, list, i);
    }
    return value_array(groups, count);
}

struct value function_group(struct evaluation *evaluation, const struct expression *call,
                            struct value input) {
    if (input.type != VALUE_ARRAY)
        return value_missing();
    struct value *keys = room_for(evaluation, input);
    for (uint32_t i = 0; i < input.size; i++)
        keys[i] = expression_argument_on(evaluation, call, 0, item_at(evaluation, input, i));
    const uint32_t *first = order_find_equals(evaluation->arena, keys, input.size);
    return collect_groups(evaluation, input, keys, first);
}

struct value function_newest(struct evaluation *evaluation, const struct expression *call,
                             struct value input) {
    struct value newest = value_missing();
    struct value newest_key = value_missing();
    for (uint32_t i = 0; input.type == VALUE_ARRAY && i < input.size; i++) {
        struct value item = item_at(evaluation, input, i);
        struct value key = expression_argument_on(evaluation, call, 0, item);
        int order;
        bool newer = value_order(key, newest_key, &order) && order >= 0;
        if (newer || value_is_missing(newest_key)) {
            newest = item;
            newest_key = key;
        }
    }
    return newest;
}

struct value function_sort_by(struct evaluation *evaluation, const struct expression *call,
                              struct value input) {
    if (input.type != VALUE_ARRAY)
        return value_missing();
    struct value *keys = room_for(evaluation, input);
    for (uint32_t i = 0; i < input.size; i++)
        keys[i] = expression_argument_on(evaluation, call, 0, item_at(evaluation, input, i));
    const uint32_t *positions = order_sort(evaluation->arena, keys, input.size);
    struct value *sorted = room_for(evaluation, input);
    for (uint32_t i = 0; i < input.size; i++)
        sorted[i] = item_at(evaluation, input, positions[i]);
    return value_array(sorted, input.size);
}

struct value function_index_in(struct evaluation *evaluation, const struct expression *call,
                               struct value input) {
    struct value list = expression_argument(evaluation, call, 0);
    for (uint32_t i = 0; list.type == VALUE_ARRAY && i < list.size; i++)
        if (value_equal(item_at(evaluation, list, i), input))
            return value_integer(evaluation->arena, i);
    return value_missing();
}
