#include "serve/explain_call.h"

#include "http/uri.h"
#include "serve/call_text.h"
#include "json/writer.h"

static void append_as_written(struct buffer *buffer, const struct expression *expression) {
    buffer_append_format(buffer, "{%.*s}", TEXT_ARGUMENT(expression->source));
}

void explain_append_expression(struct buffer *buffer, const struct known *known,
                               const struct expression *expression) {
    struct text text;
    struct value value;
    if (known_expression(known, expression, &value) == KNOWN && value_scalar_text(value, &text))
        buffer_append_text(buffer, text);
    else
        append_as_written(buffer, expression);
}

void explain_append_template(struct buffer *buffer, const struct known *known,
                             const struct template *template) {
    for (const struct template_part *part = template->parts; part; part = part->next) {
        if (part->expression)
            explain_append_expression(buffer, known, part->expression);
        else
            buffer_append_text(buffer, part->literal);
    }
}

/* Shapes. */

static void append_name(struct buffer *buffer, const struct known *known, struct text name) {
    json_write(buffer, known->context->arena, value_string(name));
    buffer_append_byte(buffer, ':');
}

/* Members that are known to be missing are left out, and so are locals. */
static void append_entry(struct buffer *buffer, const struct known *known,
                         const struct shape_entry *entry, const char **separator) {
    struct value value = value_missing();
    enum knowledge knowledge = known_shape(known, entry->value, &value);
    if (entry->kind == SHAPE_LOCAL) {
        known->slots[entry->slot] = knowledge == KNOWN;
        known->context->evaluation.slots[entry->slot] =
            knowledge == KNOWN ? value : value_missing();
    }
    bool literal_null = value.type == VALUE_NULL && shape_is_constant(entry->value);
    if (entry->kind == SHAPE_LOCAL ||
        (knowledge == KNOWN && value_is_missing(value) && !literal_null))
        return;
    buffer_append_string(buffer, *separator);
    *separator = ",";
    append_name(buffer, known, entry->name);
    explain_append_shape(buffer, known, entry->value);
}

static void append_object(struct buffer *buffer, const struct known *known,
                          const struct shape *shape) {
    const char *separator = "";
    buffer_append_byte(buffer, '{');
    for (size_t i = 0; i < shape->count; i++)
        append_entry(buffer, known, &shape->entries[i], &separator);
    buffer_append_byte(buffer, '}');
}

static void append_array(struct buffer *buffer, const struct known *known,
                         const struct shape *shape) {
    buffer_append_byte(buffer, '[');
    for (size_t i = 0; i < shape->count; i++) {
        buffer_append_string(buffer, i ? "," : "");
        explain_append_shape(buffer, known, shape->items[i]);
    }
    buffer_append_byte(buffer, ']');
}

void explain_append_shape(struct buffer *buffer, const struct known *known,
                          const struct shape *shape) {
    struct value value;
    if (known_shape(known, shape, &value) == KNOWN)
        json_write(buffer, known->context->arena, value);
    else if (shape->kind == SHAPE_OBJECT)
        append_object(buffer, known, shape);
    else if (shape->kind == SHAPE_ARRAY)
        append_array(buffer, known, shape);
    else
        append_as_written(buffer, shape->expression);
}

/* The URL. */

static void append_segment(struct buffer *buffer, const struct known *known,
                           const struct expression *expression) {
    struct value value;
    struct text segment;
    if (known_expression(known, expression, &value) == KNOWN &&
        value_scalar_text(value, &segment) && segment.size)
        uri_encode(buffer, segment);
    else
        append_as_written(buffer, expression);
}

static bool has_known_fields(const struct known *known, const struct field_list *list) {
    struct value value;
    for (size_t i = 0; i < USAGE_MAX_ATOMS; i++)
        if ((list->needed >> i & 1) && known_expression(known, list->atoms[i], &value) != KNOWN)
            return false;
    return true;
}

/* Appends the value; false if it is not known. Appends nothing for a parameter that is not sent. */
static bool append_known_parameter(struct buffer *buffer, const struct known *known,
                                   const struct query_parameter *parameter, char separator) {
    struct evaluation *evaluation = &known->context->evaluation;
    struct value value;
    bool is_known = parameter->fields ? has_known_fields(known, parameter->fields)
                                      : known_shape(known, parameter->shape, &value) == KNOWN;
    struct buffer encoded = {0};
    bool too_long;
    bool good = is_known && query_append(evaluation, parameter, 1, &encoded, &too_long);
    size_t begin = buffer->size;
    if (good)
        call_text_append_target(buffer, buffer_text(&encoded));
    /* Replaces the question mark. */
    if (good && encoded.size)
        buffer->data[begin] = separator;
    buffer_free(&encoded);
    return good;
}

static void append_parameter(struct buffer *buffer, const struct known *known,
                             const struct query_parameter *parameter, char separator) {
    if (append_known_parameter(buffer, known, parameter, separator))
        return;
    buffer_append_byte(buffer, separator);
    buffer_append_text(buffer, parameter->name);
    if (parameter->spreads) {
        buffer_append_string(buffer, parameter->name.size ? "[…]=…" : "…");
        return;
    }
    buffer_append_byte(buffer, '=');
    if (parameter->fields)
        buffer_append_format(buffer, "{auto: %.*s}", TEXT_ARGUMENT(parameter->fields->envelope));
    else
        explain_append_shape(buffer, known, parameter->shape);
}

void explain_append_url(struct buffer *buffer, const struct known *known, const struct step *step) {
    buffer_append_format(buffer, "%.*s/", TEXT_ARGUMENT(step->upstream->url));
    for (const struct template_part *part = step->path->parts; part; part = part->next) {
        if (part->expression)
            append_segment(buffer, known, part->expression);
        else
            buffer_append_text(buffer, part->literal);
    }
    char separator = '?';
    for (size_t i = 0; i < step->query_count; i++) {
        size_t before = buffer->size;
        append_parameter(buffer, known, &step->query[i], separator);
        if (buffer->size != before)
            separator = '&';
    }
}

/* Headers and body. */

/*
 * Whether the template contains a value that is known to be missing: then the header is not sent.
 */
static bool is_missing(const struct known *known, const struct template *template) {
    for (const struct template_part *part = template->parts; part; part = part->next) {
        struct text text;
        struct value value;
        if (part->expression && known_expression(known, part->expression, &value) == KNOWN &&
            !value_scalar_text(value, &text))
            return true;
    }
    return false;
}

static void append_header(struct buffer *buffer, const struct step *step, const char *indent,
                          struct text name, struct text value) {
    buffer_append_string(buffer, indent);
    call_text_append_header(buffer, step, name, value);
    buffer_append_byte(buffer, '\n');
}

static void append_templates(struct buffer *buffer, const struct known *known,
                             const struct step *step, const char *indent, bool upstream) {
    const struct named_template *headers = upstream ? step->upstream->headers : step->headers;
    size_t count = upstream ? step->upstream->header_count : step->header_count;
    for (size_t i = 0; i < count; i++) {
        bool replaced = upstream && header_find(step->headers, step->header_count, headers[i].name);
        if (replaced || is_missing(known, headers[i].template))
            continue;
        struct buffer value = {0};
        explain_append_template(&value, known, headers[i].template);
        append_header(buffer, step, indent, headers[i].name, buffer_text(&value));
        buffer_free(&value);
    }
}

void explain_append_content(struct buffer *buffer, const struct known *known,
                            const struct step *step, const char *indent) {
    const struct upstream *upstream = step->upstream;
    for (size_t i = 0; i < upstream->forward_count; i++) {
        struct text name = upstream->forward[i];
        struct text value = http_request_header(known->context->request, text_c_string(name));
        if (value.size && !header_find(upstream->headers, upstream->header_count, name) &&
            !header_find(step->headers, step->header_count, name))
            append_header(buffer, step, indent, name, value);
    }
    append_templates(buffer, known, step, indent, true);
    append_templates(buffer, known, step, indent, false);
    if (!step->body)
        return;
    struct value value;
    known->context->evaluation.keeps_nulls = true;
    bool none = known_shape(known, step->body, &value) == KNOWN && value_is_missing(value);
    buffer_append_format(buffer, "%sbody: ", indent);
    if (none)
        buffer_append_string(buffer, "{}");
    else
        explain_append_shape(buffer, known, step->body);
    known->context->evaluation.keeps_nulls = false;
    buffer_append_byte(buffer, '\n');
}
