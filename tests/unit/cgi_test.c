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

static void answers_head_with_the_length(void **state) {
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

enum { MAX_BODY = 20000 };

static void add_length(struct buffer *pairs, size_t length) {
    if (length < 128) {
        buffer_append_byte(pairs, (char)length);
        return;
    }
    const char bytes[4] = {(char)(0x80 | length >> 24), (char)(length >> 16), (char)(length >> 8),
                           (char)length};
    buffer_append(pairs, bytes, sizeof bytes);
}

/* Lines of "name=value" as name-value pairs, in memory of the arena. */
static struct text pairs_of(struct arena *arena, const char *const *lines) {
    struct buffer pairs = {0};
    for (; *lines; lines++) {
        struct text value = text_of(*lines);
        struct text name = text_cut(&value, '=');
        add_length(&pairs, name.size);
        add_length(&pairs, value.size);
        buffer_append_text(&pairs, name);
        buffer_append_text(&pairs, value);
    }
    struct text text = text_copy(arena, buffer_text(&pairs));
    buffer_free(&pairs);
    return text;
}

static struct http_request read_request(struct arena *arena, const char *const *variables,
                                        struct text content) {
    struct http_request request;
    assert_true(cgi_read_request(arena, pairs_of(arena, variables), content, MAX_BODY, &request));
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

static void a_variable_that_comes_twice_has_its_first_value(void **state) {
    static const char *const variables[] = {"REQUEST_METHOD=GET",
                                            "REQUEST_URI=/a",
                                            "REQUEST_METHOD=DELETE",
                                            "REQUEST_URI=/b",
                                            "CONTENT_TYPE=",
                                            "CONTENT_TYPE=text/plain",
                                            "CONTENT_LENGTH=1",
                                            "CONTENT_LENGTH=2",
                                            "HTTP_X=1",
                                            "HTTP_X=2",
                                            NULL};
    struct http_request request = read_request(*state, variables, text_of("x"));
    check_text("method", "GET", request.method);
    check_text("target", "/a", request.target);
    check_text("type", "", http_request_header(&request, "content-type"));
    check_number("body's state", HTTP_BODY_WHOLE, request.body_state);
    check_text("header", "1", http_request_header(&request, "x"));
}

static void a_time_is_read_in_any_unit(void **state) {
    static const struct {
        const char *text;
        int64_t microseconds;
    } rows[] = {
        {"t=1700000000.123", 1700000000123000},
        {"1700000000.123", 1700000000123000},
        {"t=1700000000", 1700000000000000},
        {"1700000000.1234567", 1700000000123456},
        {"99999999999.999999", 99999999999999999},
        {"100000000000", 100000000000000},
        {"t=1700000000123", 1700000000123000},
        {"99999999999999", 99999999999999000},
        {"100000000000000", 100000000000000},
        {"t=1700000000123456", 1700000000123456},
        {"99999999999999999", 99999999999999999},
        {"100000000000000000", 0},
        {"1700000000123456789", 0},
        {"99999999999999999999999999", 0},
        {"1700000000123.5", 0},
        {"1700000000.", 0},
        {"1700000000.1234567890123456789", 0},
        {".5", 0},
        {"-1700000000", 0},
        {"+1700000000", 0},
        {"1700000000 ", 0},
        {" 1700000000", 0},
        {"T=1700000000", 0},
        {"t=", 0},
        {"t", 0},
        {"(null)", 0},
        {"17e8", 0},
        {"", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (cgi_read_time(text_of(rows[i].text)) != rows[i].microseconds)
            fail_msg("%s: %lld", rows[i].text, (long long)cgi_read_time(text_of(rows[i].text)));
}

/* A caller's header of any name is a variable that begins with HTTP_. */
static void the_start_of_a_request_is_that_of_the_web_server(void **state) {
    static const char *const variables[] = {
        "HTTP_REQUEST_START=t=1.0", "HTTP_X_REQUEST_START=t=1.0", "REQUEST_START=t=1700000000.5",
        "REQUEST_START=t=1.0", NULL};
    static const char *const headers_only[] = {"HTTP_REQUEST_START=t=1.0",
                                               "HTTP_X_REQUEST_START=t=1.0", NULL};
    struct http_request request = read_request(*state, variables, text_of(""));
    assert_int_equal(request.started_us, 1700000000500000);
    request = read_request(*state, headers_only, text_of(""));
    assert_int_equal(request.started_us, 0);
}

static void many_and_long_headers_are_all_there(void **state) {
    enum { HEADERS = 100, SIZE = 300 };
    const char *lines[HEADERS + 1] = {NULL};
    for (int i = 0; i < HEADERS; i++)
        lines[i] = text_format(*state, "HTTP_X_%d=%0*d", i, SIZE, i).data;
    struct http_request request = read_request(*state, lines, text_of(""));
    check_number("headers", HEADERS, request.header_count);
    for (int i = 0; i < HEADERS; i++) {
        const char *name = text_format(*state, "x-%d", i).data;
        check_text(name, text_format(*state, "%0*d", SIZE, i).data,
                   http_request_header(&request, name));
    }
}

/* What follows a text in memory is another variable: other code relies on the NUL between. */
static void texts_of_a_request_end_with_a_nul(void **state) {
    static const char *const variables[] = {"REQUEST_METHOD=GET", "REQUEST_URI=/a", "HTTP_X=1",
                                            "CONTENT_TYPE=text/plain", NULL};
    struct http_request request = read_request(*state, variables, text_of(""));
    assert_string_equal(request.method.data, "GET");
    assert_string_equal(request.target.data, "/a");
    assert_string_equal(http_request_header(&request, "x").data, "1");
    assert_string_equal(http_request_header(&request, "content-type").data, "text/plain");
}

static void a_body_is_not_copied(void **state) {
    static const char *const variables[] = {"REQUEST_METHOD=POST", "REQUEST_URI=/", NULL};
    struct text content = text_of("[1]");
    struct http_request request = read_request(*state, variables, content);
    assert_ptr_equal(request.body.data, content.data);
}

static void pairs_with_wrong_lengths_or_a_nul_are_no_request(void **state) {
    static const struct {
        const char *what;
        struct text pairs;
    } rows[] = {
        {"a name longer than all", {"\5\1AB", 4}},
        {"a value longer than all", {"\1\5AB", 4}},
        {"lengths whose sum is too large for 32 bits", {"\377\377\377\376\377\377\377\376AB", 10}},
        {"half a length", {"\1\200\0", 3}},
        {"a name alone", {"\1", 1}},
        {"a NUL in a value", {"\1\3AB\0C", 6}},
        {"a NUL in a name", {"\3\1A\0CB", 6}},
        {"a fault behind what is right", {"\1\1AB\5\1AB", 8}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_request request;
        check_number(rows[i].what, false,
                     cgi_read_request(*state, rows[i].pairs, text_of(""), MAX_BODY, &request));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_request_is_read_from_its_variables),
        TEST_WITH_ARENA(a_request_may_have_no_body),
        TEST_WITH_ARENA(a_body_without_a_length_is_read_to_its_end),
        TEST_WITH_ARENA(a_body_is_whole_or_cut_or_too_large),
        TEST_WITH_ARENA(a_variable_that_comes_twice_has_its_first_value),
        cmocka_unit_test(a_time_is_read_in_any_unit),
        TEST_WITH_ARENA(the_start_of_a_request_is_that_of_the_web_server),
        TEST_WITH_ARENA(many_and_long_headers_are_all_there),
        TEST_WITH_ARENA(texts_of_a_request_end_with_a_nul),
        TEST_WITH_ARENA(a_body_is_not_copied),
        TEST_WITH_ARENA(pairs_with_wrong_lengths_or_a_nul_are_no_request),
        TEST_WITH_ARENA(a_head_has_status_headers_and_length),
        TEST_WITH_ARENA(an_empty_body_has_a_length),
        TEST_WITH_ARENA(answers_head_with_the_length),
        TEST_WITH_ARENA(a_response_that_has_no_body_has_no_length),
    };
    return cmocka_run_group_tests_name("cgi", tests, NULL, NULL);
}
