#include "language/field_usage.h"

#include <string.h>

#include "language/functions.h"
#include "json/scanner.h"

static const struct usage_source nothing = {NULL, 0};

bool usage_any(const struct projection *usage) {
    return usage->whole || usage->present || usage->counted || usage->items || usage->members;
}

struct usage_analysis usage_begin(struct arena *arena, struct arena *scratch, size_t slot_count) {
    struct usage_analysis analysis = {.arena = arena, .scratch = scratch, .when = &usage_always};
    analysis.slots = arena_allocate_array(scratch, slot_count, sizeof *analysis.slots);
    analysis.atoms = arena_allocate(scratch, sizeof *analysis.atoms);
    analysis.atoms->arena = scratch;
    analysis.atoms->definitions =
        arena_allocate_array(scratch, slot_count, sizeof(const struct expression *));
    analysis.conditions = arena_allocate(scratch, sizeof *analysis.conditions);
    analysis.conditions->arena = scratch;
    return analysis;
}

/* Parts. */

static struct usage_source new_source(struct usage_analysis *analysis, size_t capacity) {
    return (struct usage_source){
        arena_allocate_array(analysis->scratch, capacity, sizeof(struct usage_part)), 0};
}

struct usage_source usage_source_of(struct usage_analysis *analysis, struct projection *node,
                                    struct usage_answer *answer) {
    struct usage_source source = new_source(analysis, 1);
    source.parts[source.count++] =
        (struct usage_part){.node = node, .when = &usage_always, .answer = answer};
    return source;
}

struct usage_source usage_source_when(struct usage_analysis *analysis, struct usage_source source,
                                      const struct usage_condition *when) {
    if (usage_is_always(when))
        return source;
    struct usage_source limited = new_source(analysis, source.count);
    for (; limited.count < source.count; limited.count++) {
        struct usage_part part = source.parts[limited.count];
        part.when = usage_and(analysis->scratch, part.when, when);
        limited.parts[limited.count] = part;
    }
    return limited;
}

const struct usage_condition *usage_condition_here(struct usage_analysis *analysis,
                                                   const struct expression *condition) {
    return condition ? usage_condition_of(analysis->scratch, analysis->atoms, condition,
                                          analysis->names, true)
                     : &usage_always;
}

static bool is_same_value(const struct usage_part *a, const struct usage_part *b) {
    return a->node == b->node && a->form == b->form && a->lists == b->lists;
}

static void add_part(struct usage_analysis *analysis, struct usage_source *source,
                     const struct usage_part *part) {
    size_t index = 0;
    while (index < source->count && !is_same_value(&source->parts[index], part))
        index++;
    struct usage_part *known = &source->parts[index];
    if (index == source->count) {
        source->parts[source->count++] = *part;
    } else if (!usage_implies(part->when, known->when)) {
        struct usage_condition *either = arena_allocate(analysis->scratch, sizeof *either);
        *either = *known->when;
        usage_add(either, part->when);
        known->when = either;
    }
}

/*
 * Adds each part once: otherwise names that are built from one another would double the parts
 * repeatedly.
 */
static struct usage_source both(struct usage_analysis *analysis, struct usage_source a,
                                struct usage_source b) {
    if (!a.count)
        return b;
    if (!b.count)
        return a;
    struct usage_source all = new_source(analysis, a.count + b.count);
    memcpy(all.parts, a.parts, a.count * sizeof *all.parts);
    all.count = a.count;
    for (size_t i = 0; i < b.count; i++)
        add_part(analysis, &all, &b.parts[i]);
    return all;
}

static struct usage_source members_of(struct usage_analysis *analysis, struct usage_source source,
                                      struct text name) {
    struct usage_source members = new_source(analysis, source.count);
    for (size_t i = 0; i < source.count; i++) {
        struct usage_part part = source.parts[i];
        if (part.lists || part.form == USAGE_GROUPS)
            continue;
        if (part.form == USAGE_ITSELF)
            part.node = &projection_add(analysis->arena, part.node, name)->projection;
        else if (!text_is(name, "items"))
            continue;
        part.form = USAGE_ITSELF;
        members.parts[members.count++] = part;
    }
    return members;
}

struct usage_source usage_items_of(struct usage_analysis *analysis, struct usage_source source) {
    struct usage_source items = new_source(analysis, source.count);
    for (size_t i = 0; i < source.count; i++) {
        struct usage_part part = source.parts[i];
        if (part.lists) {
            part.lists--;
        } else if (part.form == USAGE_ITSELF) {
            if (!part.node->items)
                part.node->items = arena_allocate(analysis->arena, sizeof *part.node->items);
            part.node = part.node->items;
        } else if (part.form == USAGE_GROUPS) {
            part.form = USAGE_GROUP;
        } else {
            continue;
        }
        items.parts[items.count++] = part;
    }
    return items;
}

/* A list that contains the source as an item. */
static struct usage_source listed(struct usage_analysis *analysis, struct usage_source source) {
    struct usage_source list = new_source(analysis, source.count);
    for (; list.count < source.count; list.count++) {
        list.parts[list.count] = source.parts[list.count];
        list.parts[list.count].lists++;
    }
    return list;
}

static struct usage_source grouped(struct usage_analysis *analysis, struct usage_source source) {
    struct usage_source groups = new_source(analysis, source.count);
    for (size_t i = 0; i < source.count; i++) {
        struct usage_part part = source.parts[i];
        if (part.lists || part.form != USAGE_ITSELF) {
            usage_mark_all(analysis, (struct usage_source){&part, 1});
            continue;
        }
        part.form = USAGE_GROUPS;
        groups.parts[groups.count++] = part;
    }
    return groups;
}

/* Marks. */

static void note_condition(struct usage_analysis *analysis, const struct usage_part *part,
                           const struct projection *node) {
    if (part->answer)
        node_conditions_add(analysis->conditions, analysis->atoms, part->answer, node,
                            usage_and(analysis->scratch, part->when, analysis->when));
}

void usage_mark_all(struct usage_analysis *analysis, struct usage_source source) {
    for (size_t i = 0; i < source.count; i++) {
        const struct usage_part *part = &source.parts[i];
        part->node->whole = true;
        note_condition(analysis, part, part->node);
        /* With `each`, each item is an answer of its own. */
        if (part->node->items)
            part->node->items->whole = true;
    }
}

/* A list that the table constructs exists independently of its content. */
static bool is_received(const struct usage_part *part) {
    return !part->lists && part->form == USAGE_ITSELF;
}

void usage_mark_presence(struct usage_analysis *analysis, struct usage_source source) {
    for (size_t i = 0; i < source.count; i++) {
        if (!is_received(&source.parts[i]))
            continue;
        source.parts[i].node->present = true;
        note_condition(analysis, &source.parts[i], source.parts[i].node);
    }
}

/*
 * Items of a list are always kept, if only as nulls; members of an object only where they are used.
 */
static void usage_mark_count(struct usage_analysis *analysis, struct usage_source source) {
    for (size_t i = 0; i < source.count; i++) {
        if (!is_received(&source.parts[i]))
            continue;
        source.parts[i].node->counted = true;
        note_condition(analysis, &source.parts[i], source.parts[i].node);
    }
}

/* Expressions. */

static struct usage_source argument_on(struct usage_analysis *analysis,
                                       const struct expression *argument,
                                       struct usage_source item) {
    struct usage_source outer = analysis->current;
    analysis->current = item;
    struct usage_source result = usage_of_expression(analysis, argument);
    analysis->current = outer;
    return result;
}

/* Whether the arguments only select from the input, and are not part of the result. */
static bool arguments_decide(const struct function *function) {
    return function->usage == USAGE_SAME || function->usage == USAGE_IF ||
           function->usage == USAGE_ONE_ITEM;
}

static struct usage_source usage_under(struct usage_analysis *analysis,
                                       const struct expression *expression,
                                       const struct usage_condition *when);

static struct usage_source usage_of_when(struct usage_analysis *analysis,
                                         const struct expression *call) {
    const struct usage_condition *when = usage_condition_here(analysis, call->arguments[0]);
    struct usage_source input = usage_under(analysis, call->left, when);
    usage_mark_presence(analysis, usage_of_expression(analysis, call->arguments[0]));
    return usage_source_when(analysis, input, when);
}

static void mark_arguments(struct usage_analysis *analysis, const struct expression *call,
                           struct usage_source input) {
    for (size_t i = 0; i < call->argument_count; i++) {
        struct usage_source argument =
            function_argument_is_of_item(call->function, i)
                ? argument_on(analysis, call->arguments[i], usage_items_of(analysis, input))
                : usage_of_expression(analysis, call->arguments[i]);
        if (arguments_decide(call->function))
            usage_mark_presence(analysis, argument);
        else
            usage_mark_all(analysis, argument);
    }
}

/* The arguments decide what remains of the input and how it is processed. */
static struct usage_source usage_of_result(struct usage_analysis *analysis,
                                           const struct expression *call,
                                           struct usage_source input) {
    bool looks_at_items = function_argument_is_of_item(call->function, 0);
    mark_arguments(analysis, call, input);
    switch (call->function->usage) {
    case USAGE_SAME:
    case USAGE_IF:
        return input;
    case USAGE_ONE_ITEM:
        return usage_items_of(analysis, input);
    case USAGE_GROUPED:
        return grouped(analysis, input);
    case USAGE_COUNT_SAME:
    case USAGE_COUNT:
        usage_mark_count(analysis, input);
        return call->function->usage == USAGE_COUNT ? nothing : input;
    default:
        if (!looks_at_items)
            usage_mark_all(analysis, input);
        return nothing;
    }
}

static struct usage_source usage_of_function(struct usage_analysis *analysis,
                                             const struct expression *call) {
    const struct function *function = call->function;
    if (function->usage == USAGE_IF)
        return usage_of_when(analysis, call);
    struct usage_source input = usage_of_expression(analysis, call->left);
    usage_mark_presence(analysis, input);
    if (function->usage == USAGE_ARGUMENT_ITEMS || function->usage == USAGE_LIST_OF_ARGUMENT) {
        struct usage_source items = usage_items_of(analysis, input);
        struct usage_source results = argument_on(analysis, call->arguments[0], items);
        usage_mark_presence(analysis, results);
        return function->usage == USAGE_ARGUMENT_ITEMS ? results : listed(analysis, results);
    }
    if (function->takes_missing && call->argument_count)
        return both(analysis, input, usage_of_expression(analysis, call->arguments[0]));
    return usage_of_result(analysis, call, input);
}

static struct usage_source usage_of_mapper(struct usage_analysis *analysis,
                                           const struct expression *call) {
    struct arena *scratch = analysis->scratch;
    size_t slot_count = call->mapper->slot_count;
    struct usage_names names = {
        arena_allocate_array(scratch, slot_count, sizeof(const struct expression *))};
    struct usage_analysis inner = *analysis;
    inner.current = usage_of_expression(analysis, call->left);
    usage_mark_presence(analysis, inner.current);
    inner.names = &names;
    inner.slots = arena_allocate_array(scratch, slot_count, sizeof *inner.slots);
    for (size_t i = 0; i < call->argument_count; i++) {
        inner.slots[i] = usage_of_expression(analysis, call->arguments[i]);
        names.expressions[i] = usage_route_expression(scratch, call->arguments[i], analysis->names);
    }
    return usage_of_shape(&inner, call->mapper->body);
}

/* An expression that is only evaluated under a condition. */
static struct usage_source usage_under(struct usage_analysis *analysis,
                                       const struct expression *expression,
                                       const struct usage_condition *when) {
    const struct usage_condition *outer = analysis->when;
    analysis->when = usage_and(analysis->scratch, outer, when);
    struct usage_source source = usage_of_expression(analysis, expression);
    usage_mark_presence(analysis, source);
    analysis->when = outer;
    return source;
}

static struct usage_source usage_of_logic(struct usage_analysis *analysis,
                                          const struct expression *logic) {
    usage_mark_presence(analysis, usage_of_expression(analysis, logic->left));
    /* The right side is only evaluated if the left one does not decide. */
    if (logic->right)
        usage_under(analysis, logic->right,
                    usage_condition_of(analysis->scratch, analysis->atoms, logic->left,
                                       analysis->names, logic->kind == EXPRESSION_AND));
    return nothing;
}

static struct usage_source usage_of_array(struct usage_analysis *analysis,
                                          const struct expression *array) {
    struct usage_source list = nothing;
    for (size_t i = 0; i < array->argument_count; i++) {
        struct usage_source item = usage_of_expression(analysis, array->arguments[i]);
        usage_mark_presence(analysis, item);
        list = both(analysis, list, listed(analysis, item));
    }
    return list;
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
        usage_mark_all(analysis, usage_of_expression(analysis, expression->left));
        return nothing;
    case EXPRESSION_ARRAY:
        return usage_of_array(analysis, expression);
    case EXPRESSION_TEXT:
        for (size_t i = 0; i < expression->argument_count; i++)
            usage_mark_all(analysis, usage_of_expression(analysis, expression->arguments[i]));
        return nothing;
    case EXPRESSION_FALLBACK: {
        struct usage_source left = usage_of_expression(analysis, expression->left);
        usage_mark_presence(analysis, left);
        return both(analysis, left, usage_of_expression(analysis, expression->right));
    }
    case EXPRESSION_COMPARISON:
        usage_mark_presence(analysis, usage_of_expression(analysis, expression->left));
        usage_mark_presence(analysis, usage_of_expression(analysis, expression->right));
        return nothing;
    case EXPRESSION_NOT:
    case EXPRESSION_AND:
    case EXPRESSION_OR:
        return usage_of_logic(analysis, expression);
    }
    return nothing;
}

static void bind_local(struct usage_analysis *analysis, const struct shape_entry *local,
                       struct usage_source source) {
    analysis->slots[local->slot] = source;
    if (analysis->names && local->value->kind == SHAPE_EXPRESSION)
        analysis->names->expressions[local->slot] =
            usage_route_expression(analysis->scratch, local->value->expression, analysis->names);
}

static void mark_object(struct usage_analysis *analysis, const struct shape *shape) {
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_entry *entry = &shape->entries[i];
        struct usage_source source = usage_of_shape(analysis, entry->value);
        if (entry->kind == SHAPE_LOCAL)
            bind_local(analysis, entry, source);
        else
            usage_mark_all(analysis, source);
    }
}

struct usage_source usage_of_shape(struct usage_analysis *analysis, const struct shape *shape) {
    if (shape->kind == SHAPE_EXPRESSION)
        return usage_of_expression(analysis, shape->expression);
    if (shape->kind == SHAPE_OBJECT)
        mark_object(analysis, shape);
    for (size_t i = 0; shape->kind == SHAPE_ARRAY && i < shape->count; i++)
        usage_mark_all(analysis, usage_of_shape(analysis, shape->items[i]));
    return nothing;
}

/* Parts nested deeper than JSON allows are never read. */
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
