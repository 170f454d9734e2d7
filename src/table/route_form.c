#include "table/route_form.h"

/* How many expressions are looked at for the form of an answer. */
enum { FORM_BUDGET = 200000 };

/* The names of a step, which are missing where the step is not done. */
static void add_step(const struct form_scope *scope, const struct step *step) {
    for (size_t i = 0; step->kind == STEP_LET && i < step->name_count; i++) {
        const struct named_shape *named = &step->names[i];
        const struct form *form = named->shape ? form_of_shape(scope, named->shape) : form_any();
        scope->slots[named->slot] = step->when ? form_optional(scope->arena, form) : form;
    }
}

/* The forms of all names of a route. */
static struct form_scope scope_of(struct arena *arena, const struct table *table,
                                  const struct route *route, size_t *budget) {
    struct form_scope scope = {.arena = arena, .budget = budget};
    scope.slots = arena_allocate_array(arena, route->slot_count + 1, sizeof *scope.slots);
    scope.slots[SLOT_NOW] = form_of_kind(arena, TYPE_STRING);
    for (size_t i = 0; i < table->common.name_count; i++) {
        const struct named_shape *named = &table->common.names[i];
        scope.slots[named->slot] = form_of_shape(&scope, named->shape);
    }
    scope.slots[route->path_slot] =
        form_of_schema(&scope, schema_of_names(arena, route->parameters, route->parameter_count));
    if (route->query_schema)
        scope.slots[route->query_slot] = form_of_schema(&scope, route->query_schema);
    if (route->body_schema)
        scope.slots[route->body_slot] = form_of_schema(&scope, route->body_schema);
    for (size_t i = 0; i < route->step_count; i++)
        add_step(&scope, &route->steps[i]);
    return scope;
}

const struct form *route_answer_form(struct arena *arena, const struct table *table,
                                     const struct route *route) {
    size_t budget = FORM_BUDGET;
    struct form_scope scope = scope_of(arena, table, route, &budget);
    return form_of_shape(&scope, route->answer.body);
}

int route_fixed_status(const struct route *route) {
    if (route->answer.error)
        return route->answer.error->status;
    if (!route->answer.status)
        return answer_default_status(route->method);
    bool fixed = route->answer.status->kind == EXPRESSION_LITERAL;
    return fixed ? (int)value_double(route->answer.status->literal) : 0;
}
