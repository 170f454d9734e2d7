#include "serve/table_test_members.h"

#include "base/diagnostics.h"

struct search {
    struct arena *arena;
    struct buffer *target;
    const struct member_filter *filter;
};

static void find_lacking(struct search *search, const struct projection *usage,
                         const struct value *values, size_t count, struct text path);

static void report(struct search *search, const struct value *values, size_t count,
                   struct text path, struct text name) {
    struct nearest nearest = {.wanted = name};
    for (size_t i = 0; i < count; i++) {
        const struct member *members = value_members(search->arena, values[i]);
        for (uint32_t j = 0; values[i].type == VALUE_OBJECT && j < values[i].size; j++)
            nearest_offer(&nearest, members[j].name);
    }
    buffer_append_format(search->target, "%s%.*s%.*s", search->target->size ? ", " : "",
                         TEXT_ARGUMENT(path), TEXT_ARGUMENT(nearest_hint(&nearest, search->arena)));
}

static void find_member(struct search *search, const struct projection_member *member,
                        const struct value *values, size_t count, struct text path) {
    struct value *found = arena_allocate_array(search->arena, count, sizeof *found);
    size_t found_count = 0, objects = 0;
    struct text name = text_copy(search->arena, member->name);
    struct text below = text_format(search->arena, "%.*s%s%.*s", TEXT_ARGUMENT(path),
                                    path.size ? "." : "", TEXT_ARGUMENT(name));
    for (size_t i = 0; i < count; i++) {
        struct value value = value_member(search->arena, values[i], name);
        objects += values[i].type == VALUE_OBJECT;
        if (value.type != VALUE_MISSING)
            found[found_count++] = value;
    }
    bool included = !search->filter || search->filter->includes(search->filter->context, below);
    if (objects && !found_count && included)
        report(search, values, count, below, name);
    find_lacking(search, &member->projection, found, found_count, below);
}

/* Those of all lists. */
static void find_in_items(struct search *search, const struct projection *usage,
                          const struct value *values, size_t count, struct text path) {
    size_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += values[i].type == VALUE_ARRAY ? values[i].size : 0;
    struct value *items = arena_allocate_array(search->arena, all, sizeof *items);
    all = 0;
    for (size_t i = 0; i < count; i++)
        for (uint32_t j = 0; values[i].type == VALUE_ARRAY && j < values[i].size; j++)
            items[all++] = value_item(search->arena, values[i], j);
    find_lacking(search, usage, items, all, path);
}

static void find_lacking(struct search *search, const struct projection *usage,
                         const struct value *values, size_t count, struct text path) {
    if (usage->items)
        find_in_items(search, usage->items, values, count, path);
    for (const struct projection_member *member = usage->members; member; member = member->next)
        find_member(search, member, values, count, path);
}

void members_append_lacking(struct arena *arena, struct buffer *target,
                            const struct projection *usage, const struct value *values,
                            size_t count, const struct member_filter *filter) {
    struct search search = {arena, target, filter};
    if (usage)
        find_lacking(&search, usage, values, count, text_of(""));
}
