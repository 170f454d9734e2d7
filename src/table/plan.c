#include <string.h>

#include "table/loader.h"
#include "table/step_walk.h"

/* A set of the route's slots, and whether the expressions of error messages count. */
struct needs {
    bool *slots;
    bool messages;
};

static bool part_is_free(void *context, const struct step_expression *found) {
    const struct needs *needs = context;
    switch (found->part) {
    /* Only evaluated after the step is executed, if at all. */
    case STEP_PART_OTHERWISE:
    case STEP_PART_CATCH:
    case STEP_PART_ONLY:
        return !needs->messages || walk_step_expression(found, reads_no_slot_of, needs->slots);
    case STEP_PART_WHEN:
    case STEP_PART_CONDITION:
    case STEP_PART_EACH:
    case STEP_PART_PATH:
    case STEP_PART_UPSTREAM_HEADER:
    case STEP_PART_QUERY:
    case STEP_PART_HEADER:
    case STEP_PART_BODY:
    case STEP_PART_NAME:
        return walk_step_expression(found, reads_no_slot_of, needs->slots);
    }
    return true;
}

/* Whether the execution of the step needs one of the slots. */
static bool step_needs(const struct step *step, bool *slots) {
    struct needs needs = {.slots = slots};
    return !step_for_each_expression(step, part_is_free, &needs);
}

/* The same for everything that the step may evaluate, including the messages of its errors. */
static bool step_may_need(const struct step *step, bool *slots) {
    struct needs needs = {.slots = slots, .messages = true};
    return !step_for_each_expression(step, part_is_free, &needs);
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
 * A GET changes nothing, so it need not wait: all calls that do not depend on pending answers are
 * made together with the first of them. The search ends at a call that may change something, and at
 * a `require` that can be decided before: the calls after it must wait for its decision.
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
        /* A `let` that does not wait is included, because a later call may need its names. */
        bool joins = (is_get(step) || step->kind == STEP_LET) && !waits && step->batch_leader == i;
        if (joins)
            step->batch_leader = first;
        if (waits || is_get(step))
            mark_slots(step, pending);
    }
}

/*
 * Conditions that only depend on headers and path are decided before query and body are validated,
 * so that a caller without access learns nothing about the expected input. Sets `late` to the slots
 * that have no value by then.
 */
static void plan_leading(struct route *route, bool *late) {
    for (size_t i = 0; i < route->slot_count; i++)
        late[i] = i >= route->query_slot;
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        if (step->kind == STEP_CALL || step_may_need(step, late))
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

/* The usage of answers. */

static void use_template(struct usage_analysis *analysis, const struct template *template) {
    for (const struct template_part *part = template ? template->parts : NULL; part;
         part = part->next)
        if (part->expression)
            usage_mark_all(analysis, usage_of_expression(analysis, part->expression));
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

/*
 * The names that have a value when step `index`, a call, is built: those of the request, and those
 * of steps before it and before its batch.
 */
static bool *known_slots(struct usage_analysis *analysis, const struct route *route, size_t index) {
    bool *known = arena_allocate_array(analysis->scratch, route->slot_count, sizeof *known);
    size_t leader = route->steps[index].batch_leader;
    size_t request_end = route->body_slot + (route->body_schema ? 1 : 0);
    for (size_t i = 0; i < request_end; i++)
        known[i] = true;
    for (size_t i = 0; i < index; i++) {
        const struct step *step = &route->steps[i];
        if (step->kind == STEP_CALL && i < leader)
            known[step->slot] = true;
        for (size_t j = 0; j < step->name_count && step->batch_leader <= leader; j++)
            known[step->names[j].slot] = true;
    }
    return known;
}

static struct usage_answer *answer_of(struct usage_analysis *analysis, const struct route *route,
                                      size_t index) {
    struct usage_answer *answer = arena_allocate(analysis->scratch, sizeof *answer);
    answer->known_slots = known_slots(analysis, route, index);
    return answer;
}

/* A step whose expressions are analysed. */
struct step_usage {
    struct usage_analysis *analysis;
    const struct step *step;
};

static void use_whole(struct usage_analysis *analysis, const struct step_expression *found) {
    usage_mark_all(analysis, found->shape ? usage_of_shape(analysis, found->shape)
                                          : usage_of_expression(analysis, found->expression));
}

/* In conditions, a name that a `let` always defines is replaced by its expression. */
static void use_name(const struct step_usage *usage, const struct named_shape *name) {
    struct usage_analysis *analysis = usage->analysis;
    if (!usage->step->when && name->shape->kind == SHAPE_EXPRESSION)
        analysis->atoms->definitions[name->slot] = name->shape->expression;
    analysis->slots[name->slot] =
        usage_source_when(analysis, usage_of_shape(analysis, name->shape), analysis->when);
}

static bool use_part(void *context, const struct step_expression *found) {
    const struct step_usage *usage = context;
    struct usage_analysis *analysis = usage->analysis;
    switch (found->part) {
    case STEP_PART_WHEN:
        usage_mark_presence(analysis, usage_of_expression(analysis, found->expression));
        analysis->when = usage_condition_here(analysis, found->expression);
        break;
    case STEP_PART_CONDITION:
        usage_mark_presence(analysis, usage_of_expression(analysis, found->expression));
        break;
    case STEP_PART_EACH: {
        struct usage_source list = usage_of_expression(analysis, found->expression);
        usage_mark_presence(analysis, list);
        analysis->current = usage_items_of(analysis, list);
        break;
    }
    case STEP_PART_OTHERWISE:
    case STEP_PART_PATH:
    case STEP_PART_UPSTREAM_HEADER:
    case STEP_PART_QUERY:
    case STEP_PART_HEADER:
    case STEP_PART_BODY:
    case STEP_PART_CATCH:
        use_whole(analysis, found);
        break;
    /* What it reads of the answer: use_confined(). */
    case STEP_PART_ONLY:
        analysis->current = (struct usage_source){NULL, 0};
        usage_mark_presence(analysis, usage_of_expression(analysis, found->expression));
        break;
    case STEP_PART_NAME:
        use_name(usage, found->name);
        break;
    }
    return true;
}

/* The source of the result of a call. */
static void add_result(struct usage_analysis *analysis, const struct route *route, size_t index) {
    struct step *step = &route->steps[index];
    /*
     * With `each`, the name refers to the list of answers, so the usage of one answer is that of
     * its items.
     */
    step->usage = arena_allocate(analysis->arena, sizeof *step->usage);
    struct projection *result = step->usage;
    if (step->each) {
        result = arena_allocate(analysis->arena, sizeof *result);
        result->items = step->usage;
    }
    analysis->slots[step->slot] =
        usage_source_of(analysis, result, answer_of(analysis, route, index));
}

static void use_step(struct usage_analysis *analysis, const struct route *route, size_t index) {
    struct usage_source outer = analysis->current;
    struct step_usage usage = {analysis, &route->steps[index]};
    step_for_each_expression(usage.step, use_part, &usage);
    analysis->current = outer;
    analysis->when = &usage_always;
    if (usage.step->kind == STEP_CALL)
        add_result(analysis, route, index);
}

/* An object of the answer: an item of a list, unless it is known to be an object. */
static struct usage_source objects_of(struct usage_analysis *analysis, struct projection *node,
                                      struct usage_answer *answer) {
    struct usage_source object = usage_source_of(analysis, node, answer);
    bool list = node->items != NULL, members = node->members != NULL;
    if (members && !list)
        return object;
    struct usage_source items = usage_items_of(analysis, object);
    if (list)
        return items;
    struct usage_source either = {arena_allocate_array(analysis->scratch, 2, sizeof *either.parts),
                                  2};
    either.parts[0] = object.parts[0];
    either.parts[1] = items.parts[0];
    return either;
}

/* Adds what `only` reads of the answer; everything else that is read is already known. */
static void use_confined(struct usage_analysis *analysis, const struct route *route, size_t index) {
    const struct step *step = &route->steps[index];
    for (size_t i = 0; i < step->only_count; i++) {
        struct text member = step->only[i].member;
        struct projection *node = step->usage;
        if (member.size)
            node = &projection_add(analysis->arena, node, member)->projection;
        analysis->current = objects_of(analysis, node, answer_of(analysis, route, index));
        usage_mark_presence(analysis, usage_of_expression(analysis, step->only[i].condition));
    }
    analysis->current = (struct usage_source){NULL, 0};
}

/*
 * With `each`, the list contains the answers that exist: the presence of each one is read if the
 * list is counted or searched.
 */
static void use_list_of_answers(struct usage_analysis *analysis, const struct step *step) {
    const struct projection *list = analysis->slots[step->slot].parts[0].node;
    if (step->each && (list->present || list->counted))
        step->usage->present = true;
}

static void note_call(struct loader *loader, const struct step *step) {
    struct call_site *site = loader->call_sites;
    while (site && !location_equal(site->location, step->location))
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

/* A call that is never read has its own message. */
static void plan_fields(struct loader *loader, struct usage_analysis *analysis,
                        const struct route *route, const struct step *step) {
    for (size_t i = 0; i < step->query_count; i++)
        if (step->query[i].fields && (usage_any(step->usage) || !is_get(step)))
            derive_fields(loader, analysis, route, step, step->query[i].fields);
}

/* The names that every request has, and the request headers that they read. */
static void use_common(struct usage_analysis *analysis, const struct common *common,
                       struct projection *headers) {
    analysis->slots[SLOT_HEADERS] = usage_source_of(analysis, headers, NULL);
    for (size_t i = 0; i < common->name_count; i++)
        analysis->slots[common->names[i].slot] = usage_of_shape(analysis, common->names[i].shape);
    use_headers(analysis, common->answer_headers, common->answer_header_count);
}

/* Whether the response depends on the time; a name that is never read does not count. */
static bool depends_on_now(const struct loader *loader, const struct route *route) {
    const struct common *common = &loader->table->common;
    bool *dated = arena_allocate_array(loader->arena, route->slot_count, sizeof *dated);
    dated[SLOT_NOW] = true;
    for (size_t i = 0; i < common->name_count; i++)
        dated[common->names[i].slot] = !walk_shape(common->names[i].shape, reads_no_slot_of, dated);
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        bool needed = step_may_need(step, dated);
        if (needed && step->kind != STEP_LET)
            return true;
        for (size_t j = 0; j < step->name_count; j++)
            dated[step->names[j].slot] = needed;
    }
    return !walk_answer(&route->answer, reads_no_slot_of, dated) ||
           !walk_headers(common->answer_headers, common->answer_header_count, reads_no_slot_of,
                         dated);
}

void plan_usage(struct loader *loader, struct route *route) {
    struct arena *scratch = arena_create();
    struct usage_analysis analysis = usage_begin(loader->arena, scratch, route->slot_count);
    struct projection headers = {0};
    use_common(&analysis, &loader->table->common, &headers);
    for (size_t i = 0; i < route->step_count; i++)
        use_step(&analysis, route, i);
    const struct answer *answer = &route->answer;
    use_error_response(&analysis, answer->error);
    use_headers(&analysis, answer->headers, answer->header_count);
    if (answer->status)
        usage_mark_all(&analysis, usage_of_expression(&analysis, answer->status));
    if (answer->body)
        usage_mark_all(&analysis, usage_of_shape(&analysis, answer->body));
    for (size_t i = 0; i < route->step_count; i++) {
        if (route->steps[i].kind != STEP_CALL)
            continue;
        use_list_of_answers(&analysis, &route->steps[i]);
        note_call(loader, &route->steps[i]);
    }
    for (size_t i = 0; i < route->step_count; i++)
        use_confined(&analysis, route, i);
    for (size_t i = 0; i < route->step_count; i++)
        plan_fields(loader, &analysis, route, &route->steps[i]);
    plan_confinement(loader, scratch, route);
    if (route->caching)
        plan_caching(loader, route, &headers, depends_on_now(loader, route));
    arena_destroy(scratch);
}

void plan_message_usage(struct loader *loader, struct upstream *upstream) {
    if (!upstream->message)
        return;
    struct arena *scratch = arena_create();
    struct usage_analysis analysis = usage_begin(loader->arena, scratch, 0);
    analysis.current = usage_source_of(&analysis, &upstream->message_usage, NULL);
    usage_mark_all(&analysis, usage_of_expression(&analysis, upstream->message));
    arena_destroy(scratch);
}

/* The origins of the values of the names. */

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
