/* The functions of the route language: one row each, documented beside it. */
#ifndef O2S_LANGUAGE_FUNCTIONS_H
#define O2S_LANGUAGE_FUNCTIONS_H

#include "language/evaluate.h"

enum argument_kind {
    /* A value, computed once. */
    ARGUMENT_VALUE = 1,
    /* An expression about each item of the list: in it `.` is the item. */
    ARGUMENT_ITEM,
    /* A bare member name. */
    ARGUMENT_NAME,
    /* The name of a mapper, table or function, with its own arguments: applied to each item. */
    ARGUMENT_CALL,
};

/* Which parts of its input a function uses, for field_usage.h. */
enum function_usage {
    /* All of it; the result is something new. */
    USAGE_ALL,
    /* Its items only as far as the arguments do; the result is (part of) the input itself. */
    USAGE_SAME,
    /* The input itself; the arguments only decide whether. */
    USAGE_IF,
    /* Like USAGE_SAME, but the result is one item of the input. */
    USAGE_ONE_ITEM,
    /* Nothing but how many items or members there are. */
    USAGE_COUNT,
    /* The same, and the result is the input itself. */
    USAGE_COUNT_SAME,
    /* The result is what the argument gives for the items: `flatten`. */
    USAGE_ARGUMENT_ITEMS,
    /* The result is a list of what the argument gives for each item. */
    USAGE_LIST_OF_ARGUMENT,
    /* The result is a list of {key, items}, with all items of the input in them. */
    USAGE_GROUPED,
};

enum { FUNCTION_MAX_ARGUMENTS = 2 };

/* The result of a function in place of types: as its input is, or an item of it. */
enum function_result { RESULT_INPUT = 32, RESULT_ITEM = 64 };

struct function {
    const char *name;
    /* Kinds of its arguments, ending with 0 or the array's end. */
    enum argument_kind arguments[FUNCTION_MAX_ARGUMENTS];
    /* How many of them must be given; with `variadic` the last kind may be repeated. */
    size_t required;
    bool variadic;
    /* Also called on a missing value; other functions then give missing. */
    bool takes_missing;
    enum function_usage usage;
    /* The types of input and arguments for which there is a result at all (static_type.h). */
    unsigned input;
    unsigned argument_types[FUNCTION_MAX_ARGUMENTS];
    /* The types of the result, or one of enum function_result. */
    unsigned result;
    struct value (*run)(struct evaluation *evaluation, const struct expression *call,
                        struct value input);
    /* `upper`, `join SEPARATOR`, …: how it is written. */
    const char *syntax;
    const char *summary;
};

/* NULL if there is none of that name. */
const struct function *function_find(struct text name);

/* Whether its arguments are numbers to compute with. NULL: it is no function. */
bool function_is_arithmetic(const struct function *function);

/* All of them, in the order of the reference; `*count` becomes their number. */
const struct function *function_list(size_t *count);

/* The kind of an argument; 0: it takes none there. NULL, for a mapper, takes values only. */
enum argument_kind function_argument(const struct function *function, size_t index);

/* Whether `.` in this argument is an item of the function's input. */
bool function_argument_is_of_item(const struct function *function, size_t index);

/*
 * What `join`, `flatten`, `replace` and a string with expressions may make at most, in bytes. All
 * others make no more than a few times what they are given.
 */
enum { FUNCTION_MAX_RESULT = 16 * 1024 * 1024 };

/* Whether a call's result of `size` bytes would be too large; the evaluation has then failed. */
bool function_is_too_large(struct evaluation *evaluation, const struct expression *call,
                           size_t size);

/* The functions themselves, by the file that defines them. */
typedef struct value function_run(struct evaluation *, const struct expression *, struct value);

/* functions_text.c */
function_run function_upper, function_lower, function_trim, function_slug, function_string,
    function_starts_with, function_contains, function_base64, function_join, function_split,
    function_replace, function_text, function_number, function_integer;
/* functions_number.c */
function_run function_add, function_sub, function_mul, function_div, function_round, function_sum;
/* functions_list.c */
function_run function_each, function_where, function_find_item, function_first, function_last,
    function_length, function_flatten, function_unique, function_slice, function_reverse,
    function_group, function_newest, function_sort_by, function_index_in;
/* functions_value.c */
function_run function_dict, function_keys, function_pick, function_omit, function_get,
    function_date, function_required, function_present, function_nonempty, function_default,
    function_when;

#endif
