#include "http/cgi.h"

#include <stdint.h>
#include <string.h>

static struct text variable(char **variables, const char *name) {
    return text_of(FCGX_GetParam(name, variables));
}

/* `HTTP_X_LOCALE` as "x-locale". */
static struct text header_name(struct arena *arena, struct text name) {
    struct text copy = text_lower_case(arena, name);
    char *bytes = (char *)copy.data;
    for (size_t i = 0; i < copy.size; i++)
        if (bytes[i] == '_')
            bytes[i] = '-';
    return copy;
}

static void read_headers(struct arena *arena, char **variables, struct http_request *request) {
    static const char prefix[] = "HTTP_";
    size_t room = 1;
    for (char **next = variables; *next; next++)
        room++;
    struct http_header *headers = arena_allocate_array(arena, room, sizeof *headers);
    size_t count = 0;
    for (char **next = variables; *next; next++) {
        struct text value = text_of(*next);
        struct text name = text_cut(&value, '=');
        if (!text_starts_with(name, text_of(prefix)))
            continue;
        name = (struct text){name.data + sizeof prefix - 1, name.size - sizeof prefix + 1};
        /* The content's type is a variable of its own; some servers send both. */
        if (text_is(name, "CONTENT_TYPE") || text_is(name, "CONTENT_LENGTH"))
            continue;
        headers[count++] = (struct http_header){header_name(arena, name), text_copy(arena, value)};
    }
    struct text type = variable(variables, "CONTENT_TYPE");
    if (type.size)
        headers[count++] = (struct http_header){text_of("content-type"), text_copy(arena, type)};
    request->headers = headers;
    request->header_count = count;
}

/* What libfcgi takes from the connection at a time. */
enum { BODY_BLOCK = 8192 };

/* Digits alone (RFC 3875, 4.1.2); one beyond measure is SIZE_MAX. False if it is none. */
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

static void read_body(char **variables, FCGX_Stream *input, size_t max_body, struct buffer *body,
                      struct http_request *request) {
    struct text announced = variable(variables, "CONTENT_LENGTH");
    size_t length;
    bool good = read_length(announced, &length);
    request->body_state = HTTP_BODY_WHOLE;
    if (length > max_body) {
        request->body_state = HTTP_BODY_TOO_LARGE;
        return;
    }
    /* Without a length, whatever comes is the body: some servers pass a chunked one like that. */
    char block[BODY_BLOCK];
    int size;
    while (body->size <= max_body && (size = FCGX_GetStr(block, BODY_BLOCK, input)) > 0)
        buffer_append(body, block, (size_t)size);
    request->body = buffer_text(body);
    if (body->size > max_body)
        request->body_state = HTTP_BODY_TOO_LARGE;
    else if (!good || (announced.size && body->size != length))
        request->body_state = HTTP_BODY_CUT;
}

void cgi_read_request(struct arena *arena, char **variables, FCGX_Stream *input, size_t max_body,
                      struct buffer *body, struct http_request *request) {
    body->size = 0;
    *request = (struct http_request){
        .method = text_copy(arena, variable(variables, "REQUEST_METHOD")),
        .target = text_copy(arena, variable(variables, "REQUEST_URI")),
    };
    read_headers(arena, variables, request);
    read_body(variables, input, max_body, body, request);
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
