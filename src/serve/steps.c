#include "serve/steps.h"

#include "serve/batch.h"
#include "serve/call.h"

/* A call step under way: its request, or with `each` its requests. */
struct pending {
    /* False: its condition did not hold. */
    bool made;
    struct upstream_call *calls;
    size_t count;
};

static bool holds(struct request_context *context, const struct expression *condition) {
    return !condition || value_is_true(expression_evaluate(&context->evaluation, condition));
}

static void assign(struct request_context *context, const struct step *step) {
    bool made = holds(context, step->when);
    for (size_t i = 0; i < step->name_count; i++)
        context->evaluation.slots[step->names[i].slot] =
            made ? shape_evaluate(&context->evaluation, step->names[i].shape) : value_missing();
}

/* Too many calls would be a burden on the upstream that the caller decides on. */
static bool check_limit(struct request_context *context, const struct step *step, size_t count) {
    if (count <= step->limit)
        return true;
    const char *message =
        text_format(context->arena, "There are too many items: %zu, where at most %zu are accepted",
                    count, step->limit)
            .data;
    return context_fail_logged(context, step->each_of_upstream ? 502 : 400, message,
                               "call %.*s: %zu items in `each`, where its limit is %zu",
                               TEXT_ARGUMENT(step->name), count, step->limit);
}

static bool build_each(struct request_context *context, const struct step *step,
                       struct pending *pending) {
    struct value list = expression_evaluate(&context->evaluation, step->each);
    size_t count = list.type == VALUE_ARRAY ? list.size : 0;
    if (!check_limit(context, step, count))
        return false;
    pending->calls = arena_allocate_array(context->arena, count, sizeof *pending->calls);
    bool good = true;
    for (uint32_t i = 0; good && i < count; i++) {
        context->evaluation.current = value_item(context->arena, list, i);
        good = call_build(context, step, &pending->calls[pending->count++]);
    }
    context->evaluation.current = value_missing();
    return good;
}

static bool build(struct request_context *context, const struct step *step,
                  struct pending *pending) {
    pending->made = holds(context, step->when);
    if (!pending->made)
        return true;
    if (step->each)
        return build_each(context, step, pending);
    pending->calls = arena_allocate(context->arena, sizeof *pending->calls);
    pending->count = 1;
    return call_build(context, step, pending->calls);
}

/* A missing value that was required ends the request: a call that needs it is never sent. */
static bool nothing_missing(struct request_context *context) {
    struct text missing_required = context->evaluation.missing_required;
    return !missing_required.size || context_fail_missing(context, missing_required);
}

static void perform(struct request_context *context, const struct pending *pending, size_t first) {
    const struct route *route = context->route;
    size_t count = 0;
    for (size_t i = first; i < route->step_count; i++)
        if (route->steps[i].batch_leader == first)
            count += pending[i].count;
    if (!count)
        return;
    struct batch_call *calls = arena_allocate_array(context->arena, count, sizeof *calls);
    count = 0;
    for (size_t i = first; i < route->step_count; i++)
        for (size_t j = 0; route->steps[i].batch_leader == first && j < pending[i].count; j++)
            calls[count++] = (struct batch_call){&route->steps[i], &pending[i].calls[j]};
    batch_perform(context, calls, count);
}

/* Builds and makes all calls that are led by step `first`. */
static bool run_batch(struct request_context *context, struct pending *pending, size_t first) {
    const struct route *route = context->route;
    for (size_t i = first; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        if (step->batch_leader != first)
            continue;
        if (step->kind == STEP_LET)
            assign(context, step);
        else if (step->kind == STEP_CALL && !build(context, step, &pending[i]))
            return false;
    }
    if (!nothing_missing(context))
        return false;
    perform(context, pending, first);
    return true;
}

static bool finish_call(struct request_context *context, const struct step *step,
                        const struct pending *pending) {
    struct value *slot = &context->evaluation.slots[step->slot];
    if (!pending->made)
        return true;
    if (!step->each)
        return call_finish(context, step, pending->calls, slot);
    struct value *results = arena_allocate_array(context->arena, pending->count, sizeof *results);
    struct value list = expression_evaluate(&context->evaluation, step->each);
    size_t count = 0;
    for (size_t i = 0; i < pending->count; i++) {
        /* A `catch` may speak of the item. */
        context->evaluation.current = value_item(context->arena, list, i);
        if (!call_finish(context, step, &pending->calls[i], &results[count]))
            return false;
        count += !value_is_missing(results[count]);
    }
    context->evaluation.current = value_missing();
    *slot = value_array(results, count);
    return true;
}

static bool run_step(struct request_context *context, struct pending *pending, size_t index) {
    const struct step *step = &context->route->steps[index];
    if (step->kind == STEP_LET) {
        if (step->batch_leader == index)
            assign(context, step);
        return true;
    }
    if (step->kind == STEP_REQUIRE) {
        bool good = !holds(context, step->when) || holds(context, step->condition);
        /* A condition that could not be decided says nothing about the request. */
        return nothing_missing(context) && (good || context_fail_with(context, step->otherwise));
    }
    if (step->batch_leader == index && !run_batch(context, pending, index))
        return false;
    return finish_call(context, step, &pending[index]);
}

static bool run_steps(struct request_context *context, size_t begin, size_t end) {
    if (begin == end)
        return true;
    struct pending *pending =
        arena_allocate_array(context->arena, context->route->step_count, sizeof *pending);
    for (size_t i = begin; i < end; i++)
        if (!run_step(context, pending, i) || !nothing_missing(context))
            return false;
    return true;
}

bool steps_run_leading(struct request_context *context) {
    return run_steps(context, 0, context->route->leading_count);
}

bool steps_run(struct request_context *context) {
    const struct route *route = context->route;
    return run_steps(context, route->leading_count, route->step_count);
}
