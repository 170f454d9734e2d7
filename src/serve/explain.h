/* `o2s-medusa explain`: what a request would do, without doing it. */
#ifndef O2S_SERVE_EXPLAIN_H
#define O2S_SERVE_EXPLAIN_H

#include <stdio.h>

#include "serve/request_context.h"

/*
 * Prints the route of the request; its steps in order, calls with their URL, headers and body; the
 * calls that go out together, and what is read of each answer; and the status of the answer. What
 * depends on an answer of an upstream is shown as it is written in the table.
 */
void explain_route(const struct request_context *context, FILE *stream);

#endif
