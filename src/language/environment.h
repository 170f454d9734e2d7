/*
 * `${NAME}` and `${NAME:-default}` in the route table, read once when the table is loaded. The
 * section `variables` specifies the valid values of a variable.
 */
#ifndef O2S_LANGUAGE_ENVIRONMENT_H
#define O2S_LANGUAGE_ENVIRONMENT_H

#include "language/scope.h"
#include "language/yaml_tree.h"

/*
 * Why a worker does not start: a required variable is not set, or a variable has an invalid value.
 */
struct variable_problem {
    struct text name;
    /*
     * The rest of the message after the name: "is not set", "must be …". It never contains the
     * value.
     */
    struct text problem;
    bool unset;
    struct variable_problem *next;
};

/* The problem as one line: "the environment variable NAME is not set". In `arena`. */
struct text variable_problem_text(struct arena *arena, const struct variable_problem *problem);

/*
 * Loads the section `variables` into the definitions, before any variable is read. NULL: the table
 * has no such section. The patterns, which take more memory than the rest, are compiled in
 * `loading`, which must last until environment_forget().
 */
void environment_load(struct definitions *definitions, const struct yaml_node *section,
                      struct arena *loading);

/* Forgets the section `variables`, after all variables were read. */
void environment_forget(struct definitions *definitions);

/* Reports each variable of the section that the table does not read. */
void environment_check_unused(struct definitions *definitions);

/*
 * Starts to collect what is read from the environment: by a variable, or by a setting, a name or a
 * mapper that contains one. Pass the result to environment_collected(), which returns what was read
 * since; it then also counts as read by the enclosing collection.
 */
environment_set environment_collect(struct definitions *definitions);
environment_set environment_collected(struct definitions *definitions, environment_set outer);

/* The name of the first variable that a scalar refers to; the empty string if absent. */
struct text environment_name_in(const struct yaml_node *node);

/*
 * Adds a variable with an invalid value to the problems of the definitions; `problem` as in the
 * struct.
 */
void environment_refuse(struct definitions *definitions, struct text name, struct text problem);

/*
 * Reads the reference "${…" that begins at byte `offset` of a scalar's string. Returns its length
 * in bytes, or 0 after an error, which is reported. Sets `*value` to the value of the variable. An
 * empty or blank variable counts as not set; it then has its default, and an empty default is
 * missing. A variable without a default is added to the problems of the definitions, and so is one
 * whose value does not match its schema in the section `variables` or contains a control character.
 */
size_t environment_reference(struct definitions *definitions, const struct yaml_node *node,
                             size_t offset, struct value *value);

/*
 * The string of a scalar with each reference replaced by its value. Sets `*complete` to whether
 * every variable had a value.
 */
struct text environment_expand(struct definitions *definitions, const struct yaml_node *node,
                               bool *complete);

#endif
