#include "serve/steps.h"

#include "serve/batch.h"
#include "serve/call.h"
#include "serve/observer.h"

/* A running call step: its request, or its requests with `each`. */
struct pending {
    /* False: its condition did not hold. */
    bool made;
    /* With `each`: the list. */
    struct value items;
    struct upstream_call *calls;
    size_t count;
};

static void observe_step(const struct request_context *context, enum observed what,
                         const struct step *step) {
    observe(context, &(struct observation){.what = what, .step = step});
}

static struct failure *assign(struct request_context *context, const struct step *step) {
    bool made;
    observe_step(context, OBSERVED_STEP, step);
    struct failure *failure = context_decide(context, step->when, &made);
    for (size_t i = 0; !failure && i < step->name_count; i++) {
        struct value *slot = &context->evaluation.slots[step->names[i].slot];
        *slot = value_missing();
        if (made)
            failure = context_evaluate_shape(context, step->names[i].shape, slot);
    }
    if (!failure && made)
        observe_step(context, OBSERVED_NAMES, step);
    return failure;
}

/* The value of `.` while the calls of a step with `each` are built and finished. */
static void enter_item(struct request_context *context, const struct evaluation_frame *frame,
                       struct value items, size_t index) {
    context->evaluation.current = value_item(context->arena, items, index);
    context->evaluation.frame = frame;
}

static void leave_items(struct request_context *context) {
    context->evaluation.current = value_missing();
    context->evaluation.frame = NULL;
}

/* Limits the number of calls, because the caller may control the number of items. */
static struct failure *check_limit(struct request_context *context, const struct step *step,
                                   size_t count) {
    if (count <= step->limit)
        return NULL;
    origin_set origins = origins_of_expression(context->route->slot_origins, NULL, step->each);
    int status = origins & ORIGIN_UPSTREAM ? 502 : origins ? 400 : 500;
    return failure_logged(context, status,
                          text_format(context->arena,
                                      "There are too many items: %zu, where at most %zu are "
                                      "accepted",
                                      count, step->limit),
                          "call %.*s: %zu items in `each`, where its limit is %zu",
                          TEXT_ARGUMENT(step->name), count, step->limit);
}

static struct failure *build_each(struct request_context *context, const struct step *step,
                                  struct pending *pending) {
    const struct evaluation_frame frame = {.input = step->each};
    struct failure *failure = context_evaluate(context, step->each, &pending->items);
    size_t count = pending->items.type == VALUE_ARRAY ? pending->items.size : 0;
    if (!failure)
        failure = check_limit(context, step, count);
    pending->calls = arena_allocate_unset(context->arena, count, sizeof *pending->calls);
    while (!failure && pending->count < count) {
        enter_item(context, &frame, pending->items, pending->count);
        failure = call_build(context, step, &pending->calls[pending->count++]);
    }
    leave_items(context);
    if (!failure && !count)
        observe_step(context, OBSERVED_NO_ITEMS, step);
    return failure;
}

static struct failure *build(struct request_context *context, const struct step *step,
                             struct pending *pending) {
    observe_step(context, OBSERVED_STEP, step);
    struct failure *failure = context_decide(context, step->when, &pending->made);
    if (!failure && !pending->made)
        observe_step(context, OBSERVED_SKIPPED, step);
    if (failure || !pending->made)
        return failure;
    if (step->each)
        return build_each(context, step, pending);
    pending->calls = arena_allocate_unset(context->arena, 1, sizeof *pending->calls);
    pending->count = 1;
    return call_build(context, step, pending->calls);
}

static void perform(struct request_context *context, const struct pending *pending, size_t first) {
    const struct route *route = context->route;
    size_t count = 0;
    for (size_t i = first; i < route->step_count; i++)
        if (route->steps[i].batch_leader == first)
            count += pending[i].count;
    if (!count)
        return;
    struct batch_call *calls = arena_allocate_unset(context->arena, count, sizeof *calls);
    count = 0;
    for (size_t i = first; i < route->step_count; i++)
        for (size_t j = 0; route->steps[i].batch_leader == first && j < pending[i].count; j++)
            calls[count++] = (struct batch_call){&route->steps[i], &pending[i].calls[j]};
    batch_perform(context, calls, count);
}

/* Builds and makes all calls of the batch of step `first`; none if one of them cannot be built. */
static struct failure *run_batch(struct request_context *context, struct pending *pending,
                                 size_t first) {
    const struct route *route = context->route;
    struct failure *failure = NULL;
    for (size_t i = first; !failure && i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        if (step->batch_leader != first)
            continue;
        if (step->kind == STEP_LET)
            failure = assign(context, step);
        else if (step->kind == STEP_CALL)
            failure = build(context, step, &pending[i]);
    }
    if (!failure)
        perform(context, pending, first);
    return failure;
}

static struct failure *finish_each(struct request_context *context, const struct step *step,
                                   const struct pending *pending) {
    const struct evaluation_frame frame = {.input = step->each};
    struct value *results = arena_allocate_unset(context->arena, pending->count, sizeof *results);
    size_t count = 0;
    struct failure *failure = NULL;
    for (size_t i = 0; !failure && i < pending->count; i++) {
        /* A `catch` may refer to the item. */
        enter_item(context, &frame, pending->items, i);
        failure = call_finish(context, step, &pending->calls[i], &results[count]);
        count += !value_is_missing(results[count]);
    }
    leave_items(context);
    context->evaluation.slots[step->slot] = value_array(results, count);
    return failure;
}

static struct failure *finish_call(struct request_context *context, const struct step *step,
                                   const struct pending *pending) {
    if (!pending->made)
        return NULL;
    observe_step(context, OBSERVED_STEP, step);
    if (step->each)
        return finish_each(context, step, pending);
    return call_finish(context, step, pending->calls, &context->evaluation.slots[step->slot]);
}

static struct failure *require(struct request_context *context, const struct step *step) {
    bool applies, good = true;
    observe_step(context, OBSERVED_STEP, step);
    struct failure *failure = context_decide(context, step->when, &applies);
    if (!failure && applies)
        failure = context_decide(context, step->condition, &good);
    if (failure || good)
        return failure;
    observe_step(context, OBSERVED_REFUSAL, step);
    return failure_from_table(context, step->otherwise);
}

static struct failure *run_step(struct request_context *context, struct pending *pending,
                                size_t index) {
    const struct step *step = &context->route->steps[index];
    bool leads = step->batch_leader == index;
    if (step->kind == STEP_LET)
        return leads ? assign(context, step) : NULL;
    if (step->kind == STEP_REQUIRE)
        return require(context, step);
    struct failure *failure = leads ? run_batch(context, pending, index) : NULL;
    return failure ? failure : finish_call(context, step, &pending[index]);
}

static struct failure *run_steps(struct request_context *context, size_t begin, size_t end) {
    struct pending *pending =
        arena_allocate_array(context->arena, context->route->step_count, sizeof *pending);
    struct failure *failure = NULL;
    for (size_t i = begin; !failure && i < end; i++)
        failure = run_step(context, pending, i);
    return failure;
}

struct failure *steps_run_leading(struct request_context *context) {
    return run_steps(context, 0, context->route->leading_count);
}

struct failure *steps_run(struct request_context *context) {
    const struct route *route = context->route;
    return run_steps(context, route->leading_count, route->step_count);
}
