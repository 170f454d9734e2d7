/* A worker with its listening socket, and web servers of all manners in front of it. */
#include "support.h"

#include <errno.h>
#include <fastcgi.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "fcgi_support.h"
#include "serve/worker.h"

enum { KEEP = FCGI_KEEP_CONN, PATIENCE_S = 60 };

static const char table[] =
    "server: {max_body: 1KiB}\n"
    "upstreams: {nobody: {url: 'http://127.0.0.1:9', public: true}}\n"
    "routes: {GET /a: {answer: {ok: true}}, POST /a: {body: {}, answer: {ok: true}}}\n";

struct worker {
    pid_t process;
    struct sockaddr_un address;
    socklen_t address_size;
    /* What it logs is read from here. */
    int log;
    char path[32];
};

/* In the worker's process the linker puts this in the place of the system's. */
static bool waiting_fails;

int __real_epoll_wait(int events, struct epoll_event *list, int room, int timeout);
int __wrap_epoll_wait(int events, struct epoll_event *list, int room, int timeout);
int __wrap_epoll_wait(int events, struct epoll_event *list, int room, int timeout) {
    if (!waiting_fails)
        return __real_epoll_wait(events, list, room, timeout);
    errno = EBADF;
    return -1;
}

/* Of the next worker. */
static enum log_level log_level = LOG_LEVEL_ERROR;

static void run_worker(int listening, int log_in, const char *path) {
    const struct log log = {.level = log_level, .descriptor = log_in};
    const struct worker_options options = {.table_path = path, .log = &log};
    alarm(PATIENCE_S);
    if (dup2(listening, STDIN_FILENO) < 0)
        _exit(1);
    close(listening);
    int status = worker_run(&options);
    fflush(NULL);
    _exit(status);
}

static struct worker start_worker(bool fails) {
    struct worker worker = {.address = {.sun_family = AF_UNIX},
                            .address_size = sizeof worker.address,
                            .path = "/tmp/worker_test.XXXXXX"};
    int file = mkstemp(worker.path);
    assert_int_equal(write(file, table, strlen(table)), strlen(table));
    close(file);
    int log[2];
    assert_return_code(pipe(log), 0);
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    /* The kernel gives it a free name. */
    assert_return_code(bind(listening, (struct sockaddr *)&worker.address, sizeof(sa_family_t)), 0);
    assert_return_code(
        getsockname(listening, (struct sockaddr *)&worker.address, &worker.address_size), 0);
    assert_return_code(listen(listening, 8), 0);
    waiting_fails = fails;
    worker.process = fork();
    if (worker.process == 0) {
        close(log[0]);
        run_worker(listening, log[1], worker.path);
    }
    assert_return_code(worker.process, 0);
    close(listening);
    close(log[1]);
    worker.log = log[0];
    return worker;
}

/* The exit status; what was logged goes to `said`. */
static int end_of_worker(struct worker *worker, char *said, size_t room) {
    ssize_t size = 0;
    ssize_t count;
    while ((count = read(worker->log, said + size, room - 1 - (size_t)size)) > 0)
        size += count;
    said[size] = '\0';
    int status = 0;
    assert_int_equal(waitpid(worker->process, &status, 0), worker->process);
    close(worker->log);
    unlink(worker->path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void stop_worker(struct worker *worker) {
    char said[1024];
    assert_return_code(kill(worker->process, SIGTERM), 0);
    assert_int_equal(end_of_worker(worker, said, sizeof said), EX_OK);
    assert_string_equal(said, "");
}

static int connect_to(const struct worker *worker) {
    int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_return_code(
        connect(connection, (const struct sockaddr *)&worker->address, worker->address_size), 0);
    return connection;
}

static void add_request(struct buffer *bytes, int id, char flags) {
    static const struct text none = {"", 0};
    add_begin(bytes, id, FCGI_RESPONDER, flags);
    add_record(bytes, FCGI_PARAMS, id, text_of("\16\3REQUEST_METHODGET\13\2REQUEST_URI/a"), 0);
    add_record(bytes, FCGI_PARAMS, id, none, 0);
    add_record(bytes, FCGI_STDIN, id, none, 0);
}

static void send_bytes(int connection, struct text bytes) {
    assert_int_equal(send(connection, bytes.data, bytes.size, MSG_NOSIGNAL), bytes.size);
}

static void send_request(int connection, int id, char flags) {
    struct buffer bytes = {0};
    add_request(&bytes, id, flags);
    send_bytes(connection, buffer_text(&bytes));
    buffer_free(&bytes);
}

/* The response, and nothing but the connection's end behind it. */
static void check_answered(struct arena *arena, int connection, int id) {
    struct text output = output_of(arena, id, receive_all(arena, connection));
    assert_true(text_starts_with(output, text_of("Status: 200 OK\r\n")));
    assert_true(text_contains(output, text_of("\r\n\r\n{\"ok\":true}")));
}

static void check_serves(struct arena *arena, const struct worker *worker) {
    int connection = connect_to(worker);
    send_request(connection, 1, 0);
    check_answered(arena, connection, 1);
    close(connection);
}

static void a_connection_ends_after_its_response(void **state) {
    struct worker worker = start_worker(false);
    for (char flags = 0; flags <= KEEP; flags++) {
        int connection = connect_to(&worker);
        send_request(connection, 7, flags);
        check_answered(*state, connection, 7);
        close(connection);
    }
    stop_worker(&worker);
}

/* None of them closes its connection before all are answered. */
static void web_servers_that_keep_connections_are_all_answered(void **state) {
    struct worker worker = start_worker(false);
    int connections[4];
    for (size_t i = 0; i < COUNT(connections); i++)
        connections[i] = connect_to(&worker);
    for (size_t i = 0; i < COUNT(connections); i++)
        send_request(connections[i], 1, KEEP);
    for (size_t i = 0; i < COUNT(connections); i++)
        check_answered(*state, connections[i], 1);
    for (size_t i = 0; i < COUNT(connections); i++)
        close(connections[i]);
    stop_worker(&worker);
}

/* What remains of its response would be taken for the begin of the next one. */
static void after_a_response_that_nobody_reads_the_connection_ends(void **state) {
    (void)state;
    char said[4096];
    log_level = LOG_LEVEL_INFO;
    struct worker worker = start_worker(false);
    log_level = LOG_LEVEL_ERROR;
    int connection = connect_to(&worker);
    assert_return_code(shutdown(connection, SHUT_RD), 0);
    struct buffer both = {0};
    add_request(&both, 1, KEEP);
    add_request(&both, 2, KEEP);
    /* In two parts: what comes with a request is not the next one. */
    send_bytes(connection, (struct text){both.data, both.size / 2});
    send_bytes(connection, (struct text){both.data + both.size / 2, both.size - both.size / 2});
    buffer_free(&both);
    struct pollfd ended = {.fd = connection};
    assert_int_equal(poll(&ended, 1, PATIENCE_S * 1000), 1);
    assert_return_code(kill(worker.process, SIGTERM), 0);
    assert_int_equal(end_of_worker(&worker, said, sizeof said), EX_OK);
    const char *line = strstr(said, "\"route\":\"/a\"");
    assert_non_null(line);
    assert_null(strstr(line + 1, "\"route\":\"/a\""));
    close(connection);
}

/* The next line of the log that a request has. */
static struct value logged_request(struct arena *arena, const struct worker *worker) {
    struct buffer line = {0};
    char byte = '\0';
    struct value value = value_missing();
    while (value_is_missing(value_member(arena, value, text_of("status")))) {
        line.size = 0;
        while (read(worker->log, &byte, 1) == 1 && byte != '\n')
            buffer_append_byte(&line, byte);
        assert_true(line.size > 0);
        value = value_from(arena, text_copy(arena, buffer_text(&line)).data);
    }
    buffer_free(&line);
    return value;
}

/* The rest of the body that the caller announced does not come, and the worker waits for it. */
static void waiting_for_an_unread_body_is_not_the_time_of_the_request(void **state) {
    static const struct text none = {"", 0};
    static const char params[] = "\16\4REQUEST_METHODPOST\13\2REQUEST_URI/a\16\4CONTENT_LENGTH9999";
    log_level = LOG_LEVEL_INFO;
    struct worker worker = start_worker(false);
    log_level = LOG_LEVEL_ERROR;
    int connection = connect_to(&worker);
    struct buffer bytes = {0};
    char *body = arena_allocate(*state, 4000);
    memset(body, 'x', 4000);
    add_begin(&bytes, 1, FCGI_RESPONDER, 0);
    add_record(&bytes, FCGI_PARAMS, 1, (struct text){params, sizeof params - 1}, 0);
    add_record(&bytes, FCGI_PARAMS, 1, none, 0);
    add_record(&bytes, FCGI_STDIN, 1, (struct text){body, 4000}, 0);
    send_bytes(connection, buffer_text(&bytes));
    buffer_free(&bytes);
    struct value line = logged_request(*state, &worker);
    check_json("status", "413", value_member(*state, line, text_of("status")));
    assert_true(value_double(value_member(*state, line, text_of("ms"))) < 1500);
    close(connection);
    stop_worker(&worker);
}

static void a_web_server_that_hangs_up_half_way_takes_nothing_with_it(void **state) {
    struct worker worker = start_worker(false);
    struct buffer bytes = {0};
    add_request(&bytes, 1, KEEP);
    for (size_t size = 1; size <= bytes.size; size += 5) {
        int connection = connect_to(&worker);
        send_bytes(connection, (struct text){bytes.data, size});
        close(connection);
    }
    check_serves(*state, &worker);
    buffer_free(&bytes);
    stop_worker(&worker);
}

static void a_request_that_is_taken_back_has_no_response(void **state) {
    struct worker worker = start_worker(false);
    struct buffer bytes = {0};
    struct buffer expected = {0};
    add_begin(&bytes, 3, FCGI_RESPONDER, KEEP);
    add_record(&bytes, FCGI_ABORT_REQUEST, 3, (struct text){"", 0}, 0);
    add_record(&expected, FCGI_END_REQUEST, 3, (struct text){"\0\0\0\0\0\0\0\0", 8}, 0);
    int connection = connect_to(&worker);
    send_bytes(connection, buffer_text(&bytes));
    shutdown(connection, SHUT_WR);
    struct text all = receive_all(*state, connection);
    assert_int_equal(all.size, expected.size);
    assert_memory_equal(all.data, expected.data, expected.size);
    close(connection);
    check_serves(*state, &worker);
    buffer_free(&bytes);
    buffer_free(&expected);
    stop_worker(&worker);
}

static void variables_that_are_none_close_the_connection(void **state) {
    struct worker worker = start_worker(false);
    struct buffer bytes = {0};
    add_begin(&bytes, 1, FCGI_RESPONDER, KEEP);
    add_record(&bytes, FCGI_PARAMS, 1, text_of("\16\377REQUEST_METHODGET"), 0);
    add_record(&bytes, FCGI_PARAMS, 1, (struct text){"", 0}, 0);
    add_record(&bytes, FCGI_STDIN, 1, (struct text){"", 0}, 0);
    int connection = connect_to(&worker);
    send_bytes(connection, buffer_text(&bytes));
    check_number("bytes", 0, receive_all(*state, connection).size);
    close(connection);
    check_serves(*state, &worker);
    buffer_free(&bytes);
    stop_worker(&worker);
}

/* What the sandbox keeps out has tests of its own. */
static void a_worker_serves_in_the_sandbox(void **state) {
    struct worker worker = start_worker(false);
    check_serves(*state, &worker);
    struct text path = text_format(*state, "/proc/%d/status", (int)worker.process);
    struct text status = file_content(*state, path.data);
    assert_true(text_contains(status, text_of("\nNoNewPrivs:\t1\n")));
    stop_worker(&worker);
}

static void waiting_that_fails_ends_the_worker_with_a_failure(void **state) {
    (void)state;
    char said[1024];
    struct worker worker = start_worker(true);
    assert_int_equal(end_of_worker(&worker, said, sizeof said), EX_OSERR);
    assert_non_null(strstr(said, "epoll_wait: Bad file descriptor"));
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    alarm(PATIENCE_S);
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_connection_ends_after_its_response),
        TEST_WITH_ARENA(web_servers_that_keep_connections_are_all_answered),
        cmocka_unit_test(after_a_response_that_nobody_reads_the_connection_ends),
        TEST_WITH_ARENA(waiting_for_an_unread_body_is_not_the_time_of_the_request),
        TEST_WITH_ARENA(a_web_server_that_hangs_up_half_way_takes_nothing_with_it),
        TEST_WITH_ARENA(a_request_that_is_taken_back_has_no_response),
        TEST_WITH_ARENA(variables_that_are_none_close_the_connection),
        TEST_WITH_ARENA(a_worker_serves_in_the_sandbox),
        TEST_WITH_ARENA(waiting_that_fails_ends_the_worker_with_a_failure),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
