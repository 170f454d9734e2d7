#include "language/expression_parser.h"
#include "language/functions.h"
#include "language/schema_types.h"

bool parser_is_written(const struct expression *expression) {
    return expression->kind == EXPRESSION_LITERAL && !expression->source.size && !expression->null;
}

static bool is_written_scalar(const struct expression *expression) {
    return parser_is_written(expression) &&
           (expression->literal.type == VALUE_STRING || expression->literal.type == VALUE_NUMBER);
}

/* Results. */

struct static_type parser_type_of_call(const struct expression *call) {
    if (call->kind == EXPRESSION_MAPPER)
        return static_type_of_shape(call->mapper->body);
    if (call->kind == EXPRESSION_LOOKUP)
        return static_type_of_lookup(call->lookup);
    const struct function *function = call->function;
    if (function->run == function_default)
        return static_type_either(expression_type(call->left), expression_type(call->arguments[0]));
    if (function->result == RESULT_ITEM)
        return static_type_of_item(expression_type(call->left));
    if (function->result != RESULT_INPUT)
        return (struct static_type){function->result, NULL};
    /* If the input has none of the function's types, the result has no type. */
    struct static_type type = expression_type(call->left);
    type.types = (type.types ? type.types : TYPE_ANY) & function->input;
    /* A part of a string is another string, which is none of those that its schema lists. */
    if (function->run == function_slice && type.types != TYPE_ARRAY)
        type.schema = NULL;
    return type;
}

/* Calls. */

static const char *words(struct parser *parser, unsigned types) {
    return static_type_words(parser->arena, types);
}

static void check_input(struct parser *parser, const struct expression *call, size_t position) {
    const struct function *function = call->function;
    struct static_type input = expression_type(call->left);
    if (static_type_can_be(input, function->input))
        return;
    bool list = input.types == TYPE_ARRAY &&
                static_type_can_be(static_type_of_item(input), function->input);
    FAIL(parser, position, "the input of `%s` must be %s, got %s%s%s%s", function->name,
         words(parser, function->input), words(parser, input.types), list ? "; write `each " : "",
         list ? function->name : "", list ? "` for its items" : "");
}

static void check_items(struct parser *parser, const struct expression *call, size_t position) {
    struct static_type item = static_type_of_item(expression_type(call->left));
    if (call->function->run == function_sum && !static_type_can_be(item, TYPE_NUMBER))
        FAIL(parser, position, "`sum` expects a list of numbers, but an item of its input is %s",
             words(parser, item.types));
}

/*
 * Suggests `.name` in place of a quoted name of a member, or rejects a string that is the same for
 * all items.
 */
static void check_item_argument(struct parser *parser, const struct expression *call, size_t index,
                                size_t position) {
    const struct expression *argument = call->arguments[index];
    bool value = call->function->run == function_dict && index == 1;
    if (value || !is_written_scalar(argument))
        return;
    struct text text = value_text(argument->literal);
    bool dot = text.size && text.data[0] == '.';
    FAIL(parser, position,
         "the argument of `%s` is evaluated for each item, but \"%.*s\" is the same for all of "
         "them: write %s%.*s%s",
         call->function->name, TEXT_ARGUMENT(text), dot ? "" : ".", TEXT_ARGUMENT(text),
         dot ? " without quotes" : "");
}

/* Why the function never has a result for this argument, whatever its input. */
static const char *argument_problem(const struct function *function, size_t index,
                                    struct value value) {
    double number = value_double(value);
    if (function->run == function_split && value.size != 1)
        return "SEPARATOR must be one byte; spaces around the parts are removed";
    if (function->run == function_replace && index == 0 && !value.size)
        return "TEXT must not be empty";
    if (function->run == function_slice && (!value_is_integer(value) || (index && number < 0)))
        return index ? "LIMIT must be an integer of at least 0" : "OFFSET must be an integer";
    if (function->run == function_round && (!value_is_integer(value) || number < 0 || number > 100))
        return "PLACES must be an integer from 0 to 100";
    if (function->run == function_div && number == 0)
        return "division by 0";
    if (function->run == function_get && value.type == VALUE_NUMBER &&
        (!value_is_integer(value) || number < 0))
        return "a position must be an integer of at least 0";
    return NULL;
}

static void check_argument(struct parser *parser, const struct expression *call, size_t index,
                           size_t position) {
    const struct function *function = call->function;
    const struct expression *argument = call->arguments[index];
    enum argument_kind kind = function_argument(function, index);
    unsigned wanted = index < FUNCTION_MAX_ARGUMENTS ? function->argument_types[index] : 0;
    if (kind == ARGUMENT_ITEM)
        check_item_argument(parser, call, index, position);
    if (wanted && !argument->null && !static_type_can_be(expression_type(argument), wanted)) {
        FAIL(parser, position, "the argument of `%s` must be %s, got %s", function->syntax,
             words(parser, wanted), words(parser, argument->types));
        return;
    }
    const char *problem =
        parser_is_written(argument) ? argument_problem(function, index, argument->literal) : NULL;
    if (problem)
        FAIL(parser, position, "`%s`: %s", function->syntax, problem);
}

/* `pick` and `omit`: reports names that the object cannot have. */
static void check_names(struct parser *parser, const struct expression *call, size_t position) {
    const struct schema *schema = expression_type(call->left).schema;
    if (function_argument(call->function, 0) != ARGUMENT_NAME || !schema ||
        !schema_is_closed(schema))
        return;
    for (size_t i = 0; i < call->argument_count; i++) {
        struct text name = value_text(call->arguments[i]->literal);
        struct nearest nearest = {.wanted = name};
        if (schema_property(schema, name))
            continue;
        schema_offer_properties(schema, &nearest);
        FAIL(parser, position, "`%s`: %.*s has no member \"%.*s\"%s", call->function->name,
             TEXT_ARGUMENT(call->left->source), TEXT_ARGUMENT(name),
             nearest_hint(&nearest, parser->arena).data);
    }
}

void parser_check_call(struct parser *parser, const struct expression *call, size_t position) {
    unsigned types = call->left->types;
    if (call->kind == EXPRESSION_LOOKUP &&
        !static_type_can_be(expression_type(call->left), TYPE_SCALAR))
        FAIL(parser, position, "the input of a table must be a string, number or boolean, got %s%s",
             words(parser, types), types == TYPE_ARRAY ? "; write `each` before its name" : "");
    if (call->kind != EXPRESSION_FUNCTION)
        return;
    check_input(parser, call, position);
    check_items(parser, call, position);
    for (size_t i = 0; i < call->argument_count; i++)
        check_argument(parser, call, i, position);
    check_names(parser, call, position);
}

/* Comparisons. */

/* A hint how to write a literal so that its type matches the other side. */
static const char *type_hint(struct parser *parser, const struct expression *literal,
                             unsigned other) {
    if (!is_written_scalar(literal))
        return "";
    struct text text = value_text(literal->literal);
    if (literal->literal.type == VALUE_NUMBER && (other & TYPE_STRING))
        return text_format(parser->arena, "; write '%.*s'", TEXT_ARGUMENT(text)).data;
    bool number = !value_is_missing(value_parse_number(parser->arena, text));
    bool boolean = text_is(text, "true") || text_is(text, "false");
    if ((number && (other & TYPE_NUMBER)) || (boolean && (other & TYPE_BOOLEAN)))
        return text_format(parser->arena, "; write %.*s without quotes", TEXT_ARGUMENT(text)).data;
    if (other & TYPE_ARRAY)
        return text_format(parser->arena, "; write | contains '%.*s'", TEXT_ARGUMENT(text)).data;
    return "";
}

static bool is_equality(const struct expression *comparison) {
    return comparison->comparison == COMPARISON_EQUAL ||
           comparison->comparison == COMPARISON_UNEQUAL;
}

static unsigned types_of(const struct expression *expression) {
    return expression->types ? expression->types : TYPE_ANY;
}

static void check_types(struct parser *parser, const struct expression *comparison,
                        size_t position) {
    bool equality = is_equality(comparison);
    unsigned comparable = equality ? TYPE_SCALAR : TYPE_STRING | TYPE_NUMBER;
    unsigned left = types_of(comparison->left);
    unsigned right = types_of(comparison->right);
    if (left & right & comparable)
        return;
    const char *hint = type_hint(parser, comparison->right, left);
    if (!*hint)
        hint = type_hint(parser, comparison->left, right);
    unsigned odd = left & comparable ? right : left;
    if (odd & comparable)
        FAIL(parser, position, "%s %s %s%s", words(parser, left),
             equality ? "is never equal to" : "cannot be ordered relative to", words(parser, right),
             hint);
    else
        FAIL(parser, position, "%s, got %s%s",
             equality ? "== and != compare strings, numbers and booleans"
                      : "only numbers and strings can be ordered",
             words(parser, odd), hint);
}

/*
 * Reports a literal that is not among the values of the schema's enum, if none of these comes from
 * the environment.
 */
static void check_listed(struct parser *parser, const struct expression *value,
                         const struct expression *literal, size_t position) {
    const struct schema *schema = expression_type(value).schema;
    if (!schema || !schema->lists_literals || !parser_is_written(literal))
        return;
    struct nearest nearest = {.wanted = value_text(literal->literal)};
    struct text list = {"", 0};
    for (uint32_t i = 0; i < schema->allowed.size; i++) {
        struct value allowed = value_item(parser->arena, schema->allowed, i);
        struct text name;
        if (value_equal(allowed, literal->literal))
            return;
        value_scalar_text(allowed, &name);
        nearest_offer(&nearest, name);
        list = text_format(parser->arena, "%.*s%s%.*s", TEXT_ARGUMENT(list), i ? ", " : "",
                           TEXT_ARGUMENT(name));
    }
    FAIL(parser, position, "%.*s is never \"%.*s\": the enum of its schema allows %.*s%s",
         TEXT_ARGUMENT(value->source), TEXT_ARGUMENT(nearest.wanted), TEXT_ARGUMENT(list),
         nearest_hint(&nearest, parser->arena).data);
}

void parser_check_comparison(struct parser *parser, const struct expression *comparison,
                             size_t position) {
    if (comparison->with_null || parser->failed)
        return;
    check_types(parser, comparison, position);
    if (parser->failed || !is_equality(comparison))
        return;
    check_listed(parser, comparison->left, comparison->right, position);
    check_listed(parser, comparison->right, comparison->left, position);
}

void parser_check_condition(struct parser *parser, const struct expression *operand,
                            size_t position) {
    if (!is_written_scalar(operand) || parser->failed)
        return;
    struct text text = value_text(operand->literal);
    bool string = operand->literal.type == VALUE_STRING;
    FAIL(parser, position,
         "%s%.*s%s as a condition is %s: compare it, as in `.a == %s%.*s%s`, or write ?? for a "
         "default",
         string ? "'" : "", TEXT_ARGUMENT(text), string ? "'" : "",
         value_is_true(operand->literal) ? "always true" : "always false", string ? "'" : "",
         TEXT_ARGUMENT(text), string ? "'" : "");
}
