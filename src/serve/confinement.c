#include "serve/confinement.h"

/* An answer that is being filtered. */
struct reduction {
    struct request_context *context;
    const struct step *step;
    /* Whether the condition does not hold for an object outside of a list. */
    bool refused;
};

static bool holds(const struct reduction *reduction, const struct confinement *only,
                  struct value object) {
    const struct evaluation_frame frame = {0};
    struct evaluation evaluation = reduction->context->evaluation;
    evaluation.current = object;
    evaluation.frame = &frame;
    evaluation.needs_operands = true;
    struct value value;
    return expression_evaluate(&evaluation, only->condition, &value) && value_is_true(value);
}

static void log_removed(const struct reduction *reduction, const struct confinement *only,
                        size_t removed, size_t count) {
    const struct request_context *context = reduction->context;
    if (removed)
        log_write(context->log, LOG_LEVEL_ERROR,
                  "request %.*s: call %.*s: %zu of %zu objects%s%.*s do not satisfy `only`",
                  TEXT_ARGUMENT(context->record->id), TEXT_ARGUMENT(reduction->step->name), removed,
                  count, only->member.size ? " of " : "", TEXT_ARGUMENT(only->member));
}

static struct value reduce_list(const struct reduction *reduction, const struct confinement *only,
                                struct value list) {
    struct arena *arena = reduction->context->arena;
    struct value *kept = arena_allocate_array(arena, list.size, sizeof *kept);
    size_t count = 0;
    for (uint32_t i = 0; i < list.size; i++) {
        struct value item = value_item(arena, list, i);
        if (holds(reduction, only, item))
            kept[count++] = item;
    }
    log_removed(reduction, only, list.size - count, list.size);
    return value_array(kept, count);
}

static struct value reduce(struct reduction *reduction, const struct confinement *only,
                           struct value value) {
    if (value.type == VALUE_ARRAY)
        return reduce_list(reduction, only, value);
    if (value_is_missing(value) || holds(reduction, only, value))
        return value;
    log_removed(reduction, only, 1, 1);
    reduction->refused = true;
    return value_missing();
}

static const struct confinement *find(const struct step *step, struct text member) {
    for (size_t i = 0; i < step->only_count; i++)
        if (text_equal(step->only[i].member, member))
            return &step->only[i];
    return NULL;
}

static struct value reduce_members(struct reduction *reduction, struct value object) {
    struct arena *arena = reduction->context->arena;
    const struct member *members = value_members(arena, object);
    struct member *kept = arena_allocate_array(arena, object.size, sizeof *kept);
    size_t count = 0;
    for (uint32_t i = 0; i < object.size; i++) {
        const struct confinement *only = find(reduction->step, members[i].name);
        if (only)
            kept[count++] =
                (struct member){members[i].name, reduce(reduction, only, members[i].value)};
        else if (members[i].value.type == VALUE_NUMBER)
            kept[count++] = members[i];
    }
    return value_object(kept, count);
}

bool confinement_apply(struct request_context *context, const struct step *step,
                       struct value *answer) {
    struct reduction reduction = {.context = context, .step = step};
    if (!step->only_count)
        return true;
    const struct confinement *whole = find(step, (struct text){"", 0});
    if (whole)
        *answer = reduce(&reduction, whole, *answer);
    else if (answer->type == VALUE_OBJECT)
        *answer = reduce_members(&reduction, *answer);
    else
        *answer = value_missing();
    return !reduction.refused;
}
