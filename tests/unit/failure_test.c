/* Failures: where a value that is required is missing, which error the caller gets, and what is
 * sent. */
#include "serving.h"

static const char head[] = "settings: {none: \"${O2S_UNSET:-}\"}\n"
                           "common:\n"
                           "  let: {common: $headers.x-common}\n"
                           "upstreams:\n"
                           "  s:\n"
                           "    url: '@'\n"
                           "    public: true\n"
                           "    headers: {x-up: $headers.x-up}\n"
                           "    errors: {pass: [400, 429], message: .message}\n"
                           "mappers:\n"
                           "  named: {name: .name | required}\n"
                           "  local: {$n: .name, name: $n | required}\n"
                           "  given $a: {a: $a | required}\n"
                           "flows:\n"
                           "  flow $f: [{let: {of_flow: $f | required}}]\n"
                           "routes:\n"
                           "  GET /flow: {steps: [{use: flow 1}], answer: 1}\n";

static const struct standin_rule rules[] = {
    {"GET /good*", .body = "{\"name\":\"n\",\"list\":[{\"a\":1},{}]}"},
    {"GET /lines", .body = "{\"name\":\"a\\nb\"}"},
    {"GET /bad", .status = 400, .body = "{\"message\":\"No such thing\"}"},
    {"GET /busy", .status = 429, .headers = "retry-after: 7\r\n", .body = "{\"message\":[]}"},
    {"GET /broken", .status = 500},
    {"GET /text", .body = "text"},
    {"GET /nothing", .status = 204},
    {"GET /empty", .body = "{}"},
    {0},
};

/* The answer of a route with this text, which begins behind `GET /r:`. */
static struct serving *asked(struct arena *arena, const char *route, const char *body) {
    const char *method = body ? "POST" : "GET";
    const char *table =
        text_format(arena,
                    "%s  %s /r/{id}:\n"
                    "    query: {properties: {q: {}, p: {type: string}}}\n"
                    "%s%s",
                    head, method,
                    body ? "    body: {properties: {name: {type: string}, b: {}, list: {}}}\n" : "",
                    route)
            .data;
    struct serving *serving = serving_start(arena, table, rules);
    serving_ask_all(serving, method, "/r/x", NULL, body);
    return serving;
}

struct failing {
    const char *route;
    /* NULL: a GET. */
    const char *body;
    int status;
    const char *message;
    /* How many calls were made before. */
    size_t calls;
};

static void check_rows(struct arena *arena, const struct failing *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct serving *serving = asked(arena, rows[i].route, rows[i].body);
        serving_check_error(serving, rows[i].route, rows[i].status, rows[i].message);
        check_number(rows[i].route, rows[i].calls, standin_requests(serving->upstream));
        struct text line = serving_logged(serving);
        struct value failure = serving_log_member(serving, line, "failure");
        check_truth(rows[i].route, rows[i].status >= 500, !value_is_missing(failure));
        serving_stop(serving);
    }
}

static void required_ends_the_request_wherever_it_is(void **state) {
    static const struct failing rows[] = {
        {"    answer: {a: $query.q | required}\n", NULL, 400, "The query lacks q", 0},
        {"    answer: {headers: {x-a: $query.q | required}, body: 1}\n", NULL, 400,
         "The query lacks q", 0},
        {"    answer: {headers: {x-a: 'a {$query.q | required}'}, body: 1}\n", NULL, 400,
         "The query lacks q", 0},
        {"    answer: {status: $query.q | required, body: 1}\n", NULL, 400, "The query lacks q", 0},
        {"    answer: 409 No {$query.q | required}\n", NULL, 400, "The query lacks q", 0},
        {"    steps: [{let: {a: $query.q | required}}]\n    answer: 1\n", NULL, 400,
         "The query lacks q", 0},
        {"    steps: [{let: {a: 1}, when: $query.q | required}]\n    answer: 1\n", NULL, 400,
         "The query lacks q", 0},
        {"    steps: [{require: $query.q | required, else: 409 No}]\n    answer: 1\n", NULL, 400,
         "The query lacks q", 0},
        {"    steps: [{require: $query.q, else: '409 No {$query.q | required}'}]\n    answer: 1\n",
         NULL, 400, "The query lacks q", 0},
        {"    steps: [{require: false, when: $query.q | required, else: 409 No}]\n    answer: 1\n",
         NULL, 400, "The query lacks q", 0},
        {"    steps: [{a: 'GET s/good/{$query.q | required}'}]\n    answer: $a\n", NULL, 400,
         "The query lacks q", 0},
        {"    steps: [{a: GET s/good, query: {a: $query.q | required}}]\n    answer: $a\n", NULL,
         400, "The query lacks q", 0},
        {"    steps: [{a: GET s/good, headers: {a: $query.q | required}}]\n    answer: $a\n", NULL,
         400, "The query lacks q", 0},
        {"    steps: [{a: GET s/good, when: $query.q | required}]\n    answer: $a\n", NULL, 400,
         "The query lacks q", 0},
        {"    steps: [{a: GET s/good, each: $query.q | required}]\n    answer: $a\n", NULL, 400,
         "The query lacks q", 0},
        {"    steps: [{a: POST s/good, body: {a: $query.q | required}}]\n    answer: $a\n", NULL,
         400, "The query lacks q", 0},
        {"    steps: [{a: GET s/bad, catch: {400: '409 No {$query.q | required}'}}]\n"
         "    answer: $a\n",
         NULL, 400, "The query lacks q", 1},
        {"    steps: [{a: GET s/good}, {b: GET s/good, query: {a: $query.q | required}}]\n"
         "    answer: [$a, $b]\n",
         NULL, 400, "The query lacks q", 0},
        {"    steps: [{a: GET s/good, optional: true, query: {a: $query.q | required}}]\n"
         "    answer: [$a]\n",
         NULL, 400, "The query lacks q", 0},
        {"    steps: [{use: flow $query.q}]\n    answer: 1\n", NULL, 400, "The query lacks $f", 0},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void who_is_at_fault_is_decided_by_where_the_value_comes_from(void **state) {
    static const struct failing rows[] = {
        {"    answer: $headers.x-a | required\n", NULL, 400, "The request lacks the header x-a", 0},
        {"    answer: $path | get 'more' | required\n", NULL, 400,
         "The path lacks $path | get 'more'", 0},
        {"    answer: $body.b | required\n", "{}", 400, "The body lacks b", 0},
        {"    answer: $body.b.c | upper | required\n", "{}", 400, "The body lacks b.c | upper", 0},
        {"    answer: ($query.q ?? $body.b) | required\n", "{}", 400,
         "The request lacks $query.q ?? $body.b", 0},
        {"    answer: $common | required\n", NULL, 400, "The request lacks the header $common", 0},
        {"    steps: [{let: {l: $query.q}}]\n    answer: $l | required\n", NULL, 400,
         "The query lacks $l", 0},
        {"    steps: [{let: {l: {deep: [$query.q]}}}]\n    answer: $l.x | required\n", NULL, 400,
         "The query lacks $l.x", 0},
        {"    answer: {x: $body | named}\n", "{}", 400, "The body lacks name", 0},
        {"    answer: {x: $body | local}\n", "{}", 400, "The body lacks $n", 0},
        {"    answer: {x: $path | given $query.q}\n", NULL, 400, "The query lacks $a", 0},
        {"    answer: {x: $body.list | each named}\n", "{\"list\":[{}]}", 400,
         "The body lacks name", 0},
        {"    answer: {x: $body.list | where (.c | required)}\n", "{\"list\":[{\"a\":1}]}", 400,
         "The body lacks c", 0},
        {"    answer: {x: $body.list | where (.c | where (.d | required))}\n",
         "{\"list\":[{\"c\":[{\"a\":1}]}]}", 400, "The body lacks d", 0},
        {"    steps: [{a: GET s/good, each: $body.list, query: {c: .c | required}}]\n"
         "    answer: $a\n",
         "{\"list\":[{}]}", 400, "The body lacks c", 0},
        {"    steps: [{a: GET s/bad, each: $body.list, catch: {400: '409 No {.c | required}'}}]\n"
         "    answer: $a\n",
         "{\"list\":[{}]}", 400, "The body lacks c", 1},
        /* What an upstream has answered is not the caller's. */
        {"    steps: [{a: GET s/good}]\n    answer: $a.none | required\n", NULL, 502,
         "The upstream's answer lacks $a.none", 1},
        {"    steps: [{a: GET s/good}]\n    answer: ($a.none ?? $query.q) | required\n", NULL, 502,
         "The upstream's answer lacks $a.none ?? $query.q", 1},
        {"    steps: [{a: GET s/good}, {let: {l: $a.none}}]\n    answer: $l | required\n", NULL,
         502, "The upstream's answer lacks $l", 1},
        {"    steps: [{a: GET s/empty}]\n    answer: {x: $a | named}\n", NULL, 502,
         "The upstream's answer lacks .name", 1},
        {"    steps: [{a: GET s/good}]\n    answer: {x: $a.list | where (.a | required)}\n", NULL,
         502, "The upstream's answer lacks .a", 1},
        {"    steps: [{a: GET s/good}]\n"
         "    answer: {x: $query | default 1 | given $a.none}\n",
         NULL, 502, "The upstream's answer lacks $a", 1},
        {"    steps: [{a: GET s/good}, {b: GET s/good, each: $a.list, query: {a: .a | required}}]\n"
         "    answer: $b\n",
         NULL, 502, "The upstream's answer lacks .a", 1},
        /* Nor is what the table has. */
        {"    answer: $settings.none | required\n", NULL, 500,
         "The route table has no value for $settings.none", 0},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_segment_a_status_and_an_answer_are_required_too(void **state) {
    static const struct failing rows[] = {
        {"    steps: [{a: 'GET s/good/{$query.q}'}]\n    answer: $a\n", NULL, 400,
         "The query lacks q", 0},
        {"    steps: [{a: GET s/good}, {b: 'GET s/good/{$a.none}'}]\n    answer: $b\n", NULL, 502,
         "The upstream's answer lacks $a.none", 1},
        {"    answer: {status: $query.q, body: 1}\n", NULL, 400, "The query lacks q", 0},
        {"    answer: {status: $body.b, body: 1}\n", "{\"b\":199}", 400, "The body lacks b", 0},
        {"    answer: {status: $body.b, body: 1}\n", "{\"b\":600}", 400, "The body lacks b", 0},
        {"    answer: {status: $body.b, body: 1}\n", "{\"b\":200.5}", 400, "The body lacks b", 0},
        {"    answer: {a: $query.q}\n", NULL, 400, "The query lacks what is answered here", 0},
        {"    steps: [{a: GET s/good}]\n    answer: {a: $a.none}\n", NULL, 502,
         "The upstream's answer lacks what is answered here", 1},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void statuses_at_the_limits_are_answered(void **state) {
    static const char *const bodies[] = {"{\"b\":200}", "{\"b\":599}"};
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct serving *serving =
            asked(*state, "    answer: {status: $body.b, body: 1}\n", bodies[i]);
        serving_check(serving, bodies[i], i ? 599 : 200, "1");
        serving_stop(serving);
    }
}

/* Nothing of an answer whose evaluation fails goes out with the error. */
static void a_failed_answer_leaves_nothing_behind(void **state) {
    struct serving *serving = asked(
        *state, "    answer: {status: 202, headers: {x-a: a, x-b: $query.q | required}, body: 1}\n",
        NULL);
    serving_check_error(serving, "headers", 400, "The query lacks q");
    check_text("x-a", "", serving_header(serving, "x-a"));
    check_text("caching", "private, no-store", serving_header(serving, "cache-control"));
    check_text("type", "application/json; charset=utf-8", serving_header(serving, "content-type"));
    serving_stop(serving);
}

struct outcome {
    const char *path;
    const char *options;
    int status;
    const char *message;
    const char *retry_after;
    /* In the log; "": none. */
    const char *failure;
};

static void an_upstreams_failure_becomes_one_response(void **state) {
    static const struct outcome rows[] = {
        {"bad", "", 400, "No such thing", "", ""},
        {"busy", "", 429, "Error", "7", ""},
        {"broken", "", 502, "The upstream \\\"s\\\" failed", "", "call a: status 500"},
        {"unknown", "", 502, "The upstream \\\"s\\\" failed", "", "call a: status 404"},
        {"unknown", ", catch: {404: 410 Gone by}", 410, "Gone by", "", ""},
        {"unknown", ", catch: {404: '503 Gone {$query.q} {$path.id}'}", 503, "Gone ", "",
         "Gone {$query.q} {$path.id}"},
        {"text", "", 502, "The upstream \\\"s\\\" gave no valid JSON", "", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *route = text_format(*state, "    steps: [{a: GET s/%s%s}]\n    answer: [$a]\n",
                                        rows[i].path, rows[i].options)
                                .data;
        struct serving *serving = asked(*state, route, NULL);
        serving_check_error(serving, route, rows[i].status,
                            rows[i].status == 429 ? "Too Many Requests" : rows[i].message);
        check_text(route, rows[i].retry_after, serving_header(serving, "retry-after"));
        struct text line = serving_logged(serving);
        struct text failure = value_text(serving_log_member(serving, line, "failure"));
        if (rows[i].failure)
            check_text(route, rows[i].failure, failure);
        else
            check_truth(route, true, text_starts_with(failure, text_of("call a: invalid JSON: ")));
        check_text(route, rows[i].failure && !*rows[i].failure ? "info" : "error",
                   value_text(serving_log_member(serving, line, "level")));
        serving_stop(serving);
    }
}

static void an_optional_call_leaves_no_trace_of_its_failure(void **state) {
    static const struct outcome rows[] = {
        {"bad", "", 0, "status 400", "", ""},
        {"busy", "", 0, "status 429", "", ""},
        {"broken", "", 0, "call a: status 500", "", ""},
        {"text", "", 0, NULL, "", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *route =
            text_format(*state,
                        "    steps: [{a: GET s/%s, optional: true}]\n    answer: {b: 1, a: $a}\n",
                        rows[i].path)
                .data;
        struct serving *serving = asked(*state, route, NULL);
        serving_check(serving, route, 200, "{\"b\":1}");
        check_text(route, "", serving_header(serving, "retry-after"));
        struct text logged = serving_logged(serving);
        struct text warning = text_cut(&logged, '\n');
        struct text line = text_cut(&logged, '\n');
        check_text(route, "", logged);
        check_text(route, "warn", value_text(serving_log_member(serving, warning, "level")));
        struct text message = value_text(serving_log_member(serving, warning, "message"));
        if (rows[i].message)
            check_text(route,
                       text_format(*state, "request %.*s: optional call a failed: %s",
                                   TEXT_ARGUMENT(serving_header(serving, "x-request-id")),
                                   rows[i].message)
                           .data,
                       message);
        check_text(route, "info", value_text(serving_log_member(serving, line, "level")));
        check_truth(route, true, value_is_missing(serving_log_member(serving, line, "failure")));
        serving_stop(serving);
    }
}

static void an_error_that_is_the_answer_is_not_logged_as_a_failure(void **state) {
    struct serving *serving = asked(*state, "    answer: 501 Not yet\n", NULL);
    serving_check_error(serving, "the answer", 501, "Not yet");
    struct text line = serving_logged(serving);
    check_text("level", "info", value_text(serving_log_member(serving, line, "level")));
    serving_stop(serving);
    serving =
        asked(*state, "    steps: [{require: $query.q, else: 500 No 'a'}]\n    answer: 1\n", NULL);
    serving_check_error(serving, "a step", 500, "No 'a'");
    line = serving_logged(serving);
    check_text("level", "error", value_text(serving_log_member(serving, line, "level")));
    check_text("failure", "No 'a'", value_text(serving_log_member(serving, line, "failure")));
    serving_stop(serving);
}

static void common_names_and_headers_are_required_like_any_other(void **state) {
    static const char *const commons[] = {
        "  let: {a: $headers.x-a | required}\n",
        "  answer_headers: {x-b: b, x-c: '{$headers.x-a | required}'}\n",
    };
    static const char *const given[] = {"x-a: v", NULL};
    for (size_t i = 0; i < COUNT(commons); i++) {
        const char *table =
            text_format(*state, "common:\n%s" ANY_UPSTREAM "routes: {GET /r: {answer: 1}}\n",
                        commons[i])
                .data;
        struct serving *serving = serving_start(*state, table, rules);
        serving_ask(serving, "/r");
        serving_check_error(serving, commons[i], 400, "The request lacks the header x-a");
        check_text("none of them is added", "", serving_header(serving, "x-b"));
        serving_ask_all(serving, "GET", "/r", given, NULL);
        serving_check(serving, commons[i], 200, "1");
        check_text("x-c", i ? "v" : "", serving_header(serving, "x-c"));
        serving_stop(serving);
    }
}

static void an_upstreams_message_is_evaluated_like_any_other(void **state) {
    static const char table[] =
        "upstreams:\n"
        "  s: {url: '@', public: true, errors: {pass: [429], message: .text | required}}\n"
        "routes: {GET /r: {steps: [{a: GET s/busy}], answer: $a}}\n";
    struct serving *serving = serving_start(*state, table, rules);
    serving_ask(serving, "/r");
    serving_check_error(serving, "no text", 502, "The upstream's answer lacks .text");
    serving_stop(serving);
}

static void control_characters_in_a_header_are_a_failure_of_where_they_come_from(void **state) {
    static const struct {
        const char *route;
        int status;
        const char *message;
    } rows[] = {
        {"answer: {body: 1, headers: {x-h: 'a{$query.q}'}}", 400,
         "A value for a header has control characters"},
        {"steps: [{a: GET s/good, headers: {x-h: $query.q}}], answer: $a.name", 400,
         "A value for a header has control characters"},
        {"steps: [{a: GET s/lines}], answer: {body: 1, headers: {x-h: $a.name}}", 502,
         "The header x-h has control characters"},
        {"steps: [{a: GET s/lines}, {b: GET s/good, headers: {x-h: $a.name}}], answer: $b.name",
         502, "The header x-h has control characters"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *table =
            text_format(*state, "%s  GET /r: {query: {properties: {q: {type: string}}}, %s}\n",
                        head, rows[i].route)
                .data;
        struct serving *serving = serving_start(*state, table, rules);
        serving_ask(serving, "/r?q=%0d%0ax");
        serving_check_error(serving, rows[i].route, rows[i].status, rows[i].message);
        check_text("no such header", "", serving_header(serving, "x-h"));
        serving_stop(serving);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(required_ends_the_request_wherever_it_is),
        TEST_WITH_ARENA(who_is_at_fault_is_decided_by_where_the_value_comes_from),
        TEST_WITH_ARENA(a_segment_a_status_and_an_answer_are_required_too),
        TEST_WITH_ARENA(statuses_at_the_limits_are_answered),
        TEST_WITH_ARENA(a_failed_answer_leaves_nothing_behind),
        TEST_WITH_ARENA(an_upstreams_failure_becomes_one_response),
        TEST_WITH_ARENA(an_optional_call_leaves_no_trace_of_its_failure),
        TEST_WITH_ARENA(an_error_that_is_the_answer_is_not_logged_as_a_failure),
        TEST_WITH_ARENA(common_names_and_headers_are_required_like_any_other),
        TEST_WITH_ARENA(an_upstreams_message_is_evaluated_like_any_other),
        TEST_WITH_ARENA(control_characters_in_a_header_are_a_failure_of_where_they_come_from),
    };
    return cmocka_run_group_tests_name("failure", tests, NULL, NULL);
}
