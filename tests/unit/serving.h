/* A service under test: a table, a stand-in for its upstream, and a log that is read. */
#ifndef O2S_SERVING_H
#define O2S_SERVING_H

#include "support.h"

#include "serve/service.h"
#include "upstream_standin.h"

struct serving {
    struct arena *arena;
    struct standin *upstream;
    struct service *service;
    struct http_response response;
    struct log log;
    FILE *log_file;
    /* When the web server took the requests, in microseconds of the time of day; 0: unknown. */
    int64_t started_us;
};

/*
 * Starts a service with `table`, in which `@` is replaced by the origin of the stand-in that
 * answers by `rules`. The log has the level info.
 */
struct serving *serving_start(struct arena *arena, const char *table,
                              const struct standin_rule *rules);
void serving_stop(struct serving *serving);

/*
 * Has a request answered, which also writes its line in the log. `headers`: "name: value" each,
 * NULL behind them; or NULL. `body` NULL: none; else it is JSON.
 */
void serving_ask_all(struct serving *serving, const char *method, const char *target,
                     const char *const *headers, const char *body);
void serving_ask(struct serving *serving, const char *target);

/* The value of a header of the response; "" if there is none. The test fails if there are two. */
struct text serving_header(struct serving *serving, const char *name);

/* Fails the test unless the response has this status and body; `what` is for the message. */
void serving_check(struct serving *serving, const char *what, int status, const char *body);

/* The same for an error with this message. */
void serving_check_error(struct serving *serving, const char *what, int status,
                         const char *message);

/* One or the other: from status 400 on, `body` is an error's message. */
void serving_check_outcome(struct serving *serving, const char *what, int status, const char *body);

/* What was logged since the last call, a line each. */
struct text serving_logged(struct serving *serving);

/* A member of the JSON of a line. */
struct value serving_log_member(struct serving *serving, struct text line, const char *name);

#endif
