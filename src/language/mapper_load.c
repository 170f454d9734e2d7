#include <string.h>

#include "language/environment.h"
#include "language/functions.h"
#include "language/mapper.h"
#include "language/string_check.h"
#include "language/template.h"
#include "language/walk.h"
#include "language/yaml_location.h"
#include "language/yaml_value.h"

static struct shape *new_shape(struct scope *scope, enum shape_kind kind) {
    struct shape *shape = arena_allocate(scope->definitions->arena, sizeof *shape);
    shape->kind = kind;
    return shape;
}

static struct shape *load_scalar(struct scope *scope, const struct yaml_node *node,
                                 enum string_place place) {
    struct shape *shape = new_shape(scope, SHAPE_EXPRESSION);
    bool good = true;
    if (scope->kind != SCOPE_LOAD || scope->is_setting)
        good = string_check(scope, node, place);
    else
        string_check_layout(scope, node, place);
    if (!good)
        return NULL;
    if (expression_begins(node->text))
        shape->expression = expression_parse_node(scope, node);
    else if (template_begins(node->text))
        shape->expression = template_load_expression(scope, node);
    else
        shape->expression = expression_literal(scope->definitions->arena,
                                               yaml_scalar_value(scope->definitions->arena, node));
    return shape->expression ? shape : NULL;
}

static struct shape *load_shape(struct scope *scope, const struct yaml_node *node,
                                enum string_place place);

static struct shape *load_array(struct scope *scope, const struct yaml_node *node) {
    struct shape *shape = new_shape(scope, SHAPE_ARRAY);
    shape->items =
        arena_allocate_array(scope->definitions->arena, node->count, sizeof(struct shape *));
    shape->count = node->count;
    string_check_items(scope, node);
    bool good = true;
    bool constant = true;
    for (size_t i = 0; i < node->count; i++) {
        shape->items[i] = load_shape(scope, node->items[i], STRING_IN_LIST);
        good = good && shape->items[i];
        /* Whether a null is kept depends on where the list is used. */
        constant =
            good && constant && shape_is_constant(shape->items[i]) && !yaml_is_null(node->items[i]);
    }
    if (!good || !constant)
        return good ? shape : NULL;
    /* A list of constant items is constant; compute it here instead of at every request. */
    struct evaluation evaluation = {.arena = scope->definitions->arena};
    struct value value;
    if (!shape_evaluate(&evaluation, shape, &value))
        return shape;
    struct shape *folded = new_shape(scope, SHAPE_EXPRESSION);
    folded->expression = expression_literal(scope->definitions->arena, value);
    return folded;
}

/* A key without a value is always missing; often it is the rest of a string after a comma. */
static void check_entry(struct scope *scope, const struct yaml_node *object, size_t index) {
    const struct yaml_node *item = object->items[index];
    struct text key = object->keys[index]->text;
    if (!yaml_is_null(item) || item->text.size) {
        string_check_own_key(scope, item, key);
        return;
    }
    bool colon = item->location.line != object->keys[index]->location.line ||
                 item->location.column > yaml_location_at(object->keys[index], key.size).column;
    const char *cause = "";
    if (object->flow && expression_begins(key))
        cause = "; put quotation marks around a string with braces";
    else if (object->flow && index && !colon)
        cause =
            "; within { } a comma ends a string: put quotation marks around a string with a comma";
    diagnostics_add(scope->definitions->diagnostics, item->location,
                    "\"%.*s\" has no value: write null, or '' for an empty string%s",
                    TEXT_ARGUMENT(key), cause);
}

static bool can_be_spread(const struct scope *scope, const struct shape *shape) {
    struct value list = {.type = VALUE_MISSING};
    if (shape->kind == SHAPE_EXPRESSION && shape->expression->kind == EXPRESSION_LITERAL)
        list = shape->expression->literal;
    for (size_t i = 0; shape->kind == SHAPE_ARRAY && i < shape->count; i++)
        if (!static_type_can_be(static_type_of_shape(shape->items[i]), TYPE_OBJECT))
            return false;
    for (uint32_t i = 0; list.type == VALUE_ARRAY && i < list.size; i++)
        if (value_item(scope->definitions->arena, list, i).type != VALUE_OBJECT)
            return false;
    return static_type_can_be(static_type_of_shape(shape), TYPE_OBJECT | TYPE_ARRAY);
}

/* `<<: abc`, which inserts nothing, and `<:`, which is an ordinary member. */
static void check_spread(struct scope *scope, const struct shape_entry *entry,
                         const struct yaml_node *key, const struct yaml_node *item) {
    struct diagnostics *diagnostics = scope->definitions->diagnostics;
    bool spread = entry->kind == SHAPE_SPREAD && entry->value;
    if (spread && (yaml_is_null(item) || !can_be_spread(scope, entry->value)))
        diagnostics_add(diagnostics, item->location, "<< expects an object or a list of objects");
    else if (entry->kind == SHAPE_MEMBER && key->plain && entry->name.data[0] == '<')
        diagnostics_add(diagnostics, key->location,
                        "write << to insert the members of an object; put quotation marks around "
                        "\"%.*s\" for a member with this name",
                        TEXT_ARGUMENT(entry->name));
}

static bool load_entry(struct scope *scope, struct shape *shape, struct shape_entry *entry,
                       const struct yaml_node *key, const struct yaml_node *item) {
    entry->name = key->text;
    entry->location = key->location;
    if (text_is(key->text, "<<")) {
        entry->kind = SHAPE_SPREAD;
        shape->spreads = true;
    } else if (key->text.size > 1 && key->text.data[0] == '$') {
        entry->kind = SHAPE_LOCAL;
        entry->name = (struct text){key->text.data + 1, key->text.size - 1};
    }
    if (entry->kind == SHAPE_MEMBER)
        entry->name = definitions_member_name(scope->definitions, entry->name);
    entry->value = shape_load(scope, item);
    /* Added after its value is loaded, so that a local cannot refer to itself. */
    if (entry->kind == SHAPE_LOCAL) {
        entry->slot =
            scope_add(scope, entry->name, static_type_of_shape(entry->value), key->location);
        scope_watch(scope, key->location);
    }
    check_spread(scope, entry, key, item);
    return entry->value != NULL;
}

static struct shape *load_object(struct scope *scope, const struct yaml_node *node) {
    struct shape *shape = new_shape(scope, SHAPE_OBJECT);
    shape->entries =
        arena_allocate_array(scope->definitions->arena, node->count, sizeof(struct shape_entry));
    shape->count = node->count;
    bool good = true;
    for (size_t i = 0; i < node->count; i++) {
        check_entry(scope, node, i);
        good = load_entry(scope, shape, &shape->entries[i], node->keys[i], node->items[i]) && good;
    }
    if (!node->count) {
        shape->kind = SHAPE_EXPRESSION;
        shape->expression = expression_literal(scope->definitions->arena, value_object(NULL, 0));
    }
    return good ? shape : NULL;
}

static struct shape *load_shape(struct scope *scope, const struct yaml_node *node,
                                enum string_place place) {
    if (node->kind == YAML_SCALAR)
        return load_scalar(scope, node, place);
    if (node->kind == YAML_SEQUENCE)
        return load_array(scope, node);
    return load_object(scope, node);
}

struct shape *shape_load(struct scope *scope, const struct yaml_node *node) {
    return load_shape(scope, node, STRING_IN_MAPPING);
}

static struct value load_constant(struct definitions *definitions, const struct yaml_node *node,
                                  bool is_setting) {
    struct scope scope = {.definitions = definitions, .kind = SCOPE_LOAD, .is_setting = is_setting};
    struct shape *shape = shape_load(&scope, node);
    struct evaluation evaluation = {.arena = definitions->arena};
    evaluation.slots =
        arena_allocate_array(definitions->arena, scope.slot_count, sizeof *evaluation.slots);
    struct value value;
    if (!shape || definitions->recursive)
        return value_missing();
    if (shape_evaluate(&evaluation, shape, &value))
        return value;
    diagnostics_add(definitions->diagnostics, node->location,
                    evaluation.failure.too_large ? "the result of %.*s is too large"
                                                 : "%.*s is required, but missing",
                    TEXT_ARGUMENT(evaluation.failure.source));
    return value_missing();
}

struct value shape_load_constant(struct definitions *definitions, const struct yaml_node *node) {
    return load_constant(definitions, node, false);
}

struct value shape_load_setting(struct definitions *definitions, const struct yaml_node *node) {
    return load_constant(definitions, node, true);
}

bool signature_parse(struct arena *arena, struct text key, struct text *name,
                     struct text **parameters, size_t *parameter_count) {
    struct text rest = text_trim(key);
    *name = text_cut(&rest, ' ');
    *parameters = arena_allocate_array(arena, rest.size / 2 + 1, sizeof(struct text));
    *parameter_count = 0;
    while (rest.size) {
        struct text word = text_cut(&rest, ' ');
        if (!word.size)
            continue;
        struct text parameter = {word.data + 1, word.size - 1};
        if (word.data[0] != '$' || !name_is_valid(parameter))
            return false;
        (*parameters)[(*parameter_count)++] = parameter;
    }
    return name_is_valid(*name);
}

static const char *taken_as(const struct definitions *definitions, const struct mapper *mapper) {
    if (function_find(mapper->name))
        return "function";
    if (lookup_find(definitions, mapper->name))
        return "table";
    const struct mapper *first = mapper_find(definitions, mapper->name);
    return first && first != mapper ? "mapper" : NULL;
}

static void declare_mapper(struct definitions *definitions, struct mapper *mapper,
                           const struct yaml_node *key) {
    mapper->location = key->location;
    if (!signature_parse(definitions->arena, key->text, &mapper->name, &mapper->parameters,
                         &mapper->parameter_count))
        diagnostics_add(
            definitions->diagnostics, key->location,
            "invalid declaration of a mapper, \"%.*s\": write `name` or `name $parameter …`",
            TEXT_ARGUMENT(key->text));
    const char *taken = taken_as(definitions, mapper);
    if (taken)
        diagnostics_add(definitions->diagnostics, key->location,
                        "\"%.*s\" is already the name of a %s: choose another name",
                        TEXT_ARGUMENT(mapper->name), taken);
}

static void load_body(struct definitions *definitions, struct mapper *mapper,
                      const struct yaml_node *body) {
    struct scope scope = {
        .definitions = definitions, .kind = SCOPE_MAPPER, .current = &static_type_any};
    for (size_t i = 0; i < mapper->parameter_count; i++)
        scope_add(&scope, mapper->parameters[i], static_type_any, mapper->location);
    environment_set outer = environment_collect(definitions);
    mapper->body = shape_load(&scope, body);
    mapper->environment = environment_collected(definitions, outer);
    mapper->slot_count = scope.slot_count;
}

/* Recursion of mappers, and nesting that is too deep. */

/*
 * The maximum depth of nested expressions, lists and objects of a mapper, including the mappers
 * that it calls.
 */
enum { MAX_MAPPER_NESTING = 1000 };

struct mapper_visit {
    struct definitions *definitions;
    struct mapper *mapper;
    /* The depth at which the mapper is nested in its callers. */
    size_t depth;
};

static void visit_mapper(struct definitions *definitions, struct mapper *mapper, size_t depth);

static bool visit_node(void *context, const struct expression *expression, size_t depth) {
    struct mapper_visit *visit = context;
    struct definitions *definitions = visit->definitions;
    size_t nesting = depth + 1;
    if (expression->kind == EXPRESSION_MAPPER) {
        struct mapper *called = &definitions->mappers[expression->mapper - definitions->mappers];
        visit_mapper(definitions, called, visit->depth + nesting);
        nesting += called->nesting;
        visit->mapper->environment |= called->environment;
    }
    if (nesting > visit->mapper->nesting)
        visit->mapper->nesting = nesting;
    return true;
}

static void refuse_mapper(struct definitions *definitions, const struct mapper *mapper,
                          const char *why) {
    definitions->recursive = true;
    diagnostics_add(definitions->diagnostics, mapper->location, "the mapper \"%.*s\" %s",
                    TEXT_ARGUMENT(mapper->name), why);
}

/*
 * The recursion ends at the limit; `nesting` detects mappers that were visited at a smaller depth.
 */
static void visit_mapper(struct definitions *definitions, struct mapper *mapper, size_t depth) {
    if (mapper->visit == MAPPER_OPEN)
        refuse_mapper(
            definitions, mapper,
            "calls itself, directly or through another mapper: recursion is not supported");
    if (mapper->visit != MAPPER_UNSEEN)
        return;
    struct mapper_visit visit = {definitions, mapper, depth};
    mapper->visit = MAPPER_OPEN;
    if (depth <= MAX_MAPPER_NESTING)
        walk_shape(mapper->body, visit_node, &visit);
    mapper->visit = MAPPER_CLOSED;
    if (depth > MAX_MAPPER_NESTING || mapper->nesting > MAX_MAPPER_NESTING)
        refuse_mapper(definitions, mapper,
                      "is nested too deeply: shorten the chain of mappers that call one another");
}

void mappers_load(struct definitions *definitions, const struct yaml_node *section) {
    if (!section)
        return;
    definitions->mappers =
        arena_allocate_array(definitions->arena, section->count, sizeof(struct mapper));
    /*
     * All mappers are declared before any body is loaded, so that their order in the file does not
     * matter.
     */
    for (size_t i = 0; i < section->count; i++) {
        definitions->mapper_count++;
        declare_mapper(definitions, &definitions->mappers[i], section->keys[i]);
    }
    for (size_t i = 0; i < section->count; i++)
        load_body(definitions, &definitions->mappers[i], section->items[i]);
    for (size_t i = 0; i < section->count; i++)
        visit_mapper(definitions, &definitions->mappers[i], 0);
}

static void load_lookup(struct definitions *definitions, struct lookup *lookup,
                        const struct yaml_node *key, const struct yaml_node *node) {
    lookup->name = key->text;
    lookup->location = key->location;
    if (!name_is_valid(key->text) || function_find(key->text))
        diagnostics_add(definitions->diagnostics, key->location,
                        "\"%.*s\" cannot be the name of a table: choose another name",
                        TEXT_ARGUMENT(key->text));
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(definitions->diagnostics, node->location,
                        "a table must be a mapping of values: {from: to, else: other}");
        return;
    }
    lookup_check(definitions, node);
    struct member *entries = arena_allocate_array(definitions->arena, node->count, sizeof *entries);
    struct location *locations =
        arena_allocate_array(definitions->arena, node->count, sizeof *locations);
    for (size_t i = 0; i < node->count; i++) {
        if (node->items[i]->kind != YAML_SCALAR) {
            diagnostics_add(definitions->diagnostics, node->items[i]->location,
                            "the values of a table must be strings, numbers or booleans");
            continue;
        }
        struct scope scope = {.definitions = definitions, .kind = SCOPE_LOAD};
        string_check_empty(&scope, node->items[i]);
        struct value value = yaml_scalar_value(definitions->arena, node->items[i]);
        if (text_is(node->keys[i]->text, "else")) {
            lookup->otherwise = value;
            lookup->otherwise_location = node->keys[i]->location;
        } else {
            locations[lookup->count] = node->keys[i]->location;
            entries[lookup->count++] = (struct member){node->keys[i]->text, value};
        }
    }
    lookup->entries = entries;
    lookup->locations = locations;
}

void lookups_load(struct definitions *definitions, const struct yaml_node *section) {
    if (!section)
        return;
    definitions->lookups =
        arena_allocate_array(definitions->arena, section->count, sizeof(struct lookup));
    for (size_t i = 0; i < section->count; i++)
        load_lookup(definitions, &definitions->lookups[definitions->lookup_count++],
                    section->keys[i], section->items[i]);
}
