#include "language/functions.h"

#include "base/count.h"

/* One row for each function; a formatter would put each field on a line of its own. */
/* clang-format off */
static const struct function functions[] = {
    /* strings */
    {"upper", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_upper,
     "upper", "Returns the string in upper case (ASCII)"},
    {"lower", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_lower,
     "lower", "Returns the string in lower case (ASCII)"},
    {"trim", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_trim,
     "trim", "Removes white space at both ends"},
    {"slug", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_slug,
     "slug", "Returns a name for a URL, like npm's slugify: lower-case ASCII letters, digits and single hyphens"},
    {"string", {0}, 0, false, false, USAGE_ALL, TYPE_SCALAR, {0}, TYPE_STRING,
     function_string,
     "string", "Converts a number or boolean to a string; other values become missing"},
    {"text", {0}, 0, false, false, USAGE_SAME, TYPE_STRING, {0}, TYPE_STRING,
     function_text,
     "text", "Returns the value if it is a string, otherwise missing"},
    {"starts_with", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_STRING, {TYPE_STRING}, TYPE_BOOLEAN,
     function_starts_with,
     "starts_with TEXT", "Returns whether the string begins with TEXT"},
    {"contains", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_STRING | TYPE_ARRAY, {TYPE_SCALAR}, TYPE_BOOLEAN,
     function_contains,
     "contains VALUE", "Returns whether the string contains VALUE as a part, or the list as an item"},
    {"base64", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_base64,
     "base64", "Encodes the string in Base64 (RFC 4648)"},
    {"join", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_ARRAY, {TYPE_STRING}, TYPE_STRING,
     function_join,
     "join SEPARATOR", "Joins a list of strings"},
    {"split", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_STRING, {TYPE_STRING}, TYPE_ARRAY,
     function_split,
     "split SEPARATOR", "Splits the string into a list of its parts; trims them and drops empty ones"},
    {"replace", {ARGUMENT_VALUE, ARGUMENT_VALUE}, 2, false, false, USAGE_ALL, TYPE_STRING, {TYPE_STRING, TYPE_STRING}, TYPE_STRING,
     function_replace,
     "replace TEXT REPLACEMENT", "Replaces each occurrence of TEXT in the string"},
    {"date", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_OBJECT,
     function_date,
     "date", "Returns {begin, end} of an ISO 8601 date or time: its first and last millisecond, in UTC"},
    /* numbers */
    {"number", {0}, 0, false, false, USAGE_ALL, TYPE_STRING | TYPE_NUMBER, {0}, TYPE_NUMBER,
     function_number,
     "number", "Converts a string that is a JSON number to a number; other strings become missing"},
    {"integer", {0}, 0, false, false, USAGE_ALL, TYPE_STRING | TYPE_NUMBER, {0}, TYPE_NUMBER,
     function_integer,
     "integer", "Converts a number or string to an integer; missing if it has a fraction"},
    {"add", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_add,
     "add NUMBER", "Returns the exact sum"},
    {"sub", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_sub,
     "sub NUMBER", "Returns the exact difference"},
    {"mul", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_mul,
     "mul NUMBER", "Multiplies the number by NUMBER, exactly"},
    {"div", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_div,
     "div NUMBER", "Returns the quotient: exact with up to 20 decimal places, otherwise rounded to 20"},
    {"round", {ARGUMENT_VALUE}, 0, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_round,
     "round PLACES", "Rounds to decimal places, half away from zero; default 0"},
    {"sum", {0}, 0, false, false, USAGE_ALL, TYPE_ARRAY, {0}, TYPE_NUMBER,
     function_sum,
     "sum", "Returns the exact sum of a list of numbers; missing if an item is not a number"},
    /* lists */
    {"each", {ARGUMENT_CALL}, 1, false, false, USAGE_LIST_OF_ARGUMENT, TYPE_ARRAY, {0}, TYPE_ARRAY,
     function_each,
     "each MAPPER ARGUMENT ...",
     "Applies the mapper, table or function to each item; drops missing results"},
    {"where", {ARGUMENT_ITEM}, 1, false, false, USAGE_SAME, TYPE_ARRAY, {0}, RESULT_INPUT,
     function_where,
     "where CONDITION", "Returns the items for which the condition holds"},
    {"find", {ARGUMENT_ITEM}, 1, false, false, USAGE_ONE_ITEM, TYPE_ARRAY, {0}, RESULT_ITEM,
     function_find_item,
     "find CONDITION", "Returns the first item for which the condition holds"},
    {"first", {0}, 0, false, false, USAGE_ONE_ITEM, TYPE_ARRAY, {0}, RESULT_ITEM,
     function_first,
     "first", "Returns the first item"},
    {"last", {0}, 0, false, false, USAGE_ONE_ITEM, TYPE_ARRAY, {0}, RESULT_ITEM,
     function_last,
     "last", "Returns the last item"},
    {"length", {0}, 0, false, false, USAGE_COUNT, TYPE_STRING | TYPE_ARRAY | TYPE_OBJECT, {0}, TYPE_NUMBER,
     function_length,
     "length", "Returns the number of items, members or characters"},
    {"pluck", {ARGUMENT_ITEM}, 1, false, false, USAGE_LIST_OF_ARGUMENT, TYPE_ARRAY, {0}, TYPE_ARRAY,
     function_each,
     "pluck EXPRESSION", 
     "Returns the list of the expression's values for the items; drops missing values"},
    {"flatten", {ARGUMENT_ITEM}, 1, false, false, USAGE_ARGUMENT_ITEMS, TYPE_ARRAY, {TYPE_ARRAY}, TYPE_ARRAY,
     function_flatten,
     "flatten EXPRESSION", "Concatenates the lists that the expression returns for the items"},
    {"unique", {0}, 0, false, false, USAGE_ALL, TYPE_ARRAY, {0}, RESULT_INPUT,
     function_unique,
     "unique", "Removes repeated strings and numbers; keeps the order of first appearance"},
    {"slice", {ARGUMENT_VALUE, ARGUMENT_VALUE}, 1, false, false, USAGE_SAME, TYPE_STRING | TYPE_ARRAY, {TYPE_NUMBER, TYPE_NUMBER}, RESULT_INPUT,
     function_slice,
     "slice OFFSET LIMIT",
     "Returns at most LIMIT items or characters, starting at OFFSET; a negative OFFSET counts from the end"},
    {"reverse", {0}, 0, false, false, USAGE_SAME, TYPE_ARRAY, {0}, RESULT_INPUT,
     function_reverse,
     "reverse", "Reverses the list"},
    {"group", {ARGUMENT_ITEM}, 1, false, false, USAGE_GROUPED, TYPE_ARRAY, {0}, TYPE_ARRAY,
     function_group,
     "group EXPRESSION", 
     "Returns a list of {key, items}, one for each value of the expression, in order of first "
     "appearance"},
    {"newest", {ARGUMENT_ITEM}, 1, false, false, USAGE_ONE_ITEM, TYPE_ARRAY, {TYPE_STRING | TYPE_NUMBER}, RESULT_ITEM,
     function_newest,
     "newest EXPRESSION", "Returns the item with the greatest value of the expression; the last one of equals"},
    {"sort_by", {ARGUMENT_ITEM}, 1, false, false, USAGE_SAME, TYPE_ARRAY, {TYPE_SCALAR}, RESULT_INPUT,
     function_sort_by,
     "sort_by EXPRESSION", 
     "Sorts by the expression; keeps the order of equal items; missing values come last"},
    {"index_in", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_SCALAR, {TYPE_ARRAY}, TYPE_NUMBER,
     function_index_in,
     "index_in LIST", "Returns the position of the value in the list, starting at 0; otherwise missing"},
    /* objects */
    {"dict", {ARGUMENT_ITEM, ARGUMENT_ITEM}, 2, false, false, USAGE_ALL, TYPE_ARRAY, {TYPE_STRING}, TYPE_OBJECT,
     function_dict,
     "dict KEY VALUE", "Converts a list to an object; both expressions are evaluated for each item"},
    {"keys", {0}, 0, false, false, USAGE_ALL, TYPE_OBJECT, {0}, TYPE_ARRAY,
     function_keys,
     "keys", "Returns the names of the members"},
    {"pick", {ARGUMENT_NAME}, 1, true, false, USAGE_ALL, TYPE_OBJECT, {0}, RESULT_INPUT,
     function_pick,
     "pick NAME ...", "Returns the object with only these members"},
    {"omit", {ARGUMENT_NAME}, 1, true, false, USAGE_ALL, TYPE_OBJECT, {0}, RESULT_INPUT,
     function_omit,
     "omit NAME ...", "Returns the object without these members"},
    {"get", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_ARRAY | TYPE_OBJECT, {TYPE_STRING | TYPE_NUMBER}, TYPE_ANY,
     function_get,
     "get KEY", "Returns the member with this name, or the item at this position, starting at 0"},
    /* any value */
    {"required", {0}, 0, false, true, USAGE_SAME, TYPE_ANY, {0}, RESULT_INPUT,
     function_required,
     "required", 
     "Returns the value; if it is missing, the request fails with an error that names it"},
    {"present", {0}, 0, false, true, USAGE_SAME, TYPE_ANY, {0}, RESULT_INPUT,
     function_present,
     "present",
     "Returns the value, including null; if it is absent, the request fails with an error that names it"},
    {"nonempty", {0}, 0, false, false, USAGE_COUNT_SAME, TYPE_ANY, {0}, RESULT_INPUT,
     function_nonempty,
     "nonempty", "Returns the value; '', [] and {} become missing"},
    {"when", {ARGUMENT_VALUE}, 1, false, false, USAGE_IF, TYPE_ANY, {0}, RESULT_INPUT,
     function_when,
     "when CONDITION", 
     "Returns the value if the condition holds, otherwise missing; in CONDITION `.` is unchanged"},
    {"default", {ARGUMENT_VALUE}, 1, false, true, USAGE_SAME, TYPE_ANY, {0}, TYPE_ANY,
     function_default,
     "default VALUE", "Returns the value, or VALUE if it is missing"},
};
/* clang-format on */

const struct function *function_list(size_t *count) {
    *count = COUNT(functions);
    return functions;
}

const struct function *function_find(struct text name) {
    for (size_t i = 0; i < COUNT(functions); i++)
        if (text_is(name, functions[i].name))
            return &functions[i];
    return NULL;
}

bool function_is_arithmetic(const struct function *function) {
    static function_run *const runs[] = {function_add, function_sub, function_mul, function_div,
                                         function_round};
    for (size_t i = 0; function && i < COUNT(runs); i++)
        if (function->run == runs[i])
            return true;
    return false;
}

enum argument_kind function_argument(const struct function *function, size_t index) {
    if (!function)
        return ARGUMENT_VALUE;
    if (index < FUNCTION_MAX_ARGUMENTS && function->arguments[index])
        return function->arguments[index];
    return function->variadic ? function->arguments[0] : 0;
}

bool function_argument_is_of_item(const struct function *function, size_t index) {
    enum argument_kind kind = function_argument(function, index);
    return kind == ARGUMENT_ITEM || kind == ARGUMENT_CALL;
}

bool function_is_too_large(struct evaluation *evaluation, const struct expression *call,
                           size_t size) {
    if (size <= FUNCTION_MAX_RESULT)
        return false;
    evaluation_fail_too_large(evaluation, call);
    return true;
}
