#include "language/form.h"

#include "base/count.h"
#include "language/form_build.h"
#include "language/functions.h"
#include "language/static_type.h"

/* Values. */

static const struct form *of_value(struct arena *arena, struct value value) {
    /* What is missing now, such as a setting, may be there elsewhere; null is not. */
    unsigned kinds = value.type == VALUE_NULL ? 0 : static_type_of_value(value).types;
    struct form *form = form_new(arena, kinds, value_is_missing(value));
    struct form_members members = {.arena = arena};
    form->integer = value_is_integer(value);
    if (value.type == VALUE_ARRAY && !value_length(value))
        form->items = form_new(arena, 0, true);
    if (value.type == VALUE_OBJECT) {
        const struct member *given = value_members(arena, value);
        for (size_t i = 0; i < value_length(value); i++)
            form_add_member(&members, given[i].name, of_value(arena, given[i].value));
        form->members = members.first;
    }
    for (size_t i = 0; value.type == VALUE_ARRAY && i < value_length(value); i++) {
        const struct form *item = of_value(arena, value_item(arena, value, i));
        form->items = form->items ? form_either(arena, form->items, item) : item;
    }
    return form;
}

/* A setting can have another value elsewhere. */
static const struct form *of_literal(struct arena *arena, const struct expression *literal) {
    if (literal->null)
        return form_new(arena, 0, true);
    const struct form *form = of_value(arena, literal->literal);
    bool constant = !text_contains(literal->source, text_of("$"));
    return constant ? form_with_choice(arena, form, literal->literal) : form;
}

static const struct form *form_of_expression(const struct form_scope *scope,
                                             const struct expression *expression);

/* Functions. */

static const struct form *items_of(const struct form *list) {
    return list->items ? list->items : form_any();
}

/* What the first argument gives for the items of the list. */
static const struct form *of_argument(const struct form_scope *scope, const struct expression *call,
                                      const struct form *list) {
    struct form_scope inner = *scope;
    inner.current = items_of(list);
    return call->argument_count ? form_of_expression(&inner, call->arguments[0]) : form_any();
}

static const struct form *groups_of(struct arena *arena, const struct form *list) {
    struct form *group = form_new(arena, TYPE_OBJECT, false);
    struct form_members members = {.arena = arena};
    form_add_member(&members, text_of("key"), form_new(arena, TYPE_ANY, false));
    form_add_member(&members, text_of("items"), form_list(arena, list->items, false));
    group->members = members.first;
    return form_list(arena, group, list->optional);
}

/* The members that are named in the call's arguments, or all others. */
static const struct form *picked(struct arena *arena, const struct expression *call,
                                 const struct form *object, bool wanted) {
    struct form *form = form_new(arena, TYPE_OBJECT, true);
    struct form_members members = {.arena = arena};
    for (const struct form_member *member = object->members; member; member = member->next) {
        bool named = false;
        for (size_t i = 0; i < call->argument_count; i++)
            named = named || text_equal(value_text(call->arguments[i]->literal), member->name);
        if (named == wanted)
            form_add_member(&members, member->name, member->form);
    }
    for (size_t i = 0; wanted && object->open && i < call->argument_count; i++) {
        struct text name = value_text(call->arguments[i]->literal);
        if (!form_member(object, name))
            form_add_member(&members, name, form_any());
    }
    form->members = members.first;
    form->open = object->open && !wanted;
    return form;
}

/* Whether a function can give nothing for an input of its types. */
static bool can_fail(const struct function *function) {
    static function_run *const runs[] = {function_number, function_integer,  function_div,
                                         function_date,   function_index_in, function_get,
                                         function_when,   function_nonempty};
    for (size_t i = 0; i < COUNT(runs); i++)
        if (function->run == runs[i])
            return true;
    return function->result == RESULT_ITEM;
}

/* A new value of the types that the function gives. */
static const struct form *of_result(struct arena *arena, const struct function *function,
                                    bool optional) {
    struct form *form = form_new(arena, function->result, optional);
    form->open = (function->result & TYPE_OBJECT) != 0;
    form->integer = function->run == function_length || function->run == function_integer ||
                    function->run == function_index_in;
    if (function->run == function_split || function->run == function_keys)
        form->items = form_of_kind(arena, TYPE_STRING);
    return form;
}

/* A string is another one, with other rules. */
static const struct form *part_of(struct arena *arena, const struct form *whole, bool optional) {
    struct form *form = form_new(arena, whole->kinds, optional);
    form->items = whole->items;
    return form;
}

static const struct form *of_function(const struct form_scope *scope,
                                      const struct expression *call) {
    struct arena *arena = scope->arena;
    const struct function *function = call->function;
    const struct form *left = form_of_expression(scope, call->left);
    bool optional = left->optional || can_fail(function) || left->kinds & ~function->input;
    if (function->run == function_required)
        return form_with_optional(arena, left, false);
    if (function->run == function_default)
        return form_either(arena, left, form_of_expression(scope, call->arguments[0]));
    if (function->run == function_pick || function->run == function_omit)
        return picked(arena, call, left, function->run == function_pick);
    if (function->usage == USAGE_LIST_OF_ARGUMENT)
        return form_list(arena, of_argument(scope, call, left), optional);
    if (function->usage == USAGE_ARGUMENT_ITEMS)
        return form_list(arena, items_of(of_argument(scope, call, left)), optional);
    if (function->usage == USAGE_GROUPED)
        return groups_of(arena, left);
    if (function->run == function_slice)
        return part_of(arena, left, optional);
    if (function->result == RESULT_INPUT)
        return form_with_optional(arena, left, optional);
    if (function->result == RESULT_ITEM)
        return form_optional(arena, items_of(left));
    return of_result(arena, function, optional);
}

/* Other expressions. */

static const struct form *of_mapper(const struct form_scope *scope, const struct expression *call) {
    const struct mapper *mapper = call->mapper;
    const struct form *left = form_of_expression(scope, call->left);
    struct form_scope inner = *scope;
    inner.slots = arena_allocate_array(scope->arena, mapper->slot_count + 1, sizeof *inner.slots);
    for (size_t i = 0; i < call->argument_count; i++)
        inner.slots[i] = form_of_expression(scope, call->arguments[i]);
    inner.current = form_with_optional(scope->arena, left, false);
    const struct form *result = form_of_shape(&inner, mapper->body);
    result = form_with_model(&inner, result, mapper->model);
    struct form *named = form_new(scope->arena, result->kinds, false);
    *named = *result;
    named->optional = result->optional || left->optional;
    /* Any other body is the result of another mapper, or of none. */
    if (mapper->body->kind == SHAPE_OBJECT)
        named->mapper = mapper;
    return named;
}

static const struct form *of_lookup(const struct form_scope *scope, const struct lookup *lookup,
                                    bool optional) {
    struct arena *arena = scope->arena;
    bool always = !value_is_missing(lookup->otherwise);
    const struct form *form =
        always ? form_with_choice(arena, of_value(arena, lookup->otherwise), lookup->otherwise)
               : NULL;
    for (size_t i = 0; i < lookup->count; i++) {
        struct value value = lookup->entries[i].value;
        const struct form *entry = form_with_choice(arena, of_value(arena, value), value);
        form = form ? form_either(scope->arena, form, entry) : entry;
    }
    return form ? form_with_optional(scope->arena, form, optional || !always) : form_any();
}

static const struct form *of_member(const struct form_scope *scope,
                                    const struct expression *expression) {
    const struct form *left = form_of_expression(scope, expression->left);
    const struct form *member = form_member(left, expression->name);
    if (!member)
        return form_any();
    return form_with_optional(scope->arena, member, member->optional || left->optional);
}

static const struct form *of_array(const struct form_scope *scope,
                                   const struct expression *expression) {
    const struct form *items = NULL;
    for (size_t i = 0; i < expression->argument_count; i++) {
        const struct form *item = form_of_expression(scope, expression->arguments[i]);
        items = items ? form_either(scope->arena, items, item) : item;
    }
    return form_list(scope->arena, items, false);
}

static const struct form *of_slot(const struct form_scope *scope, size_t slot) {
    const struct form *form = scope->slots[slot];
    return form ? form : form_any();
}

static const struct form *of_expression(const struct form_scope *scope,
                                        const struct expression *expression) {
    switch (expression->kind) {
    case EXPRESSION_LITERAL:
        return of_literal(scope->arena, expression);
    case EXPRESSION_CURRENT:
        return scope->current ? scope->current : form_any();
    case EXPRESSION_SLOT:
        return of_slot(scope, expression->index);
    case EXPRESSION_MEMBER:
        return of_member(scope, expression);
    case EXPRESSION_ITEM:
        return form_optional(scope->arena, items_of(form_of_expression(scope, expression->left)));
    case EXPRESSION_FUNCTION:
        return of_function(scope, expression);
    case EXPRESSION_MAPPER:
        return of_mapper(scope, expression);
    case EXPRESSION_LOOKUP:
        return of_lookup(scope, expression->lookup,
                         form_of_expression(scope, expression->left)->optional);
    case EXPRESSION_ARRAY:
        return of_array(scope, expression);
    case EXPRESSION_TEXT:
        return form_new(scope->arena, TYPE_STRING, true);
    case EXPRESSION_FALLBACK:
        return form_either(scope->arena, form_of_expression(scope, expression->left),
                           form_of_expression(scope, expression->right));
    default:
        return form_of_kind(scope->arena, TYPE_BOOLEAN);
    }
}

static const struct form *form_of_expression(const struct form_scope *scope,
                                             const struct expression *expression) {
    struct form_scope inner = *scope;
    if (++inner.depth > FORM_MAX_DEPTH || !*scope->budget)
        return form_any();
    --*scope->budget;
    return of_expression(&inner, expression);
}

/* Shapes. */

static void spread(struct form_members *members, struct form *object, const struct form *form) {
    object->open = object->open || form->open;
    for (const struct form_member *member = form->members; member; member = member->next)
        form_add_member(members, member->name,
                        form_with_optional(members->arena, member->form,
                                           member->form->optional || form->optional));
}

static const struct form *of_object(const struct form_scope *scope, const struct shape *shape) {
    struct form *object = form_new(scope->arena, TYPE_OBJECT, shape->count > 0);
    struct form_members members = {.arena = scope->arena};
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_entry *entry = &shape->entries[i];
        const struct form *form = form_of_shape(scope, entry->value);
        if (entry->kind == SHAPE_LOCAL)
            scope->slots[entry->slot] = form;
        else if (entry->kind == SHAPE_SPREAD)
            spread(&members, object, form);
        else if (form->kinds)
            form_add_member(&members, entry->name, form);
    }
    /* An object that is left with no members is missing. */
    for (const struct form_member *member = members.first; member; member = member->next)
        object->optional = object->optional && member->form->optional;
    object->members = members.first;
    return object;
}

const struct form *form_of_shape(const struct form_scope *scope, const struct shape *shape) {
    if (shape->kind == SHAPE_OBJECT)
        return of_object(scope, shape);
    if (shape->kind == SHAPE_EXPRESSION) {
        const struct form *form = form_of_expression(scope, shape->expression);
        struct form *computed = form_new(scope->arena, form->kinds, form->optional);
        *computed = *form;
        computed->expression = shape->expression;
        return computed;
    }
    const struct form *items = NULL;
    for (size_t i = 0; i < shape->count; i++) {
        const struct form *item = form_of_shape(scope, shape->items[i]);
        items = items ? form_either(scope->arena, items, item) : item;
    }
    return form_list(scope->arena, items, false);
}
