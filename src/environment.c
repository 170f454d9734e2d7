#include "environment.h"

#include <stdlib.h>
#include <string.h>

static void note_missing(struct library *library, struct text name) {
    for (struct missing_variable *known = library->missing_variables; known; known = known->next)
        if (text_equal(known->name, name))
            return;
    struct missing_variable *missing = arena_allocate(library->arena, sizeof *missing);
    missing->name = name;
    missing->next = library->missing_variables;
    library->missing_variables = missing;
}

static struct value read_variable(struct library *library, struct text name, bool has_default,
                                  struct text otherwise) {
    const char *found = getenv(name.data);
    if (found && *found)
        return value_string(text_copy(library->arena, text_of(found)));
    if (!has_default)
        note_missing(library, name);
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
