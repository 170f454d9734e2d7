/* From a step to the request that goes out. */
#include "serving.h"

#include <string.h>

static const struct standin_rule any[] = {{.request = "*", .body = "{\"x\":1}"}, {0}};

static const char *const no_headers[] = {NULL};

/* Has the only route, POST /r/{id}, answered: it makes a call with this method, path and options.
 */
static struct serving *call(struct arena *arena, const char *upstream, const char *step,
                            const char *const *headers, const char *body) {
    const char *table =
        text_format(arena,
                    "settings: {key: k, none: \"${O2S_UNSET:-}\"}\n"
                    "upstreams: {s: {url: '@/base', public: %s%s}}\n"
                    "routes:\n"
                    "  POST /r/{id}:\n"
                    "    query: {properties: {q: {}, l: {}}}\n"
                    "    body: {properties: {a: {}}}\n"
                    "    steps: [{c: %s}]\n"
                    "    answer: {x: $c.x}\n",
                    strstr(upstream, "authorization") ? "false" : "true", upstream, step)
            .data;
    struct serving *serving = serving_start(arena, table, any);
    serving_ask_all(serving, "POST", "/r/one%2Ftwo?q=Q%20%26&l=1&l=2", headers, body);
    return serving;
}

static void the_target_is_built_of_path_and_query(void **state) {
    static const struct {
        const char *step;
        const char *expected;
    } rows[] = {
        {"GET s/a", "GET /base/a"},
        {"'GET s/a/{$path.id}/b'", "GET /base/a/one%2Ftwo/b"},
        {"'GET s/{$query.q | lower}'", "GET /base/q%20%26"},
        {"'GET s/a/{$body.a}'", "GET /base/a/7"},
        {"'GET s/..a/...'", "GET /base/..a/..."},
        {"DELETE s/a", "DELETE /base/a"},
        {"GET s/a, query: {b: $query.q, c: 1}", "GET /base/a?b=Q%20%26&c=1"},
        {"GET s/a, query: {n: $settings.none, c: 1}", "GET /base/a?c=1"},
        {"GET s/a, query: {n: $settings.none}", "GET /base/a"},
        {"GET s/a, query: {l: $query.l}", "GET /base/a?l=1%2C2"},
        {"GET s/a, query: {'l[]': $query.l, m: 1}", "GET /base/a?l%5B%5D=1&l%5B%5D=2&m=1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct serving *serving = call(*state, "", rows[i].step, no_headers, "{\"a\":7}");
        serving_check(serving, rows[i].step, 201, "{\"x\":1}");
        check_number(rows[i].step, 1, standin_requests(serving->upstream));
        check_text(rows[i].step, rows[i].expected, standin_target(serving->upstream, *state, 0));
        serving_stop(serving);
    }
}

static void a_segment_that_leads_elsewhere_is_not_sent(void **state) {
    static const char *const segments[] = {".", ".."};
    for (size_t i = 0; i < COUNT(segments); i++) {
        const char *body = text_format(*state, "{\"a\":\"%s\"}", segments[i]).data;
        struct serving *serving = call(*state, "", "'GET s/a/{$body.a}/b'", no_headers, body);
        serving_check_error(serving, body, 404, "Not found");
        check_number(body, 0, standin_requests(serving->upstream));
        serving_stop(serving);
    }
}

static void an_empty_segment_is_not_sent(void **state) {
    struct serving *serving =
        call(*state, "", "'GET s/a/{$body.a | slice 0 0}/b'", no_headers, "{\"a\":\"x\"}");
    serving_check_error(serving, "empty", 404, "Not found");
    check_number("calls", 0, standin_requests(serving->upstream));
    serving_stop(serving);
}

static void a_segment_must_be_a_scalar(void **state) {
    struct serving *serving = call(*state, "", "'GET s/a/{$body.a}'", no_headers, "{\"a\":[1]}");
    serving_check_error(serving, "a list", 400, "The body lacks a");
    check_number("a list", 0, standin_requests(serving->upstream));
    serving_stop(serving);
}

static const char *const given[] = {"authorization: Bearer t", "x-given: G",
                                    "x-empty:", "x-other: O", NULL};

struct sent {
    const char *upstream;
    const char *step;
    const char *name;
    const char *expected;
};

static void headers_are_forwarded_set_and_replaced(void **state) {
    static const struct sent rows[] = {
        {"", "GET s/a", "x-given", ""},
        {"", "GET s/a", "authorization", ""},
        {", forward: [x-given]", "GET s/a", "x-given", "G"},
        {", forward: [x-given]", "GET s/a", "x-other", ""},
        {", forward: [x-given, authorization]", "GET s/a", "authorization", "Bearer t"},
        {", forward: [x-empty], headers: {x-empty: filled}", "GET s/a", "x-empty", "filled"},
        {", headers: {x-key: $settings.key}", "GET s/a", "x-key", "k"},
        {", headers: {x-key: 'a {$settings.key} b'}", "GET s/a", "x-key", "a k b"},
        {", headers: {x-key: $settings.none}", "GET s/a", "x-key", ""},
        {", forward: [x-given], headers: {x-given: T}", "GET s/a", "x-given", "T"},
        {", headers: {x-given: T}", "GET s/a, headers: {x-given: S}", "x-given", "S"},
        {", headers: {x-given: T}", "GET s/a, headers: {x-given: $settings.none}", "x-given", "T"},
        {"", "GET s/a, headers: {x-q: $query.q}", "x-q", "Q &"},
        {"", "GET s/a", "user-agent", "o2s-medusa/" O2S_VERSION},
        {", headers: {user-agent: mine}", "GET s/a", "user-agent", "mine"},
        {"", "GET s/a", "accept", "application/json"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct serving *serving = call(*state, rows[i].upstream, rows[i].step, given, "{}");
        serving_check(serving, rows[i].step, 201, "{\"x\":1}");
        check_text(rows[i].upstream, rows[i].expected,
                   standin_header(serving->upstream, *state, 0, rows[i].name));
        struct text request = standin_request(serving->upstream, *state, 0);
        const char *line = text_format(*state, "\n%s:", rows[i].name).data;
        const char *first = strstr(request.data, line);
        check_truth("it is there once", false, first && strstr(first + 1, line));
        serving_stop(serving);
    }
}

static void a_call_has_the_requests_id_and_trace(void **state) {
    static const char *const headers[] = {
        "x-request-id: id-1",
        "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01", "tracestate: a=b",
        NULL};
    struct serving *serving = call(*state, "", "GET s/a", headers, "{}");
    struct text parent = standin_header(serving->upstream, *state, 0, "traceparent");
    check_text("id", "id-1", standin_header(serving->upstream, *state, 0, "x-request-id"));
    check_text("state", "a=b", standin_header(serving->upstream, *state, 0, "tracestate"));
    check_truth("trace", true,
                text_starts_with(parent, text_of("00-0123456789abcdef0123456789abcdef-")));
    check_truth("its own span", false, text_contains(parent, text_of("-0123456789abcdef-")));
    serving_stop(serving);
}

static void control_characters_get_into_no_header(void **state) {
    static const struct {
        const char *upstream;
        const char *step;
        const char *header;
        const char *message;
    } rows[] = {
        {", forward: [x-given]", "GET s/a", "x-given: a\x01",
         "The header x-given has control"
         " characters"},
        {", forward: [x-given]", "GET s/a", "x-given: a\nx-evil: b",
         "The header x-given has control characters"},
        {", headers: {x-h: $headers.x-given}", "GET s/a", "x-given: a\x7f",
         "A value for a header has control characters"},
        {"", "GET s/a, headers: {x-h: $headers.x-given}", "x-given: a\rb",
         "A value for a header has control characters"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *const headers[] = {rows[i].header, NULL};
        struct serving *serving = call(*state, rows[i].upstream, rows[i].step, headers, "{}");
        serving_check_error(serving, rows[i].step, 400, rows[i].message);
        check_number("calls", 0, standin_requests(serving->upstream));
        serving_stop(serving);
    }
    static const char *const tab[] = {"x-given: a\tb", NULL};
    struct serving *serving = call(*state, ", forward: [x-given]", "GET s/a", tab, "{}");
    check_text("a tab", "a\tb", standin_header(serving->upstream, *state, 0, "x-given"));
    serving_stop(serving);
}

static void a_body_is_the_value_of_its_shape(void **state) {
    static const struct sent rows[] = {
        {"", "'POST s/a', body: {b: $body.a, c: x}", "{\"a\":7}", "{\"b\":7,\"c\":\"x\"}"},
        {"", "'POST s/a', body: {b: $body.a, c: null}", "{\"a\":null}", "{\"c\":null}"},
        {"", "'POST s/a', body: {<<: $body.a}", "{\"a\":{\"b\":null}}", "{\"b\":null}"},
        {"", "'POST s/a', body: {b: $body.a}", "{}", "{}"},
        {"", "'POST s/a', body: [$body.a, 2]", "{\"a\":1}", "[1,2]"},
        {"", "'PATCH s/a', body: {b: $body.a}", "{\"a\":1.50}", "{\"b\":1.50}"},
        {"", "'POST s/a'", "{\"a\":1}", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct serving *serving = call(*state, "", rows[i].step, no_headers, rows[i].name);
        check_text(rows[i].step, rows[i].expected, standin_body(serving->upstream, *state, 0));
        check_text(rows[i].step, *rows[i].expected ? "application/json" : "",
                   standin_header(serving->upstream, *state, 0, "content-type"));
        serving_stop(serving);
    }
}

/* Only a body keeps nulls: what is evaluated after it does not. */
static void nulls_are_kept_in_bodies_only(void **state) {
    static const char table[] = "upstreams: {s: {url: '@', public: true}}\n"
                                "routes:\n"
                                "  GET /r:\n"
                                "    steps: [{c: POST s/a, body: {a: null}}]\n"
                                "    answer: {a: null, x: $c.x}\n";
    struct serving *serving = serving_start(*state, table, any);
    serving_ask(serving, "/r");
    serving_check(serving, "the answer", 200, "{\"x\":1}");
    check_text("the body", "{\"a\":null}", standin_body(serving->upstream, *state, 0));
    serving_stop(serving);
}

static void an_upstream_limits_the_size_of_a_body(void **state) {
    static const struct {
        size_t size;
        int status;
    } rows[] = {{1024, 201}, {1025, 413}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *text = arena_allocate(*state, rows[i].size);
        memset(text, 'x', rows[i].size - 8);
        const char *body = text_format(*state, "{\"a\":\"%s\"}", text).data;
        check_number("the test's own body", rows[i].size, strlen(body));
        struct serving *serving = call(*state, ", max_request: 1 KiB",
                                       "'POST s/a', body: {a: $body.a}", no_headers, body);
        if (rows[i].status == 413)
            serving_check_error(serving, "larger", 413,
                                "The data is too large: it makes a request of 1025 bytes to the "
                                "upstream \\\"s\\\", which accepts at most 1024 bytes");
        check_number("status", (size_t)rows[i].status, (size_t)serving->response.status);
        check_number("calls", rows[i].status == 201, standin_requests(serving->upstream));
        serving_stop(serving);
    }
}

/* The step's `timeout`, or else the upstream's. */
static void a_call_has_the_nearest_timeout(void **state) {
    static const struct standin_rule silent[] = {{.request = "*", .action = STANDIN_SILENCE}, {0}};
    static const char *const tables[] = {
        "upstreams: {s: {url: '@', public: true, timeout: 10s}}\n"
        "routes: {GET /r: {steps: [{c: GET s/a, timeout: 100ms}], answer: $c}}\n",
        "upstreams: {s: {url: '@', public: true, timeout: 100ms}}\n"
        "routes: {GET /r: {steps: [{c: GET s/a}], answer: $c}}\n",
    };
    for (size_t i = 0; i < COUNT(tables); i++) {
        struct serving *serving = serving_start(*state, tables[i], silent);
        serving_ask(serving, "/r");
        serving_check_error(serving, tables[i], 504,
                            "The upstream \\\"s\\\" did not answer in time");
        struct text line = serving_logged(serving);
        check_truth("the log", true,
                    text_starts_with(value_text(serving_log_member(serving, line, "failure")),
                                     text_of("call c: ")));
        serving_stop(serving);
    }
}

static void an_answer_that_is_too_large_is_refused(void **state) {
    static const char table[] = "upstreams: {s: {url: '@', public: true, max_response: 1 KiB}}\n"
                                "routes: {GET /r: {steps: [{c: GET s/a}], answer: $c}}\n";
    for (size_t size = 1024; size <= 1025; size++) {
        char *text = arena_allocate(*state, size);
        memset(text, 'x', size - 2);
        const char *body = text_format(*state, "\"%s\"", text).data;
        const struct standin_rule rules[] = {{"GET /a", .body = body}, {0}};
        struct serving *serving = serving_start(*state, table, rules);
        serving_ask(serving, "/r");
        if (size > 1024)
            serving_check_error(serving, "larger", 502,
                                "The upstream \\\"s\\\" answered with too much");
        else
            serving_check(serving, "largest", 200, body);
        serving_stop(serving);
    }
}

static void an_unreachable_upstream_is_502(void **state) {
    static const char table[] = "upstreams: {s: {url: 'http://127.0.0.1:1', public: true}}\n"
                                "routes: {GET /r: {steps: [{c: GET s/a}], answer: $c}}\n";
    struct serving *serving = serving_start(*state, table, any);
    serving_ask(serving, "/r");
    serving_check_error(serving, "unreachable", 502, "The upstream \\\"s\\\" cannot be reached");
    serving_stop(serving);
}

static void an_answer_without_content_is_missing(void **state) {
    static const struct standin_rule rules[] = {{"DELETE /a", .status = 204}, {0}};
    static const char table[] =
        "upstreams: {s: {url: '@', public: true}}\n"
        "routes: {GET /r: {steps: [{c: DELETE s/a}], answer: {b: 1, c: $c}}}\n";
    struct serving *serving = serving_start(*state, table, rules);
    serving_ask(serving, "/r");
    serving_check(serving, "204", 200, "{\"b\":1}");
    serving_stop(serving);
}

static void an_answer_without_the_envelope_of_its_fields_is_502(void **state) {
    static const struct standin_rule rules[] = {{"GET /none*", .body = "{\"other\":{\"x\":1}}"},
                                                {"GET /null*", .body = "{\"t\":null}"},
                                                {"GET /empty*", .status = 204},
                                                {"GET /one*", .body = "{\"t\":{\"x\":1}}"},
                                                {0}};
    static const char table[] =
        "upstreams: {s: {url: '@', public: true}}\n"
        "routes:\n"
        "  GET /r/{id}:\n"
        "    steps: [{c: 'GET s/{$path.id}', query: {f: {auto: t}}}]\n"
        "    answer: {x: $c.t.x}\n"
        "  GET /o/{id}:\n"
        "    steps: [{c: 'GET s/{$path.id}', query: {f: {auto: t, optional: true}}}]\n"
        "    answer: {x: $c.t.x ?? 0}\n";
    static const char *const lacking[] = {"none", "null", "empty"};
    struct serving *serving = serving_start(*state, table, rules);
    for (size_t i = 0; i < COUNT(lacking); i++) {
        serving_ask(serving, text_format(*state, "/r/%s", lacking[i]).data);
        serving_check_error(serving, lacking[i], 502, "The upstream \\\"s\\\" gave no \\\"t\\\"");
        serving_ask(serving, text_format(*state, "/o/%s", lacking[i]).data);
        serving_check(serving, lacking[i], 200, "{\"x\":0}");
    }
    serving_ask(serving, "/r/one");
    serving_check(serving, "with it", 200, "{\"x\":1}");
    serving_stop(serving);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(the_target_is_built_of_path_and_query),
        TEST_WITH_ARENA(a_segment_that_leads_elsewhere_is_not_sent),
        TEST_WITH_ARENA(an_empty_segment_is_not_sent),
        TEST_WITH_ARENA(a_segment_must_be_a_scalar),
        TEST_WITH_ARENA(headers_are_forwarded_set_and_replaced),
        TEST_WITH_ARENA(a_call_has_the_requests_id_and_trace),
        TEST_WITH_ARENA(control_characters_get_into_no_header),
        TEST_WITH_ARENA(a_body_is_the_value_of_its_shape),
        TEST_WITH_ARENA(nulls_are_kept_in_bodies_only),
        TEST_WITH_ARENA(an_upstream_limits_the_size_of_a_body),
        TEST_WITH_ARENA(a_call_has_the_nearest_timeout),
        TEST_WITH_ARENA(an_answer_that_is_too_large_is_refused),
        TEST_WITH_ARENA(an_unreachable_upstream_is_502),
        TEST_WITH_ARENA(an_answer_without_content_is_missing),
        TEST_WITH_ARENA(an_answer_without_the_envelope_of_its_fields_is_502),
    };
    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
