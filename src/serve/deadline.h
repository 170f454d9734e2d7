/*
 * The deadline of a request: one time budget that all its calls share, counted from when the worker
 * has read the request. The route's own if it has one, otherwise that of `server`.
 */
#ifndef O2S_SERVE_DEADLINE_H
#define O2S_SERVE_DEADLINE_H

#include "serve/request_context.h"

/* The route's deadline in milliseconds. */
long deadline_of(const struct table *table, const struct route *route);

/*
 * Limits the call to what the request has left. False: nothing of use is left; the call then has
 * the outcome UPSTREAM_TIMEOUT and must not be made.
 */
bool deadline_admits(const struct request_context *context, struct upstream_call *call);

/*
 * Whether the call's timeout says nothing about its upstream: the deadline left it less time than
 * a connection may take.
 */
bool deadline_cut_short(const struct upstream_call *call);

#endif
