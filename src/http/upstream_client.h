/* HTTP towards an upstream, through libcurl: several calls at a time over kept connections. */
#ifndef O2S_HTTP_UPSTREAM_CLIENT_H
#define O2S_HTTP_UPSTREAM_CLIENT_H

#include "base/buffer.h"
#include "http/message.h"

struct upstream_client;

enum upstream_outcome {
    /* There is a status and a body. */
    UPSTREAM_ANSWERED,
    /* No connection, or it broke. */
    UPSTREAM_UNREACHABLE,
    /* No whole answer within the call's time. */
    UPSTREAM_TIMEOUT,
    /* The answer is longer than allowed. */
    UPSTREAM_TOO_LARGE,
    /* The call was not made: its upstream is down. Never given by upstream_perform(). */
    UPSTREAM_SUSPENDED,
};

/*
 * Of a call: x-request-id, user-agent, traceparent and tracestate, and the table's own, which are
 * counted at load.
 */
enum { UPSTREAM_MAX_OWN_HEADERS = 23, UPSTREAM_MAX_HEADERS = UPSTREAM_MAX_OWN_HEADERS + 4 };

struct upstream_call {
    /*
     * What to send; all borrowed. The method is a constant. Scheme and host, and the request's
     * target (RFC 9112, 3.2.1), have a NUL behind them; they and the header texts must be free of
     * control characters, the target of blanks, too: it goes out as it is.
     */
    const char *method;
    struct text origin;
    struct text target;
    struct http_header headers[UPSTREAM_MAX_HEADERS];
    size_t header_count;
    bool has_body;
    struct text body;
    /* Its authorization is the caller's own, forwarded. */
    bool as_caller;
    /* Made on a new connection, to an address that is looked up for it. */
    bool fresh;
    long timeout_ms;
    long connect_timeout_ms;
    /* What the request has left: the call takes no longer. 0: there is no such limit. */
    long budget_ms;
    size_t max_response;

    /* What came of it. The texts belong to the client, until its next upstream_begin(). */
    enum upstream_outcome outcome;
    int status;
    struct text response;
    struct text retry_after;
    /* How long it took, with a second try; 0: it was not made. */
    double elapsed_ms;
    /* libcurl's words about a failure, for the log. */
    const char *error;
};

/* A client with no connections yet; owned by the caller. */
struct upstream_client *upstream_client_create(void);
void upstream_client_destroy(struct upstream_client *client);

/* Begins a request: what came of the calls before it is forgotten. */
void upstream_begin(struct upstream_client *client);

/* Frees the memory that answers took; connections are kept. Ends a request as well. */
void upstream_trim(struct upstream_client *client);

/*
 * Makes all `count` calls, in flight together, and returns when each has its outcome. Redirects
 * are not followed. A GET whose connection breaks is sent a second time, within the same time;
 * nothing else is ever sent twice. An answer with more than one Content-Length is not read. A call
 * that libcurl itself cannot make, or go on with, is UPSTREAM_UNREACHABLE, with libcurl's error.
 *
 * The address of a host is used for a second at most, and a connection for half a minute: then the
 * name is looked up again.
 */
void upstream_perform(struct upstream_client *client, struct upstream_call *const *calls,
                      size_t count);

#endif
