/*
 * The deadline of a request: the time that all its calls share. It starts when the web server took
 * the request, because nobody waits longer for a request that waited for a worker; without that
 * time, when the worker has read the request. A route can have its own deadline; the default is
 * that of `server`.
 */
#ifndef O2S_SERVE_DEADLINE_H
#define O2S_SERVE_DEADLINE_H

#include "serve/failure.h"

/* The route's deadline in milliseconds. */
long deadline_of(const struct table *table, const struct route *route);

/*
 * The failure 503 if the request waited for a worker until its deadline had passed: the pool is
 * overloaded, and an answer would come too late.
 */
MUST_CHECK struct failure *deadline_check_queue(struct request_context *context);

/*
 * Limits the call to the remaining time of the request. Returns false if not enough time is left;
 * the outcome of the call is then UPSTREAM_TIMEOUT, and it must not be made.
 */
bool deadline_admits(const struct request_context *context, struct upstream_call *call);

/*
 * Whether a timeout of the call does not indicate a problem of its upstream, because the deadline
 * left it less time than a connection may take.
 */
bool deadline_cut_short(const struct upstream_call *call);

#endif
