#include "language/environment.h"

#include <stdlib.h>
#include <string.h>

#include "language/schema.h"

struct declared_variable {
    struct text name;
    struct place place;
    const struct schema *schema;
    bool used;
};

void environment_load(struct library *library, const struct yaml_node *section) {
    if (!section)
        return;
    library->variables =
        arena_allocate_array(library->arena, section->count, sizeof *library->variables);
    for (size_t i = 0; i < section->count; i++) {
        const struct yaml_node *key = section->keys[i];
        if (!name_is_valid(key->text))
            diagnostics_add(library->diagnostics, key->place,
                            "\"%.*s\" cannot be the name of a variable", TEXT_ARGUMENT(key->text));
        library->variables[library->variable_count++] = (struct declared_variable){
            key->text, key->place, schema_of(library, section->items[i], "variable"), false};
    }
}

void environment_check_unused(struct library *library) {
    for (size_t i = 0; i < library->variable_count; i++)
        if (!library->variables[i].used)
            diagnostics_add(library->diagnostics, library->variables[i].place,
                            "the variable \"%.*s\" is declared, but ${%.*s} is used nowhere",
                            TEXT_ARGUMENT(library->variables[i].name),
                            TEXT_ARGUMENT(library->variables[i].name));
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

static void add_problem(struct library *library, struct variable_problem problem) {
    for (struct variable_problem *known = library->variable_problems; known; known = known->next)
        if (text_equal(known->name, problem.name))
            return;
    struct variable_problem *added = arena_allocate(library->arena, sizeof *added);
    *added = problem;
    added->next = library->variable_problems;
    library->variable_problems = added;
}

void environment_refuse(struct library *library, struct text name, struct text problem) {
    add_problem(library, (struct variable_problem){.name = text_copy(library->arena, name),
                                                   .problem = text_copy(library->arena, problem)});
}

static bool has_control_character(struct text text) {
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
            return true;
    return false;
}

static struct declared_variable *declared(const struct library *library, struct text name) {
    for (size_t i = 0; i < library->variable_count; i++)
        if (text_equal(library->variables[i].name, name))
            return &library->variables[i];
    return NULL;
}

/* What is wrong with a variable's value; empty if nothing is. */
static struct text problem_with(struct library *library, struct text name, struct text value) {
    const struct declared_variable *variable = declared(library, name);
    /* No setting is meant to have any: it comes from a file with a line end in it. */
    if (has_control_character(value))
        return text_of("has a control character in it, such as a line break at its end");
    if (!variable || !variable->schema)
        return (struct text){"", 0};
    struct buffer errors = {0};
    struct value given =
        schema_convert_strings(library->arena, variable->schema, value_string(value));
    schema_check(library->arena, variable->schema, given, "", &errors);
    struct text problem = text_trim(text_copy(library->arena, buffer_text(&errors)));
    buffer_free(&errors);
    return problem;
}

static struct value read_variable(struct library *library, struct text name, bool has_default,
                                  struct text otherwise) {
    struct text found = text_of(getenv(name.data));
    struct declared_variable *variable = declared(library, name);
    if (variable)
        variable->used = true;
    bool set = text_trim(found).size > 0;
    struct text problem = set ? problem_with(library, name, found) : (struct text){"", 0};
    if (set && !problem.size)
        return value_string(text_copy(library->arena, found));
    if (set)
        environment_refuse(library, name, problem);
    else if (!has_default)
        add_problem(library, (struct variable_problem){
                                 .name = name, .problem = text_of("is not set"), .unset = true});
    return otherwise.size ? value_string(otherwise) : value_missing();
}

size_t environment_reference(struct library *library, const struct yaml_node *node, size_t offset,
                             struct value *value) {
    struct text rest = {node->text.data + offset + 2, node->text.size - offset - 2};
    const char *end = rest.size ? memchr(rest.data, '}', rest.size) : NULL;
    struct text inside = {rest.data, end ? (size_t)(end - rest.data) : 0};
    const char *mark = inside.size ? memmem(inside.data, inside.size, ":-", 2) : NULL;
    struct text name = {inside.data, mark ? (size_t)(mark - inside.data) : inside.size};
    struct text otherwise = {"", 0};
    if (mark)
        otherwise = (struct text){mark + 2, inside.size - name.size - 2};
    *value = value_missing();
    if (!name_is_valid(name)) {
        diagnostics_add(library->diagnostics, yaml_place_at(node, offset),
                        "a variable is written ${NAME} or ${NAME:-default}");
        return 0;
    }
    *value = read_variable(library, text_copy(library->arena, name), mark != NULL,
                           text_copy(library->arena, otherwise));
    return inside.size + 3;
}

struct text environment_expand(struct library *library, const struct yaml_node *node,
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
            used = environment_reference(library, node, offset + literal.size, &value);
        if (dollar && value_is_missing(value))
            *complete = false;
        expanded = text_format(library->arena, "%.*s%.*s%.*s", TEXT_ARGUMENT(expanded),
                               TEXT_ARGUMENT(literal), TEXT_ARGUMENT(value_text(value)));
        if (dollar && !used)
            break;
        offset += literal.size + used;
    }
    return expanded;
}
