/* The functions of the route language, one row each. */
#ifndef O2S_LANGUAGE_FUNCTIONS_H
#define O2S_LANGUAGE_FUNCTIONS_H

#include "language/evaluate.h"

enum argument_kind {
    /* A value, computed once. */
    ARGUMENT_VALUE = 1,
    /* An expression that is evaluated for each item of the list, with the item as `.`. */
    ARGUMENT_ITEM,
    /* The name of a member, without quotes. */
    ARGUMENT_NAME,
    /* The name of a mapper, table or function, with arguments of its own: applied to each item. */
    ARGUMENT_CALL,
};

/* Which parts of its input a function uses; see field_usage.h. */
enum function_usage {
    /* All of it; the result is a new value. */
    USAGE_ALL,
    /* Its items, as far as the arguments use them; the result is the input or a part of it. */
    USAGE_SAME,
    /* Only the arguments decide; the result is the input itself. */
    USAGE_IF,
    /* Like USAGE_SAME, but the result is one item of the input. */
    USAGE_ONE_ITEM,
    /* Only the number of items or members. */
    USAGE_COUNT,
    /* Only the number of items or members; the result is the input itself. */
    USAGE_COUNT_SAME,
    /* The result is the value of the argument for the items: `flatten`. */
    USAGE_ARGUMENT_ITEMS,
    /* The result is a list of the values of the argument for the items. */
    USAGE_LIST_OF_ARGUMENT,
    /* The result is a list of {key, items}, which together contain all items of the input. */
    USAGE_GROUPED,
};

enum { FUNCTION_MAX_ARGUMENTS = 2 };

/* The result type of a function in place of types: that of the input, or of an item of it. */
enum function_result { RESULT_INPUT = 32, RESULT_ITEM = 64 };

struct function {
    const char *name;
    /* The kinds of its arguments, terminated by 0 or by the end of the array. */
    enum argument_kind arguments[FUNCTION_MAX_ARGUMENTS];
    /* The number of required arguments; with `variadic`, the last kind may be repeated. */
    size_t required;
    bool variadic;
    /* Whether it is also called on a missing value; other functions return missing then. */
    bool takes_missing;
    enum function_usage usage;
    /* The types of input and arguments for which the function has a result (static_type.h). */
    unsigned input;
    unsigned argument_types[FUNCTION_MAX_ARGUMENTS];
    /* The types of the result, or one of enum function_result. */
    unsigned result;
    struct value (*run)(struct evaluation *evaluation, const struct expression *call,
                        struct value input);
    /* The usage: `upper`, `join SEPARATOR`, … */
    const char *syntax;
    const char *summary;
};

/* NULL if no function has this name. */
const struct function *function_find(struct text name);

/*
 * Whether the arguments are numbers to compute with. NULL denotes a callee that is not a
 * function.
 */
bool function_is_arithmetic(const struct function *function);

/* All functions in the order of the reference; sets `*count` to their number. */
const struct function *function_list(size_t *count);

/*
 * The kind of an argument; 0 if the function takes no such argument. NULL denotes a mapper,
 * which only takes values.
 */
enum argument_kind function_argument(const struct function *function, size_t index);

/* Whether `.` in this argument is an item of the input. */
bool function_argument_is_of_item(const struct function *function, size_t index);

/*
 * The maximum size in bytes of the results of `join`, `flatten`, `replace` and strings with
 * expressions. The results of all other functions are at most a few times larger than the input.
 */
enum { FUNCTION_MAX_RESULT = 16 * 1024 * 1024 };

/* Whether the result of a call, of `size` bytes, is too large; the evaluation has then failed. */
bool function_is_too_large(struct evaluation *evaluation, const struct expression *call,
                           size_t size);

/* The implementations, by file. */
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
