/*
 * `${NAME}` and `${NAME:-default}` in the route table: read once, when it is loaded. The section
 * `variables` says what a variable's value must look like.
 */
#ifndef O2S_LANGUAGE_ENVIRONMENT_H
#define O2S_LANGUAGE_ENVIRONMENT_H

#include "language/scope.h"
#include "language/yaml_tree.h"

/* Why a worker does not start: a variable that is needed and not set, or one with a bad value. */
struct variable_problem {
    struct text name;
    /* What follows the name in a message: "is not set", "must be …". It never has the value. */
    struct text problem;
    bool unset;
    struct variable_problem *next;
};

/* A line for people: "the environment variable NAME is not set". In `arena`. */
struct text variable_problem_text(struct arena *arena, const struct variable_problem *problem);

/* Loads the section `variables` into the definitions, before any variable is read. NULL: there is
 * none.
 */
void environment_load(struct definitions *definitions, const struct yaml_node *section);

/* Reports each variable of the section that nothing in the table has read. */
void environment_check_unused(struct definitions *definitions);

/*
 * Begins to collect what is read of the environment, by a variable or by a setting, a name or a
 * mapper that is made of one. The result is for environment_collected(), which returns what was
 * read since; that counts as read by what is around it, too.
 */
environment_set environment_collect(struct definitions *definitions);
environment_set environment_collected(struct definitions *definitions, environment_set outer);

/* The name of the first variable that a scalar refers to; empty if it refers to none. */
struct text environment_name_in(const struct yaml_node *node);

/* Adds a variable whose value is bad to the problems of the definitions; `problem` as in the
 * struct. */
void environment_refuse(struct definitions *definitions, struct text name, struct text problem);

/*
 * Reads the reference that begins at byte `offset` of a scalar's text with "${". Returns how many
 * bytes it has, 0 after an error, which is reported. `*value` becomes the variable's
 * text. A variable that is empty or blank counts as not set; it then has its default, an empty one
 * being missing. One without a default, and one whose value is not as the section `variables` has
 * it or has a control character, is added to the problems of the definitions.
 */
size_t environment_reference(struct definitions *definitions, const struct yaml_node *node,
                             size_t offset, struct value *value);

/*
 * The text of a scalar with each reference in it replaced by its value. `*complete` becomes
 * whether all of them had one.
 */
struct text environment_expand(struct definitions *definitions, const struct yaml_node *node,
                               bool *complete);

#endif
