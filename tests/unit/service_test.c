/* From a request to its response: routing, what a request may bring, and what is answered. */
#include "serving.h"

#include <string.h>

static const struct standin_rule none[] = {{0}};

static const char table[] =
    "server:\n"
    "  prefix: /api\n"
    "  max_body: 1 KiB\n"
    "  cors:\n"
    "    origins: ['http://a.test', 'http://b.test']\n"
    "    max_age: 600s\n"
    "    expose: x-shown\n"
    "    headers: Authorization\n"
    "    methods: GET, PUT\n"
    "common:\n"
    "  headers: {x-lang: {enum: [de, en]}}\n"
    "  let: {lang: \"($headers.x-lang ?? 'de')\"}\n"
    "  answer_headers: {x-common: '{$lang}', x-none: $headers.x-none}\n" ANY_UPSTREAM "routes:\n"
    "  GET /: {answer: root}\n"
    "  GET /a: {answer: {lang: $lang}}\n"
    "  POST /a: {answer: created}\n"
    "  PUT /a: {answer: put}\n"
    "  DELETE /a: {answer: {status: 204}}\n"
    "  GET /a/{id}: {answer: $path.id}\n"
    "  GET /headers: {answer: $headers}\n"
    "  GET /h: {answer: {status: 202, headers: {x-a: a, x-none: $headers.x-none, x-b: 'b{$lang}'},"
    " body: 1}}\n"
    "  GET /q:\n"
    "    query: {properties: {n: {type: integer}, l: {}}}\n"
    "    answer: {n: $query.n, l: $query.l, x: 1}\n"
    "  PATCH /b:\n"
    "    body: {required: [n], properties: {n: {type: integer}, s: {type: string}}}\n"
    "    answer: $body\n"
    "  PATCH /optional:\n"
    "    body: {properties: {n: {type: integer}}}\n"
    "    answer: {n: $body.n, x: 1}\n";

static struct serving *start(struct arena *arena) {
    return serving_start(arena, table, none);
}

struct exchange {
    const char *method;
    const char *target;
    int status;
    /* The body, or an error's message. */
    const char *body;
};

static void check_exchange(struct serving *serving, const struct exchange *row) {
    serving_ask_all(serving, row->method, row->target, NULL, NULL);
    serving_check_outcome(serving, row->target, row->status, row->body);
}

static void a_path_leads_to_a_route(void **state) {
    static const struct exchange rows[] = {
        {"GET", "/api", 200, "\"root\""},
        {"GET", "/api/", 200, "\"root\""},
        {"GET", "/api/a", 200, "{\"lang\":\"de\"}"},
        {"GET", "/api/a?any=thing", 200, "{\"lang\":\"de\"}"},
        {"POST", "/api/a", 201, "\"created\""},
        {"PUT", "/api/a", 200, "\"put\""},
        {"DELETE", "/api/a", 204, ""},
        {"GET", "/api/a/x", 200, "\"x\""},
        {"GET", "/api/a/x%20%2F%C3%BC+", 200, "\"x /\u00FC+\""},
        {"GET", "/api/a/...", 200, "\"...\""},
        {"GET", "http://host.test/api/a", 200, "{\"lang\":\"de\"}"},
        {"GET", "http://host.test/api/a/x?y=/z", 200, "\"x\""},
        {"GET", "http://host.test", 404, "Not found"},
        {"GET", "nonsense", 404, "Not found"},
        {"GET", "", 404, "Not found"},
        {"GET", "/", 404, "Not found"},
        {"GET", "/a", 404, "Not found"},
        {"GET", "/apia", 404, "Not found"},
        {"GET", "/api/none", 404, "Not found"},
        {"GET", "/api/a/", 200, "{\"lang\":\"de\"}"},
        {"GET", "/api//a", 404, "Not found"},
        {"GET", "/api/a/x/y", 404, "Not found"},
        {"GET", "/api/a/..", 404, "Not found"},
        {"GET", "/api/a/.", 404, "Not found"},
        {"GET", "/api/a/%2e%2E", 404, "Not found"},
        {"GET", "/api/a/%2e", 404, "Not found"},
        {"GET", "/api/x/../a", 404, "Not found"},
        {"GET", "/api/a/%", 400, "The path is not percent-encoded UTF-8"},
        {"GET", "/api/a/%ff", 400, "The path is not percent-encoded UTF-8"},
        {"GET", "/api/a/x%00", 400, "The path has the character NUL in it"},
        {"GET", "/api/a/%00", 400, "The path has the character NUL in it"},
        {"PATCH", "/api/a", 405, "PATCH is not allowed here: use GET, HEAD, POST, PUT, DELETE"},
        {"DELETE", "/api/a/x", 405, "DELETE is not allowed here: use GET, HEAD"},
        {"GET", "/api/b", 405, "GET is not allowed here: use PATCH"},
    };
    struct serving *serving = start(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_exchange(serving, &rows[i]);
        check_text("nosniff", "nosniff", serving_header(serving, "x-content-type-options"));
        check_text("caching", "private, no-store", serving_header(serving, "cache-control"));
        check_text("type", *rows[i].body ? "application/json; charset=utf-8" : "",
                   serving_header(serving, "content-type"));
        check_truth("an id", true, serving_header(serving, "x-request-id").size > 0);
        const char *use = strstr(rows[i].body, ": use ");
        check_text("allow", rows[i].status == 405 ? use + 6 : "", serving_header(serving, "allow"));
    }
    serving_stop(serving);
}

static void a_head_request_is_like_a_get(void **state) {
    struct serving *serving = start(*state);
    serving_ask_all(serving, "HEAD", "/api/a", NULL, NULL);
    serving_check(serving, "its body is not sent", 200, "{\"lang\":\"de\"}");
    assert_true(serving->response.head_only);
    struct text line = serving_logged(serving);
    check_json("bytes", "0", serving_log_member(serving, line, "bytes"));
    serving_ask(serving, "/api/a");
    assert_false(serving->response.head_only);
    line = serving_logged(serving);
    check_json("bytes", "13", serving_log_member(serving, line, "bytes"));
    serving_stop(serving);
}

/* The longest target that is taken has 8192 bytes. */
static void a_target_has_a_largest_size(void **state) {
    struct serving *serving = start(*state);
    for (size_t size = 8192; size <= 8193; size++) {
        char *target = arena_allocate(*state, size + 1);
        memset(target, 'x', size);
        memcpy(target, "/api/a?", 7);
        serving_ask(serving, target);
        if (size == 8192)
            serving_check(serving, "longest", 200, "{\"lang\":\"de\"}");
        else
            serving_check_error(serving, "longer", 414, "The address is too long");
    }
    serving_stop(serving);
}

static void a_path_has_a_largest_number_of_segments(void **state) {
    struct serving *serving = start(*state);
    char target[2 * ROUTER_MAX_SEGMENTS + 16] = "/api";
    for (size_t i = 0; i < ROUTER_MAX_SEGMENTS + 1; i++)
        strcat(target, "/a");
    serving_ask(serving, target);
    serving_check_error(serving, "one more", 404, "Not found");
    serving_stop(serving);
}

static void headers_are_checked_and_converted(void **state) {
    static const char *const english[] = {"x-lang: en", NULL};
    static const char *const blank[] = {"x-lang:   ", NULL};
    static const char *const french[] = {"x-lang: fr", NULL};
    static const char *const bytes[] = {"x-a: \xFF", "x-b: b", NULL};
    struct serving *serving = start(*state);
    serving_ask_all(serving, "GET", "/api/a", english, NULL);
    serving_check(serving, "en", 200, "{\"lang\":\"en\"}");
    check_text("x-common", "en", serving_header(serving, "x-common"));
    check_text("x-none", "", serving_header(serving, "x-none"));
    serving_ask_all(serving, "GET", "/api/a", blank, NULL);
    serving_check(serving, "blank", 200, "{\"lang\":\"de\"}");
    serving_ask_all(serving, "GET", "/api/a", french, NULL);
    serving_check_error(serving, "fr", 400, "x-lang must be one of de, en");
    check_text("x-common", "", serving_header(serving, "x-common"));
    serving_ask_all(serving, "GET", "/api/headers", bytes, NULL);
    serving_check(serving, "what is not UTF-8", 200, "{\"x-a\":\"\uFFFD\",\"x-b\":\"b\"}");
    serving_stop(serving);
}

static void answers_have_their_status_and_headers(void **state) {
    struct serving *serving = start(*state);
    serving_ask(serving, "/api/h");
    serving_check(serving, "h", 202, "1");
    check_text("x-a", "a", serving_header(serving, "x-a"));
    check_text("x-b", "bde", serving_header(serving, "x-b"));
    check_text("x-none", "", serving_header(serving, "x-none"));
    serving_stop(serving);
}

static void a_query_is_checked_and_converted(void **state) {
    static const struct exchange rows[] = {
        {"GET", "/api/q", 200, "{\"x\":1}"},
        {"GET", "/api/q?n=5", 200, "{\"n\":5,\"x\":1}"},
        {"GET", "/api/q?l=1&l=2&other=3", 200, "{\"l\":[\"1\",\"2\"],\"x\":1}"},
        {"GET", "/api/q?n=x", 400, "n must be an integer"},
        {"GET", "/api/q?n=%ff", 400, "The query cannot be read"},
    };
    struct serving *serving = start(*state);
    for (size_t i = 0; i < COUNT(rows); i++)
        check_exchange(serving, &rows[i]);
    serving_stop(serving);
}

struct body_case {
    const char *target;
    const char *type;
    const char *body;
    int status;
    const char *expected;
};

static void a_body_is_json_that_its_schema_takes(void **state) {
    static const char json[] = "application/json";
    static const struct body_case rows[] = {
        {"/api/b", json, "{\"n\":1,\"s\":\"x\"}", 200, "{\"n\":1,\"s\":\"x\"}"},
        {"/api/b", "application/json; charset=utf-8", "{\"n\":1}", 200, "{\"n\":1}"},
        {"/api/b", "Application/JSON", "{\"n\":1}", 200, "{\"n\":1}"},
        {"/api/b", "application/merge-patch+json", "{\"n\":1}", 200, "{\"n\":1}"},
        {"/api/b", json, "\xEF\xBB\xBF{\"n\":1}", 200, "{\"n\":1}"},
        {"/api/b", "text/plain", "{\"n\":1}", 415, NULL},
        {"/api/b", "application/jsonx", "{\"n\":1}", 415, NULL},
        {"/api/b", "+json", "{\"n\":1}", 415, NULL},
        {"/api/b", "", "{\"n\":1}", 415, NULL},
        {"/api/b", json, "", 400, "n is required"},
        {"/api/b", "text/plain", "  ", 400, "n is required"},
        {"/api/b", json, "{}", 400, "n is required"},
        {"/api/b", json, "[]", 400, "The body must be an object"},
        {"/api/b", json, "{\"n\":\"x\"}", 400, "n must be an integer"},
        {"/api/b", json, "{\"n\":1,\"s\":\"\\u0000\"}", 400,
         "The body has the character NUL in a string"},
        {"/api/optional", "", "", 200, "{\"x\":1}"},
        {"/api/optional", json, "{\"n\":2}", 200, "{\"n\":2,\"x\":1}"},
    };
    static const char no_json[] = "The body must be JSON: send it with "
                                  "\\\"Content-Type: application/json\\\"";
    struct serving *serving = start(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_header header = {text_of("content-type"), text_of(rows[i].type)};
        struct http_request request = {.method = text_of("PATCH"),
                                       .target = text_of(rows[i].target),
                                       .headers = &header,
                                       .header_count = 1,
                                       .body = text_of(rows[i].body)};
        service_handle(serving->service, &request, &serving->response);
        serving_check_outcome(serving, rows[i].body, rows[i].status,
                              rows[i].expected ? rows[i].expected : no_json);
    }
    serving_stop(serving);
}

static void a_body_that_is_no_json_is_400(void **state) {
    struct serving *serving = start(*state);
    serving_ask_all(serving, "PATCH", "/api/b", NULL, "{\"n\":}");
    check_number("status", 400, (size_t)serving->response.status);
    check_truth("why", true,
                text_starts_with(buffer_text(&serving->response.body),
                                 text_of("{\"message\":\"The body is not JSON: ")));
    serving_stop(serving);
}

static void a_body_that_was_not_read_whole_is_an_error(void **state) {
    struct serving *serving = start(*state);
    struct http_request request = {
        .method = text_of("PATCH"), .target = text_of("/api/b"), .body_state = HTTP_BODY_TOO_LARGE};
    service_handle(serving->service, &request, &serving->response);
    serving_check_error(serving, "too large", 413, "The body is larger than 1024 bytes");
    request.body_state = HTTP_BODY_CUT;
    service_handle(serving->service, &request, &serving->response);
    serving_check_error(serving, "cut", 400, "The body does not have its announced length");
    /* Even where no body is wanted. */
    request.method = text_of("POST");
    request.target = text_of("/api/a");
    service_handle(serving->service, &request, &serving->response);
    check_number("nobody wants it", 400, (size_t)serving->response.status);
    serving_stop(serving);
}

struct cors_case {
    const char *method;
    const char *target;
    const char *origin;
    bool preflight;
    int status;
    const char *allowed;
    const char *allow;
};

static void other_origins_may_read_what_the_table_lets_them(void **state) {
    static const struct cors_case rows[] = {
        {"GET", "/api/a", "http://a.test", false, 200, "http://a.test", ""},
        {"GET", "/api/a", "http://b.test", false, 200, "http://b.test", ""},
        {"GET", "/api/a", "http://c.test", false, 200, "", ""},
        {"GET", "/api/a", "http://a.test/", false, 200, "", ""},
        {"GET", "/api/none", "http://a.test", false, 404, "http://a.test", ""},
        {"GET", "/api/a", "", false, 200, "", ""},
        {"OPTIONS", "/api/a", "http://a.test", true, 204, "http://a.test", ""},
        {"OPTIONS", "/api/a", "http://c.test", true, 204, "", ""},
        {"OPTIONS", "/api/none", "http://a.test", true, 204, "http://a.test", ""},
        {"OPTIONS", "/api/a", "", true, 204, "", "GET, HEAD, POST, PUT, DELETE, OPTIONS"},
        {"OPTIONS", "/api/a", "http://a.test", false, 204, "http://a.test",
         "GET, HEAD, POST, PUT, DELETE, OPTIONS"},
        {"OPTIONS", "/api/none", "", false, 204, "", "OPTIONS"},
        {"GET", "/api/a", "http://a.test", true, 200, "http://a.test", ""},
    };
    struct serving *serving = start(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *headers[] = {text_format(*state, "origin: %s", rows[i].origin).data,
                                 rows[i].preflight ? "access-control-request-method: PUT" : NULL,
                                 NULL};
        bool preflight = rows[i].preflight && *rows[i].origin && rows[i].method[0] == 'O';
        bool granted = preflight && *rows[i].allowed;
        const char *what = text_format(*state, "row %zu", i).data;
        serving_ask_all(serving, rows[i].method, rows[i].target, headers, NULL);
        check_number(what, (size_t)rows[i].status, (size_t)serving->response.status);
        check_text(what, rows[i].allowed, serving_header(serving, "access-control-allow-origin"));
        check_text(what, *rows[i].allowed ? "true" : "",
                   serving_header(serving, "access-control-allow-credentials"));
        check_text(what, "Origin", serving_header(serving, "vary"));
        check_text(what, preflight ? "" : "x-shown",
                   serving_header(serving, "access-control-expose-headers"));
        check_text(what, rows[i].allow, serving_header(serving, "allow"));
        check_text(what, granted ? "600" : "", serving_header(serving, "access-control-max-age"));
        check_text(what, granted ? "GET, PUT" : "",
                   serving_header(serving, "access-control-allow-methods"));
        check_text(what, granted ? "Authorization" : "",
                   serving_header(serving, "access-control-allow-headers"));
        if (rows[i].method[0] == 'O')
            check_number(what, 0, serving->response.body.size);
    }
    serving_stop(serving);
}

static void without_origins_there_is_no_cors(void **state) {
    static const char *const headers[] = {"origin: http://a.test", NULL};
    struct serving *serving =
        serving_start(*state, ANY_UPSTREAM "routes: {GET /a: {answer: 1}}\n", none);
    serving_ask_all(serving, "GET", "/a", headers, NULL);
    serving_check(serving, "no origins", 200, "1");
    check_text("vary", "", serving_header(serving, "vary"));
    check_text("origin", "", serving_header(serving, "access-control-allow-origin"));
    serving_stop(serving);
}

static void a_table_takes_the_place_of_another(void **state) {
    struct serving *serving = start(*state);
    serving_ask(serving, "/api/a");
    const char *next = ANY_UPSTREAM "routes: {GET /a: {answer: next}}\n";
    service_set_table(serving->service, table_load("next", text_of(next), stderr));
    serving_ask(serving, "/a");
    serving_check(serving, "the next one", 200, "\"next\"");
    service_trim(serving->service);
    serving_ask(serving, "/a");
    serving_check(serving, "after a rest", 200, "\"next\"");
    serving_stop(serving);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_path_leads_to_a_route),
        TEST_WITH_ARENA(a_head_request_is_like_a_get),
        TEST_WITH_ARENA(a_target_has_a_largest_size),
        TEST_WITH_ARENA(a_path_has_a_largest_number_of_segments),
        TEST_WITH_ARENA(headers_are_checked_and_converted),
        TEST_WITH_ARENA(answers_have_their_status_and_headers),
        TEST_WITH_ARENA(a_query_is_checked_and_converted),
        TEST_WITH_ARENA(a_body_is_json_that_its_schema_takes),
        TEST_WITH_ARENA(a_body_that_is_no_json_is_400),
        TEST_WITH_ARENA(a_body_that_was_not_read_whole_is_an_error),
        TEST_WITH_ARENA(other_origins_may_read_what_the_table_lets_them),
        TEST_WITH_ARENA(without_origins_there_is_no_cors),
        TEST_WITH_ARENA(a_table_takes_the_place_of_another),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
