/*
 * Why a request ends with an error: a value that is returned until service.c makes a response of
 * it, or a step that is `optional` ignores it.
 */
#ifndef O2S_SERVE_FAILURE_H
#define O2S_SERVE_FAILURE_H

#include "serve/request_context.h"

/* All texts live as long as the request; an empty one is left out. */
struct failure {
    int status;
    /* For the caller. */
    struct text message;
    /* For the log; empty if the caller is the cause. */
    struct text detail;
    /* The response's headers `allow` and `retry-after`. */
    struct text allow;
    struct text retry_after;
};

/*
 * The functions that can fail return a failure, or NULL for success. These return one, in the
 * request's arena.
 */

/* A failure that the caller caused. */
MUST_CHECK struct failure *failure_create(struct request_context *context, int status,
                                          struct text message);

/* The same; the message is formatted as by printf(). */
MUST_CHECK struct failure *failure_of_caller(struct request_context *context, int status,
                                             const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Any other one: the formatted text goes to the log, and `message` to the caller. */
MUST_CHECK struct failure *failure_logged(struct request_context *context, int status,
                                          struct text message, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * A value is missing that the response depends on: 400 if it can only come from the request, 502 if
 * it comes from an upstream's answer, 500 if the table alone determines it.
 */
MUST_CHECK struct failure *failure_missing(struct request_context *context,
                                           const struct missing_required *missing);

/* The same for an expression that was evaluated, to no value of use. */
MUST_CHECK struct failure *failure_no_value(struct request_context *context,
                                            const struct expression *expression);

/*
 * The error of the table; or another one if its message cannot be evaluated. An error of a step
 * with a status from 500 is logged.
 */
MUST_CHECK struct failure *failure_from_table(struct request_context *context,
                                              const struct error_response *error);

/* Makes the response this error, and the record of the request too. */
void failure_respond(struct request_context *context, const struct failure *failure);

/* Evaluation in the request's context: the failure is that of failure_missing(). */
MUST_CHECK struct failure *context_evaluate(struct request_context *context,
                                            const struct expression *expression,
                                            struct value *value);
MUST_CHECK struct failure *context_evaluate_shape(struct request_context *context,
                                                  const struct shape *shape, struct value *value);

/* Whether a condition is true; NULL always is. */
MUST_CHECK struct failure *context_decide(struct request_context *context,
                                          const struct expression *condition, bool *holds);

/* The text of a template; `*complete` as for template_append(). */
MUST_CHECK struct failure *context_evaluate_template(struct request_context *context,
                                                     const struct template *template,
                                                     struct text *text, bool *complete);

#endif
