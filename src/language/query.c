#include "language/query.h"

#include "http/uri.h"
#include "language/template.h"

/* Pairs that are appended from byte `begin` on have `&` between them. */
static void append_pair(struct text encoded_name, struct value value, size_t begin,
                        struct buffer *buffer) {
    struct text text;
    if (!value_scalar_text(value, &text))
        return;
    if (buffer->size > begin)
        buffer_append_byte(buffer, '&');
    buffer_append_text(buffer, encoded_name);
    buffer_append_byte(buffer, '=');
    uri_encode(buffer, text);
}

/* The items of a list, with commas between them. */
static struct value joined(struct arena *arena, struct value list) {
    struct buffer text = {0};
    for (uint32_t i = 0; i < list.size; i++) {
        if (i)
            buffer_append_byte(&text, ',');
        buffer_append_text(&text, value_text(value_item(arena, list, i)));
    }
    struct text copy = text_copy(arena, buffer_text(&text));
    buffer_free(&text);
    return value_string(copy);
}

/* The parameter with its value, or its values with `&` between them; nothing if it is missing. */
static void append_value(struct arena *arena, const struct query_parameter *parameter,
                         struct value value, struct buffer *buffer) {
    size_t begin = buffer->size;
    bool list = value.type == VALUE_ARRAY;
    if (!list || !parameter->repeats) {
        append_pair(parameter->encoded_name, list ? joined(arena, value) : value, begin, buffer);
        return;
    }
    for (uint32_t i = 0; i < value.size; i++)
        append_pair(parameter->encoded_name, value_item(arena, value, i), begin, buffer);
}

/* What stands for a value that is not the table's. */
static struct shape *no_value(struct arena *arena) {
    struct shape *shape = arena_allocate(arena, sizeof *shape);
    shape->kind = SHAPE_EXPRESSION;
    shape->expression = expression_literal(arena, value_missing());
    return shape;
}

static void load_parameter(struct scope *scope, const struct yaml_node *key,
                           const struct yaml_node *node, struct query_parameter *parameter) {
    struct arena *arena = scope->definitions->arena;
    struct text name = key->text;
    struct buffer encoded = {0};
    uri_encode(&encoded, name);
    bool derived = yaml_get(node, "auto") != NULL;
    *parameter = (struct query_parameter){
        .name = name,
        .shape = derived ? no_value(arena) : shape_load(scope, node),
        .fields = derived ? field_list_load(scope, node) : NULL,
        .repeats = name.size > 2 && name.data[name.size - 1] == ']',
        .encoded_name = text_copy(arena, buffer_text(&encoded)),
    };
    parameter->constant = parameter->shape && shape_is_constant(parameter->shape);
    encoded.size = 0;
    if (parameter->constant)
        append_value(arena, parameter, parameter->shape->expression->literal, &encoded);
    parameter->encoded = text_copy(arena, buffer_text(&encoded));
    buffer_free(&encoded);
}

struct query_parameter *query_load(struct scope *scope, const struct yaml_node *node,
                                   size_t *count) {
    *count = 0;
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(scope->definitions->diagnostics, node->location,
                        "query is a mapping: {name: value}");
        return NULL;
    }
    struct query_parameter *parameters =
        arena_allocate_array(scope->definitions->arena, node->count, sizeof *parameters);
    for (size_t i = 0; i < node->count; i++)
        load_parameter(scope, node->keys[i], node->items[i], &parameters[(*count)++]);
    return parameters;
}

static void append_fields(struct evaluation *evaluation, const struct query_parameter *parameter,
                          struct buffer *buffer) {
    size_t begin = buffer->size;
    buffer_append_text(buffer, parameter->encoded_name);
    buffer_append_byte(buffer, '=');
    size_t names = buffer->size;
    field_list_append(evaluation, parameter->fields, buffer);
    if (buffer->size == names)
        buffer->size = begin;
}

void query_append(struct evaluation *evaluation, const struct query_parameter *parameters,
                  size_t count, struct buffer *buffer) {
    size_t path = buffer->size;
    for (size_t i = 0; i < count; i++) {
        const struct query_parameter *parameter = &parameters[i];
        size_t before = buffer->size;
        buffer_append_byte(buffer, before == path ? '?' : '&');
        size_t begin = buffer->size;
        if (parameter->fields)
            append_fields(evaluation, parameter, buffer);
        else if (parameter->constant)
            buffer_append_text(buffer, parameter->encoded);
        else
            append_value(evaluation->arena, parameter, shape_evaluate(evaluation, parameter->shape),
                         buffer);
        /* Missing: not even its separator. */
        if (buffer->size == begin)
            buffer->size = before;
    }
}
