#include "serve/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "http/cgi.h"
#include "http/fcgi_reader.h"
#include "http/fcgi_writer.h"
#include "language/environment.h"
#include "serve/file_watch.h"
#include "serve/sandbox.h"
#include "serve/service.h"
#include "serve/status.h"

enum { LISTENING_SOCKET = 0, TRIM_AFTER_MS = 1000 };

struct worker {
    const struct worker_options *options;
    struct service *service;
    /* NULL: the pool shares nothing. */
    struct status *status;
    struct http_response response;
    struct fcgi_reader *reader;
    /* The buffer into which requests are read. */
    struct arena *arena;
    struct buffer head;
    /* When the connection was accepted; 0: it had a request already. */
    int64_t accepted_us;
    int events;
    int signals;
    /* NULL: the table is not watched. */
    struct file_watch *watch;
    bool stopping;
    /* Whether memory was freed since the last request. */
    bool trimmed;
};

bool worker_has_socket(void) {
    int listening = 0;
    socklen_t size = sizeof listening;
    return getsockopt(LISTENING_SOCKET, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
           listening;
}

/* Loading. */

static bool report_problems(const struct log *log, const struct table *table) {
    const struct variable_problem *problem = table_variable_problems(table);
    for (; problem; problem = problem->next)
        log_write(log, LOG_LEVEL_ERROR, "%s", variable_problem_text(table->arena, problem).data);
    return table_variable_problems(table) != NULL;
}

static void log_diagnostic(void *context, const struct diagnostic *diagnostic) {
    const struct worker *worker = context;
    struct log_line line = {0};
    enum log_level level =
        diagnostic->severity == SEVERITY_WARNING ? LOG_LEVEL_WARN : LOG_LEVEL_ERROR;
    if (level > worker->options->log->level)
        return;
    log_line_begin(&line, worker->options->log, level);
    log_line_text(&line, "message", text_of(diagnostic->message));
    log_line_text(&line, "file", text_of(diagnostic->name));
    if (diagnostic->location.line) {
        log_line_number(&line, "line", diagnostic->location.line);
        log_line_number(&line, "column", diagnostic->location.column);
    }
    log_line_end(&line);
    log_line_free(&line);
}

/* A further file of the table is watched before it is read, so that no change is missed. */
static void watch_file(void *context, const char *path) {
    const struct worker *worker = context;
    if (worker->watch)
        file_watch_add(worker->watch, path);
}

/* NULL after errors; errors and warnings are logged. */
static struct table *load(struct worker *worker) {
    const struct diagnostics_sink sink = {log_diagnostic, worker};
    const struct file_observer observer = {watch_file, worker};
    if (worker->watch)
        file_watch_begin(worker->watch);
    struct table *table = table_load_observed(worker->options->table_path, sink, observer);
    if (worker->watch)
        file_watch_end(worker->watch);
    if (table && report_problems(worker->options->log, table)) {
        table_destroy(table);
        table = NULL;
    }
    return table;
}

/* The version of the content of the table's files. */
static struct text version_of(const struct table *table) {
    return value_text(table->definitions.table.members[0].value);
}

static void reload(struct worker *worker, bool even_if_unchanged) {
    struct table *table = load(worker);
    const struct table *old = service_table(worker->service);
    if (table && !even_if_unchanged && text_equal(version_of(table), version_of(old))) {
        table_destroy(table);
        return;
    }
    status_reloaded(worker->status, table != NULL);
    if (!table) {
        log_write(worker->options->log, LOG_LEVEL_ERROR,
                  "the route table was not reloaded: the old one remains active");
        return;
    }
    service_set_table(worker->service, table);
    memory_trim();
    log_write(worker->options->log, LOG_LEVEL_INFO, "the route table was reloaded: %zu routes",
              table->route_count);
}

/* Waiting. */

static bool add_event(const struct worker *worker, int descriptor, uint32_t flags) {
    struct epoll_event event = {.events = flags, .data.fd = descriptor};
    return epoll_ctl(worker->events, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

static void watch_table(struct worker *worker) {
    worker->watch = file_watch_create(worker->options->table_path, worker->options->log);
    if (!worker->watch || !add_event(worker, file_watch_descriptor(worker->watch), EPOLLIN))
        log_write(worker->options->log, LOG_LEVEL_ERROR, "cannot watch the route table: %s",
                  strerror(errno));
}

static void handle_signals(struct worker *worker) {
    struct signalfd_siginfo signal;
    while (read(worker->signals, &signal, sizeof signal) == (ssize_t)sizeof signal) {
        if (signal.ssi_signo == SIGUSR2)
            reload(worker, true);
        else if (signal.ssi_signo == SIGHUP)
            log_reopen(worker->options->log);
        else
            worker->stopping = true;
    }
}

static void handle_changes(struct worker *worker) {
    /* A file may be touched, or written again with the same content. */
    if (file_watch_changed(worker->watch))
        reload(worker, false);
}

/* An idle worker frees the memory of past requests. */
static void trim(struct worker *worker) {
    service_trim(worker->service);
    buffer_free(&worker->response.body);
    fcgi_reader_trim(worker->reader);
    arena_trim(worker->arena);
    memory_trim();
    worker->trimmed = true;
}

/* Handles the events; returns whether one of them may be a request. */
static bool handle_events(struct worker *worker, const struct epoll_event *events, int count) {
    bool request = false;
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == worker->signals)
            handle_signals(worker);
        else if (worker->watch && events[i].data.fd == file_watch_descriptor(worker->watch))
            handle_changes(worker);
        else
            request = true;
    }
    return request;
}

enum wait_result { WAIT_REQUEST, WAIT_STOP, WAIT_FAILED };

/*
 * Waits until a request may have arrived, and handles signals and changes of files in the meantime.
 * Signals are blocked and read from a descriptor, so none is lost between checking and waiting. A
 * connection that arrives together with the signal to end is still served: this worker was woken
 * for it.
 */
static enum wait_result wait_for_request(struct worker *worker) {
    bool request = false;
    while (!request && !worker->stopping) {
        struct epoll_event events[4];
        int count = epoll_wait(worker->events, events, 4, worker->trimmed ? -1 : TRIM_AFTER_MS);
        if (count < 0 && errno != EINTR) {
            log_write(worker->options->log, LOG_LEVEL_ERROR, "epoll_wait: %s", strerror(errno));
            return WAIT_FAILED;
        }
        if (count == 0)
            trim(worker);
        request = handle_events(worker, events, count);
    }
    return request ? WAIT_REQUEST : WAIT_STOP;
}

/* Serving. */

/* Returns whether it was sent completely. */
static bool send_response(struct worker *worker, unsigned id) {
    const struct http_response *response = &worker->response;
    struct buffer *head = &worker->head;
    head->size = 0;
    cgi_append_head(head, response);
    struct text body = {0};
    if (!response->head_only)
        body = buffer_text(&response->body);
    if (fcgi_respond(fcgi_reader_connection(worker->reader), id, buffer_text(head), body))
        return true;
    log_write(worker->options->log, LOG_LEVEL_DEBUG, "a response was not sent completely: %s",
              strerror(errno));
    return false;
}

/* Returns whether the connection has another request. */
static bool serve_request(struct worker *worker, const struct fcgi_request *fastcgi) {
    struct http_request request;
    size_t max_body = service_table(worker->service)->server.max_body;
    arena_reset(worker->arena);
    if (!cgi_read_request(worker->arena, fastcgi->variables, fastcgi->body, max_body, &request)) {
        fcgi_reader_close(worker->reader);
        return false;
    }
    request.accepted_us = worker->accepted_us;
    worker->accepted_us = 0;
    service_handle(worker->service, &request, &worker->response);
    bool sent = send_response(worker, fastcgi->id);
    /*
     * After sending the response, so that nobody waits for the log, and before waiting for the rest
     * of a body that was not read, which is not the request's time.
     */
    service_log(worker->service, &request, &worker->response);
    /* After a part of a response, another one would be taken for the rest of it. */
    if (!sent)
        fcgi_reader_close(worker->reader);
    return sent && fcgi_reader_finish(worker->reader);
}

/* Accepts a connection and serves its request. Returns the exit status; EX_OK to continue. */
static int serve_connection(struct worker *worker) {
    int error = fcgi_reader_accept(worker->reader, LISTENING_SOCKET);
    if (error == EAGAIN || error == EINTR)
        return EX_OK;
    if (error) {
        log_write(worker->options->log, LOG_LEVEL_ERROR, "cannot accept a connection: %s",
                  strerror(error));
        return EX_OSERR;
    }
    worker->trimmed = false;
    worker->accepted_us = clock_now_us();
    status_accept(worker->status);
    struct fcgi_request request;
    size_t max_body = service_table(worker->service)->server.max_body;
    while (fcgi_reader_read(worker->reader, max_body, &request) && serve_request(worker, &request))
        ;
    status_idle(worker->status);
    return EX_OK;
}

static int serve(struct worker *worker) {
    for (;;) {
        enum wait_result result = wait_for_request(worker);
        if (result != WAIT_REQUEST)
            return result == WAIT_STOP ? EX_OK : EX_OSERR;
        int status = serve_connection(worker);
        if (status != EX_OK)
            return status;
    }
}

/* Starting and ending. */

static bool open_events(struct worker *worker) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    worker->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    worker->events = epoll_create1(EPOLL_CLOEXEC);
    /* Exclusive: a new connection wakes one worker, not the whole pool. */
    if (worker->signals < 0 || worker->events < 0 || !add_event(worker, worker->signals, EPOLLIN) ||
        !add_event(worker, LISTENING_SOCKET, EPOLLIN | EPOLLEXCLUSIVE))
        return false;
    if (worker->options->watch)
        watch_table(worker);
    /* Another worker may accept the connection first; accept() must not wait for the next one. */
    int flags = fcntl(LISTENING_SOCKET, F_GETFL);
    return flags >= 0 && fcntl(LISTENING_SOCKET, F_SETFL, flags | O_NONBLOCK) == 0;
}

static void free_worker(struct worker *worker) {
    fcgi_reader_destroy(worker->reader);
    service_destroy(worker->service);
    status_close(worker->status);
    arena_destroy(worker->arena);
    buffer_free(&worker->response.body);
    buffer_free(&worker->head);
    close(worker->events);
    close(worker->signals);
    file_watch_destroy(worker->watch);
}

static int start_and_serve(struct worker *worker) {
    worker->reader = fcgi_reader_create();
    if (!open_events(worker)) {
        log_write(worker->options->log, LOG_LEVEL_ERROR, "cannot start: %s", strerror(errno));
        return EX_OSERR;
    }
    if (!fcgi_reader_checks_addresses(LISTENING_SOCKET)) {
        log_write(worker->options->log, LOG_LEVEL_ERROR,
                  "FCGI_WEB_SERVER_ADDRS is set, but only checked on an IPv4 socket: "
                  "listen on an IPv4 address, or unset it");
        return EX_CONFIG;
    }
    struct table *table = load(worker);
    if (!table)
        return EX_CONFIG;
    service_set_table(worker->service, table);
    memory_trim();
    sandbox_enter(worker->options->log);
    log_write(worker->options->log, LOG_LEVEL_INFO, "serving %zu routes of %s", table->route_count,
              worker->options->table_path);
    return serve(worker);
}

int worker_run(const struct worker_options *options) {
    memory_on_exhaustion(log_exhaustion, options->log);
    struct worker worker = {.options = options, .arena = arena_create()};
    worker.status = status_open(options->status_path, options->log);
    worker.service = service_create(options->log);
    service_share(worker.service, worker.status);
    int status = start_and_serve(&worker);
    free_worker(&worker);
    memory_on_exhaustion(NULL, NULL);
    return status;
}
