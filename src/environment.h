/* `${NAME}` and `${NAME:-default}` in the route table: read once, when it is loaded. */
#ifndef O2S_ENVIRONMENT_H
#define O2S_ENVIRONMENT_H

#include "scope.h"
#include "yaml_tree.h"

/* A variable that is needed and not set; a worker that lacks one does not start. */
struct missing_variable {
    struct text name;
    struct missing_variable *next;
};

/*
 * Reads the reference that begins at byte `offset` of a scalar's text with "${". Returns how many
 * bytes it has, 0 after a mistake was told to the diagnostics. `*value` becomes the variable's
 * text. A variable that is empty counts as not set; it then has its default, an empty one being
 * missing. One without a default is added to the library's missing variables.
 */
size_t environment_reference(struct library *library, const struct yaml_node *node, size_t offset,
                             struct value *value);

/*
 * The text of a scalar with each reference in it replaced by its value. `*complete` becomes
 * whether all of them had one.
 */
struct text environment_expand(struct library *library, const struct yaml_node *node,
                               bool *complete);

#endif
