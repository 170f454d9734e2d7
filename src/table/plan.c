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
        bool joins = (is_get(step) || step->kind == STEP_LET) && !waits && step->batch_leader == i;
        if (joins)
            step->batch_leader = first;
        if (waits || is_get(step))
            mark_slots(step, pending);
    }
}

static bool error_response_needs(const struct error_response *error, const bool *slots) {
    struct needs needs = {slots, false};
    if (error)
        scan_template(&needs, error->message);
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
            error_response_needs(step->otherwise, late))
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
        route->steps[i].batch_leader = i;
    for (size_t i = 0; i < route->step_count; i++) {
        if (!is_get(&route->steps[i]) || route->steps[i].batch_leader != i)
            continue;
        memset(pending, 0, route->slot_count * sizeof *pending);
        gather(route, i, pending);
    }
}

/* What is read of each answer. */

static void use_template(struct usage_analysis *analysis, const struct template *template) {
    for (const struct template_part *part = template ? template->parts : NULL; part;
         part = part->next)
        if (part->expression)
            usage_mark_all(usage_of_expression(analysis, part->expression));
}

static void use_error_response(struct usage_analysis *analysis,
                               const struct error_response *error) {
    if (error)
        use_template(analysis, error->message);
}

static void use_headers(struct usage_analysis *analysis, const struct named_template *headers,
                        size_t count) {
    for (size_t i = 0; i < count; i++)
        use_template(analysis, headers[i].template);
}

static void use_call(struct loader *loader, struct usage_analysis *analysis, struct step *step) {
    struct usage_source outer = analysis->current;
    if (step->each) {
        struct usage_source list = usage_of_expression(analysis, step->each);
        usage_mark_presence(list);
        analysis->current = usage_items_of(analysis, list);
    }
    use_template(analysis, step->path);
    use_headers(analysis, step->upstream->headers, step->upstream->header_count);
    for (size_t i = 0; i < step->query_count; i++)
        usage_mark_all(usage_of_shape(analysis, step->query[i].shape));
    use_headers(analysis, step->headers, step->header_count);
    if (step->body)
        usage_mark_all(usage_of_shape(analysis, step->body));
    for (size_t i = 0; i < step->catch_count; i++)
        use_error_response(analysis, step->catches[i].error);
    analysis->current = outer;
    /* With `each` the name is the list of answers, so what is read of one is below its items. */
    step->usage = arena_allocate(loader->arena, sizeof *step->usage);
    struct projection *result = step->usage;
    if (step->each) {
        result = arena_allocate(loader->arena, sizeof *result);
        result->items = step->usage;
    }
    analysis->slots[step->slot] = usage_source_of(analysis, result);
}

static void use_step(struct loader *loader, struct usage_analysis *analysis, struct step *step) {
    if (step->when)
        usage_mark_presence(usage_of_expression(analysis, step->when));
    if (step->kind == STEP_CALL)
        use_call(loader, analysis, step);
    if (step->condition)
        usage_mark_presence(usage_of_expression(analysis, step->condition));
    use_error_response(analysis, step->otherwise);
    for (size_t i = 0; i < step->name_count; i++)
        analysis->slots[step->names[i].slot] = usage_of_shape(analysis, step->names[i].shape);
}

static void note_call(struct loader *loader, const struct step *step) {
    struct call_site *site = loader->call_sites;
    while (site && (site->location.line != step->location.line ||
                    site->location.column != step->location.column))
        site = site->next;
    if (!site) {
        site = arena_allocate(loader->arena, sizeof *site);
        *site = (struct call_site){.location = step->location,
                                   .name = step->name,
                                   .is_get = is_get(step),
                                   .next = loader->call_sites};
        loader->call_sites = site;
    }
    site->used = site->used || usage_any(step->usage);
}

/* The names that every request has, and what they read of the request's headers. */
static void use_common(struct usage_analysis *analysis, const struct common *common,
                       struct projection *headers) {
    analysis->slots[SLOT_HEADERS] = usage_source_of(analysis, headers);
    for (size_t i = 0; i < common->name_count; i++)
        analysis->slots[common->names[i].slot] = usage_of_shape(analysis, common->names[i].shape);
    use_headers(analysis, common->answer_headers, common->answer_header_count);
}

static bool headers_need(const struct named_template *headers, size_t count, const bool *slots) {
    struct needs needs = {slots, false};
    for (size_t i = 0; i < count; i++)
        scan_template(&needs, headers[i].template);
    return needs.found;
}

/* Whether what the step does, beside giving names, needs one of the slots. */
static bool effect_needs(const struct step *step, const bool *slots) {
    bool found = step_needs(step, slots) || error_response_needs(step->otherwise, slots);
    for (size_t i = 0; i < step->catch_count; i++)
        found = found || error_response_needs(step->catches[i].error, slots);
    const struct upstream *upstream = step->upstream;
    return found || (upstream && headers_need(upstream->headers, upstream->header_count, slots));
}

static bool answer_needs(const struct answer *answer, const bool *slots) {
    struct needs needs = {slots, false};
    scan_expression(&needs, answer->status);
    scan_shape(&needs, answer->body);
    return needs.found || headers_need(answer->headers, answer->header_count, slots);
}

/* Whether the response is another one at another time; a name that nobody reads makes no such. */
static bool depends_on_now(const struct loader *loader, const struct route *route) {
    const struct common *common = &loader->table->common;
    bool *dated = arena_allocate_array(loader->arena, route->slot_count, sizeof *dated);
    dated[SLOT_NOW] = true;
    for (size_t i = 0; i < common->name_count; i++) {
        struct needs needs = {dated, false};
        scan_shape(&needs, common->names[i].shape);
        dated[common->names[i].slot] = needs.found;
    }
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        bool needed = effect_needs(step, dated);
        if (needed && step->kind != STEP_LET)
            return true;
        for (size_t j = 0; j < step->name_count; j++)
            dated[step->names[j].slot] = needed;
    }
    return answer_needs(&route->answer, dated) ||
           headers_need(common->answer_headers, common->answer_header_count, dated);
}

void plan_usage(struct loader *loader, struct route *route) {
    struct usage_analysis analysis = {.arena = loader->arena, .scratch = arena_create()};
    struct projection headers = {0};
    analysis.slots =
        arena_allocate_array(analysis.scratch, route->slot_count, sizeof *analysis.slots);
    use_common(&analysis, &loader->table->common, &headers);
    for (size_t i = 0; i < route->step_count; i++)
        use_step(loader, &analysis, &route->steps[i]);
    const struct answer *answer = &route->answer;
    use_error_response(&analysis, answer->error);
    use_headers(&analysis, answer->headers, answer->header_count);
    if (answer->status)
        usage_mark_all(usage_of_expression(&analysis, answer->status));
    if (answer->body)
        usage_mark_all(usage_of_shape(&analysis, answer->body));
    for (size_t i = 0; i < route->step_count; i++)
        if (route->steps[i].kind == STEP_CALL)
            note_call(loader, &route->steps[i]);
    if (route->caching)
        plan_caching(loader, route, &headers, depends_on_now(loader, route));
    arena_destroy(analysis.scratch);
}

/* Where the values of the names come from. */

static void note_origins(origin_set *slots, const struct expression *when,
                         const struct named_shape *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        slots[names[i].slot] = origins_of_expression(slots, NULL, when) |
                               origins_of_shape(slots, NULL, names[i].shape);
}

void plan_origins(struct loader *loader, struct route *route) {
    const struct common *common = &loader->table->common;
    origin_set *slots = arena_allocate_array(loader->arena, route->slot_count, sizeof *slots);
    slots[SLOT_HEADERS] = ORIGIN_HEADERS;
    note_origins(slots, NULL, common->names, common->name_count);
    slots[route->path_slot] = ORIGIN_PATH;
    if (route->query_schema)
        slots[route->query_slot] = ORIGIN_QUERY;
    if (route->body_schema)
        slots[route->body_slot] = ORIGIN_BODY;
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        if (step->kind == STEP_CALL)
            slots[step->slot] = ORIGIN_UPSTREAM;
        note_origins(slots, step->when, step->names, step->name_count);
    }
    route->slot_origins = slots;
}
