#include "language/expression_parser.h"

#include "language/yaml_location.h"
#include "json/number.h"
#include "json/scanner.h"

void parser_fail(struct parser *parser, size_t position, struct text message) {
    if (!parser->failed)
        diagnostics_add(parser->scope->definitions->diagnostics,
                        yaml_location_at(parser->node, position), "%.*s", TEXT_ARGUMENT(message));
    parser->failed = true;
}

bool parser_is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

char parser_peek(const struct parser *parser, size_t ahead) {
    size_t position = parser->position + ahead;
    return position < parser->end ? parser->text[position] : '\0';
}

void parser_skip_blanks(struct parser *parser) {
    while (is_blank(parser_peek(parser, 0)))
        parser->position++;
}

struct text parser_peek_name(const struct parser *parser) {
    return name_at_start(
        (struct text){parser->text + parser->position, parser->end - parser->position});
}

size_t parser_character_size(const struct parser *parser) {
    size_t size = 1;
    while (((unsigned char)parser_peek(parser, size) & 0xC0) == 0x80)
        size++;
    return size;
}

bool parser_accept(struct parser *parser, const char *what) {
    parser_skip_blanks(parser);
    struct text wanted = text_of(what);
    struct text rest = {parser->text + parser->position, parser->end - parser->position};
    bool word = name_is_start(what[0]);
    if (word ? !text_equal(parser_peek_name(parser), wanted) : !text_starts_with(rest, wanted))
        return false;
    parser->position += wanted.size;
    return true;
}

/* Whether JSON has the string as it is. */
static bool is_plain(struct text string) {
    const char *end = string.data + string.size;
    return json_plain_end(string.data, end) == end;
}

struct expression *expression_literal(struct arena *arena, struct value value) {
    if (value.type == VALUE_STRING)
        value.plain = is_plain(value_text(value));
    struct expression *expression = arena_allocate(arena, sizeof *expression);
    expression->kind = EXPRESSION_LITERAL;
    expression->literal = value;
    expression_set_type(expression, static_type_of_value(value));
    return expression;
}

struct expression *parser_new(struct parser *parser, enum expression_kind kind, size_t start) {
    struct expression *expression = arena_allocate(parser->arena, sizeof *expression);
    expression->kind = kind;
    expression->source = text_trim((struct text){parser->text + start, parser->position - start});
    return expression;
}

static void add_depth(struct expression *expression, const struct expression *inner) {
    if (inner && inner->depth >= expression->depth)
        expression->depth = inner->depth + 1;
}

struct expression *parser_nest(struct parser *parser, struct expression *expression, size_t start) {
    add_depth(expression, expression->left);
    add_depth(expression, expression->right);
    for (size_t i = 0; i < expression->argument_count; i++)
        add_depth(expression, expression->arguments[i]);
    if (expression->depth <= MAX_DEPTH)
        return expression;
    FAIL(parser, start,
         "the expression is too long: at most %d operators, functions and path members in a row "
         "are supported",
         MAX_DEPTH);
    return NULL;
}

struct expression *parser_quoted(struct parser *parser) {
    size_t start = parser->position++;
    char *copy = arena_allocate(parser->arena, parser->end - start + 1);
    size_t size = 0;
    /* Two single quotes within a string denote one, as in YAML. */
    while (parser->position < parser->end) {
        char c = parser->text[parser->position++];
        if (c == '\'' && parser_peek(parser, 0) != '\'')
            return expression_literal(parser->arena, value_string((struct text){copy, size}));
        if (c == '\'')
            parser->position++;
        copy[size++] = c;
    }
    FAIL(parser, start, "unterminated string: close it with '");
    return NULL;
}

struct expression *parser_number(struct parser *parser) {
    size_t start = parser->position;
    while (name_is_byte(parser_peek(parser, 0)) || parser_peek(parser, 0) == '.' ||
           parser_peek(parser, 0) == '+')
        parser->position++;
    struct text digits =
        text_copy(parser->arena, (struct text){parser->text + start, parser->position - start});
    if (!number_is_valid(digits)) {
        FAIL(parser, start, "invalid number \"%s\"", digits.data);
        return NULL;
    }
    return expression_literal(parser->arena, value_number(digits));
}

struct expression *parser_word(struct parser *parser) {
    struct text word = parser_peek_name(parser);
    size_t start = parser->position;
    parser->position += word.size;
    if (text_is(word, "true") || text_is(word, "false"))
        return expression_literal(parser->arena, value_boolean(text_is(word, "true")));
    if (text_is(word, "null")) {
        struct expression *null = expression_literal(parser->arena, value_missing());
        null->null = true;
        return null;
    }
    FAIL(parser, start,
         "unquoted word \"%.*s\": write '%.*s' for a string, .%.*s for a member, or $%.*s for a "
         "name",
         TEXT_ARGUMENT(word), TEXT_ARGUMENT(word), TEXT_ARGUMENT(word), TEXT_ARGUMENT(word));
    return NULL;
}
