#include "language/form_build.h"
#include "language/schema_types.h"

/* Schemas. */

const struct form *form_of_schema(const struct form_scope *scope, const struct schema *schema) {
    struct arena *arena = scope->arena;
    struct form_scope inner = *scope;
    if (!schema || ++inner.depth > FORM_MAX_DEPTH || !*scope->budget)
        return form_any();
    --*scope->budget;
    struct form *form = form_new(arena, static_type_of_schema(schema).types, false);
    struct form_members members = {.arena = arena};
    for (size_t i = 0; i < schema->property_count; i++) {
        const struct schema_property *property = &schema->properties[i];
        const struct form *member = form_of_schema(&inner, property->schema);
        form_add_member(&members, property->name,
                        form_with_optional(arena, member, !property->required));
    }
    form->members = members.first;
    form->open = schema->type == SCHEMA_ANY || (schema->type == SCHEMA_OBJECT && !members.first);
    form->schema = schema;
    form->integer = schema->type == SCHEMA_INTEGER;
    if (schema->items)
        form->items = form_of_schema(&inner, schema->items);
    return form;
}

/* What a model declares of a value. */
static const struct form *with_declared(const struct form_scope *scope, const struct form *form,
                                        const struct schema *model) {
    if (form->kinds == TYPE_ANY)
        return form_with_optional(scope->arena, form_of_schema(scope, model), form->optional);
    if (form->kinds & (TYPE_ARRAY | TYPE_OBJECT))
        return form_with_model(scope, form, model);
    struct form *described = form_new(scope->arena, form->kinds, form->optional);
    *described = *form;
    described->schema = model;
    return described;
}

const struct form *form_with_model(const struct form_scope *scope, const struct form *form,
                                   const struct schema *model) {
    if (!model)
        return form;
    if (!(form->kinds & (TYPE_ARRAY | TYPE_OBJECT)) || form->kinds == TYPE_ANY)
        return with_declared(scope, form, model);
    struct form *result = form_new(scope->arena, form->kinds, form->optional);
    *result = *form;
    struct form_members members = {.arena = scope->arena};
    for (const struct form_member *member = form->members; member; member = member->next)
        form_add_member(&members, member->name, member->form);
    for (size_t i = 0; i < model->property_count; i++) {
        const struct schema_property *property = &model->properties[i];
        const struct form *known = form_member(form, property->name);
        const struct form *member =
            with_declared(scope, known ? known : form_any(), property->schema);
        bool optional = member->optional && !property->required;
        form_set_member(&members, property->name,
                        form_with_optional(scope->arena, member, optional));
        result->optional = result->optional && optional;
    }
    result->members = members.first;
    result->schema = model;
    if (model->items)
        result->items = form->items && form->items->kinds
                            ? with_declared(scope, form->items, model->items)
                            : form_of_schema(scope, model->items);
    return result;
}
