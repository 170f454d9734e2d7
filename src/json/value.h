/*
 * The values that expressions work on: JSON's (RFC 8259), and "missing".
 *
 * A value is a view of 16 bytes. What it points to belongs to an arena, to a json-c tree, or to
 * the route table, and must live as long as the view. Nothing is ever changed through a value.
 *
 * A number is kept as the digits it came in with; it is never rounded on its way through.
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
    /* A string that can stand in JSON text as it is. */
    bool plain;
    /* Bytes of a string or number, items of an array, members of an object. */
    uint32_t size;
    union {
        bool truth;
        /* Behind a number's digits is a byte that cannot be part of it; a string ends anywhere. */
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

/* Constructors. The texts, items and members are borrowed, not copied. */
struct value value_missing(void);
struct value value_boolean(bool truth);
struct value value_string(struct text text);
/* `digits` must be a JSON number, with a byte behind it that cannot be part of one. */
struct value value_number(struct text digits);
struct value value_integer(struct arena *arena, int64_t number);
struct value value_array(const struct value *items, size_t count);
struct value value_object(const struct member *members, size_t count);

/*
 * How an integer that may not fit json-c's 64 bits is kept exact: with this behind its digits it is
 * a double to json-c, which keeps a double's text. An exponent of the text's own never looks so: it
 * is given to json-c with a small `e`.
 */
#define JSON_INTEGER_MARK "E0"

/* A view of a json-c value; NULL is JSON's null. Integers are written out into `arena`. */
struct value value_of_json(struct arena *arena, struct json_object *json);

/* Absent, or JSON's null: the language makes no difference between them. */
bool value_is_missing(struct value value);

/* What a condition makes of a value: false for missing, false and '', else true. */
bool value_is_true(struct value value);

/* The text of a string or the digits of a number; the empty text for any other. */
struct text value_text(struct value value);

/* The number as a double; 0 if it is not a number. */
double value_double(struct value value);

/* Whether it is a number that number_is_integer(): 1, 1.0 and 1e3 have no fraction. */
bool value_is_integer(struct value value);

/* The number with its canonical digits, see number_canonical(). */
struct value value_canonical(struct arena *arena, struct value number);

/*
 * The number that a text is, blanks at its ends aside, with its own digits; missing if it is none.
 * In `arena`.
 */
struct value value_parse_number(struct arena *arena, struct text text);

/* The text of a string, number or boolean; false, and an empty text, for any other. */
bool value_scalar_text(struct value value, struct text *text);

/*
 * Whether both are missing, or both scalars of one type and equal; numbers by their value, which
 * is exact: see number_compare().
 */
bool value_equal(struct value a, struct value b);

/*
 * Orders two numbers, or two strings byte by byte: -1, 0 or 1 into `*order`. False if the two
 * cannot be compared.
 */
bool value_order(struct value a, struct value b, int *order);

/* The member called `name` (NUL-terminated); missing if there is none, or no object. */
struct value value_member(struct arena *arena, struct value object, struct text name);

/* The item at `index`; missing beyond the end, or if it is no array. */
struct value value_item(struct arena *arena, struct value array, size_t index);

/* How many items, members, or (of a string) characters; 0 for any other. */
size_t value_length(struct value value);

/*
 * All members of an object, as an array of value_length() of them, in `arena`; a json-c tree's
 * keep the order they were sent in.
 */
const struct member *value_members(struct arena *arena, struct value object);

#endif
