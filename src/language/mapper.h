/*
 * Shapes: values described in YAML, in which scalars may be expressions; and mappers, which are
 * shapes with a name and parameters.
 */
#ifndef O2S_LANGUAGE_MAPPER_H
#define O2S_LANGUAGE_MAPPER_H

#include "language/expression.h"

struct shape;

enum shape_kind { SHAPE_EXPRESSION, SHAPE_OBJECT, SHAPE_ARRAY };

enum shape_entry_kind {
    /* `name: value` */
    SHAPE_MEMBER,
    /* `$name: value`, a local: not a member of the result */
    SHAPE_LOCAL,
    /* `<<: object`: its members are inserted here */
    SHAPE_SPREAD,
};

struct shape_entry {
    enum shape_entry_kind kind;
    struct location location;
    struct text name;
    size_t slot;
    struct shape *value;
};

struct shape {
    enum shape_kind kind;
    struct expression *expression;
    struct shape **items;
    struct shape_entry *entries;
    size_t count;
    /* Whether an object has a spread, so that a member may be given twice. */
    bool spreads;
};

struct mapper {
    struct text name;
    struct location location;
    struct text *parameters;
    size_t parameter_count;
    struct shape *body;
    /* Parameters come first, then locals. */
    size_t slot_count;
    /* What of the environment is in it, and in the mappers that it calls. */
    environment_set environment;
    /* How deep its evaluation nests, mappers that it calls included. */
    size_t nesting;
    /* Whether an expression calls it. */
    bool used;
    /* For the search of a mapper that calls itself. */
    enum { MAPPER_UNSEEN, MAPPER_OPEN, MAPPER_CLOSED } visit;
};

/* Value to value: `tables` in the route table. */
struct lookup {
    struct text name;
    struct location location;
    /* Whether an expression calls it. */
    bool used;
    const struct member *entries;
    size_t count;
    /* `else:`; missing if there is none. */
    struct value otherwise;
    /* Where the entries are, and `else`. */
    const struct location *locations;
    struct location otherwise_location;
};

/*
 * The shape that `node` describes, in the arena of the definitions. Locals are added to `scope`.
 * NULL after an error, which is reported.
 */
struct shape *shape_load(struct scope *scope, const struct yaml_node *node);

/* The value of a shape that is known when the table is loaded; missing after an error. */
struct value shape_load_constant(struct definitions *definitions, const struct yaml_node *node);

/* The same for a setting, whose value may be of any kind. */
struct value shape_load_setting(struct definitions *definitions, const struct yaml_node *node);

/* Whether the shape reads nothing at all, and so is the same at every request. */
bool shape_is_constant(const struct shape *shape);

/* Splits a key such as `money $currency` into a name and parameters; false if it is none. */
bool signature_parse(struct arena *arena, struct text key, struct text *name,
                     struct text **parameters, size_t *parameter_count);

/* Loads the section `mappers`, or `tables`, into the definitions. NULL: there is none. */
void mappers_load(struct definitions *definitions, const struct yaml_node *section);
void lookups_load(struct definitions *definitions, const struct yaml_node *section);

/* lookup_check.c: reports what in the mapping of a table is hardly meant. */
void lookup_check(struct definitions *definitions, const struct yaml_node *node);

/* NULL if there is none of that name. */
struct mapper *mapper_find(const struct definitions *definitions, struct text name);
struct lookup *lookup_find(const struct definitions *definitions, struct text name);

/* The index of the entry for this key; `lookup->count` if `else` holds. */
size_t lookup_entry(const struct lookup *lookup, struct value key);

#endif
