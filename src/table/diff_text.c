#include "table/diff_text.h"

#include "base/buffer.h"
#include "json/writer.h"

/* Whether a value that is known now is written by the name of a setting, or of the table. */
static bool is_named_constant(const struct expression *expression) {
    return text_contains(expression->source, text_of("$settings")) ||
           text_contains(expression->source, text_of("$table"));
}

static void append_expression(struct buffer *buffer, struct arena *arena,
                              const struct expression *expression) {
    if (expression->kind == EXPRESSION_LITERAL && !is_named_constant(expression))
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
    if (!template->parts)
        buffer_append_text(buffer, template->text);
    for (const struct template_part *part = template->parts; part; part = part->next) {
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

struct text text_of_shape(struct arena *arena, const struct shape *shape) {
    struct buffer buffer = {0};
    if (shape)
        append_shape(&buffer, arena, shape);
    return taken(arena, &buffer);
}

struct text text_of_template(struct arena *arena, const struct template *template) {
    struct buffer buffer = {0};
    if (template)
        append_template(&buffer, template);
    return taken(arena, &buffer);
}

struct text text_of_expression(struct arena *arena, const struct expression *expression) {
    struct buffer buffer = {0};
    if (expression)
        append_expression(&buffer, arena, expression);
    return taken(arena, &buffer);
}

struct text text_of_error(struct arena *arena, const struct error_response *error) {
    if (!error)
        return (struct text){"", 0};
    struct text message = text_of_template(arena, error->message);
    return text_format(arena, "%d%s%.*s", error->status, message.size ? " " : "",
                       TEXT_ARGUMENT(message));
}

struct text text_of_value(struct arena *arena, struct value value) {
    struct buffer buffer = {0};
    json_write(&buffer, arena, value);
    return taken(arena, &buffer);
}

struct text text_of_retry(struct arena *arena, const struct retry *retry) {
    struct buffer buffer = {0};
    if (retry->given && !retry->count)
        buffer_append_string(&buffer, "none");
    for (size_t i = 0; i < retry->count; i++)
        buffer_append_format(&buffer, "%s%d", i ? ", " : "", retry->statuses[i]);
    return taken(arena, &buffer);
}

struct text text_of_amount(struct arena *arena, size_t amount, const char *unit) {
    return amount ? text_format(arena, "%zu%s", amount, unit) : (struct text){"", 0};
}

struct text text_of_names(struct arena *arena, const struct text *names, size_t count) {
    struct buffer buffer = {0};
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&buffer, "%s%.*s", i ? ", " : "", TEXT_ARGUMENT(names[i]));
    return taken(arena, &buffer);
}

static bool lists(struct text list, struct text name) {
    while (list.size)
        if (text_equal(text_trim(text_cut(&list, ',')), name))
            return true;
    return false;
}

struct text names_missing(struct arena *arena, struct text list, struct text other) {
    struct text names = {"", 0};
    while (list.size) {
        struct text name = text_trim(text_cut(&list, ','));
        if (name.size && !lists(other, name))
            names = text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(names), names.size ? ", " : "",
                                TEXT_ARGUMENT(name));
    }
    return names;
}

void diff_texts(struct changes *changes, bool breaking, struct text subject, const char *what,
                struct text before, struct text now) {
    if (!text_equal(before, now))
        changes_add(changes, breaking, "%.*s: %s is %.*s (%.*s before)", TEXT_ARGUMENT(subject),
                    what, TEXT_ARGUMENT(now.size ? now : text_of("not given")),
                    TEXT_ARGUMENT(before.size ? before : text_of("not given")));
}

const struct named_template *find_header(const struct named_template *headers, size_t count,
                                         struct text name) {
    for (size_t i = 0; i < count; i++)
        if (text_equal(headers[i].name, name))
            return &headers[i];
    return NULL;
}

void diff_sent_headers(struct changes *changes, struct text subject,
                       const struct named_template *old, size_t old_count,
                       const struct named_template *new, size_t new_count) {
    for (size_t i = 0; i < old_count; i++)
        if (!find_header(new, new_count, old[i].name))
            changes_add(changes, false, "%.*s no longer sends the header %.*s",
                        TEXT_ARGUMENT(subject), TEXT_ARGUMENT(old[i].name));
    for (size_t i = 0; i < new_count; i++) {
        const struct named_template *known = find_header(old, old_count, new[i].name);
        struct text now = text_of_template(changes->arena, new[i].template);
        if (!known)
            changes_add(changes, false, "%.*s also sends the header %.*s: %.*s",
                        TEXT_ARGUMENT(subject), TEXT_ARGUMENT(new[i].name), TEXT_ARGUMENT(now));
        else
            diff_texts(
                changes, false, subject,
                text_format(changes->arena, "the header %.*s", TEXT_ARGUMENT(new[i].name)).data,
                text_of_template(changes->arena, known->template), now);
    }
}
