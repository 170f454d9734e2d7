#include "language/walk.h"

static bool walk_node(const struct expression *expression, expression_visit *visit, void *context,
                      size_t depth) {
    if (!expression)
        return true;
    if (!visit(context, expression, depth) ||
        !walk_node(expression->left, visit, context, depth + 1) ||
        !walk_node(expression->right, visit, context, depth + 1))
        return false;
    for (size_t i = 0; i < expression->argument_count; i++)
        if (!walk_node(expression->arguments[i], visit, context, depth + 1))
            return false;
    return true;
}

static bool walk_part(const struct shape *shape, expression_visit *visit, void *context,
                      size_t depth) {
    if (!shape)
        return true;
    if (shape->kind == SHAPE_EXPRESSION)
        return walk_node(shape->expression, visit, context, depth + 1);
    for (size_t i = 0; i < shape->count; i++)
        if (!walk_part(shape->kind == SHAPE_ARRAY ? shape->items[i] : shape->entries[i].value,
                       visit, context, depth + 1))
            return false;
    return true;
}

bool walk_expression(const struct expression *expression, expression_visit *visit, void *context) {
    return walk_node(expression, visit, context, 0);
}

bool walk_shape(const struct shape *shape, expression_visit *visit, void *context) {
    return walk_part(shape, visit, context, 0);
}

bool walk_template(const struct template *template, expression_visit *visit, void *context) {
    for (const struct template_part *part = template ? template->parts : NULL; part;
         part = part->next)
        if (!walk_node(part->expression, visit, context, 0))
            return false;
    return true;
}

bool reads_no_slot_of(void *slots, const struct expression *expression, size_t depth) {
    (void)depth;
    const bool *set = slots;
    return expression->kind != EXPRESSION_SLOT || !set[expression->index];
}
