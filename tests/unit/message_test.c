/* Requests and responses. */
#include "support.h"

#include "http/message.h"

static void headers_are_found_by_their_name(void **state) {
    (void)state;
    const struct http_header headers[] = {
        {text_of("x-locale"), text_of("pl")},
        {text_of("accept"), text_of("")},
        {text_of("x-locale"), text_of("en")},
    };
    struct http_request request = {.headers = headers, .header_count = COUNT(headers)};
    check_text("the first of its name", "pl", http_request_header(&request, "x-locale"));
    check_text("an empty one", "", http_request_header(&request, "accept"));
    check_text("none", "", http_request_header(&request, "cookie"));
}

static void control_characters_are_kept_out_of_headers(void **state) {
    (void)state;
    static const struct {
        const char *value;
        bool safe;
    } rows[] = {
        {"", true},      {"abc", true},        {"a\tb", true},  {"\xC5\xBC", true}, {"a\rb", false},
        {"a\nb", false}, {"a\r\nb: c", false}, {"\x01", false}, {"a\x7f", false},   {"\x1f", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_response response = {0};
        check_truth(rows[i].value, rows[i].safe, http_header_value_is_safe(text_of(rows[i].value)));
        check_truth(rows[i].value, rows[i].safe,
                    http_response_add_header(&response, "x", text_of(rows[i].value)));
        check_number(rows[i].value, rows[i].safe, response.header_count);
    }
    check_truth("NUL", false, http_header_value_is_safe((struct text){"a\0b", 3}));
}

static void a_header_is_set_in_its_place(void **state) {
    (void)state;
    struct http_response response = {0};
    check_truth("a new one", true, http_response_set_header(&response, "a", text_of("1")));
    check_truth("another", true, http_response_set_header(&response, "b", text_of("2")));
    check_truth("again", true, http_response_set_header(&response, "a", text_of("3")));
    check_truth("no value for one", false, http_response_set_header(&response, "a", text_of("\n")));
    check_number("headers", 2, response.header_count);
    check_text("a", "3", response.headers[0].value);
    check_text("b", "2", response.headers[1].value);
    while (response.header_count < HTTP_MAX_RESPONSE_HEADERS)
        http_response_add_header(&response, "c", text_of(""));
    check_truth("in the full", true, http_response_set_header(&response, "b", text_of("4")));
    check_truth("a new one in the full", false,
                http_response_set_header(&response, "d", text_of("")));
}

static void headers_beyond_the_room_are_dropped(void **state) {
    (void)state;
    struct http_response response = {0};
    for (size_t i = 0; i < HTTP_MAX_RESPONSE_HEADERS; i++)
        check_truth("there is room", true, http_response_add_header(&response, "a", text_of("b")));
    check_truth("one more", false, http_response_add_header(&response, "a", text_of("b")));
    check_number("headers", HTTP_MAX_RESPONSE_HEADERS, response.header_count);
}

static void statuses_have_their_names(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *reason;
    } rows[] = {
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {413, "Payload Too Large"},
        {429, "Too Many Requests"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {504, "Gateway Timeout"},
        {418, "Error"},
        {0, "Error"},
        {999, "Error"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text("reason", rows[i].reason, text_of(http_reason(rows[i].status)));
}

static void an_error_is_a_message_a_reason_and_a_status(void **state) {
    struct http_response response = {.status = 200};
    buffer_append_string(&response.body, "{\"half\":");
    http_response_fail(&response, *state, 404, text_of("No \"ż\"\r\n here"));
    struct text body = text_copy(*state, buffer_text(&response.body));
    buffer_free(&response.body);
    check_number("status", 404, (size_t)response.status);
    check_text("body",
               "{\"message\":\"No \\\"ż\\\"\\r\\n here\",\"error\":\"Not Found\","
               "\"statusCode\":404}",
               body);
}

static void a_reset_forgets_everything(void **state) {
    (void)state;
    struct http_response response = {.status = 200, .head_only = true};
    http_response_add_header(&response, "a", text_of("b"));
    buffer_append_string(&response.body, "body");
    http_response_reset(&response);
    check_number("status", 0, (size_t)response.status);
    check_number("headers", 0, response.header_count);
    check_number("bytes of the body", 0, response.body.size);
    check_truth("head_only", false, response.head_only);
    buffer_free(&response.body);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_found_by_their_name),
        cmocka_unit_test(control_characters_are_kept_out_of_headers),
        cmocka_unit_test(a_header_is_set_in_its_place),
        cmocka_unit_test(headers_beyond_the_room_are_dropped),
        cmocka_unit_test(statuses_have_their_names),
        TEST_WITH_ARENA(an_error_is_a_message_a_reason_and_a_status),
        cmocka_unit_test(a_reset_forgets_everything),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
