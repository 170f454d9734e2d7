/*
 * Shapes describe values in YAML, in which scalars may be expressions. Mappers are shapes with a
 * name and parameters.
 */
#ifndef O2S_LANGUAGE_MAPPER_H
#define O2S_LANGUAGE_MAPPER_H

#include "language/expression.h"

struct shape;

enum shape_kind { SHAPE_EXPRESSION, SHAPE_OBJECT, SHAPE_ARRAY };

enum shape_entry_kind {
    /* `name: value` */
    SHAPE_MEMBER,
    /* `$name: value`, a local, which is not a member of the result */
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
    /* Whether an object has a spread, so that a member may occur twice. */
    bool spreads;
};

struct mapper {
    struct text name;
    struct location location;
    struct text *parameters;
    size_t parameter_count;
    struct shape *body;
    /* What the section `models` declares of its results; NULL: nothing. */
    const struct schema *model;
    /* Parameters come first, then locals. */
    size_t slot_count;
    /* What the mapper reads from the environment, including the mappers that it calls. */
    environment_set environment;
    /* The nesting depth of its evaluation, including the mappers that it calls. */
    size_t nesting;
    /* Whether an expression calls it. */
    bool used;
    /* For the detection of recursion. */
    enum { MAPPER_UNSEEN, MAPPER_OPEN, MAPPER_CLOSED } visit;
};

/* A mapping of values to values: an entry of `tables` in the route table. */
struct lookup {
    struct text name;
    struct location location;
    /* Whether an expression calls it. */
    bool used;
    const struct member *entries;
    size_t count;
    /* `else:`; missing if the table has no default. */
    struct value otherwise;
    /* Where the entries are, and `else`. */
    const struct location *locations;
    struct location otherwise_location;
};

/*
 * Loads the shape that `node` describes, in the arena of the definitions, and adds its locals to
 * `scope`. Returns NULL after an error, which is reported.
 */
struct shape *shape_load(struct scope *scope, const struct yaml_node *node);

/* The value of a shape that is known when the table is loaded; missing after an error. */
struct value shape_load_constant(struct definitions *definitions, const struct yaml_node *node);

/* The same for a setting, whose value may have any type. */
struct value shape_load_setting(struct definitions *definitions, const struct yaml_node *node);

/* Whether the shape depends on nothing, and therefore has the same value at every request. */
bool shape_is_constant(const struct shape *shape);

/*
 * Splits a key such as `money $currency` into a name and parameters. Returns false if the key is
 * invalid.
 */
bool signature_parse(struct arena *arena, struct text key, struct text *name,
                     struct text **parameters, size_t *parameter_count);

/*
 * Loads the section `mappers` or `tables` into the definitions. NULL: the table has no such
 * section.
 */
void mappers_load(struct definitions *definitions, const struct yaml_node *section);
void lookups_load(struct definitions *definitions, const struct yaml_node *section);

/* lookup_check.c: reports keys and values in the mapping of a table that are probably mistakes. */
void lookup_check(struct definitions *definitions, const struct yaml_node *node);

/* NULL if there is no mapper or table with this name. */
struct mapper *mapper_find(const struct definitions *definitions, struct text name);
struct lookup *lookup_find(const struct definitions *definitions, struct text name);

/*
 * The index of the entry for this key; `lookup->count` if `else` holds, as for lists and objects.
 */
size_t lookup_entry(const struct lookup *lookup, struct value key);

#endif
