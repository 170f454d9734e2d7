/*
 * The values of expressions: those of JSON (RFC 8259), and "missing".
 *
 * A value is a view of 16 bytes. The data that it points to belongs to an arena, to a json-c tree,
 * to the route table, or to the text that it was read from, and must outlive the view. Data is
 * never modified through a value.
 *
 * A number keeps the digits of the input; it is never rounded.
 */
#ifndef O2S_JSON_VALUE_H
#define O2S_JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

struct json_object;

enum value_type {
    VALUE_MISSING,
    VALUE_NULL,
    VALUE_BOOLEAN,
    VALUE_NUMBER,
    VALUE_STRING,
    VALUE_ARRAY,
    VALUE_OBJECT,
};

struct value {
    uint8_t type;
    /* An array or object that is a view of a json-c tree. */
    bool parsed;
    /* A string that needs no escapes in JSON. */
    bool plain;
    /* An object whose members are found by binary search: see wide_object(). */
    bool wide;
    /*
     * The number of bytes of a string or number, of items of an array, or of members of an object.
     */
    uint32_t size;
    union {
        bool truth;
        /*
         * The digits of a number are followed by a byte that cannot be part of it; a string need
         * not be.
         */
        const char *text;
        const struct value *items;
        const struct member *members;
        struct json_object *json;
    };
};

struct member {
    struct text name;
    struct value value;
};

/* Constructors. Strings, items and members are borrowed, not copied. */
struct value value_missing(void);
struct value value_boolean(bool truth);
struct value value_string(struct text text);
/* `digits` must be a JSON number, followed by a byte that cannot be part of one. */
struct value value_number(struct text digits);
struct value value_integer(struct arena *arena, int64_t number);
struct value value_array(const struct value *items, size_t count);
struct value value_object(const struct member *members, size_t count);

/*
 * The suffix that keeps an integer exact that may not fit the 64 bits of json-c: with it, json-c
 * parses the number as a double, whose digits it keeps. Exponents of the input cannot be confused
 * with it, because they are passed to json-c with a lower-case `e`.
 */
#define JSON_INTEGER_MARK "E0"

/* A view of a json-c value; NULL is JSON's null. Integers are formatted in `arena`. */
struct value value_of_json(struct arena *arena, struct json_object *json);

/* Whether the value is absent or null: the language does not distinguish them. */
bool value_is_missing(struct value value);

/* The truth value of a condition: false for missing, false and '', otherwise true. */
bool value_is_true(struct value value);

/* The string, or the digits of the number; the empty string for other types. */
struct text value_text(struct value value);

/* The number as a double; 0 if it is not a number. */
double value_double(struct value value);

/* Whether the value is a number with number_is_integer(): 1, 1.0 and 1e3 have no fraction. */
bool value_is_integer(struct value value);

/* The number with canonical digits; see number_canonical(). */
struct value value_canonical(struct arena *arena, struct value number);

/*
 * The number that a string represents, ignoring surrounding white space, with its digits unchanged;
 * missing if it is not a number. In `arena`.
 */
struct value value_parse_number(struct arena *arena, struct text text);

/*
 * Converts a string, number or boolean to a string. Returns false, with an empty string, for other
 * types.
 */
bool value_scalar_text(struct value value, struct text *text);

/*
 * Whether both values are missing, or both are scalars of the same type and equal; numbers are
 * compared by their exact value: see number_compare().
 */
bool value_equal(struct value a, struct value b);

/*
 * Compares two numbers, or two strings byte by byte: sets `*order` to -1, 0 or 1. Returns false if
 * the two cannot be compared.
 */
bool value_order(struct value a, struct value b, int *order);

/*
 * The member called `name`, which is NUL-terminated if the object is `parsed`; missing if absent,
 * or if the value is not an object.
 */
struct value value_member(struct arena *arena, struct value object, struct text name);

/* The item at `index`; missing beyond the end, or if the value is not an array. */
struct value value_item(struct arena *arena, struct value array, size_t index);

/* The number of items, members, or characters of a string; 0 for other types. */
size_t value_length(struct value value);

/*
 * All members of an object, as an array of value_length() members, in `arena`; members of a json-c
 * tree are in the order of the input.
 */
const struct member *value_members(struct arena *arena, struct value object);

#endif
