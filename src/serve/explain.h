/* The command explain: what a request would do, without executing it. */
#ifndef O2S_SERVE_EXPLAIN_H
#define O2S_SERVE_EXPLAIN_H

#include <stdio.h>

#include "serve/request_context.h"

/*
 * Prints the route of the request; its steps in order, calls with their URL, headers and body; the
 * calls that are made concurrently, and what is read of each answer; and the status of the answer.
 * Parts that depend on an answer of an upstream are printed as written in the table.
 */
void explain_route(const struct request_context *context, FILE *stream);

#endif
