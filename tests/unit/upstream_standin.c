#include "upstream_standin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RULES = 32, MAX_CONNECTIONS = 256, MAX_REQUESTS = 512, MAX_REQUEST = 1 << 17 };

struct connection {
    struct standin *standin;
    pthread_t thread;
    int socket;
};

struct standin {
    int socket;
    unsigned port;
    char origin[32];
    pthread_t thread;
    /* Protects all that follows; signalled when anything of it changes. */
    pthread_mutex_t mutex;
    pthread_cond_t change;
    bool stopping;
    struct standin_rule rules[MAX_RULES];
    size_t used[MAX_RULES];
    size_t waiting[MAX_RULES];
    size_t rule_count;
    struct connection connections[MAX_CONNECTIONS];
    size_t connection_count;
    /* Since standin_forget(). */
    size_t recorded_connections;
    char *requests[MAX_REQUESTS];
    size_t request_count;
    size_t completed;
};

/* Reading. */

static size_t content_length(const char *head) {
    const char *line = strcasestr(head, "\r\ncontent-length:");
    return line ? strtoul(line + 17, NULL, 10) : 0;
}

/* One request, with a NUL behind it; NULL at the end of the connection. */
static char *read_request(int socket) {
    char *bytes = calloc(1, MAX_REQUEST);
    size_t size = 0, wanted = 0;
    while (bytes && size < MAX_REQUEST - 1) {
        /* Byte by byte up to the body: what follows a request is not read along with it. */
        ssize_t got = recv(socket, bytes + size, wanted ? wanted - size : 1, 0);
        if (got <= 0)
            break;
        size += (size_t)got;
        if (!wanted && size >= 4 && memcmp(bytes + size - 4, "\r\n\r\n", 4) == 0)
            wanted = size + content_length(bytes);
        if (wanted && size == wanted)
            return bytes;
    }
    free(bytes);
    return NULL;
}

static void record(struct standin *standin, char *request) {
    if (standin->request_count == MAX_REQUESTS) {
        fprintf(stderr, "the stand-in got too many requests\n");
        abort();
    }
    standin->requests[standin->request_count++] = request;
}

/* Answering. */

static bool fits(const struct standin_rule *rule, const char *request) {
    size_t size = strlen(rule->request);
    if (size && rule->request[size - 1] == '*')
        return strncmp(request, rule->request, size - 1) == 0;
    return strncmp(request, rule->request, size) == 0 && request[size] == ' ';
}

static size_t find_rule(const struct standin *standin, const char *request) {
    size_t i = 0;
    while (i < standin->rule_count &&
           (!fits(&standin->rules[i], request) ||
            (standin->rules[i].times && standin->used[i] >= standin->rules[i].times)))
        i++;
    return i;
}

/* Holds the answer back; called with the mutex locked. */
static void hold_back(struct standin *standin, size_t index) {
    const struct standin_rule rule = standin->rules[index];
    standin->waiting[index]++;
    pthread_cond_broadcast(&standin->change);
    while (!standin->stopping && standin->waiting[index] < rule.together)
        pthread_cond_wait(&standin->change, &standin->mutex);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += rule.delay_ms / 1000;
    until.tv_nsec += rule.delay_ms % 1000 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    int result = rule.delay_ms ? 0 : ETIMEDOUT;
    while (!standin->stopping && result != ETIMEDOUT)
        result = pthread_cond_timedwait(&standin->change, &standin->mutex, &until);
}

static void send_all(int socket, const char *bytes, size_t size) {
    while (size) {
        ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        size -= (size_t)sent;
    }
}

/* False: the connection is to be closed. */
static bool answer(int socket, const struct standin_rule *rule) {
    char head[1024];
    if (rule->raw) {
        send_all(socket, rule->raw, strlen(rule->raw));
        return false;
    }
    const char *body = rule->body ? rule->body : "{}";
    size_t size = rule->status == 204 ? 0 : strlen(body);
    int length =
        snprintf(head, sizeof head,
                 "HTTP/1.1 %d x\r\ncontent-type: application/json\r\n"
                 "%scontent-length: %zu\r\n\r\n",
                 rule->status ? rule->status : 200, rule->headers ? rule->headers : "", size);
    send_all(socket, head, (size_t)length);
    send_all(socket, body, size);
    if (rule->extra)
        send_all(socket, rule->extra, strlen(rule->extra));
    return !rule->closes;
}

/* The rule for a request, once its answer is due. */
static struct standin_rule await_answer(struct standin *standin, char *request) {
    struct standin_rule rule = {.status = 404};
    pthread_mutex_lock(&standin->mutex);
    record(standin, request);
    size_t index = find_rule(standin, request);
    if (index < standin->rule_count) {
        rule = standin->rules[index];
        standin->used[index]++;
        hold_back(standin, index);
    }
    pthread_mutex_unlock(&standin->mutex);
    return rule;
}

static void complete(struct standin *standin) {
    pthread_mutex_lock(&standin->mutex);
    standin->completed++;
    pthread_cond_broadcast(&standin->change);
    pthread_mutex_unlock(&standin->mutex);
}

/* Reads until the other side, or standin_stop(), ends the connection. */
static void keep_silent(int socket) {
    char byte;
    while (recv(socket, &byte, 1, 0) > 0)
        ;
}

static void *serve(void *user) {
    struct connection *connection = user;
    int socket = connection->socket;
    bool open = true;
    char *request;
    while (open && (request = read_request(socket))) {
        struct standin_rule rule = await_answer(connection->standin, request);
        open = rule.action == STANDIN_ANSWER && answer(socket, &rule);
        if (rule.action == STANDIN_SILENCE)
            keep_silent(socket);
        if (!open)
            shutdown(socket, SHUT_RDWR);
        complete(connection->standin);
    }
    shutdown(socket, SHUT_RDWR);
    return NULL;
}

static void *accept_all(void *user) {
    struct standin *standin = user;
    int socket;
    while ((socket = accept4(standin->socket, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pthread_mutex_lock(&standin->mutex);
        struct connection *connection = &standin->connections[standin->connection_count];
        if (standin->stopping || standin->connection_count == MAX_CONNECTIONS) {
            close(socket);
        } else {
            *connection = (struct connection){.standin = standin, .socket = socket};
            if (pthread_create(&connection->thread, NULL, serve, connection))
                abort();
            standin->connection_count++;
            standin->recorded_connections++;
        }
        pthread_mutex_unlock(&standin->mutex);
    }
    return NULL;
}

/* Starting and stopping. */

struct standin *standin_start_at(const char *address, unsigned port,
                                 const struct standin_rule *rules) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t size = sizeof name;
    struct standin *standin = calloc(1, sizeof *standin);
    int on = 1;
    if (!standin || inet_pton(AF_INET, address, &name.sin_addr) != 1)
        abort();
    standin->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(standin->socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(standin->socket, (struct sockaddr *)&name, size) || listen(standin->socket, 64) ||
        getsockname(standin->socket, (struct sockaddr *)&name, &size)) {
        close(standin->socket);
        free(standin);
        return NULL;
    }
    standin->port = ntohs(name.sin_port);
    snprintf(standin->origin, sizeof standin->origin, "http://%s:%u", address, standin->port);
    pthread_mutex_init(&standin->mutex, NULL);
    pthread_cond_init(&standin->change, NULL);
    standin_set_rules(standin, rules);
    if (pthread_create(&standin->thread, NULL, accept_all, standin))
        abort();
    return standin;
}

struct standin *standin_start(const struct standin_rule *rules) {
    struct standin *standin = standin_start_at("127.0.0.1", 0, rules);
    if (!standin)
        abort();
    return standin;
}

void standin_stop(struct standin *standin) {
    if (!standin)
        return;
    pthread_mutex_lock(&standin->mutex);
    standin->stopping = true;
    pthread_cond_broadcast(&standin->change);
    pthread_mutex_unlock(&standin->mutex);
    shutdown(standin->socket, SHUT_RDWR);
    pthread_join(standin->thread, NULL);
    close(standin->socket);
    for (size_t i = 0; i < standin->connection_count; i++) {
        shutdown(standin->connections[i].socket, SHUT_RDWR);
        pthread_join(standin->connections[i].thread, NULL);
        close(standin->connections[i].socket);
    }
    standin_forget(standin);
    pthread_cond_destroy(&standin->change);
    pthread_mutex_destroy(&standin->mutex);
    free(standin);
}

unsigned standin_port(const struct standin *standin) {
    return standin->port;
}

const char *standin_origin(const struct standin *standin) {
    return standin->origin;
}

void standin_set_rules(struct standin *standin, const struct standin_rule *rules) {
    pthread_mutex_lock(&standin->mutex);
    standin->rule_count = 0;
    memset(standin->used, 0, sizeof standin->used);
    memset(standin->waiting, 0, sizeof standin->waiting);
    while (rules[standin->rule_count].request && standin->rule_count < MAX_RULES) {
        standin->rules[standin->rule_count] = rules[standin->rule_count];
        standin->rule_count++;
    }
    pthread_mutex_unlock(&standin->mutex);
}

/* What was recorded. */

void standin_forget(struct standin *standin) {
    pthread_mutex_lock(&standin->mutex);
    while (standin->request_count)
        free(standin->requests[--standin->request_count]);
    standin->recorded_connections = 0;
    standin->completed = 0;
    pthread_mutex_unlock(&standin->mutex);
}

size_t standin_connections(struct standin *standin) {
    pthread_mutex_lock(&standin->mutex);
    size_t count = standin->recorded_connections;
    pthread_mutex_unlock(&standin->mutex);
    return count;
}

void standin_await(struct standin *standin, size_t count) {
    pthread_mutex_lock(&standin->mutex);
    while (standin->completed < count)
        pthread_cond_wait(&standin->change, &standin->mutex);
    pthread_mutex_unlock(&standin->mutex);
}

size_t standin_requests(struct standin *standin) {
    pthread_mutex_lock(&standin->mutex);
    size_t count = standin->request_count;
    pthread_mutex_unlock(&standin->mutex);
    return count;
}

struct text standin_request(struct standin *standin, struct arena *arena, size_t index) {
    struct text request = {"", 0};
    pthread_mutex_lock(&standin->mutex);
    if (index < standin->request_count)
        request = text_copy(arena, text_of(standin->requests[index]));
    pthread_mutex_unlock(&standin->mutex);
    return request;
}

struct text standin_target(struct standin *standin, struct arena *arena, size_t index) {
    struct text rest = standin_request(standin, arena, index);
    struct text line = text_cut(&rest, '\r');
    size_t version = sizeof " HTTP/1.1" - 1;
    return (struct text){line.data, line.size > version ? line.size - version : 0};
}

struct text standin_header(struct standin *standin, struct arena *arena, size_t index,
                           const char *name) {
    struct text rest = standin_request(standin, arena, index);
    text_cut(&rest, '\n');
    for (;;) {
        struct text line = text_trim(text_cut(&rest, '\n'));
        if (!line.size)
            return (struct text){"", 0};
        struct text given = text_cut(&line, ':');
        if (text_is(text_lower_case(arena, given), name))
            return text_trim(line);
    }
}

struct text standin_body(struct standin *standin, struct arena *arena, size_t index) {
    struct text request = standin_request(standin, arena, index);
    const char *end = request.size ? strstr(request.data, "\r\n\r\n") : NULL;
    return end ? text_of(end + 4) : (struct text){"", 0};
}
