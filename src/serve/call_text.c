#include "serve/call_text.h"

#include "base/count.h"
#include "http/field.h"
#include "http/uri.h"

/*
 * The characters of a query (RFC 3986), and brackets, without those that have a meaning in one:
 * &=+%#.
 */
static bool is_plain_in_query(int c) {
    static const char plain[] = ",:;/?@!$'()*[]";
    return c > 0 && strchr(plain, c);
}

void call_text_append_target(struct buffer *buffer, struct text target) {
    bool query = false;
    while (target.size) {
        int escaped = uri_escaped_byte(target);
        size_t used = 1;
        query = query || target.data[0] == '?';
        if (query && is_plain_in_query(escaped)) {
            buffer_append_byte(buffer, (char)escaped);
            used = 3;
        } else {
            buffer_append_byte(buffer, target.data[0]);
        }
        target = (struct text){target.data + used, target.size - used};
    }
}

static bool is_hidden(const struct step *step, struct text name) {
    const struct upstream *upstream = step->upstream;
    const struct named_template *header = header_find(step->headers, step->header_count, name);
    if (!header)
        header = header_find(upstream->headers, upstream->header_count, name);
    return field_is_credential(name) || (header && header->environment);
}

void call_text_append_header(struct buffer *buffer, const struct step *step, struct text name,
                             struct text value) {
    buffer_append_text(buffer, name);
    buffer_append_string(buffer, ": ");
    buffer_append_text(buffer, is_hidden(step, name) ? text_of("[hidden]") : value);
}

void call_text_append_foreign(struct buffer *buffer, struct text text, size_t limit) {
    struct text shown = text_shortened(text, limit);
    for (size_t i = 0; i < shown.size; i++) {
        unsigned char c = (unsigned char)shown.data[i];
        buffer_append_byte(buffer, c < ' ' || c == 0x7F ? ' ' : shown.data[i]);
    }
    if (shown.size < text.size)
        buffer_append_string(buffer, "…");
}

void call_text_append_line(struct buffer *buffer, struct location location) {
    const struct source_file *file = location.file;
    buffer_append_format(buffer, " (line %zu%s%s)", location.line, file ? " of " : "",
                         file ? file->name : "");
}

void call_text_append_step(struct buffer *buffer, const struct step *step) {
    static const char *const names[] = {[STEP_LET] = "let", [STEP_REQUIRE] = "require"};
    if (step->kind == STEP_CALL)
        buffer_append_format(buffer, "$%.*s", TEXT_ARGUMENT(step->name));
    else
        buffer_append_string(buffer, names[step->kind]);
    call_text_append_line(buffer, step->location);
}
