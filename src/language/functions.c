#include "language/functions.h"

#include "base/count.h"

/* A function a row: a formatter would give each field a line. */
/* clang-format off */
static const struct function functions[] = {
    /* text */
    {"upper", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_upper,
     "upper", "with its ASCII letters as capitals"},
    {"lower", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_lower,
     "lower", "with its ASCII letters as small ones"},
    {"trim", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_trim,
     "trim", "without blanks at the ends"},
    {"slug", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_slug,
     "slug", "a name for a web address, as npm's slugify makes it: lower-case ASCII letters, digits "
             "and single hyphens"},
    {"string", {0}, 0, false, false, USAGE_ALL, TYPE_SCALAR, {0}, TYPE_STRING,
     function_string,
     "string", "a number or boolean as text; other than these, missing"},
    {"text", {0}, 0, false, false, USAGE_SAME, TYPE_STRING, {0}, TYPE_STRING,
     function_text,
     "text", "the value if it is a text; else missing"},
    {"starts_with", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_STRING, {TYPE_STRING}, TYPE_BOOLEAN,
     function_starts_with,
     "starts_with TEXT", "whether the text begins so"},
    {"contains", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_STRING | TYPE_ARRAY, {TYPE_SCALAR}, TYPE_BOOLEAN,
     function_contains,
     "contains VALUE", "whether a text has this part, or a list this item"},
    {"base64", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_STRING,
     function_base64,
     "base64", "the text in Base64 (RFC 4648)"},
    {"join", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_ARRAY, {TYPE_STRING}, TYPE_STRING,
     function_join,
     "join SEPARATOR", "a list of texts as one text"},
    {"split", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_STRING, {TYPE_STRING}, TYPE_ARRAY,
     function_split,
     "split SEPARATOR", "a text as a list of its parts, trimmed, without empty ones"},
    {"replace", {ARGUMENT_VALUE, ARGUMENT_VALUE}, 2, false, false, USAGE_ALL, TYPE_STRING, {TYPE_STRING, TYPE_STRING}, TYPE_STRING,
     function_replace,
     "replace TEXT REPLACEMENT", "the text with each occurrence of TEXT replaced"},
    {"date", {0}, 0, false, false, USAGE_ALL, TYPE_STRING, {0}, TYPE_OBJECT,
     function_date,
     "date", "{begin, end} of an ISO 8601 date or time: its first and last millisecond, in UTC"},
    /* numbers */
    {"number", {0}, 0, false, false, USAGE_ALL, TYPE_STRING | TYPE_NUMBER, {0}, TYPE_NUMBER,
     function_number,
     "number", "a text that is a JSON number as a number; else missing"},
    {"integer", {0}, 0, false, false, USAGE_ALL, TYPE_STRING | TYPE_NUMBER, {0}, TYPE_NUMBER,
     function_integer,
     "integer", "a number or text without a fraction as a number; else missing"},
    {"add", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_add,
     "add NUMBER", "the exact sum"},
    {"sub", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_sub,
     "sub NUMBER", "the exact difference"},
    {"mul", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_mul,
     "mul NUMBER", "the number multiplied, exactly"},
    {"div", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_div,
     "div NUMBER", "the quotient: exact if it has at most 20 decimal places, else rounded to 20"},
    {"round", {ARGUMENT_VALUE}, 0, false, false, USAGE_ALL, TYPE_NUMBER, {TYPE_NUMBER}, TYPE_NUMBER,
     function_round,
     "round PLACES", "the number rounded to decimal places, half away from zero; 0 unless given"},
    {"sum", {0}, 0, false, false, USAGE_ALL, TYPE_ARRAY, {0}, TYPE_NUMBER,
     function_sum,
     "sum", "the exact sum of a list of numbers; missing if an item is not a number"},
    /* lists */
    {"each", {ARGUMENT_CALL}, 1, false, false, USAGE_LIST_OF_ARGUMENT, TYPE_ARRAY, {0}, TYPE_ARRAY,
     function_each,
     "each MAPPER ARGUMENT ...",
     "the list with the mapper, table or function applied to each item; missing ones are "
     "left out"},
    {"where", {ARGUMENT_ITEM}, 1, false, false, USAGE_SAME, TYPE_ARRAY, {0}, RESULT_INPUT,
     function_where,
     "where CONDITION", "the items for which the condition holds"},
    {"find", {ARGUMENT_ITEM}, 1, false, false, USAGE_ONE_ITEM, TYPE_ARRAY, {0}, RESULT_ITEM,
     function_find_item,
     "find CONDITION", "the first item for which the condition holds"},
    {"first", {0}, 0, false, false, USAGE_ONE_ITEM, TYPE_ARRAY, {0}, RESULT_ITEM,
     function_first,
     "first", "the first item"},
    {"last", {0}, 0, false, false, USAGE_ONE_ITEM, TYPE_ARRAY, {0}, RESULT_ITEM,
     function_last,
     "last", "the last item"},
    {"length", {0}, 0, false, false, USAGE_COUNT, TYPE_STRING | TYPE_ARRAY | TYPE_OBJECT, {0}, TYPE_NUMBER,
     function_length,
     "length", "how many items, members or characters"},
    {"pluck", {ARGUMENT_ITEM}, 1, false, false, USAGE_LIST_OF_ARGUMENT, TYPE_ARRAY, {0}, TYPE_ARRAY,
     function_each,
     "pluck EXPRESSION", 
     "the list of what the expression gives for each item; missing ones are left out"},
    {"flatten", {ARGUMENT_ITEM}, 1, false, false, USAGE_ARGUMENT_ITEMS, TYPE_ARRAY, {TYPE_ARRAY}, TYPE_ARRAY,
     function_flatten,
     "flatten EXPRESSION", "the lists that the expression gives for the items, as one list"},
    {"unique", {0}, 0, false, false, USAGE_ALL, TYPE_ARRAY, {0}, RESULT_INPUT,
     function_unique,
     "unique", "the list without repeated texts and numbers, in order of first appearance"},
    {"slice", {ARGUMENT_VALUE, ARGUMENT_VALUE}, 1, false, false, USAGE_SAME, TYPE_STRING | TYPE_ARRAY, {TYPE_NUMBER, TYPE_NUMBER}, RESULT_INPUT,
     function_slice,
     "slice OFFSET LIMIT",
     "at most LIMIT items or characters from OFFSET on, which counts from the end if below 0"},
    {"reverse", {0}, 0, false, false, USAGE_SAME, TYPE_ARRAY, {0}, RESULT_INPUT,
     function_reverse,
     "reverse", "the list in reverse order"},
    {"group", {ARGUMENT_ITEM}, 1, false, false, USAGE_GROUPED, TYPE_ARRAY, {0}, TYPE_ARRAY,
     function_group,
     "group EXPRESSION", 
     "a list of {key, items}, one for each value of the expression, in order of first "
     "appearance"},
    {"newest", {ARGUMENT_ITEM}, 1, false, false, USAGE_ONE_ITEM, TYPE_ARRAY, {TYPE_STRING | TYPE_NUMBER}, RESULT_ITEM,
     function_newest,
     "newest EXPRESSION", "the item for which the expression is greatest; of equals the last"},
    {"sort_by", {ARGUMENT_ITEM}, 1, false, false, USAGE_SAME, TYPE_ARRAY, {TYPE_SCALAR}, RESULT_INPUT,
     function_sort_by,
     "sort_by EXPRESSION", 
     "the list ordered by the expression, those that lack it last, equals as they stood"},
    {"index_in", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_SCALAR, {TYPE_ARRAY}, TYPE_NUMBER,
     function_index_in,
     "index_in LIST", "the position of the value in the list, from 0; else missing"},
    /* objects */
    {"dict", {ARGUMENT_ITEM, ARGUMENT_ITEM}, 2, false, false, USAGE_ALL, TYPE_ARRAY, {TYPE_STRING}, TYPE_OBJECT,
     function_dict,
     "dict KEY VALUE", "a list as an object: both expressions are about the item"},
    {"keys", {0}, 0, false, false, USAGE_ALL, TYPE_OBJECT, {0}, TYPE_ARRAY,
     function_keys,
     "keys", "the names of the members"},
    {"pick", {ARGUMENT_NAME}, 1, true, false, USAGE_ALL, TYPE_OBJECT, {0}, RESULT_INPUT,
     function_pick,
     "pick NAME ...", "the object with these members only"},
    {"omit", {ARGUMENT_NAME}, 1, true, false, USAGE_ALL, TYPE_OBJECT, {0}, RESULT_INPUT,
     function_omit,
     "omit NAME ...", "the object without these members"},
    {"get", {ARGUMENT_VALUE}, 1, false, false, USAGE_ALL, TYPE_ARRAY | TYPE_OBJECT, {TYPE_STRING | TYPE_NUMBER}, TYPE_ANY,
     function_get,
     "get KEY", "the member of that name, or the item at that position, from 0"},
    /* any value */
    {"required", {0}, 0, false, true, USAGE_SAME, TYPE_ANY, {0}, RESULT_INPUT,
     function_required,
     "required", 
     "the value; if it is missing, the request ends with an error that names it"},
    {"present", {0}, 0, false, true, USAGE_SAME, TYPE_ANY, {0}, RESULT_INPUT,
     function_present,
     "present",
     "the value, null included; if it is absent, the request ends with an error that names it"},
    {"nonempty", {0}, 0, false, false, USAGE_COUNT_SAME, TYPE_ANY, {0}, RESULT_INPUT,
     function_nonempty,
     "nonempty", "the value, but missing if it is '', [] or {}"},
    {"when", {ARGUMENT_VALUE}, 1, false, false, USAGE_IF, TYPE_ANY, {0}, RESULT_INPUT,
     function_when,
     "when CONDITION", 
     "the value if the condition holds, else missing; here `.` is what it is outside"},
    {"default", {ARGUMENT_VALUE}, 1, false, true, USAGE_SAME, TYPE_ANY, {0}, TYPE_ANY,
     function_default,
     "default VALUE", "the value, or VALUE if it is missing"},
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
