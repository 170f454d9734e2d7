#include "language/environment.h"

#include <stdlib.h>
#include <string.h>

#include "language/schema.h"
#include "language/yaml_location.h"

struct declared_variable {
    struct text name;
    struct location location;
    const struct schema *schema;
    bool used;
};

struct text variable_problem_text(struct arena *arena, const struct variable_problem *problem) {
    return text_format(arena, "the environment variable %.*s %.*s", TEXT_ARGUMENT(problem->name),
                       TEXT_ARGUMENT(problem->problem));
}

void environment_load(struct definitions *definitions, const struct yaml_node *section,
                      struct arena *loading) {
    if (!section)
        return;
    definitions->patterns = loading;
    definitions->variables =
        arena_allocate_array(definitions->arena, section->count, sizeof *definitions->variables);
    for (size_t i = 0; i < section->count; i++) {
        const struct yaml_node *key = section->keys[i];
        if (!name_is_valid(key->text))
            diagnostics_add(definitions->diagnostics, key->location,
                            "\"%.*s\" is not a valid name of a variable", TEXT_ARGUMENT(key->text));
        definitions->variables[definitions->variable_count++] = (struct declared_variable){
            key->text, key->location, schema_of(definitions, section->items[i], "variable"), false};
    }
    definitions->patterns = NULL;
}

void environment_forget(struct definitions *definitions) {
    definitions->variables = NULL;
    definitions->variable_count = 0;
}

void environment_check_unused(struct definitions *definitions) {
    for (size_t i = 0; i < definitions->variable_count; i++)
        /* One of a table that is extended may be used by what has been changed. */
        if (!definitions->variables[i].used && !definitions->variables[i].location.file)
            diagnostics_add(definitions->diagnostics, definitions->variables[i].location,
                            "the variable \"%.*s\" is declared, but ${%.*s} is not used",
                            TEXT_ARGUMENT(definitions->variables[i].name),
                            TEXT_ARGUMENT(definitions->variables[i].name));
}

environment_set environment_collect(struct definitions *definitions) {
    environment_set outer = definitions->environment;
    definitions->environment = 0;
    return outer;
}

environment_set environment_collected(struct definitions *definitions, environment_set outer) {
    environment_set collected = definitions->environment;
    definitions->environment |= outer;
    return collected;
}

struct text environment_name_in(const struct yaml_node *node) {
    struct text name = {"", 0};
    const char *dollar = node->text.size ? memmem(node->text.data, node->text.size, "${", 2) : NULL;
    if (!dollar)
        return name;
    name.data = dollar + 2;
    while (name.data + name.size < node->text.data + node->text.size &&
           name.data[name.size] != '}' && name.data[name.size] != ':')
        name.size++;
    return name;
}

static void add_problem(struct definitions *definitions, struct variable_problem problem) {
    for (struct variable_problem *known = definitions->variable_problems; known;
         known = known->next)
        if (text_equal(known->name, problem.name))
            return;
    struct variable_problem *added = arena_allocate(definitions->arena, sizeof *added);
    *added = problem;
    added->next = definitions->variable_problems;
    definitions->variable_problems = added;
}

void environment_refuse(struct definitions *definitions, struct text name, struct text problem) {
    add_problem(definitions,
                (struct variable_problem){.name = text_copy(definitions->arena, name),
                                          .problem = text_copy(definitions->arena, problem)});
}

static struct declared_variable *declared(const struct definitions *definitions, struct text name) {
    for (size_t i = 0; i < definitions->variable_count; i++)
        if (text_equal(definitions->variables[i].name, name))
            return &definitions->variables[i];
    return NULL;
}

/* What is wrong with the value of a variable; the empty string if it is valid. */
static struct text problem_with(struct definitions *definitions, struct text name,
                                struct text value) {
    const struct declared_variable *variable = declared(definitions, name);
    /* No setting needs control characters; the usual cause is a line end from a file. */
    if (text_has_control(value, text_of("")))
        return text_of("contains a control character, such as a trailing line break");
    if (!variable || !variable->schema)
        return (struct text){"", 0};
    struct buffer errors = {0};
    struct value given =
        schema_convert_strings(definitions->arena, variable->schema, value_string(value));
    schema_check(definitions->arena, variable->schema, given, "", &errors);
    struct text problem = text_trim(text_copy(definitions->arena, buffer_text(&errors)));
    buffer_free(&errors);
    return problem;
}

static void note_use(struct definitions *definitions, struct text name) {
    struct used_variable **last = &definitions->used_variables;
    while (*last && !text_equal((*last)->name, name))
        last = &(*last)->next;
    if (*last)
        return;
    *last = arena_allocate(definitions->arena, sizeof **last);
    (*last)->name = name;
}

/*
 * A reference with an error still counts as a use, so that the variable is not reported as unused.
 */
static void mark_used(struct definitions *definitions, struct text reference) {
    struct declared_variable *variable = declared(definitions, name_at_start(reference));
    if (variable)
        variable->used = true;
}

static struct value read_variable(struct definitions *definitions, struct text name,
                                  bool has_default, struct text otherwise) {
    struct text found = text_of(getenv(text_c_string(name)));
    note_use(definitions, name);
    bool set = text_trim(found).size > 0;
    struct text problem = set ? problem_with(definitions, name, found) : (struct text){"", 0};
    if (set && !problem.size)
        return value_string(text_copy(definitions->arena, found));
    if (set)
        environment_refuse(definitions, name, problem);
    else if (!has_default)
        add_problem(definitions, (struct variable_problem){.name = name,
                                                           .problem = text_of("is not set"),
                                                           .unset = true});
    return otherwise.size ? value_string(otherwise) : value_missing();
}

size_t environment_reference(struct definitions *definitions, const struct yaml_node *node,
                             size_t offset, struct value *value) {
    struct text rest = {node->text.data + offset + 2, node->text.size - offset - 2};
    const char *end = rest.size ? memchr(rest.data, '}', rest.size) : NULL;
    struct text inside = {rest.data, end ? (size_t)(end - rest.data) : 0};
    const char *mark = inside.size ? memmem(inside.data, inside.size, ":-", 2) : NULL;
    struct text name = {inside.data, mark ? (size_t)(mark - inside.data) : inside.size};
    struct text otherwise = {"", 0};
    if (mark)
        otherwise = (struct text){mark + 2, inside.size - name.size - 2};
    *value = value_missing();
    mark_used(definitions, rest);
    if (!name_is_valid(name)) {
        diagnostics_add(definitions->diagnostics, yaml_location_at(node, offset),
                        "write a variable as ${NAME} or ${NAME:-default}");
        return 0;
    }
    definitions->environment |= (environment_set)1 << ENVIRONMENT_SETTINGS;
    *value = read_variable(definitions, text_copy(definitions->arena, name), mark != NULL,
                           text_copy(definitions->arena, otherwise));
    return inside.size + 3;
}

struct text environment_expand(struct definitions *definitions, const struct yaml_node *node,
                               bool *complete) {
    *complete = true;
    struct text expanded = {"", 0};
    size_t offset = 0;
    while (offset < node->text.size) {
        struct text rest = {node->text.data + offset, node->text.size - offset};
        const char *dollar = memmem(rest.data, rest.size, "${", 2);
        struct text literal = {rest.data, dollar ? (size_t)(dollar - rest.data) : rest.size};
        struct value value = value_missing();
        size_t used = 0;
        if (dollar)
            used = environment_reference(definitions, node, offset + literal.size, &value);
        if (dollar && value_is_missing(value))
            *complete = false;
        expanded = text_format(definitions->arena, "%.*s%.*s%.*s", TEXT_ARGUMENT(expanded),
                               TEXT_ARGUMENT(literal), TEXT_ARGUMENT(value_text(value)));
        if (dollar && !used)
            break;
        offset += literal.size + used;
    }
    return expanded;
}
