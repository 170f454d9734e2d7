/* The time that a request waited for a worker, by the clock of the web server. */
#include "support.h"

#include "base/clock.h"
#include "serve/queue_time.h"

enum { SLACK_MS = 5000 };

/* Of a request that the web server took so long ago, and a worker accepted, in milliseconds. */
static double waited(int64_t taken_ms, int64_t accepted_ms) {
    struct http_request request = {.started_us = clock_time_of_day_us() - taken_ms * 1000};
    request.accepted_us = clock_now_us() - accepted_ms * 1000;
    return queue_time_ms(&request);
}

/* Time passes between the clock readings of a test and of what it tests. */
static void check_close(const char *what, double expected, double ms) {
    if (ms < 0 || ms < expected - SLACK_MS || ms > expected + SLACK_MS)
        fail_msg("%s: %f", what, ms);
}

static void counts_from_the_web_server_to_the_worker(void **state) {
    (void)state;
    check_close("now", 0, waited(0, 0));
    check_close("a while", 30000, waited(30000, 0));
    check_close("the longest", QUEUE_TIME_MAX_MS - SLACK_MS,
                waited(QUEUE_TIME_MAX_MS - SLACK_MS, 0));
}

/* A caller that sends a body slowly does not wait for a worker. */
static void does_not_count_how_long_the_request_was_read(void **state) {
    (void)state;
    check_close("20 s of 30 s", 10000, waited(30000, 20000));
    check_close("all", 0, waited(30000, 30000));
}

static void ignores_clocks_that_differ(void **state) {
    static const struct http_request unknown = {0}, epoch = {.started_us = 1};
    (void)state;
    const struct http_request not_accepted = {.started_us = clock_time_of_day_us() - 30000000};
    check_close("accepted just now", 30000, queue_time_ms(&not_accepted));
    assert_true(queue_time_ms(&unknown) < 0);
    assert_true(queue_time_ms(&epoch) < 0);
    assert_true(waited(QUEUE_TIME_MAX_MS + 1, 0) < 0);
    assert_true(waited(-QUEUE_TIME_AHEAD_MS - SLACK_MS, 0) < 0);
    /* A little ahead: no time has passed. */
    assert_true(waited(-QUEUE_TIME_AHEAD_MS / 2, 0) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_from_the_web_server_to_the_worker),
        cmocka_unit_test(does_not_count_how_long_the_request_was_read),
        cmocka_unit_test(ignores_clocks_that_differ),
    };
    return cmocka_run_group_tests_name("queue_time", tests, NULL, NULL);
}
