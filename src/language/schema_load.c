#include <string.h>

#include "base/count.h"
#include "language/mapper.h"
#include "language/pattern.h"
#include "language/schema_types.h"
#include "language/string_check.h"
#include "language/template.h"

const char *const schema_type_names[] = {
    [SCHEMA_STRING] = "string",   [SCHEMA_NUMBER] = "number", [SCHEMA_INTEGER] = "integer",
    [SCHEMA_BOOLEAN] = "boolean", [SCHEMA_ARRAY] = "array",   [SCHEMA_OBJECT] = "object",
    [SCHEMA_OBJECT + 1] = NULL,
};

const char *const schema_format_names[] = {
    [FORMAT_EMAIL] = "email",     [FORMAT_DATE] = "date", [FORMAT_DATE_TIME] = "date-time",
    [FORMAT_ISO8601] = "iso8601", [FORMAT_URI] = "uri",   [FORMAT_URI + 1] = NULL,
};

/* The index of a scalar's string in `names`, starting at 1; 0 after an error, which is reported. */
static size_t choose(struct definitions *definitions, const struct yaml_node *node,
                     const char *const *names, const char *what) {
    struct nearest nearest = {.wanted = node->text};
    if (node->kind != YAML_SCALAR) {
        diagnostics_add(definitions->diagnostics, node->location,
                        "the %s of a schema must be a single word", what);
        return 0;
    }
    for (size_t i = 1; names[i]; i++) {
        if (text_is(node->text, names[i]))
            return i;
        nearest_offer(&nearest, text_of(names[i]));
    }
    diagnostics_add(definitions->diagnostics, node->location, "unknown %s \"%.*s\"%s", what,
                    TEXT_ARGUMENT(node->text), nearest_hint(&nearest, definitions->arena).data);
    return 0;
}

static struct value constant_number(struct definitions *definitions, const struct yaml_node *node) {
    struct value number = shape_load_constant(definitions, node);
    if (number.type != VALUE_NUMBER && (!value_is_missing(number) || yaml_is_null(node)))
        diagnostics_add(definitions->diagnostics, node->location, "expected a number");
    return number;
}

static bool is_written_out_list(const struct yaml_node *node) {
    for (size_t i = 0; i < node->count; i++)
        if (node->items[i]->kind != YAML_SCALAR || expression_begins(node->items[i]->text) ||
            template_begins(node->items[i]->text))
            return false;
    return node->kind == YAML_SEQUENCE;
}

/* Lists and objects are never equal: see value_equal(). */
static void check_scalars(struct definitions *definitions, const struct yaml_node *node,
                          struct value list) {
    bool written = node->kind == YAML_SEQUENCE && node->count == list.size;
    for (uint32_t i = 0; list.type == VALUE_ARRAY && i < list.size; i++) {
        struct value value = value_item(definitions->arena, list, i);
        if (value.type == VALUE_ARRAY || value.type == VALUE_OBJECT)
            diagnostics_add(definitions->diagnostics,
                            written ? node->items[i]->location : node->location,
                            "a value of an enum must be a string, a number or a boolean, not %s",
                            value.type == VALUE_ARRAY ? "a list" : "an object");
    }
}

static void load_enum(struct definitions *definitions, struct schema *schema,
                      const struct yaml_node *node) {
    schema->allowed = shape_load_constant(definitions, node);
    schema->lists_literals = schema->allowed.type == VALUE_ARRAY && is_written_out_list(node);
    if (yaml_is_null(node) ||
        (!value_is_missing(schema->allowed) && schema->allowed.type != VALUE_ARRAY))
        diagnostics_add(definitions->diagnostics, node->location,
                        "enum must be a list: [one, other], or a setting that is a list");
    check_scalars(definitions, node, schema->allowed);
}

static void load_pattern(struct definitions *definitions, struct schema *schema,
                         const struct yaml_node *node) {
    if (node->kind != YAML_SCALAR) {
        diagnostics_add(definitions->diagnostics, node->location, "pattern must be a string");
        return;
    }
    const char *problem;
    struct scope scope = {.definitions = definitions, .kind = SCOPE_LOAD};
    string_check_layout(&scope, node, STRING_IN_MAPPING);
    schema->pattern = node->text;
    struct arena *arena = definitions->patterns ? definitions->patterns : definitions->arena;
    schema->expression = pattern_compile(arena, node->text, &problem);
    if (problem)
        diagnostics_add(definitions->diagnostics, node->location, "%s", problem);
}

static struct schema *load_schema(struct definitions *definitions, const struct yaml_node *node);

static void load_properties(struct definitions *definitions, struct schema *schema,
                            const struct yaml_node *node) {
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(definitions->diagnostics, node->location,
                        "properties must be a mapping: {name: {type: string}}");
        return;
    }
    schema->closed = true;
    schema->properties =
        arena_allocate_array(definitions->arena, node->count, sizeof(struct schema_property));
    for (size_t i = 0; i < node->count; i++) {
        const struct schema *property = schema_of(definitions, node->items[i], "property");
        /*
         * A property with an error is still declared, so that reading it is not reported as well.
         */
        if (!property)
            property = arena_allocate(definitions->arena, sizeof *property);
        schema->properties[schema->property_count++] = (struct schema_property){
            .name = node->keys[i]->text, .schema = property, .location = node->keys[i]->location};
    }
}

static void load_required(struct definitions *definitions, struct schema *schema,
                          const struct yaml_node *node) {
    for (size_t i = 0; i < node->count; i++) {
        struct text name = node->items[i]->text;
        struct nearest nearest = {.wanted = name};
        bool found = false;
        for (size_t j = 0; j < schema->property_count; j++) {
            struct schema_property *property = &schema->properties[j];
            bool same = text_equal(property->name, name);
            property->required = property->required || same;
            found = found || same;
            nearest_offer(&nearest, property->name);
        }
        if (!found)
            diagnostics_add(definitions->diagnostics, node->items[i]->location,
                            "\"%.*s\" is required, but is not one of the properties%s",
                            TEXT_ARGUMENT(name), nearest_hint(&nearest, definitions->arena).data);
    }
    if (node->kind != YAML_SEQUENCE)
        diagnostics_add(definitions->diagnostics, node->location,
                        "required must be a list of names");
}

static void load_type(struct definitions *definitions, struct schema *schema,
                      const struct yaml_node *node) {
    schema->type = (enum schema_type)choose(definitions, node, schema_type_names, "type");
}

static void load_format(struct definitions *definitions, struct schema *schema,
                        const struct yaml_node *node) {
    schema->format = (enum schema_format)choose(definitions, node, schema_format_names, "format");
}

static void load_minimum(struct definitions *definitions, struct schema *schema,
                         const struct yaml_node *node) {
    schema->minimum = constant_number(definitions, node);
}

static void load_maximum(struct definitions *definitions, struct schema *schema,
                         const struct yaml_node *node) {
    schema->maximum = constant_number(definitions, node);
}

static void load_min_length(struct definitions *definitions, struct schema *schema,
                            const struct yaml_node *node) {
    schema->min_length = constant_number(definitions, node);
}

static void load_max_length(struct definitions *definitions, struct schema *schema,
                            const struct yaml_node *node) {
    schema->max_length = constant_number(definitions, node);
}

static void load_items(struct definitions *definitions, struct schema *schema,
                       const struct yaml_node *node) {
    schema->items = schema_of(definitions, node, "items");
}

static void load_alternatives(struct definitions *definitions, struct schema *schema,
                              const struct yaml_node *node) {
    if (node->kind != YAML_SEQUENCE || !node->count) {
        diagnostics_add(definitions->diagnostics, node->location,
                        "anyOf must be a list of schemas: [{format: date}, {format: date-time}]");
        return;
    }
    schema->alternatives =
        arena_allocate_array(definitions->arena, node->count, sizeof *schema->alternatives);
    for (size_t i = 0; i < node->count; i++) {
        const struct schema *alternative = schema_of(definitions, node->items[i], "schema");
        if (alternative)
            schema->alternatives[schema->alternative_count++] = alternative;
    }
}

static void load_description(struct definitions *definitions, struct schema *schema,
                             const struct yaml_node *node) {
    if (node->kind == YAML_SCALAR)
        schema->description = text_trim(node->text);
    else
        diagnostics_add(definitions->diagnostics, node->location, "description must be a string");
}

static bool constant_boolean(struct definitions *definitions, const struct yaml_node *node) {
    bool truth = node->kind == YAML_SCALAR && text_is(node->text, "true");
    if (!truth && (node->kind != YAML_SCALAR || !text_is(node->text, "false")))
        diagnostics_add(definitions->diagnostics, node->location, "expected true or false");
    return truth;
}

static void load_allow_empty(struct definitions *definitions, struct schema *schema,
                             const struct yaml_node *node) {
    schema->allows_empty = constant_boolean(definitions, node);
}

static void load_ignore_case(struct definitions *definitions, struct schema *schema,
                             const struct yaml_node *node) {
    schema->ignores_case = constant_boolean(definitions, node);
}

static void load_message(struct definitions *definitions, struct schema *schema,
                         const struct yaml_node *node) {
    if (node->kind == YAML_SCALAR && node->text.size)
        schema->message = text_copy(definitions->arena, node->text);
    else
        diagnostics_add(definitions->diagnostics, node->location,
                        "message must be a string, such as must be a currency code");
}

/*
 * Each row has the name, the type of the value, the function that loads it, and the description
 * (keyword.h). `required` refers to the properties and therefore comes after them. `$ref` is
 * handled by schema_of(), before a schema exists.
 */
#define SCHEMA_KEYWORDS(ROW)                                                                       \
    ROW("type", "type", load_type, "The type of the value.")                                       \
    ROW("enum", "enum", load_enum, "The allowed values: a list, or a setting that is a list.")     \
    ROW("minimum", "number", load_minimum, "The minimum of a number.")                             \
    ROW("maximum", "number", load_maximum, "The maximum of a number.")                             \
    ROW("minLength", "number", load_min_length, "The minimum number of characters of a string.")   \
    ROW("maxLength", "number", load_max_length, "The maximum number of characters of a string.")   \
    ROW("pattern", "regular_expression", load_pattern,                                             \
        "A POSIX extended regular expression that must match a part of the string.")               \
    ROW("format", "format", load_format, "The format of a string.")                                \
    ROW("anyOf", "alternatives", load_alternatives,                                                \
        "The value must match one of these schemas; for strings, numbers and booleans.")           \
    ROW("items", "schema", load_items, "The schema of every item of a list.")                      \
    ROW("properties", "properties", load_properties,                                               \
        "The schemas of an object's members, by name.")                                            \
    ROW("allowEmpty", "boolean", load_allow_empty,                                                 \
        "true: an empty or blank string is a value; otherwise it counts as absent.")               \
    ROW("ignoreCase", "boolean", load_ignore_case,                                                 \
        "true: upper and lower case of the enum's strings are not distinguished.")                 \
    ROW("message", "string", load_message, "The error message after the name of the field.")       \
    ROW("description", "string", load_description, "A description for readers.")                   \
    ROW("required", "required", load_required, "The names of mandatory members.")                  \
    ROW("$ref", "reference", NULL,                                                                 \
        "The name of another schema; no other key is allowed next to it.")

#define AS_KEYWORD(name, value, load, description) {name, value, description, false},
#define AS_LOADER(name, value, load, description)  load,

const struct keyword schema_keywords[] = {SCHEMA_KEYWORDS(AS_KEYWORD){0}};

static void (*const loaders[])(struct definitions *, struct schema *,
                               const struct yaml_node *) = {SCHEMA_KEYWORDS(AS_LOADER)};

static void fill_schema(struct definitions *definitions, struct schema *schema,
                        const struct yaml_node *node) {
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(definitions->diagnostics, node->location,
                        "a schema must be a mapping, such as {type: string}");
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        yaml_check_key(definitions->diagnostics, definitions->arena, node, i, "a schema",
                       schema_keywords);
    for (size_t i = 0; i < COUNT(loaders); i++) {
        const struct yaml_node *value = yaml_get(node, schema_keywords[i].name);
        if (value && loaders[i])
            loaders[i](definitions, schema, value);
    }
    if (schema->closed && schema->type == SCHEMA_ANY)
        schema->type = SCHEMA_OBJECT;
    schema_check_consistency(definitions, schema, node);
}

static struct schema *load_schema(struct definitions *definitions, const struct yaml_node *node) {
    struct schema *schema = arena_allocate(definitions->arena, sizeof *schema);
    fill_schema(definitions, schema, node);
    return schema;
}

static struct schema *find_schema(const struct definitions *definitions, struct text name) {
    for (size_t i = 0; i < definitions->schema_count; i++)
        if (text_equal(definitions->schemas[i].name, name))
            return &definitions->schemas[i];
    return NULL;
}

static bool is_type(struct text name) {
    return text_is_among(name, schema_type_names + 1, COUNT(schema_type_names) - 2);
}

static struct schema *named_schema(struct definitions *definitions, const struct yaml_node *node) {
    struct schema *named = find_schema(definitions, node->text);
    if (named)
        named->used = true;
    if (named)
        return named->other ? named->other : named;
    /* In JSON Schema elsewhere a reference is a URI: `#/$defs/Name`. */
    struct text path = node->text;
    struct nearest nearest = {.wanted = path};
    while (path.size)
        nearest.wanted = text_cut(&path, '/');
    for (size_t i = 0; i < definitions->schema_count; i++)
        nearest_offer(&nearest, definitions->schemas[i].name);
    diagnostics_add(definitions->diagnostics, node->location, "unknown schema \"%.*s\"%s",
                    TEXT_ARGUMENT(node->text),
                    is_type(node->text) ? text_format(definitions->arena, ": write {type: %.*s}",
                                                      TEXT_ARGUMENT(node->text))
                                              .data
                                        : nearest_hint(&nearest, definitions->arena).data);
    return NULL;
}

/* Whether `node` is an inline schema, not the name of a schema. */
static bool is_written_out(const struct yaml_node *node) {
    bool named = node->kind == YAML_SCALAR && !yaml_is_null(node);
    return !named && !yaml_get(node, "$ref");
}

/*
 * The scalar by which `node` names another schema; NULL if it is an inline schema. A `$ref` with
 * other keys next to it is an error.
 */
static const struct yaml_node *reference_in(struct definitions *definitions,
                                            const struct yaml_node *node, const char *what) {
    if (node->kind == YAML_SCALAR && !yaml_is_null(node))
        return node;
    const struct yaml_node *reference = yaml_get(node, "$ref");
    if (!reference || (node->count == 1 && reference->kind == YAML_SCALAR))
        return reference;
    diagnostics_add(definitions->diagnostics, node->location,
                    "$ref must be the only key of the %s, with the name of a schema: {$ref: Name}",
                    what);
    return NULL;
}

const struct schema *schema_of(struct definitions *definitions, const struct yaml_node *node,
                               const char *what) {
    if (is_written_out(node))
        return load_schema(definitions, node);
    const struct yaml_node *reference = reference_in(definitions, node, what);
    return reference ? named_schema(definitions, reference) : NULL;
}

const struct schema *schema_of_names(struct arena *arena, const struct text *names, size_t count) {
    struct schema *text = arena_allocate(arena, sizeof *text);
    text->type = SCHEMA_STRING;
    struct schema *schema = arena_allocate(arena, sizeof *schema);
    schema->type = SCHEMA_OBJECT;
    schema->closed = true;
    schema->properties = arena_allocate_array(arena, count, sizeof(struct schema_property));
    schema->property_count = count;
    for (size_t i = 0; i < count; i++)
        schema->properties[i] =
            (struct schema_property){.name = names[i], .schema = text, .required = true};
    return schema;
}

const struct schema *schema_of_members(struct definitions *definitions,
                                       const struct yaml_node *node) {
    struct schema *schema = arena_allocate(definitions->arena, sizeof *schema);
    schema->type = SCHEMA_OBJECT;
    load_properties(definitions, schema, node);
    /* A request has other headers, too. */
    schema->closed = false;
    return schema;
}

/*
 * A string is checked by all alternatives, and for a list also as its only item, so a schema must
 * not contain itself by these. It may contain itself by its properties, because the nesting of the
 * input is limited.
 */
enum { MAX_SCHEMA_NESTING = 32 };

static size_t nesting_of(struct definitions *definitions, struct schema *schema, size_t depth);

/* The depth of the deepest alternative or item. */
static size_t inner_nesting(struct definitions *definitions, const struct schema *schema,
                            size_t depth) {
    size_t nesting =
        schema->items ? nesting_of(definitions, (struct schema *)schema->items, depth) : 0;
    for (size_t i = 0; i < schema->alternative_count; i++) {
        size_t other = nesting_of(definitions, (struct schema *)schema->alternatives[i], depth);
        nesting = other > nesting ? other : nesting;
    }
    return nesting;
}

static size_t nesting_of(struct definitions *definitions, struct schema *schema, size_t depth) {
    if (schema->visit == SCHEMA_OPEN)
        diagnostics_add(definitions->diagnostics, schema->location,
                        "the schema \"%.*s\" contains itself as an alternative or item, directly "
                        "or through another schema",
                        TEXT_ARGUMENT(schema->name));
    if (schema->visit != SCHEMA_UNSEEN)
        return schema->nesting;
    schema->visit = SCHEMA_OPEN;
    schema->nesting = 1;
    if (depth < MAX_SCHEMA_NESTING)
        schema->nesting += inner_nesting(definitions, schema, depth + 1);
    schema->visit = SCHEMA_CLOSED;
    if (depth == MAX_SCHEMA_NESTING || schema->nesting > MAX_SCHEMA_NESTING)
        diagnostics_add(definitions->diagnostics, schema->location,
                        "alternatives and items are nested more than %d levels deep",
                        MAX_SCHEMA_NESTING);
    return schema->nesting;
}

/* `A: B` or `A: {$ref: B}`. A loop follows the chain of names. */
static void resolve(struct definitions *definitions, const struct yaml_node *section,
                    size_t index) {
    struct schema *schema = &definitions->schemas[index];
    size_t steps = 0;
    size_t next = index;
    for (; steps <= MAX_SCHEMA_NESTING; steps++) {
        const struct yaml_node *reference =
            reference_in(definitions, section->items[next], "schema");
        struct schema *other = reference ? named_schema(definitions, reference) : NULL;
        if (!other)
            break;
        schema->other = other;
        next = (size_t)(other - definitions->schemas);
    }
    if (steps <= MAX_SCHEMA_NESTING)
        return;
    schema->other = NULL;
    diagnostics_add(definitions->diagnostics, schema->location,
                    "the schema \"%.*s\" refers to itself, or to a chain of more than %d schemas",
                    TEXT_ARGUMENT(schema->name), MAX_SCHEMA_NESTING);
}

void schemas_load(struct definitions *definitions, const struct yaml_node *section) {
    if (!section)
        return;
    definitions->schemas =
        arena_allocate_array(definitions->arena, section->count, sizeof(struct schema));
    for (size_t i = 0; i < section->count; i++) {
        struct schema *schema = &definitions->schemas[definitions->schema_count++];
        schema->name = section->keys[i]->text;
        schema->location = section->keys[i]->location;
    }
    for (size_t i = 0; i < section->count; i++)
        resolve(definitions, section, i);
    for (size_t i = 0; i < section->count; i++)
        if (is_written_out(section->items[i]))
            fill_schema(definitions, &definitions->schemas[i], section->items[i]);
    for (size_t i = 0; i < section->count; i++)
        nesting_of(definitions, &definitions->schemas[i], 0);
}
