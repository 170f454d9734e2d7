/* The order in which steps run, and the calls that go out together or again. */
#include "serving.h"

static struct serving *asked(struct arena *arena, const struct standin_rule *rules,
                             const char *steps, const char *target, const char *const *headers) {
    const char *table =
        text_format(arena,
                    "server: {deadline: 5s}\n"
                    "upstreams:\n"
                    "  s: {url: '@', public: true}\n"
                    "  token: {url: '@', forward: [authorization], retry: [409, 500]}\n"
                    "mappers: {twice: {v: [., .]}}\n"
                    "routes:\n"
                    "  GET /r:\n"
                    "    query: {properties: {q: {}, n: {type: integer}}}\n"
                    "    steps:\n%s",
                    steps)
            .data;
    struct serving *serving = serving_start(arena, table, rules);
    serving_ask_all(serving, "GET", target, headers, NULL);
    return serving;
}

/* The targets of all requests, in their order, with blanks between them. */
static struct text sent(struct serving *serving) {
    struct text all = text_of("");
    for (size_t i = 0; i < standin_requests(serving->upstream); i++)
        all = text_format(serving->arena, "%.*s%s%.*s", TEXT_ARGUMENT(all), i ? ", " : "",
                          TEXT_ARGUMENT(standin_target(serving->upstream, serving->arena, i)));
    return all;
}

struct run {
    const char *steps;
    const char *target;
    /* NULL: in no fixed order, not compared. */
    const char *sent;
    int status;
    const char *body;
};

static const struct standin_rule answers[] = {
    {"GET /a", .body = "{\"id\":\"A\",\"list\":[{\"id\":1},{\"id\":2},{\"id\":3}]}"},
    {"GET /item/2", .status = 404},
    {"GET /item/*", .body = "{\"found\":true}"},
    {"GET /gone", .status = 404, .body = "{\"message\":\"It is gone\"}"},
    {"GET /text", .body = "text"},
    {"POST /p", .body = "{\"id\":\"P\"}"},
    {.request = "*", .body = "{\"id\":\"x\"}"},
    {0},
};

/* A service that has answered this run as it should. */
static struct serving *checked(struct arena *arena, const struct run *run) {
    struct serving *serving = asked(arena, answers, run->steps, run->target, NULL);
    serving_check_outcome(serving, run->steps, run->status, run->body);
    return serving;
}

static void check_runs(struct arena *arena, const struct run *runs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct serving *serving = checked(arena, &runs[i]);
        if (runs[i].sent)
            check_text(runs[i].steps, runs[i].sent, sent(serving));
        serving_stop(serving);
    }
}

static void steps_run_one_after_another(void **state) {
    static const struct run runs[] = {
        {"      - a: GET s/a\n"
         "      - b: 'GET s/b/{$a.id}'\n"
         "    answer: [$a.id, $b.id]\n",
         "/r", "GET /a, GET /b/A", 200, "[\"A\",\"x\"]"},
        {"      - let: {l: $query.q}\n"
         "      - let: {m: '$l | upper'}\n"
         "    answer: [$l, $m]\n",
         "/r?q=a", "", 200, "[\"a\",\"A\"]"},
        {"      - p: POST s/p\n"
         "      - a: GET s/a\n"
         "      - q: 'POST s/q/{$a.id}'\n"
         "    answer: [$p.id, $q.id]\n",
         "/r", "POST /p, GET /a, POST /q/A", 200, "[\"P\",\"x\"]"},
        /* A `let` between calls. */
        {"      - a: GET s/a\n"
         "      - let: {id: $a.id}\n"
         "      - b: 'GET s/b/{$id}'\n"
         "    answer: $b.id\n",
         "/r", "GET /a, GET /b/A", 200, "\"x\""},
    };
    check_runs(*state, runs, COUNT(runs));
}

static void a_condition_decides_whether_a_step_runs(void **state) {
    static const struct run runs[] = {
        {"      - a: GET s/a\n"
         "        when: $query.q\n"
         "    answer: {b: 1, a: $a.id}\n",
         "/r", "", 200, "{\"b\":1}"},
        {"      - a: GET s/a\n"
         "        when: $query.q\n"
         "    answer: {b: 1, a: $a.id}\n",
         "/r?q=1", "GET /a", 200, "{\"b\":1,\"a\":\"A\"}"},
        {"      - let: {l: 1}\n"
         "        when: $query.q\n"
         "    answer: {b: 1, l: $l}\n",
         "/r", "", 200, "{\"b\":1}"},
        {"      - let: {l: 1}\n"
         "        when: $query.q\n"
         "    answer: {b: 1, l: $l}\n",
         "/r?q=1", "", 200, "{\"b\":1,\"l\":1}"},
        {"      - a: GET s/item/{.}\n"
         "        each: '[1, 3]'\n"
         "        when: $query.q\n"
         "    answer: {b: 1, a: $a}\n",
         "/r", "", 200, "{\"b\":1}"},
        {"      - require: $query.q == 'y'\n"
         "        when: $query.q\n"
         "        else: 409 It must be y\n"
         "    answer: 1\n",
         "/r", "", 200, "1"},
        {"      - require: $query.q == 'y'\n"
         "        when: $query.q\n"
         "        else: 409 It must be y\n"
         "    answer: 1\n",
         "/r?q=n", "", 409, "It must be y"},
        {"      - require: $query.q == 'y'\n"
         "        when: $query.q\n"
         "        else: 409 It must be y\n"
         "    answer: 1\n",
         "/r?q=y", "", 200, "1"},
    };
    check_runs(*state, runs, COUNT(runs));
}

static void a_requirement_ends_the_steps(void **state) {
    static const struct run runs[] = {
        {"      - p: POST s/p\n"
         "      - require: $p.none\n"
         "        else: 409 No {$p.id}\n"
         "      - q: POST s/q\n"
         "    answer: [$q.id]\n",
         "/r", "POST /p", 409, "No P"},
        {"      - a: GET s/a\n"
         "      - require: $query.q\n"
         "        else: 409 No q\n"
         "      - b: GET s/b\n"
         "    answer: [$a.id, $b.id]\n",
         "/r", "GET /a", 409, "No q"},
    };
    check_runs(*state, runs, COUNT(runs));
}

/* What needs neither query nor body is decided before they are looked at. */
static void leading_requirements_come_before_the_query(void **state) {
    static const struct run runs[] = {
        {"      - let: {l: '$headers.x-a ?? ''none'''}\n"
         "      - require: $l == 'some'\n"
         "        else: 401 Not with {$l}\n"
         "      - require: $query.n == 5\n"
         "        else: 409 Not five\n"
         "    answer: 1\n",
         "/r?n=x", "", 401, "Not with none"},
        {"      - let: {l: '$headers.x-a ?? ''none'''}\n"
         "      - require: $l == 'none'\n"
         "        else: 401 Not with {$l}\n"
         "      - require: $query.n == 5\n"
         "        else: 409 Not five\n"
         "    answer: $l\n",
         "/r?n=x", "", 400, "n must be an integer"},
        {"      - let: {l: '$headers.x-a ?? ''none'''}\n"
         "      - require: $l == 'none'\n"
         "        else: 401 Not with {$l}\n"
         "      - require: $query.n == 5\n"
         "        else: 409 Not five\n"
         "    answer: $l\n",
         "/r?n=4", "", 409, "Not five"},
        {"      - let: {l: '$headers.x-a ?? ''none'''}\n"
         "      - require: $l == 'none'\n"
         "        else: 401 Not with {$l}\n"
         "      - require: $query.n == 5\n"
         "        else: 409 Not five\n"
         "    answer: $l\n",
         "/r?n=5", "", 200, "\"none\""},
    };
    check_runs(*state, runs, COUNT(runs));
}

static void calls_that_need_nothing_of_each_other_go_out_together(void **state) {
    static const struct standin_rule together[] = {
        {"GET /t/*", .together = 4, .body = "{\"id\":\"t\"}"}, {0}};
    struct serving *serving = asked(*state, together,
                                    "      - a: GET s/t/a\n"
                                    "      - let: {l: $query.q}\n"
                                    "      - b: GET s/t/b/{$l}\n"
                                    "      - c: GET s/t/c/{.}\n"
                                    "        each: '[1, 2]'\n"
                                    "    answer: [$a.id, $b.id, $c]\n",
                                    "/r?q=Q", NULL);
    serving_check(serving, "together", 200, "[\"t\",\"t\",[{\"id\":\"t\"},{\"id\":\"t\"}]]");
    struct text line = serving_logged(serving);
    check_json("calls", "4", serving_log_member(serving, line, "upstream_calls"));
    check_number("spans", 4, serving_log_member(serving, line, "spans").size);
    serving_stop(serving);
}

static void each_makes_one_call_per_item(void **state) {
    static const struct run runs[] = {
        /* One that is missing is left out. */
        {"      - a: GET s/a\n"
         "      - i: 'GET s/item/{.id}'\n"
         "        each: $a.list\n"
         "        catch: {404: }\n"
         "    answer: $i\n",
         "/r", NULL, 200, "[{\"found\":true},{\"found\":true}]"},
        {"      - a: GET s/a\n"
         "      - i: 'GET s/item/{.id}'\n"
         "        each: $a.list\n"
         "        optional: true\n"
         "    answer: $i\n",
         "/r", NULL, 200, "[{\"found\":true},{\"found\":true}]"},
        {"      - a: GET s/a\n"
         "      - i: 'GET s/item/{.id}'\n"
         "        each: $a.list\n"
         "        catch: {404: '410 No {.id} of {$a.id}'}\n"
         "    answer: $i\n",
         "/r", NULL, 410, "No 2 of A"},
        {"      - i: GET s/item/{.}\n"
         "        each: $query.q\n"
         "    answer: $i\n",
         "/r?q=text", "", 200, "[]"},
        {"      - i: GET s/item/{.}\n"
         "        each: '[]'\n"
         "    answer: $i\n",
         "/r", "", 200, "[]"},
    };
    for (size_t i = 0; i < COUNT(runs); i++) {
        struct serving *serving = checked(*state, &runs[i]);
        if (runs[i].sent)
            check_text(runs[i].steps, runs[i].sent, sent(serving));
        else
            check_number(runs[i].steps, 4, standin_requests(serving->upstream));
        serving_stop(serving);
    }
}

static void a_call_may_be_caught_or_optional(void **state) {
    static const struct run runs[] = {
        {"      - g: GET s/gone\n"
         "        catch: {404: }\n"
         "      - a: GET s/a\n"
         "    answer: {g: $g.id, a: $a.id}\n",
         "/r", NULL, 200, "{\"a\":\"A\"}"},
        {"      - g: GET s/gone\n"
         "        catch: {400: }\n"
         "    answer: {g: $g.id}\n",
         "/r", "GET /gone", 502, "The upstream \\\"s\\\" failed"},
        {"      - g: GET s/text\n"
         "        optional: true\n"
         "      - b: POST s/p\n"
         "    answer: {g: $g.id, b: $b.id}\n",
         "/r", "GET /text, POST /p", 200, "{\"b\":\"P\"}"},
    };
    check_runs(*state, runs, COUNT(runs));
}

struct repetition {
    const char *step;
    /* How often /r fails with `status` before it is answered. */
    int status;
    size_t times;
    bool token;
    size_t requests;
    int expected;
};

static void repeats_calls_once_after_listed_statuses(void **state) {
    static const struct repetition rows[] = {
        {"GET token/r", 409, 1, true, 2, 200},
        {"GET token/r", 500, 1, true, 2, 200},
        {"GET token/r", 409, 2, true, 2, 502},
        {"GET token/r", 503, 1, true, 1, 502},
        {"GET token/r", 409, 1, false, 1, 502},
        {"GET s/r", 409, 1, true, 1, 502},
        {"POST token/r", 409, 1, true, 1, 502},
        {"POST token/r, retry: [409]", 409, 1, true, 2, 200},
        {"POST s/r, retry: [409]", 409, 1, false, 2, 200},
        {"POST s/r, retry: [408, 409]", 409, 1, false, 2, 200},
        {"POST s/r, retry: [408, 409]", 408, 1, false, 2, 200},
        {"POST s/r, retry: [408]", 409, 1, false, 1, 502},
        {"GET token/r, retry: []", 409, 1, true, 1, 502},
        {"GET token/r, retry: [500]", 409, 1, true, 1, 502},
        {"GET token/r, headers: {authorization: other}, public: true", 409, 1, true, 1, 502},
    };
    static const char *const token[] = {"authorization: Bearer t", NULL};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct standin_rule rules[] = {
            {.request = "*", .status = rows[i].status, .times = rows[i].times},
            {.request = "*"},
            {0},
        };
        const char *steps =
            text_format(*state, "      - {c: %s}\n    answer: {a: 1, c: $c.id}\n", rows[i].step)
                .data;
        struct serving *serving = asked(*state, rules, steps, "/r", rows[i].token ? token : NULL);
        check_number(steps, (size_t)rows[i].expected, (size_t)serving->response.status);
        check_number(steps, rows[i].requests, standin_requests(serving->upstream));
        struct text line = serving_logged(serving);
        check_json(steps, rows[i].requests == 2 ? "2" : "1",
                   serving_log_member(serving, line, "upstream_calls"));
        check_truth("each has a span of its own", rows[i].requests == 1,
                    text_equal(standin_header(serving->upstream, *state, 0, "traceparent"),
                               standin_header(serving->upstream, *state, rows[i].requests - 1,
                                              "traceparent")));
        serving_stop(serving);
    }
}

/* Of a batch, those that failed are repeated alone, after all have their answer. */
static void what_failed_is_repeated_alone(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /x/*", .status = 409, .together = 2, .times = 2},
        {"GET /x/*", .body = "{\"id\":2}"},
        {0},
    };
    static const char *const token[] = {"authorization: Bearer t", NULL};
    struct serving *serving = asked(*state, rules,
                                    "      - a: GET token/x/a\n"
                                    "      - b: GET token/x/b\n"
                                    "    answer: [$a.id, $b.id]\n",
                                    "/r", token);
    serving_check(serving, "both", 200, "[2,2]");
    check_number("requests", 4, standin_requests(serving->upstream));
    check_text("third", "GET /x/a", standin_target(serving->upstream, *state, 2));
    check_text("fourth", "GET /x/b", standin_target(serving->upstream, *state, 3));
    serving_stop(serving);
}

/* The answer that came holds if the deadline leaves no time for another try. */
static void nothing_is_called_after_the_deadline(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /failed", .status = 409},
        {"GET /silent", .action = STANDIN_SILENCE},
        {0},
    };
    static const char table[] = "server: {deadline: 200ms}\n"
                                "upstreams: {s: {url: '@', public: true, timeout: 10s}}\n"
                                "routes:\n"
                                "  GET /r:\n"
                                "    steps:\n"
                                "      - a: GET s/failed\n"
                                "        retry: [409]\n"
                                "        catch: {409: }\n"
                                "      - b: GET s/silent\n"
                                "        optional: true\n"
                                "      - c: GET s/c/{$a.id ?? $b.id ?? 1}\n"
                                "    answer: [$c.id]\n";
    struct serving *serving = serving_start(*state, table, rules);
    serving_ask(serving, "/r");
    serving_check_error(serving, "late", 504, "The upstream \\\"s\\\" did not answer in time");
    check_number("requests", 2, standin_requests(serving->upstream));
    struct text logged = serving_logged(serving);
    text_cut(&logged, '\n');
    check_text("why", "call c: not made: the request's deadline has passed",
               value_text(serving_log_member(serving, text_cut(&logged, '\n'), "failure")));
    serving_stop(serving);
}

static void the_time_of_upstreams_is_logged(void **state) {
    static const struct standin_rule rules[] = {{.request = "*", .delay_ms = 60}, {0}};
    struct serving *serving = asked(*state, rules,
                                    "      - a: POST s/a\n"
                                    "      - b: POST s/b\n"
                                    "    answer: [$a, $b]\n",
                                    "/r", NULL);
    struct text line = serving_logged(serving);
    double upstream = value_double(serving_log_member(serving, line, "upstream_ms"));
    double all = value_double(serving_log_member(serving, line, "ms"));
    assert_true(upstream >= 119 && upstream < 2000);
    assert_true(all >= upstream && all < 2000);
    serving_stop(serving);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(steps_run_one_after_another),
        TEST_WITH_ARENA(a_condition_decides_whether_a_step_runs),
        TEST_WITH_ARENA(a_requirement_ends_the_steps),
        TEST_WITH_ARENA(leading_requirements_come_before_the_query),
        TEST_WITH_ARENA(calls_that_need_nothing_of_each_other_go_out_together),
        TEST_WITH_ARENA(each_makes_one_call_per_item),
        TEST_WITH_ARENA(a_call_may_be_caught_or_optional),
        TEST_WITH_ARENA(repeats_calls_once_after_listed_statuses),
        TEST_WITH_ARENA(what_failed_is_repeated_alone),
        TEST_WITH_ARENA(nothing_is_called_after_the_deadline),
        TEST_WITH_ARENA(the_time_of_upstreams_is_logged),
    };
    return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
