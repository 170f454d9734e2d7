#include "http/cgi.h"

#include <stdint.h>
#include <string.h>

#include "http/fcgi_reader.h"

/* The state of reading the variables. */
struct reading {
    struct arena *arena;
    struct http_request *request;
    struct http_header *headers;
    size_t header_count;
    size_t header_room;
    struct text content_type;
    struct text content_length;
    struct text start;
};

/* Converts `X_LOCALE` to "x-locale". */
static struct text header_name(struct arena *arena, struct text name) {
    char *bytes = arena_allocate_unset(arena, name.size + 1, 1);
    for (size_t i = 0; i < name.size; i++)
        bytes[i] = name.data[i] == '_' ? '-' : text_lower_letter(name.data[i]);
    bytes[name.size] = '\0';
    return (struct text){bytes, name.size};
}

static void add_header(struct reading *reading, struct text name, struct text value) {
    enum { FIRST_ROOM = 32 };
    size_t count = reading->header_count;
    if (count == reading->header_room) {
        reading->header_room = count ? count * 2 : FIRST_ROOM;
        struct http_header *more =
            arena_allocate_unset(reading->arena, reading->header_room, sizeof *more);
        if (count)
            memcpy(more, reading->headers, count * sizeof *more);
        reading->headers = more;
    }
    reading->headers[count] = (struct http_header){name, text_copy(reading->arena, value)};
    reading->header_count++;
}

/* If a variable occurs twice, the first one applies. */
static void set_once(struct text *variable, struct text value) {
    if (!variable->data)
        *variable = value;
}

static void read_variable(struct reading *reading, struct text name, struct text value) {
    static const char prefix[] = "HTTP_";
    struct http_request *request = reading->request;
    if (text_starts_with(name, text_of(prefix))) {
        name = (struct text){name.data + sizeof prefix - 1, name.size - sizeof prefix + 1};
        /* These have variables of their own; some servers send both. */
        if (!text_is(name, "CONTENT_TYPE") && !text_is(name, "CONTENT_LENGTH"))
            add_header(reading, header_name(reading->arena, name), value);
    } else if (text_is(name, "REQUEST_METHOD"))
        set_once(&request->method, value);
    else if (text_is(name, "REQUEST_URI"))
        set_once(&request->target, value);
    else if (text_is(name, "CONTENT_TYPE"))
        set_once(&reading->content_type, value);
    else if (text_is(name, "CONTENT_LENGTH"))
        set_once(&reading->content_length, value);
    else if (text_is(name, "REQUEST_START"))
        set_once(&reading->start, value);
}

static bool has_nul(struct text text) {
    return text.size && memchr(text.data, '\0', text.size);
}

static bool read_variables(struct reading *reading, struct text variables) {
    struct text name;
    struct text value;
    while (variables.size) {
        if (!fcgi_read_pair(&variables, &name, &value) || has_nul(name) || has_nul(value))
            return false;
        read_variable(reading, name, value);
    }
    if (reading->content_type.size)
        add_header(reading, text_of("content-type"), reading->content_type);
    struct http_request *request = reading->request;
    request->method = text_copy(reading->arena, request->method);
    request->target = text_copy(reading->arena, request->target);
    request->headers = reading->headers;
    request->header_count = reading->header_count;
    return true;
}

/*
 * Parses decimal digits (RFC 3875, 4.1.2); a number that is too large gives SIZE_MAX. Returns false
 * for other input.
 */
static bool read_length(struct text digits, size_t *length) {
    *length = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        size_t digit = (size_t)(digits.data[i] - '0');
        *length = *length > (SIZE_MAX - digit) / 10 ? SIZE_MAX : *length * 10 + digit;
    }
    return true;
}

/* The digits at the beginning of the text, which are cut off; false: none, or too many. */
static bool cut_digits(struct text *text, int64_t *number, size_t *count) {
    enum { MAX_DIGITS = 18 };
    *number = 0;
    for (*count = 0; *count < text->size; (*count)++) {
        char c = text->data[*count];
        if (c < '0' || c > '9')
            break;
        if (*count == MAX_DIGITS)
            return false;
        *number = *number * 10 + (c - '0');
    }
    *text = (struct text){text->data + *count, text->size - *count};
    return *count > 0;
}

/* In seconds, 11 digits last until the year 5138; in milliseconds, they ended in 1973. */
int64_t cgi_read_time(struct text text) {
    static const int64_t seconds_end = INT64_C(100000000000);
    static const int64_t milliseconds_end = seconds_end * 1000;
    static const int64_t microseconds_end = milliseconds_end * 1000;
    int64_t number, fraction = 0;
    size_t count, places = 0;
    if (text_starts_with(text, text_of("t=")))
        text = (struct text){text.data + 2, text.size - 2};
    if (!cut_digits(&text, &number, &count))
        return 0;
    if (text.size && text.data[0] == '.') {
        text = (struct text){text.data + 1, text.size - 1};
        if (number >= seconds_end || !cut_digits(&text, &fraction, &places))
            return 0;
    }
    if (text.size || number >= microseconds_end)
        return 0;
    if (number >= milliseconds_end)
        return number;
    if (number >= seconds_end)
        return number * 1000;
    for (; places < 6; places++)
        fraction *= 10;
    for (; places > 6; places--)
        fraction /= 10;
    return number * 1000000 + fraction;
}

/*
 * Without a length, everything that was received is the body: some servers pass a chunked body like
 * this.
 */
static void read_body(struct text announced, struct text body, size_t max_body,
                      struct http_request *request) {
    size_t length;
    bool good = read_length(announced, &length);
    if (length > max_body || body.size > max_body) {
        request->body_state = HTTP_BODY_TOO_LARGE;
        return;
    }
    request->body = body;
    bool cut = !good || (announced.size && body.size != length);
    request->body_state = cut ? HTTP_BODY_CUT : HTTP_BODY_WHOLE;
}

bool cgi_read_request(struct arena *arena, struct text variables, struct text body, size_t max_body,
                      struct http_request *request) {
    struct reading reading = {.arena = arena, .request = request};
    *request = (struct http_request){0};
    if (!read_variables(&reading, variables))
        return false;
    request->started_us = reading.start.data ? cgi_read_time(reading.start) : 0;
    read_body(reading.content_length, body, max_body, request);
    return true;
}

void cgi_append_head(struct buffer *buffer, const struct http_response *response) {
    buffer_append_string(buffer, "Status: ");
    buffer_append_number(buffer, (uint64_t)response->status, 3);
    buffer_append_byte(buffer, ' ');
    buffer_append_string(buffer, http_reason(response->status));
    buffer_append_string(buffer, "\r\n");
    for (size_t i = 0; i < response->header_count; i++) {
        buffer_append_text(buffer, response->headers[i].name);
        buffer_append_string(buffer, ": ");
        buffer_append_text(buffer, response->headers[i].value);
        buffer_append_string(buffer, "\r\n");
    }
    bool bodiless = response->status == 204 || response->status == 304;
    if (!bodiless) {
        buffer_append_string(buffer, "Content-Length: ");
        buffer_append_number(buffer, response->body.size, 1);
        buffer_append_string(buffer, "\r\n");
    }
    buffer_append_string(buffer, "\r\n");
}
