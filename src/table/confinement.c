#include "language/yaml_value.h"
#include "table/loader.h"
#include "table/step_walk.h"

/* The identity of the caller. */

/* A header of the upstream or of the call replaces the caller's header; `step` may be NULL. */
static bool forwards_credentials(const struct upstream *upstream, const struct step *step) {
    for (size_t i = 0; i < upstream->forward_count; i++) {
        struct text name = upstream->forward[i];
        if (field_is_credential(name) &&
            !header_find(upstream->headers, upstream->header_count, name) &&
            !(step && header_find(step->headers, step->header_count, name)))
            return true;
    }
    return false;
}

static bool has_own_credential(const struct named_template *headers, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (field_is_credential(headers[i].name))
            return true;
    return false;
}

/*
 * If the table sends a credential of its own, such as a key, the upstream grants access by that,
 * whatever the caller's credential is.
 */
static bool knows_caller(const struct step *step) {
    const struct upstream *upstream = step->upstream;
    return forwards_credentials(upstream, step) &&
           !has_own_credential(upstream->headers, upstream->header_count) &&
           !has_own_credential(step->headers, step->header_count);
}

static bool depends_on_request(const struct route *route, const struct template *template) {
    const origin_set request = ORIGIN_HEADERS | ORIGIN_PATH | ORIGIN_QUERY | ORIGIN_BODY;
    for (const struct template_part *part = template->parts; part; part = part->next)
        if (part->expression &&
            origins_of_expression(route->slot_origins, NULL, part->expression) & request)
            return true;
    return false;
}

struct text credential_of_request(const struct route *route, const struct step *call) {
    const struct upstream *upstream = call->upstream;
    for (size_t i = 0; i < FIELD_CREDENTIAL_COUNT; i++) {
        struct text name = text_of(field_credentials[i]);
        const struct named_template *header = header_find(call->headers, call->header_count, name);
        if (!header)
            header = header_find(upstream->headers, upstream->header_count, name);
        if (header && depends_on_request(route, header->template))
            return name;
    }
    return (struct text){"", 0};
}

/* Loading `only` and `public`. */

static const char what_only_is[] =
    "only must be a condition on each object of the answer, or a mapping with a condition for each "
    "member: {things: .owner == $me.id}";

void load_upstream_public(struct loader *loader, struct upstream *upstream,
                          const struct yaml_node *node) {
    upstream->is_public = yaml_boolean(loader->diagnostics, node, "public");
    if (upstream->is_public && forwards_credentials(upstream, NULL))
        diagnostics_add(loader->diagnostics, node->location,
                        "the upstream receives the caller's credentials, so its answers are "
                        "specific to the caller: remove `public`");
}

/* What an expression reads: `.`, and names whose value depends on the caller. */
struct reads {
    bool current;
    bool names;
};

static bool note_read(void *context, const struct expression *expression, size_t depth) {
    (void)depth;
    struct reads *reads = context;
    reads->current = reads->current || expression->kind == EXPRESSION_CURRENT;
    reads->names =
        reads->names || (expression->kind == EXPRESSION_SLOT && expression->index != SLOT_NOW);
    return true;
}

static void load_condition(struct loader *loader, struct scope *scope, struct step *step,
                           struct text member, const struct yaml_node *node) {
    if (node->kind != YAML_SCALAR) {
        diagnostics_add(loader->diagnostics, node->location, "%s", what_only_is);
        return;
    }
    const struct static_type *outer = scope->current;
    scope->current = &static_type_any;
    struct expression *condition = expression_parse_node(scope, node);
    scope->current = outer;
    struct reads reads = {0};
    walk_expression(condition, note_read, &reads);
    if (condition && (!reads.current || !reads.names))
        diagnostics_add(loader->diagnostics, node->location,
                        "only compares each object of the answer with the request: its condition "
                        "must read \".\" and a name other than $now, as in .owner == $me.id");
    step->only[step->only_count++] = (struct confinement){member, condition};
}

static struct text envelope_of(const struct step *step) {
    for (size_t i = 0; i < step->query_count; i++)
        if (step->query[i].fields)
            return step->query[i].fields->envelope;
    return (struct text){"", 0};
}

void load_confinement(struct loader *loader, struct scope *scope, struct step *step,
                      const struct yaml_node *node) {
    const struct yaml_node *only = yaml_get(node, "only");
    const struct yaml_node *is_public = yaml_get(node, "public");
    step->is_public = yaml_boolean(loader->diagnostics, is_public, "public");
    if (only && step->is_public)
        diagnostics_add(loader->diagnostics, is_public->location,
                        "`public: true` and `only` contradict each other: remove one of them");
    if (step->is_public && step->upstream && forwards_credentials(step->upstream, step))
        diagnostics_add(loader->diagnostics, is_public->location,
                        "the upstream receives the caller's credentials, so its answer is specific "
                        "to the caller: remove `public`");
    if (!only)
        return;
    bool mapping = only->kind == YAML_MAPPING;
    if (mapping && !only->count)
        diagnostics_add(loader->diagnostics, only->location, "%s", what_only_is);
    step->only = arena_allocate_array(loader->arena, mapping ? only->count : 1, sizeof *step->only);
    if (!mapping)
        load_condition(loader, scope, step, envelope_of(step), only);
    for (size_t i = 0; mapping && i < only->count; i++)
        load_condition(loader, scope, step, only->keys[i]->text, only->items[i]);
}

/* Whether an answer is only used by `require`. */

/* The names whose values contain parts of the answer: a set of the route's slots. */
struct spread {
    bool *slots;
    const struct step *step;
};

static void spread_to_names(struct spread *spread) {
    for (size_t i = 0; i < spread->step->name_count; i++)
        spread->slots[spread->step->names[i].slot] = true;
}

/*
 * Ends the walk at an expression that uses the answer for anything but the condition of a
 * `require`.
 */
static bool part_only_requires(void *context, const struct step_expression *found) {
    struct spread *spread = context;
    if (walk_step_expression(found, reads_no_slot_of, spread->slots))
        return true;
    switch (found->part) {
    case STEP_PART_CONDITION:
        return true;
    case STEP_PART_WHEN:
        spread_to_names(spread);
        return spread->step->kind != STEP_CALL;
    case STEP_PART_NAME:
        spread->slots[found->name->slot] = true;
        return true;
    case STEP_PART_OTHERWISE:
    case STEP_PART_EACH:
    case STEP_PART_PATH:
    case STEP_PART_UPSTREAM_HEADER:
    case STEP_PART_QUERY:
    case STEP_PART_HEADER:
    case STEP_PART_BODY:
    case STEP_PART_CATCH:
    case STEP_PART_ONLY:
        return false;
    }
    return false;
}

static bool only_required(struct arena *scratch, const struct route *route, size_t index) {
    struct spread spread = {
        .slots = arena_allocate_array(scratch, route->slot_count, sizeof *spread.slots)};
    spread.slots[route->steps[index].slot] = true;
    for (size_t i = index + 1; i < route->step_count; i++) {
        spread.step = &route->steps[i];
        if (!step_for_each_expression(spread.step, part_only_requires, &spread))
            return false;
    }
    return walk_answer(&route->answer, reads_no_slot_of, spread.slots);
}

/* Reports members of the answer that no condition covers, except for numbers such as counts. */
static void check_coverage(struct loader *loader, const struct step *step) {
    for (const struct projection_member *member = step->usage->members; member;
         member = member->next) {
        bool covered = false;
        for (size_t i = 0; i < step->only_count; i++)
            covered = covered || !step->only[i].member.size ||
                      text_equal(step->only[i].member, member->name);
        if (!covered && (member->projection.members || member->projection.items))
            diagnostics_add(
                loader->diagnostics, step->location,
                "`only` has no condition for the member \"%.*s\" of $%.*s's answer, which is read",
                TEXT_ARGUMENT(member->name), TEXT_ARGUMENT(step->name));
    }
}

void plan_confinement(struct loader *loader, struct arena *scratch, const struct route *route) {
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        if (step->kind != STEP_CALL)
            continue;
        const struct upstream *upstream = step->upstream;
        bool is_public = step->is_public || upstream->is_public;
        struct text credential = credential_of_request(route, step);
        if (is_public && credential.size)
            diagnostics_add(loader->diagnostics, step->location,
                            "the call sends %.*s with a value of the request, so its answer is "
                            "specific to the caller: remove `public` of the %s",
                            TEXT_ARGUMENT(credential), step->is_public ? "call" : "upstream");
        if (step->only_count)
            check_coverage(loader, step);
        else if (!is_public && !knows_caller(step) && !only_required(scratch, route, i))
            diagnostics_add(
                loader->diagnostics, step->location,
                "the upstream \"%.*s\" does not know the caller, so $%.*s may contain data of "
                "other users: add `only: CONDITION` to the call, which holds for each object that "
                "the caller may see, or `public: true` if anyone may see them",
                TEXT_ARGUMENT(upstream->name), TEXT_ARGUMENT(step->name));
    }
}
