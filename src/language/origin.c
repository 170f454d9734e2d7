#include "language/origin.h"

#include "language/functions.h"

static const struct shape *find_local(const struct shape *shape, size_t slot) {
    const struct shape *found = NULL;
    for (size_t i = 0; !found && shape->kind == SHAPE_ARRAY && i < shape->count; i++)
        found = find_local(shape->items[i], slot);
    for (size_t i = 0; !found && shape->kind == SHAPE_OBJECT && i < shape->count; i++) {
        const struct shape_entry *entry = &shape->entries[i];
        bool is = entry->kind == SHAPE_LOCAL && entry->slot == slot;
        found = is ? entry->value : find_local(entry->value, slot);
    }
    return found;
}

static origin_set origins_of_slot(const origin_set *slots, const struct evaluation_frame *frame,
                                  size_t slot) {
    while (frame && !frame->mapper)
        frame = frame->outer;
    if (!frame)
        return slots ? slots[slot] : ORIGIN_UPSTREAM;
    if (slot >= frame->mapper->parameter_count) {
        const struct shape *local = find_local(frame->mapper->body, slot);
        return local ? origins_of_shape(slots, frame, local) : 0;
    }
    return frame->arguments ? origins_of_expression(slots, frame->outer, frame->arguments[slot])
                            : ORIGIN_UPSTREAM;
}

origin_set origins_of_expression(const origin_set *slots, const struct evaluation_frame *frame,
                                 const struct expression *expression) {
    if (!expression)
        return 0;
    if (expression->kind == EXPRESSION_SLOT)
        return origins_of_slot(slots, frame, expression->index);
    if (expression->kind == EXPRESSION_CURRENT)
        return frame && frame->input ? origins_of_expression(slots, frame->outer, frame->input)
                                     : ORIGIN_UPSTREAM;
    origin_set found = origins_of_expression(slots, frame, expression->left) |
                       origins_of_expression(slots, frame, expression->right);
    struct evaluation_frame item = {.outer = frame, .input = expression->left};
    for (size_t i = 0; i < expression->argument_count; i++)
        found |= origins_of_expression(
            slots, function_argument_is_of_item(expression_function(expression), i) ? &item : frame,
            expression->arguments[i]);
    return found;
}

origin_set origins_of_shape(const origin_set *slots, const struct evaluation_frame *frame,
                            const struct shape *shape) {
    if (shape->kind == SHAPE_EXPRESSION)
        return origins_of_expression(slots, frame, shape->expression);
    origin_set found = 0;
    for (size_t i = 0; i < shape->count; i++)
        found |= origins_of_shape(
            slots, frame, shape->kind == SHAPE_ARRAY ? shape->items[i] : shape->entries[i].value);
    return found;
}
