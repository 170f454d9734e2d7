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

/*
 * Carries out the route's leading steps, which need neither query nor body. False: the response is
 * an error already.
 */
bool steps_run_leading(struct request_context *context);

/*
 * Carries out the steps after the leading ones. True: all went well, and their results are in the
 * slots. False: the response is an error already.
 */
bool steps_run(struct request_context *context);

/*
 * Builds the upstream call of a step for the value of `.` at hand, in the arena. False: the
 * response is an error already. Part of steps_run(); `explain` uses it too.
 */
bool call_build(struct request_context *context, const struct step *step,
                struct upstream_call *call);

/*
 * At which statuses the step's call is repeated; NULL: at none. `as_caller`: it has the caller's
 * authorization.
 */
const struct retry *retry_of_call(const struct step *step, bool as_caller);

/* Whether the upstream's calls get the caller's header of this name. */
bool upstream_forwards(const struct upstream *upstream, struct text name);

/*
 * Builds the call that asks whether a breaker's upstream is back. It has the upstream's headers,
 * which may be computed from the request at hand, but forwards none of the request's. False: it
 * cannot be built.
 */
bool call_build_probe(struct request_context *context, const struct breaker_policy *policy,
                      struct upstream_call *call);

/*
 * Gives the call the headers of the request's trace, with a span of its own. To be called each time
 * before the call is made: a repeated one is another span.
 */
void call_add_span(struct request_context *context, struct upstream_call *call);

/*
 * The result of a call that has its outcome, into `*result`. False: the response is an error
 * already.
 */
bool call_finish(struct request_context *context, const struct step *step,
                 const struct upstream_call *call, struct value *result);

#endif
