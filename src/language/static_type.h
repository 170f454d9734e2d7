/*
 * The types of expressions that are known before any request: from literals, from the schemas of
 * requests, and from the functions that are called. `check` reports what these types rule out.
 */
#ifndef O2S_LANGUAGE_STATIC_TYPE_H
#define O2S_LANGUAGE_STATIC_TYPE_H

#include "json/value.h"

struct schema;
struct shape;
struct lookup;

/* Sets of types. A missing value has no type, and is always possible. */
enum {
    TYPE_STRING = 1,
    TYPE_NUMBER = 2,
    TYPE_BOOLEAN = 4,
    TYPE_ARRAY = 8,
    TYPE_OBJECT = 16,
    TYPE_SCALAR = TYPE_STRING | TYPE_NUMBER | TYPE_BOOLEAN,
    TYPE_ANY = TYPE_SCALAR | TYPE_ARRAY | TYPE_OBJECT,
};

struct static_type {
    /* The possible types of the value; 0 means TYPE_ANY. */
    unsigned types;
    /* Describes the value; NULL: its members, items and allowed values are unknown. */
    const struct schema *schema;
};

/* The type of an unknown value. */
extern const struct static_type static_type_any;

/* Whether the value can have one of the types `wanted`. */
bool static_type_can_be(struct static_type type, unsigned wanted);

struct static_type static_type_of_value(struct value value);

/* The type of a value that was validated by the schema; NULL: any. */
struct static_type static_type_of_schema(const struct schema *schema);

/* The type of a member, or of an item, of such a value. */
struct static_type static_type_of_member(struct static_type object, struct text name);
struct static_type static_type_of_item(struct static_type array);

/* The type of a value that has one of the two types. */
struct static_type static_type_either(struct static_type a, struct static_type b);

/* The type of the results of a shape or a lookup; NULL: any. */
struct static_type static_type_of_shape(const struct shape *shape);
struct static_type static_type_of_lookup(const struct lookup *lookup);

/* The types in words: "a string or a list". */
const char *static_type_words(struct arena *arena, unsigned types);

#endif
