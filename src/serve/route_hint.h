/* What to say of a request that no route matches. */
#ifndef O2S_SERVE_ROUTE_HINT_H
#define O2S_SERVE_ROUTE_HINT_H

#include "http/message.h"
#include "table/table.h"

/*
 * "no route matches GET /thing; did you mean GET /things?", in `arena`. The route that is named has
 * the path most like the request's, with or without the server's prefix, and the request's method
 * if several have that path; without one that is near enough the question is left out.
 */
struct text route_hint(const struct table *table, const struct http_request *request,
                       struct arena *arena);

#endif
