#include "language/expression.h"

#include "language/functions.h"
#include "language/mapper.h"

static struct value compare(const struct expression *expression, struct value left,
                            struct value right) {
    if (expression->comparison == COMPARISON_EQUAL)
        return value_boolean(value_equal(left, right));
    if (expression->comparison == COMPARISON_UNEQUAL)
        return value_boolean(!value_equal(left, right));
    int order;
    if (!value_order(left, right, &order))
        return value_boolean(false);
    switch (expression->comparison) {
    case COMPARISON_LESS:
        return value_boolean(order < 0);
    case COMPARISON_AT_MOST:
        return value_boolean(order <= 0);
    case COMPARISON_GREATER:
        return value_boolean(order > 0);
    default:
        return value_boolean(order >= 0);
    }
}

static struct value apply_mapper(struct evaluation *evaluation, const struct expression *call,
                                 struct value input) {
    struct value *arguments =
        arena_allocate_array(evaluation->arena, call->argument_count, sizeof *arguments);
    for (size_t i = 0; i < call->argument_count; i++)
        arguments[i] = expression_argument(evaluation, call, i);
    return mapper_apply(evaluation, call->mapper, input, arguments);
}

static struct value evaluate_call(struct evaluation *evaluation,
                                  const struct expression *expression) {
    struct value input = expression_evaluate(evaluation, expression->left);
    if (expression->kind == EXPRESSION_FUNCTION && expression->function->takes_missing)
        return expression->function->run(evaluation, expression, input);
    if (value_is_missing(input))
        return value_missing();
    if (expression->kind == EXPRESSION_MAPPER)
        return apply_mapper(evaluation, expression, input);
    if (expression->kind == EXPRESSION_LOOKUP)
        return lookup_apply(expression->lookup, input);
    return expression->function->run(evaluation, expression, input);
}

static struct value evaluate_array(struct evaluation *evaluation, const struct expression *array) {
    struct value *items =
        arena_allocate_array(evaluation->arena, array->argument_count, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < array->argument_count; i++) {
        struct value item = expression_argument(evaluation, array, i);
        if (!value_is_missing(item))
            items[count++] = item;
    }
    return value_array(items, count);
}

struct value expression_evaluate(struct evaluation *evaluation,
                                 const struct expression *expression) {
    switch (expression->kind) {
    case EXPRESSION_LITERAL:
        return expression->literal;
    case EXPRESSION_CURRENT:
        return evaluation->current;
    case EXPRESSION_SLOT:
        return evaluation->slots[expression->index];
    case EXPRESSION_MEMBER:
        return value_member(evaluation->arena, expression_evaluate(evaluation, expression->left),
                            expression->name);
    case EXPRESSION_ITEM:
        return value_item(evaluation->arena, expression_evaluate(evaluation, expression->left),
                          expression->index);
    case EXPRESSION_FUNCTION:
    case EXPRESSION_MAPPER:
    case EXPRESSION_LOOKUP:
        return evaluate_call(evaluation, expression);
    case EXPRESSION_ARRAY:
        return evaluate_array(evaluation, expression);
    case EXPRESSION_FALLBACK: {
        struct value left = expression_evaluate(evaluation, expression->left);
        return value_is_missing(left) ? expression_evaluate(evaluation, expression->right) : left;
    }
    case EXPRESSION_COMPARISON: {
        struct value left = expression_evaluate(evaluation, expression->left);
        return compare(expression, left, expression_evaluate(evaluation, expression->right));
    }
    case EXPRESSION_NOT:
        return value_boolean(!value_is_true(expression_evaluate(evaluation, expression->left)));
    case EXPRESSION_AND:
        if (!value_is_true(expression_evaluate(evaluation, expression->left)))
            return value_boolean(false);
        return value_boolean(value_is_true(expression_evaluate(evaluation, expression->right)));
    case EXPRESSION_OR:
        if (value_is_true(expression_evaluate(evaluation, expression->left)))
            return value_boolean(true);
        return value_boolean(value_is_true(expression_evaluate(evaluation, expression->right)));
    }
    return value_missing();
}

bool expression_keeps(const struct evaluation *evaluation, struct value value) {
    return !value_is_missing(value) || (evaluation->keeps_nulls && value.type == VALUE_NULL);
}

struct value expression_argument(struct evaluation *evaluation, const struct expression *site,
                                 size_t index) {
    if (index >= site->argument_count)
        return value_missing();
    return expression_evaluate(evaluation, site->arguments[index]);
}

struct value expression_argument_on(struct evaluation *evaluation, const struct expression *site,
                                    size_t index, struct value item) {
    struct value outer = evaluation->current;
    evaluation->current = item;
    struct value result = expression_argument(evaluation, site, index);
    evaluation->current = outer;
    return result;
}
