/*
 * The caching of responses (RFC 9111).
 *
 * No response is delivered to another caller than intended, because
 *
 *  - every response is `private, no-store` initially, and only caching_finish() makes it public: an
 * early end, an error, or a header for which there is no room leaves it private;
 *  - this requires a route with `cache`, a status of 200, no call that failed, and a request
 * without the credentials on which the response can depend: Authorization, Cookie and
 * Proxy-Authorization, as far as the route reads them or one of its upstreams gets them;
 *  - `Vary` names every request header on which the response can depend. The loader derives them
 * from the table, and rejects `cache` for a response that depends on the headers as a whole, on a
 * body, or on a method other than GET;
 *  - where that includes Authorization, `Vary` names it: a response cached for callers without a
 * token is not returned to a caller with one;
 *  - `Vary` is a single line, and the table cannot set it or Cache-Control directly: some caches
 * only read the last line.
 */
#ifndef O2S_SERVE_CACHING_H
#define O2S_SERVE_CACHING_H

#include "serve/request_context.h"

/* The Cache-Control of a response for its caller only. */
#define CACHING_PRIVATE "private, no-store"

/*
 * The request header that keeps the response from being public; the empty string if absent.
 */
struct text caching_credential(const struct caching *caching, const struct http_request *request);

/*
 * Makes the response public if its route allows it: adds Cache-Control, Vary and an ETag. If the
 * request has a matching If-None-Match, the response becomes 304 without a body. To be called when
 * the response has its status, its body and all headers that distinguish it.
 */
void caching_finish(struct request_context *context);

#endif
