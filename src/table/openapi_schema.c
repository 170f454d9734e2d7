#include <stdlib.h>

#include "base/count.h"
#include "language/schema_types.h"
#include "table/openapi_parts.h"
#include "table/route_form.h"

/* Components. */

static struct text component_name(struct arena *arena, struct text name) {
    struct buffer words = {0};
    openapi_append_words(&words, name);
    struct text result = text_copy(arena, buffer_text(&words));
    buffer_free(&words);
    return result;
}

static bool is_taken(const struct openapi *openapi, struct text name) {
    bool taken = text_equal(openapi->error.name, name);
    for (size_t i = 0; !taken && i < openapi->table->definitions.schema_count; i++)
        taken = openapi->schemas[i].used && text_equal(openapi->schemas[i].name, name);
    for (size_t i = 0; !taken && i < openapi->table->definitions.mapper_count; i++)
        taken = text_equal(openapi->mappers[i].name, name);
    return taken;
}

/* A name that no component has yet. */
static struct text new_name(const struct openapi *openapi, struct text name) {
    struct text base = component_name(openapi->arena, name);
    struct text free_name = base;
    if (is_taken(openapi, base))
        free_name = text_format(openapi->arena, "%.*sAnswer", TEXT_ARGUMENT(base));
    for (size_t i = 2; !free_name.size || is_taken(openapi, free_name); i++)
        free_name = text_format(openapi->arena, "%.*sAnswer%zu", TEXT_ARGUMENT(base), i);
    return free_name;
}

/* The component of a schema with a name; NULL: the schema has no name. */
static struct openapi_component *component_of(struct openapi *openapi,
                                              const struct schema *schema) {
    const struct definitions *definitions = &openapi->table->definitions;
    for (size_t i = 0; i < definitions->schema_count; i++)
        if (&definitions->schemas[i] == schema)
            return &openapi->schemas[i];
    return NULL;
}

static void use_parts(struct openapi *openapi, const struct schema *schema);

/* Marks a schema with a name as used, and those that it refers to. */
static void use_schema(struct openapi *openapi, const struct schema *schema) {
    struct openapi_component *component = component_of(openapi, schema);
    if (!component || !component->used)
        use_parts(openapi, schema);
}

static void use_parts(struct openapi *openapi, const struct schema *schema) {
    struct openapi_component *component = component_of(openapi, schema);
    if (component)
        component->used = true;
    for (size_t i = 0; i < schema->property_count; i++)
        use_schema(openapi, schema->properties[i].schema);
    for (size_t i = 0; i < schema->alternative_count; i++)
        use_schema(openapi, schema->alternatives[i]);
    if (schema->items)
        use_schema(openapi, schema->items);
}

/* Of a query and of headers only the members are described, as parameters. */
static void use_members(struct openapi *openapi, const struct schema *schema) {
    for (size_t i = 0; schema && i < schema->property_count; i++)
        use_schema(openapi, schema->properties[i].schema);
}

static void use_schemas(struct openapi *openapi) {
    const struct table *table = openapi->table;
    use_members(openapi, table->common.header_schema);
    for (size_t i = 0; i < table->route_count; i++) {
        use_members(openapi, table->routes[i].query_schema);
        if (table->routes[i].body_schema)
            use_schema(openapi, table->routes[i].body_schema);
    }
}

static void name_components(struct openapi *openapi) {
    const struct definitions *definitions = &openapi->table->definitions;
    openapi->schemas =
        arena_allocate_array(openapi->arena, definitions->schema_count, sizeof *openapi->schemas);
    openapi->mappers =
        arena_allocate_array(openapi->arena, definitions->mapper_count, sizeof *openapi->mappers);
    use_schemas(openapi);
    for (size_t i = 0; i < definitions->schema_count; i++)
        openapi->schemas[i].name = new_name(openapi, definitions->schemas[i].name);
    openapi->error.name = new_name(openapi, text_of("Error"));
    for (size_t i = 0; i < definitions->mapper_count; i++)
        openapi->mappers[i].name = new_name(openapi, definitions->mappers[i].name);
}

/* Joins what is known of the objects that each mapper builds. */
static void collect(struct openapi *openapi, const struct form *form) {
    if (form->mapper) {
        size_t index = (size_t)(form->mapper - openapi->table->definitions.mappers);
        const struct form **all = &openapi->mapper_forms[index];
        *all = *all ? form_either(openapi->arena, *all, form) : form;
    }
    for (const struct form_member *member = form->members; member; member = member->next)
        collect(openapi, member->form);
    if (form->items)
        collect(openapi, form->items);
}

void openapi_begin_schemas(struct openapi *openapi) {
    const struct table *table = openapi->table;
    name_components(openapi);
    openapi->mapper_forms = arena_allocate_array(openapi->arena, table->definitions.mapper_count,
                                                 sizeof *openapi->mapper_forms);
    openapi->answers =
        arena_allocate_array(openapi->arena, table->route_count, sizeof *openapi->answers);
    for (size_t i = 0; i < table->route_count; i++) {
        if (!table->routes[i].answer.body)
            continue;
        openapi->answers[i] = route_answer_form(openapi->arena, table, &table->routes[i]);
        collect(openapi, openapi->answers[i]);
    }
}

struct value openapi_reference(struct arena *arena, const char *kind, struct text name) {
    struct object_builder reference = {.arena = arena};
    object_add_text(&reference, "$ref",
                    text_format(arena, "#/components/%s/%.*s", kind, TEXT_ARGUMENT(name)));
    return object_built(&reference);
}

static struct value refer(struct openapi *openapi, struct openapi_component *component) {
    component->used = true;
    return openapi_reference(openapi->arena, "schemas", component->name);
}

struct value openapi_error_reference(struct openapi *openapi) {
    return refer(openapi, &openapi->error);
}

/* Types. */

/* The value of `type`: one name, or a list of several; missing for any type. */
static struct value type_of(struct arena *arena, unsigned kinds, bool integer) {
    const struct {
        unsigned kind;
        const char *name;
    } names[] = {
        {TYPE_STRING, "string"},   {TYPE_NUMBER, integer ? "integer" : "number"},
        {TYPE_BOOLEAN, "boolean"}, {TYPE_ARRAY, "array"},
        {TYPE_OBJECT, "object"},
    };
    struct list_builder types = {.arena = arena};
    for (size_t i = 0; i < COUNT(names); i++)
        if (kinds & names[i].kind)
            list_add(&types, value_string(text_of(names[i].name)));
    if (!types.count || kinds == TYPE_ANY)
        return value_missing();
    return types.count == 1 ? types.items[0] : list_built(&types);
}

/* The rules of a schema for strings and numbers. */
static void add_rules(struct openapi *openapi, struct object_builder *object,
                      const struct schema *schema) {
    struct arena *arena = openapi->arena;
    const char *format = schema->format == FORMAT_NONE || schema->format == FORMAT_ISO8601
                             ? NULL
                             : schema_format_names[schema->format];
    object_add_string(object, "format", format);
    object_add(object, "minimum", schema->minimum);
    object_add(object, "maximum", schema->maximum);
    object_add(object, "minLength", schema->min_length);
    object_add(object, "maxLength", schema->max_length);
    object_add_text(object, "pattern", openapi_pattern(arena, schema->pattern));
}

static struct value described(struct openapi *openapi, const struct schema *schema);

struct value openapi_of_schema(struct openapi *openapi, const struct schema *schema) {
    struct openapi_component *component = component_of(openapi, schema);
    if (component)
        return refer(openapi, component);
    return described(openapi, schema);
}

/* With `open`, or without known members, it can have others. */
static void add_object_parts(struct object_builder *object, const struct list_builder *required,
                             const struct object_builder *properties, bool open) {
    if (required->count)
        object_add(object, "required", list_built(required));
    if (properties->count)
        object_add(object, "properties", object_built(properties));
    if (open || !properties->count)
        object_add(object, "additionalProperties", value_boolean(true));
}

static void add_properties(struct openapi *openapi, struct object_builder *object,
                           const struct schema *schema) {
    struct arena *arena = openapi->arena;
    struct object_builder properties = {.arena = arena};
    struct list_builder required = {.arena = arena};
    for (size_t i = 0; i < schema->property_count; i++) {
        const struct schema_property *property = &schema->properties[i];
        object_add_named(&properties, property->name, openapi_of_schema(openapi, property->schema));
        if (property->required)
            list_add(&required, value_string(property->name));
    }
    add_object_parts(object, &required, &properties, false);
}

static struct value alternatives_of(struct openapi *openapi, const struct schema *schema) {
    struct list_builder alternatives = {.arena = openapi->arena};
    for (size_t i = 0; i < schema->alternative_count; i++)
        list_add(&alternatives, openapi_of_schema(openapi, schema->alternatives[i]));
    return alternatives.count ? list_built(&alternatives) : value_missing();
}

/* A schema written out. */
static struct value described(struct openapi *openapi, const struct schema *schema) {
    struct arena *arena = openapi->arena;
    struct object_builder object = {.arena = arena};
    object_add(&object, "type",
               type_of(arena, static_type_of_schema(schema).types, schema->type == SCHEMA_INTEGER));
    object_add_text(&object, "description", schema->description);
    if (schema->allowed.type == VALUE_ARRAY)
        object_add(&object, "enum", schema->allowed);
    add_rules(openapi, &object, schema);
    object_add(&object, "anyOf", alternatives_of(openapi, schema));
    if (schema->type == SCHEMA_ARRAY)
        object_add(&object, "items",
                   schema->items ? openapi_of_schema(openapi, schema->items)
                                 : value_object(NULL, 0));
    if (schema->type == SCHEMA_OBJECT)
        add_properties(openapi, &object, schema);
    return object_built(&object);
}

/* Forms. */

static struct value choices_of(struct arena *arena, const struct form *form) {
    struct list_builder choices = {.arena = arena};
    for (const struct form_choice *choice = form->choices; choice; choice = choice->next)
        list_add(&choices, choice->value);
    return choices.count ? list_built(&choices) : value_missing();
}

static void add_members(struct openapi *openapi, struct object_builder *object,
                        const struct form *form) {
    struct arena *arena = openapi->arena;
    struct object_builder properties = {.arena = arena};
    struct list_builder required = {.arena = arena};
    for (const struct form_member *member = form->members; member; member = member->next) {
        object_add_named(&properties, member->name, openapi_of_form(openapi, member->form));
        if (!member->form->optional)
            list_add(&required, value_string(member->name));
    }
    add_object_parts(object, &required, &properties, form->open);
}

static void add_items(struct openapi *openapi, struct object_builder *object,
                      const struct form *form) {
    struct arena *arena = openapi->arena;
    object_add(object, "items",
               form->items ? openapi_of_form(openapi, form->items) : value_object(NULL, 0));
    if (form->items && !form->items->kinds)
        object_add(object, "maxItems", value_integer(arena, 0));
}

/* A form written out. */
static struct value written_out(struct openapi *openapi, const struct form *form) {
    struct arena *arena = openapi->arena;
    struct object_builder object = {.arena = arena};
    unsigned kinds = form->kinds == TYPE_ANY ? form->likely : form->kinds;
    const struct schema *schema = form->schema;
    object_add(&object, "type", type_of(arena, kinds, form->integer));
    if (form->mapper && form->mapper->model)
        schema = form->mapper->model;
    if (schema)
        object_add_text(&object, "description", schema->description);
    object_add(&object, "enum", choices_of(arena, form));
    if (schema && !form->choices && !(kinds & ~(unsigned)TYPE_SCALAR)) {
        object_add(&object, "enum",
                   schema->allowed.type == VALUE_ARRAY ? schema->allowed : value_missing());
        add_rules(openapi, &object, schema);
    }
    if (kinds != TYPE_ANY && kinds & TYPE_ARRAY)
        add_items(openapi, &object, form);
    if (kinds != TYPE_ANY && kinds & TYPE_OBJECT)
        add_members(openapi, &object, form);
    return object_built(&object);
}

struct value openapi_of_form(struct openapi *openapi, const struct form *form) {
    if (!form->mapper)
        return written_out(openapi, form);
    size_t index = (size_t)(form->mapper - openapi->table->definitions.mappers);
    return refer(openapi, &openapi->mappers[index]);
}

/* The schema of errors, as http_response_fail() writes them. */
static struct value error_schema(struct arena *arena) {
    struct object_builder object = {.arena = arena};
    struct object_builder properties = {.arena = arena};
    struct list_builder required = {.arena = arena};
    static const struct {
        const char *name;
        unsigned kind;
        const char *description;
    } members[] = {
        {"message", TYPE_STRING, "What is wrong"},
        {"error", TYPE_STRING, "The name of the status"},
        {"statusCode", TYPE_NUMBER, "The status"},
    };
    for (size_t i = 0; i < COUNT(members); i++) {
        struct object_builder member = {.arena = arena};
        object_add(&member, "type", type_of(arena, members[i].kind, true));
        object_add_string(&member, "description", members[i].description);
        object_add(&properties, members[i].name, object_built(&member));
        list_add(&required, value_string(text_of(members[i].name)));
    }
    object_add_string(&object, "type", "object");
    object_add(&object, "required", list_built(&required));
    object_add(&object, "properties", object_built(&properties));
    return object_built(&object);
}

/* Writes the components that are used and not yet written; returns whether there were any. */
static bool add_components(struct openapi *openapi, struct object_builder *object) {
    const struct definitions *definitions = &openapi->table->definitions;
    bool added = false;
    for (size_t i = 0; i < definitions->schema_count; i++) {
        struct openapi_component *component = &openapi->schemas[i];
        if (!component->used || component->written)
            continue;
        component->written = added = true;
        object_add_named(object, component->name, described(openapi, &definitions->schemas[i]));
    }
    for (size_t i = 0; i < definitions->mapper_count; i++) {
        struct openapi_component *component = &openapi->mappers[i];
        if (!component->used || component->written)
            continue;
        component->written = added = true;
        object_add_named(object, component->name, written_out(openapi, openapi->mapper_forms[i]));
    }
    return added;
}

static int compare_names(const void *a, const void *b) {
    return text_compare(((const struct member *)a)->name, ((const struct member *)b)->name);
}

struct value openapi_schemas(struct openapi *openapi) {
    struct object_builder object = {.arena = openapi->arena};
    if (openapi->error.used)
        object_add_named(&object, openapi->error.name, error_schema(openapi->arena));
    while (add_components(openapi, &object)) {
    }
    if (object.count)
        qsort(object.members, object.count, sizeof *object.members, compare_names);
    return object.count ? object_built(&object) : value_missing();
}
