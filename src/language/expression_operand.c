#include <stdlib.h>
#include <string.h>

#include "language/environment.h"
#include "language/expression_parser.h"
#include "language/functions.h"
#include "language/schema.h"

void parser_fail(struct parser *parser, size_t position, struct text message) {
    if (!parser->failed)
        diagnostics_add(parser->scope->definitions->diagnostics,
                        yaml_location_at(parser->node, position), "%.*s", TEXT_ARGUMENT(message));
    parser->failed = true;
}

bool parser_is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_name_byte(char c) {
    return parser_is_name_start(c) || is_digit(c) || c == '-';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The byte `ahead` of the position, NUL at the end. */
char parser_peek(const struct parser *parser, size_t ahead) {
    size_t position = parser->position + ahead;
    return position < parser->end ? parser->text[position] : '\0';
}

void parser_skip_blanks(struct parser *parser) {
    while (is_blank(parser_peek(parser, 0)))
        parser->position++;
}

struct text parser_peek_name(const struct parser *parser) {
    size_t size = 0;
    if (parser_is_name_start(parser_peek(parser, 0)))
        while (is_name_byte(parser_peek(parser, size)))
            size++;
    return (struct text){parser->text + parser->position, size};
}

/* Takes `what`, behind blanks, if it is what comes next. */
bool parser_accept(struct parser *parser, const char *what) {
    parser_skip_blanks(parser);
    struct text wanted = text_of(what);
    struct text rest = {parser->text + parser->position, parser->end - parser->position};
    bool word = parser_is_name_start(what[0]);
    if (word ? !text_equal(parser_peek_name(parser), wanted) : !text_starts_with(rest, wanted))
        return false;
    parser->position += wanted.size;
    return true;
}

struct expression *parser_new(struct parser *parser, enum expression_kind kind, size_t start) {
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
        if (c == '\'' && parser_peek(parser, 0) != '\'')
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
    while (is_name_byte(parser_peek(parser, 0)) || parser_peek(parser, 0) == '.' ||
           parser_peek(parser, 0) == '+')
        parser->position++;
    struct text digits =
        text_copy(parser->arena, (struct text){parser->text + start, parser->position - start});
    struct evaluation evaluation = {.arena = parser->arena};
    if (value_is_missing(function_number(&evaluation, NULL, value_string(digits)))) {
        FAIL(parser, start, "\"%s\" is no number", digits.data);
        return NULL;
    }
    return expression_literal(parser->arena, value_number(digits));
}

static struct expression *parse_word(struct parser *parser) {
    struct text word = parser_peek_name(parser);
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

/* A member of $settings or $table is known now, and becomes a literal. */
static struct expression *fold_member(struct parser *parser, struct expression *base,
                                      struct text name, size_t position) {
    struct value object = base->literal;
    const struct member *members = value_members(parser->arena, object);
    struct nearest nearest = {.wanted = name};
    for (uint32_t i = 0; i < object.size; i++) {
        if (text_equal(members[i].name, name))
            return expression_literal(parser->arena, members[i].value);
        nearest_offer(&nearest, members[i].name);
    }
    FAIL(parser, position, "there is no %s \"%.*s\"%s",
         text_is(base->source, "$table") ? "member of $table" : "setting", TEXT_ARGUMENT(name),
         nearest_hint(&nearest, parser->arena).data);
    return NULL;
}

static struct expression *path_step(struct parser *parser, struct expression *base, size_t start,
                                    struct text name, bool index) {
    struct expression *step =
        parser_new(parser, index ? EXPRESSION_ITEM : EXPRESSION_MEMBER, start);
    step->left = base;
    step->name = text_copy(parser->arena, name);
    step->index = index ? strtoul(step->name.data, NULL, 10) : 0;
    return step;
}

/* Takes one name of a path: letters, digits or '…'. Empty: there is none. */
static struct text parse_path_name(struct parser *parser, bool *index) {
    *index = is_digit(parser_peek(parser, 0));
    if (parser_peek(parser, 0) == '\'') {
        struct expression *quoted = parse_quoted(parser);
        return quoted ? value_text(quoted->literal) : (struct text){"", 0};
    }
    size_t start = parser->position;
    while (*index ? is_digit(parser_peek(parser, 0)) : is_name_byte(parser_peek(parser, 0)))
        parser->position++;
    return (struct text){parser->text + start, parser->position - start};
}

static bool path_goes_on(const struct parser *parser) {
    char next = parser_peek(parser, 1);
    return parser_peek(parser, 0) == '.' && (is_name_byte(next) || next == '\'');
}

/* The `.a.b.0` behind an operand; blanks end it. */
static struct expression *parse_path(struct parser *parser, struct expression *base, size_t start,
                                     const struct schema *schema, bool constant) {
    while (base && !parser->failed && path_goes_on(parser)) {
        size_t position = ++parser->position;
        struct text owner = {parser->text + start, position - 1 - start};
        bool index;
        struct text name = parse_path_name(parser, &index);
        if (constant)
            base = fold_member(parser, base, name, position);
        else
            base = path_step(parser, base, start, name, index);
        if (base)
            base->source = (struct text){parser->text + start, parser->position - start};
        constant = false;
        schema = member_schema(parser, schema, owner, name, position);
    }
    if (parser_peek(parser, 0) == '.' && !parser->failed)
        FAIL(parser, parser->position, "a path ends with a name, not with \".\"");
    return base;
}

static void unknown_name(struct parser *parser, struct text name, size_t position) {
    parser->failed = parser->failed || parser->scope->incomplete;
    if (parser->failed)
        return;
    struct nearest nearest = {.wanted = name};
    for (struct scope_name *known = parser->scope->names; known; known = known->next)
        nearest_offer(&nearest, known->name);
    nearest_offer(&nearest, text_of("settings"));
    nearest_offer(&nearest, text_of("table"));
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
    size_t size = environment_reference(parser->scope->definitions, parser->node, start, &value);
    parser->failed = size == 0;
    parser->position += size;
    return expression_literal(parser->arena, value);
}

static struct expression *parse_variable(struct parser *parser) {
    if (parser_peek(parser, 1) == '{')
        return parse_environment(parser);
    size_t start = parser->position++;
    struct text name = parser_peek_name(parser);
    if (!name.size) {
        FAIL(parser, start, "a name must follow \"$\"");
        return NULL;
    }
    parser->position += name.size;
    const struct definitions *definitions = parser->scope->definitions;
    bool constant = text_is(name, "settings") || text_is(name, "table");
    if (constant) {
        struct expression *object = expression_literal(
            parser->arena, text_is(name, "table") ? definitions->table : definitions->settings);
        object->source = (struct text){parser->text + start, parser->position - start};
        return parse_path(parser, object, start, NULL, true);
    }
    struct scope_name *known = scope_find(parser->scope, name);
    if (!known) {
        unknown_name(parser, name, start);
        return NULL;
    }
    if (known->constant) {
        struct expression *literal = parser_new(parser, EXPRESSION_LITERAL, start);
        literal->literal = known->constant->literal;
        return parse_path(parser, literal, start, NULL, false);
    }
    struct expression *slot = parser_new(parser, EXPRESSION_SLOT, start);
    slot->index = known->slot;
    slot->name = name;
    return parse_path(parser, slot, start, known->schema, false);
}

static struct expression *parse_current(struct parser *parser) {
    size_t start = parser->position;
    char next = parser_peek(parser, 1);
    bool path = is_name_byte(next) || next == '\'';
    if (!path)
        parser->position++;
    struct expression *current = parser_new(parser, EXPRESSION_CURRENT, start);
    return path ? parse_path(parser, current, start, NULL, false) : current;
}

static struct expression *parse_parenthesis(struct parser *parser) {
    size_t start = parser->position++;
    if (++parser->nesting > MAX_NESTING) {
        FAIL(parser, start, "too many parentheses in one another");
        return NULL;
    }
    struct expression *inner = parser_expression(parser);
    parser->nesting--;
    if (inner && !parser_accept(parser, ")")) {
        FAIL(parser, start, "this parenthesis is not closed");
        return NULL;
    }
    if (inner)
        inner->grouped = true;
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
    while (!parser->failed && !parser_accept(parser, "]")) {
        if (count == MAX_ARGUMENTS)
            FAIL(parser, start, "a list has at most %d items", MAX_ARGUMENTS);
        else if (count && !parser_accept(parser, ","))
            FAIL(parser, parser->position, "a comma or \"]\" is expected here");
        else if ((items[count] = parser_expression(parser)))
            constant = items[count++]->kind == EXPRESSION_LITERAL && constant;
    }
    parser->nesting--;
    if (parser->failed)
        return NULL;
    struct expression *array = parser_new(parser, EXPRESSION_ARRAY, start);
    array->arguments = arena_allocate_array(parser->arena, count, sizeof items[0]);
    if (count)
        memcpy(array->arguments, items, count * sizeof items[0]);
    array->argument_count = count;
    struct evaluation evaluation = {.arena = parser->arena};
    return constant ? expression_literal(parser->arena, expression_evaluate(&evaluation, array))
                    : array;
}

/* How many bytes the character at the position has. */
static size_t character_size(const struct parser *parser) {
    size_t size = 1;
    while (((unsigned char)parser_peek(parser, size) & 0xC0) == 0x80)
        size++;
    return size;
}

struct expression *parser_operand(struct parser *parser) {
    parser_skip_blanks(parser);
    char c = parser_peek(parser, 0);
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
    if (parser_accept(parser, "{}"))
        return expression_literal(parser->arena, value_object(NULL, 0));
    if (parser_is_name_start(c))
        return parse_word(parser);
    if (c == '\0')
        FAIL(parser, parser->position, "the expression ends where a value is expected");
    else
        FAIL(parser, parser->position, "a value is expected here, not \"%.*s\"",
             (int)character_size(parser), parser->text + parser->position);
    return NULL;
}
