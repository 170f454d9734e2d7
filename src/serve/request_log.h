/* The record of one request: its id, and its line in the log. */
#ifndef O2S_SERVE_REQUEST_LOG_H
#define O2S_SERVE_REQUEST_LOG_H

#include <time.h>

#include "base/arena.h"
#include "http/message.h"
#include "http/trace.h"
#include "serve/log.h"

struct timed_call;

struct request_record {
    /* Taken from X-Request-Id, or generated; sent to the upstreams and returned to the caller. */
    struct text id;
    struct trace trace;
    struct timespec begin;
    /* The time that it waited for a worker; negative: unknown. */
    double queue_ms;
    double upstream_ms;
    size_t upstream_calls;
    /* The times of the calls (timing.h), in the arena of the request. */
    struct timed_call *timed;
    size_t timed_count;
    size_t timed_capacity;
    /* Why the request failed, if the caller did not cause it; otherwise empty. */
    struct text failure;
};

/*
 * Begins the record of a request. An X-Request-Id of 1 to 128 letters, digits and ._- is kept;
 * otherwise an id of 16 random bytes is generated in `arena`. The trace is that of the request's
 * traceparent, or a new one.
 */
void request_log_begin(struct request_record *record, struct arena *arena, struct random *random,
                       const struct http_request *request);

/* Milliseconds from `begin` to now. */
double request_log_elapsed_ms(struct timespec begin);

/* The method as it is logged: a caller may send one of any length. */
struct text request_log_method(struct text method);

/*
 * Writes the line of the request with `line` as buffer. `route` is the route as written in the
 * table ("": none), so that no id or query value is logged.
 */
void request_log_write(const struct request_record *record, const struct log *log,
                       struct text method, struct text route, const struct http_response *response,
                       struct log_line *line);

#endif
