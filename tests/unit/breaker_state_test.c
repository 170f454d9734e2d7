/* The circuit breaker, with times that are given to it. */
#include "support.h"

#include "serve/breaker_state.h"

static const struct breaker_limits limits = {.failures = 3, .retry_after_ms = 1000};

static void check_state(const char *what, enum breaker_phase expected,
                        const struct breaker_state *breaker, int64_t now_ms) {
    check_number(what, (size_t)expected, (size_t)breaker_state_phase(breaker, now_ms));
}

/* Fails as often as is needed, at time 0. */
static struct breaker_state opened(void) {
    struct breaker_state breaker = {0};
    for (int i = 1; i <= limits.failures; i++)
        check_truth("opens with the last failure", i == limits.failures,
                    breaker_state_fail(&breaker, &limits, 0));
    return breaker;
}

static void failures_in_a_row_open_it(void **state) {
    (void)state;
    struct breaker_state breaker = {0};
    check_state("at first", BREAKER_CLOSED, &breaker, 0);
    breaker_state_fail(&breaker, &limits, 10);
    breaker_state_fail(&breaker, &limits, 20);
    check_state("with one too few", BREAKER_CLOSED, &breaker, 20);
    check_number("no wait", 0, (size_t)breaker_state_wait_ms(&breaker, 20));
    check_truth("the last one opens it", true, breaker_state_fail(&breaker, &limits, 30));
    check_state("then", BREAKER_OPEN, &breaker, 30);
}

static void an_answer_in_between_starts_the_count_anew(void **state) {
    (void)state;
    struct breaker_state breaker = {0};
    for (int i = 0; i < 10; i++) {
        check_truth("a failure", false, breaker_state_fail(&breaker, &limits, i));
        check_truth("another", false, breaker_state_fail(&breaker, &limits, i));
        check_truth("it was not open", false, breaker_state_succeed(&breaker));
        check_state("all the time", BREAKER_CLOSED, &breaker, i);
    }
}

static void one_failure_can_be_enough(void **state) {
    (void)state;
    const struct breaker_limits strict = {.failures = 1, .retry_after_ms = 5};
    struct breaker_state breaker = {0};
    check_truth("opens", true, breaker_state_fail(&breaker, &strict, 100));
    check_state("just before", BREAKER_OPEN, &breaker, 104);
    check_state("in time", BREAKER_HALF_OPEN, &breaker, 105);
}

static void it_is_tried_again_after_a_while(void **state) {
    (void)state;
    const struct breaker_state breaker = opened();
    check_state("at once", BREAKER_OPEN, &breaker, 0);
    check_number("the wait", 1000, (size_t)breaker_state_wait_ms(&breaker, 0));
    check_state("a moment before", BREAKER_OPEN, &breaker, 999);
    check_number("the wait, then", 1, (size_t)breaker_state_wait_ms(&breaker, 999));
    check_state("then", BREAKER_HALF_OPEN, &breaker, 1000);
    check_number("no wait any more", 0, (size_t)breaker_state_wait_ms(&breaker, 1000));
    check_state("and as long as nobody tries", BREAKER_HALF_OPEN, &breaker, INT64_MAX);
}

static void a_try_that_fails_opens_it_for_as_long_again(void **state) {
    (void)state;
    struct breaker_state breaker = opened();
    for (int64_t now = 1000; now <= 5000; now += 1000) {
        check_state("half open", BREAKER_HALF_OPEN, &breaker, now);
        check_truth("it was open before", false, breaker_state_fail(&breaker, &limits, now));
        check_state("open", BREAKER_OPEN, &breaker, now + 999);
    }
}

static void a_try_that_succeeds_closes_it(void **state) {
    (void)state;
    struct breaker_state breaker = opened();
    check_truth("closes it", true, breaker_state_succeed(&breaker));
    check_state("closed", BREAKER_CLOSED, &breaker, 1000);
    check_truth("once", false, breaker_state_succeed(&breaker));
    check_truth("the count is new", false, breaker_state_fail(&breaker, &limits, 1001));
    check_truth("the count is new", false, breaker_state_fail(&breaker, &limits, 1002));
    check_truth("as at first", true, breaker_state_fail(&breaker, &limits, 1003));
}

static void a_word_holds_the_whole_state(void **state) {
    (void)state;
    static const struct breaker_state rows[] = {
        {0},
        {.failures = 1},
        {.failures = 1000000},
        {.failures = 1000000, .open = true, .retry_at_ms = (INT64_C(1) << 43) - 1},
        {.failures = 5, .open = true, .retry_at_ms = 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct breaker_state again = breaker_state_unpack(breaker_state_pack(&rows[i]));
        check_number("failures", (size_t)rows[i].failures, (size_t)again.failures);
        check_truth("open", rows[i].open, again.open);
        check_number("time", (size_t)rows[i].retry_at_ms, (size_t)again.retry_at_ms);
    }
    check_number("closed", 0, (size_t)breaker_state_pack(&rows[0]));
}

static void one_probe_is_made_at_a_time(void **state) {
    (void)state;
    const struct breaker_policy policy = {.limits = limits, .probe_timeout_ms = 500};
    struct breaker_state breaker = opened();
    check_truth("while it is open", false, breaker_state_claim(&breaker, &policy, 999));
    check_truth("when it is half open", true, breaker_state_claim(&breaker, &policy, 1000));
    check_truth("while a probe is made", false, breaker_state_claim(&breaker, &policy, 1001));
    check_truth("nor any later", false, breaker_state_claim(&breaker, &policy, 2499));
    /* Who made it was killed. */
    check_truth("after its time", true, breaker_state_claim(&breaker, &policy, 2500));
    struct breaker_state closed = {0};
    check_truth("closed", false, breaker_state_claim(&closed, &policy, 5000));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_in_a_row_open_it),
        cmocka_unit_test(an_answer_in_between_starts_the_count_anew),
        cmocka_unit_test(one_failure_can_be_enough),
        cmocka_unit_test(it_is_tried_again_after_a_while),
        cmocka_unit_test(a_try_that_fails_opens_it_for_as_long_again),
        cmocka_unit_test(a_try_that_succeeds_closes_it),
        cmocka_unit_test(a_word_holds_the_whole_state),
        cmocka_unit_test(one_probe_is_made_at_a_time),
    };
    return cmocka_run_group_tests_name("breaker_state", tests, NULL, NULL);
}
