#include <stdlib.h>

#include "base/count.h"
#include "http/field.h"
#include "language/environment.h"
#include "language/expression_parser.h"
#include "language/schema.h"
#include "language/yaml_location.h"

/* Reports a member that no value of the type has. */
static void check_member(struct parser *parser, struct static_type type, struct text owner,
                         struct text name, size_t position) {
    const struct schema *schema = type.schema;
    if (schema)
        schema_note_read(schema, name);
    if (!schema || !schema_is_closed(schema) || schema_property(schema, name))
        return;
    struct nearest nearest = {.wanted = name};
    schema_offer_properties(schema, &nearest);
    FAIL(parser, position, "%.*s has no member \"%.*s\"%s", TEXT_ARGUMENT(owner),
         TEXT_ARGUMENT(name), nearest_hint(&nearest, parser->arena).data);
}

static bool is_settings(const struct parser *parser, const struct expression *base) {
    return base->kind == EXPRESSION_LITERAL && base->literal.type == VALUE_OBJECT &&
           base->literal.members == parser->scope->definitions->settings.members;
}

/* Notes that the setting at a position, from which the value of `base` comes, is used. */
static void note_setting(struct parser *parser, const struct expression *base, size_t index) {
    struct definitions *definitions = parser->scope->definitions;
    if (!definitions->settings_used || !is_settings(parser, base))
        return;
    definitions->settings_used[index] = true;
    definitions->environment |= definitions->setting_environments[index];
}

/* Replaces a member of $settings or $table, which is known now, by a literal. */
static struct expression *fold_member(struct parser *parser, struct expression *base,
                                      struct text name, size_t position) {
    struct value object = base->literal;
    const struct member *members = value_members(parser->arena, object);
    struct nearest nearest = {.wanted = name};
    for (uint32_t i = 0; i < object.size; i++) {
        if (text_equal(members[i].name, name)) {
            note_setting(parser, base, i);
            return expression_literal(parser->arena, members[i].value);
        }
        nearest_offer(&nearest, members[i].name);
    }
    FAIL(parser, position, "unknown %s \"%.*s\"%s",
         text_is(base->source, "$table") ? "member of $table" : "setting", TEXT_ARGUMENT(name),
         nearest_hint(&nearest, parser->arena).data);
    return NULL;
}

/* Reports a member or an item of a value that cannot have one. */
static void check_path_step(struct parser *parser, struct static_type type, struct text owner,
                            struct text name, bool index, size_t position) {
    if (static_type_can_be(type, index ? TYPE_ARRAY : TYPE_OBJECT))
        return;
    const char *hint = "";
    if (text_is(name, "length") && static_type_can_be(type, TYPE_ARRAY | TYPE_STRING))
        hint = "; write | length";
    else if (!index && static_type_can_be(type, TYPE_ARRAY))
        hint = text_format(parser->arena,
                           "; write | pluck .%.*s for that of each item, or .0 for the first item",
                           TEXT_ARGUMENT(name))
                   .data;
    FAIL(parser, position, "%.*s is %s, which has no %s%s",
         TEXT_ARGUMENT(owner.size ? owner : text_of("`.`")),
         static_type_words(parser->arena, type.types), index ? "items" : "members", hint);
}

/* No list has UINT32_MAX items, so the exact number does not matter beyond that. */
static uint32_t item_index(struct parser *parser, struct text digits) {
    unsigned long item = strtoul(text_copy(parser->arena, digits).data, NULL, 10);
    return item < UINT32_MAX ? (uint32_t)item : UINT32_MAX;
}

static void name_member(struct parser *parser, struct expression *member, struct text name) {
    member->name = definitions_member_name(parser->scope->definitions, name);
    member->place = arena_allocate(parser->arena, sizeof *member->place);
}

static struct expression *path_step(struct parser *parser, struct expression *base, size_t start,
                                    struct text name, bool index) {
    struct expression *step =
        parser_new(parser, index ? EXPRESSION_ITEM : EXPRESSION_MEMBER, start);
    step->left = base;
    if (index)
        step->index = item_index(parser, name);
    else
        name_member(parser, step, name);
    struct static_type type = expression_type(base);
    expression_set_type(step,
                        index ? static_type_of_item(type) : static_type_of_member(type, name));
    return parser_nest(parser, step, start);
}

/* Reads one name of a path: letters, digits or '…'. Empty: none. */
static struct text parse_path_name(struct parser *parser, bool *index) {
    *index = parser_is_digit(parser_peek(parser, 0));
    if (parser_peek(parser, 0) == '\'') {
        struct expression *quoted = parser_quoted(parser);
        return quoted ? value_text(quoted->literal) : (struct text){"", 0};
    }
    size_t start = parser->position;
    while (*index ? parser_is_digit(parser_peek(parser, 0)) : name_is_byte(parser_peek(parser, 0)))
        parser->position++;
    return (struct text){parser->text + start, parser->position - start};
}

static bool path_goes_on(const struct parser *parser) {
    char next = parser_peek(parser, 1);
    return parser_peek(parser, 0) == '.' && (name_is_byte(next) || next == '\'');
}

/* Parses the path `.a.b.0` after an operand; a space ends it. */
struct expression *parser_path(struct parser *parser, struct expression *base, size_t start,
                               bool constant) {
    while (base && !parser->failed && path_goes_on(parser)) {
        size_t position = ++parser->position;
        struct text owner = {parser->text + start, position - 1 - start};
        bool index;
        struct text name = parse_path_name(parser, &index);
        if (!parser->failed)
            check_path_step(parser, expression_type(base), owner, name, index, position);
        check_member(parser, expression_type(base), owner, name, position);
        if (constant)
            base = fold_member(parser, base, name, position);
        else
            base = path_step(parser, base, start, name, index);
        if (base)
            base->source = (struct text){parser->text + start, parser->position - start};
        constant = false;
    }
    if (parser_peek(parser, 0) == '.' && !parser->failed)
        FAIL(parser, parser->position, "expected a name after \".\"");
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
    bool of_request = text_is_among(name, requests, COUNT(requests));
    if (parser->scope->kind == SCOPE_MAPPER)
        FAIL(parser, position, "$%.*s is not defined in this mapper%s%s", TEXT_ARGUMENT(name),
             nearest_hint(&nearest, parser->arena).data,
             nearest.best.size
                 ? ""
                 : ": a mapper can use `.`, its parameters, its locals and $settings; "
                   "pass it as a parameter");
    else if (parser->scope->kind == SCOPE_EVAL)
        FAIL(parser, position, "$%.*s is not defined here%s%s", TEXT_ARGUMENT(name),
             nearest_hint(&nearest, parser->arena).data,
             nearest.best.size ? "" : ": set its value with --set NAME=VALUE");
    else if (of_request)
        FAIL(parser, position, "$%.*s is not defined here: the route does not declare it",
             TEXT_ARGUMENT(name));
    else
        FAIL(parser, position, "$%.*s is not defined here%s%s", TEXT_ARGUMENT(name),
             nearest_hint(&nearest, parser->arena).data,
             nearest.best.size ? "" : ": name the result of an earlier step, or use `let`");
}

/* `${NAME}`: its value is known now, so it becomes a literal. */
static struct expression *parse_environment(struct parser *parser) {
    size_t start = parser->position;
    if (parser->scope->kind != SCOPE_LOAD) {
        FAIL(parser, start,
             "${…} is only available in `settings`, `server`, and the url and numbers of "
             "`upstreams`: define a setting, and write $settings.NAME here");
        return NULL;
    }
    struct value value;
    size_t size = environment_reference(parser->scope->definitions, parser->node, start, &value);
    parser->failed = size == 0;
    parser->position += size;
    return expression_literal(parser->arena, value);
}

/* Reports a name that resembles one of `common.headers` or a common request header. */
static void warn_of_field(struct parser *parser, const struct expression *path, size_t position) {
    const struct schema *schema = expression_type(path->left).schema;
    struct nearest nearest = {.wanted = path->name};
    if (schema && schema_property(schema, path->name))
        return;
    if (schema)
        schema_offer_properties(schema, &nearest);
    struct text like =
        nearest.best.size && nearest.distance <= 2 ? nearest.best : field_name_like(path->name);
    if (like.size)
        diagnostics_warn(parser->scope->definitions->diagnostics,
                         yaml_location_at(parser->node, position + path->left->source.size + 1),
                         "unusual request header \"%.*s\"; did you mean \"%.*s\"?",
                         TEXT_ARGUMENT(path->name), TEXT_ARGUMENT(like));
}

/* Reports `$headers.X-Locale`: header names are in lower case. */
static void check_field(struct parser *parser, const struct expression *path, size_t position) {
    while (path && path->left && path->left->kind != EXPRESSION_SLOT)
        path = path->left;
    if (!path || !path->left || path->kind != EXPRESSION_MEMBER)
        return;
    if (field_name_is_received(path->name)) {
        warn_of_field(parser, path, position);
        return;
    }
    char *name = (char *)text_lower_case(parser->arena, path->name).data;
    for (size_t i = 0; i < path->name.size; i++)
        name[i] = name[i] == '_' ? '-' : name[i];
    bool near = field_name_is_received(text_of(name));
    FAIL(parser, position,
         "no request has a header \"%.*s\": write names of headers in lower case, with letters, "
         "digits and hyphens only%s%s",
         TEXT_ARGUMENT(path->name), near ? "; write $headers." : "", near ? name : "");
}

/* Parses `$settings` or `$table`, whose name ends at the position, and the path after it. */
static struct expression *parse_constant(struct parser *parser, struct value value, size_t start) {
    struct expression *object = expression_literal(parser->arena, value);
    object->source = (struct text){parser->text + start, parser->position - start};
    struct expression *path = parser_path(parser, object, start, true);
    for (uint32_t i = 0; path == object && i < value.size; i++)
        note_setting(parser, object, i);
    return path;
}

struct expression *parser_variable(struct parser *parser) {
    if (parser_peek(parser, 1) == '{')
        return parse_environment(parser);
    size_t start = parser->position++;
    struct text name = parser_peek_name(parser);
    if (!name.size) {
        FAIL(parser, start, "expected a name after \"$\"");
        return NULL;
    }
    parser->position += name.size;
    if (text_is(name, "settings"))
        return parse_constant(parser, parser->scope->definitions->settings, start);
    if (text_is(name, "table"))
        return parse_constant(parser, parser->scope->definitions->table, start);
    struct scope_name *known = scope_find(parser->scope, name);
    if (!known) {
        unknown_name(parser, name, start);
        return NULL;
    }
    if (known->watched)
        known->watched->used = true;
    parser->scope->definitions->environment |= known->environment;
    if (known->constant) {
        struct expression *literal = parser_new(parser, EXPRESSION_LITERAL, start);
        literal->literal = known->constant->literal;
        expression_set_type(literal, expression_type(known->constant));
        return parser_path(parser, literal, start, false);
    }
    struct expression *slot = parser_new(parser, EXPRESSION_SLOT, start);
    slot->index = (uint32_t)known->slot;
    slot->name = name;
    expression_set_type(slot, known->type);
    struct expression *path = parser_path(parser, slot, start, false);
    if (path && expression_type(path).schema)
        schema_note_read(expression_type(path).schema, (struct text){NULL, 0});
    if (known->has_fields)
        check_field(parser, path, start);
    return path;
}

static void no_current(struct parser *parser, size_t start) {
    bool number = parser_is_digit(parser_peek(parser, 1));
    if (parser->scope->kind == SCOPE_LOAD)
        FAIL(parser, start, "`.` has no value here: %s",
             number ? "write a number with a digit before the point, such as 0.5"
                    : "write $settings.NAME for a setting, or ('.text') for a string that begins "
                      "with a dot");
    else
        FAIL(parser, start,
             "`.` has no value here: begin with a name, such as $body.title or the result of a "
             "step");
}

struct expression *parser_current(struct parser *parser) {
    size_t start = parser->position;
    if (!parser->scope->current) {
        no_current(parser, start);
        return NULL;
    }
    char next = parser_peek(parser, 1);
    bool path = name_is_byte(next) || next == '\'';
    if (!path)
        parser->position++;
    struct expression *current = parser_new(parser, EXPRESSION_CURRENT, start);
    expression_set_type(current, *parser->scope->current);
    return path ? parser_path(parser, current, start, false) : current;
}
