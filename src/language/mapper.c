#include "language/mapper.h"

#include <string.h>

/* Whether a value stays in its list or object. */
static bool is_kept(const struct evaluation *evaluation, const struct shape *shape,
                    struct value value) {
    if (value.type == VALUE_NULL)
        return evaluation->keeps_nulls && shape_is_constant(shape);
    return value.type != VALUE_MISSING;
}

static struct value evaluate_array(struct evaluation *evaluation, const struct shape *shape) {
    struct value *items = arena_allocate_array(evaluation->arena, shape->count, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < shape->count; i++) {
        struct value item = shape_evaluate(evaluation, shape->items[i]);
        if (is_kept(evaluation, shape->items[i], item))
            items[count++] = item;
    }
    return value_array(items, count);
}

/* An object under construction, with room for all members it can get. */
struct builder {
    struct member *members;
    size_t count;
    size_t capacity;
};

static void put(struct builder *builder, bool replaces, struct text name, struct value value) {
    for (size_t i = 0; replaces && i < builder->count; i++) {
        if (text_equal(builder->members[i].name, name)) {
            builder->members[i].value = value;
            return;
        }
    }
    builder->members[builder->count++] = (struct member){name, value};
}

static void reserve(struct arena *arena, struct builder *builder, size_t more) {
    if (builder->count + more <= builder->capacity)
        return;
    size_t capacity = builder->count + more;
    struct member *grown = arena_allocate_array(arena, capacity, sizeof *grown);
    if (builder->count)
        memcpy(grown, builder->members, builder->count * sizeof *grown);
    builder->members = grown;
    builder->capacity = capacity;
}

/* A list is spread object by object. */
static void spread(struct evaluation *evaluation, struct builder *builder, struct value object,
                   size_t still_to_come) {
    for (uint32_t i = 0; object.type == VALUE_ARRAY && i < object.size; i++)
        spread(evaluation, builder, value_item(evaluation->arena, object, i), still_to_come);
    if (object.type != VALUE_OBJECT)
        return;
    const struct member *members = value_members(evaluation->arena, object);
    reserve(evaluation->arena, builder, object.size + still_to_come);
    for (uint32_t i = 0; i < object.size; i++)
        if (expression_keeps(evaluation, members[i].value))
            put(builder, true, members[i].name, members[i].value);
}

static struct value evaluate_object(struct evaluation *evaluation, const struct shape *shape) {
    struct builder builder = {0};
    reserve(evaluation->arena, &builder, shape->count);
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_entry *entry = &shape->entries[i];
        struct value value = shape_evaluate(evaluation, entry->value);
        if (entry->kind == SHAPE_LOCAL)
            evaluation->slots[entry->slot] = value;
        else if (entry->kind == SHAPE_SPREAD)
            spread(evaluation, &builder, value, shape->count - i);
        else if (is_kept(evaluation, entry->value, value))
            put(&builder, shape->spreads, entry->name, value);
    }
    return builder.count ? value_object(builder.members, builder.count) : value_missing();
}

struct value shape_evaluate(struct evaluation *evaluation, const struct shape *shape) {
    if (shape->kind == SHAPE_EXPRESSION)
        return expression_evaluate(evaluation, shape->expression);
    if (shape->kind == SHAPE_ARRAY)
        return evaluate_array(evaluation, shape);
    return evaluate_object(evaluation, shape);
}

bool shape_is_constant(const struct shape *shape) {
    return shape->kind == SHAPE_EXPRESSION && shape->expression->kind == EXPRESSION_LITERAL;
}

struct mapper *mapper_find(const struct definitions *definitions, struct text name) {
    for (size_t i = 0; i < definitions->mapper_count; i++)
        if (text_equal(definitions->mappers[i].name, name))
            return &definitions->mappers[i];
    return NULL;
}

const struct lookup *lookup_find(const struct definitions *definitions, struct text name) {
    for (size_t i = 0; i < definitions->lookup_count; i++)
        if (text_equal(definitions->lookups[i].name, name))
            return &definitions->lookups[i];
    return NULL;
}

struct value mapper_apply(struct evaluation *evaluation, const struct mapper *mapper,
                          struct value input, const struct value *arguments) {
    struct evaluation inner = *evaluation;
    inner.current = input;
    inner.slots = arena_allocate_array(evaluation->arena, mapper->slot_count, sizeof *inner.slots);
    for (size_t i = 0; i < mapper->parameter_count; i++)
        inner.slots[i] = arguments[i];
    struct value result = shape_evaluate(&inner, mapper->body);
    evaluation->missing_required = inner.missing_required;
    return result;
}

struct value lookup_apply(const struct lookup *lookup, struct value input) {
    struct text key = value_text(input);
    if (input.type == VALUE_BOOLEAN)
        key = text_of(input.truth ? "true" : "false");
    for (size_t i = 0; i < lookup->count; i++)
        if (text_equal(lookup->entries[i].name, key))
            return lookup->entries[i].value;
    return lookup->otherwise;
}
