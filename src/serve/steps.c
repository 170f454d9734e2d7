#include <string.h>

#include "serve/batch.h"

/* A call step under way: its request, or with `each` its requests. */
struct pending {
    /* False: its condition did not hold. */
    bool made;
    struct upstream_call *calls;
    size_t count;
};

static bool holds(struct exchange *exchange, const struct expression *condition) {
    return !condition || value_is_true(expression_evaluate(&exchange->evaluation, condition));
}

static void assign(struct exchange *exchange, const struct step *step) {
    bool made = holds(exchange, step->when);
    for (size_t i = 0; i < step->name_count; i++)
        exchange->evaluation.slots[step->names[i].slot] =
            made ? shape_evaluate(&exchange->evaluation, step->names[i].shape) : value_missing();
}

static bool build_each(struct exchange *exchange, const struct step *step,
                       struct pending *pending) {
    struct value list = expression_evaluate(&exchange->evaluation, step->each);
    size_t count = list.type == VALUE_ARRAY ? list.size : 0;
    pending->calls = arena_allocate_array(exchange->arena, count, sizeof *pending->calls);
    bool good = true;
    for (uint32_t i = 0; good && i < count; i++) {
        exchange->evaluation.current = value_item(exchange->arena, list, i);
        good = call_build(exchange, step, &pending->calls[pending->count++]);
    }
    exchange->evaluation.current = value_missing();
    return good;
}

static bool build(struct exchange *exchange, const struct step *step, struct pending *pending) {
    pending->made = holds(exchange, step->when);
    if (!pending->made)
        return true;
    if (step->each)
        return build_each(exchange, step, pending);
    pending->calls = arena_allocate(exchange->arena, sizeof *pending->calls);
    pending->count = 1;
    return call_build(exchange, step, pending->calls);
}

/* A missing value that was required ends the request: a call that needs it is never sent. */
static bool nothing_lacking(struct exchange *exchange) {
    struct text lacking = exchange->evaluation.lacking;
    return !lacking.size || exchange_lacks(exchange, lacking);
}

static void perform(struct exchange *exchange, const struct pending *pending, size_t first) {
    const struct route *route = exchange->route;
    size_t count = 0;
    for (size_t i = first; i < route->step_count; i++)
        if (route->steps[i].leader == first)
            count += pending[i].count;
    if (!count)
        return;
    struct batch_call *calls = arena_allocate_array(exchange->arena, count, sizeof *calls);
    count = 0;
    for (size_t i = first; i < route->step_count; i++)
        for (size_t j = 0; route->steps[i].leader == first && j < pending[i].count; j++)
            calls[count++] = (struct batch_call){&route->steps[i], &pending[i].calls[j]};
    batch_perform(exchange, calls, count);
}

/* Builds and makes all calls that are led by step `first`. */
static bool run_batch(struct exchange *exchange, struct pending *pending, size_t first) {
    const struct route *route = exchange->route;
    for (size_t i = first; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        if (step->leader != first)
            continue;
        if (step->kind == STEP_LET)
            assign(exchange, step);
        else if (step->kind == STEP_CALL && !build(exchange, step, &pending[i]))
            return false;
    }
    if (!nothing_lacking(exchange))
        return false;
    perform(exchange, pending, first);
    return true;
}

static bool conclude_call(struct exchange *exchange, const struct step *step,
                          const struct pending *pending) {
    struct value *slot = &exchange->evaluation.slots[step->slot];
    if (!pending->made)
        return true;
    if (!step->each)
        return call_conclude(exchange, step, pending->calls, slot);
    struct value *results = arena_allocate_array(exchange->arena, pending->count, sizeof *results);
    struct value list = expression_evaluate(&exchange->evaluation, step->each);
    size_t count = 0;
    for (size_t i = 0; i < pending->count; i++) {
        /* A `catch` may speak of the item. */
        exchange->evaluation.current = value_item(exchange->arena, list, i);
        if (!call_conclude(exchange, step, &pending->calls[i], &results[count]))
            return false;
        count += !value_is_missing(results[count]);
    }
    exchange->evaluation.current = value_missing();
    *slot = value_array(results, count);
    return true;
}

static bool run_step(struct exchange *exchange, struct pending *pending, size_t index) {
    const struct step *step = &exchange->route->steps[index];
    if (step->kind == STEP_LET) {
        if (step->leader == index)
            assign(exchange, step);
        return true;
    }
    if (step->kind == STEP_REQUIRE) {
        bool good = !holds(exchange, step->when) || holds(exchange, step->condition);
        return good || exchange_refuse(exchange, step->otherwise);
    }
    if (step->leader == index && !run_batch(exchange, pending, index))
        return false;
    return conclude_call(exchange, step, &pending[index]);
}

static bool run_steps(struct exchange *exchange, size_t begin, size_t end) {
    struct pending *pending =
        arena_allocate_array(exchange->arena, exchange->route->step_count, sizeof *pending);
    for (size_t i = begin; i < end; i++)
        if (!run_step(exchange, pending, i) || !nothing_lacking(exchange))
            return false;
    return true;
}

bool steps_run_leading(struct exchange *exchange) {
    return run_steps(exchange, 0, exchange->route->leading_count);
}

bool steps_run(struct exchange *exchange) {
    const struct route *route = exchange->route;
    return run_steps(exchange, route->leading_count, route->step_count);
}
