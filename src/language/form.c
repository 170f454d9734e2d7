#include "language/form.h"

#include "base/count.h"
#include "language/functions.h"
#include "language/schema_types.h"
#include "language/static_type.h"

/* Deeper than tables are; beyond it everything is of any form. */
enum { MAX_DEPTH = 100 };

static const struct form any = {.kinds = TYPE_ANY, .optional = true, .open = true};

const struct form *form_any(void) {
    return &any;
}

static struct form *new_form(struct arena *arena, unsigned kinds, bool optional) {
    struct form *form = arena_allocate(arena, sizeof *form);
    *form = (struct form){.kinds = kinds, .optional = optional, .open = kinds == TYPE_ANY};
    return form;
}

const struct form *form_of_kind(struct arena *arena, unsigned kinds) {
    return new_form(arena, kinds, false);
}

static const struct form *with_optional(struct arena *arena, const struct form *form,
                                        bool optional) {
    if (form->optional == optional)
        return form;
    struct form *copy = new_form(arena, form->kinds, optional);
    *copy = *form;
    copy->optional = optional;
    return copy;
}

const struct form *form_optional(struct arena *arena, const struct form *form) {
    return with_optional(arena, form, true);
}

static const struct form *list_of(struct arena *arena, const struct form *items, bool optional) {
    struct form *form = new_form(arena, TYPE_ARRAY, optional);
    form->items = items ? with_optional(arena, items, false) : NULL;
    return form;
}

const struct form *form_member(const struct form *form, struct text name) {
    for (const struct form_member *member = form->members; member; member = member->next)
        if (text_equal(member->name, name))
            return member->form;
    return NULL;
}

/* A list of members under construction; one that is added again takes the place of the first. */
struct members {
    struct arena *arena;
    struct form_member *first;
    struct form_member *last;
};

static void add_member(struct members *members, struct text name, const struct form *form) {
    struct form_member *member = members->first;
    while (member && !text_equal(member->name, name))
        member = member->next;
    if (member) {
        /* The earlier one stays where the later one is missing. */
        bool optional = member->form->optional && form->optional;
        member->form = with_optional(members->arena, form, optional);
        return;
    }
    member = arena_allocate(members->arena, sizeof *member);
    *member = (struct form_member){.name = name, .form = form};
    if (members->last)
        members->last->next = member;
    else
        members->first = member;
    members->last = member;
}

/* What is either of both, by its kind and members; `optional` is as of the second. */
static const struct form *either(struct arena *arena, const struct form *a, const struct form *b) {
    struct form *form = new_form(arena, a->kinds | b->kinds, b->optional);
    struct members members = {.arena = arena};
    bool both = a->kinds & TYPE_OBJECT && b->kinds & TYPE_OBJECT;
    for (const struct form_member *member = a->members; member; member = member->next) {
        const struct form *other = form_member(b, member->name);
        bool optional = member->form->optional || (both && (!other || other->optional));
        const struct form *one = other ? either(arena, member->form, other) : member->form;
        add_member(&members, member->name, with_optional(arena, one, optional));
    }
    for (const struct form_member *member = b->members; member; member = member->next)
        if (!form_member(a, member->name))
            add_member(&members, member->name,
                       both ? form_optional(arena, member->form) : member->form);
    form->members = members.first;
    form->open = a->open || b->open;
    form->items = a->items && b->items ? either(arena, a->items, b->items)
                  : a->items           ? a->items
                                       : b->items;
    return form;
}

/* Schemas. */

/* 0 means any type there. */
static unsigned kinds_of(struct static_type type) {
    return type.types ? type.types : TYPE_ANY;
}

const struct form *form_of_schema(const struct form_scope *scope, const struct schema *schema) {
    struct arena *arena = scope->arena;
    struct form_scope inner = *scope;
    if (!schema || ++inner.depth > MAX_DEPTH || !*scope->budget)
        return &any;
    --*scope->budget;
    struct form *form = new_form(arena, kinds_of(static_type_of_schema(schema)), false);
    struct members members = {.arena = arena};
    for (size_t i = 0; i < schema->property_count; i++) {
        const struct schema_property *property = &schema->properties[i];
        const struct form *member = form_of_schema(&inner, property->schema);
        add_member(&members, property->name, with_optional(arena, member, !property->required));
    }
    form->members = members.first;
    form->open = schema->type == SCHEMA_ANY || (schema->type == SCHEMA_OBJECT && !members.first);
    if (schema->items)
        form->items = form_of_schema(&inner, schema->items);
    return form;
}

/* Values. */

static const struct form *of_value(struct arena *arena, struct value value) {
    /* What is missing now, such as a setting, may be there elsewhere; null is not. */
    unsigned kinds = value.type == VALUE_NULL ? 0 : kinds_of(static_type_of_value(value));
    struct form *form = new_form(arena, kinds, value_is_missing(value));
    struct members members = {.arena = arena};
    if (value.type == VALUE_OBJECT) {
        const struct member *given = value_members(arena, value);
        for (size_t i = 0; i < value_length(value); i++)
            add_member(&members, given[i].name, of_value(arena, given[i].value));
        form->members = members.first;
    }
    for (size_t i = 0; value.type == VALUE_ARRAY && i < value_length(value); i++) {
        const struct form *item = of_value(arena, value_item(arena, value, i));
        form->items = form->items ? either(arena, form->items, item) : item;
    }
    return form;
}

/* Functions. */

static const struct form *items_of(const struct form *list) {
    return list->items ? list->items : &any;
}

/* What the first argument gives for the items of the list. */
static const struct form *of_argument(const struct form_scope *scope, const struct expression *call,
                                      const struct form *list) {
    struct form_scope inner = *scope;
    inner.current = items_of(list);
    return call->argument_count ? form_of_expression(&inner, call->arguments[0]) : &any;
}

static const struct form *groups_of(struct arena *arena, const struct form *list) {
    struct form *group = new_form(arena, TYPE_OBJECT, false);
    struct members members = {.arena = arena};
    add_member(&members, text_of("key"), new_form(arena, TYPE_ANY, false));
    add_member(&members, text_of("items"), list_of(arena, list->items, false));
    group->members = members.first;
    return list_of(arena, group, list->optional);
}

/* The members that are named in the call's arguments, or all others. */
static const struct form *picked(struct arena *arena, const struct expression *call,
                                 const struct form *object, bool wanted) {
    struct form *form = new_form(arena, TYPE_OBJECT, true);
    struct members members = {.arena = arena};
    for (const struct form_member *member = object->members; member; member = member->next) {
        bool named = false;
        for (size_t i = 0; i < call->argument_count; i++)
            named = named || text_equal(value_text(call->arguments[i]->literal), member->name);
        if (named == wanted)
            add_member(&members, member->name, member->form);
    }
    for (size_t i = 0; wanted && object->open && i < call->argument_count; i++) {
        struct text name = value_text(call->arguments[i]->literal);
        if (!form_member(object, name))
            add_member(&members, name, &any);
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
    struct form *form = new_form(arena, function->result, optional);
    form->open = (function->result & TYPE_OBJECT) != 0;
    if (function->run == function_split || function->run == function_keys)
        form->items = form_of_kind(arena, TYPE_STRING);
    return form;
}

static const struct form *of_function(const struct form_scope *scope,
                                      const struct expression *call) {
    struct arena *arena = scope->arena;
    const struct function *function = call->function;
    const struct form *left = form_of_expression(scope, call->left);
    bool optional = left->optional || can_fail(function);
    if (function->run == function_required)
        return with_optional(arena, left, false);
    if (function->run == function_default)
        return either(arena, left, form_of_expression(scope, call->arguments[0]));
    if (function->run == function_pick || function->run == function_omit)
        return picked(arena, call, left, function->run == function_pick);
    if (function->usage == USAGE_LIST_OF_ARGUMENT)
        return list_of(arena, of_argument(scope, call, left), optional);
    if (function->usage == USAGE_ARGUMENT_ITEMS)
        return list_of(arena, items_of(of_argument(scope, call, left)), optional);
    if (function->usage == USAGE_GROUPED)
        return groups_of(arena, left);
    if (function->result == RESULT_INPUT)
        return with_optional(arena, left, optional);
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
    inner.current = with_optional(scope->arena, left, false);
    const struct form *result = form_of_shape(&inner, mapper->body);
    return with_optional(scope->arena, result, result->optional || left->optional);
}

static const struct form *of_lookup(const struct form_scope *scope, const struct lookup *lookup,
                                    bool optional) {
    bool always = !value_is_missing(lookup->otherwise);
    const struct form *form = always ? of_value(scope->arena, lookup->otherwise) : NULL;
    for (size_t i = 0; i < lookup->count; i++) {
        const struct form *entry = of_value(scope->arena, lookup->entries[i].value);
        form = form ? either(scope->arena, form, entry) : entry;
    }
    return form ? with_optional(scope->arena, form, optional || !always) : &any;
}

static const struct form *of_member(const struct form_scope *scope,
                                    const struct expression *expression) {
    const struct form *left = form_of_expression(scope, expression->left);
    const struct form *member = form_member(left, expression->name);
    if (!member)
        return &any;
    return with_optional(scope->arena, member, member->optional || left->optional);
}

static const struct form *of_array(const struct form_scope *scope,
                                   const struct expression *expression) {
    const struct form *items = NULL;
    for (size_t i = 0; i < expression->argument_count; i++) {
        const struct form *item = form_of_expression(scope, expression->arguments[i]);
        items = items ? either(scope->arena, items, item) : item;
    }
    return list_of(scope->arena, items, false);
}

static const struct form *of_slot(const struct form_scope *scope, size_t slot) {
    const struct form *form = scope->slots[slot];
    return form ? form : &any;
}

static const struct form *of_expression(const struct form_scope *scope,
                                        const struct expression *expression) {
    switch (expression->kind) {
    case EXPRESSION_LITERAL:
        return expression->null ? new_form(scope->arena, 0, true)
                                : of_value(scope->arena, expression->literal);
    case EXPRESSION_CURRENT:
        return scope->current ? scope->current : &any;
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
        return new_form(scope->arena, TYPE_STRING, true);
    case EXPRESSION_FALLBACK:
        return either(scope->arena, form_of_expression(scope, expression->left),
                      form_of_expression(scope, expression->right));
    default:
        return form_of_kind(scope->arena, TYPE_BOOLEAN);
    }
}

const struct form *form_of_expression(const struct form_scope *scope,
                                      const struct expression *expression) {
    struct form_scope inner = *scope;
    if (++inner.depth > MAX_DEPTH || !*scope->budget)
        return &any;
    --*scope->budget;
    return of_expression(&inner, expression);
}

/* Shapes. */

static void spread(struct members *members, struct form *object, const struct form *form) {
    object->open = object->open || form->open;
    for (const struct form_member *member = form->members; member; member = member->next)
        add_member(
            members, member->name,
            with_optional(members->arena, member->form, member->form->optional || form->optional));
}

static const struct form *of_object(const struct form_scope *scope, const struct shape *shape) {
    struct form *object = new_form(scope->arena, TYPE_OBJECT, shape->count > 0);
    struct members members = {.arena = scope->arena};
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_entry *entry = &shape->entries[i];
        const struct form *form = form_of_shape(scope, entry->value);
        if (entry->kind == SHAPE_LOCAL)
            scope->slots[entry->slot] = form;
        else if (entry->kind == SHAPE_SPREAD)
            spread(&members, object, form);
        else if (form->kinds)
            add_member(&members, entry->name, form);
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
        struct form *computed = new_form(scope->arena, form->kinds, form->optional);
        *computed = *form;
        computed->expression = shape->expression;
        return computed;
    }
    const struct form *items = NULL;
    for (size_t i = 0; i < shape->count; i++) {
        const struct form *item = form_of_shape(scope, shape->items[i]);
        items = items ? either(scope->arena, items, item) : item;
    }
    return list_of(scope->arena, items, false);
}
