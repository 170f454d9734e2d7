/* CGI variables to a request, and a response to its head. */
#include "support.h"

#include <string.h>

#include "http/cgi.h"

static struct text head_of(struct arena *arena, const struct http_response *response) {
    struct buffer buffer = {0};
    cgi_append_head(&buffer, response);
    struct text head = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return head;
}

static void a_head_has_status_headers_and_length(void **state) {
    struct http_response response = {.status = 201};
    http_response_add_header(&response, "content-type", text_of("application/json"));
    http_response_add_header(&response, "x-locale", text_of("pl"));
    buffer_append_string(&response.body, "{\"a\":\"ż\"}");
    struct text head = head_of(*state, &response);
    buffer_free(&response.body);
    check_text("head",
               "Status: 201 Created\r\ncontent-type: application/json\r\nx-locale: pl\r\n"
               "Content-Length: 10\r\n\r\n",
               head);
}

static void an_empty_body_has_a_length(void **state) {
    struct http_response response = {.status = 200};
    check_text("head", "Status: 200 OK\r\nContent-Length: 0\r\n\r\n", head_of(*state, &response));
}

static void a_head_request_is_told_the_length(void **state) {
    struct http_response response = {.status = 200, .head_only = true};
    buffer_append_string(&response.body, "12345");
    struct text head = head_of(*state, &response);
    buffer_free(&response.body);
    check_text("head", "Status: 200 OK\r\nContent-Length: 5\r\n\r\n", head);
}

/* RFC 9110, 8.6. */
static void a_response_that_has_no_body_has_no_length(void **state) {
    struct http_response response = {.status = 204};
    check_text("204", "Status: 204 No Content\r\n\r\n", head_of(*state, &response));
    response.status = 304;
    check_text("304", "Status: 304 Not Modified\r\n\r\n", head_of(*state, &response));
}

/* libfcgi asks for more input: there is none. */
static void end_input(FCGX_Stream *stream) {
    stream->isClosed = 1;
}

enum { MAX_BODY = 20000 };

/* Reads a request whose input is `content`; the body's memory is the arena's. */
static struct http_request read_request(struct arena *arena, const char *const *variables,
                                        struct text content) {
    unsigned char *bytes = (unsigned char *)text_copy(arena, content).data;
    FCGX_Stream input = {.rdNext = bytes,
                         .wrNext = bytes + content.size,
                         .stop = bytes + content.size,
                         .stopUnget = bytes,
                         .isReader = 1,
                         .fillBuffProc = end_input};
    struct buffer body = {0};
    struct http_request request;
    cgi_read_request(arena, (char **)variables, &input, MAX_BODY, &body, &request);
    request.body = text_copy(arena, buffer_text(&body));
    buffer_free(&body);
    return request;
}

static void a_request_is_read_from_its_variables(void **state) {
    static const char *const variables[] = {
        "REQUEST_METHOD=PATCH",
        "REQUEST_URI=/carts/a%2Fb?x=1%20y=2",
        "PATH_INFO=/carts/a/b",
        "HTTP_AUTHORIZATION=Bearer a=b",
        "HTTP_X_LOCALE=pl",
        "HTTP_CONTENT_TYPE=text/plain",
        "HTTP_CONTENT_LENGTH=999",
        "HTTPS=on",
        "CONTENT_TYPE=application/json",
        "CONTENT_LENGTH=7",
        "EMPTY",
        NULL,
    };
    struct http_request request = read_request(*state, variables, text_of("{\"a\":1}"));
    check_text("method", "PATCH", request.method);
    check_text("target, still encoded", "/carts/a%2Fb?x=1%20y=2", request.target);
    check_number("headers", 3, request.header_count);
    check_text("a header", "Bearer a=b", http_request_header(&request, "authorization"));
    check_text("its name", "pl", http_request_header(&request, "x-locale"));
    check_text("the content's type", "application/json",
               http_request_header(&request, "content-type"));
    check_text("body", "{\"a\":1}", request.body);
    check_number("its state", HTTP_BODY_WHOLE, request.body_state);
}

static void a_request_may_have_no_body(void **state) {
    static const char *const variables[] = {"REQUEST_METHOD=GET", "REQUEST_URI=/",
                                            "CONTENT_TYPE=", "CONTENT_LENGTH=", NULL};
    struct http_request request = read_request(*state, variables, text_of(""));
    check_text("body", "", request.body);
    check_number("its state", HTTP_BODY_WHOLE, request.body_state);
    check_number("headers", 0, request.header_count);
}

static void a_body_without_a_length_is_read_to_its_end(void **state) {
    static const char *const variables[] = {"REQUEST_METHOD=POST", "REQUEST_URI=/", NULL};
    struct http_request request = read_request(*state, variables, text_of("[1,2]"));
    check_text("body", "[1,2]", request.body);
    check_number("its state", HTTP_BODY_WHOLE, request.body_state);
}

/* The state of a body of `size` bytes that was announced as `length`. */
static size_t state_of(struct arena *arena, const char *length, size_t size) {
    const char *const variables[] = {"REQUEST_METHOD=POST", "REQUEST_URI=/", length, NULL};
    char *bytes = arena_allocate(arena, size);
    memset(bytes, 'x', size);
    return read_request(arena, variables, (struct text){bytes, size}).body_state;
}

static void a_body_is_whole_or_cut_or_too_large(void **state) {
    static const struct {
        const char *length;
        size_t size;
        size_t expected;
    } rows[] = {
        {"CONTENT_LENGTH=20000", MAX_BODY, HTTP_BODY_WHOLE},
        {"CONTENT_LENGTH=20001", MAX_BODY + 1, HTTP_BODY_TOO_LARGE},
        {"CONTENT_LENGTH=99999999999999999999999", 5, HTTP_BODY_TOO_LARGE},
        {"CONTENT_LENGTH=10", 9, HTTP_BODY_CUT},
        {"CONTENT_LENGTH=10", 0, HTTP_BODY_CUT},
        {"CONTENT_LENGTH=10", 11, HTTP_BODY_CUT},
        {"CONTENT_LENGTH=010", 10, HTTP_BODY_WHOLE},
        {"CONTENT_LENGTH=-1", 0, HTTP_BODY_CUT},
        {"CONTENT_LENGTH=-10", 10, HTTP_BODY_CUT},
        {"CONTENT_LENGTH=+10", 10, HTTP_BODY_CUT},
        {"CONTENT_LENGTH= 10", 10, HTTP_BODY_CUT},
        {"CONTENT_LENGTH=0x0a", 10, HTTP_BODY_CUT},
        {"CONTENT_LENGTH=ten", 0, HTTP_BODY_CUT},
        {"CONTENT_LENGTH=18446744073709551626", 10, HTTP_BODY_TOO_LARGE},
        {"X=", MAX_BODY, HTTP_BODY_WHOLE},
        {"X=", MAX_BODY + 1, HTTP_BODY_TOO_LARGE},
        {"X=", 5 * MAX_BODY, HTTP_BODY_TOO_LARGE},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_number(text_format(*state, "%s with %zu", rows[i].length, rows[i].size).data,
                     rows[i].expected, state_of(*state, rows[i].length, rows[i].size));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_request_is_read_from_its_variables),
        TEST_WITH_ARENA(a_request_may_have_no_body),
        TEST_WITH_ARENA(a_body_without_a_length_is_read_to_its_end),
        TEST_WITH_ARENA(a_body_is_whole_or_cut_or_too_large),
        TEST_WITH_ARENA(a_head_has_status_headers_and_length),
        TEST_WITH_ARENA(an_empty_body_has_a_length),
        TEST_WITH_ARENA(a_head_request_is_told_the_length),
        TEST_WITH_ARENA(a_response_that_has_no_body_has_no_length),
    };
    return cmocka_run_group_tests_name("cgi", tests, NULL, NULL);
}
