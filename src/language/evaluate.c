#include "language/evaluate.h"

#include <string.h>

#include "language/functions.h"
#include "language/order.h"

static struct value value_of_operation(struct evaluation *evaluation,
                                       const struct expression *expression);
static struct value value_of_shape(struct evaluation *evaluation, const struct shape *shape);

/* Expressions. */

static inline bool is_at_hand(const struct expression *expression) {
    return expression->kind == EXPRESSION_LITERAL || expression->kind == EXPRESSION_CURRENT ||
           expression->kind == EXPRESSION_SLOT;
}

static inline struct value value_at_hand(const struct evaluation *evaluation,
                                         const struct expression *expression) {
    if (expression->kind == EXPRESSION_SLOT)
        return evaluation->slots[expression->index];
    return expression->kind == EXPRESSION_CURRENT ? evaluation->current : expression->literal;
}

/* Most expressions are a value at hand, or a member of one: they are kept out of the recursion. */
static inline struct value value_of_expression(struct evaluation *evaluation,
                                               const struct expression *expression) {
    if (is_at_hand(expression))
        return value_at_hand(evaluation, expression);
    if (expression->kind == EXPRESSION_MEMBER && is_at_hand(expression->left))
        return value_member(evaluation->arena, value_at_hand(evaluation, expression->left),
                            expression->name);
    return value_of_operation(evaluation, expression);
}

/* Two values that are both missing are not considered equal, unless one is the literal `null`. */
static bool equal(const struct expression *expression, struct value left, struct value right) {
    bool missing = value_is_missing(left) || value_is_missing(right);
    return (!missing || expression->with_null) && value_equal(left, right);
}

static struct value compare(const struct expression *expression, struct value left,
                            struct value right) {
    if (expression->comparison == COMPARISON_EQUAL)
        return value_boolean(equal(expression, left, right));
    if (expression->comparison == COMPARISON_UNEQUAL)
        return value_boolean(!equal(expression, left, right));
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
    const struct mapper *mapper = call->mapper;
    struct value *slots =
        arena_allocate_array(evaluation->arena, mapper->slot_count, sizeof *slots);
    for (size_t i = 0; i < mapper->parameter_count; i++)
        slots[i] = expression_argument(evaluation, call, i);
    struct evaluation_frame frame = {.outer = evaluation->frame,
                                     .input = call->left,
                                     .mapper = mapper,
                                     .arguments = call->arguments};
    struct evaluation inner = *evaluation;
    inner.current = input;
    inner.frame = &frame;
    inner.slots = slots;
    struct value result = value_of_shape(&inner, mapper->body);
    evaluation->failure = inner.failure;
    return result;
}

static struct value lookup_apply(const struct lookup *lookup, struct value input) {
    size_t entry = lookup_entry(lookup, input);
    return entry < lookup->count ? lookup->entries[entry].value : lookup->otherwise;
}

/*
 * The input of `when` may only be valid to evaluate if the condition holds, so the condition comes
 * first.
 */
static bool is_decided_against(struct evaluation *evaluation, const struct expression *expression) {
    return expression->kind == EXPRESSION_FUNCTION && expression->function->usage == USAGE_IF &&
           !value_is_true(expression_argument(evaluation, expression, 0));
}

static struct value evaluate_call(struct evaluation *evaluation,
                                  const struct expression *expression) {
    if (is_decided_against(evaluation, expression))
        return value_missing();
    struct value input = value_of_expression(evaluation, expression->left);
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

/* If one part is missing, the whole string is missing. */
static struct value evaluate_text(struct evaluation *evaluation, const struct expression *text) {
    struct text *parts =
        arena_allocate_array(evaluation->arena, text->argument_count, sizeof *parts);
    size_t size = 0;
    for (size_t i = 0; i < text->argument_count; i++) {
        if (!value_scalar_text(expression_argument(evaluation, text, i), &parts[i]))
            return value_missing();
        size += parts[i].size;
    }
    if (function_is_too_large(evaluation, text, size))
        return value_missing();
    char *joined = arena_allocate(evaluation->arena, size + 1);
    char *end = joined;
    for (size_t i = 0; i < text->argument_count; i++)
        if (parts[i].size)
            end = mempcpy(end, parts[i].data, parts[i].size);
    return value_string((struct text){joined, size});
}

/* An operand of a condition. */
static struct value value_of_operand(struct evaluation *evaluation,
                                     const struct expression *operand, bool with_null) {
    struct value value = value_of_expression(evaluation, operand);
    bool known = with_null ? operand->kind == EXPRESSION_LITERAL || value.type != VALUE_MISSING
                           : !value_is_missing(value);
    if (!known && evaluation->needs_operands && !evaluation->failure.source.size)
        evaluation->failure = (struct evaluation_failure){
            .source = operand->source.size ? operand->source : text_of("a value")};
    return value;
}

static bool is_true(struct evaluation *evaluation, const struct expression *operand) {
    return value_is_true(value_of_operand(evaluation, operand, false));
}

static struct value value_of_operation(struct evaluation *evaluation,
                                       const struct expression *expression) {
    switch (expression->kind) {
    case EXPRESSION_LITERAL:
    case EXPRESSION_CURRENT:
    case EXPRESSION_SLOT:
        return value_at_hand(evaluation, expression);
    case EXPRESSION_MEMBER:
        return value_member(evaluation->arena, value_of_expression(evaluation, expression->left),
                            expression->name);
    case EXPRESSION_ITEM:
        return value_item(evaluation->arena, value_of_expression(evaluation, expression->left),
                          expression->index);
    case EXPRESSION_FUNCTION:
    case EXPRESSION_MAPPER:
    case EXPRESSION_LOOKUP:
        return evaluate_call(evaluation, expression);
    case EXPRESSION_ARRAY:
        return evaluate_array(evaluation, expression);
    case EXPRESSION_TEXT:
        return evaluate_text(evaluation, expression);
    case EXPRESSION_FALLBACK: {
        struct value left = value_of_expression(evaluation, expression->left);
        return value_is_missing(left) ? value_of_expression(evaluation, expression->right) : left;
    }
    case EXPRESSION_COMPARISON: {
        bool with_null = expression->with_null;
        struct value left = value_of_operand(evaluation, expression->left, with_null);
        return compare(expression, left,
                       value_of_operand(evaluation, expression->right, with_null));
    }
    case EXPRESSION_NOT:
        return value_boolean(!is_true(evaluation, expression->left));
    case EXPRESSION_AND:
        return value_boolean(is_true(evaluation, expression->left) &&
                             is_true(evaluation, expression->right));
    case EXPRESSION_OR:
        return value_boolean(is_true(evaluation, expression->left) ||
                             is_true(evaluation, expression->right));
    }
    return value_missing();
}

bool expression_keeps(const struct evaluation *evaluation, struct value value) {
    return !value_is_missing(value) || (evaluation->keeps_nulls && value.type == VALUE_NULL);
}

struct value expression_argument(struct evaluation *evaluation, const struct expression *call,
                                 size_t index) {
    if (index >= call->argument_count)
        return value_missing();
    return value_of_expression(evaluation, call->arguments[index]);
}

struct value expression_argument_on(struct evaluation *evaluation, const struct expression *call,
                                    size_t index, struct value item) {
    struct value outer = evaluation->current;
    struct evaluation_frame frame = {.outer = evaluation->frame, .input = call->left};
    evaluation->current = item;
    evaluation->frame = &frame;
    struct value result = expression_argument(evaluation, call, index);
    evaluation->current = outer;
    evaluation->frame = frame.outer;
    return result;
}

/* Shapes. */

/* Whether a value is kept in its list or object. */
static bool is_kept(const struct evaluation *evaluation, const struct shape *shape,
                    struct value value) {
    if (value.type == VALUE_NULL)
        return evaluation->keeps_nulls && shape_is_constant(shape);
    return value.type != VALUE_MISSING;
}

static struct value evaluate_shape_array(struct evaluation *evaluation, const struct shape *shape) {
    struct value *items = arena_allocate_array(evaluation->arena, shape->count, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < shape->count; i++) {
        struct value item = value_of_shape(evaluation, shape->items[i]);
        if (is_kept(evaluation, shape->items[i], item))
            items[count++] = item;
    }
    return value_array(items, count);
}

/* An object under construction, with room for all members it can have. */
struct builder {
    struct member *members;
    size_t count;
    size_t capacity;
};

static void put(struct builder *builder, struct text name, struct value value) {
    builder->members[builder->count++] = (struct member){name, value};
}

static void reserve(struct arena *arena, struct builder *builder, size_t more) {
    if (builder->count + more <= builder->capacity)
        return;
    size_t capacity = builder->count + more;
    if (capacity < 2 * builder->capacity)
        capacity = 2 * builder->capacity;
    struct member *grown = arena_allocate_array(arena, capacity, sizeof *grown);
    if (builder->count)
        memcpy(grown, builder->members, builder->count * sizeof *grown);
    builder->members = grown;
    builder->capacity = capacity;
}

static void spread_object(struct evaluation *evaluation, struct builder *builder,
                          struct value object, size_t still_to_come) {
    if (object.type != VALUE_OBJECT)
        return;
    const struct member *members = value_members(evaluation->arena, object);
    reserve(evaluation->arena, builder, object.size + still_to_come);
    for (uint32_t i = 0; i < object.size; i++)
        if (expression_keeps(evaluation, members[i].value))
            put(builder, members[i].name, members[i].value);
}

/* A spread list contributes each of its objects in turn. */
static void spread(struct evaluation *evaluation, struct builder *builder, struct value value,
                   size_t still_to_come) {
    if (value.type != VALUE_ARRAY)
        spread_object(evaluation, builder, value, still_to_come);
    for (uint32_t i = 0; value.type == VALUE_ARRAY && i < value.size; i++)
        spread_object(evaluation, builder, value_item(evaluation->arena, value, i), still_to_come);
}

static struct value evaluate_object(struct evaluation *evaluation, const struct shape *shape) {
    struct builder builder = {0};
    reserve(evaluation->arena, &builder, shape->count);
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_entry *entry = &shape->entries[i];
        struct value value = value_of_shape(evaluation, entry->value);
        if (entry->kind == SHAPE_LOCAL)
            evaluation->slots[entry->slot] = value;
        else if (entry->kind == SHAPE_SPREAD)
            spread(evaluation, &builder, value, shape->count - i);
        else if (is_kept(evaluation, entry->value, value))
            put(&builder, entry->name, value);
    }
    /* If a name occurs more than once, the last member applies. */
    if (shape->spreads)
        builder.count = order_merge_members(evaluation->arena, builder.members, builder.count);
    return builder.count ? value_object(builder.members, builder.count) : value_missing();
}

static struct value value_of_shape(struct evaluation *evaluation, const struct shape *shape) {
    if (shape->kind == SHAPE_EXPRESSION)
        return value_of_expression(evaluation, shape->expression);
    if (shape->kind == SHAPE_ARRAY)
        return evaluate_shape_array(evaluation, shape);
    return evaluate_object(evaluation, shape);
}

/* Entry points. */

static bool has_failed(const struct evaluation *evaluation) {
    return evaluation->failure.source.size > 0;
}

static void fail(struct evaluation *evaluation, const struct expression *call, struct text source,
                 bool too_large) {
    if (has_failed(evaluation))
        return;
    evaluation->failure = (struct evaluation_failure){
        .source = source.size ? source : text_of("a value"),
        .origins = origins_of_expression(evaluation->slot_origins, evaluation->frame, call->left),
        .too_large = too_large,
    };
}

void evaluation_fail_missing(struct evaluation *evaluation, const struct expression *call) {
    fail(evaluation, call, call->left->source, false);
}

void evaluation_fail_too_large(struct evaluation *evaluation, const struct expression *call) {
    fail(evaluation, call, call->source, true);
}

bool expression_evaluate(struct evaluation *evaluation, const struct expression *expression,
                         struct value *value) {
    evaluation->failure = (struct evaluation_failure){0};
    *value = value_of_expression(evaluation, expression);
    return !has_failed(evaluation);
}

bool shape_evaluate(struct evaluation *evaluation, const struct shape *shape, struct value *value) {
    evaluation->failure = (struct evaluation_failure){0};
    *value = value_of_shape(evaluation, shape);
    return !has_failed(evaluation);
}
