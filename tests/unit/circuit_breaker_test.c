/* Circuit breakers in a service: when they open, what they let through, and when they close. */
#include "serving.h"

#include "base/clock.h"
#include "serve/circuit_breaker.h"

static const char table[] =
    "upstreams:\n"
    "  s:\n"
    "    url: '@/base'\n"
    "    forward: [authorization]\n"
    "    headers: {x-key: k, x-up: $headers.x-up}\n"
    "    timeout: 100ms\n"
    "    breaker: {failures: 3, retry_after: %s, probe: /probe}\n"
    "  t:\n"
    "    url: '@/other'\n"
    "    public: true\n"
    "    breaker: {failures: 2, retry_after: 1min, probe: /probe}\n"
    "  u: {url: '@/u', public: true, breaker: s}\n"
    "  free: {url: '@/free', public: true}\n"
    "routes:\n"
    "  GET /s/{id}: {steps: [{c: 'GET s/{$path.id}'}], answer: {a: 1, c: $c.x}}\n"
    "  GET /t/{id}: {steps: [{c: 'GET t/{$path.id}'}], answer: {a: 1, c: $c.x}}\n"
    "  GET /u: {steps: [{c: GET u/x}], answer: {c: $c.x}}\n"
    "  GET /free: {steps: [{c: GET free/x}], answer: {a: 1, c: $c.x}}\n"
    "  GET /both:\n"
    "    steps: [{a: GET s/bad}, {b: GET s/good}, {c: GET t/bad}]\n"
    "    answer: [$a, $b, $c]\n"
    "  GET /bad:\n"
    "    steps: [{a: GET s/bad, optional: true}, {b: GET s/bad, optional: true}]\n"
    "    answer: [1, $a, $b]\n"
    "  GET /optional: {steps: [{c: GET s/good, optional: true}],"
    " answer: {a: 1, c: $c.x}}\n";

static struct serving *start(struct arena *arena, const char *retry_after,
                             const struct standin_rule *rules) {
    return serving_start(arena, text_format(arena, table, retry_after).data, rules);
}

static void ask(struct serving *serving, const char *target, int status) {
    serving_ask(serving, target);
    check_number(target, (size_t)status, (size_t)serving->response.status);
}

static const char unavailable[] = "The upstream \\\"s\\\" is not available";

/* Which outcomes count as failures: each row is asked for three times. */
static void only_what_says_that_nobody_is_there_counts(void **state) {
    static const struct {
        struct standin_rule rule;
        bool opens;
    } rows[] = {
        {{.request = "*", .status = 502}, true},
        {{.request = "*", .status = 503}, true},
        {{.request = "*", .status = 504}, true},
        {{.request = "*", .action = STANDIN_SILENCE}, true},
        {{.request = "*", .action = STANDIN_CLOSE}, true},
        {{.request = "*", .status = 501}, false},
        {{.request = "*", .status = 500}, false},
        {{.request = "*", .status = 505}, false},
        {{.request = "*", .status = 404}, false},
        {{.request = "*"}, false},
        /* Somebody is there who breaks off. */
        {{.request = "*", .raw = "HTTP/1.1 200 x\r\ncontent-length: 9\r\n\r\nshort"}, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct standin_rule rules[] = {rows[i].rule, {0}};
        const char *what = text_format(*state, "row %zu", i).data;
        struct serving *serving = start(*state, "1min", rules);
        for (int j = 0; j < 3; j++)
            serving_ask(serving, "/s/x");
        standin_forget(serving->upstream);
        serving_ask(serving, "/s/x");
        check_truth(what, rows[i].opens, serving->response.status == 503);
        check_truth(what, !rows[i].opens, standin_requests(serving->upstream) > 0);
        serving_stop(serving);
    }
}

static void it_opens_after_some_failures_in_a_row(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /base/bad", .status = 503}, {.request = "*", .body = "{\"x\":1}"}, {0}};
    struct serving *serving = start(*state, "1min", rules);
    ask(serving, "/s/bad", 502);
    ask(serving, "/s/bad", 502);
    ask(serving, "/s/good", 200);
    ask(serving, "/s/bad", 502);
    ask(serving, "/s/bad", 502);
    serving_logged(serving);
    ask(serving, "/s/bad", 502);
    struct text logged = serving_logged(serving);
    struct text line = text_cut(&logged, '\n');
    check_text("level", "warn", value_text(serving_log_member(serving, line, "level")));
    check_text("message",
               "upstream s: 3 consecutive failures: requests that need it get 503, and it is "
               "probed every 60000 ms, until it answers",
               value_text(serving_log_member(serving, line, "message")));
    standin_forget(serving->upstream);
    ask(serving, "/s/good", 503);
    serving_check_error(serving, "open", 503, unavailable);
    check_text("when", "60", serving_header(serving, "retry-after"));
    line = serving_logged(serving);
    check_text("the log", "call c: not made: its upstream is down",
               value_text(serving_log_member(serving, line, "failure")));
    check_json("calls", "0", serving_log_member(serving, line, "upstream_calls"));
    ask(serving, "/optional", 200);
    serving_check(serving, "an optional call", 200, "{\"a\":1}");
    check_number("no call is made", 0, standin_requests(serving->upstream));
    /* Others are not concerned. */
    ask(serving, "/t/good", 200);
    ask(serving, "/free", 200);
    serving_stop(serving);
}

/* The outcomes of a batch count as one, and any answer among them is an answer. */
static void a_batch_counts_once(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /base/bad", .status = 503}, {"GET /other/bad", .status = 503}, {.request = "*"}, {0}};
    struct serving *serving = start(*state, "1min", rules);
    for (int i = 0; i < 2; i++)
        ask(serving, "/both", 502);
    ask(serving, "/s/good", 200);
    ask(serving, "/t/good", 503);
    serving_stop(serving);
    serving = start(*state, "1min", rules);
    for (int i = 0; i < 2; i++)
        ask(serving, "/bad", 200);
    ask(serving, "/s/good", 200);
    for (int i = 0; i < 3; i++)
        ask(serving, "/bad", 200);
    ask(serving, "/s/good", 503);
    serving_stop(serving);
}

static void a_call_without_a_breaker_is_always_made(void **state) {
    static const struct standin_rule rules[] = {{.request = "*", .status = 503}, {0}};
    struct serving *serving = start(*state, "1min", rules);
    for (int i = 0; i < 10; i++)
        ask(serving, "/free", 502);
    check_number("calls", 10, standin_requests(serving->upstream));
    serving_stop(serving);
}

/* Waits until the breaker is half open. */
static void wait_ms(long ms) {
    int64_t until = clock_now_ms() + ms;
    while (clock_now_ms() < until)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void a_probe_decides_whether_it_closes(void **state) {
    static const struct standin_rule down[] = {{.request = "*", .status = 503}, {0}};
    static const struct standin_rule up[] = {{.request = "*", .body = "{\"x\":1}"}, {0}};
    static const char *const headers[] = {"authorization: Bearer t", "x-up: U",
                                          "x-request-id: id-1", NULL};
    struct serving *serving = start(*state, "50ms", down);
    for (int i = 0; i < 3; i++)
        ask(serving, "/s/x", 502);
    wait_ms(51);
    standin_forget(serving->upstream);
    ask(serving, "/s/x", 503);
    check_text("in whole seconds", "1", serving_header(serving, "retry-after"));
    check_number("the probe alone", 1, standin_requests(serving->upstream));
    check_text("the probe", "GET /base/probe", standin_target(serving->upstream, *state, 0));
    ask(serving, "/s/x", 503);
    check_number("it is open for as long again", 1, standin_requests(serving->upstream));
    standin_set_rules(serving->upstream, up);
    wait_ms(51);
    standin_forget(serving->upstream);
    serving_logged(serving);
    serving_ask_all(serving, "GET", "/s/x", headers, NULL);
    serving_check(serving, "closed", 200, "{\"a\":1,\"c\":1}");
    check_text("the probe", "GET /base/probe", standin_target(serving->upstream, *state, 0));
    check_text("the call", "GET /base/x", standin_target(serving->upstream, *state, 1));
    check_text("no token", "", standin_header(serving->upstream, *state, 0, "authorization"));
    check_text("the key", "k", standin_header(serving->upstream, *state, 0, "x-key"));
    check_text("of the request", "U", standin_header(serving->upstream, *state, 0, "x-up"));
    check_text("the id", "id-1", standin_header(serving->upstream, *state, 0, "x-request-id"));
    check_text("the agent", "o2s-medusa/" O2S_VERSION,
               standin_header(serving->upstream, *state, 0, "user-agent"));
    check_number("a span", 55, standin_header(serving->upstream, *state, 0, "traceparent").size);
    struct text line = serving_logged(serving);
    check_text("the log", "upstream s: answers again",
               value_text(serving_log_member(serving, text_cut(&line, '\n'), "message")));
    standin_forget(serving->upstream);
    ask(serving, "/s/x", 200);
    check_number("no more probes", 1, standin_requests(serving->upstream));
    serving_stop(serving);
}

/* An upstream that answers a probe with an error is there. */
static void a_probe_may_be_answered_with_an_error(void **state) {
    static const struct standin_rule down[] = {{.request = "*", .status = 503}, {0}};
    static const struct standin_rule up[] = {
        {"GET /base/probe", .status = 500}, {.request = "*"}, {0}};
    struct serving *serving = start(*state, "50ms", down);
    for (int i = 0; i < 3; i++)
        ask(serving, "/s/x", 502);
    standin_set_rules(serving->upstream, up);
    wait_ms(51);
    ask(serving, "/s/x", 200);
    serving_stop(serving);
}

/* A probe that cannot be built, here with this request's header, leaves all as it is. */
static void a_probe_that_cannot_be_built_is_not_made(void **state) {
    static const struct standin_rule down[] = {{.request = "*", .status = 503}, {0}};
    static const char *const bad[] = {"x-up: a\x01", NULL};
    struct serving *serving = start(*state, "50ms", down);
    for (int i = 0; i < 3; i++)
        ask(serving, "/s/x", 502);
    wait_ms(51);
    standin_forget(serving->upstream);
    serving_ask_all(serving, "GET", "/optional", bad, NULL);
    check_number("it is the request's", 400, (size_t)serving->response.status);
    check_number("no probe", 0, standin_requests(serving->upstream));
    /* A call to another upstream with the same breaker could be built. */
    serving_ask_all(serving, "GET", "/u", bad, NULL);
    check_number("it is open", 503, (size_t)serving->response.status);
    check_number("no probe", 0, standin_requests(serving->upstream));
    ask(serving, "/s/x", 503);
    check_number("the next request makes it", 1, standin_requests(serving->upstream));
    serving_stop(serving);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(only_what_says_that_nobody_is_there_counts),
        TEST_WITH_ARENA(it_opens_after_some_failures_in_a_row),
        TEST_WITH_ARENA(a_batch_counts_once),
        TEST_WITH_ARENA(a_call_without_a_breaker_is_always_made),
        TEST_WITH_ARENA(a_probe_decides_whether_it_closes),
        TEST_WITH_ARENA(a_probe_may_be_answered_with_an_error),
        TEST_WITH_ARENA(a_probe_that_cannot_be_built_is_not_made),
    };
    return cmocka_run_group_tests_name("circuit breaker", tests, NULL, NULL);
}
