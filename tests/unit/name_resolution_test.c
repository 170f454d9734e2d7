/*
 * An upstream whose name moves to another address. The name is in an /etc/hosts of the test's own,
 * in a mount namespace, and the clock is the test's too; where namespaces are not permitted the
 * tests are skipped.
 */
#include "serving.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "http/upstream_client.h"

/* The clock: it stands still for time(), and both can be put forward. */

static time_t start_seconds, passed_seconds;

time_t time(time_t *result) {
    time_t now = start_seconds + passed_seconds;
    if (result)
        *result = now;
    return now;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    now->tv_sec += passed_seconds;
    return result;
}

/* The name. */

static bool has_names;
static char hosts[] = "/tmp/o2s-medusa-hosts-XXXXXX";

static bool replace_file(const char *path, const char *content, char *copy) {
    int file = mkstemp(copy);
    if (file < 0)
        return false;
    close(file);
    write_file(copy, content);
    return mount(copy, path, "none", MS_BIND, NULL) == 0;
}

static bool replace_names(void) {
    static char switches[] = "/tmp/o2s-medusa-nsswitch-XXXXXX";
    if (unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS))
        return false;
    if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL))
        return false;
    bool good = replace_file("/etc/hosts", "", hosts) &&
                replace_file("/etc/nsswitch.conf", "hosts: files\n", switches);
    unlink(switches);
    return good;
}

static void move_name(const char *address) {
    char line[64];
    snprintf(line, sizeof line, "%s moving.test\n", address);
    write_file("/etc/hosts", line);
}

/* Two servers at the same port of two addresses. */
struct fixture {
    struct standin *first;
    struct standin *second;
    struct upstream_client *client;
    struct text origin;
};

static const struct standin_rule first_rules[] = {{.request = "*", .body = "{\"at\":1}"}, {0}};
static const struct standin_rule second_rules[] = {{.request = "*", .body = "{\"at\":2}"}, {0}};

static struct fixture start(struct arena *arena) {
    if (!has_names)
        skip();
    struct fixture fixture = {.first = standin_start_at("127.0.0.2", 0, first_rules),
                              .client = upstream_client_create()};
    assert_non_null(fixture.first);
    unsigned port = standin_port(fixture.first);
    fixture.second = standin_start_at("127.0.0.3", port, second_rules);
    assert_non_null(fixture.second);
    fixture.origin = text_format(arena, "http://moving.test:%u", port);
    move_name("127.0.0.2");
    return fixture;
}

static void stop(struct fixture *fixture) {
    upstream_client_destroy(fixture->client);
    standin_stop(fixture->first);
    standin_stop(fixture->second);
}

/* Which server answers: 0 for none. */
static int answers(struct fixture *fixture, const char *method, bool fresh) {
    struct upstream_call call = {
        .method = method,
        .origin = fixture->origin,
        .target = text_of("/a"),
        .fresh = fresh,
        .timeout_ms = 5000,
        .connect_timeout_ms = 2000,
        .max_response = 100,
    };
    struct upstream_call *calls[] = {&call};
    upstream_begin(fixture->client);
    upstream_perform(fixture->client, calls, 1);
    if (call.outcome != UPSTREAM_ANSWERED)
        return 0;
    return text_is(call.response, "{\"at\":1}") ? 1 : 2;
}

static void a_new_address_is_used_after_a_second(void **state) {
    static const char *const methods[] = {"GET", "POST"};
    for (size_t i = 0; i < COUNT(methods); i++) {
        struct fixture fixture = start(*state);
        assert_int_equal(answers(&fixture, methods[i], false), 1);
        standin_stop(fixture.first);
        fixture.first = NULL;
        move_name("127.0.0.3");
        /* The lookup is not repeated at once, so a call costs none as long as all is well. */
        assert_int_equal(answers(&fixture, methods[i], false), 0);
        passed_seconds += 1;
        assert_int_equal(answers(&fixture, methods[i], false), 2);
        stop(&fixture);
    }
}

static void a_fresh_call_looks_the_name_up(void **state) {
    struct fixture fixture = start(*state);
    assert_int_equal(answers(&fixture, "GET", false), 1);
    move_name("127.0.0.3");
    assert_int_equal(answers(&fixture, "GET", false), 1);
    assert_int_equal(answers(&fixture, "GET", true), 2);
    check_number("connections", 1, standin_connections(fixture.first));
    check_number("connections", 1, standin_connections(fixture.second));
    stop(&fixture);
}

/* The old server still answers, and its connection is never idle. */
static void a_connection_is_used_for_half_a_minute(void **state) {
    struct fixture fixture = start(*state);
    assert_int_equal(answers(&fixture, "GET", false), 1);
    move_name("127.0.0.3");
    for (int second = 2; second <= 30; second += 2) {
        passed_seconds += 2;
        assert_int_equal(answers(&fixture, "GET", false), 1);
    }
    check_number("connections", 1, standin_connections(fixture.first));
    passed_seconds += 2;
    assert_int_equal(answers(&fixture, "GET", false), 2);
    stop(&fixture);
}

static void an_idle_connection_is_used_for_some_seconds(void **state) {
    struct fixture fixture = start(*state);
    assert_int_equal(answers(&fixture, "GET", false), 1);
    move_name("127.0.0.3");
    passed_seconds += 3;
    assert_int_equal(answers(&fixture, "GET", false), 1);
    passed_seconds += 4;
    assert_int_equal(answers(&fixture, "GET", false), 2);
    stop(&fixture);
}

/* While the circuit is open, the probe finds the new address, however young the old one is. */
static void a_probe_finds_the_new_address(void **state) {
    struct fixture fixture = start(*state);
    const char *table = text_format(*state,
                                    "upstreams:\n"
                                    "  s:\n"
                                    "    url: '%s'\n"
                                    "    public: true\n"
                                    "    breaker: {failures: 2, retry_after: 1s, probe: /probe}\n"
                                    "  free: {url: '%s', public: true}\n"
                                    "routes:\n"
                                    "  GET /r: {steps: [{c: GET s/a}], answer: $c.at}\n"
                                    "  GET /free: {steps: [{c: GET free/a}], answer: $c.at}\n",
                                    fixture.origin.data, fixture.origin.data)
                            .data;
    struct serving *serving = serving_start(*state, table, first_rules);
    serving_ask(serving, "/r");
    serving_check(serving, "the old address", 200, "1");
    standin_stop(fixture.first);
    fixture.first = NULL;
    for (int i = 0; i < 2; i++) {
        serving_ask(serving, "/r");
        check_number("unreachable", 502, (size_t)serving->response.status);
    }
    passed_seconds += 1;
    serving_ask(serving, "/r");
    check_number("the probe fails", 503, (size_t)serving->response.status);
    passed_seconds += 1;
    serving_ask(serving, "/free");
    check_number("the old address is looked up", 502, (size_t)serving->response.status);
    move_name("127.0.0.3");
    serving_ask(serving, "/r");
    serving_check(serving, "the new address", 200, "2");
    serving_stop(serving);
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_new_address_is_used_after_a_second),
        TEST_WITH_ARENA(a_fresh_call_looks_the_name_up),
        TEST_WITH_ARENA(a_connection_is_used_for_half_a_minute),
        TEST_WITH_ARENA(an_idle_connection_is_used_for_some_seconds),
        TEST_WITH_ARENA(a_probe_finds_the_new_address),
    };
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    start_seconds = now.tv_sec;
    has_names = replace_names();
    int failed = cmocka_run_group_tests_name("name resolution", tests, NULL, NULL);
    unlink(hosts);
    return failed;
}
