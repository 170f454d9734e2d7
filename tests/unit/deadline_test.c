/* A request's deadline: what it leaves a call, and what a call that it cut short says. */
#include "support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "serve/circuit_breaker.h"
#include "serve/deadline.h"
#include "serve/service.h"

static const struct log no_log = {.descriptor = -1, .level = LOG_LEVEL_ERROR};

/* A server that takes connections and never answers. */
static int start_silent_server(unsigned *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server, (const struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server, 8), 0);
    assert_int_equal(getsockname(server, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return server;
}

/* The status that `target` is answered with, and how long that takes. */
static int status_of(struct service *service, const char *target, int64_t *ms) {
    struct http_request request = {.method = text_of("GET"), .target = text_of(target)};
    struct http_response response = {0};
    int64_t begin = clock_now_ms();
    service_handle(service, &request, &response);
    *ms = clock_now_ms() - begin;
    buffer_free(&response.body);
    return response.status;
}

static void ends_a_request_when_the_budget_of_all_its_calls_is_spent(void **state) {
    unsigned port;
    int server = start_silent_server(&port);
    const char *source = text_format(*state,
                                     "server: {deadline: 200ms}\n"
                                     "upstreams: {s: {url: 'http://127.0.0.1:%u', public: true}}\n"
                                     "routes:\n"
                                     "  GET /default:\n"
                                     "    steps:\n"
                                     "      - a: GET s/a\n"
                                     "    answer: {a: $a.x}\n"
                                     "  GET /own:\n"
                                     "    deadline: 400ms\n"
                                     "    steps:\n"
                                     "      - a: GET s/a\n"
                                     "        timeout: 100ms\n"
                                     "        optional: true\n"
                                     "      - b: GET s/b/{$a.x ?? 1}\n"
                                     "        timeout: 10s\n"
                                     "      - c: GET s/c/{$b.x}\n"
                                     "    answer: {c: $c.x}\n",
                                     port)
                             .data;
    struct service *service = service_create(&no_log);
    service_set_table(service, table_load("table", text_of(source), stderr));
    int64_t ms;
    assert_int_equal(status_of(service, "/default", &ms), 504);
    assert_in_range(ms, 195, 380);
    assert_int_equal(status_of(service, "/own", &ms), 504);
    assert_in_range(ms, 395, 900);
    service_destroy(service);
    close(server);
}

/* Of two calls that go out together, the second one's breaker is probed first. */
static void the_time_of_a_probe_is_also_that_of_the_calls_before_it(void **state) {
    unsigned port;
    int server = start_silent_server(&port);
    const char *source =
        text_format(*state,
                    "server: {deadline: 400ms}\n"
                    "upstreams:\n"
                    "  a: {url: 'http://127.0.0.1:%u', public: true}\n"
                    "  b: {url: 'http://127.0.0.1:%u', public: true, breaker: {failures: 1,\n"
                    "      retry_after: 1ms, probe: /p, probe_timeout: 300ms}}\n"
                    "routes:\n"
                    "  GET /open: {steps: [{y: GET b/y, timeout: 20ms}], answer: $y.x}\n"
                    "  GET /both:\n"
                    "    steps:\n"
                    "      - x: GET a/x\n"
                    "      - y: GET b/y\n"
                    "        optional: true\n"
                    "    answer: {x: $x.x, y: $y.x}\n",
                    port, port)
            .data;
    struct service *service = service_create(&no_log);
    service_set_table(service, table_load("table", text_of(source), stderr));
    int64_t ms;
    assert_int_equal(status_of(service, "/open", &ms), 504);
    for (int64_t opened = clock_now_ms(); clock_now_ms() < opened + 5;)
        continue;
    assert_int_equal(status_of(service, "/both", &ms), 504);
    assert_in_range(ms, 395, 650);
    service_destroy(service);
    close(server);
}

/* A request context of a table with a breaker that opens after one failure. */
static struct request_context *new_context(struct arena *arena) {
    struct table *table =
        good_table(arena, "server: {deadline: 3s}\n"
                          "upstreams:\n"
                          "  s:\n"
                          "    url: 'http://127.0.0.1:9'\n"
                          "    public: true\n"
                          "    breaker: {failures: 1, retry_after: 1min, probe: /p}\n"
                          "routes:\n"
                          "  GET /any: {steps: [{r: GET s/x}], answer: $r}\n"
                          "  GET /own: {deadline: 50s, steps: [{r: GET s/x}], answer: $r}\n"
                          "  GET /healthz: {answer: {body: {status: ok}}}\n");
    struct request_context *context = arena_allocate(arena, sizeof *context);
    *context = (struct request_context){
        .table = table,
        .route = &table->routes[0],
        .record = arena_allocate(arena, sizeof *context->record),
        .log = &no_log,
        .arena = arena,
    };
    clock_gettime(CLOCK_MONOTONIC, &context->record->begin);
    return context;
}

static void limits_a_call_to_what_is_left(void **state) {
    struct request_context *context = new_context(*state);
    struct upstream_call call = {.timeout_ms = 10000, .connect_timeout_ms = 2000};
    context->record->begin.tv_sec -= 1;
    assert_true(deadline_admits(context, &call));
    assert_in_range(call.budget_ms, 1500, 2000);
    context->route = &context->table->routes[1];
    assert_true(deadline_admits(context, &call));
    assert_in_range(call.budget_ms, 48500, 49000);
    context->record->begin.tv_sec -= 49;
    assert_false(deadline_admits(context, &call));
    assert_int_equal(call.outcome, UPSTREAM_TIMEOUT);
}

/* Of 50 s, 4 ms are left at most. */
static void does_not_begin_a_call_at_the_last_moment(void **state) {
    struct request_context *context = new_context(*state);
    struct upstream_call call = {.timeout_ms = 10000, .connect_timeout_ms = 2000};
    context->route = &context->table->routes[1];
    context->record->begin.tv_sec -= 50;
    context->record->begin.tv_nsec += 4000000;
    assert_false(deadline_admits(context, &call));
}

/* Whether a call with this outcome opens the breaker. */
static bool counts(struct arena *arena, struct upstream_call call) {
    struct request_context *context = new_context(arena);
    context->breakers = circuit_breakers_create(context->table, NULL);
    circuit_breaker_record(context, &context->table->upstreams[0], &call);
    circuit_breaker_commit(context);
    bool open = breaker_state_unpack(atomic_load(&context->breakers[0].own)).open;
    free(context->breakers);
    return open;
}

static void does_not_count_a_timeout_that_the_deadline_caused(void **state) {
    struct upstream_call call = {
        .outcome = UPSTREAM_TIMEOUT, .timeout_ms = 10000, .connect_timeout_ms = 2000};
    call.budget_ms = 1999;
    assert_false(counts(*state, call));
    call.budget_ms = 0;
    assert_false(counts(*state, call));
    call.budget_ms = 2000;
    assert_true(counts(*state, call));
    call.budget_ms = 1999;
    call.outcome = UPSTREAM_UNREACHABLE;
    assert_true(counts(*state, call));
}

static void counts_the_time_in_the_queue(void **state) {
    struct request_context *context = new_context(*state);
    struct upstream_call call = {.timeout_ms = 10000, .connect_timeout_ms = 100};
    context->record->queue_ms = 1000;
    assert_true(deadline_admits(context, &call));
    assert_in_range(call.budget_ms, 1900, 2000);
    /* Unknown. */
    context->record->queue_ms = -1;
    assert_true(deadline_admits(context, &call));
    assert_in_range(call.budget_ms, 2900, 3000);
}

/* The deadline is 3 s, or that of the route: 50 s. */
static void refuses_a_request_that_waited_until_its_deadline(void **state) {
    struct request_context *context = new_context(*state);
    context->record->queue_ms = 2994;
    assert_null(deadline_check_queue(context));
    /* In less than 5 ms no call is made. */
    context->record->queue_ms = 2996;
    struct failure *failure = deadline_check_queue(context);
    assert_non_null(failure);
    assert_int_equal(failure->status, 503);
    check_text("message", "The server is overloaded", failure->message);
    check_text("detail", "waited 2996 ms for a worker: nothing is left of the deadline, 3000 ms",
               failure->detail);
    check_text("retry", "5", failure->retry_after);
    context->route = &context->table->routes[1];
    assert_null(deadline_check_queue(context));
    context->record->queue_ms = 50000;
    assert_non_null(deadline_check_queue(context));
    context->record->queue_ms = -1;
    assert_null(deadline_check_queue(context));
}

static void answers_a_request_without_calls_however_long_it_waited(void **state) {
    struct request_context *context = new_context(*state);
    context->route = &context->table->routes[2];
    context->record->queue_ms = 600000;
    assert_null(deadline_check_queue(context));
}

static void a_deadline_without_time_for_a_call_refuses_nobody_at_once(void **state) {
    struct request_context *context = new_context(*state);
    context->table =
        good_table(*state, "server: {deadline: 5ms}\n" ANY_UPSTREAM
                           "routes: {GET /a: {steps: [{r: GET store/x}], answer: $r}}\n");
    context->route = &context->table->routes[0];
    context->record->queue_ms = 4.9;
    assert_null(deadline_check_queue(context));
    context->record->queue_ms = 5;
    assert_non_null(deadline_check_queue(context));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(ends_a_request_when_the_budget_of_all_its_calls_is_spent),
        TEST_WITH_ARENA(the_time_of_a_probe_is_also_that_of_the_calls_before_it),
        TEST_WITH_ARENA(limits_a_call_to_what_is_left),
        TEST_WITH_ARENA(does_not_begin_a_call_at_the_last_moment),
        TEST_WITH_ARENA(does_not_count_a_timeout_that_the_deadline_caused),
        TEST_WITH_ARENA(counts_the_time_in_the_queue),
        TEST_WITH_ARENA(refuses_a_request_that_waited_until_its_deadline),
        TEST_WITH_ARENA(a_deadline_without_time_for_a_call_refuses_nobody_at_once),
        TEST_WITH_ARENA(answers_a_request_without_calls_however_long_it_waited),
    };
    return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
