/*
 * The representation of a schema, shared by schema_load.c, which builds it, and by schema_convert.c
 * and schema.c, which use it.
 */
#ifndef O2S_LANGUAGE_SCHEMA_TYPES_H
#define O2S_LANGUAGE_SCHEMA_TYPES_H

#include <regex.h>

#include "language/schema.h"

enum schema_type {
    SCHEMA_ANY,
    SCHEMA_STRING,
    SCHEMA_NUMBER,
    SCHEMA_INTEGER,
    SCHEMA_BOOLEAN,
    SCHEMA_ARRAY,
    SCHEMA_OBJECT,
};

enum schema_format {
    FORMAT_NONE,
    FORMAT_EMAIL,
    FORMAT_DATE,
    FORMAT_DATE_TIME,
    FORMAT_ISO8601,
    FORMAT_URI,
};

struct schema_property {
    struct text name;
    const struct schema *schema;
    bool required;
    struct location location;
    /* Whether an expression reads it. */
    bool read;
};

struct schema {
    struct text name;
    struct location location;
    /* Whether it is referred to by its name. */
    bool used;
    /* With a name: the schema that it is an alias of; NULL: it is not an alias. */
    struct schema *other;
    /*
     * For the detection of a schema that contains itself as alternative or item, and of their
     * depth.
     */
    enum { SCHEMA_UNSEEN, SCHEMA_OPEN, SCHEMA_CLOSED } visit;
    size_t nesting;
    enum schema_type type;
    enum schema_format format;
    /* The allowed values; missing: any. */
    struct value allowed;
    /* Whether all of them are written in the table, not taken from the environment. */
    bool lists_literals;
    struct value minimum;
    struct value maximum;
    struct value min_length;
    struct value max_length;
    struct text pattern;
    regex_t *expression;
    /* An empty or blank string is a value, not absent. */
    bool allows_empty;
    /* `allowed` lists strings whose case is ignored. */
    bool ignores_case;
    /*
     * The error message after the name of the field, NUL-terminated; empty: the problem that was
     * found.
     */
    struct text message;
    /* For readers; empty: none. */
    struct text description;
    /* The alternatives, one of which must match. */
    const struct schema **alternatives;
    size_t alternative_count;
    const struct schema *items;
    struct schema_property *properties;
    size_t property_count;
    bool closed;
};

/* NULL if no property has this name. */
const struct schema_property *schema_find_property(const struct schema *schema, struct text name);

/*
 * schema_consistency.c: reports keywords of the schema, loaded from `node`, that have no effect or
 * that no value can match.
 */
void schema_check_consistency(struct definitions *definitions, struct schema *schema,
                              const struct yaml_node *node);

/*
 * Whether the value itself is valid, as an alternative must be; the members and items that it may
 * have are not checked. Takes no memory for what is wrong.
 */
bool schema_accepts(struct arena *arena, const struct schema *schema, struct value value);

/* Whether a value is an empty string or consists of white space only. */
bool schema_is_blank(struct value value);

#endif
