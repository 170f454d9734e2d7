/*
 * What caches may do with an answer (RFC 9111).
 *
 * No answer gets to somebody whom it is not meant for, because
 *
 *  - every answer begins as `private, no-store`, and only caching_finish() makes it public: an
 *    early end, an error, or a header for which there is no room leaves it as it is;
 *  - that takes a route with `cache`, a status of 200, no call that failed, and a request without
 *    credentials: no Authorization, and no Cookie where the table reads cookies at all;
 *  - `Vary` names every request header that the answer can depend on. The loader finds them in
 *    what the table reads, so that none can be forgotten, and refuses to cache what depends on the
 *    headers as a whole, on a body, or is not for reading;
 *  - `Vary` names Authorization always: an answer kept for strangers is not given to a caller with
 *    a token;
 *  - `Vary` is one line, and the table can set neither it nor Cache-Control by itself: there are
 *    caches that heed the last line only.
 */
#ifndef O2S_SERVE_CACHING_H
#define O2S_SERVE_CACHING_H

#include "serve/request_context.h"

/* What an answer says that is for its caller alone. */
#define CACHING_PRIVATE "private, no-store"

/*
 * The header of the request that keeps its answer from being public; the empty text if there is
 * none.
 */
struct text caching_credential(const struct caching *caching, const struct http_request *request);

/*
 * Makes the response public if its route allows it: Cache-Control, Vary and an ETag. A request
 * that has it already, by If-None-Match, is answered 304 without a body. To be called when the
 * response has its status, its body, and all headers that tell it from another.
 */
void caching_finish(struct request_context *context);

#endif
