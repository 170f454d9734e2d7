/*
 * What each call of a request took, for the log line of a slow request and for the header
 * Server-Timing. Nothing is recorded unless the table asks for one of them.
 */
#ifndef O2S_SERVE_TIMING_H
#define O2S_SERVE_TIMING_H

#include "serve/request_context.h"

/*
 * Records a call that was made, `at_ms` after the request began, with its span; `step` NULL: the
 * probe of a circuit breaker.
 */
void timing_record(struct request_context *context, const struct step *step,
                   const struct upstream *upstream, const struct upstream_call *call,
                   struct text span, double at_ms);

/* Adds Server-Timing to the response, if the table asks for it. */
void timing_add_header(struct request_context *context);

/*
 * Writes the line of a request that was slow, with its calls; `line` is the buffer. The time in the
 * queue counts, as the caller waited that long.
 */
void timing_log(const struct request_context *context, struct log_line *line);

#endif
