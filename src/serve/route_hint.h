/* The message for a request that no route matches. */
#ifndef O2S_SERVE_ROUTE_HINT_H
#define O2S_SERVE_ROUTE_HINT_H

#include "http/message.h"
#include "table/table.h"

/*
 * "no route matches GET /thing; did you mean GET /things?", in `arena`. The suggested route has the
 * path most similar to that of the request, with or without the server's prefix; among routes with
 * this path, one with the request's method is preferred. Without a similar route, there is no
 * suggestion.
 */
struct text route_hint(const struct table *table, const struct http_request *request,
                       struct arena *arena);

#endif
