/* The file that the workers of a pool share: made once, by several at a time, and kept over kills.
 */
#include "serving.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "serve/breaker_state.h"
#include "serve/metrics.h"
#include "serve/status.h"

enum { CROWD = 8, PATIENCE_S = 60 };

struct place {
    struct arena *arena;
    char folder[32];
    char path[64];
    FILE *log_file;
    struct log log;
};

static int create_place(void **state) {
    struct arena *arena = arena_create();
    struct place *place = arena_allocate(arena, sizeof *place);
    *place = (struct place){.arena = arena, .folder = "/tmp/status_test.XXXXXX"};
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/status", place->folder);
    place->log_file = tmpfile();
    place->log = (struct log){.level = LOG_LEVEL_INFO, .descriptor = fileno(place->log_file)};
    *state = place;
    return 0;
}

static int remove_place(void **state) {
    struct place *place = *state;
    fclose(place->log_file);
    remove(place->path);
    /* Nothing else was left in it. */
    assert_return_code(rmdir(place->folder), errno);
    arena_destroy(place->arena);
    return 0;
}

#define TEST_IN_PLACE(function)                                                                    \
    cmocka_unit_test_setup_teardown(function, create_place, remove_place)

static struct status *open_in(struct place *place) {
    return status_open(place->path, &place->log);
}

static struct text logged(struct place *place) {
    struct buffer content = {0};
    rewind(place->log_file);
    assert_true(file_read_stream(place->log_file, &content));
    struct text text = text_copy(place->arena, buffer_text(&content));
    buffer_free(&content);
    return text;
}

static struct table *small_table(struct place *place) {
    return good_table(place->arena, ANY_UPSTREAM "routes:\n"
                                                 "  GET /a: {answer: {a: 1}}\n"
                                                 "  POST /b/{id}: {answer: {b: 1}}\n");
}

/* The route's series, of which the file must have one. */
static const struct status_route *series(struct status *status, const char *name) {
    const struct status_file *file = status_read(status)->file;
    const struct status_route *found = NULL;
    for (size_t i = 0; i < atomic_load(&file->route_count); i++) {
        if (strcmp(file->routes[i].name, name) != 0)
            continue;
        assert_null(found);
        found = &file->routes[i];
    }
    if (!found)
        fail_msg("there is no series %s", name);
    return found;
}

static size_t count_of(struct status *status, const char *name) {
    const struct status_route *route = series(status, name);
    size_t count = 0;
    for (size_t i = 0; i < STATUS_CLASSES; i++)
        count += atomic_load(&route->classes[i]);
    return count;
}

static void serve(struct status *status, const struct route *route, int response) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    status_begin(status, now);
    status_found(status, route);
    status_end(status, route, response, now);
}

static void workers_share_one_file(void **state) {
    struct place *place = *state;
    const struct table *table = small_table(place);
    struct status *first = open_in(place), *second = open_in(place);
    assert_non_null(first);
    assert_non_null(second);
    status_bind(first, table);
    status_bind(second, table);
    serve(first, &table->routes[0], 200);
    serve(second, &table->routes[0], 304);
    serve(second, &table->routes[1], 404);
    serve(second, NULL, 502);
    check_number("of both", 2, count_of(first, "GET /a"));
    check_number("another route", 1, count_of(first, "POST /b/{id}"));
    check_number("no route", 1, count_of(first, "none"));
    check_number("2xx", 1, atomic_load(&series(first, "GET /a")->classes[0]));
    check_number("3xx", 1, atomic_load(&series(first, "GET /a")->classes[1]));
    check_number("4xx", 1, atomic_load(&series(first, "POST /b/{id}")->classes[2]));
    check_number("5xx", 1, atomic_load(&series(first, "none")->classes[3]));
    struct stat file;
    assert_return_code(stat(place->path, &file), errno);
    check_number("nothing for others", 0, file.st_mode & 07);
    status_close(second);
    check_number("a worker that ends takes nothing along", 2, count_of(first, "GET /a"));
    check_number("and is not lost", 0, atomic_load(&status_read(first)->file->lost));
    status_close(first);
    check_number("log", 0, logged(place).size);
}

/*
 * Has so many processes open the file at the same moment; each must find it. Those that do end by a
 * signal: valgrind would look through what they have of their parent.
 */
static void open_at_once(struct place *place) {
    int start[2];
    assert_return_code(pipe(start), errno);
    for (int i = 0; i < CROWD; i++) {
        if (fork())
            continue;
        char byte;
        close(start[1]);
        /* Until the parent closes it. */
        if (read(start[0], &byte, 1) != 0)
            _exit(2);
        struct status *status = open_in(place);
        status_close(status);
        _exit(status && raise(SIGKILL) == 0 ? 0 : 1);
    }
    close(start[0]);
    close(start[1]);
    for (int i = 0; i < CROWD; i++) {
        int ended = 0;
        assert_return_code(wait(&ended), errno);
        assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL);
    }
}

/* All of the crowd, and this process, are in one file. */
static void check_one_file(struct place *place) {
    struct status *status = open_in(place);
    assert_non_null(status);
    check_number("started", CROWD + 1, atomic_load(&status_read(status)->file->started));
    check_number("lost", 0, atomic_load(&status_read(status)->file->lost));
    status_close(status);
}

static void two_at_once_create_one_file(void **state) {
    for (int i = 0; i < 20; i++) {
        open_at_once(*state);
        check_one_file(*state);
        assert_return_code(remove(((struct place *)*state)->path), errno);
    }
}

static void write_bytes(const char *path, struct text content) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content.data, 1, content.size, file), content.size);
    assert_return_code(fclose(file), errno);
}

/* What a worker of another version leaves: `at` bytes from the beginning one is changed. */
static void leave_other_version(struct place *place, long at, size_t size) {
    status_close(open_in(place));
    struct text content = file_content(place->arena, place->path);
    struct text changed = text_copy(place->arena, content);
    ((char *)changed.data)[at]++;
    changed.size = size < changed.size ? size : changed.size;
    write_bytes(place->path, changed);
}

static void a_file_of_another_version_or_size_is_replaced(void **state) {
    struct place *place = *state;
    static const struct {
        long at;
        size_t size;
    } rows[] = {{8, SIZE_MAX}, {12, SIZE_MAX}, {4000, 5000}, {4000, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        leave_other_version(place, rows[i].at, rows[i].size);
        struct stat before, after;
        assert_return_code(stat(place->path, &before), errno);
        open_at_once(place);
        check_one_file(place);
        assert_return_code(stat(place->path, &after), errno);
        check_truth("another one", true, before.st_ino != after.st_ino);
        assert_return_code(remove(place->path), errno);
    }
    check_number("log", 0, logged(place).size);
}

static void any_other_file_is_left_alone(void **state) {
    struct place *place = *state;
    static const char content[] = "upstreams: {}\nroutes: {}\n";
    write_bytes(place->path, text_of(content));
    assert_null(open_in(place));
    check_text("its content", content, file_content(place->arena, place->path));
    check_truth("the log", true, text_contains(logged(place), text_of("it is not a status file")));
    assert_return_code(remove(place->path), errno);
    assert_return_code(mkfifo(place->path, 0600), errno);
    assert_null(open_in(place));
    assert_return_code(remove(place->path), errno);
    assert_return_code(symlink("/tmp/elsewhere", place->path), errno);
    assert_null(open_in(place));
    assert_return_code(remove(place->path), errno);
    assert_return_code(mkdir(place->path, 0700), errno);
    assert_null(open_in(place));
}

static void without_a_file_nothing_is_recorded(void **state) {
    struct place *place = *state;
    const struct table *table = small_table(place);
    const struct upstream_call call = {.outcome = UPSTREAM_TIMEOUT};
    struct status *status = status_open("/nonexistent/status", &place->log);
    assert_null(status);
    status_bind(status, table);
    serve(status, &table->routes[0], 200);
    status_call(status, &table->upstreams[0], &call);
    status_reloaded(status, true);
    status_rest(status);
    assert_null(status_read(status));
    status_close(status);
    struct text lines = logged(place);
    check_truth("once", true, text_contains(text_cut(&lines, '\n'), text_of("/nonexistent/")));
    check_number("no more lines", 0, lines.size);
}

/* Killed: */
enum moment { IN_A_REQUEST, BETWEEN_REQUESTS };

static pid_t start_victim(struct place *place, const struct table *table, enum moment moment) {
    int ready[2];
    char byte;
    assert_return_code(pipe(ready), errno);
    pid_t victim = fork();
    if (victim == 0) {
        alarm(PATIENCE_S);
        struct status *status = open_in(place);
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        status_bind(status, table);
        for (int i = 0; i < 3; i++)
            serve(status, &table->routes[0], 200);
        if (moment == IN_A_REQUEST) {
            status_begin(status, now);
            status_found(status, &table->routes[1]);
        }
        _exit(write(ready[1], "x", 1) == 1 && pause() ? 1 : 2);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return victim;
}

static void kill_victim(pid_t victim) {
    assert_return_code(kill(victim, SIGKILL), errno);
    assert_int_equal(waitpid(victim, NULL, 0), victim);
}

static void counters_outlive_a_worker_that_is_killed(void **state) {
    struct place *place = *state;
    const struct table *table = small_table(place);
    struct status *status = open_in(place);
    struct status_map map;
    struct pool_view view;
    status_bind(status, table);
    assert_true(status_file_open_to_read(place->path, &map));
    for (size_t i = 1; i <= 3; i++) {
        pid_t victim = start_victim(place, table, i == 2 ? BETWEEN_REQUESTS : IN_A_REQUEST);
        pool_view_read(&view, &map, false);
        check_number("busy", i == 2 ? 0 : 1, view.busy);
        check_number("idle", i == 2 ? 2 : 1, view.idle);
        kill_victim(victim);
        pool_view_read(&view, &map, false);
        check_number("busy, then", 0, view.busy);
        check_number("idle, then", 1, view.idle);
        check_number("its requests", i * 3, count_of(status, "GET /a"));
        check_number("the one in progress is none", 0, count_of(status, "POST /b/{id}"));
        check_number("lost", i, atomic_load(&status_read(status)->file->lost));
        check_number("and once", i, atomic_load(&status_read(status)->file->lost));
    }
    status_file_close(&map);
    status_close(status);
}

static void the_slot_of_a_killed_worker_is_used_again(void **state) {
    struct place *place = *state;
    const struct table *table = small_table(place);
    for (int i = 0; i < STATUS_MAX_WORKERS + 2; i++)
        kill_victim(start_victim(place, table, IN_A_REQUEST));
    struct status *status = open_in(place);
    check_number("lost", STATUS_MAX_WORKERS + 2, atomic_load(&status_read(status)->file->lost));
    status_close(status);
    check_number("log", 0, logged(place).size);
}

static void a_worker_too_many_counts_all_the_same(void **state) {
    struct place *place = *state;
    const struct table *table = small_table(place);
    struct status *all[STATUS_MAX_WORKERS + 1];
    for (size_t i = 0; i < COUNT(all); i++) {
        all[i] = open_in(place);
        assert_non_null(all[i]);
    }
    status_bind(all[STATUS_MAX_WORKERS], table);
    serve(all[STATUS_MAX_WORKERS], &table->routes[0], 200);
    check_number("counted", 1, count_of(all[STATUS_MAX_WORKERS], "GET /a"));
    struct text lines = logged(place);
    check_truth("the log", true, text_contains(text_cut(&lines, '\n'), text_of("no room")));
    check_number("one line", 0, lines.size);
    for (size_t i = 0; i < COUNT(all); i++)
        status_close(all[i]);
}

static void a_bucket_has_what_is_up_to_its_bound(void **state) {
    struct place *place = *state;
    const struct table *table = small_table(place);
    struct status *status = open_in(place);
    status_bind(status, table);
    uint64_t sum = 0;
    for (size_t i = 0; i < STATUS_BUCKETS - 1; i++) {
        for (int64_t more = 0; more <= 1; more++) {
            const struct upstream_call call = {
                .outcome = UPSTREAM_ANSWERED,
                .status = 200,
                .elapsed_ms = (double)((int64_t)status_bounds_us[i] + more) / 1e3};
            status_call(status, &table->upstreams[0], &call);
            sum += status_bounds_us[i] + (uint64_t)more;
        }
    }
    const struct upstream_call suspended = {.outcome = UPSTREAM_SUSPENDED, .elapsed_ms = 5};
    status_call(status, &table->upstreams[0], &suspended);
    const struct status_upstream *upstream = &status_read(status)->file->upstreams[0];
    for (size_t i = 0; i < STATUS_BUCKETS; i++)
        check_number(status_bounds[i], i == 0 || i == STATUS_BUCKETS - 1 ? 1 : 2,
                     atomic_load(&upstream->duration.buckets[i]));
    check_number("sum", sum, atomic_load(&upstream->duration.sum_us));
    check_number("answers", 2 * (STATUS_BUCKETS - 1), atomic_load(&upstream->outcomes[0]));
    check_number("suspended", 1, atomic_load(&upstream->outcomes[STATUS_SUSPENDED]));
    status_close(status);
}

static void the_bounds_are_the_same_in_seconds(void **state) {
    (void)state;
    for (size_t i = 0; i < STATUS_BUCKETS - 1; i++)
        check_number(status_bounds[i], (size_t)(strtod(status_bounds[i], NULL) * 1e6 + 0.5),
                     status_bounds_us[i]);
}

static void a_reload_keeps_the_counts_of_routes_that_stay(void **state) {
    struct place *place = *state;
    const struct table *table = small_table(place);
    const struct table *next =
        good_table(place->arena, ANY_UPSTREAM "routes:\n"
                                              "  GET /new: {answer: {n: 1}}\n"
                                              "  GET /a: {answer: {a: 2}}\n");
    struct status *first = open_in(place), *second = open_in(place);
    status_bind(first, table);
    status_bind(second, table);
    serve(first, &table->routes[0], 200);
    status_bind(first, next);
    serve(first, &next->routes[1], 200);
    serve(first, &next->routes[0], 200);
    /* This one has not reloaded yet. */
    serve(second, &table->routes[0], 200);
    serve(second, &table->routes[1], 200);
    check_number("in both", 3, count_of(first, "GET /a"));
    check_number("new", 1, count_of(first, "GET /new"));
    check_number("removed", 1, count_of(first, "POST /b/{id}"));
    status_close(second);
    status_close(first);
}

static void routes_without_room_are_counted_as_other(void **state) {
    struct place *place = *state;
    struct buffer source = {0};
    buffer_append_string(&source, ANY_UPSTREAM "routes:\n");
    for (int i = 0; i < STATUS_MAX_ROUTES; i++)
        buffer_append_format(&source, "  GET /r%d: {answer: 501 Not yet}\n", i);
    buffer_append_byte(&source, '\0');
    const struct table *table = good_table(place->arena, source.data);
    buffer_free(&source);
    struct status *status = open_in(place);
    status_bind(status, table);
    for (size_t i = 0; i < table->route_count; i++)
        serve(status, &table->routes[i], 200);
    check_number("others", STATUS_OWN_ROUTES, count_of(status, "other"));
    check_number("the first one", 1, count_of(status, "GET /r0"));
    struct text lines = logged(place);
    check_truth("the log", true, text_contains(text_cut(&lines, '\n'), text_of("no room")));
    check_number("one line", 0, lines.size);
    status_close(status);
}

/* The circuit breaker of a pool. */

struct pool {
    struct place *place;
    struct standin *upstream;
    struct service *services[2];
    struct status *statuses[2];
    struct http_response response;
};

static const struct standin_rule down[] = {
    {"GET /probe", .action = STANDIN_SILENCE}, {.request = "*", .status = 503}, {0}};

static void add_worker(struct pool *pool, size_t index, const char *retry_after) {
    const char *source =
        text_format(pool->place->arena,
                    "upstreams:\n"
                    "  s:\n"
                    "    url: 'http://127.0.0.1:%u'\n"
                    "    public: true\n"
                    "    breaker: {failures: 3, retry_after: %s, probe: /probe,"
                    " probe_timeout: 1min}\n"
                    "server: {metrics: true}\n"
                    "routes: {GET /x: {steps: [{c: GET s/x}], answer: {c: $c.x}}}\n",
                    standin_port(pool->upstream), retry_after)
            .data;
    pool->statuses[index] = open_in(pool->place);
    pool->services[index] = service_create(&pool->place->log);
    service_share(pool->services[index], pool->statuses[index]);
    service_set_table(pool->services[index], table_load("table", text_of(source), stderr));
}

/* Starts another worker in the place of the second one. */
static void replace_worker(struct pool *pool, const char *retry_after) {
    service_destroy(pool->services[1]);
    status_close(pool->statuses[1]);
    add_worker(pool, 1, retry_after);
}

static struct pool start_pool(struct place *place, const char *retry_after) {
    struct pool pool = {.place = place, .upstream = standin_start(down)};
    for (size_t i = 0; i < COUNT(pool.services); i++)
        add_worker(&pool, i, retry_after);
    return pool;
}

static void stop_pool(struct pool *pool) {
    for (size_t i = 0; i < COUNT(pool->services); i++) {
        service_destroy(pool->services[i]);
        status_close(pool->statuses[i]);
    }
    standin_stop(pool->upstream);
    buffer_free(&pool->response.body);
}

/* A request that the web server took at this time of day; 0: it does not pass it. */
static int ask_taken(struct pool *pool, size_t index, const char *target, int64_t started_us) {
    const struct http_request request = {
        .method = text_of("GET"), .target = text_of(target), .started_us = started_us};
    service_handle(pool->services[index], &request, &pool->response);
    service_log(pool->services[index], &request, &pool->response);
    return pool->response.status;
}

static int ask(struct pool *pool, size_t index, const char *target) {
    return ask_taken(pool, index, target, 0);
}

static void the_failures_of_all_workers_open_a_circuit_for_all(void **state) {
    struct pool pool = start_pool(*state, "1min");
    assert_int_equal(ask(&pool, 0, "/x"), 502);
    assert_int_equal(ask(&pool, 1, "/x"), 502);
    assert_int_equal(ask(&pool, 0, "/x"), 502);
    standin_forget(pool.upstream);
    assert_int_equal(ask(&pool, 1, "/x"), 503);
    assert_int_equal(ask(&pool, 0, "/x"), 503);
    check_number("no call", 0, standin_requests(pool.upstream));
    const struct status_upstream *upstream = &status_read(pool.statuses[0])->file->upstreams[0];
    check_number("opened", 1, atomic_load(&upstream->opened));
    check_number("5xx", 3, atomic_load(&upstream->outcomes[3]));
    check_number("suspended", 2, atomic_load(&upstream->outcomes[STATUS_SUSPENDED]));
    /* A worker that is started now knows it too. */
    replace_worker(&pool, "1min");
    assert_int_equal(ask(&pool, 1, "/x"), 503);
    stop_pool(&pool);
}

static bool has_request(struct pool *pool) {
    for (int64_t until = clock_now_ms() + 10000; clock_now_ms() < until;) {
        if (standin_requests(pool->upstream))
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return false;
}

static void one_worker_of_the_pool_probes(void **state) {
    struct pool pool = start_pool(*state, "1ms");
    for (int i = 0; i < 3; i++)
        ask(&pool, 0, "/x");
    standin_forget(pool.upstream);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    pid_t prober = fork();
    if (prober == 0) {
        alarm(PATIENCE_S);
        ask(&pool, 0, "/x");
        _exit(1);
    }
    assert_true(has_request(&pool));
    /* While it waits for its answer. */
    assert_int_equal(ask(&pool, 1, "/x"), 503);
    check_number("its probe alone", 1, standin_requests(pool.upstream));
    for (size_t i = 0; i < pool.response.header_count; i++)
        if (text_is(pool.response.headers[i].name, "retry-after"))
            check_text("not the probe's time", "1", pool.response.headers[i].value);
    kill_victim(prober);
    stop_pool(&pool);
}

static void a_state_that_cannot_be_is_forgotten(void **state) {
    struct pool pool = start_pool(*state, "1min");
    for (int i = 0; i < 3; i++)
        ask(&pool, 0, "/x");
    assert_int_equal(ask(&pool, 0, "/x"), 503);
    struct status_file *file = status_read(pool.statuses[0])->file;
    /* A file that outlived a boot of the machine: the clock was further. */
    const struct breaker_state later = {.open = true, .retry_at_ms = clock_now_ms() + 3600000};
    atomic_store(&file->upstreams[0].state, breaker_state_pack(&later));
    replace_worker(&pool, "1min");
    assert_int_equal(ask(&pool, 1, "/x"), 502);
    /* Another server by the same name, or another table. */
    for (int i = 0; i < 3; i++)
        ask(&pool, 0, "/x");
    assert_int_equal(ask(&pool, 0, "/x"), 503);
    atomic_fetch_add(&file->upstreams[0].origin, 1);
    replace_worker(&pool, "1min");
    assert_int_equal(ask(&pool, 1, "/x"), 502);
    stop_pool(&pool);
}

/* Workers of different tables or servers do not suspend each other's calls. */
static void a_circuit_is_that_of_one_server_and_table(void **state) {
    struct pool pool = start_pool(*state, "1min");
    /* Another table, as its text differs. */
    replace_worker(&pool, "2min");
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask(&pool, 1, "/x"), 502);
    assert_int_equal(ask(&pool, 1, "/x"), 503);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask(&pool, 0, "/x"), 502);
    assert_int_equal(ask(&pool, 0, "/x"), 503);
    stop_pool(&pool);
}

static const struct standin_rule working[] = {{.request = "*", .body = "{\"x\":1}"}, {0}};

static void a_damaged_state_suspends_nobody(void **state) {
    struct pool pool = start_pool(*state, "1ms");
    struct status_file *file = status_read(pool.statuses[0])->file;
    atomic_store(&file->upstreams[0].state, UINT64_MAX);
    standin_set_rules(pool.upstream, working);
    assert_int_equal(ask(&pool, 0, "/x"), 200);
    stop_pool(&pool);
}

static void damaged_counts_of_series_lead_nowhere_else(void **state) {
    struct place *place = *state;
    const struct table *table = small_table(place);
    static const uint32_t counts[] = {0, 1, STATUS_MAX_ROUTES + 1, UINT32_MAX};
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct status *status = open_in(place);
        struct status_file *file = status_read(status)->file;
        atomic_store(&file->route_count, counts[i]);
        status_bind(status, table);
        serve(status, &table->routes[0], 500);
        check_number("another series", 0, (size_t)atomic_load(&file->upstreams[0].state));
        check_text("its name", "none", text_of(file->routes[STATUS_NO_ROUTE].name));
        check_number("counted as other", i + 1,
                     (size_t)atomic_load(&file->routes[STATUS_OTHER_ROUTE].classes[3]));
        status_close(status);
    }
}

/* A lock that somebody keeps does not keep a worker from serving. */
static void a_lock_that_is_kept_is_not_waited_for(void **state) {
    struct place *place = *state;
    const struct table *table = small_table(place);
    struct status *status = open_in(place);
    int holder = open(place->path, O_RDONLY | O_CLOEXEC);
    struct flock range = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1};
    assert_return_code(fcntl(holder, F_OFD_SETLK, &range), errno);
    status_bind(status, table);
    serve(status, &table->routes[0], 200);
    check_number("other", 1, count_of(status, "other"));
    assert_null(open_in(place));
    close(holder);
    status_bind(status, table);
    serve(status, &table->routes[0], 200);
    check_number("its own", 1, count_of(status, "GET /a"));
    status_close(status);
}

/* Metrics. */

static void check_metric(struct pool *pool, const char *line) {
    struct buffer wanted = {0};
    buffer_append_format(&wanted, "\n%s\n", line);
    if (!text_contains(buffer_text(&pool->response.body), buffer_text(&wanted)))
        fail_msg("no line %s in\n%.*s", line, (int)pool->response.body.size,
                 pool->response.body.data);
    buffer_free(&wanted);
}

static void metrics_are_those_of_the_pool(void **state) {
    struct pool pool = start_pool(*state, "1min");
    for (int i = 0; i < 4; i++)
        ask(&pool, 0, "/x");
    ask(&pool, 1, "/nowhere");
    status_reloaded(pool.statuses[1], false);
    assert_int_equal(ask(&pool, 1, "/metrics"), 200);
    static const char *const lines[] = {
        "# TYPE o2s_medusa_requests_total counter",
        "o2s_medusa_requests_total{method=\"GET\",route=\"/x\",status=\"2xx\"} 0",
        "o2s_medusa_requests_total{method=\"GET\",route=\"/x\",status=\"5xx\"} 4",
        "o2s_medusa_requests_total{method=\"none\",route=\"none\",status=\"4xx\"} 1",
        "o2s_medusa_request_duration_seconds_bucket{method=\"GET\",route=\"/x\",le=\"+Inf\"} 4",
        "o2s_medusa_request_duration_seconds_count{method=\"GET\",route=\"/x\"} 4",
        "o2s_medusa_upstream_requests_total{upstream=\"s\",outcome=\"5xx\"} 3",
        "o2s_medusa_upstream_requests_total{upstream=\"s\",outcome=\"suspended\"} 1",
        "o2s_medusa_circuit_state{upstream=\"s\",state=\"open\"} 1",
        "o2s_medusa_circuit_state{upstream=\"s\",state=\"closed\"} 0",
        "o2s_medusa_circuit_opened_total{upstream=\"s\"} 1",
        "o2s_medusa_workers{state=\"busy\"} 1",
        "o2s_medusa_workers{state=\"idle\"} 1",
        "o2s_medusa_requests_in_progress 1",
        "o2s_medusa_workers_started_total 2",
        "o2s_medusa_workers_lost_total 0",
        "o2s_medusa_table_reloads_total{result=\"success\"} 0",
        "o2s_medusa_table_reloads_total{result=\"failure\"} 1",
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        check_metric(&pool, lines[i]);
    for (size_t i = 0; i < pool.response.header_count; i++)
        if (text_is(pool.response.headers[i].name, "content-type"))
            check_text("type", "text/plain; version=0.0.4; charset=utf-8",
                       pool.response.headers[i].value);
    ask(&pool, 1, "/metrics");
    check_metric(&pool,
                 "o2s_medusa_requests_total{method=\"GET\",route=\"/metrics\",status=\"2xx\"} 1");
    stop_pool(&pool);
}

/* By a deadline of 30 s, without a call. */
static void a_request_that_waited_too_long_is_refused_and_counted(void **state) {
    struct pool pool = start_pool(*state, "1min");
    int64_t now = clock_time_of_day_us();
    assert_int_equal(ask_taken(&pool, 0, "/x", now - 31000000), 503);
    check_truth("the body", true,
                text_contains(buffer_text(&pool.response.body), text_of("overloaded")));
    bool has_header = http_response_has_header(&pool.response, "retry-after");
    check_truth("a time", true, has_header);
    check_number("no call", 0, standin_requests(pool.upstream));
    assert_int_equal(ask_taken(&pool, 0, "/nowhere", now - 31000000), 404);
    assert_int_equal(ask_taken(&pool, 1, "/x", now), 502);
    assert_int_equal(ask_taken(&pool, 1, "/x", now - 3600000000), 502);
    /* The metrics of an overloaded pool are what one wants to see. */
    assert_int_equal(ask_taken(&pool, 1, "/metrics", now - 31000000), 200);
    static const char *const lines[] = {
        "o2s_medusa_requests_shed_total 1",
        "# TYPE o2s_medusa_request_queue_seconds histogram",
        "o2s_medusa_request_queue_seconds_bucket{le=\"10\"} 1",
        "o2s_medusa_request_queue_seconds_bucket{le=\"+Inf\"} 3",
        "o2s_medusa_request_queue_seconds_count 3",
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        check_metric(&pool, lines[i]);
    uint64_t sum_us = atomic_load(&status_read(pool.statuses[0])->file->queue.sum_us);
    assert_in_range(sum_us, 93000000, 123000000);
    struct text lines_of_log = logged(pool.place);
    check_truth("the log", true,
                text_contains(lines_of_log,
                              text_of("ms for a worker: nothing is left of the deadline, 30000")));
    check_truth("its time", true, text_contains(lines_of_log, text_of("\"queue_ms\":31")));
    stop_pool(&pool);
}

static void labels_are_escaped(void **state) {
    struct status *status = open_in(*state);
    struct buffer text = {0};
    status_file_route(status_read(status), text_of("GET /a\\b\"c\n"));
    metrics_write(&text, status_read(status));
    check_truth("route", true,
                text_contains(buffer_text(&text), text_of("route=\"/a\\\\b\\\"c\\n\"")));
    buffer_free(&text);
    status_close(status);
}

static void metrics_of_a_file_that_was_replaced_are_not_shown(void **state) {
    struct pool pool = start_pool(*state, "1min");
    assert_int_equal(ask(&pool, 0, "/metrics"), 200);
    remove(pool.place->path);
    assert_int_equal(ask(&pool, 0, "/metrics"), 503);
    struct status *later = open_in(pool.place);
    assert_int_equal(ask(&pool, 0, "/metrics"), 503);
    status_close(later);
    stop_pool(&pool);
}

static void metrics_need_a_status_file(void **state) {
    struct place *place = *state;
    static const struct standin_rule rules[] = {{0}};
    struct serving *serving =
        serving_start(place->arena, "server: {metrics: true}\n" ANY_UPSTREAM ANY_ROUTE, rules);
    serving_ask(serving, "/metrics");
    serving_check_error(serving, "no file", 503, "This worker has no status file");
    serving_ask_all(serving, "POST", "/metrics", NULL, NULL);
    check_number("another method", 405, (size_t)serving->response.status);
    serving_stop(serving);
    serving = serving_start(place->arena, ANY_UPSTREAM ANY_ROUTE, rules);
    serving_ask(serving, "/metrics");
    check_number("off", 404, (size_t)serving->response.status);
    serving_stop(serving);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_IN_PLACE(workers_share_one_file),
        TEST_IN_PLACE(two_at_once_create_one_file),
        TEST_IN_PLACE(a_file_of_another_version_or_size_is_replaced),
        TEST_IN_PLACE(any_other_file_is_left_alone),
        TEST_IN_PLACE(without_a_file_nothing_is_recorded),
        TEST_IN_PLACE(counters_outlive_a_worker_that_is_killed),
        TEST_IN_PLACE(the_slot_of_a_killed_worker_is_used_again),
        TEST_IN_PLACE(a_worker_too_many_counts_all_the_same),
        TEST_IN_PLACE(a_bucket_has_what_is_up_to_its_bound),
        cmocka_unit_test(the_bounds_are_the_same_in_seconds),
        TEST_IN_PLACE(a_reload_keeps_the_counts_of_routes_that_stay),
        TEST_IN_PLACE(routes_without_room_are_counted_as_other),
        TEST_IN_PLACE(the_failures_of_all_workers_open_a_circuit_for_all),
        TEST_IN_PLACE(one_worker_of_the_pool_probes),
        TEST_IN_PLACE(a_state_that_cannot_be_is_forgotten),
        TEST_IN_PLACE(a_circuit_is_that_of_one_server_and_table),
        TEST_IN_PLACE(a_damaged_state_suspends_nobody),
        TEST_IN_PLACE(damaged_counts_of_series_lead_nowhere_else),
        TEST_IN_PLACE(a_lock_that_is_kept_is_not_waited_for),
        TEST_IN_PLACE(metrics_of_a_file_that_was_replaced_are_not_shown),
        TEST_IN_PLACE(metrics_are_those_of_the_pool),
        TEST_IN_PLACE(a_request_that_waited_too_long_is_refused_and_counted),
        TEST_IN_PLACE(labels_are_escaped),
        TEST_IN_PLACE(metrics_need_a_status_file),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
