#include "http/uri.h"
#include "language/expression_copy.h"
#include "table/field_selection.h"
#include "table/loader.h"

/* A member of the answer, with the chain of its parents. */
struct place {
    const struct place *outer;
    struct text name;
    size_t depth;
};

/* A field of the list that is being built. */
struct draft {
    struct text name;
    /* The position of the name in the encoded list. */
    size_t begin;
    size_t size;
    struct usage_condition when;
};

/*
 * The list that is being built, in the scratch arena: conditions are large and most of them are
 * always true.
 */
struct derivation {
    struct usage_analysis *analysis;
    const struct field_selection *selection;
    /* What is known to hold whenever the call is made. */
    struct usage_term made;
    struct draft *drafts;
    size_t count;
    size_t capacity;
};

static struct field_path path_of(struct derivation *derivation, const struct place *place) {
    struct text *names =
        arena_allocate_array(derivation->analysis->scratch, place->depth, sizeof *names);
    for (const struct place *at = place; at; at = at->outer)
        names[at->depth - 1] = at->name;
    return (struct field_path){names, place->depth};
}

static struct draft *new_draft(struct derivation *derivation, struct text name) {
    struct arena *scratch = derivation->analysis->scratch;
    if (derivation->count == derivation->capacity) {
        derivation->capacity = derivation->capacity ? 2 * derivation->capacity : 16;
        struct draft *grown = arena_allocate_array(scratch, derivation->capacity, sizeof *grown);
        if (derivation->count)
            memcpy(grown, derivation->drafts, derivation->count * sizeof *grown);
        derivation->drafts = grown;
    }
    struct draft *draft = &derivation->drafts[derivation->count++];
    draft->name = text_copy(scratch, name);
    return draft;
}

static void add_field(struct derivation *derivation, struct text name,
                      const struct usage_condition *when) {
    size_t index = 0;
    while (index < derivation->count && !text_equal(derivation->drafts[index].name, name))
        index++;
    struct draft *draft =
        index < derivation->count ? &derivation->drafts[index] : new_draft(derivation, name);
    usage_add(&draft->when, when);
}

/* A member that is read, with the fields that must be requested with it. */
static void ask_for(struct derivation *derivation, struct field_path path, struct text name,
                    const struct usage_condition *when) {
    const struct field_selection *selection = derivation->selection;
    add_field(derivation, name, when);
    for (size_t i = 0; selection && i < selection->with.count; i++) {
        const struct field_rule *rule = &selection->with.rules[i];
        for (size_t j = 0; field_rule_matches(rule, path) && j < rule->count; j++)
            add_field(derivation, rule->names[j], when);
    }
}

/* A list or object of which only the presence is read. */
static void ask_for_presence(struct derivation *derivation, const struct place *place,
                             const struct usage_condition *when) {
    struct arena *scratch = derivation->analysis->scratch;
    const struct field_selection *selection = derivation->selection;
    struct field_path path = path_of(derivation, place);
    struct text name = field_selection_name(selection, scratch, path);
    bool by_key = selection && selection->key.size && !field_selection_knows(selection, path);
    if (by_key)
        name = text_format(scratch, "%.*s%s%.*s", TEXT_ARGUMENT(name), name.size ? "." : "",
                           TEXT_ARGUMENT(selection->key));
    if (name.size)
        ask_for(derivation, path, name, when);
}

/* A scalar, or a list or object as a whole. */
static void ask_for_all(struct derivation *derivation, const struct place *place,
                        const struct usage_condition *when) {
    struct field_path path = path_of(derivation, place);
    ask_for(derivation, path,
            field_selection_name(derivation->selection, derivation->analysis->scratch, path), when);
}

/* What is read at one place: of a node, and if it is a list, of its items, recursively. */
struct extent {
    bool list;
    bool members;
    bool whole;
    /* The condition under which the node itself is used, in calls that are made. */
    struct usage_condition used;
};

static struct extent extent_of(struct derivation *derivation, const struct projection *node) {
    struct extent extent = {.list = node->items != NULL};
    for (; node; node = node->items) {
        struct usage_condition when = usage_given(
            node_conditions_find(derivation->analysis->conditions, node), derivation->made);
        usage_add(&extent.used, &when);
        extent.whole = extent.whole || node->whole;
        extent.members = extent.members || node->members;
    }
    return extent;
}

static struct usage_condition derive(struct derivation *derivation, const struct projection *node,
                                     const struct place *place);

/*
 * Requests what is read of the members; returns the condition under which any of it is requested.
 */
static struct usage_condition derive_members(struct derivation *derivation,
                                             const struct projection *node,
                                             const struct place *place) {
    struct usage_condition asked = usage_never;
    for (; node; node = node->items)
        for (const struct projection_member *member = node->members; member;
             member = member->next) {
            struct place inner = {place, member->name, place->depth + 1};
            struct usage_condition when = derive(derivation, &member->projection, &inner);
            usage_add(&asked, &when);
        }
    return asked;
}

/*
 * Requests what is read at `place`; returns the condition under which anything there is requested.
 */
static struct usage_condition derive(struct derivation *derivation, const struct projection *node,
                                     const struct place *place) {
    struct extent extent = extent_of(derivation, node);
    struct usage_condition asked = usage_never;
    if (!extent.whole || !usage_is_always(&extent.used))
        asked = derive_members(derivation, node, place);
    if (extent.used.count && (extent.whole || (!extent.members && !extent.list)))
        ask_for_all(derivation, place, &extent.used);
    else if (!usage_implies(&extent.used, &asked))
        ask_for_presence(derivation, place, &extent.used);
    usage_add(&asked, &extent.used);
    return asked;
}

/*
 * If the list has no plain name, some upstreams add default fields; if it has no name at all, all
 * upstreams do.
 */
static void ask_for_something(struct derivation *derivation) {
    const struct field_selection *selection = derivation->selection;
    for (size_t i = 0; i < derivation->count; i++) {
        const struct draft *draft = &derivation->drafts[i];
        bool plain = draft->name.data[0] != '*' && draft->name.data[0] != '+';
        if (plain && usage_is_always(&draft->when))
            return;
    }
    if (selection && selection->key.size)
        add_field(derivation, selection->key, &usage_always);
}

/* The final form of a draft: most names need no encoding, and most conditions are equal. */
static struct field finished(struct arena *arena, const struct draft *draft, struct text encoded) {
    struct field field = {.encoded = encoded, .when = &usage_always};
    bool as_it_is = text_equal(draft->name, encoded);
    field.name = as_it_is ? encoded : text_copy(arena, draft->name);
    if (!usage_is_always(&draft->when)) {
        struct usage_condition *when = arena_allocate(arena, sizeof *when);
        *when = draft->when;
        field.when = when;
    }
    return field;
}

static void finish(struct derivation *derivation, struct field_list *list) {
    struct arena *arena = derivation->analysis->arena;
    struct buffer all = {0};
    for (size_t i = 0; i < derivation->count; i++) {
        struct draft *draft = &derivation->drafts[i];
        buffer_append_string(&all, i ? "%2C" : "");
        draft->begin = all.size;
        uri_encode(&all, draft->name);
        draft->size = all.size - draft->begin;
    }
    list->encoded = text_copy(arena, buffer_text(&all));
    buffer_free(&all);
    struct field *fields = arena_allocate_array(arena, derivation->count, sizeof *fields);
    for (size_t i = 0; i < derivation->count; i++) {
        const struct draft *draft = &derivation->drafts[i];
        fields[i] =
            finished(arena, draft, (struct text){list->encoded.data + draft->begin, draft->size});
        if (fields[i].when != &usage_always)
            list->needed |= usage_atoms_of(fields[i].when);
    }
    list->fields = fields;
    list->count = derivation->count;
    if (!list->needed)
        return;
    const struct usage_atoms *atoms = derivation->analysis->atoms;
    const struct expression **expressions =
        arena_allocate_array(arena, atoms->count, sizeof(const struct expression *));
    for (size_t i = 0; i < atoms->count; i++)
        if (list->needed & (uint64_t)1 << i)
            expressions[i] = expression_copy(arena, atoms->expressions[i], NULL);
    list->atoms = expressions;
}

static void report(struct loader *loader, const struct route *route, const struct step *step,
                   const struct field_list *list, const char *format) {
    struct text problem = text_format(loader->arena, format, TEXT_ARGUMENT(list->envelope),
                                      TEXT_ARGUMENT(step->name));
    diagnostics_add(loader->diagnostics, list->location, "%.*s (in %.*s %.*s)",
                    TEXT_ARGUMENT(problem), TEXT_ARGUMENT(route->method),
                    TEXT_ARGUMENT(route->pattern));
}

/*
 * Whether all of the answer, of the envelope or of its items is used: then the names are unknown.
 */
static bool is_used_whole(const struct projection *answer, const struct projection *envelope) {
    bool whole = answer->whole;
    for (; envelope; envelope = envelope->items)
        whole = whole || envelope->whole;
    return whole;
}

static bool is_read_below(const struct projection *node);

static bool is_read(const struct projection *node) {
    for (const struct projection *at = node; at; at = at->items)
        if (at->whole || at->present || at->counted)
            return true;
    return is_read_below(node);
}

/*
 * Whether a member is read, even if only under conditions that do not hold with the current
 * settings.
 */
static bool is_read_below(const struct projection *node) {
    for (; node; node = node->items)
        for (const struct projection_member *member = node->members; member; member = member->next)
            if (is_read(&member->projection))
                return true;
    return false;
}

void derive_fields(struct loader *loader, struct usage_analysis *analysis,
                   const struct route *route, const struct step *step, struct field_list *list) {
    const struct usage_condition *made = usage_condition_here(analysis, step->when);
    struct derivation derivation = {.analysis = analysis, .selection = step->upstream->fields};
    if (made->count == 1)
        derivation.made = made->terms[0];
    const struct projection_member *envelope = projection_find(step->usage, list->envelope);
    struct place place = {NULL, list->envelope, 1};
    if (is_used_whole(step->usage, envelope ? &envelope->projection : NULL)) {
        report(loader, route, step, list,
               "all of \"%.*s\" of $%.*s's answer is used, so its fields are unknown: use a "
               "mapper, or list the fields");
        return;
    }
    if (envelope && is_read_below(&envelope->projection))
        derive(&derivation, &envelope->projection, &place);
    else
        report(loader, route, step, list,
               "nothing is read below \"%.*s\" of $%.*s's answer: set `auto` to the member that "
               "contains the fields");
    ask_for_something(&derivation);
    finish(&derivation, list);
}
