/* The state of one request: its route, its slots and its response. */
#ifndef O2S_SERVE_REQUEST_CONTEXT_H
#define O2S_SERVE_REQUEST_CONTEXT_H

#include "http/message.h"
#include "http/upstream_client.h"
#include "serve/log.h"
#include "serve/request_log.h"
#include "table/table.h"
#include "json/reader.h"

struct api_description;
struct circuit_breaker;
struct observer;

/* What makes calls in place of the client, and gives each its outcome: for tests of a table. */
struct transport {
    void (*perform)(void *context, struct upstream_client *client,
                    struct upstream_call *const *calls, size_t count);
    void *context;
};
struct status;

struct request_context {
    const struct table *table;
    const struct route *route;
    const struct http_request *request;
    struct http_response *response;
    struct upstream_client *client;
    /* NULL: the client makes the calls. */
    const struct transport *transport;
    /* One for each breaker of the table. */
    struct circuit_breaker *breakers;
    /* What the pool shares; NULL: nothing. */
    struct status *status;
    struct json_reader *reader;
    /* That of the table, which the service keeps. */
    struct api_description *description;
    const struct log *log;
    struct request_record *record;
    struct random *random;
    /* The time of day that the request has, in milliseconds; 0: the system's. */
    int64_t fixed_now_ms;
    struct arena *arena;
    /* Its slots are those of the route. */
    struct evaluation evaluation;
    /* Set when an optional call failed; the response must not be cached. */
    bool incomplete;
    /* NULL: none. */
    struct observer *observer;
    /* A buffer for strings that are being built; empty between uses. */
    struct buffer *scratch;
};

#endif
