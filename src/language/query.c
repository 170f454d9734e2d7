#include "language/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "http/uri.h"
#include "language/template.h"

/* Writing. */

/* A query under construction; pairs appended from byte `begin` on are separated by `&`. */
struct writer {
    struct arena *arena;
    struct buffer *buffer;
    size_t begin;
    size_t limit;
    /* The encoded name of the current parameter; nested parameters append to it. */
    struct buffer name;
    bool overflow;
};

/* The encoded brackets of a name. */
static const char opening[] = "%5B";
static const char closing[] = "%5D";
static const char each_item[] = "%5B%5D";

static void write_pair(struct writer *writer, const char *suffix, struct value value) {
    struct buffer *buffer = writer->buffer;
    struct text text;
    if (!value_scalar_text(value, &text))
        return;
    size_t size = buffer->size + writer->name.size + text.size;
    writer->overflow = writer->overflow || size > writer->limit;
    if (writer->overflow)
        return;
    if (buffer->size > writer->begin)
        buffer_append_byte(buffer, '&');
    buffer_append_text(buffer, buffer_text(&writer->name));
    buffer_append_string(buffer, suffix);
    buffer_append_byte(buffer, '=');
    uri_encode(buffer, text);
    writer->overflow = buffer->size > writer->limit;
}

/* The items of a list, separated by commas; missing items are left out. */
static struct value joined(struct arena *arena, struct value list) {
    struct buffer text = {0};
    bool first = true;
    for (uint32_t i = 0; i < list.size; i++) {
        struct text item;
        if (!value_scalar_text(value_item(arena, list, i), &item))
            continue;
        if (!first)
            buffer_append_byte(&text, ',');
        buffer_append_text(&text, item);
        first = false;
    }
    struct text copy = text_copy(arena, buffer_text(&text));
    buffer_free(&text);
    return value_string(copy);
}

static bool has_parts(struct value value) {
    return value.type == VALUE_OBJECT || value.type == VALUE_ARRAY;
}

static bool has_nested_item(struct arena *arena, struct value list) {
    for (uint32_t i = 0; i < list.size; i++)
        if (has_parts(value_item(arena, list, i)))
            return true;
    return false;
}

static void write_value(struct writer *writer, struct value value, bool repeats);

/* `[key]` after the name, or the key itself if there is no name yet. */
static void write_below(struct writer *writer, struct text key, struct value value) {
    struct buffer *name = &writer->name;
    size_t size = name->size;
    /* A name that does not fit is not built. */
    writer->overflow = writer->overflow || size + key.size > writer->limit;
    if (writer->overflow || value_is_missing(value))
        return;
    if (size)
        buffer_append_string(name, opening);
    uri_encode(name, key);
    if (size)
        buffer_append_string(name, closing);
    write_value(writer, value, true);
    name->size = size;
}

/* A key with brackets could replace a parameter at another level, so it is rejected. */
static bool is_plain_name(struct text name) {
    return name.size && !memchr(name.data, '[', name.size) && !memchr(name.data, ']', name.size);
}

static bool is_written(const struct query_parameter *parameter, struct text name) {
    for (size_t i = 0; parameter && i < parameter->written_count; i++)
        if (text_equal(parameter->written[i], name))
            return true;
    return false;
}

/* `parameter` is the one that spreads the object; NULL: none does. */
static void write_members(struct writer *writer, struct value object,
                          const struct query_parameter *parameter) {
    const struct member *members = value_members(writer->arena, object);
    for (uint32_t i = 0; i < object.size && !writer->overflow; i++)
        if (is_plain_name(members[i].name) && !is_written(parameter, members[i].name))
            write_below(writer, members[i].name, members[i].value);
}

/* Each item under its position, so that the members of an object stay together. */
static void write_nested_items(struct writer *writer, struct value list) {
    for (uint32_t i = 0; i < list.size && !writer->overflow; i++) {
        char room[TEXT_MAX_DIGITS];
        write_below(writer, text_digits(room, i, 1), value_item(writer->arena, list, i));
    }
}

static void write_scalars(struct writer *writer, struct value list) {
    for (uint32_t i = 0; i < list.size && !writer->overflow; i++)
        write_pair(writer, each_item, value_item(writer->arena, list, i));
}

static void write_list(struct writer *writer, struct value list, bool repeats) {
    struct buffer *name = &writer->name;
    struct text suffix = text_of(each_item);
    bool marked = name->size > suffix.size &&
                  memcmp(name->data + name->size - suffix.size, each_item, suffix.size) == 0;
    size_t size = name->size;
    if (marked)
        name->size -= suffix.size;
    if (has_nested_item(writer->arena, list))
        write_nested_items(writer, list);
    else if (repeats)
        write_scalars(writer, list);
    else
        write_pair(writer, "", joined(writer->arena, list));
    name->size = size;
}

/*
 * Appends the name with its value, or once for each value, separated by `&`; nothing if it is
 * missing.
 */
static void write_value(struct writer *writer, struct value value, bool repeats) {
    if (value.type == VALUE_ARRAY)
        write_list(writer, value, repeats);
    else if (value.type == VALUE_OBJECT)
        write_members(writer, value, NULL);
    else
        write_pair(writer, "", value);
}

static void write_parameter(struct writer *writer, const struct query_parameter *parameter,
                            struct value value) {
    writer->begin = writer->buffer->size;
    writer->name.size = 0;
    buffer_append_text(&writer->name, parameter->encoded_name);
    if (parameter->spreads)
        write_members(writer, value, parameter);
    else
        write_value(writer, value, parameter->repeats);
}

/* Loading. */

/* Parameters under construction, outside of the arena, which would keep what they outgrow. */
struct list {
    struct scope *scope;
    struct query_parameter *parameters;
    size_t count;
    size_t capacity;
};

static void report(const struct list *list, struct location location, const char *format,
                   struct text name) {
    struct text message = text_format(list->scope->definitions->arena, format, TEXT_ARGUMENT(name));
    diagnostics_add(list->scope->definitions->diagnostics, location, "%.*s",
                    TEXT_ARGUMENT(message));
}

static struct query_parameter *add(struct list *list, struct text name) {
    struct arena *arena = list->scope->definitions->arena;
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 8;
        list->parameters =
            memory_resize(list->parameters, list->capacity * sizeof *list->parameters);
    }
    struct buffer encoded = {0};
    uri_encode(&encoded, name);
    struct query_parameter *parameter = &list->parameters[list->count++];
    *parameter = (struct query_parameter){.name = name,
                                          .encoded_name = text_copy(arena, buffer_text(&encoded))};
    buffer_free(&encoded);
    return parameter;
}

static bool is_within(struct text name, struct text outer) {
    return text_starts_with(name, outer) && name.size > outer.size && name.data[outer.size] == '[';
}

/* Without this, a caller who controls members of `outer` could replace a parameter of the table. */
static void check_within(const struct list *list, struct location location,
                         const struct query_parameter *outer, const struct query_parameter *inner) {
    bool has_members =
        outer->shape && !outer->spreads && !outer->fields && !outer->constant &&
        static_type_can_be(static_type_of_shape(outer->shape), TYPE_OBJECT | TYPE_ARRAY);
    if (has_members && !inner->spreads && is_within(inner->name, outer->name))
        report(list, location,
               "the value of %.*s may be an object that contains this parameter: write its members "
               "one by one",
               outer->name);
}

static void check_all_within(const struct list *list, struct location location) {
    const struct query_parameter *last = &list->parameters[list->count - 1];
    for (const struct query_parameter *other = list->parameters; other < last; other++) {
        check_within(list, location, other, last);
        check_within(list, location, last, other);
    }
}

/* A parameter with a value of its own. */
static struct query_parameter *add_named(struct list *list, struct location location,
                                         struct text name) {
    for (size_t i = 0; i < list->count; i++)
        if (!list->parameters[i].spreads && text_equal(list->parameters[i].name, name))
            report(list, location, "duplicate parameter %.*s: remove one of them", name);
    if (!name.size)
        diagnostics_add(list->scope->definitions->diagnostics, location,
                        "this parameter has no name");
    return add(list, name);
}

static void encode_constant(struct arena *arena, struct query_parameter *parameter) {
    struct buffer buffer = {0};
    struct writer writer = {.arena = arena, .buffer = &buffer, .limit = QUERY_MAX_SIZE};
    write_parameter(&writer, parameter, parameter->shape->expression->literal);
    /* A name that is too long is reported when the request is sent. */
    parameter->constant = !writer.overflow;
    parameter->encoded = text_copy(arena, buffer_text(&buffer));
    buffer_free(&writer.name);
    buffer_free(&buffer);
}

static void load_value(struct list *list, const struct yaml_node *node, struct text name) {
    struct query_parameter *parameter = add_named(list, node->location, name);
    parameter->shape = shape_load(list->scope, node);
    parameter->repeats = memchr(name.data, '[', name.size) != NULL;
    if (parameter->shape && shape_is_constant(parameter->shape))
        encode_constant(list->scope->definitions->arena, parameter);
    check_all_within(list, node->location);
}

/* `{auto: MEMBER}`: the list of fields replaces the value, which is missing. */
static void load_fields(struct list *list, const struct yaml_node *node, struct text name) {
    struct arena *arena = list->scope->definitions->arena;
    struct query_parameter *parameter = add_named(list, node->location, name);
    parameter->fields = field_list_load(list->scope, node);
    parameter->shape = arena_allocate(arena, sizeof *parameter->shape);
    parameter->shape->kind = SHAPE_EXPRESSION;
    parameter->shape->expression = expression_literal(arena, value_missing());
}

/* `<<`: an object that is evaluated like one with only a spread. */
static void load_spread(struct list *list, const struct yaml_node *mapping,
                        const struct yaml_node *node, struct text name) {
    struct arena *arena = list->scope->definitions->arena;
    struct text *written = arena_allocate_array(arena, mapping->count, sizeof *written);
    struct query_parameter *parameter = add(list, name);
    parameter->spreads = true;
    parameter->written = written;
    for (size_t i = 0; i < mapping->count; i++) {
        struct text rest = mapping->keys[i]->text;
        written[parameter->written_count++] = text_cut(&rest, '[');
    }
    struct shape *object = arena_allocate(arena, sizeof *object);
    object->kind = SHAPE_OBJECT;
    object->spreads = true;
    object->count = 1;
    object->entries = arena_allocate(arena, sizeof *object->entries);
    object->entries->kind = SHAPE_SPREAD;
    object->entries->value = shape_load(list->scope, node);
    parameter->shape = object->entries->value ? object : NULL;
}

/* `name[key]`; if the key has brackets, `name[key][brackets]`. */
static struct text name_below(struct arena *arena, struct text name, struct text key) {
    if (!name.size)
        return key;
    struct text base = text_cut(&key, '[');
    bool more = key.size > 0;
    return text_format(arena, "%.*s[%.*s]%s%.*s", TEXT_ARGUMENT(name), TEXT_ARGUMENT(base),
                       more ? "[" : "", TEXT_ARGUMENT(key));
}

static bool has_mapping(const struct yaml_node *node) {
    for (size_t i = 0; node->kind == YAML_SEQUENCE && i < node->count; i++)
        if (node->items[i]->kind != YAML_SCALAR)
            return true;
    return false;
}

static void load_node(struct list *list, struct yaml_node *node, struct text name, bool nested);

/* Reports `category_id[`: unbalanced brackets. */
static void check_brackets(const struct list *list, const struct yaml_node *key) {
    size_t open = 0;
    bool good = true;
    for (size_t i = 0; good && i < key->text.size; i++) {
        if (key->text.data[i] == '[')
            open++;
        else if (key->text.data[i] == ']')
            good = open-- > 0;
    }
    if (!good || open)
        report(list, key->location,
               "the brackets of the parameter %.*s are unbalanced: write name[key] or name[]",
               key->text);
}

static void load_mapping(struct list *list, const struct yaml_node *node, struct text name) {
    struct arena *arena = list->scope->definitions->arena;
    for (size_t i = 0; i < node->count; i++) {
        struct text key = node->keys[i]->text;
        check_brackets(list, node->keys[i]);
        if (text_is(key, "<<"))
            load_spread(list, node, node->items[i], name);
        else
            load_node(list, node->items[i], name_below(arena, name, key), name.size > 0);
    }
}

/*
 * Reports `{ato: thing}`, a parameter `name[ato]` that is probably a mistake. With `optional` next
 * to it, it is an error.
 */
static bool is_near_fields(struct list *list, struct yaml_node *node) {
    bool optional = yaml_get(node, "optional") != NULL;
    if (node->kind != YAML_MAPPING || node->count != (optional ? 2 : 1))
        return false;
    for (size_t i = 0; i < node->count; i++) {
        struct nearest nearest = {.wanted = node->keys[i]->text};
        nearest_offer(&nearest, text_of("auto"));
        const struct yaml_node *value = node->items[i];
        if (!nearest.best.size || value->kind != YAML_SCALAR || !name_is_valid(value->text))
            continue;
        struct definitions *definitions = list->scope->definitions;
        struct text hint = nearest_hint(&nearest, definitions->arena);
        if (!optional) {
            diagnostics_warn(definitions->diagnostics, node->keys[i]->location,
                             "\"%.*s\" becomes a part of the name of the parameter%s",
                             TEXT_ARGUMENT(node->keys[i]->text), hint.data);
            return false;
        }
        diagnostics_add(definitions->diagnostics, node->keys[i]->location,
                        "unknown key \"%.*s\" in derived fields%s",
                        TEXT_ARGUMENT(node->keys[i]->text), hint.data);
        node->keys[i]->text = nearest.best;
        return true;
    }
    return false;
}

static void load_node(struct list *list, struct yaml_node *node, struct text name, bool nested) {
    struct arena *arena = list->scope->definitions->arena;
    bool marked = name.size > 2 && memcmp(name.data + name.size - 2, "[]", 2) == 0;
    bool parts = node->kind == YAML_MAPPING || has_mapping(node);
    if (!parts) {
        load_value(list, node, name);
    } else if (!nested && (yaml_get(node, "auto") || is_near_fields(list, node))) {
        load_fields(list, node, name);
    } else if (marked) {
        report(list, node->location, "the parameters below %.*s have names: remove the []", name);
    } else if (node->kind == YAML_MAPPING) {
        load_mapping(list, node, name);
    } else {
        for (size_t i = 0; i < node->count; i++)
            load_node(list, node->items[i], text_format(arena, "%.*s[%zu]", TEXT_ARGUMENT(name), i),
                      true);
    }
}

struct query_parameter *query_load(struct scope *scope, const struct yaml_node *node,
                                   size_t *count) {
    struct list list = {.scope = scope};
    if (node->kind == YAML_MAPPING)
        load_mapping(&list, node, (struct text){"", 0});
    else
        diagnostics_add(scope->definitions->diagnostics, node->location,
                        "query must be a mapping: {name: value}");
    *count = list.count;
    struct query_parameter *parameters =
        arena_allocate_array(scope->definitions->arena, list.count, sizeof *parameters);
    if (list.count)
        memcpy(parameters, list.parameters, list.count * sizeof *parameters);
    free(list.parameters);
    return parameters;
}

static bool append_fields(struct evaluation *evaluation, const struct query_parameter *parameter,
                          struct buffer *buffer) {
    size_t begin = buffer->size;
    buffer_append_text(buffer, parameter->encoded_name);
    buffer_append_byte(buffer, '=');
    size_t names = buffer->size;
    if (!field_list_append(evaluation, parameter->fields, buffer))
        return false;
    if (buffer->size == names)
        buffer->size = begin;
    return true;
}

bool query_append(struct evaluation *evaluation, const struct query_parameter *parameters,
                  size_t count, struct buffer *buffer, bool *too_long) {
    size_t path = buffer->size;
    bool good = true;
    struct writer writer = {
        .arena = evaluation->arena, .buffer = buffer, .limit = path + QUERY_MAX_SIZE};
    for (size_t i = 0; good && i < count && !writer.overflow; i++) {
        const struct query_parameter *parameter = &parameters[i];
        size_t before = buffer->size;
        buffer_append_byte(buffer, before == path ? '?' : '&');
        size_t begin = buffer->size;
        struct value value;
        if (parameter->fields)
            good = append_fields(evaluation, parameter, buffer);
        else if (parameter->constant)
            buffer_append_text(buffer, parameter->encoded);
        else if ((good = shape_evaluate(evaluation, parameter->shape, &value)))
            write_parameter(&writer, parameter, value);
        /* A missing parameter is left out with its separator. */
        if (buffer->size == begin)
            buffer->size = before;
    }
    buffer_free(&writer.name);
    *too_long = good && (writer.overflow || buffer->size > writer.limit);
    return good;
}
