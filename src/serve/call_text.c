#include "serve/call_text.h"

#include "base/count.h"

static int digit_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that an escape at the start of `text` represents; NUL if there is no escape. */
static char escaped_byte(struct text text) {
    if (text.size < 3 || text.data[0] != '%')
        return '\0';
    int high = digit_of(text.data[1]), low = digit_of(text.data[2]);
    return high < 0 || low < 0 ? '\0' : (char)(16 * high + low);
}

/*
 * The characters of a query (RFC 3986), and brackets, without those that have a meaning in one:
 * &=+%#.
 */
static bool is_plain_in_query(char c) {
    static const char plain[] = ",:;/?@!$'()*[]";
    return c && strchr(plain, c);
}

void call_text_append_target(struct buffer *buffer, struct text target) {
    bool query = false;
    while (target.size) {
        char escaped = escaped_byte(target);
        size_t used = 1;
        query = query || target.data[0] == '?';
        if (query && is_plain_in_query(escaped)) {
            buffer_append_byte(buffer, escaped);
            used = 3;
        } else {
            buffer_append_byte(buffer, target.data[0]);
        }
        target = (struct text){target.data + used, target.size - used};
    }
}

static const struct named_template *find_header(const struct named_template *headers, size_t count,
                                                struct text name) {
    for (size_t i = 0; i < count; i++)
        if (text_equal(headers[i].name, name))
            return &headers[i];
    return NULL;
}

static bool is_hidden(const struct step *step, struct text name) {
    static const char *const secrets[] = {"authorization", "proxy-authorization", "cookie"};
    const struct upstream *upstream = step->upstream;
    const struct named_template *header = find_header(step->headers, step->header_count, name);
    if (!header)
        header = find_header(upstream->headers, upstream->header_count, name);
    return text_is_among(name, secrets, COUNT(secrets)) || (header && header->environment);
}

void call_text_append_header(struct buffer *buffer, const struct step *step, struct text name,
                             struct text value) {
    buffer_append_text(buffer, name);
    buffer_append_string(buffer, ": ");
    buffer_append_text(buffer, is_hidden(step, name) ? text_of("[hidden]") : value);
}

void call_text_append_foreign(struct buffer *buffer, struct text text, size_t limit) {
    size_t size = text.size < limit ? text.size : limit;
    /* Do not cut within a character. */
    while (size && size < text.size && ((unsigned char)text.data[size] & 0xC0) == 0x80)
        size--;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        buffer_append_byte(buffer, c < ' ' || c == 0x7F ? ' ' : text.data[i]);
    }
    if (size < text.size)
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
