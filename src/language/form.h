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

/* One of the values that a value can have. */
struct form_choice {
    struct value value;
    struct form_choice *next;
};

struct form {
    /* Types, as in static_type.h; none: it is always missing. */
    unsigned kinds;
    /* Of any type: those that the values behind `??` have; none: there is no sign. */
    unsigned likely;
    bool optional;
    /* If it is a number, it has no fraction. */
    bool integer;
    /* Of an object: it can have other members. */
    bool open;
    const struct form_member *members;
    /* Of a list: what its items are. */
    const struct form *items;
    /* The only values that it has: constants, or results of a table; NULL: not known. */
    const struct form_choice *choices;
    /* Describes it: it was validated by this schema, or a model declares it; NULL: nothing does. */
    const struct schema *schema;
    /* Of an object: the mapper that builds it; NULL: none. */
    const struct mapper *mapper;
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

/* What is either of both, by its kind and members; `optional` is as of the second. */
const struct form *form_either(struct arena *arena, const struct form *a, const struct form *b);

/* What a value is that the schema has accepted; NULL: any. */
const struct form *form_of_schema(const struct form_scope *scope, const struct schema *schema);

const struct form *form_of_shape(const struct form_scope *scope, const struct shape *shape);

/*
 * What a model declares of a value, added to what is known: types of what is passed on unchanged,
 * which members are always there, and descriptions.
 */
const struct form *form_with_model(const struct form_scope *scope, const struct form *form,
                                   const struct schema *model);

/* The member of an object; NULL if no such member is written out. */
const struct form *form_member(const struct form *form, struct text name);

#endif
