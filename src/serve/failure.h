/*
 * Why a request ends with an error: a value that is returned until service.c turns it into a
 * response, or until an `optional` step ignores it.
 */
#ifndef O2S_SERVE_FAILURE_H
#define O2S_SERVE_FAILURE_H

#include "serve/request_context.h"

/* All strings live as long as the request; an empty one is left out. */
struct failure {
    int status;
    /* The message for the caller. */
    struct text message;
    /* The detail for the log; empty if the caller caused the failure. */
    struct text detail;
    /* The headers `allow` and `retry-after` of the response. */
    struct text allow;
    struct text retry_after;
};

/*
 * Functions that can fail return a failure, or NULL on success. The following functions return one,
 * in the arena of the request.
 */

/* A failure that the caller caused. */
MUST_CHECK struct failure *failure_create(struct request_context *context, int status,
                                          struct text message);

/* The same with a message formatted as by printf(). */
MUST_CHECK struct failure *failure_of_caller(struct request_context *context, int status,
                                             const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Any other failure: the formatted string is for the log, and `message` is for the caller. */
MUST_CHECK struct failure *failure_logged(struct request_context *context, int status,
                                          struct text message, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * A value that the response depends on is missing or too large: 400 if it can only come from the
 * request, 502 if it comes from an upstream's answer, 500 if only the table determines it.
 */
MUST_CHECK struct failure *failure_of_evaluation(struct request_context *context,
                                                 const struct evaluation_failure *reason);

/* The same for an expression that was evaluated to an unusable value. */
MUST_CHECK struct failure *failure_no_value(struct request_context *context,
                                            const struct expression *expression);

/*
 * The error of the table, or another one if its message cannot be evaluated. An error of a step
 * with a status of at least 500 is logged.
 */
MUST_CHECK struct failure *failure_from_table(struct request_context *context,
                                              const struct error_response *error);

/* Makes the response this error, and records it. */
void failure_respond(struct request_context *context, const struct failure *failure);

/* Evaluation in the context of the request; failures are those of failure_of_evaluation(). */
MUST_CHECK struct failure *context_evaluate(struct request_context *context,
                                            const struct expression *expression,
                                            struct value *value);
MUST_CHECK struct failure *context_evaluate_shape(struct request_context *context,
                                                  const struct shape *shape, struct value *value);

/* Whether a condition is true; NULL is always true. */
MUST_CHECK struct failure *context_decide(struct request_context *context,
                                          const struct expression *condition, bool *holds);

/* The string of a template; `*complete` as for template_append(). */
MUST_CHECK struct failure *context_evaluate_template(struct request_context *context,
                                                     const struct template *template,
                                                     struct text *text, bool *complete);

/*
 * The same for the value of a header, in which control characters are a failure of the upstream or
 * the caller that they come from.
 */
MUST_CHECK struct failure *context_evaluate_header(struct request_context *context,
                                                   const struct named_template *header,
                                                   struct text *value, bool *complete);

#endif
