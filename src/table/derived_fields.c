#include "http/uri.h"
#include "language/expression_copy.h"
#include "table/field_selection.h"
#include "table/loader.h"

/* A member of the answer, by way of those that it is in. */
struct place {
    const struct place *outer;
    struct text name;
    size_t depth;
};

/* A field of the list in the making. */
struct draft {
    struct text name;
    /* Where the name is in the encoded list. */
    size_t begin;
    size_t size;
    struct usage_condition when;
};

/* A list of fields in the making: in the scratch arena, as conditions are large and most hold. */
struct derivation {
    struct usage_analysis *analysis;
    const struct field_selection *selection;
    /* What holds whenever the call is made. */
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

/* What is read, with all that has to be asked for with it. */
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

/* A list or object, of which only matters that it is there. */
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

/* A value, or all of a list or object. */
static void ask_for_all(struct derivation *derivation, const struct place *place,
                        const struct usage_condition *when) {
    struct field_path path = path_of(derivation, place);
    ask_for(derivation, path,
            field_selection_name(derivation->selection, derivation->analysis->scratch, path), when);
}

/* What is read at one place: of a node, and if that is a list of its items, and of theirs. */
struct extent {
    bool list;
    bool members;
    bool whole;
    /* When it is used itself, in calls that are made at all. */
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

/* Asks for what is read of the members; returns when any of that is asked for. */
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

/* Asks for what is read at `place`; returns when anything there is asked for. */
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
 * Without a plain name in the list, some upstreams add what they give by default; with no name at
 * all, all do.
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

/* What remains of a draft: most names are encoded as they are, and most conditions are one. */
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

/* Whether all of the answer, or of the envelope or its items, is used: then no names are known. */
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

/* Whether a member is read, if only under conditions that do not hold with these settings. */
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
               "all of \"%.*s\" of $%.*s's answer is used, so that its fields are not known: use "
               "a mapper, or list the fields");
        return;
    }
    if (envelope && is_read_below(&envelope->projection))
        derive(&derivation, &envelope->projection, &place);
    else
        report(loader, route, step, list,
               "nothing is read below \"%.*s\" of $%.*s's answer: name the member that its fields "
               "are read of");
    ask_for_something(&derivation);
    finish(&derivation, list);
}
