#include "language/template.h"

#include <string.h>

#include "base/count.h"
#include "language/string_check.h"
#include "language/yaml_location.h"

static struct template_part *add_part(struct arena *arena, struct template_part ***end) {
    struct template_part *part = arena_allocate(arena, sizeof *part);
    **end = part;
    *end = &part->next;
    return part;
}

/*
 * The number of bytes up to the brace that closes the one before `text`; its size if absent.
 */
static size_t braced_size(struct text text) {
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '\'')
            quoted = !quoted;
        else if (c == '{' && !quoted)
            depth++;
        else if (c == '}' && !quoted && depth-- == 0)
            return i;
    }
    return text.size;
}

static bool fail(struct scope *scope, const struct yaml_node *node, size_t offset,
                 const char *message) {
    diagnostics_add(scope->definitions->diagnostics, yaml_location_at(node, offset), "%s", message);
    return false;
}

/* `${NAME}` within a string; a `$` before an expression in braces is an ordinary character. */
static bool is_environment(const struct yaml_node *node, size_t offset) {
    char next = node->text.data[offset];
    return offset > 1 && node->text.data[offset - 2] == '$' &&
           ((next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z') || next == '_');
}

/* A list or an object makes the whole string missing. */
static bool check_part_type(struct scope *scope, const struct yaml_node *node, size_t offset,
                            const struct expression *expression) {
    struct arena *arena = scope->definitions->arena;
    if (static_type_can_be(expression_type(expression), TYPE_SCALAR))
        return true;
    return fail(scope, node, offset,
                text_format(arena, "%s cannot be part of a string%s",
                            static_type_words(arena, expression->types),
                            expression->types == TYPE_ARRAY ? "; write | join ','" : "")
                    .data);
}

static bool load_braced(struct scope *scope, const struct yaml_node *node, size_t offset,
                        size_t size, struct template_part *part) {
    if (offset + size == node->text.size)
        return fail(scope, node, offset - 1,
                    "this brace is not closed; write {'{'} for a brace that is part of the string");
    if (is_environment(node, offset))
        return fail(
            scope, node, offset - 2,
            scope->kind == SCOPE_LOAD
                ? "write a variable within a string as {${NAME}}"
                : "${…} is only available in `settings`, `server`, and the url and "
                  "numbers of `upstreams`: define a setting, and write {$settings.NAME} here");
    part->expression = expression_parse(scope, node, offset, size);
    return part->expression && check_part_type(scope, node, offset, part->expression);
}

/* The value of the template, if all of it is known now. */
static void fold(struct arena *arena, struct template *template) {
    for (const struct template_part *part = template->parts; part; part = part->next)
        if (part->expression && part->expression->kind != EXPRESSION_LITERAL)
            return;
    struct evaluation evaluation = {.arena = arena};
    struct buffer buffer = {0};
    bool complete;
    template->constant = template_append(&evaluation, template, &buffer, &complete);
    template->missing = !complete;
    template->text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
}

/* The name, with its path, after a `$`; the empty string if it is not defined here. */
static struct text known_reference(const struct scope *scope, struct text text) {
    static const char *const names[] = {"settings", "table", "path", "query", "body", "headers"};
    struct text name = name_at_start(text);
    size_t size = name.size;
    if (!scope_find(scope, name) && !text_is_among(name, names, COUNT(names)))
        return (struct text){"", 0};
    while (size < text.size &&
           (name_is_byte(text.data[size]) ||
            (text.data[size] == '.' && size + 1 < text.size && name_is_byte(text.data[size + 1]))))
        size++;
    return (struct text){text.data, size};
}

/* Reports parts of the string that were probably intended as expressions. */
static bool check_literal(struct scope *scope, const struct yaml_node *node, struct text literal) {
    for (size_t i = 0; i + 1 < literal.size; i++) {
        struct text rest = {literal.data + i + 1, literal.size - i - 1};
        if (literal.data[i] != '$')
            continue;
        struct text name = known_reference(scope, rest);
        if (name.size)
            return fail(scope, node, (size_t)(literal.data + i - node->text.data),
                        text_format(scope->definitions->arena,
                                    "write an expression within a string in braces: {$%.*s}",
                                    TEXT_ARGUMENT(name))
                            .data);
    }
    const char *closing = literal.size ? memchr(literal.data, '}', literal.size) : NULL;
    return !closing || fail(scope, node, (size_t)(closing - node->text.data),
                            "unmatched brace; write {'}'} for a brace that is part of "
                            "the string");
}

struct template *template_load(struct scope *scope, const struct yaml_node *node, size_t offset) {
    struct arena *arena = scope->definitions->arena;
    struct template *template = arena_allocate(arena, sizeof *template);
    struct template_part **end = &template->parts;
    bool good = true;
    while (good && offset < node->text.size) {
        struct text rest = {node->text.data + offset, node->text.size - offset};
        struct text literal = text_cut(&rest, '{');
        good = check_literal(scope, node, literal);
        if (literal.size)
            add_part(arena, &end)->literal = literal;
        offset += literal.size;
        if (!good || offset == node->text.size)
            break;
        size_t size = braced_size(rest);
        good = load_braced(scope, node, offset + 1, size, add_part(arena, &end));
        offset += size + 2;
    }
    if (!good)
        return NULL;
    fold(arena, template);
    return template;
}

struct template *template_load_value(struct scope *scope, const struct yaml_node *node) {
    if (node->kind != YAML_SCALAR) {
        diagnostics_add(scope->definitions->diagnostics, node->location,
                        "expected a string or an expression");
        return NULL;
    }
    string_check_expression(scope, node);
    if (!expression_begins(node->text))
        /* `template` is a keyword of C++, so cppcheck does not know the type of the function. */
        /* cppcheck-suppress CastIntegerToAddressAtReturn */
        return template_load(scope, node, 0);
    struct template *template = arena_allocate(scope->definitions->arena, sizeof *template);
    struct template_part **end = &template->parts;
    struct template_part *part = add_part(scope->definitions->arena, &end);
    part->expression = expression_parse_node(scope, node);
    if (!part->expression || !check_part_type(scope, node, 0, part->expression))
        return NULL;
    fold(scope->definitions->arena, template);
    return template;
}

bool template_begins(struct text text) {
    return text.size && (memchr(text.data, '{', text.size) || memchr(text.data, '}', text.size) ||
                         memchr(text.data, '$', text.size));
}

static struct expression *part_expression(struct arena *arena, const struct template_part *part) {
    return part->expression ? part->expression
                            : expression_literal(arena, value_string(part->literal));
}

struct expression *template_load_expression(struct scope *scope, const struct yaml_node *node) {
    struct arena *arena = scope->definitions->arena;
    const struct template *template = template_load(scope, node, 0);
    if (!template)
        return NULL;
    if (template->constant)
        return expression_literal(arena, template->missing ? value_missing()
                                                           : value_string(template->text));
    struct expression *text = arena_allocate(arena, sizeof *text);
    text->kind = EXPRESSION_TEXT;
    text->source = node->text;
    for (const struct template_part *part = template->parts; part; part = part->next)
        text->argument_count++;
    text->arguments =
        arena_allocate_array(arena, text->argument_count, sizeof(struct expression *));
    struct expression **argument = text->arguments;
    for (const struct template_part *part = template->parts; part; part = part->next) {
        *argument = part_expression(arena, part);
        if ((*argument)->depth >= text->depth)
            text->depth = (*argument)->depth + 1;
        argument++;
    }
    return text;
}

bool template_append(struct evaluation *evaluation, const struct template *template,
                     struct buffer *buffer, bool *complete) {
    *complete = true;
    for (const struct template_part *part = template->parts; *complete && part; part = part->next) {
        struct text text = part->literal;
        struct value value;
        if (part->expression) {
            if (!expression_evaluate(evaluation, part->expression, &value))
                return false;
            *complete = value_scalar_text(value, &text);
        }
        if (*complete)
            buffer_append_text(buffer, text);
    }
    return true;
}

bool template_evaluate(struct evaluation *evaluation, const struct template *template,
                       struct buffer *scratch, struct text *text, bool *complete) {
    *text = template->text;
    *complete = !template->missing;
    if (template->constant)
        return true;
    scratch->size = 0;
    bool good = template_append(evaluation, template, scratch, complete);
    *text = text_copy(evaluation->arena, buffer_text(scratch));
    scratch->size = 0;
    return good;
}

void template_append_source(struct buffer *buffer, const struct template *template) {
    for (const struct template_part *part = template->parts; part; part = part->next) {
        if (part->expression)
            buffer_append_format(buffer, "{%.*s}", TEXT_ARGUMENT(part->expression->source));
        else
            buffer_append_text(buffer, part->literal);
    }
}
