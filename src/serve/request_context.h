/* The state of one request: its route, its slots and its response. */
#ifndef O2S_SERVE_REQUEST_CONTEXT_H
#define O2S_SERVE_REQUEST_CONTEXT_H

#include "http/message.h"
#include "http/upstream_client.h"
#include "serve/log.h"
#include "serve/request_log.h"
#include "table/table.h"
#include "json/reader.h"

struct circuit_breaker;

/* Is told what becomes of the steps of a request: for tests of a table. */
struct step_observer {
    /* A call has its outcome; `call` is NULL for a `let`, and for a `require` whose condition
     * holds.
     */
    void (*done)(void *context, const struct step *step, const struct upstream_call *call);
    /* The condition of a `require` does not hold. */
    void (*refused)(void *context, const struct step *step);
    void *context;
};

struct request_context {
    const struct table *table;
    const struct route *route;
    const struct http_request *request;
    struct http_response *response;
    struct upstream_client *client;
    /* One for each breaker of the table. */
    struct circuit_breaker *breakers;
    struct json_reader *reader;
    const struct log *log;
    struct request_record *record;
    struct random *random;
    /* NULL in a worker. */
    const struct step_observer *observer;
    /* The time of day that the request has, in milliseconds; 0: the system's. */
    int64_t fixed_now_ms;
    struct arena *arena;
    /* Its slots are the route's. */
    struct evaluation evaluation;
    /* Set when an optional call failed; the response must not be cached. */
    bool incomplete;
    /* For texts under construction; empty between uses. */
    struct buffer *scratch;
};

#endif
