/* One request on its way through its route. */
#ifndef O2S_SERVE_REQUEST_CONTEXT_H
#define O2S_SERVE_REQUEST_CONTEXT_H

#include "http/message.h"
#include "http/upstream_client.h"
#include "serve/log.h"
#include "serve/request_log.h"
#include "table/table.h"
#include "json/reader.h"

struct circuit_breaker;

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
    struct arena *arena;
    /* Its slots are the route's. */
    struct evaluation evaluation;
    /* An optional call has failed: at another time the answer would be another. */
    bool incomplete;
    /* For texts under construction; empty between uses. */
    struct buffer *scratch;
};

/* Makes the response an error with a message formatted as by printf(). Always returns false. */
bool context_fail(struct request_context *context, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The same for a failure that is not the caller's doing: what `format` says goes to the log, and
 * the caller is told `message`. Always returns false.
 */
bool context_fail_logged(struct request_context *context, int status, const char *message,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same for an upstream's answer in which something is missing that is needed. */
bool context_fail_missing(struct request_context *context, struct text what);

/*
 * Makes the response what a refusal says; one of a step, with a status from 500, is a failure for
 * the log. Always returns false.
 */
bool context_fail_with(struct request_context *context, const struct error_response *error);

#endif
