#include "json/absence.h"

#include <stdlib.h>

#include "base/diagnostics.h"
#include "base/memory.h"

struct search {
    struct arena *arena;
    struct buffer *found;
    struct buffer path;
    struct absence_options options;
};

static void visit(struct search *search, const struct projection *projection,
                  const struct value *values, size_t count);

static struct text hint(struct search *search, struct text name, const struct value *values,
                        size_t count) {
    struct nearest nearest = {.wanted = name};
    for (size_t i = 0; i < count; i++) {
        const struct member *members = value_members(search->arena, values[i]);
        for (size_t j = 0; values[i].type == VALUE_OBJECT && j < value_length(values[i]); j++)
            nearest_offer(&nearest, members[j].name);
    }
    return nearest_hint(&nearest, search->arena);
}

static void report(struct search *search, struct text name, const struct value *values,
                   size_t count) {
    struct absence_options *options = &search->options;
    if (options->includes && !options->includes(options->context, buffer_text(&search->path)))
        return;
    if (search->found->size)
        buffer_append_string(search->found, ", ");
    buffer_append_text(search->found, buffer_text(&search->path));
    if (options->has_hints)
        buffer_append_text(search->found, hint(search, name, values, count));
}

static void visit_items(struct search *search, const struct projection *items,
                        const struct value *values, size_t count) {
    size_t total = 0, size = search->path.size;
    for (size_t i = 0; i < count; i++)
        total += values[i].type == VALUE_ARRAY ? values[i].size : 0;
    struct value *all = memory_resize(NULL, total * sizeof *all);
    total = 0;
    for (size_t i = 0; i < count; i++)
        for (uint32_t j = 0; values[i].type == VALUE_ARRAY && j < values[i].size; j++)
            all[total++] = value_item(search->arena, values[i], j);
    buffer_append_string(&search->path, "[]");
    visit(search, items, all, total);
    free(all);
    search->path.size = size;
}

/*
 * Whether a value could have the member. A list that is only requested for its items does not
 * count.
 */
static bool can_have_members(const struct projection *projection, struct value value) {
    return !value_is_missing(value) && !(value.type == VALUE_ARRAY && projection->items);
}

static void visit_member(struct search *search, const struct projection *projection,
                         const struct projection_member *member, const struct value *values,
                         size_t count) {
    /* Not in the arena: each member needs one. */
    struct value *found = memory_resize(NULL, count * sizeof *found);
    size_t candidates = 0, found_count = 0, size = search->path.size;
    struct text name = text_copy(search->arena, member->name);
    for (size_t i = 0; i < count; i++) {
        if (!can_have_members(projection, values[i]))
            continue;
        candidates++;
        found[found_count] = value_member(search->arena, values[i], name);
        found_count += found[found_count].type != VALUE_MISSING;
    }
    if (size)
        buffer_append_byte(&search->path, '.');
    buffer_append_text(&search->path, name);
    if (found_count)
        visit(search, &member->projection, found, found_count);
    else if (candidates)
        report(search, name, values, count);
    free(found);
    search->path.size = size;
}

/* The recursion is as deep as the values. */
static void visit(struct search *search, const struct projection *projection,
                  const struct value *values, size_t count) {
    if (projection->items)
        visit_items(search, projection->items, values, count);
    for (const struct projection_member *member = projection->members; member;
         member = member->next)
        visit_member(search, projection, member, values, count);
}

void absence_append(struct buffer *buffer, struct arena *arena, const struct projection *projection,
                    const struct value *values, size_t count,
                    const struct absence_options *options) {
    struct buffer found = {0};
    struct search search = {.arena = arena, .found = &found};
    if (options)
        search.options = *options;
    visit(&search, projection, values, count);
    buffer_append_text(buffer, buffer_text(&found));
    buffer_free(&found);
    buffer_free(&search.path);
}
