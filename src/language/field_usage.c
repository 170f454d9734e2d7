#include "language/field_usage.h"

#include <string.h>

#include "language/functions.h"

static const struct reads_source nothing = {NULL, 0};

bool reads_any(const struct projection *reads) {
    return reads->whole || reads->touched || reads->counted || reads->items || reads->members;
}

struct reads_source reads_source_of(struct reads_analysis *analysis, struct projection *node) {
    struct reads_source source = {arena_allocate(analysis->scratch, sizeof(struct projection *)),
                                  1};
    source.nodes[0] = node;
    return source;
}

void reads_use(struct reads_source source) {
    for (size_t i = 0; i < source.count; i++) {
        source.nodes[i]->whole = true;
        /* With `each` the items are answers of their own. */
        if (source.nodes[i]->items)
            source.nodes[i]->items->whole = true;
    }
}

void reads_touch(struct reads_source source) {
    for (size_t i = 0; i < source.count; i++)
        source.nodes[i]->touched = true;
}

/* A list's items are always kept, if as nulls; an object's members only where they are wanted. */
static void reads_count(struct reads_source source) {
    for (size_t i = 0; i < source.count; i++)
        source.nodes[i]->counted = true;
}

static struct reads_source both(struct reads_analysis *analysis, struct reads_source a,
                                struct reads_source b) {
    if (!a.count)
        return b;
    if (!b.count)
        return a;
    struct reads_source all = {
        arena_allocate_array(analysis->scratch, a.count + b.count, sizeof(struct projection *)),
        a.count + b.count};
    memcpy(all.nodes, a.nodes, a.count * sizeof *all.nodes);
    memcpy(all.nodes + a.count, b.nodes, b.count * sizeof *all.nodes);
    return all;
}

static struct reads_source members_of(struct reads_analysis *analysis, struct reads_source source,
                                      struct text name) {
    struct reads_source members = {
        arena_allocate_array(analysis->scratch, source.count, sizeof(struct projection *)),
        source.count};
    for (size_t i = 0; i < source.count; i++)
        members.nodes[i] = &projection_add(analysis->arena, source.nodes[i], name)->projection;
    return members;
}

struct reads_source reads_items_of(struct reads_analysis *analysis, struct reads_source source) {
    struct reads_source items = {
        arena_allocate_array(analysis->scratch, source.count, sizeof(struct projection *)),
        source.count};
    for (size_t i = 0; i < source.count; i++) {
        struct projection *node = source.nodes[i];
        if (!node->items)
            node->items = arena_allocate(analysis->arena, sizeof *node->items);
        items.nodes[i] = node->items;
    }
    return items;
}

static struct reads_source argument_on(struct reads_analysis *analysis,
                                       const struct expression *argument,
                                       struct reads_source item) {
    struct reads_source outer = analysis->current;
    analysis->current = item;
    struct reads_source result = reads_expression(analysis, argument);
    analysis->current = outer;
    return result;
}

/* Whether the arguments only decide what of the input the result is, and are no part of it. */
static bool arguments_decide(const struct function *function) {
    return function->reads == READS_SAME || function->reads == READS_IF ||
           function->reads == READS_ONE_ITEM;
}

static void read_arguments(struct reads_analysis *analysis, const struct expression *call,
                           struct reads_source input) {
    for (size_t i = 0; i < call->argument_count; i++) {
        enum argument_kind kind =
            i < FUNCTION_MAX_ARGUMENTS ? call->function->arguments[i] : ARGUMENT_VALUE;
        bool of_item = kind == ARGUMENT_ITEM || kind == ARGUMENT_CALL;
        struct reads_source argument =
            of_item ? argument_on(analysis, call->arguments[i], reads_items_of(analysis, input))
                    : reads_expression(analysis, call->arguments[i]);
        if (arguments_decide(call->function))
            reads_touch(argument);
        else
            reads_use(argument);
    }
}

static bool looks_at_items(const struct expression *call) {
    return call->function->arguments[0] == ARGUMENT_ITEM ||
           call->function->arguments[0] == ARGUMENT_CALL;
}

static struct reads_source read_function(struct reads_analysis *analysis,
                                         const struct expression *call) {
    struct reads_source input = reads_expression(analysis, call->left);
    reads_touch(input);
    if (call->function->reads == READS_ARGUMENT_ITEMS) {
        struct reads_source items = reads_items_of(analysis, input);
        return argument_on(analysis, call->arguments[0], items);
    }
    struct reads_source fallback = nothing;
    if (call->function->takes_missing && call->argument_count)
        fallback = reads_expression(analysis, call->arguments[0]);
    else
        read_arguments(analysis, call, input);
    switch (call->function->reads) {
    case READS_ALL:
        if (!looks_at_items(call))
            reads_use(input);
        /* `group` and its like put the items themselves into the result. */
        else if (text_is(text_of(call->function->name), "group"))
            reads_use(input);
        return nothing;
    case READS_SAME:
    case READS_IF:
        return both(analysis, input, fallback);
    case READS_ONE_ITEM:
        return reads_items_of(analysis, input);
    case READS_COUNT:
        reads_count(input);
        return nothing;
    case READS_COUNT_SAME:
        reads_count(input);
        return input;
    case READS_ARGUMENT_ITEMS:
        break;
    }
    return nothing;
}

static struct reads_source read_mapper(struct reads_analysis *analysis,
                                       const struct expression *call) {
    struct reads_analysis inner = {.arena = analysis->arena, .scratch = analysis->scratch};
    inner.current = reads_expression(analysis, call->left);
    reads_touch(inner.current);
    inner.slots =
        arena_allocate_array(analysis->scratch, call->mapper->slot_count, sizeof *inner.slots);
    for (size_t i = 0; i < call->argument_count; i++)
        inner.slots[i] = reads_expression(analysis, call->arguments[i]);
    return reads_shape(&inner, call->mapper->body);
}

struct reads_source reads_expression(struct reads_analysis *analysis,
                                     const struct expression *expression) {
    switch (expression->kind) {
    case EXPRESSION_LITERAL:
        return nothing;
    case EXPRESSION_CURRENT:
        return analysis->current;
    case EXPRESSION_SLOT:
        return analysis->slots[expression->index];
    case EXPRESSION_MEMBER:
        return members_of(analysis, reads_expression(analysis, expression->left), expression->name);
    case EXPRESSION_ITEM:
        return reads_items_of(analysis, reads_expression(analysis, expression->left));
    case EXPRESSION_FUNCTION:
        return read_function(analysis, expression);
    case EXPRESSION_MAPPER:
        return read_mapper(analysis, expression);
    case EXPRESSION_LOOKUP:
        reads_use(reads_expression(analysis, expression->left));
        return nothing;
    case EXPRESSION_ARRAY:
        for (size_t i = 0; i < expression->argument_count; i++)
            reads_use(reads_expression(analysis, expression->arguments[i]));
        return nothing;
    case EXPRESSION_FALLBACK: {
        struct reads_source left = reads_expression(analysis, expression->left);
        reads_touch(left);
        return both(analysis, left, reads_expression(analysis, expression->right));
    }
    case EXPRESSION_COMPARISON:
    case EXPRESSION_NOT:
    case EXPRESSION_AND:
    case EXPRESSION_OR:
        reads_touch(reads_expression(analysis, expression->left));
        if (expression->right)
            reads_touch(reads_expression(analysis, expression->right));
        return nothing;
    }
    return nothing;
}

static void read_object(struct reads_analysis *analysis, const struct shape *shape) {
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_entry *entry = &shape->entries[i];
        struct reads_source source = reads_shape(analysis, entry->value);
        if (entry->kind == SHAPE_LOCAL)
            analysis->slots[entry->slot] = source;
        else
            reads_use(source);
    }
}

struct reads_source reads_shape(struct reads_analysis *analysis, const struct shape *shape) {
    if (shape->kind == SHAPE_EXPRESSION)
        return reads_expression(analysis, shape->expression);
    if (shape->kind == SHAPE_OBJECT)
        read_object(analysis, shape);
    for (size_t i = 0; shape->kind == SHAPE_ARRAY && i < shape->count; i++)
        reads_use(reads_shape(analysis, shape->items[i]));
    return nothing;
}

void reads_append(struct buffer *buffer, const struct projection *reads) {
    if (reads->whole)
        return;
    if (reads->items) {
        buffer_append_string(buffer, "[]");
        reads_append(buffer, reads->items);
    }
    if (!reads->members)
        return;
    buffer_append_byte(buffer, '{');
    for (const struct projection_member *member = reads->members; member; member = member->next) {
        if (member != reads->members)
            buffer_append_string(buffer, ", ");
        buffer_append_text(buffer, member->name);
        reads_append(buffer, &member->projection);
    }
    buffer_append_byte(buffer, '}');
}
