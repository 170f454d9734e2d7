#include "language/evaluate.h"

#include <string.h>

#include "language/functions.h"
#include "language/order.h"

/* Expressions: a function for each kind. */

typedef struct value evaluate_kind(struct evaluation *, const struct expression *);

static evaluate_kind evaluate_literal, evaluate_current, evaluate_slot, evaluate_member,
    evaluate_item, evaluate_function, evaluate_mapper, evaluate_lookup, evaluate_array,
    evaluate_text, evaluate_fallback, evaluate_comparison, evaluate_not, evaluate_and, evaluate_or;

static evaluate_kind *const by_kind[] = {
    [EXPRESSION_LITERAL] = evaluate_literal,
    [EXPRESSION_CURRENT] = evaluate_current,
    [EXPRESSION_SLOT] = evaluate_slot,
    [EXPRESSION_MEMBER] = evaluate_member,
    [EXPRESSION_ITEM] = evaluate_item,
    [EXPRESSION_FUNCTION] = evaluate_function,
    [EXPRESSION_MAPPER] = evaluate_mapper,
    [EXPRESSION_LOOKUP] = evaluate_lookup,
    [EXPRESSION_ARRAY] = evaluate_array,
    [EXPRESSION_TEXT] = evaluate_text,
    [EXPRESSION_FALLBACK] = evaluate_fallback,
    [EXPRESSION_COMPARISON] = evaluate_comparison,
    [EXPRESSION_NOT] = evaluate_not,
    [EXPRESSION_AND] = evaluate_and,
    [EXPRESSION_OR] = evaluate_or,
};

static inline struct value value_of_expression(struct evaluation *evaluation,
                                               const struct expression *expression) {
    return by_kind[expression->kind](evaluation, expression);
}

static struct value value_of_composed_shape(struct evaluation *evaluation,
                                            const struct shape *shape);

/* Most shapes are expressions. */
static inline struct value value_of_shape(struct evaluation *evaluation,
                                          const struct shape *shape) {
    return shape->kind == SHAPE_EXPRESSION ? value_of_expression(evaluation, shape->expression)
                                           : value_of_composed_shape(evaluation, shape);
}

static struct value evaluate_literal(struct evaluation *evaluation,
                                     const struct expression *literal) {
    (void)evaluation;
    return literal->literal;
}

static struct value evaluate_current(struct evaluation *evaluation,
                                     const struct expression *current) {
    (void)current;
    return evaluation->current;
}

static struct value evaluate_slot(struct evaluation *evaluation, const struct expression *slot) {
    return evaluation->slots[slot->index];
}

/*
 * Whether the member has the path's name. Equal names have the same bytes in memory, mostly; names
 * that are a part of others begin at the same byte, so that the size counts, too.
 */
static inline bool has_kept_name(const struct member *member, const struct expression *path) {
    return member->name.data == path->name.data && member->name.size == path->name.size;
}

/* Finds a member elsewhere than where it was last, and notes where it is. */
OUT_OF_LINE static struct value search_member(struct evaluation *evaluation, struct value object,
                                              const struct expression *path) {
    bool walked = object.type == VALUE_OBJECT && !object.parsed && !object.wide;
    for (uint32_t i = 0; walked && i < object.size; i++) {
        if (has_kept_name(&object.members[i], path)) {
            *path->place = i;
            return object.members[i].value;
        }
    }
    return value_member(evaluation->arena, object, path->name);
}

/* Mostly, the objects of a list have their members in the same order. */
static inline struct value member_of(struct evaluation *evaluation, struct value object,
                                     const struct expression *path) {
    uint32_t place = *path->place;
    if (object.type == VALUE_OBJECT && !object.parsed && place < object.size &&
        has_kept_name(&object.members[place], path))
        return object.members[place].value;
    return search_member(evaluation, object, path);
}

OUT_OF_LINE static struct value member_of_expression(struct evaluation *evaluation,
                                                     const struct expression *path) {
    return member_of(evaluation, value_of_expression(evaluation, path->left), path);
}

/* Most paths begin with `.` or a name. */
static struct value evaluate_member(struct evaluation *evaluation, const struct expression *path) {
    const struct expression *base = path->left;
    if (base->kind == EXPRESSION_CURRENT)
        return member_of(evaluation, evaluation->current, path);
    if (base->kind == EXPRESSION_SLOT)
        return member_of(evaluation, evaluation->slots[base->index], path);
    return member_of_expression(evaluation, path);
}

static struct value evaluate_item(struct evaluation *evaluation, const struct expression *path) {
    return value_item(evaluation->arena, value_of_expression(evaluation, path->left), path->index);
}

/*
 * The input of `when` may only be valid to evaluate if the condition holds, so the condition comes
 * first.
 */
static struct value evaluate_function(struct evaluation *evaluation,
                                      const struct expression *call) {
    const struct function *function = call->function;
    if (function->usage == USAGE_IF && !value_is_true(expression_argument(evaluation, call, 0)))
        return value_missing();
    struct value input = value_of_expression(evaluation, call->left);
    if (value_is_missing(input) && !function->takes_missing)
        return value_missing();
    return function->run(evaluation, call, input);
}

/* The names of most mappers are on the stack. */
enum { FEW_SLOTS = 4 };

static struct value evaluate_mapper(struct evaluation *evaluation, const struct expression *call) {
    struct value input = value_of_expression(evaluation, call->left);
    if (value_is_missing(input))
        return value_missing();
    const struct mapper *mapper = call->mapper;
    struct value few[FEW_SLOTS];
    struct value *slots = few;
    if (mapper->slot_count > FEW_SLOTS)
        slots = arena_allocate_unset(evaluation->arena, mapper->slot_count, sizeof *slots);
    /* Locals have no argument: they are missing at first. */
    for (size_t i = 0; i < mapper->slot_count; i++)
        slots[i] = expression_argument(evaluation, call, i);
    struct evaluation_frame frame = {.outer = evaluation->frame,
                                     .input = call->left,
                                     .mapper = mapper,
                                     .arguments = call->arguments};
    struct value outer = evaluation->current;
    struct value *outer_slots = evaluation->slots;
    evaluation->current = input;
    evaluation->frame = &frame;
    evaluation->slots = slots;
    struct value result = value_of_shape(evaluation, mapper->body);
    evaluation->current = outer;
    evaluation->frame = frame.outer;
    evaluation->slots = outer_slots;
    return result;
}

static struct value evaluate_lookup(struct evaluation *evaluation, const struct expression *call) {
    struct value input = value_of_expression(evaluation, call->left);
    if (value_is_missing(input))
        return value_missing();
    const struct lookup *lookup = call->lookup;
    size_t entry = lookup_entry(lookup, input);
    return entry < lookup->count ? lookup->entries[entry].value : lookup->otherwise;
}

static struct value evaluate_array(struct evaluation *evaluation, const struct expression *array) {
    struct value *items =
        arena_allocate_unset(evaluation->arena, array->argument_count, sizeof *items);
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
        arena_allocate_unset(evaluation->arena, text->argument_count, sizeof *parts);
    size_t size = 0;
    for (size_t i = 0; i < text->argument_count; i++) {
        if (!value_scalar_text(expression_argument(evaluation, text, i), &parts[i]))
            return value_missing();
        size += parts[i].size;
    }
    if (function_is_too_large(evaluation, text, size))
        return value_missing();
    char *joined = arena_allocate_unset(evaluation->arena, size + 1, 1);
    char *end = joined;
    for (size_t i = 0; i < text->argument_count; i++)
        if (parts[i].size)
            end = mempcpy(end, parts[i].data, parts[i].size);
    *end = '\0';
    return value_string((struct text){joined, size});
}

static struct value evaluate_fallback(struct evaluation *evaluation,
                                      const struct expression *fallback) {
    struct value left = value_of_expression(evaluation, fallback->left);
    return value_is_missing(left) ? value_of_expression(evaluation, fallback->right) : left;
}

/* Conditions. */

static void check_operand(struct evaluation *evaluation, const struct expression *operand,
                          struct value value, bool with_null) {
    bool known = with_null ? operand->kind == EXPRESSION_LITERAL || value.type != VALUE_MISSING
                           : !value_is_missing(value);
    if (!known && !evaluation->failure.source.size)
        evaluation->failure = (struct evaluation_failure){
            .source = operand->source.size ? operand->source : text_of("a value")};
}

static inline struct value value_of_operand(struct evaluation *evaluation,
                                            const struct expression *operand, bool with_null) {
    struct value value = value_of_expression(evaluation, operand);
    if (evaluation->needs_operands)
        check_operand(evaluation, operand, value, with_null);
    return value;
}

static inline bool is_true(struct evaluation *evaluation, const struct expression *operand) {
    return value_is_true(value_of_operand(evaluation, operand, false));
}

/* Two values that are both missing are not considered equal, unless one is the literal `null`. */
static bool equal(const struct expression *comparison, struct value left, struct value right) {
    bool missing = value_is_missing(left) || value_is_missing(right);
    return (!missing || comparison->with_null) && value_equal(left, right);
}

static bool compare(const struct expression *comparison, struct value left, struct value right) {
    if (comparison->comparison == COMPARISON_EQUAL)
        return equal(comparison, left, right);
    if (comparison->comparison == COMPARISON_UNEQUAL)
        return !equal(comparison, left, right);
    int order;
    if (!value_order(left, right, &order))
        return false;
    switch (comparison->comparison) {
    case COMPARISON_LESS:
        return order < 0;
    case COMPARISON_AT_MOST:
        return order <= 0;
    case COMPARISON_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

static struct value evaluate_comparison(struct evaluation *evaluation,
                                        const struct expression *comparison) {
    bool with_null = comparison->with_null;
    struct value left = value_of_operand(evaluation, comparison->left, with_null);
    struct value right = value_of_operand(evaluation, comparison->right, with_null);
    return value_boolean(compare(comparison, left, right));
}

static struct value evaluate_not(struct evaluation *evaluation, const struct expression *negation) {
    return value_boolean(!is_true(evaluation, negation->left));
}

static struct value evaluate_and(struct evaluation *evaluation, const struct expression *both) {
    return value_boolean(is_true(evaluation, both->left) && is_true(evaluation, both->right));
}

static struct value evaluate_or(struct evaluation *evaluation, const struct expression *either) {
    return value_boolean(is_true(evaluation, either->left) || is_true(evaluation, either->right));
}

/* For the functions. */

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
    if (!value_is_missing(value))
        return true;
    return value.type == VALUE_NULL && evaluation->keeps_nulls && shape_is_constant(shape);
}

static struct value evaluate_shape_array(struct evaluation *evaluation, const struct shape *shape) {
    struct value *items = arena_allocate_unset(evaluation->arena, shape->count, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < shape->count; i++) {
        struct value item = value_of_shape(evaluation, shape->items[i]);
        if (is_kept(evaluation, shape->items[i], item))
            items[count++] = item;
    }
    return value_array(items, count);
}

static struct value evaluate_object(struct evaluation *evaluation, const struct shape *shape) {
    struct member *members = arena_allocate_unset(evaluation->arena, shape->count, sizeof *members);
    struct member *next = members;
    const struct shape_entry *end = shape->entries + shape->count;
    for (const struct shape_entry *entry = shape->entries; entry < end; entry++) {
        struct value value = value_of_shape(evaluation, entry->value);
        if (entry->kind == SHAPE_LOCAL)
            evaluation->slots[entry->slot] = value;
        else if (is_kept(evaluation, entry->value, value))
            *next++ = (struct member){entry->name, value};
    }
    return next > members ? value_object(members, (size_t)(next - members)) : value_missing();
}

/* An object with spreads under construction, with room for all members it can have. */
struct builder {
    struct member *members;
    size_t count;
    size_t capacity;
};

static void reserve(struct arena *arena, struct builder *builder, size_t more) {
    if (builder->count + more <= builder->capacity)
        return;
    size_t capacity = builder->count + more;
    if (capacity < 2 * builder->capacity)
        capacity = 2 * builder->capacity;
    struct member *grown = arena_allocate_unset(arena, capacity, sizeof *grown);
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
            builder->members[builder->count++] = members[i];
}

/* A spread list contributes each of its objects in turn. */
static void spread(struct evaluation *evaluation, struct builder *builder, struct value value,
                   size_t still_to_come) {
    if (value.type != VALUE_ARRAY)
        spread_object(evaluation, builder, value, still_to_come);
    for (uint32_t i = 0; value.type == VALUE_ARRAY && i < value.size; i++)
        spread_object(evaluation, builder, value_item(evaluation->arena, value, i), still_to_come);
}

OUT_OF_LINE static struct value evaluate_object_with_spreads(struct evaluation *evaluation,
                                                             const struct shape *shape) {
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
            builder.members[builder.count++] = (struct member){entry->name, value};
    }
    /* If a name occurs more than once, the last member applies. */
    size_t count = order_merge_members(evaluation->arena, builder.members, builder.count);
    return count ? value_object(builder.members, count) : value_missing();
}

static struct value value_of_composed_shape(struct evaluation *evaluation,
                                            const struct shape *shape) {
    if (shape->kind == SHAPE_ARRAY)
        return evaluate_shape_array(evaluation, shape);
    return shape->spreads ? evaluate_object_with_spreads(evaluation, shape)
                          : evaluate_object(evaluation, shape);
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
