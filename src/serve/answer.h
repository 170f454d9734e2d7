/* From the `answer` of a route to the response. */
#ifndef O2S_SERVE_ANSWER_H
#define O2S_SERVE_ANSWER_H

#include "serve/failure.h"

/*
 * Adds headers to the response. Those with a value that is missing are left out; no header is added
 * if the evaluation of one fails.
 */
MUST_CHECK struct failure *answer_add_headers(struct request_context *context,
                                              const struct named_template *headers, size_t count);

/* Makes the response what the route answers. */
MUST_CHECK struct failure *answer_write(struct request_context *context);

#endif
