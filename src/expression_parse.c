#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "expression.h"
#include "functions.h"
#include "mapper.h"
#include "schema.h"

enum { MAX_NESTING = 32, MAX_ARGUMENTS = 16 };

struct parser {
    struct scope *scope;
    struct arena *arena;
    const struct yaml_node *node;
    /* The scalar's text, and the part of it that is the expression. */
    const char *text;
    size_t position;
    size_t end;
    size_t nesting;
    bool failed;
};

static struct expression *parse_or(struct parser *parser);
static struct expression *parse_operand(struct parser *parser);
static struct expression *parse_call(struct parser *parser, struct expression *input);

static void fail_at(struct parser *parser, size_t position, struct text message) {
    if (!parser->failed)
        diagnostics_add(parser->scope->library->diagnostics, yaml_place_at(parser->node, position),
                        "%.*s", TEXT_ARGUMENT(message));
    parser->failed = true;
}

#define FAIL(parser, position, ...)                                                                \
    fail_at((parser), (position), text_format((parser)->arena, __VA_ARGS__))

static bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_name_byte(char c) {
    return is_name_start(c) || is_digit(c) || c == '-';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The byte `ahead` of the position, NUL at the end. */
static char peek(const struct parser *parser, size_t ahead) {
    size_t position = parser->position + ahead;
    return position < parser->end ? parser->text[position] : '\0';
}

static void skip_blanks(struct parser *parser) {
    while (is_blank(peek(parser, 0)))
        parser->position++;
}

static struct text peek_name(const struct parser *parser) {
    size_t size = 0;
    if (is_name_start(peek(parser, 0)))
        while (is_name_byte(peek(parser, size)))
            size++;
    return (struct text){parser->text + parser->position, size};
}

/* Takes `operator`, behind blanks, if it is what comes next. */
static bool take(struct parser *parser, const char *operator) {
    skip_blanks(parser);
    struct text wanted = text_of(operator);
    struct text rest = {parser->text + parser->position, parser->end - parser->position};
    bool word = is_name_start(operator[0]);
    if (word ? !text_equal(peek_name(parser), wanted) : !text_starts_with(rest, wanted))
        return false;
    parser->position += wanted.size;
    return true;
}

static struct expression *new_expression(struct parser *parser, enum expression_kind kind,
                                         size_t start) {
    struct expression *expression = arena_allocate(parser->arena, sizeof *expression);
    expression->kind = kind;
    expression->source = text_trim((struct text){parser->text + start, parser->position - start});
    return expression;
}

struct expression *expression_literal(struct arena *arena, struct value value) {
    struct expression *expression = arena_allocate(arena, sizeof *expression);
    expression->kind = EXPRESSION_LITERAL;
    expression->literal = value;
    return expression;
}

static struct expression *parse_quoted(struct parser *parser) {
    size_t start = parser->position++;
    char *copy = arena_allocate(parser->arena, parser->end - start + 1);
    size_t size = 0;
    /* Two quotes within are one, as in YAML. */
    while (parser->position < parser->end) {
        char c = parser->text[parser->position++];
        if (c == '\'' && peek(parser, 0) != '\'')
            return expression_literal(parser->arena, value_string((struct text){copy, size}));
        if (c == '\'')
            parser->position++;
        copy[size++] = c;
    }
    FAIL(parser, start, "this text has no end: close it with '");
    return NULL;
}

static struct expression *parse_number(struct parser *parser) {
    size_t start = parser->position;
    while (is_name_byte(peek(parser, 0)) || peek(parser, 0) == '.' || peek(parser, 0) == '+')
        parser->position++;
    struct text digits =
        text_copy(parser->arena, (struct text){parser->text + start, parser->position - start});
    char *rest;
    strtod(digits.data, &rest);
    if (*rest || digits.data[digits.size - 1] == '.' || strpbrk(digits.data, "xXpPnNiI")) {
        FAIL(parser, start, "\"%s\" is no number", digits.data);
        return NULL;
    }
    return expression_literal(parser->arena, value_number(digits));
}

static struct expression *parse_word(struct parser *parser) {
    struct text word = peek_name(parser);
    size_t start = parser->position;
    parser->position += word.size;
    if (text_is(word, "true") || text_is(word, "false"))
        return expression_literal(parser->arena, value_boolean(text_is(word, "true")));
    if (text_is(word, "null"))
        return expression_literal(parser->arena, value_missing());
    FAIL(parser, start,
         "\"%.*s\" stands alone: write '%.*s' for the text, .%.*s for the member, or $%.*s for "
         "the name",
         TEXT_ARGUMENT(word), TEXT_ARGUMENT(word), TEXT_ARGUMENT(word), TEXT_ARGUMENT(word));
    return NULL;
}

static const struct schema *member_schema(struct parser *parser, const struct schema *schema,
                                          struct text owner, struct text name, size_t position) {
    if (!schema || !schema_is_closed(schema))
        return NULL;
    const struct schema *member = schema_property(schema, name);
    if (member)
        return member;
    struct nearest nearest = {.wanted = name};
    schema_offer_properties(schema, &nearest);
    FAIL(parser, position, "%.*s has no \"%.*s\"%s", TEXT_ARGUMENT(owner), TEXT_ARGUMENT(name),
         nearest_hint(&nearest, parser->arena).data);
    return NULL;
}

/* A settings member is known now, and becomes a literal. */
static struct expression *fold_setting(struct parser *parser, struct expression *base,
                                       struct text name, size_t position) {
    struct value settings = base->literal;
    const struct member *members = value_members(parser->arena, settings);
    struct nearest nearest = {.wanted = name};
    for (uint32_t i = 0; i < settings.size; i++) {
        if (text_equal(members[i].name, name))
            return expression_literal(parser->arena, members[i].value);
        nearest_offer(&nearest, members[i].name);
    }
    FAIL(parser, position, "there is no setting \"%.*s\"%s", TEXT_ARGUMENT(name),
         nearest_hint(&nearest, parser->arena).data);
    return NULL;
}

static struct expression *path_step(struct parser *parser, struct expression *base, size_t start,
                                    struct text name, bool index) {
    struct expression *step =
        new_expression(parser, index ? EXPRESSION_ITEM : EXPRESSION_MEMBER, start);
    step->left = base;
    step->name = text_copy(parser->arena, name);
    step->index = index ? strtoul(step->name.data, NULL, 10) : 0;
    return step;
}

/* Takes one name of a path: letters, digits or '…'. Empty: there is none. */
static struct text take_path_name(struct parser *parser, bool *index) {
    *index = is_digit(peek(parser, 0));
    if (peek(parser, 0) == '\'') {
        struct expression *quoted = parse_quoted(parser);
        return quoted ? value_text(quoted->literal) : (struct text){"", 0};
    }
    size_t start = parser->position;
    while (*index ? is_digit(peek(parser, 0)) : is_name_byte(peek(parser, 0)))
        parser->position++;
    return (struct text){parser->text + start, parser->position - start};
}

static bool path_goes_on(const struct parser *parser) {
    char next = peek(parser, 1);
    return peek(parser, 0) == '.' && (is_name_byte(next) || next == '\'');
}

/* The `.a.b.0` behind an operand; blanks end it. */
static struct expression *parse_path(struct parser *parser, struct expression *base, size_t start,
                                     const struct schema *schema, bool settings) {
    while (base && !parser->failed && path_goes_on(parser)) {
        size_t position = ++parser->position;
        struct text owner = {parser->text + start, position - 1 - start};
        bool index;
        struct text name = take_path_name(parser, &index);
        if (settings)
            base = fold_setting(parser, base, name, position);
        else
            base = path_step(parser, base, start, name, index);
        settings = false;
        schema = member_schema(parser, schema, owner, name, position);
    }
    if (peek(parser, 0) == '.' && !parser->failed)
        FAIL(parser, parser->position, "a path ends with a name, not with \".\"");
    return base;
}

static void unknown_name(struct parser *parser, struct text name, size_t position) {
    struct nearest nearest = {.wanted = name};
    for (struct scope_name *known = parser->scope->names; known; known = known->next)
        nearest_offer(&nearest, known->name);
    nearest_offer(&nearest, text_of("settings"));
    static const char *const requests[] = {"path", "query", "body", "headers"};
    bool of_request = false;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        of_request = of_request || text_is(name, requests[i]);
    if (parser->scope->kind == SCOPE_MAPPER)
        FAIL(parser, position, "there is no $%.*s in this mapper%s%s", TEXT_ARGUMENT(name),
             nearest_hint(&nearest, parser->arena).data,
             nearest.best.size ? ""
                               : ": a mapper sees `.`, its parameters, its locals and $settings; "
                                 "pass it as a parameter");
    else if (of_request)
        FAIL(parser, position, "there is no $%.*s here: the route does not declare it",
             TEXT_ARGUMENT(name));
    else
        FAIL(parser, position, "there is no $%.*s here%s%s", TEXT_ARGUMENT(name),
             nearest_hint(&nearest, parser->arena).data,
             nearest.best.size ? "" : ": name the result of an earlier step, or use `let`");
}

/* `${NAME}`: known now, as a literal. */
static struct expression *parse_environment(struct parser *parser) {
    size_t start = parser->position;
    if (parser->scope->kind != SCOPE_LOAD) {
        FAIL(parser, start,
             "${…} is for `settings`, `server` and `upstreams` only: make it a setting, and write "
             "$settings.NAME here");
        return NULL;
    }
    struct value value;
    size_t size = environment_reference(parser->scope->library, parser->node, start, &value);
    parser->failed = size == 0;
    parser->position += size;
    return expression_literal(parser->arena, value);
}

static struct expression *parse_variable(struct parser *parser) {
    if (peek(parser, 1) == '{')
        return parse_environment(parser);
    size_t start = parser->position++;
    struct text name = peek_name(parser);
    if (!name.size) {
        FAIL(parser, start, "a name must follow \"$\"");
        return NULL;
    }
    parser->position += name.size;
    if (text_is(name, "settings")) {
        struct expression *settings =
            expression_literal(parser->arena, parser->scope->library->settings);
        return parse_path(parser, settings, start, NULL, true);
    }
    struct scope_name *known = scope_find(parser->scope, name);
    if (!known) {
        unknown_name(parser, name, start);
        return NULL;
    }
    known->used = true;
    struct expression *slot = new_expression(parser, EXPRESSION_SLOT, start);
    slot->index = known->slot;
    slot->name = name;
    return parse_path(parser, slot, start, known->schema, false);
}

static struct expression *parse_current(struct parser *parser) {
    size_t start = parser->position;
    char next = peek(parser, 1);
    bool path = is_name_byte(next) || next == '\'';
    if (!path)
        parser->position++;
    struct expression *current = new_expression(parser, EXPRESSION_CURRENT, start);
    return path ? parse_path(parser, current, start, NULL, false) : current;
}

static struct expression *parse_parenthesis(struct parser *parser) {
    size_t start = parser->position++;
    if (++parser->nesting > MAX_NESTING) {
        FAIL(parser, start, "too many parentheses in one another");
        return NULL;
    }
    struct expression *inner = parse_or(parser);
    parser->nesting--;
    if (inner && !take(parser, ")")) {
        FAIL(parser, start, "this parenthesis is not closed");
        return NULL;
    }
    return parse_path(parser, inner, start, NULL, false);
}

/* `[a, b]`: a list of expressions. */
static struct expression *parse_array(struct parser *parser) {
    size_t start = parser->position++;
    struct expression *items[MAX_ARGUMENTS];
    size_t count = 0;
    bool constant = true;
    if (++parser->nesting > MAX_NESTING)
        FAIL(parser, start, "too many brackets in one another");
    while (!parser->failed && !take(parser, "]")) {
        if (count == MAX_ARGUMENTS)
            FAIL(parser, start, "a list has at most %d items", MAX_ARGUMENTS);
        else if (count && !take(parser, ","))
            FAIL(parser, parser->position, "a comma or \"]\" is expected here");
        else if ((items[count] = parse_or(parser)))
            constant = items[count++]->kind == EXPRESSION_LITERAL && constant;
    }
    parser->nesting--;
    if (parser->failed)
        return NULL;
    struct expression *array = new_expression(parser, EXPRESSION_ARRAY, start);
    array->arguments = arena_allocate_array(parser->arena, count, sizeof items[0]);
    if (count)
        memcpy(array->arguments, items, count * sizeof items[0]);
    array->argument_count = count;
    struct evaluation evaluation = {.arena = parser->arena};
    return constant ? expression_literal(parser->arena, expression_evaluate(&evaluation, array))
                    : array;
}

static struct expression *parse_operand(struct parser *parser) {
    skip_blanks(parser);
    char c = peek(parser, 0);
    if (c == '.')
        return parse_current(parser);
    if (c == '$')
        return parse_variable(parser);
    if (c == '(')
        return parse_parenthesis(parser);
    if (c == '\'')
        return parse_quoted(parser);
    if (is_digit(c) || c == '-')
        return parse_number(parser);
    if (c == '[')
        return parse_array(parser);
    if (take(parser, "{}"))
        return expression_literal(parser->arena, value_object(NULL, 0));
    if (is_name_start(c))
        return parse_word(parser);
    if (c == '\0')
        FAIL(parser, parser->position, "the expression ends where a value is expected");
    else
        FAIL(parser, parser->position, "a value is expected here, not \"%c\"", c);
    return NULL;
}

/* Whether an argument comes next, and not an operator or the end. */
static bool argument_follows(struct parser *parser) {
    skip_blanks(parser);
    struct text word = peek_name(parser);
    if (text_is(word, "and") || text_is(word, "or") || text_is(word, "not"))
        return false;
    char c = peek(parser, 0);
    return c != '\0' && !strchr(")]|?=!<>},", c);
}

static struct expression *parse_bare_name(struct parser *parser) {
    struct text name = peek_name(parser);
    if (!name.size) {
        FAIL(parser, parser->position, "a member's bare name is expected here");
        return NULL;
    }
    parser->position += name.size;
    return expression_literal(parser->arena, value_string(text_copy(parser->arena, name)));
}

static struct expression *parse_argument(struct parser *parser, enum argument_kind kind) {
    if (kind == ARGUMENT_NAME)
        return parse_bare_name(parser);
    if (kind != ARGUMENT_CALL)
        return parse_operand(parser);
    struct expression *item = new_expression(parser, EXPRESSION_CURRENT, parser->position);
    return parse_call(parser, item);
}

static enum argument_kind argument_kind_at(const struct function *function, size_t index) {
    if (!function)
        return ARGUMENT_VALUE;
    if (index < FUNCTION_MAX_ARGUMENTS && function->arguments[index])
        return function->arguments[index];
    return function->variadic ? function->arguments[0] : 0;
}

static void parse_arguments(struct parser *parser, struct expression *call) {
    struct expression *arguments[MAX_ARGUMENTS];
    size_t count = 0;
    while (!parser->failed && argument_follows(parser)) {
        size_t start = parser->position;
        enum argument_kind kind = argument_kind_at(call->function, count);
        if (!kind || count == MAX_ARGUMENTS) {
            FAIL(parser, start, "one argument too many: it is used as `%s`",
                 call->function ? call->function->usage : "a mapper");
            return;
        }
        arguments[count++] = parse_argument(parser, kind);
        /* The call inside takes all arguments that follow. */
        if (kind == ARGUMENT_CALL)
            break;
    }
    call->arguments = arena_allocate_array(parser->arena, count, sizeof arguments[0]);
    if (count)
        memcpy(call->arguments, arguments, count * sizeof arguments[0]);
    call->argument_count = count;
}

static void unknown_function(struct parser *parser, struct text name, size_t position) {
    const struct library *library = parser->scope->library;
    struct nearest nearest = {.wanted = name};
    size_t count;
    const struct function *functions = function_table(&count);
    for (size_t i = 0; i < count; i++)
        nearest_offer(&nearest, text_of(functions[i].name));
    for (size_t i = 0; i < library->mapper_count; i++)
        nearest_offer(&nearest, library->mappers[i].name);
    for (size_t i = 0; i < library->lookup_count; i++)
        nearest_offer(&nearest, library->lookups[i].name);
    FAIL(parser, position, "there is no function, mapper or table \"%.*s\"%s", TEXT_ARGUMENT(name),
         nearest_hint(&nearest, parser->arena).data);
}

static void check_argument_count(struct parser *parser, const struct expression *call,
                                 size_t position) {
    size_t given = call->argument_count;
    if (call->function && given < call->function->required)
        FAIL(parser, position, "an argument is missing: it is used as `%s`", call->function->usage);
    if (call->mapper && given != call->mapper->parameter_count)
        FAIL(parser, position, "the mapper \"%.*s\" takes %zu argument%s, not %zu",
             TEXT_ARGUMENT(call->mapper->name), call->mapper->parameter_count,
             call->mapper->parameter_count == 1 ? "" : "s", given);
    if (call->lookup && given)
        FAIL(parser, position, "the table \"%.*s\" takes no arguments",
             TEXT_ARGUMENT(call->lookup->name));
}

/* A function of nothing but literals has the same value at every request: it is computed now. */
static struct expression *fold(struct parser *parser, struct expression *call) {
    bool constant = call->kind == EXPRESSION_FUNCTION && call->left->kind == EXPRESSION_LITERAL &&
                    !call->function->takes_missing;
    for (size_t i = 0; i < call->argument_count; i++)
        constant = constant && call->arguments[i]->kind == EXPRESSION_LITERAL;
    if (!constant)
        return call;
    struct evaluation evaluation = {.arena = parser->arena};
    return expression_literal(parser->arena, expression_evaluate(&evaluation, call));
}

/* A name and its arguments, applied to `input`. */
static struct expression *parse_call(struct parser *parser, struct expression *input) {
    skip_blanks(parser);
    size_t start = parser->position;
    struct text name = peek_name(parser);
    if (!name.size) {
        FAIL(parser, start, "the name of a function, mapper or table is expected here");
        return NULL;
    }
    parser->position += name.size;
    struct expression *call = new_expression(parser, EXPRESSION_FUNCTION, start);
    call->left = input;
    call->function = function_find(name);
    call->mapper = mapper_find(parser->scope->library, name);
    call->lookup = lookup_find(parser->scope->library, name);
    if (call->mapper)
        call->kind = EXPRESSION_MAPPER;
    else if (call->lookup)
        call->kind = EXPRESSION_LOOKUP;
    else if (!call->function)
        unknown_function(parser, name, start);
    parse_arguments(parser, call);
    if (!parser->failed)
        check_argument_count(parser, call, start);
    return parser->failed ? NULL : fold(parser, call);
}

static struct expression *parse_pipe(struct parser *parser) {
    struct expression *value = parse_operand(parser);
    while (value && !parser->failed && take(parser, "|"))
        value = parse_call(parser, value);
    return value;
}

static struct expression *binary(struct parser *parser, enum expression_kind kind, size_t start,
                                 struct expression *left, struct expression *right) {
    if (!left || !right)
        return NULL;
    struct expression *expression = new_expression(parser, kind, start);
    expression->left = left;
    expression->right = right;
    return expression;
}

static struct expression *parse_fallback(struct parser *parser) {
    skip_blanks(parser);
    size_t start = parser->position;
    struct expression *value = parse_pipe(parser);
    while (value && take(parser, "??"))
        value = binary(parser, EXPRESSION_FALLBACK, start, value, parse_pipe(parser));
    return value;
}

static bool take_comparison(struct parser *parser, enum comparison *comparison) {
    static const struct {
        const char *text;
        enum comparison comparison;
    } operators[] = {
        {"==", COMPARISON_EQUAL},    {"!=", COMPARISON_UNEQUAL}, {"<=", COMPARISON_AT_MOST},
        {">=", COMPARISON_AT_LEAST}, {"<", COMPARISON_LESS},     {">", COMPARISON_GREATER},
    };
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (take(parser, operators[i].text)) {
            *comparison = operators[i].comparison;
            return true;
        }
    }
    return false;
}

static struct expression *parse_comparison(struct parser *parser) {
    skip_blanks(parser);
    size_t start = parser->position;
    struct expression *left = parse_fallback(parser);
    enum comparison comparison;
    if (!left || !take_comparison(parser, &comparison))
        return left;
    struct expression *result =
        binary(parser, EXPRESSION_COMPARISON, start, left, parse_fallback(parser));
    if (result)
        result->comparison = comparison;
    return result;
}

static struct expression *parse_not(struct parser *parser) {
    size_t start = parser->position;
    size_t count = 0;
    while (take(parser, "not"))
        count++;
    struct expression *value = parse_comparison(parser);
    for (; value && count; count--) {
        struct expression *negated = new_expression(parser, EXPRESSION_NOT, start);
        negated->left = value;
        value = negated;
    }
    return value;
}

static struct expression *parse_and(struct parser *parser) {
    size_t start = parser->position;
    struct expression *value = parse_not(parser);
    while (value && take(parser, "and"))
        value = binary(parser, EXPRESSION_AND, start, value, parse_not(parser));
    return value;
}

static struct expression *parse_or(struct parser *parser) {
    size_t start = parser->position;
    struct expression *value = parse_and(parser);
    while (value && take(parser, "or"))
        value = binary(parser, EXPRESSION_OR, start, value, parse_and(parser));
    return value;
}

static struct parser parser_for(struct scope *scope, const struct yaml_node *node, size_t offset,
                                size_t size) {
    return (struct parser){
        .scope = scope,
        .arena = scope->library->arena,
        .node = node,
        .text = node->text.data,
        .position = offset,
        .end = offset + size,
    };
}

static void expect_end(struct parser *parser) {
    skip_blanks(parser);
    if (parser->position < parser->end)
        FAIL(parser, parser->position, "the expression should end here, but \"%.*s\" follows",
             (int)(parser->end - parser->position), parser->text + parser->position);
}

struct expression *expression_parse(struct scope *scope, const struct yaml_node *node,
                                    size_t offset, size_t size) {
    struct parser parser = parser_for(scope, node, offset, size);
    struct expression *expression = parse_or(&parser);
    expect_end(&parser);
    return parser.failed ? NULL : expression;
}

bool expression_parse_operands(struct scope *scope, const struct yaml_node *node, size_t offset,
                               size_t size, struct expression ***operands, size_t *count) {
    struct parser parser = parser_for(scope, node, offset, size);
    struct expression *call = new_expression(&parser, EXPRESSION_FUNCTION, offset);
    parse_arguments(&parser, call);
    expect_end(&parser);
    *operands = call->arguments;
    *count = call->argument_count;
    return !parser.failed;
}

struct expression *expression_and(struct arena *arena, struct expression *left,
                                  struct expression *right) {
    if (!left || !right)
        return left ? left : right;
    struct expression *both = arena_allocate(arena, sizeof *both);
    both->kind = EXPRESSION_AND;
    both->left = left;
    both->right = right;
    return both;
}

struct expression *expression_parse_node(struct scope *scope, const struct yaml_node *node) {
    if (node->kind != YAML_SCALAR) {
        diagnostics_add(scope->library->diagnostics, node->place,
                        "an expression is expected here, on one line");
        return NULL;
    }
    return expression_parse(scope, node, 0, node->text.size);
}

bool expression_begins(struct text text) {
    return text.size && (text.data[0] == '.' || text.data[0] == '$' || text.data[0] == '(');
}
