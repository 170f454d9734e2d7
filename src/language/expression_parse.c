#include <string.h>

#include "base/count.h"
#include "language/evaluate.h"
#include "language/expression_parser.h"
#include "language/functions.h"

static struct expression *parse_expression(struct parser *parser);
static struct expression *parse_call(struct parser *parser, struct expression *input,
                                     size_t source);

/* Operands. */

/* Reports the rest of the expression in place of what is expected. */
static void report_rest(struct parser *parser, const char *expected) {
    FAIL(parser, parser->position, "%s, got \"%.*s\"%s", expected,
         (int)(parser->end - parser->position), parser->text + parser->position,
         parser_hint_for_operator(parser));
}

static struct expression *parse_parenthesis(struct parser *parser) {
    size_t start = parser->position++;
    if (++parser->nesting > MAX_NESTING) {
        FAIL(parser, start, "parentheses are nested too deeply");
        return NULL;
    }
    struct expression *inner = parse_expression(parser);
    parser->nesting--;
    if (inner && !parser_accept(parser, ")")) {
        if (parser->position == parser->end)
            FAIL(parser, start, "this parenthesis is not closed");
        report_rest(parser, "expected an operator or \")\"");
        return NULL;
    }
    if (inner)
        inner->grouped = true;
    return parser_path(parser, inner, start, false);
}

/* The value of an expression of literals only; the expression itself if the evaluation fails. */
static struct expression *fold(struct parser *parser, struct expression *expression) {
    struct evaluation evaluation = {.arena = parser->arena};
    struct value value;
    if (!expression_evaluate(&evaluation, expression, &value))
        return expression;
    struct expression *literal = expression_literal(parser->arena, value);
    literal->source = expression->source;
    return literal;
}

/* `[a, b]`: a list of expressions. */
static struct expression *parse_array(struct parser *parser) {
    size_t start = parser->position++;
    struct expression *items[MAX_ARGUMENTS];
    size_t count = 0;
    bool constant = true;
    if (++parser->nesting > MAX_NESTING)
        FAIL(parser, start, "brackets are nested too deeply");
    while (!parser->failed && !parser_accept(parser, "]")) {
        if (count == MAX_ARGUMENTS)
            FAIL(parser, start, "a list has at most %d items", MAX_ARGUMENTS);
        else if (count && !parser_accept(parser, ","))
            FAIL(parser, parser->position, "expected a comma or \"]\"");
        else if ((items[count] = parse_expression(parser)))
            constant = items[count++]->kind == EXPRESSION_LITERAL && constant;
    }
    parser->nesting--;
    if (parser->failed)
        return NULL;
    struct expression *array = parser_new(parser, EXPRESSION_ARRAY, start);
    array->arguments = arena_allocate_array(parser->arena, count, sizeof items[0]);
    if (count)
        memcpy(array->arguments, items, count * sizeof items[0]);
    array->argument_count = (uint32_t)count;
    array->types = TYPE_ARRAY;
    return constant ? fold(parser, array) : parser_nest(parser, array, start);
}

static struct expression *parse_operand(struct parser *parser) {
    parser_skip_blanks(parser);
    char c = parser_peek(parser, 0);
    if (c == '.')
        return parser_current(parser);
    if (c == '$')
        return parser_variable(parser);
    if (c == '(')
        return parse_parenthesis(parser);
    if (c == '\'')
        return parser_quoted(parser);
    if (parser_is_digit(c) || c == '-')
        return parser_number(parser);
    if (c == '[')
        return parse_array(parser);
    if (parser_accept(parser, "{}"))
        return expression_literal(parser->arena, value_object(NULL, 0));
    if (name_is_start(c))
        return parser_word(parser);
    if (c == '\0')
        FAIL(parser, parser->position, "expected a value, got the end of the expression");
    else
        FAIL(parser, parser->position, "expected a value, got \"%.*s\"%s",
             (int)parser_character_size(parser), parser->text + parser->position,
             strchr("\"=!", c) ? parser_hint_for_operator(parser) : "");
    return NULL;
}

/* Calls. */

/* Whether an argument comes next, and not an operator or the end. */
static bool argument_follows(struct parser *parser) {
    parser_skip_blanks(parser);
    struct text word = parser_peek_name(parser);
    if (text_is(word, "and") || text_is(word, "or") || text_is(word, "not"))
        return false;
    char c = parser_peek(parser, 0);
    return c != '\0' && !strchr(")]|?=!<>},", c);
}

static struct expression *parse_bare_name(struct parser *parser) {
    struct text name = parser_peek_name(parser);
    if (!name.size) {
        FAIL(parser, parser->position, "expected the name of a member, without quotes or a dot");
        return NULL;
    }
    parser->position += name.size;
    return expression_literal(
        parser->arena, value_string(definitions_member_name(parser->scope->definitions, name)));
}

/* In it, `.` is an item of the input of the call. */
static struct expression *parse_item_argument(struct parser *parser, enum argument_kind kind,
                                              const struct static_type *item) {
    const struct static_type *outer = parser->scope->current;
    parser->scope->current = item;
    struct expression *argument = NULL;
    if (kind == ARGUMENT_ITEM) {
        argument = parse_operand(parser);
    } else if (++parser->nesting > MAX_NESTING) {
        FAIL(parser, parser->position, "calls are nested too deeply");
    } else {
        struct expression *current = parser_new(parser, EXPRESSION_CURRENT, parser->position);
        expression_set_type(current, *item);
        argument = parse_call(parser, current, parser->position);
        parser->nesting--;
    }
    parser->scope->current = outer;
    return argument;
}

static struct expression *parse_argument(struct parser *parser, const struct expression *call,
                                         enum argument_kind kind) {
    if (kind == ARGUMENT_NAME)
        return parse_bare_name(parser);
    if (kind == ARGUMENT_VALUE)
        return parse_operand(parser);
    const struct static_type item = static_type_of_item(expression_type(call->left));
    return parse_item_argument(parser, kind, &item);
}

static void parse_arguments(struct parser *parser, struct expression *call) {
    const struct function *function = expression_function(call);
    struct expression *arguments[MAX_ARGUMENTS];
    size_t count = 0;
    while (!parser->failed && argument_follows(parser)) {
        size_t start = parser->position;
        enum argument_kind kind = function_argument(function, count);
        if (!kind || count == MAX_ARGUMENTS) {
            FAIL(parser, start, "too many arguments; usage: `%s`",
                 function ? function->syntax : "name ARGUMENT …");
            return;
        }
        arguments[count++] = parse_argument(parser, call, kind);
        /* The inner call takes all following arguments. */
        if (kind == ARGUMENT_CALL)
            break;
    }
    call->arguments = arena_allocate_array(parser->arena, count, sizeof arguments[0]);
    if (count)
        memcpy(call->arguments, arguments, count * sizeof arguments[0]);
    call->argument_count = (uint32_t)count;
}

static void unknown_function(struct parser *parser, struct text name, size_t position) {
    const struct definitions *definitions = parser->scope->definitions;
    struct nearest nearest = {.wanted = name};
    size_t count;
    const struct function *functions = function_list(&count);
    for (size_t i = 0; i < count; i++)
        nearest_offer(&nearest, text_of(functions[i].name));
    for (size_t i = 0; i < definitions->mapper_count; i++)
        nearest_offer(&nearest, definitions->mappers[i].name);
    for (size_t i = 0; i < definitions->lookup_count; i++)
        nearest_offer(&nearest, definitions->lookups[i].name);
    struct text hint = parser_hint_for_function(parser->arena, name);
    FAIL(parser, position, "unknown function, mapper or table \"%.*s\"%s", TEXT_ARGUMENT(name),
         hint.size ? hint.data : nearest_hint(&nearest, parser->arena).data);
}

/* Reports `mul .19`, which is an item of a list passed to a function of numbers. */
static void check_numbers(struct parser *parser, const struct expression *call, size_t position) {
    const struct function *function = expression_function(call);
    for (size_t i = 0; i < call->argument_count; i++) {
        const struct expression *argument = call->arguments[i];
        bool item = argument->kind == EXPRESSION_ITEM && !argument->grouped &&
                    argument->left->kind == EXPRESSION_CURRENT;
        if (item && function_is_arithmetic(function))
            FAIL(parser, position,
                 "%.*s is an item of a list: write 0%.*s for the number, or (%.*s) for the item",
                 TEXT_ARGUMENT(argument->source), TEXT_ARGUMENT(argument->source),
                 TEXT_ARGUMENT(argument->source));
    }
}

static void check_argument_count(struct parser *parser, const struct expression *call,
                                 size_t position) {
    const struct function *function = expression_function(call);
    size_t given = call->argument_count;
    if (function && given < function->required)
        FAIL(parser, position, "missing argument; usage: `%s`%s", function->syntax,
             text_is(parser_peek_name(parser), "not")
                 ? "; put a condition with `not` in parentheses"
                 : "");
    if (function && function->run == function_required && call->left->null &&
        parser->scope->kind != SCOPE_LOAD)
        FAIL(parser, position, "null is always missing, so every request would fail");
    if (call->kind == EXPRESSION_MAPPER && given != call->mapper->parameter_count)
        FAIL(parser, position, "the mapper \"%.*s\" expects %zu argument%s, got %zu",
             TEXT_ARGUMENT(call->mapper->name), call->mapper->parameter_count,
             call->mapper->parameter_count == 1 ? "" : "s", given);
    if (call->kind == EXPRESSION_LOOKUP && given)
        FAIL(parser, position, "the table \"%.*s\" takes no arguments",
             TEXT_ARGUMENT(call->lookup->name));
}

/* A call with only literals is computed now: its value is the same at every request. */
static struct expression *fold_call(struct parser *parser, struct expression *call) {
    if (!call)
        return NULL;
    bool constant = call->kind == EXPRESSION_FUNCTION && call->left->kind == EXPRESSION_LITERAL &&
                    !call->function->takes_missing;
    for (size_t i = 0; i < call->argument_count; i++)
        constant = constant && call->arguments[i]->kind == EXPRESSION_LITERAL;
    return constant ? fold(parser, call) : call;
}

static void resolve_call(struct parser *parser, struct expression *call, struct text name,
                         size_t position) {
    struct mapper *mapper = mapper_find(parser->scope->definitions, name);
    struct lookup *lookup = lookup_find(parser->scope->definitions, name);
    if (mapper) {
        call->kind = EXPRESSION_MAPPER;
        call->mapper = mapper;
        mapper->used = true;
        parser->scope->definitions->environment |= mapper->environment;
    } else if (lookup) {
        call->kind = EXPRESSION_LOOKUP;
        call->lookup = lookup;
        lookup->used = true;
    } else {
        call->function = function_find(name);
        if (!call->function)
            unknown_function(parser, name, position);
    }
}

/* Parses a name and its arguments, applied to `input`, whose source begins at byte `source`. */
static struct expression *parse_call(struct parser *parser, struct expression *input,
                                     size_t source) {
    parser_skip_blanks(parser);
    size_t start = parser->position;
    struct text name = parser_peek_name(parser);
    if (!name.size) {
        FAIL(parser, start, "expected the name of a function, mapper or table%s",
             parser_hint_for_operator(parser));
        return NULL;
    }
    parser->position += name.size;
    struct expression *call = parser_new(parser, EXPRESSION_FUNCTION, start);
    call->left = input;
    resolve_call(parser, call, name, start);
    parse_arguments(parser, call);
    if (!parser->failed)
        check_argument_count(parser, call, start);
    if (!parser->failed)
        check_numbers(parser, call, start);
    if (!parser->failed)
        parser_check_call(parser, call, start);
    if (parser->failed)
        return NULL;
    struct text all = {parser->text + source, parser->position - source};
    call->source = text_trim(all);
    expression_set_type(call, parser_type_of_call(call));
    return fold_call(parser, parser_nest(parser, call, source));
}

/* Operators, in order of decreasing precedence. */

static struct expression *parse_pipe(struct parser *parser) {
    parser_skip_blanks(parser);
    size_t start = parser->position;
    struct expression *value = parse_operand(parser);
    while (value && !parser->failed && parser_accept(parser, "|"))
        value = parse_call(parser, value, start);
    return value;
}

static struct expression *binary(struct parser *parser, enum expression_kind kind, size_t start,
                                 struct expression *left, struct expression *right) {
    if (!left || !right)
        return NULL;
    struct expression *expression = parser_new(parser, kind, start);
    expression->left = left;
    expression->right = right;
    return parser_nest(parser, expression, start);
}

static struct expression *parse_fallback(struct parser *parser) {
    parser_skip_blanks(parser);
    size_t start = parser->position;
    struct expression *value = parse_pipe(parser);
    while (value && parser_accept(parser, "??")) {
        struct expression *fallback = parse_operand(parser);
        if (fallback && parser_accept(parser, "|"))
            FAIL(parser, parser->position - 1,
                 "`a ?? b | f` is ambiguous: write `(a ?? b) | f` or `a ?? (b | f)`");
        value = binary(parser, EXPRESSION_FALLBACK, start, value, fallback);
        if (value)
            expression_set_type(value, fallback->null
                                           ? expression_type(value->left)
                                           : static_type_either(expression_type(value->left),
                                                                expression_type(fallback)));
    }
    return value;
}

static bool accept_comparison(struct parser *parser, enum comparison *comparison) {
    static const struct {
        const char *text;
        enum comparison comparison;
    } operators[] = {
        {"==", COMPARISON_EQUAL},    {"!=", COMPARISON_UNEQUAL}, {"<=", COMPARISON_AT_MOST},
        {">=", COMPARISON_AT_LEAST}, {"<", COMPARISON_LESS},     {">", COMPARISON_GREATER},
    };
    for (size_t i = 0; i < COUNT(operators); i++) {
        if (parser_accept(parser, operators[i].text)) {
            *comparison = operators[i].comparison;
            return true;
        }
    }
    return false;
}

/* Reports `list | where .a > 1`, which compares the list, not `where (.a > 1)`. */
static void check_compared(struct parser *parser, const struct expression *left) {
    if (left->kind != EXPRESSION_FUNCTION || left->grouped || left->argument_count != 1)
        return;
    bool item = left->function->arguments[0] == ARGUMENT_ITEM;
    if (item || left->function->run == function_when)
        FAIL(parser, parser->position - 1,
             "this compares the result of `%s`, not %s: put the comparison in parentheses",
             left->function->name, item ? "the items" : "the values in its condition");
}

static struct expression *parse_comparison(struct parser *parser) {
    parser_skip_blanks(parser);
    size_t start = parser->position;
    struct expression *left = parse_fallback(parser);
    enum comparison comparison;
    if (!left || !accept_comparison(parser, &comparison))
        return left;
    check_compared(parser, left);
    parser_skip_blanks(parser);
    size_t right = parser->position;
    struct expression *result =
        binary(parser, EXPRESSION_COMPARISON, start, left, parse_fallback(parser));
    if (result) {
        result->comparison = comparison;
        result->with_null = result->left->null || result->right->null;
        result->types = TYPE_BOOLEAN;
        parser_check_comparison(parser, result, right);
    }
    return result;
}

static struct expression *parse_not(struct parser *parser) {
    size_t start = parser->position;
    size_t count = 0;
    while (parser_accept(parser, "not"))
        count++;
    struct expression *value = parse_comparison(parser);
    for (; value && count; count--) {
        struct expression *negated = parser_new(parser, EXPRESSION_NOT, start);
        negated->left = value;
        negated->types = TYPE_BOOLEAN;
        value = parser_nest(parser, negated, start);
    }
    return value;
}

/* `a and b and …`, or the same with `or`. */
static struct expression *parse_chain(struct parser *parser, enum expression_kind kind,
                                      const char *word,
                                      struct expression *(*parse)(struct parser *)) {
    parser_skip_blanks(parser);
    size_t start = parser->position;
    struct expression *value = parse(parser);
    while (value && parser_accept(parser, word)) {
        parser_check_condition(parser, value, start);
        parser_skip_blanks(parser);
        size_t position = parser->position;
        struct expression *right = parse(parser);
        if (right)
            parser_check_condition(parser, right, position);
        value = binary(parser, kind, start, value, right);
        if (value)
            value->types = TYPE_BOOLEAN;
    }
    return value;
}

static struct expression *parse_and(struct parser *parser) {
    return parse_chain(parser, EXPRESSION_AND, "and", parse_not);
}

static struct expression *parse_expression(struct parser *parser) {
    return parse_chain(parser, EXPRESSION_OR, "or", parse_and);
}

static struct parser parser_for(struct scope *scope, const struct yaml_node *node, size_t offset,
                                size_t size) {
    return (struct parser){
        .scope = scope,
        .arena = scope->definitions->arena,
        .node = node,
        .text = node->text.data,
        .position = offset,
        .end = offset + size,
    };
}

static void expect_end(struct parser *parser) {
    parser_skip_blanks(parser);
    if (parser->position < parser->end)
        report_rest(parser, "expected the end of the expression");
}

struct expression *expression_parse(struct scope *scope, const struct yaml_node *node,
                                    size_t offset, size_t size) {
    struct parser parser = parser_for(scope, node, offset, size);
    struct expression *expression = parse_expression(&parser);
    expect_end(&parser);
    return parser.failed ? NULL : expression;
}

bool expression_parse_operands(struct scope *scope, const struct yaml_node *node, size_t offset,
                               size_t size, struct expression ***operands, size_t *count) {
    struct parser parser = parser_for(scope, node, offset, size);
    struct expression *call = parser_new(&parser, EXPRESSION_FUNCTION, offset);
    parse_arguments(&parser, call);
    expect_end(&parser);
    *operands = call->arguments;
    *count = call->argument_count;
    return !parser.failed;
}

/* Expressions that are built without a source. */

struct expression *expression_and(struct arena *arena, struct expression *left,
                                  struct expression *right) {
    if (!left || !right)
        return left ? left : right;
    struct expression *both = arena_allocate(arena, sizeof *both);
    both->kind = EXPRESSION_AND;
    both->source = text_format(arena, "(%.*s) and (%.*s)", TEXT_ARGUMENT(left->source),
                               TEXT_ARGUMENT(right->source));
    both->left = left;
    both->right = right;
    both->depth = (left->depth > right->depth ? left->depth : right->depth) + 1;
    return both;
}

struct expression *expression_parse_node(struct scope *scope, const struct yaml_node *node) {
    if (node->kind != YAML_SCALAR) {
        diagnostics_add(scope->definitions->diagnostics, node->location,
                        "expected an expression on one line");
        return NULL;
    }
    return expression_parse(scope, node, 0, node->text.size);
}

bool expression_begins(struct text text) {
    return text.size && (text.data[0] == '.' || text.data[0] == '$' || text.data[0] == '(');
}
