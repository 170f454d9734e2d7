/*
 * Which form a value has, as far as the table shows: what kind of value it is, which members it
 * has, and whether it can be missing. What an upstream sends is of any form.
 */
#ifndef O2S_LANGUAGE_FORM_H
#define O2S_LANGUAGE_FORM_H

#include "language/mapper.h"
#include "language/schema.h"
#include "language/static_type.h"

struct form;

struct form_member {
    struct text name;
    const struct form *form;
    struct form_member *next;
};

struct form {
    /* Types, as in static_type.h; none: it is always missing. */
    unsigned kinds;
    bool optional;
    /* Of an object: it can have other members. */
    bool open;
    const struct form_member *members;
    /* Of a list: what its items are. */
    const struct form *items;
    /* What it is computed by: an expression; NULL: it is made of several. */
    const struct expression *expression;
};

/* The forms of the names that are known where an expression is. */
struct form_scope {
    struct arena *arena;
    /* By slot; NULL: any form. */
    const struct form **slots;
    const struct form *current;
    size_t depth;
    /* How many more expressions and schemas are looked at; others are of any form. Shared. */
    size_t *budget;
};

/* Any form, and perhaps missing. */
const struct form *form_any(void);

/* A value of these types that is always there. */
const struct form *form_of_kind(struct arena *arena, unsigned kinds);

/* The same form, but perhaps missing. */
const struct form *form_optional(struct arena *arena, const struct form *form);

/* What a value is that the schema has accepted; NULL: any. */
const struct form *form_of_schema(const struct form_scope *scope, const struct schema *schema);

const struct form *form_of_shape(const struct form_scope *scope, const struct shape *shape);
const struct form *form_of_expression(const struct form_scope *scope,
                                      const struct expression *expression);

/* The member of an object; NULL if no such member is written out. */
const struct form *form_member(const struct form *form, struct text name);

#endif
