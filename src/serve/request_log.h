/* What is noted of one request: its id, and the line that the log gets of it. */
#ifndef O2S_ACCESS_H
#define O2S_ACCESS_H

#include <time.h>

#include "base/arena.h"
#include "http/message.h"
#include "http/trace.h"
#include "serve/log.h"

struct access {
    /* Taken from X-Request-Id, or made; goes to the upstreams and back to the caller. */
    struct text id;
    struct trace trace;
    struct timespec begin;
    double upstream_ms;
    size_t upstream_calls;
    /* Why the request failed, where it was not the caller's doing; empty: it did not. */
    struct text failure;
};

/*
 * Begins the record of a request. An X-Request-Id of 1 to 128 letters, digits and ._- is kept;
 * otherwise an id of 16 random bytes is made in `arena`. The trace is that of the request's
 * traceparent, or a new one.
 */
void access_begin(struct access *access, struct arena *arena, struct random *random,
                  const struct http_request *request);

/* Milliseconds from `begin` to now. */
double access_elapsed_ms(struct timespec begin);

/*
 * Writes the request's line, by way of `line`. `route` is the route as written in the table ("":
 * none), so that no id or query value gets into the log.
 */
void access_write(const struct access *access, const struct log *log, struct text method,
                  struct text route, const struct http_response *response, struct log_line *line);

#endif
