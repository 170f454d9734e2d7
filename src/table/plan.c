#include <string.h>

#include "language/functions.h"
#include "table/loader.h"

/* Which slots an expression, shape or step needs; `slots` is a set over the route's slots. */
struct needs {
    const bool *slots;
    bool found;
};

static void scan_expression(struct needs *needs, const struct expression *expression) {
    if (!expression || needs->found)
        return;
    if (expression->kind == EXPRESSION_SLOT)
        needs->found = needs->slots[expression->index];
    scan_expression(needs, expression->left);
    scan_expression(needs, expression->right);
    for (size_t i = 0; i < expression->argument_count; i++)
        scan_expression(needs, expression->arguments[i]);
}

static void scan_shape(struct needs *needs, const struct shape *shape) {
    if (!shape || needs->found)
        return;
    if (shape->kind == SHAPE_EXPRESSION)
        scan_expression(needs, shape->expression);
    for (size_t i = 0; shape->kind == SHAPE_ARRAY && i < shape->count; i++)
        scan_shape(needs, shape->items[i]);
    for (size_t i = 0; shape->kind == SHAPE_OBJECT && i < shape->count; i++)
        scan_shape(needs, shape->entries[i].value);
}

static void scan_template(struct needs *needs, const struct template *template) {
    for (const struct template_part *part = template ? template->parts : NULL; part;
         part = part->next)
        scan_expression(needs, part->expression);
}

/* Whether carrying out the step needs one of the slots. */
static bool step_needs(const struct step *step, const bool *slots) {
    struct needs needs = {slots, false};
    scan_expression(&needs, step->when);
    scan_expression(&needs, step->condition);
    scan_expression(&needs, step->each);
    scan_template(&needs, step->path);
    scan_shape(&needs, step->body);
    for (size_t i = 0; i < step->query_count; i++)
        scan_shape(&needs, step->query[i].shape);
    for (size_t i = 0; i < step->header_count; i++)
        scan_template(&needs, step->headers[i].template);
    for (size_t i = 0; i < step->name_count; i++)
        scan_shape(&needs, step->names[i].shape);
    return needs.found;
}

static bool is_get(const struct step *step) {
    return step->kind == STEP_CALL && step->method && strcmp(step->method, "GET") == 0;
}

static void mark_slots(const struct step *step, bool *slots) {
    if (step->kind == STEP_CALL)
        slots[step->slot] = true;
    for (size_t i = 0; i < step->name_count; i++)
        slots[step->names[i].slot] = true;
}

/*
 * A GET changes nothing, so it need not wait for its turn: all that need nothing of the answers
 * still under way go out with the first of them. The search for more ends at a call that may
 * change something, and at a `require` that can be decided before: what it guards must wait for it.
 */
static void gather(struct route *route, size_t first, bool *pending) {
    mark_slots(&route->steps[first], pending);
    for (size_t i = first + 1; i < route->step_count; i++) {
        struct step *step = &route->steps[i];
        bool waits = step_needs(step, pending);
        if (step->kind == STEP_CALL && !is_get(step))
            return;
        if (step->kind == STEP_REQUIRE && !waits)
            return;
        /* A `let` that waits for nothing comes along: a call behind it may need its names. */
        bool joins = (is_get(step) || step->kind == STEP_LET) && !waits && step->leader == i;
        if (joins)
            step->leader = first;
        if (waits || is_get(step))
            mark_slots(step, pending);
    }
}

static bool refusal_needs(const struct refusal *refusal, const bool *slots) {
    struct needs needs = {slots, false};
    if (refusal)
        scan_template(&needs, refusal->message);
    return needs.found;
}

/*
 * What can be decided from headers and path alone is decided before query and body are looked at:
 * who may not use a route learns nothing about what it expects. `late` becomes the set of the
 * slots without a value by then.
 */
static void plan_leading(struct route *route, bool *late) {
    for (size_t i = 0; i < route->slot_count; i++)
        late[i] = i >= route->query_slot;
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        if (step->kind == STEP_CALL || step_needs(step, late) ||
            refusal_needs(step->otherwise, late))
            return;
        for (size_t j = 0; j < step->name_count; j++)
            late[step->names[j].slot] = false;
        route->leading_count = i + 1;
    }
}

void plan_batches(struct loader *loader, struct route *route) {
    bool *pending = arena_allocate_array(loader->arena, route->slot_count, sizeof *pending);
    plan_leading(route, pending);
    for (size_t i = 0; i < route->step_count; i++)
        route->steps[i].leader = i;
    for (size_t i = 0; i < route->step_count; i++) {
        if (!is_get(&route->steps[i]) || route->steps[i].leader != i)
            continue;
        memset(pending, 0, route->slot_count * sizeof *pending);
        gather(route, i, pending);
    }
}

/* What is read of each answer. */

static void read_template(struct reads_analysis *analysis, const struct template *template) {
    for (const struct template_part *part = template ? template->parts : NULL; part;
         part = part->next)
        if (part->expression)
            reads_use(reads_expression(analysis, part->expression));
}

static void read_refusal(struct reads_analysis *analysis, const struct refusal *refusal) {
    if (refusal)
        read_template(analysis, refusal->message);
}

static void read_headers(struct reads_analysis *analysis, const struct named_template *headers,
                         size_t count) {
    for (size_t i = 0; i < count; i++)
        read_template(analysis, headers[i].template);
}

static void read_call(struct loader *loader, struct reads_analysis *analysis, struct step *step) {
    struct reads_source outer = analysis->current;
    if (step->each) {
        struct reads_source list = reads_expression(analysis, step->each);
        reads_touch(list);
        analysis->current = reads_items_of(analysis, list);
    }
    read_template(analysis, step->path);
    read_headers(analysis, step->upstream->headers, step->upstream->header_count);
    for (size_t i = 0; i < step->query_count; i++)
        reads_use(reads_shape(analysis, step->query[i].shape));
    read_headers(analysis, step->headers, step->header_count);
    if (step->body)
        reads_use(reads_shape(analysis, step->body));
    for (size_t i = 0; i < step->catch_count; i++)
        read_refusal(analysis, step->catches[i].refusal);
    analysis->current = outer;
    /* With `each` the name is the list of answers, so what is read of one is below its items. */
    step->reads = arena_allocate(loader->arena, sizeof *step->reads);
    struct projection *result = step->reads;
    if (step->each) {
        result = arena_allocate(loader->arena, sizeof *result);
        result->items = step->reads;
    }
    analysis->slots[step->slot] = reads_source_of(analysis, result);
}

static void read_step(struct loader *loader, struct reads_analysis *analysis, struct step *step) {
    if (step->when)
        reads_touch(reads_expression(analysis, step->when));
    if (step->kind == STEP_CALL)
        read_call(loader, analysis, step);
    if (step->condition)
        reads_touch(reads_expression(analysis, step->condition));
    read_refusal(analysis, step->otherwise);
    for (size_t i = 0; i < step->name_count; i++)
        analysis->slots[step->names[i].slot] = reads_shape(analysis, step->names[i].shape);
}

static void note_call(struct loader *loader, const struct step *step) {
    struct call_site *site = loader->call_sites;
    while (site &&
           (site->place.line != step->place.line || site->place.column != step->place.column))
        site = site->next;
    if (!site) {
        site = arena_allocate(loader->arena, sizeof *site);
        *site = (struct call_site){.place = step->place,
                                   .name = step->name,
                                   .is_get = is_get(step),
                                   .next = loader->call_sites};
        loader->call_sites = site;
    }
    site->read = site->read || reads_any(step->reads);
}

/* The names that every request has, and what they read of the request's headers. */
static void read_common(struct reads_analysis *analysis, const struct common *common,
                        struct projection *headers) {
    analysis->slots[SLOT_HEADERS] = reads_source_of(analysis, headers);
    for (size_t i = 0; i < common->name_count; i++)
        analysis->slots[common->names[i].slot] = reads_shape(analysis, common->names[i].shape);
    read_headers(analysis, common->answer_headers, common->answer_header_count);
}

void plan_reads(struct loader *loader, struct route *route) {
    struct reads_analysis analysis = {.arena = loader->arena, .scratch = arena_create()};
    struct projection headers = {0};
    analysis.slots =
        arena_allocate_array(analysis.scratch, route->slot_count, sizeof *analysis.slots);
    read_common(&analysis, &loader->table->common, &headers);
    for (size_t i = 0; i < route->step_count; i++)
        read_step(loader, &analysis, &route->steps[i]);
    const struct answer *answer = &route->answer;
    read_refusal(&analysis, answer->refusal);
    read_headers(&analysis, answer->headers, answer->header_count);
    if (answer->status)
        reads_use(reads_expression(&analysis, answer->status));
    if (answer->body)
        reads_use(reads_shape(&analysis, answer->body));
    for (size_t i = 0; i < route->step_count; i++)
        if (route->steps[i].kind == STEP_CALL)
            note_call(loader, &route->steps[i]);
    if (route->caching)
        plan_caching(loader, route, &headers);
    arena_destroy(analysis.scratch);
}
