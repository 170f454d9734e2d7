/* A request's id, and its line in the log. */
#include "serving.h"

#include <string.h>

static const struct standin_rule none[] = {{0}};
static const char table[] = ANY_UPSTREAM "routes:\n  GET /a/{id}: {answer: 1}\n";

/* Whether an X-Request-Id is taken over. */
static bool is_kept(struct serving *serving, const char *id) {
    const char *const headers[] = {text_format(serving->arena, "x-request-id: %s", id).data, NULL};
    serving_ask_all(serving, "GET", "/a/x", headers, NULL);
    struct text came = serving_header(serving, "x-request-id");
    struct text line = serving_logged(serving);
    check_truth("the log has it", true,
                text_equal(came, value_text(serving_log_member(serving, line, "request"))));
    if (!text_is(came, id))
        check_number("a new one is 16 bytes in hexadecimal", 32, came.size);
    return text_is(came, id);
}

static void an_id_has_up_to_128_letters_and_digits(void **state) {
    struct serving *serving = serving_start(*state, table, none);
    char id[130];
    memset(id, 'x', 129);
    id[129] = '\0';
    check_truth("129", false, is_kept(serving, id));
    id[128] = '\0';
    check_truth("128", true, is_kept(serving, id));
    static const char *const good[] = {"a", "z", "A", "Z", "0", "9", ".", "_", "-", "Aa0._-"};
    static const char *const bad[] = {"a b", "a,b", "a/b", "a:b",    "a@b",
                                      "a[b", "a`b", "a{b", "\u00FC", "a+b"};
    for (size_t i = 0; i < COUNT(good); i++)
        check_truth(good[i], true, is_kept(serving, good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        check_truth(bad[i], false, is_kept(serving, bad[i]));
    serving_stop(serving);
}

static void ids_that_are_made_differ(void **state) {
    struct serving *serving = serving_start(*state, table, none);
    serving_ask(serving, "/a/x");
    struct text first = text_copy(*state, serving_header(serving, "x-request-id"));
    serving_ask(serving, "/a/x");
    check_number("size", 32, first.size);
    check_truth("another", false, text_equal(first, serving_header(serving, "x-request-id")));
    serving_stop(serving);
}

static void logs_the_request_and_the_response(void **state) {
    static const char *const headers[] = {
        "x-request-id: id-1",
        "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01", NULL};
    struct serving *serving = serving_start(*state, table, none);
    serving_ask_all(serving, "GET", "/a/secret?q=secret", headers, NULL);
    struct text line = serving_logged(serving);
    check_truth("no value", false, text_contains(line, text_of("secret")));
    static const char *const expected[][2] = {
        {"level", "\"info\""},
        {"request", "\"id-1\""},
        {"trace", "\"0123456789abcdef0123456789abcdef\""},
        {"spans", "[]"},
        {"method", "\"GET\""},
        {"route", "\"/a/{id}\""},
        {"status", "200"},
        {"bytes", "1"},
        {"upstream_ms", "0"},
        {"upstream_calls", "0"},
        {"failure", "missing"},
    };
    for (size_t i = 0; i < COUNT(expected); i++)
        check_json(expected[i][0], expected[i][1],
                   serving_log_member(serving, line, expected[i][0]));
    double ms = value_double(serving_log_member(serving, line, "ms"));
    assert_true(ms >= 0 && ms < 1000);
    serving_ask(serving, "/none");
    check_json("no route", "\"\"", serving_log_member(serving, serving_logged(serving), "route"));
    serving_stop(serving);
}

static void a_long_method_is_cut(void **state) {
    const char *method = "GETAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    struct serving *serving = serving_start(*state, table, none);
    serving_ask_all(serving, method, "/a/x", NULL, NULL);
    struct value logged = serving_log_member(serving, serving_logged(serving), "method");
    check_number("bytes", 32, logged.size);
    serving_stop(serving);
}

/* Only what the caller did not cause is an error of the log. */
static void a_level_can_be_too_low(void **state) {
    static const char failing[] = ANY_UPSTREAM "routes:\n"
                                               "  GET /a: {answer: 501 Not yet}\n"
                                               "  GET /b: {steps: [{require: $headers.x-b,"
                                               " else: 500 Broken}], answer: 1}\n"
                                               "  GET /c: {answer: 404 Nothing}\n";
    struct serving *serving = serving_start(*state, failing, none);
    serving->log.level = LOG_LEVEL_WARN;
    serving_ask(serving, "/a");
    serving_ask(serving, "/c");
    check_text("info", "", serving_logged(serving));
    serving_ask(serving, "/b");
    struct text line = serving_logged(serving);
    check_json("level", "\"error\"", serving_log_member(serving, line, "level"));
    check_json("failure", "\"Broken\"", serving_log_member(serving, line, "failure"));
    serving->log.level = LOG_LEVEL_ERROR;
    serving_ask(serving, "/b");
    check_truth("error", true, serving_logged(serving).size > 0);
    serving_stop(serving);
}

static void time_is_counted_in_milliseconds(void **state) {
    (void)state;
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    begin.tv_sec -= 2;
    double ms = request_log_elapsed_ms(begin);
    assert_true(ms >= 2000 && ms < 2900);
    begin.tv_sec += 1;
    begin.tv_nsec -= 500000000;
    ms = request_log_elapsed_ms(begin);
    assert_true(ms >= 1500 && ms < 2400);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(an_id_has_up_to_128_letters_and_digits),
        TEST_WITH_ARENA(ids_that_are_made_differ),
        TEST_WITH_ARENA(logs_the_request_and_the_response),
        TEST_WITH_ARENA(a_long_method_is_cut),
        TEST_WITH_ARENA(a_level_can_be_too_low),
        TEST_WITH_ARENA(time_is_counted_in_milliseconds),
    };
    return cmocka_run_group_tests_name("request log", tests, NULL, NULL);
}
