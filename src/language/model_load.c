#include "language/form.h"
#include "language/model.h"
#include "language/schema_types.h"

/* How many expressions of a mapper are looked at. */
enum { FORM_BUDGET = 20000 };

struct check {
    struct definitions *definitions;
    const struct mapper *mapper;
    /* For what only the check needs: that of the definitions lives as long as the table. */
    struct arena *arena;
};

/* The name of a part in messages: "the mapper "thing"", or its member. */
static struct text part_name(const struct check *check, struct text path) {
    struct arena *arena = check->arena;
    return path.size
               ? text_format(arena, "\"%.*s\" of the mapper \"%.*s\"", TEXT_ARGUMENT(path),
                             TEXT_ARGUMENT(check->mapper->name))
               : text_format(arena, "the mapper \"%.*s\"", TEXT_ARGUMENT(check->mapper->name));
}

/* Whether the mapper can return a value of the type of the model; reports that it cannot. */
static bool check_type(const struct check *check, const struct form *form,
                       const struct schema *model, struct text path, struct location location) {
    unsigned declared = static_type_of_schema(model).types;
    if (!form->kinds || form->kinds & declared)
        return true;
    struct arena *arena = check->arena;
    diagnostics_add(check->definitions->diagnostics, location, "%.*s is %s, not %s",
                    TEXT_ARGUMENT(part_name(check, path)), static_type_words(arena, form->kinds),
                    static_type_words(arena, declared));
    return false;
}

static void report_unknown(const struct check *check, const struct form *form,
                           const struct schema_property *property, struct text path) {
    struct arena *arena = check->arena;
    struct nearest nearest = {.wanted = property->name};
    for (const struct form_member *member = form->members; member; member = member->next)
        nearest_offer(&nearest, member->name);
    diagnostics_add(check->definitions->diagnostics, property->location,
                    "%.*s has no member \"%.*s\"%s", TEXT_ARGUMENT(part_name(check, path)),
                    TEXT_ARGUMENT(property->name), nearest_hint(&nearest, arena).data);
}

static void check_members(const struct check *check, const struct form *form,
                          const struct schema *model, struct text path) {
    struct arena *arena = check->arena;
    for (size_t i = 0; i < model->property_count; i++) {
        const struct schema_property *property = &model->properties[i];
        const struct form *member = form_member(form, property->name);
        struct text inner = text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(path),
                                        path.size ? "." : "", TEXT_ARGUMENT(property->name));
        if (!member && !form->open)
            report_unknown(check, form, property, path);
        else if (member && check_type(check, member, property->schema, inner, property->location) &&
                 member->members)
            check_members(check, member, property->schema, inner);
    }
}

static void check_model(struct definitions *definitions, const struct mapper *mapper,
                        struct location location) {
    size_t budget = FORM_BUDGET;
    struct arena *arena = arena_create();
    struct form_scope scope = {.arena = arena, .budget = &budget};
    scope.slots = arena_allocate_array(arena, mapper->slot_count + 1, sizeof *scope.slots);
    const struct check check = {definitions, mapper, arena};
    const struct form *form = form_of_shape(&scope, mapper->body);
    if (check_type(&check, form, mapper->model, (struct text){"", 0}, location))
        check_members(&check, form, mapper->model, (struct text){"", 0});
    arena_destroy(arena);
}

static void load_model(struct definitions *definitions, const struct yaml_node *key,
                       const struct yaml_node *node) {
    struct nearest nearest = {.wanted = key->text};
    struct mapper *mapper = mapper_find(definitions, key->text);
    if (mapper) {
        mapper->model = schema_of(definitions, node, "model");
        return;
    }
    for (size_t i = 0; i < definitions->mapper_count; i++)
        nearest_offer(&nearest, definitions->mappers[i].name);
    diagnostics_add(definitions->diagnostics, key->location,
                    "unknown mapper \"%.*s\": a model has the name of a mapper%s",
                    TEXT_ARGUMENT(key->text), nearest_hint(&nearest, definitions->arena).data);
}

void models_load(struct definitions *definitions, const struct yaml_node *section) {
    /* Of a mapper with an error, parts are not there. */
    bool whole = !diagnostics_count(definitions->diagnostics) && !definitions->recursive;
    for (size_t i = 0; section && i < section->count; i++)
        load_model(definitions, section->keys[i], section->items[i]);
    for (size_t i = 0; whole && section && i < section->count; i++) {
        const struct mapper *mapper = mapper_find(definitions, section->keys[i]->text);
        if (mapper && mapper->model)
            check_model(definitions, mapper, section->keys[i]->location);
    }
}
