#include "serve/worker.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/memory.h"
#include "http/cgi.h"
#include "http/fcgi_reader.h"
#include "language/environment.h"
#include "serve/sandbox.h"
#include "serve/service.h"

enum { LISTENING_SOCKET = 0, KEPT_BODY_SIZE = 64 * 1024, TRIM_AFTER_MS = 1000 };

struct worker {
    const struct worker_options *options;
    struct service *service;
    struct http_response response;
    struct fcgi_reader *reader;
    FCGX_Request fastcgi;
    /* What a request is read into. */
    struct arena *arena;
    struct buffer body;
    struct buffer head;
    int events;
    int signals;
    int watch;
    /* What is waited on for requests: the listening socket, or a kept connection. */
    int watched;
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

/* NULL after all mistakes were printed. */
static struct table *load(const struct worker *worker) {
    struct table *table = table_load_file(worker->options->table_path, stderr);
    if (table && report_problems(worker->options->log, table)) {
        table_destroy(table);
        table = NULL;
    }
    return table;
}

/* What tells one content of the table's file from another. */
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
    if (!table) {
        log_write(worker->options->log, LOG_LEVEL_ERROR,
                  "the route table was not reloaded: the old one stays in force");
        return;
    }
    service_set_table(worker->service, table);
    memory_trim();
    log_write(worker->options->log, LOG_LEVEL_INFO, "the route table was reloaded: %zu routes",
              table->route_count);
}

/* Waiting. */

static void add_event(const struct worker *worker, int descriptor, uint32_t flags) {
    struct epoll_event event = {.events = flags, .data.fd = descriptor};
    if (epoll_ctl(worker->events, EPOLL_CTL_ADD, descriptor, &event))
        log_write(worker->options->log, LOG_LEVEL_ERROR, "epoll_ctl: %s", strerror(errno));
}

/* Editors replace a file rather than write to it, so its folder is what is watched. */
static void watch_folder(struct worker *worker) {
    const char *path = worker->options->table_path;
    const char *slash = strrchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) : 1;
    char *folder = memory_allocate(size + 2);
    memcpy(folder, slash ? path : ".", size);
    if (slash == path)
        folder[0] = '/';
    worker->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (inotify_add_watch(worker->watch, folder, IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
        log_write(worker->options->log, LOG_LEVEL_ERROR, "cannot watch %s: %s", folder,
                  strerror(errno));
    free(folder);
    add_event(worker, worker->watch, EPOLLIN);
}

static void handle_signals(struct worker *worker) {
    struct signalfd_siginfo signal;
    while (read(worker->signals, &signal, sizeof signal) == (ssize_t)sizeof signal) {
        if (signal.ssi_signo == SIGUSR2)
            reload(worker, true);
        else
            worker->stopping = true;
    }
}

static void handle_changes(struct worker *worker) {
    const char *slash = strrchr(worker->options->table_path, '/');
    const char *name = slash ? slash + 1 : worker->options->table_path;
    union {
        struct inotify_event event;
        char bytes[4096];
    } buffer;
    bool changed = false;
    ssize_t size;
    while ((size = read(worker->watch, &buffer, sizeof buffer)) > 0) {
        const char *next = buffer.bytes;
        while (next < buffer.bytes + size) {
            const struct inotify_event *event = (const void *)next;
            changed = changed || (event->len && strcmp(event->name, name) == 0);
            next += sizeof *event + event->len;
        }
    }
    /* A file may be touched, or written again as it was. */
    if (changed)
        reload(worker, false);
}

/*
 * A connection that the web server keeps is waited on in place of the listening socket: the next
 * request is read from it. One that was closed has left the events by itself.
 */
static void watch_requests(struct worker *worker) {
    int connection = fcgi_reader_connection(worker->reader);
    int wanted = connection >= 0 ? connection : LISTENING_SOCKET;
    if (wanted == worker->watched && wanted == LISTENING_SOCKET)
        return;
    /*
     * The number of a connection says little: one may have been closed and another accepted
     * that got the same, and the closed one has left the events. So it is added every time.
     */
    if (worker->watched >= 0)
        epoll_ctl(worker->events, EPOLL_CTL_DEL, worker->watched, NULL);
    /* Exclusive: one new connection wakes one worker, not the whole pool. */
    uint32_t flags = wanted == LISTENING_SOCKET ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN;
    add_event(worker, wanted, flags);
    worker->watched = wanted;
}

/* An idle worker frees the memory that requests took. */
static void trim(struct worker *worker) {
    service_trim(worker->service);
    buffer_free(&worker->response.body);
    fcgi_reader_trim(worker->reader);
    arena_reset(worker->arena);
    buffer_reset(&worker->body, 0);
    memory_trim();
    worker->trimmed = true;
}

/* Handles the events; returns whether one of them may be a request. */
static bool handle_events(struct worker *worker, const struct epoll_event *events, int count) {
    bool request = false;
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == worker->signals)
            handle_signals(worker);
        else if (events[i].data.fd == worker->watch)
            handle_changes(worker);
        else
            request = true;
    }
    return request;
}

/*
 * Waits until a request may be there, doing what signals and changes ask for meanwhile. False: it
 * is time to end. Signals are blocked and come by a descriptor, so none is lost between looking
 * for them and waiting. A connection that comes along with the signal to end is still served:
 * this worker is the one that was woken for it.
 */
static bool wait_for_request(struct worker *worker) {
    bool request = false;
    watch_requests(worker);
    while (!request && !worker->stopping) {
        struct epoll_event events[4];
        int count = epoll_wait(worker->events, events, 4, worker->trimmed ? -1 : TRIM_AFTER_MS);
        if (count < 0 && errno != EINTR) {
            log_write(worker->options->log, LOG_LEVEL_ERROR, "epoll_wait: %s", strerror(errno));
            return false;
        }
        if (count == 0)
            trim(worker);
        request = handle_events(worker, events, count);
    }
    return request;
}

/* Serving. */

static void send_response(struct worker *worker) {
    const struct http_response *response = &worker->response;
    FCGX_Stream *out = worker->fastcgi.out;
    struct buffer *head = &worker->head;
    head->size = 0;
    cgi_append_head(head, response);
    FCGX_PutStr(head->data, (int)head->size, out);
    if (!response->head_only && response->body.size)
        FCGX_PutStr(response->body.data, (int)response->body.size, out);
}

/* Has libfcgi read the request that the reader has read; false if it cannot. */
static bool open_request(struct worker *worker) {
    FCGX_Request *fastcgi = &worker->fastcgi;
    fastcgi->ipcFd = fcgi_reader_request(worker->reader);
    /* Nothing has to be closed before it. */
    fastcgi->keepConnection = 1;
    return FCGX_Accept_r(fastcgi) == 0;
}

/* libfcgi sends what is left; it has closed the connection itself if that failed. */
static void finish_request(struct worker *worker) {
    FCGX_Request *fastcgi = &worker->fastcgi;
    FCGX_Finish_r(fastcgi);
    if (fastcgi->ipcFd >= 0)
        fcgi_reader_finish(worker->reader);
    else
        fcgi_reader_forget(worker->reader);
    fastcgi->ipcFd = -1;
}

static void serve_request(struct worker *worker) {
    struct http_request request;
    worker->trimmed = false;
    arena_reset(worker->arena);
    buffer_reset(&worker->body, KEPT_BODY_SIZE);
    cgi_read_request(worker->arena, worker->fastcgi.envp, worker->fastcgi.in,
                     service_table(worker->service)->server.max_body, &worker->body, &request);
    /* All is read: from here on libfcgi writes, and to the web server itself. */
    worker->fastcgi.ipcFd = fcgi_reader_connection(worker->reader);
    FCGX_Detach(&worker->fastcgi);
    service_handle(worker->service, &request, &worker->response);
    send_response(worker);
    finish_request(worker);
    /* After the answer has left: nobody waits for the log. */
    service_log(worker->service, &request, &worker->response);
}

/* Receives and serves a request, on a new connection if none is kept; the exit status, or 0. */
static int receive_request(struct worker *worker) {
    struct fcgi_reader *reader = worker->reader;
    int error =
        fcgi_reader_connection(reader) >= 0 ? 0 : fcgi_reader_accept(reader, LISTENING_SOCKET);
    if (error == EAGAIN || error == EINTR)
        return EX_OK;
    if (error) {
        log_write(worker->options->log, LOG_LEVEL_ERROR, "cannot accept a connection: %s",
                  strerror(error));
        return EX_OSERR;
    }
    size_t max_body = service_table(worker->service)->server.max_body;
    enum fcgi_reader_result result = fcgi_reader_read(reader, max_body);
    if (result == FCGI_READER_FAILED)
        log_write(worker->options->log, LOG_LEVEL_ERROR, "cannot copy a request: %s",
                  strerror(errno));
    if (result != FCGI_READER_REQUEST)
        return EX_OK;
    if (!open_request(worker)) {
        log_write(worker->options->log, LOG_LEVEL_ERROR, "libfcgi cannot read a request");
        return EX_SOFTWARE;
    }
    serve_request(worker);
    return EX_OK;
}

static int serve(struct worker *worker) {
    int status = EX_OK;
    while (status == EX_OK && wait_for_request(worker))
        status = receive_request(worker);
    return status;
}

/* Starting and ending. */

static bool open_events(struct worker *worker) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    worker->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    worker->events = epoll_create1(EPOLL_CLOEXEC);
    worker->watch = -1;
    worker->watched = -1;
    if (worker->signals < 0 || worker->events < 0)
        return false;
    add_event(worker, worker->signals, EPOLLIN);
    if (worker->options->watch)
        watch_folder(worker);
    /* Another worker may be faster with a connection; accept() must not wait for the next one. */
    int flags = fcntl(LISTENING_SOCKET, F_GETFL);
    return flags >= 0 && fcntl(LISTENING_SOCKET, F_SETFL, flags | O_NONBLOCK) == 0;
}

static void free_worker(struct worker *worker) {
    FCGX_Free(&worker->fastcgi, 0);
    fcgi_reader_destroy(worker->reader);
    service_destroy(worker->service);
    arena_destroy(worker->arena);
    buffer_free(&worker->response.body);
    buffer_free(&worker->body);
    buffer_free(&worker->head);
    close(worker->events);
    close(worker->signals);
    if (worker->watch >= 0)
        close(worker->watch);
}

static int start_and_serve(struct worker *worker) {
    worker->reader = fcgi_reader_create();
    /* The reader accepts connections; libfcgi gets no socket to accept any on. */
    if (!worker->reader || !open_events(worker) || FCGX_Init() ||
        FCGX_InitRequest(&worker->fastcgi, -1, 0)) {
        log_write(worker->options->log, LOG_LEVEL_ERROR, "cannot start: %s", strerror(errno));
        return EX_OSERR;
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
    struct worker worker = {.options = options, .arena = arena_create()};
    worker.service = service_create(options->log);
    worker.fastcgi.ipcFd = -1;
    int status = start_and_serve(&worker);
    free_worker(&worker);
    return status;
}
