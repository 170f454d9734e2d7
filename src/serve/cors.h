/* Cross-origin requests (the Fetch standard's CORS protocol), and the method OPTIONS. */
#ifndef O2S_SERVE_CORS_H
#define O2S_SERVE_CORS_H

#include "serve/request_context.h"

/* Adds the response's headers that let pages of allowed origins read it. */
void cors_add_headers(struct request_context *context);

/*
 * Answers OPTIONS: a preflight if it asks for a method, else the methods that the path allows,
 * which `allow` lists ("": none).
 */
void cors_answer_options(struct request_context *context, struct text allow);

#endif
