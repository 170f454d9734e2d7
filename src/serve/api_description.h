/* The description of the API that a worker serves: generated at the first request for it. */
#ifndef O2S_SERVE_API_DESCRIPTION_H
#define O2S_SERVE_API_DESCRIPTION_H

#include "serve/request_context.h"

/* Begins as {0}, and has no memory until a request asks for a document. */
struct api_description {
    /* By enum openapi_format; empty: not generated yet. */
    struct buffer documents[2];
};

/*
 * Answers a request whose route has a document as its answer. The document is generated if it is
 * the first one for it, and kept in the description of the context.
 */
void api_description_answer(struct request_context *context);

/* Frees the documents: from now on they are those of another table. */
void api_description_clear(struct api_description *description);

#endif
