/* Cross-origin requests (CORS in the Fetch standard), and the method OPTIONS. */
#ifndef O2S_SERVE_CORS_H
#define O2S_SERVE_CORS_H

#include "serve/request_context.h"

/* Adds the headers with which pages of allowed origins can read the response. */
void cors_add_headers(struct request_context *context);

/*
 * Answers OPTIONS: a preflight request if it names a method, otherwise with `allow`, the methods of
 * the path ("": none).
 */
void cors_answer_options(struct request_context *context, struct text allow);

#endif
