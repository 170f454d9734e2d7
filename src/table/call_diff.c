#include "base/buffer.h"
#include "http/uri.h"
#include "table/table_diff.h"
#include "json/writer.h"

/* Texts of what a call is made of. */

static void append_expression(struct buffer *buffer, struct arena *arena,
                              const struct expression *expression) {
    if (expression->kind == EXPRESSION_LITERAL)
        json_write(buffer, arena, expression->literal);
    else
        buffer_append_text(buffer, expression->source);
}

static void append_shape(struct buffer *buffer, struct arena *arena, const struct shape *shape) {
    if (shape->kind == SHAPE_EXPRESSION) {
        append_expression(buffer, arena, shape->expression);
        return;
    }
    bool object = shape->kind == SHAPE_OBJECT;
    buffer_append_byte(buffer, object ? '{' : '[');
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_entry *entry = object ? &shape->entries[i] : NULL;
        if (i)
            buffer_append_string(buffer, ", ");
        if (entry)
            buffer_append_format(
                buffer, "%s%.*s: ", entry->kind == SHAPE_LOCAL ? "$" : "",
                TEXT_ARGUMENT(entry->kind == SHAPE_SPREAD ? text_of("<<") : entry->name));
        append_shape(buffer, arena, entry ? entry->value : shape->items[i]);
    }
    buffer_append_byte(buffer, object ? '}' : ']');
}

static void append_template(struct buffer *buffer, const struct template *template) {
    if (template->constant)
        buffer_append_text(buffer, template->text);
    for (const struct template_part *part = template->parts; !template->constant && part;
         part = part->next) {
        if (part->expression)
            buffer_append_format(buffer, "{%.*s}", TEXT_ARGUMENT(part->expression->source));
        else
            buffer_append_text(buffer, part->literal);
    }
}

static struct text taken(struct arena *arena, struct buffer *buffer) {
    struct text text = text_copy(arena, buffer_text(buffer));
    buffer_free(buffer);
    return text;
}

static struct text shape_text(struct arena *arena, const struct shape *shape) {
    struct buffer buffer = {0};
    if (shape)
        append_shape(&buffer, arena, shape);
    return taken(arena, &buffer);
}

static struct text template_text(struct arena *arena, const struct template *template) {
    struct buffer buffer = {0};
    append_template(&buffer, template);
    return taken(arena, &buffer);
}

static struct text expression_text(struct arena *arena, const struct expression *expression) {
    struct buffer buffer = {0};
    if (expression)
        append_expression(&buffer, arena, expression);
    return taken(arena, &buffer);
}

static struct text target_text(struct arena *arena, const struct step *step) {
    return text_format(arena, "%s %.*s/%.*s", step->method, TEXT_ARGUMENT(step->upstream->name),
                       TEXT_ARGUMENT(template_text(arena, step->path)));
}

/* Fields. */

/* The names that a parameter asks for, derived or listed: one after the other, with commas. */
static struct text fields_text(struct arena *arena, const struct query_parameter *parameter) {
    struct buffer buffer = {0};
    const struct field_list *list = parameter->fields;
    for (size_t i = 0; list && i < list->count; i++)
        buffer_append_format(&buffer, "%s%.*s", i ? "," : "", TEXT_ARGUMENT(list->fields[i].name));
    struct text encoded = parameter->encoded;
    struct text decoded = {"", 0};
    text_cut(&encoded, '=');
    if (!list && parameter->constant && uri_decode(arena, encoded, true, &decoded))
        buffer_append_text(&buffer, decoded);
    return taken(arena, &buffer);
}

static bool lists(struct text list, struct text name) {
    while (list.size)
        if (text_equal(text_trim(text_cut(&list, ',')), name))
            return true;
    return false;
}

/* The names of the first list that are not in the second one. */
static struct text difference(struct arena *arena, struct text list, struct text other) {
    struct text names = {"", 0};
    while (list.size) {
        struct text name = text_trim(text_cut(&list, ','));
        if (name.size && !lists(other, name))
            names = text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(names), names.size ? ", " : "",
                                TEXT_ARGUMENT(name));
    }
    return names;
}

/* Whether it asks for fields, by a list that is known. */
static bool is_field_list(const struct query_parameter *parameter) {
    return parameter->fields || (parameter->constant && text_is(parameter->name, "fields"));
}

static void diff_fields(struct changes *changes, struct text call,
                        const struct query_parameter *old, const struct query_parameter *new) {
    struct text before = fields_text(changes->arena, old);
    struct text now = fields_text(changes->arena, new);
    struct text more = difference(changes->arena, now, before);
    struct text less = difference(changes->arena, before, now);
    if (more.size)
        changes_add(changes, false, "%.*s also asks for %.*s", TEXT_ARGUMENT(call),
                    TEXT_ARGUMENT(more));
    if (less.size)
        changes_add(changes, false, "%.*s no longer asks for %.*s", TEXT_ARGUMENT(call),
                    TEXT_ARGUMENT(less));
}

/* Queries. */

static const struct query_parameter *find_parameter(const struct step *step,
                                                    const struct query_parameter *wanted) {
    for (size_t i = 0; i < step->query_count; i++)
        if (text_equal(step->query[i].name, wanted->name) &&
            step->query[i].spreads == wanted->spreads)
            return &step->query[i];
    return NULL;
}

static struct text parameter_text(struct arena *arena, const struct query_parameter *parameter) {
    if (parameter->spreads)
        return text_format(arena, "<< %.*s", TEXT_ARGUMENT(shape_text(arena, parameter->shape)));
    return parameter->name;
}

static void diff_queries(struct changes *changes, struct text call, const struct step *old,
                         const struct step *new) {
    struct arena *arena = changes->arena;
    for (size_t i = 0; i < old->query_count; i++)
        if (!find_parameter(new, &old->query[i]))
            changes_add(changes, false, "%.*s no longer sends %.*s", TEXT_ARGUMENT(call),
                        TEXT_ARGUMENT(parameter_text(arena, &old->query[i])));
    for (size_t i = 0; i < new->query_count; i++) {
        const struct query_parameter *parameter = &new->query[i];
        const struct query_parameter *known = find_parameter(old, parameter);
        struct text now = shape_text(arena, parameter->shape);
        struct text before = known ? shape_text(arena, known->shape) : now;
        struct text name = parameter_text(arena, parameter);
        if (!known)
            changes_add(changes, false, "%.*s also sends %.*s%s%.*s", TEXT_ARGUMENT(call),
                        TEXT_ARGUMENT(name), now.size && !parameter->spreads ? " = " : "",
                        TEXT_ARGUMENT(parameter->spreads ? text_of("") : now));
        else if (is_field_list(known) && is_field_list(parameter))
            diff_fields(changes, call, known, parameter);
        else if (!text_equal(now, before))
            changes_add(changes, false, "%.*s sends %.*s = %.*s (%.*s before)", TEXT_ARGUMENT(call),
                        TEXT_ARGUMENT(parameter->name), TEXT_ARGUMENT(now), TEXT_ARGUMENT(before));
    }
}

/* Calls. */

static const struct step *find_call(const struct route *route, struct text name) {
    for (size_t i = 0; i < route->step_count; i++)
        if (route->steps[i].kind == STEP_CALL && text_equal(route->steps[i].name, name))
            return &route->steps[i];
    return NULL;
}

static void diff_texts(struct changes *changes, struct text call, const char *what,
                       struct text before, struct text now) {
    if (!text_equal(before, now))
        changes_add(changes, false, "%.*s: %s is %.*s (%.*s before)", TEXT_ARGUMENT(call), what,
                    TEXT_ARGUMENT(now.size ? now : text_of("not given")),
                    TEXT_ARGUMENT(before.size ? before : text_of("not given")));
}

static void diff_call(struct changes *changes, const struct step *old, const struct step *new) {
    struct arena *arena = changes->arena;
    struct text before = target_text(arena, old);
    struct text now = target_text(arena, new);
    struct text call = text_format(arena, "$%.*s", TEXT_ARGUMENT(new->name));
    if (!text_equal(before, now))
        changes_add(changes, false, "%.*s is %.*s (%.*s before)", TEXT_ARGUMENT(call),
                    TEXT_ARGUMENT(now), TEXT_ARGUMENT(before));
    diff_queries(changes, call, old, new);
    diff_texts(changes, call, "its body", shape_text(arena, old->body),
               shape_text(arena, new->body));
    diff_texts(changes, call, "its condition", expression_text(arena, old->when),
               expression_text(arena, new->when));
    diff_texts(changes, call, "each", expression_text(arena, old->each),
               expression_text(arena, new->each));
}

void diff_calls(struct changes *changes, const struct route *old, const struct route *new) {
    struct arena *arena = changes->arena;
    for (size_t i = 0; i < new->step_count; i++) {
        const struct step *step = &new->steps[i];
        const struct step *known = step->kind == STEP_CALL ? find_call(old, step->name) : NULL;
        if (known)
            diff_call(changes, known, step);
        else if (step->kind == STEP_CALL)
            changes_add(changes, false, "$%.*s is new: %.*s", TEXT_ARGUMENT(step->name),
                        TEXT_ARGUMENT(target_text(arena, step)));
    }
    for (size_t i = 0; i < old->step_count; i++)
        if (old->steps[i].kind == STEP_CALL && !find_call(new, old->steps[i].name))
            changes_add(changes, false, "$%.*s is gone: %.*s", TEXT_ARGUMENT(old->steps[i].name),
                        TEXT_ARGUMENT(target_text(arena, &old->steps[i])));
}
