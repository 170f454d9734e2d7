#include "table/diff_text.h"
#include "table/step_walk.h"
#include "table/table_diff.h"

/* Settings. */

static const struct member *find_member(const struct member *members, size_t count,
                                        struct text name) {
    for (size_t i = 0; i < count; i++)
        if (text_equal(members[i].name, name))
            return &members[i];
    return NULL;
}

/* A value of the environment may be a key, and is not shown. */
static struct text setting_text(struct arena *arena, const struct definitions *definitions,
                                const struct member *setting) {
    size_t index = (size_t)(setting - definitions->settings.members);
    if (definitions->setting_environments[index])
        return text_of("a value of the environment");
    return text_of_value(arena, setting->value);
}

static void diff_settings(struct changes *changes, const struct definitions *old,
                          const struct definitions *new) {
    struct arena *arena = changes->arena;
    for (size_t i = 0; i < new->settings.size; i++) {
        const struct member *setting = &new->settings.members[i];
        const struct member *known =
            find_member(old->settings.members, old->settings.size, setting->name);
        if (!known ||
            text_equal(text_of_value(arena, known->value), text_of_value(arena, setting->value)))
            continue;
        changes_add(changes, false, "$settings.%.*s is now %.*s (%.*s before)",
                    TEXT_ARGUMENT(setting->name), TEXT_ARGUMENT(setting_text(arena, new, setting)),
                    TEXT_ARGUMENT(setting_text(arena, old, known)));
    }
}

/* Tables of values. */

static void diff_entry(struct changes *changes, const struct lookup *lookup, struct text key,
                       struct value before, struct value now) {
    struct text texts[] = {text_of("missing"), text_of("missing")};
    if (!value_is_missing(before))
        texts[0] = text_of_value(changes->arena, before);
    if (!value_is_missing(now))
        texts[1] = text_of_value(changes->arena, now);
    if (!text_equal(texts[0], texts[1]))
        changes_add(changes, false, "the table %.*s: %.*s is now %.*s (%.*s before)",
                    TEXT_ARGUMENT(lookup->name), TEXT_ARGUMENT(key), TEXT_ARGUMENT(texts[1]),
                    TEXT_ARGUMENT(texts[0]));
}

static void diff_lookup(struct changes *changes, const struct lookup *old,
                        const struct lookup *new) {
    for (size_t i = 0; i < new->count; i++) {
        const struct member *known = find_member(old->entries, old->count, new->entries[i].name);
        diff_entry(changes, new, new->entries[i].name, known ? known->value : old->otherwise,
                   new->entries[i].value);
    }
    for (size_t i = 0; i < old->count; i++)
        if (!find_member(new->entries, new->count, old->entries[i].name))
            diff_entry(changes, new, old->entries[i].name, old->entries[i].value, new->otherwise);
    diff_entry(changes, new, text_of("else"), old->otherwise, new->otherwise);
}

void diff_values(struct changes *changes, const struct table *old, const struct table *new) {
    diff_settings(changes, &old->definitions, &new->definitions);
    for (size_t i = 0; i < new->definitions.lookup_count; i++) {
        const struct lookup *lookup = &new->definitions.lookups[i];
        const struct lookup *known = lookup_find(&old->definitions, lookup->name);
        if (known && lookup->used)
            diff_lookup(changes, known, lookup);
    }
    for (size_t i = 0; i < new->common.name_count; i++)
        for (size_t j = 0; j < old->common.name_count; j++)
            if (text_equal(new->common.names[i].name, old->common.names[j].name))
                diff_texts(
                    changes, false,
                    text_format(changes->arena, "$%.*s", TEXT_ARGUMENT(new->common.names[i].name)),
                    "its value", text_of_shape(changes->arena, old->common.names[j].shape),
                    text_of_shape(changes->arena, new->common.names[i].shape));
}

/* Mappers. */

struct search {
    struct arena *arena;
    const struct definitions *definitions;
    /* By its number in the table: whether the mapper is called. */
    bool *called;
};

static bool visit_expression(void *context, const struct expression *expression, size_t depth) {
    struct search *search = context;
    (void)depth;
    if (expression->kind != EXPRESSION_MAPPER)
        return true;
    bool *called = &search->called[expression->mapper - search->definitions->mappers];
    if (!*called) {
        *called = true;
        walk_shape(expression->mapper->body, visit_expression, search);
    }
    return true;
}

static bool visit_part(void *context, const struct step_expression *found) {
    return walk_step_expression(found, visit_expression, context);
}

static struct text mapper_text(struct arena *arena, const struct mapper *mapper) {
    struct text text = text_of_shape(arena, mapper->body);
    for (size_t i = mapper->parameter_count; i > 0; i--)
        text = text_format(arena, "$%.*s %.*s", TEXT_ARGUMENT(mapper->parameters[i - 1]),
                           TEXT_ARGUMENT(text));
    return text;
}

static void add_mappers(struct changes *changes, const struct definitions *old,
                        const struct search *search) {
    const struct definitions *new = search->definitions;
    for (size_t i = 0; i < new->mapper_count; i++) {
        const struct mapper *mapper = &new->mappers[i];
        const struct mapper *known = search->called[i] ? mapper_find(old, mapper->name) : NULL;
        if (known)
            diff_texts(changes, false,
                       text_format(changes->arena, "the mapper %.*s", TEXT_ARGUMENT(mapper->name)),
                       "its value", mapper_text(changes->arena, known),
                       mapper_text(changes->arena, mapper));
    }
}

static struct search search_in(struct arena *arena, const struct table *table) {
    const struct definitions *definitions = &table->definitions;
    return (struct search){
        arena, definitions,
        arena_allocate_array(arena, definitions->mapper_count + 1, sizeof(bool))};
}

void diff_step_mappers(struct changes *changes, const struct table *old, const struct table *new,
                       const struct route *route) {
    struct search search = search_in(changes->arena, new);
    for (size_t i = 0; i < route->step_count; i++)
        step_for_each_expression(&route->steps[i], visit_part, &search);
    add_mappers(changes, &old->definitions, &search);
}

void diff_answer_mappers(struct changes *changes, const struct table *old, const struct table *new,
                         const struct route *route) {
    struct search search = search_in(changes->arena, new);
    walk_shape(route->answer.body, visit_expression, &search);
    add_mappers(changes, &old->definitions, &search);
}
