#include "serve/known.h"

#include "language/walk.h"

/* Ends the walk at a value that is not known. */
static bool is_known(void *context, const struct expression *expression, size_t depth) {
    (void)depth;
    const struct known *known = context;
    if (expression->kind == EXPRESSION_CURRENT)
        return !known->has_item;
    return expression->kind != EXPRESSION_SLOT || known->slots[expression->index];
}

enum knowledge known_expression(const struct known *known, const struct expression *expression,
                                struct value *value) {
    *value = value_boolean(true);
    if (!expression)
        return KNOWN;
    if (!walk_expression(expression, is_known, (void *)known))
        return NOT_KNOWN;
    return expression_evaluate(&known->context->evaluation, expression, value) ? KNOWN
                                                                               : KNOWN_TO_FAIL;
}

enum knowledge known_shape(const struct known *known, const struct shape *shape,
                           struct value *value) {
    if (!walk_shape(shape, is_known, (void *)known))
        return NOT_KNOWN;
    return shape_evaluate(&known->context->evaluation, shape, value) ? KNOWN : KNOWN_TO_FAIL;
}

/* The names of the request come before those of the steps. */
static void begin_slots(struct known *known) {
    const struct route *route = known->context->route;
    for (size_t i = 0; i < route->slot_count; i++)
        known->slots[i] = true;
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        if (step->kind == STEP_CALL)
            known->slots[step->slot] = false;
        for (size_t j = 0; j < step->name_count; j++)
            known->slots[step->names[j].slot] = false;
    }
}

/* A name without a value is known to be missing. */
static void skip_names(struct known *known, const struct step *step) {
    struct value *slots = known->context->evaluation.slots;
    if (step->kind == STEP_CALL)
        known->slots[step->slot] = true;
    for (size_t i = 0; i < step->name_count; i++) {
        slots[step->names[i].slot] = value_missing();
        known->slots[step->names[i].slot] = true;
    }
}

/* Returns whether the request can continue. */
static bool find_names(struct known *known, const struct step *step) {
    struct value *slots = known->context->evaluation.slots;
    for (size_t i = 0; i < step->name_count; i++) {
        size_t slot = step->names[i].slot;
        enum knowledge knowledge = known_shape(known, step->names[i].shape, &slots[slot]);
        known->slots[slot] = knowledge == KNOWN;
        if (knowledge == KNOWN_TO_FAIL)
            return false;
    }
    return true;
}

/* The same. */
static bool find_step(struct known *known, const struct step *step) {
    struct value value;
    enum knowledge when = known_expression(known, step->when, &value);
    size_t index = (size_t)(step - known->context->route->steps);
    known->skipped[index] = when == KNOWN && !value_is_true(value);
    if (known->skipped[index])
        skip_names(known, step);
    if (when != KNOWN || known->skipped[index])
        return when != KNOWN_TO_FAIL;
    if (step->kind == STEP_LET)
        return find_names(known, step);
    enum knowledge condition = known_expression(known, step->condition, &value);
    return condition == NOT_KNOWN || (condition == KNOWN && value_is_true(value));
}

struct known known_begin(struct request_context *context) {
    const struct route *route = context->route;
    struct arena *arena = context->arena;
    struct known known = {
        .context = context,
        .slots = arena_allocate_array(arena, route->slot_count, sizeof *known.slots),
        .skipped = arena_allocate_array(arena, route->step_count, sizeof *known.skipped),
    };
    begin_slots(&known);
    while (known.end < route->step_count && find_step(&known, &route->steps[known.end]))
        known.end++;
    if (known.end < route->step_count && context->evaluation.failure.source.size)
        known.failure = failure_of_evaluation(context, &context->evaluation.failure);
    return known;
}
