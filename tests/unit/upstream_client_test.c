/* Calls by libcurl: what is sent, what comes of it, and what is sent a second time. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "http/upstream_client.h"
#include "upstream_standin.h"

struct fixture {
    struct arena *arena;
    struct standin *standin;
    struct upstream_client *client;
    struct text origin;
};

static struct fixture start(struct arena *arena, const struct standin_rule *rules) {
    struct fixture fixture = {
        .arena = arena, .standin = standin_start(rules), .client = upstream_client_create()};
    fixture.origin = text_copy(arena, text_of(standin_origin(fixture.standin)));
    upstream_begin(fixture.client);
    return fixture;
}

static void stop(struct fixture *fixture) {
    upstream_client_destroy(fixture->client);
    standin_stop(fixture->standin);
}

static struct upstream_call call_of(const struct fixture *fixture, const char *method,
                                    const char *target) {
    return (struct upstream_call){
        .method = method,
        .origin = fixture->origin,
        .target = text_of(target),
        .timeout_ms = 5000,
        .connect_timeout_ms = 2000,
        .max_response = 1000,
    };
}

static void perform(struct fixture *fixture, struct upstream_call *call) {
    upstream_begin(fixture->client);
    upstream_perform(fixture->client, &call, 1);
}

/* Makes a call and checks what comes of it. */
static void check_call(struct fixture *fixture, const char *method, const char *target,
                       enum upstream_outcome outcome, int status, const char *response) {
    struct upstream_call call = call_of(fixture, method, target);
    perform(fixture, &call);
    check_number(target, outcome, call.outcome);
    check_number(target, (size_t)status, (size_t)call.status);
    check_text(target, response, call.response);
}

static void check_sent(struct fixture *fixture, size_t index, const char *expected) {
    check_text("target", expected, standin_target(fixture->standin, fixture->arena, index));
}

static void an_answer_is_its_status_and_body(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /ok", .body = "{\"a\":1}"},
        {"GET /error", .status = 503, .body = "later", .headers = "Retry-After:  12 \r\n"},
        {"GET /redirect", .status = 302, .headers = "location: /ok\r\n", .body = "there"},
        {"GET /none", .status = 204},
        {0},
    };
    struct fixture fixture = start(*state, rules);
    check_call(&fixture, "GET", "/ok", UPSTREAM_ANSWERED, 200, "{\"a\":1}");
    check_call(&fixture, "GET", "/redirect", UPSTREAM_ANSWERED, 302, "there");
    check_call(&fixture, "GET", "/none", UPSTREAM_ANSWERED, 204, "");
    struct upstream_call call = call_of(&fixture, "GET", "/error");
    perform(&fixture, &call);
    check_number("status", 503, (size_t)call.status);
    check_text("retry-after", "12", call.retry_after);
    struct upstream_call next = call_of(&fixture, "GET", "/ok");
    perform(&fixture, &next);
    check_text("no retry-after", "", next.retry_after);
    check_number("requests", 5, standin_requests(fixture.standin));
    check_number("connections", 1, standin_connections(fixture.standin));
    stop(&fixture);
}

static void a_request_is_sent_as_it_is_given(void **state) {
    static const struct standin_rule rules[] = {{.request = "*"}, {0}};
    struct fixture fixture = start(*state, rules);
    struct upstream_call call = call_of(&fixture, "GET", "/a/%2e%2E/../b?c=d%20e&[]=%");
    call.headers[call.header_count++] = (struct http_header){text_of("x-a"), text_of("1, 2")};
    call.headers[call.header_count++] = (struct http_header){text_of("x-empty"), text_of("")};
    perform(&fixture, &call);
    check_sent(&fixture, 0, "GET /a/%2e%2E/../b?c=d%20e&[]=%");
    check_text("x-a", "1, 2", standin_header(fixture.standin, *state, 0, "x-a"));
    check_text("accept", "application/json", standin_header(fixture.standin, *state, 0, "accept"));
    check_text("content-type", "", standin_header(fixture.standin, *state, 0, "content-type"));
    check_text("content-length", "", standin_header(fixture.standin, *state, 0, "content-length"));
    struct text request = standin_request(fixture.standin, *state, 0);
    check_truth("no empty header", false, text_contains(request, text_of("x-empty")));
    check_truth("no agent of libcurl's", false, text_contains(request, text_of("ser-Agent")));
    stop(&fixture);
}

static void each_method_is_sent_with_or_without_a_body(void **state) {
    static const struct {
        const char *method;
        const char *body;
        const char *length;
    } rows[] = {
        {"GET", NULL, ""},         {"POST", "{\"a\":1}", "7"}, {"GET", NULL, ""},
        {"DELETE", NULL, ""},      {"POST", NULL, "0"},        {"GET", NULL, ""},
        {"PATCH", "{}", "2"},      {"POST", "", "0"},          {"DELETE", "[1]", "3"},
        {"PUT", "{\"b\":2}", "7"}, {"DELETE", NULL, ""},       {"PATCH", NULL, "0"},
        {"GET", NULL, ""},
    };
    static const struct standin_rule rules[] = {{.request = "*"}, {0}};
    struct fixture fixture = start(*state, rules);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct upstream_call call = call_of(&fixture, rows[i].method, "/a");
        call.has_body = rows[i].body != NULL;
        call.body = text_of(rows[i].body);
        perform(&fixture, &call);
        check_number("outcome", UPSTREAM_ANSWERED, call.outcome);
        check_sent(&fixture, i, text_format(*state, "%s /a", rows[i].method).data);
        check_text("body", rows[i].body ? rows[i].body : "",
                   standin_body(fixture.standin, *state, i));
        check_text("content-type", rows[i].body ? "application/json" : "",
                   standin_header(fixture.standin, *state, i, "content-type"));
        check_text("expect", "", standin_header(fixture.standin, *state, i, "expect"));
        check_text("content-length", rows[i].length,
                   standin_header(fixture.standin, *state, i, "content-length"));
    }
    check_number("connections", 1, standin_connections(fixture.standin));
    stop(&fixture);
}

/* A large body would make libcurl ask first whether it may send it. */
static void a_large_body_is_sent_at_once(void **state) {
    static const struct standin_rule rules[] = {{.request = "*"}, {0}};
    struct fixture fixture = start(*state, rules);
    char *body = arena_allocate(*state, 100001);
    memset(body, 'x', 100000);
    struct upstream_call call = call_of(&fixture, "POST", "/a");
    call.has_body = true;
    call.body = text_of(body);
    perform(&fixture, &call);
    check_number("outcome", UPSTREAM_ANSWERED, call.outcome);
    check_text("body", body, standin_body(fixture.standin, *state, 0));
    check_text("expect", "", standin_header(fixture.standin, *state, 0, "expect"));
    stop(&fixture);
}

static void an_answer_has_a_largest_size(void **state) {
    char *body = arena_allocate(*state, 1002);
    memset(body, 'x', 1001);
    const struct standin_rule rules[] = {
        {"GET /largest", .body = body + 1}, {"GET /larger", .body = body}, {0}};
    struct fixture fixture = start(*state, rules);
    check_call(&fixture, "GET", "/largest", UPSTREAM_ANSWERED, 200, body + 1);
    struct upstream_call call = call_of(&fixture, "GET", "/larger");
    perform(&fixture, &call);
    check_number("larger", UPSTREAM_TOO_LARGE, call.outcome);
    check_number("it is sent once", 2, standin_requests(fixture.standin));
    /* What an earlier call got does not count. */
    check_call(&fixture, "GET", "/largest", UPSTREAM_ANSWERED, 200, body + 1);
    stop(&fixture);
}

static void rejects_a_truncated_response(void **state) {
    static const char *const answers[] = {
        "HTTP/1.1 200 x\r\ncontent-length: 9\r\n\r\nshort",
        "HTTP/1.1 200 x\r\ncontent-le",
        "HTTP/1.1 200 x\r\ncontent-length: 2\r\n",
        "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        "",
    };
    for (size_t i = 0; i < COUNT(answers); i++) {
        const struct standin_rule rules[] = {{"GET /a", .raw = answers[i]}, {0}};
        struct fixture fixture = start(*state, rules);
        struct upstream_call call = call_of(&fixture, "GET", "/a");
        perform(&fixture, &call);
        check_number(answers[i], UPSTREAM_UNREACHABLE, call.outcome);
        check_number("a GET is sent twice", 2, standin_requests(fixture.standin));
        check_truth("a reason", true, call.error && *call.error);
        stop(&fixture);
    }
}

static struct upstream_call call_for_raw(struct arena *arena, const char *answer) {
    const struct standin_rule rules[] = {{"POST /a", .raw = answer}, {0}};
    struct fixture fixture = start(arena, rules);
    struct upstream_call call = call_of(&fixture, "POST", "/a");
    perform(&fixture, &call);
    call.error = text_copy(arena, text_of(call.error)).data;
    call.response = text_copy(arena, call.response);
    call.retry_after = text_copy(arena, call.retry_after);
    stop(&fixture);
    return call;
}

static void an_answer_of_an_ambiguous_length_is_refused(void **state) {
    static const char two[] = "the answer has more than one Content-Length";
    static const char no_number[] = "the answer's Content-Length is not a number";
    static const char lines[] = "the answer has a header of several lines";
    static const struct {
        const char *head;
        const char *why;
    } rows[] = {
        {"content-length: 2\r\nContent-Length: 9\r\n", two},
        {"content-length: 2\r\ncontent-length: 2\r\n", two},
        {"content-length: 2\r\nHTTP/x: y\r\ncontent-length: 2\r\n", two},
        {"content-length: 2, 2\r\n", no_number},
        {"content-length: 2x\r\n", no_number},
        {"content-length: +2\r\n", no_number},
        {"content-length: 2\r\n\t0\r\n", lines},
        {"x: y\r\n z\r\ncontent-length: 2\r\n", lines},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text answer = text_format(*state, "HTTP/1.1 200 x\r\n%s\r\n{}", rows[i].head);
        struct upstream_call call = call_for_raw(*state, answer.data);
        check_number(rows[i].head, UPSTREAM_UNREACHABLE, call.outcome);
        check_text(rows[i].head, rows[i].why, text_of(call.error));
    }
}

static void only_the_head_of_the_final_answer_counts(void **state) {
    static const struct {
        const char *answer;
        const char *retry_after;
    } rows[] = {
        {"HTTP/1.1 103 x\r\ncontent-length: 2\r\nretry-after: 7\r\n\r\n"
         "HTTP/1.1 200 x\r\ncontent-length: 2\r\n\r\n{}",
         ""},
        {"HTTP/1.1 100 x\r\n\r\nHTTP/1.1 103 x\r\n\r\n"
         "HTTP/1.1 200 x\r\nretry-after: 8\r\ncontent-length: 2\r\n\r\n{}",
         "8"},
        {"HTTP/1.1 200 x\r\nretry-after: 8\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
         "HTTP/x: y\r\nretry-after: 9\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
         "8"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct upstream_call call = call_for_raw(*state, rows[i].answer);
        check_number(rows[i].answer, UPSTREAM_ANSWERED, call.outcome);
        check_number(rows[i].answer, 200, (size_t)call.status);
        check_text(rows[i].answer, "{}", call.response);
        check_text(rows[i].answer, rows[i].retry_after, call.retry_after);
    }
    struct upstream_call call = call_for_raw(*state, "HTTP/1.1 103 x\r\nx: y\r\n\r\n");
    check_number("an interim answer alone", UPSTREAM_UNREACHABLE, call.outcome);
}

/* The next request may be a small one, as may be all that follow. */
static void a_new_request_frees_what_large_answers_took(void **state) {
    enum { CALLS = 10, SIZE = 1 << 20 };
    if (!allocator_counts())
        skip();
    char *body = arena_allocate(*state, SIZE + 1);
    memset(body, 'x', SIZE);
    const struct standin_rule rules[] = {{"GET /a", .body = body}, {0}};
    struct fixture fixture = start(*state, rules);
    struct upstream_call calls[CALLS], *all[CALLS];
    for (size_t i = 0; i < CALLS; i++) {
        calls[i] = call_of(&fixture, "GET", "/a");
        calls[i].max_response = SIZE;
        all[i] = &calls[i];
    }
    upstream_begin(fixture.client);
    upstream_perform(fixture.client, all, CALLS);
    size_t full = bytes_in_use();
    check_number("the size", SIZE, calls[CALLS - 1].response.size);
    upstream_begin(fixture.client);
    check_truth("their memory is freed", true, bytes_in_use() + CALLS * SIZE <= full);
    stop(&fixture);
}

/* A kept connection that the server closes as the request comes. */
static void a_get_is_sent_twice_at_most_and_nothing_else_is(void **state) {
    static const struct {
        const char *method;
        size_t closed;
        size_t requests;
        enum upstream_outcome outcome;
    } rows[] = {
        {"GET", 1, 2, UPSTREAM_ANSWERED},       {"GET", 2, 2, UPSTREAM_UNREACHABLE},
        {"GET", 3, 2, UPSTREAM_UNREACHABLE},    {"POST", 1, 1, UPSTREAM_UNREACHABLE},
        {"DELETE", 1, 1, UPSTREAM_UNREACHABLE}, {"PATCH", 1, 1, UPSTREAM_UNREACHABLE},
    };
    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        bool kept = i >= COUNT(rows);
        size_t row = i % COUNT(rows);
        const struct standin_rule rules[] = {
            {.request = "GET /first"},
            {text_format(*state, "%s /a", rows[row].method).data, .action = STANDIN_CLOSE,
             .times = rows[row].closed},
            {"*", .body = "{\"again\":1}"},
            {0},
        };
        struct fixture fixture = start(*state, rules);
        if (kept)
            check_call(&fixture, "GET", "/first", UPSTREAM_ANSWERED, 200, "{}");
        standin_forget(fixture.standin);
        struct upstream_call call = call_of(&fixture, rows[row].method, "/a");
        perform(&fixture, &call);
        check_number(rows[row].method, rows[row].outcome, call.outcome);
        check_number(rows[row].method, rows[row].requests, standin_requests(fixture.standin));
        if (call.outcome == UPSTREAM_ANSWERED)
            check_text("the second answer", "{\"again\":1}", call.response);
        stop(&fixture);
    }
}

/* The server has ended the connection, or has said more than it was asked: neither is used. */
static void a_connection_with_something_to_read_is_not_used(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /closes", .closes = true},
        {"GET /more", .extra = "HTTP/1.1 200 x\r\ncontent-length: 1\r\n\r\n5"},
        {"*", .body = "{\"b\":1}"},
        {0},
    };
    static const char *const rows[][2] = {
        {"/closes", "GET"}, {"/closes", "POST"}, {"/more", "GET"}, {"/more", "POST"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture fixture = start(*state, rules);
        check_call(&fixture, "GET", rows[i][0], UPSTREAM_ANSWERED, 200, "{}");
        standin_await(fixture.standin, 1);
        struct upstream_call call = call_of(&fixture, rows[i][1], "/b");
        perform(&fixture, &call);
        check_number(rows[i][0], UPSTREAM_ANSWERED, call.outcome);
        check_text(rows[i][0], "{\"b\":1}", call.response);
        check_number("it is sent once", 2, standin_requests(fixture.standin));
        check_number("on another connection", 2, standin_connections(fixture.standin));
        stop(&fixture);
    }
}

static void calls_are_in_flight_together(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /together*", .together = 3, .body = "{\"t\":1}"}, {0}};
    struct fixture fixture = start(*state, rules);
    struct upstream_call calls[3];
    struct upstream_call *pointers[3];
    static const char *const targets[] = {"/together/a", "/together/b", "/together/c"};
    for (size_t i = 0; i < 3; i++) {
        calls[i] = call_of(&fixture, "GET", targets[i]);
        pointers[i] = &calls[i];
    }
    upstream_perform(fixture.client, pointers, 3);
    for (size_t i = 0; i < 3; i++) {
        check_number(targets[i], UPSTREAM_ANSWERED, calls[i].outcome);
        check_text(targets[i], "{\"t\":1}", calls[i].response);
    }
    check_number("connections", 3, standin_connections(fixture.standin));
    stop(&fixture);
}

/* Until the next upstream_begin(), what came of earlier calls can be looked at. */
static void answers_last_as_long_as_the_request(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /a", .body = "{\"a\":1}"}, {"GET /b", .body = "{\"b\":2}"}, {0}};
    struct fixture fixture = start(*state, rules);
    struct upstream_call first = call_of(&fixture, "GET", "/a");
    struct upstream_call second = call_of(&fixture, "GET", "/b");
    struct upstream_call *calls[] = {&first, &second};
    upstream_perform(fixture.client, &calls[0], 1);
    upstream_perform(fixture.client, &calls[1], 1);
    check_text("first", "{\"a\":1}", first.response);
    check_text("second", "{\"b\":2}", second.response);
    upstream_trim(fixture.client);
    check_call(&fixture, "GET", "/b", UPSTREAM_ANSWERED, 200, "{\"b\":2}");
    check_number("the connection is kept", 1, standin_connections(fixture.standin));
    upstream_perform(fixture.client, calls, 0);
    stop(&fixture);
}

static void a_call_has_a_time_limit(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /never", .action = STANDIN_SILENCE},
        {"GET /late", .delay_ms = 300},
        {0},
    };
    struct fixture fixture = start(*state, rules);
    static const struct {
        const char *target;
        long timeout_ms, budget_ms;
        enum upstream_outcome outcome;
        long at_least_ms, below_ms;
    } rows[] = {
        {"/never", 150, 0, UPSTREAM_TIMEOUT, 145, 1500},
        {"/never", 5000, 150, UPSTREAM_TIMEOUT, 145, 1500},
        {"/never", 150, 5000, UPSTREAM_TIMEOUT, 145, 1500},
        {"/late", 5000, 0, UPSTREAM_ANSWERED, 295, 4000},
        {"/late", 150, 0, UPSTREAM_TIMEOUT, 145, 295},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct upstream_call call = call_of(&fixture, "GET", rows[i].target);
        call.timeout_ms = rows[i].timeout_ms;
        call.budget_ms = rows[i].budget_ms;
        int64_t begin = clock_now_ms();
        perform(&fixture, &call);
        int64_t ms = clock_now_ms() - begin;
        check_number(rows[i].target, rows[i].outcome, call.outcome);
        assert_in_range(ms, rows[i].at_least_ms, rows[i].below_ms);
    }
    check_number("a GET that takes too long is sent once", 5, standin_requests(fixture.standin));
    stop(&fixture);
}

/* The first try may have taken most of the time. */
static void a_second_try_has_what_is_left_of_the_time(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /a", .action = STANDIN_CLOSE, .delay_ms = 200, .times = 1},
        {"GET /a", .action = STANDIN_SILENCE},
        {0},
    };
    struct fixture fixture = start(*state, rules);
    struct upstream_call call = call_of(&fixture, "GET", "/a");
    call.timeout_ms = 500;
    int64_t begin = clock_now_ms();
    perform(&fixture, &call);
    int64_t ms = clock_now_ms() - begin;
    check_number("outcome", UPSTREAM_TIMEOUT, call.outcome);
    check_number("requests", 2, standin_requests(fixture.standin));
    assert_in_range(ms, 490, 680);
    check_truth("both are in its time", true, call.elapsed_ms >= 490);
    stop(&fixture);
}

static void nobody_there_is_unreachable(void **state) {
    static const struct standin_rule rules[] = {{.request = "*"}, {0}};
    struct fixture fixture = start(*state, rules);
    unsigned port = standin_port(fixture.standin);
    check_call(&fixture, "GET", "/a", UPSTREAM_ANSWERED, 200, "{}");
    standin_stop(fixture.standin);
    struct upstream_call call = call_of(&fixture, "GET", "/a");
    perform(&fixture, &call);
    check_number("outcome", UPSTREAM_UNREACHABLE, call.outcome);
    check_number("status", 0, (size_t)call.status);
    check_text("response", "", call.response);
    check_truth("why", true, call.error && *call.error);
    fixture.standin = standin_start_at("127.0.0.1", port, rules);
    assert_non_null(fixture.standin);
    check_call(&fixture, "GET", "/a", UPSTREAM_ANSWERED, 200, "{}");
    stop(&fixture);
}

static void calls_go_where_they_are_addressed(void **state) {
    static const struct standin_rule rules[] = {{"*", .body = "{\"at\":1}"}, {0}};
    static const struct standin_rule other_rules[] = {{"*", .body = "{\"at\":2}"}, {0}};
    struct fixture fixture = start(*state, rules);
    struct fixture other = start(*state, other_rules);
    for (int i = 0; i < 4; i++) {
        struct upstream_call call = call_of(i % 2 ? &other : &fixture, "GET", "/a");
        perform(&fixture, &call);
        check_text("answer", i % 2 ? "{\"at\":2}" : "{\"at\":1}", call.response);
    }
    check_number("connections", 1, standin_connections(fixture.standin));
    check_number("of the other", 1, standin_connections(other.standin));
    stop(&fixture);
    stop(&other);
}

/* The environment's proxy would see the credentials. */
static void no_proxy_of_the_environment_is_used(void **state) {
    static const struct standin_rule rules[] = {{.request = "*"}, {0}};
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
    struct fixture fixture = start(*state, rules);
    check_call(&fixture, "GET", "/a", UPSTREAM_ANSWERED, 200, "{}");
    check_sent(&fixture, 0, "GET /a");
    stop(&fixture);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(an_answer_is_its_status_and_body),
        TEST_WITH_ARENA(a_request_is_sent_as_it_is_given),
        TEST_WITH_ARENA(each_method_is_sent_with_or_without_a_body),
        TEST_WITH_ARENA(a_large_body_is_sent_at_once),
        TEST_WITH_ARENA(an_answer_has_a_largest_size),
        TEST_WITH_ARENA(rejects_a_truncated_response),
        TEST_WITH_ARENA(an_answer_of_an_ambiguous_length_is_refused),
        TEST_WITH_ARENA(only_the_head_of_the_final_answer_counts),
        TEST_WITH_ARENA(a_new_request_frees_what_large_answers_took),
        TEST_WITH_ARENA(a_get_is_sent_twice_at_most_and_nothing_else_is),
        TEST_WITH_ARENA(a_connection_with_something_to_read_is_not_used),
        TEST_WITH_ARENA(calls_are_in_flight_together),
        TEST_WITH_ARENA(answers_last_as_long_as_the_request),
        TEST_WITH_ARENA(a_call_has_a_time_limit),
        TEST_WITH_ARENA(a_second_try_has_what_is_left_of_the_time),
        TEST_WITH_ARENA(nobody_there_is_unreachable),
        TEST_WITH_ARENA(calls_go_where_they_are_addressed),
        TEST_WITH_ARENA(no_proxy_of_the_environment_is_used),
    };
    return cmocka_run_group_tests_name("upstream client", tests, NULL, NULL);
}
