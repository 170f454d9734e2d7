#include "http/message.h"

#include "base/count.h"
#include "json/writer.h"

struct text http_request_header(const struct http_request *request, const char *name) {
    struct text wanted = text_of(name);
    for (size_t i = 0; i < request->header_count; i++)
        if (text_equal(request->headers[i].name, wanted))
            return request->headers[i].value;
    return (struct text){"", 0};
}

enum { KEPT_BODY_SIZE = 256 * 1024 };

void http_response_reset(struct http_response *response) {
    response->status = 0;
    response->header_count = 0;
    response->head_only = false;
    buffer_reset(&response->body, KEPT_BODY_SIZE);
}

bool http_header_value_is_safe(struct text value) {
    return !text_has_control(value, text_of("\t"));
}

bool http_response_add_header(struct http_response *response, const char *name, struct text value) {
    if (response->header_count == HTTP_MAX_RESPONSE_HEADERS || !http_header_value_is_safe(value))
        return false;
    response->headers[response->header_count++] = (struct http_header){text_of(name), value};
    return true;
}

static size_t find_header(const struct http_response *response, const char *name) {
    struct text wanted = text_of(name);
    size_t index = 0;
    while (index < response->header_count && !text_equal(response->headers[index].name, wanted))
        index++;
    return index;
}

bool http_response_has_header(const struct http_response *response, const char *name) {
    return find_header(response, name) < response->header_count;
}

bool http_status_allows_body(int status) {
    return status >= 200 && status != 204 && status != 205 && status != 304;
}

static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

void http_offer_methods(struct nearest *nearest) {
    for (size_t i = 0; i < COUNT(methods); i++)
        nearest_offer(nearest, text_of(methods[i]));
}

const char *http_method(struct text name) {
    for (size_t i = 0; i < COUNT(methods); i++)
        if (text_is(name, methods[i]))
            return methods[i];
    return NULL;
}

bool http_response_set_header(struct http_response *response, const char *name, struct text value) {
    size_t index = find_header(response, name);
    if (index == response->header_count)
        return http_response_add_header(response, name, value);
    if (!http_header_value_is_safe(value))
        return false;
    response->headers[index].value = value;
    return true;
}

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Payload Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Entity"},
    {423, "Locked"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

const char *http_reason(int status) {
    for (size_t i = 0; i < COUNT(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Error";
}

void http_response_fail(struct http_response *response, struct arena *arena, int status,
                        struct text message) {
    struct member members[] = {
        {text_of("message"), value_string(text_well_formed(arena, message))},
        {text_of("error"), value_string(text_of(http_reason(status)))},
        {text_of("statusCode"), value_integer(arena, status)},
    };
    response->status = status;
    response->body.size = 0;
    json_write(&response->body, arena, value_object(members, 3));
}
