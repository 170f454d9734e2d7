#include "language/field_usage.h"

#include <string.h>

#include "language/functions.h"
#include "json/scanner.h"

static const struct usage_source nothing = {NULL, 0};

bool usage_any(const struct projection *usage) {
    return usage->whole || usage->present || usage->counted || usage->items || usage->members;
}

struct usage_source usage_source_of(struct usage_analysis *analysis, struct projection *node) {
    struct usage_source source = {arena_allocate(analysis->scratch, sizeof(struct projection *)),
                                  1};
    source.nodes[0] = node;
    return source;
}

void usage_mark_all(struct usage_source source) {
    for (size_t i = 0; i < source.count; i++) {
        source.nodes[i]->whole = true;
        /* With `each` the items are answers of their own. */
        if (source.nodes[i]->items)
            source.nodes[i]->items->whole = true;
    }
}

void usage_mark_presence(struct usage_source source) {
    for (size_t i = 0; i < source.count; i++)
        source.nodes[i]->present = true;
}

/* A list's items are always kept, if as nulls; an object's members only where they are wanted. */
static void usage_mark_count(struct usage_source source) {
    for (size_t i = 0; i < source.count; i++)
        source.nodes[i]->counted = true;
}

static bool has_node(struct usage_source source, const struct projection *node) {
    for (size_t i = 0; i < source.count; i++)
        if (source.nodes[i] == node)
            return true;
    return false;
}

/* Each node once: names that are made of one another would else double them again and again. */
static struct usage_source both(struct usage_analysis *analysis, struct usage_source a,
                                struct usage_source b) {
    if (!a.count)
        return b;
    if (!b.count)
        return a;
    struct usage_source all = {
        arena_allocate_array(analysis->scratch, a.count + b.count, sizeof(struct projection *)),
        a.count};
    memcpy(all.nodes, a.nodes, a.count * sizeof *all.nodes);
    for (size_t i = 0; i < b.count; i++)
        if (!has_node(a, b.nodes[i]))
            all.nodes[all.count++] = b.nodes[i];
    return all;
}

static struct usage_source members_of(struct usage_analysis *analysis, struct usage_source source,
                                      struct text name) {
    struct usage_source members = {
        arena_allocate_array(analysis->scratch, source.count, sizeof(struct projection *)),
        source.count};
    for (size_t i = 0; i < source.count; i++)
        members.nodes[i] = &projection_add(analysis->arena, source.nodes[i], name)->projection;
    return members;
}

struct usage_source usage_items_of(struct usage_analysis *analysis, struct usage_source source) {
    struct usage_source items = {
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

static struct usage_source argument_on(struct usage_analysis *analysis,
                                       const struct expression *argument,
                                       struct usage_source item) {
    struct usage_source outer = analysis->current;
    analysis->current = item;
    struct usage_source result = usage_of_expression(analysis, argument);
    analysis->current = outer;
    return result;
}

/* Whether the arguments only decide what of the input the result is, and are no part of it. */
static bool arguments_decide(const struct function *function) {
    return function->usage == USAGE_SAME || function->usage == USAGE_IF ||
           function->usage == USAGE_ONE_ITEM;
}

static void mark_arguments(struct usage_analysis *analysis, const struct expression *call,
                           struct usage_source input) {
    for (size_t i = 0; i < call->argument_count; i++) {
        struct usage_source argument =
            function_argument_is_of_item(call->function, i)
                ? argument_on(analysis, call->arguments[i], usage_items_of(analysis, input))
                : usage_of_expression(analysis, call->arguments[i]);
        if (arguments_decide(call->function))
            usage_mark_presence(argument);
        else
            usage_mark_all(argument);
    }
}

static struct usage_source usage_of_function(struct usage_analysis *analysis,
                                             const struct expression *call) {
    struct usage_source input = usage_of_expression(analysis, call->left);
    usage_mark_presence(input);
    if (call->function->usage == USAGE_ARGUMENT_ITEMS) {
        struct usage_source items = usage_items_of(analysis, input);
        return argument_on(analysis, call->arguments[0], items);
    }
    struct usage_source fallback = nothing;
    if (call->function->takes_missing && call->argument_count)
        fallback = usage_of_expression(analysis, call->arguments[0]);
    else
        mark_arguments(analysis, call, input);
    switch (call->function->usage) {
    case USAGE_ALL:
        if (!function_argument_is_of_item(call->function, 0))
            usage_mark_all(input);
        return nothing;
    case USAGE_ITEMS_KEPT:
        usage_mark_all(input);
        return nothing;
    case USAGE_SAME:
    case USAGE_IF:
        return both(analysis, input, fallback);
    case USAGE_ONE_ITEM:
        return usage_items_of(analysis, input);
    case USAGE_COUNT:
        usage_mark_count(input);
        return nothing;
    case USAGE_COUNT_SAME:
        usage_mark_count(input);
        return input;
    case USAGE_ARGUMENT_ITEMS:
        break;
    }
    return nothing;
}

static struct usage_source usage_of_mapper(struct usage_analysis *analysis,
                                           const struct expression *call) {
    struct usage_analysis inner = {.arena = analysis->arena, .scratch = analysis->scratch};
    inner.current = usage_of_expression(analysis, call->left);
    usage_mark_presence(inner.current);
    inner.slots =
        arena_allocate_array(analysis->scratch, call->mapper->slot_count, sizeof *inner.slots);
    for (size_t i = 0; i < call->argument_count; i++)
        inner.slots[i] = usage_of_expression(analysis, call->arguments[i]);
    return usage_of_shape(&inner, call->mapper->body);
}

struct usage_source usage_of_expression(struct usage_analysis *analysis,
                                        const struct expression *expression) {
    switch (expression->kind) {
    case EXPRESSION_LITERAL:
        return nothing;
    case EXPRESSION_CURRENT:
        return analysis->current;
    case EXPRESSION_SLOT:
        return analysis->slots[expression->index];
    case EXPRESSION_MEMBER:
        return members_of(analysis, usage_of_expression(analysis, expression->left),
                          expression->name);
    case EXPRESSION_ITEM:
        return usage_items_of(analysis, usage_of_expression(analysis, expression->left));
    case EXPRESSION_FUNCTION:
        return usage_of_function(analysis, expression);
    case EXPRESSION_MAPPER:
        return usage_of_mapper(analysis, expression);
    case EXPRESSION_LOOKUP:
        usage_mark_all(usage_of_expression(analysis, expression->left));
        return nothing;
    case EXPRESSION_ARRAY:
        for (size_t i = 0; i < expression->argument_count; i++)
            usage_mark_all(usage_of_expression(analysis, expression->arguments[i]));
        return nothing;
    case EXPRESSION_FALLBACK: {
        struct usage_source left = usage_of_expression(analysis, expression->left);
        usage_mark_presence(left);
        return both(analysis, left, usage_of_expression(analysis, expression->right));
    }
    case EXPRESSION_COMPARISON:
    case EXPRESSION_NOT:
    case EXPRESSION_AND:
    case EXPRESSION_OR:
        usage_mark_presence(usage_of_expression(analysis, expression->left));
        if (expression->right)
            usage_mark_presence(usage_of_expression(analysis, expression->right));
        return nothing;
    }
    return nothing;
}

static void mark_object(struct usage_analysis *analysis, const struct shape *shape) {
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_entry *entry = &shape->entries[i];
        struct usage_source source = usage_of_shape(analysis, entry->value);
        if (entry->kind == SHAPE_LOCAL)
            analysis->slots[entry->slot] = source;
        else
            usage_mark_all(source);
    }
}

struct usage_source usage_of_shape(struct usage_analysis *analysis, const struct shape *shape) {
    if (shape->kind == SHAPE_EXPRESSION)
        return usage_of_expression(analysis, shape->expression);
    if (shape->kind == SHAPE_OBJECT)
        mark_object(analysis, shape);
    for (size_t i = 0; shape->kind == SHAPE_ARRAY && i < shape->count; i++)
        usage_mark_all(usage_of_shape(analysis, shape->items[i]));
    return nothing;
}

/* What is nested deeper than JSON can be is never read. */
static void append_usage(struct buffer *buffer, const struct projection *usage, size_t depth) {
    if (usage->whole || depth > JSON_MAX_DEPTH)
        return;
    if (usage->items) {
        buffer_append_string(buffer, "[]");
        append_usage(buffer, usage->items, depth + 1);
    }
    if (!usage->members)
        return;
    buffer_append_byte(buffer, '{');
    for (const struct projection_member *member = usage->members; member; member = member->next) {
        if (member != usage->members)
            buffer_append_string(buffer, ", ");
        buffer_append_text(buffer, member->name);
        append_usage(buffer, &member->projection, depth + 1);
    }
    buffer_append_byte(buffer, '}');
}

void usage_append(struct buffer *buffer, const struct projection *usage) {
    append_usage(buffer, usage, 0);
}
