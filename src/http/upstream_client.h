/* HTTP requests to upstreams with libcurl: several concurrent calls over persistent connections. */
#ifndef O2S_HTTP_UPSTREAM_CLIENT_H
#define O2S_HTTP_UPSTREAM_CLIENT_H

#include "base/buffer.h"
#include "http/message.h"

struct upstream_client;

enum upstream_outcome {
    /* The response has a status and a body. */
    UPSTREAM_ANSWERED,
    /* There was no connection, or it broke. */
    UPSTREAM_UNREACHABLE,
    /* There was no complete response within the time of the call. */
    UPSTREAM_TIMEOUT,
    /* The response exceeds the maximum size. */
    UPSTREAM_TOO_LARGE,
    /* The call was not made, because its upstream is down. Never set by upstream_perform(). */
    UPSTREAM_SUSPENDED,
};

/*
 * The headers of a call: x-request-id, user-agent, traceparent and tracestate, and those of the
 * table, which are counted when it is loaded.
 */
enum { UPSTREAM_MAX_OWN_HEADERS = 23, UPSTREAM_MAX_HEADERS = UPSTREAM_MAX_OWN_HEADERS + 4 };

struct upstream_call {
    /*
     * The request; all strings are borrowed. The method is a constant. Scheme and host, and the
     * target of the request (RFC 9112, 3.2.1), are NUL-terminated; they and the headers must not
     * contain control characters. The target is sent unchanged, so it must not contain spaces
     * either.
     */
    const char *method;
    struct text origin;
    struct text target;
    struct http_header headers[UPSTREAM_MAX_HEADERS];
    size_t header_count;
    bool has_body;
    struct text body;
    /* Its authorization is forwarded from the caller. */
    bool as_caller;
    /* Made on a new connection, to a newly resolved address. */
    bool fresh;
    long timeout_ms;
    long connect_timeout_ms;
    /* The remaining time of the request, which limits the call. 0: no limit. */
    long budget_ms;
    size_t max_response;

    /* The result. The strings belong to the client, until its next upstream_begin(). */
    enum upstream_outcome outcome;
    int status;
    struct text response;
    struct text retry_after;
    /* The duration of the call, with all attempts; 0: it was not made. */
    double elapsed_ms;
    /* libcurl's description of a failure, for the log. */
    const char *error;
};

/* Whether the outcome of the call is a response with a status code of 2xx. */
static inline bool upstream_succeeded(const struct upstream_call *call) {
    return call->outcome == UPSTREAM_ANSWERED && call->status >= 200 && call->status < 300;
}

/*
 * The file of certificate authorities (PEM) that the environment variable SSL_CERT_FILE names,
 * which clients trust in place of those of the system; NULL if it is not set or blank.
 */
const char *upstream_authorities(void);

/* A client without connections; owned by the caller. */
struct upstream_client *upstream_client_create(void);
void upstream_client_destroy(struct upstream_client *client);

/*
 * Begins a request: the results of previous calls become invalid. What they took is freed, except
 * for a megabyte at most.
 */
void upstream_begin(struct upstream_client *client);

/* Frees the memory of calls and their responses; connections are kept. Also ends a request. */
void upstream_trim(struct upstream_client *client);

/*
 * Makes `count` calls concurrently, and returns when each has its outcome. Redirects are not
 * followed. A GET whose connection breaks is sent a second time, within the same time; other
 * requests are never repeated. A response with more than one Content-Length, with one that is not
 * a number, or with a header of several lines is rejected. A call that libcurl itself cannot make
 * or continue has the outcome UPSTREAM_UNREACHABLE, with libcurl's error.
 *
 * The address of a host is used for at most a second, and a connection for half a minute; then the
 * name is resolved again.
 */
void upstream_perform(struct upstream_client *client, struct upstream_call *const *calls,
                      size_t count);

#endif
