#include "serve/table_test_write.h"

#include <ctype.h>
#include <string.h>

#include "base/count.h"
#include "language/date.h"
#include "json/writer.h"

/* An object or a list of scalars is written on one line up to this width. */
enum { MAX_LINE = 100 };

struct yaml_writer {
    struct buffer *target;
    struct arena *arena;
    struct json_reader *reader;
};

/* Scalars. */

/* Whether a string needs no quotation marks, whatever is around it. */
static bool is_plain(struct text text) {
    static const char *const words[] = {"true", "false", "null", "yes", "no",
                                        "on",   "off",   "y",    "n"};
    if (!text.size || !isalpha((unsigned char)text.data[0]) || text.data[text.size - 1] == ' ')
        return false;
    for (size_t i = 0; i < COUNT(words); i++)
        if (text_equal_ignoring_case(text, text_of(words[i])))
            return false;
    for (size_t i = 0; i < text.size; i++)
        if (!isalnum((unsigned char)text.data[i]) &&
            (!text.data[i] || !strchr("_ ./@-+*?=&%()'", text.data[i])))
            return false;
    return true;
}

/* `${` begins the name of a value of `set`, unless another dollar is before it. */
static struct text escape_names(struct yaml_writer *writer, struct text text) {
    struct buffer escaped = {0};
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '$' && i + 1 < text.size && text.data[i + 1] == '{')
            buffer_append_byte(&escaped, '$');
        buffer_append_byte(&escaped, text.data[i]);
    }
    struct text copy = text_copy(writer->arena, buffer_text(&escaped));
    buffer_free(&escaped);
    return copy;
}

static void write_string(struct yaml_writer *writer, struct text text) {
    struct text escaped = escape_names(writer, text);
    if (is_plain(escaped))
        buffer_append_text(writer->target, escaped);
    else
        json_write(writer->target, writer->arena, value_string(escaped));
}

static void write_scalar(struct yaml_writer *writer, struct value value) {
    if (value.type == VALUE_STRING)
        write_string(writer, value_text(value));
    else
        json_write(writer->target, writer->arena, value);
}

/* Values. */

static bool is_scalar(struct value value) {
    return value.type != VALUE_ARRAY && value.type != VALUE_OBJECT;
}

static void write_flow(struct yaml_writer *writer, struct value value) {
    struct buffer *target = writer->target;
    bool object = value.type == VALUE_OBJECT;
    const struct member *members = object ? value_members(writer->arena, value) : NULL;
    buffer_append_byte(target, object ? '{' : '[');
    for (uint32_t i = 0; i < value.size; i++) {
        if (i)
            buffer_append_string(target, ", ");
        if (object) {
            write_string(writer, members[i].name);
            buffer_append_string(target, ": ");
        }
        write_scalar(writer, object ? members[i].value : value_item(writer->arena, value, i));
    }
    buffer_append_byte(target, object ? '}' : ']');
}

/* Whether the value was written on one line: a scalar, or a short list of scalars. */
static bool write_short(struct yaml_writer *writer, struct value value, size_t indent) {
    struct buffer *target = writer->target;
    if (is_scalar(value)) {
        write_scalar(writer, value);
        return true;
    }
    const struct member *members =
        value.type == VALUE_OBJECT ? value_members(writer->arena, value) : NULL;
    for (uint32_t i = 0; i < value.size; i++)
        if (!is_scalar(members ? members[i].value : value_item(writer->arena, value, i)))
            return false;
    size_t begin = target->size;
    write_flow(writer, value);
    if (target->size - begin + indent <= MAX_LINE)
        return true;
    target->size = begin;
    return false;
}

static void write_indent(struct yaml_writer *writer, size_t indent) {
    for (size_t i = 0; i < indent; i++)
        buffer_append_byte(writer->target, ' ');
}

static void write_members(struct yaml_writer *writer, struct value object, size_t indent,
                          bool indented);

/* Behind a key or a dash; ends its line. */
static void write_value(struct yaml_writer *writer, struct value value, size_t indent) {
    struct buffer *target = writer->target;
    buffer_append_byte(target, ' ');
    if (write_short(writer, value, indent)) {
        buffer_append_byte(target, '\n');
        return;
    }
    target->size--;
    buffer_append_byte(target, '\n');
    if (value.type == VALUE_OBJECT) {
        write_members(writer, value, indent + 2, false);
        return;
    }
    for (uint32_t i = 0; i < value.size; i++) {
        struct value item = value_item(writer->arena, value, i);
        write_indent(writer, indent + 2);
        buffer_append_byte(target, '-');
        if (item.type != VALUE_OBJECT || !item.size) {
            write_value(writer, item, indent + 2);
            continue;
        }
        buffer_append_byte(target, ' ');
        if (write_short(writer, item, indent + 4))
            buffer_append_byte(target, '\n');
        else
            write_members(writer, item, indent + 4, true);
    }
}

/* `indented`: the first one is behind a dash. */
static void write_members(struct yaml_writer *writer, struct value object, size_t indent,
                          bool indented) {
    const struct member *members = value_members(writer->arena, object);
    for (uint32_t i = 0; i < object.size; i++) {
        if (i || !indented)
            write_indent(writer, indent);
        write_string(writer, members[i].name);
        buffer_append_byte(writer->target, ':');
        write_value(writer, members[i].value, indent);
    }
}

/* Cases. */

static void write_key(struct yaml_writer *writer, size_t indent, const char *key,
                      struct value value) {
    write_indent(writer, indent);
    buffer_append_format(writer->target, "%s:", key);
    write_value(writer, value, indent);
}

/* JSON under one key, anything else as a string under the other. */
static void write_content(struct yaml_writer *writer, size_t indent, const char *key,
                          const char *text_key, struct text content) {
    struct value value;
    const char *reason;
    struct text copy = text_copy(writer->arena, content);
    if (!content.size)
        return;
    if (json_read(writer->reader, writer->arena, copy, NULL, &value, &reason))
        write_key(writer, indent, key, value);
    else
        write_key(writer, indent, text_key, value_string(copy));
}

static void write_headers(struct yaml_writer *writer, size_t indent,
                          const struct expected_header *headers, size_t count) {
    struct member *members = arena_allocate_array(writer->arena, count, sizeof *members);
    for (size_t i = 0; i < count; i++)
        members[i] = (struct member){headers[i].name, value_string(headers[i].value)};
    if (count)
        write_key(writer, indent, "headers", value_object(members, count));
}

static void write_call(struct yaml_writer *writer, const struct test_call *call) {
    static const char *const failures[] = {[UPSTREAM_UNREACHABLE] = "unreachable",
                                           [UPSTREAM_TIMEOUT] = "timeout",
                                           [UPSTREAM_TOO_LARGE] = "too_large",
                                           [UPSTREAM_SUSPENDED] = "unreachable"};
    buffer_append_string(writer->target, "      - call: ");
    write_string(writer, call->title);
    buffer_append_byte(writer->target, '\n');
    if (call->query.size)
        write_key(writer, 8, "query", call->query);
    write_headers(writer, 8, call->headers, call->header_count);
    if (call->body.type != VALUE_MISSING)
        write_key(writer, 8, "body", call->body);
    if (call->outcome != UPSTREAM_ANSWERED) {
        write_key(writer, 8, "fails", value_string(text_of(failures[call->outcome])));
        return;
    }
    if (call->status != 200)
        write_key(writer, 8, "status", value_integer(writer->arena, call->status));
    if (call->retry_after.size)
        write_key(writer, 8, "retry_after", value_string(call->retry_after));
    write_content(writer, 8, "answer", "answer_text", call->answer);
}

static void write_request(struct yaml_writer *writer, const struct http_request *request) {
    struct expected_header *headers =
        arena_allocate_array(writer->arena, request->header_count, sizeof *headers);
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        if (!text_is(request->headers[i].name, "content-type") ||
            !text_is(request->headers[i].value, "application/json"))
            headers[count++] =
                (struct expected_header){request->headers[i].name, request->headers[i].value};
    struct text line = text_format(writer->arena, "%.*s %.*s", TEXT_ARGUMENT(request->method),
                                   TEXT_ARGUMENT(request->target));
    buffer_append_string(writer->target, "  - name: ");
    write_string(writer, line);
    buffer_append_byte(writer->target, '\n');
    write_key(writer, 4, "request", value_string(line));
    write_headers(writer, 4, headers, count);
    write_content(writer, 4, "body", "body_text", request->body);
}

static void write_case(struct yaml_writer *writer, const struct test_case *test) {
    write_request(writer, &test->request);
    if (test->call_count)
        buffer_append_string(writer->target, "    calls:\n");
    for (size_t i = 0; i < test->call_count; i++)
        write_call(writer, &test->calls[i]);
    buffer_append_string(writer->target, "    response:\n");
    write_key(writer, 6, "status", value_integer(writer->arena, test->status));
    if (test->body.type != VALUE_MISSING)
        write_key(writer, 6, "body", test->body);
}

void test_file_write(struct buffer *target, struct json_reader *reader,
                     const struct test_file *file) {
    struct yaml_writer writer = {target, file->arena, reader};
    buffer_append_string(target, "environment:\n");
    for (size_t i = 0; file->environment[i]; i++) {
        struct text value = text_of(file->environment[i]);
        struct text name = text_cut(&value, '=');
        write_key(&writer, 2, text_copy(file->arena, name).data, value_string(value));
    }
    write_key(&writer, 0, "now", value_string(date_format(file->arena, file->now_ms)));
    buffer_append_string(target, "\ncases:\n");
    for (size_t i = 0; i < file->case_count; i++)
        write_case(&writer, &file->cases[i]);
}
