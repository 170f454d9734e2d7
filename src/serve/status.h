/*
 * What a worker records for its pool: the requests that it serves and the calls that it makes, in
 * the file that the workers share (status_file.h). No function waits for another process but those
 * that open the file and bind a table; a count takes effect at once and outlives the worker.
 *
 * `status` may be NULL: a worker without the file, and commands. Nothing is recorded then.
 */
#ifndef O2S_SERVE_STATUS_H
#define O2S_SERVE_STATUS_H

#include <time.h>

#include "http/upstream_client.h"
#include "serve/log.h"
#include "serve/status_file.h"
#include "table/table.h"

struct status;

/*
 * The file that is used if none is given: of the places for it the first one with a
 * file, or, to create it, in whose folder this process can write; NULL without one.
 */
const char *status_default_path(bool create);

/*
 * Opens the file and claims a slot for this worker; `path` NULL: the default; "": no file. NULL if
 * it cannot be opened, after a line in the log, or without a file. Owned by the caller.
 */
struct status *status_open(const char *path, const struct log *log);

/* Frees the worker's slot: it ends as it should. */
void status_close(struct status *status);

/*
 * From now on routes and upstreams are those of `table`, which must outlive that. Call at load, and
 * after each reload.
 */
void status_bind(struct status *status, const struct table *table);

/* The table was read again; `good`: without errors, so that it is in use. */
void status_reloaded(struct status *status, bool good);

/* A connection was accepted: until its request has been read, it has no route. */
void status_accept(struct status *status);

/* The connection was closed. */
void status_idle(struct status *status);

/* A request was read; its route is not known yet. */
void status_begin(struct status *status, struct timespec begin);
void status_found(struct status *status, const struct route *route);

/*
 * The request was answered, with this status; `route` NULL: no route matched. Counts it, and its
 * time since `begin`.
 */
void status_end(struct status *status, const struct route *route, int response,
                struct timespec begin);

/* The request had waited for a worker so many milliseconds; negative: unknown, not counted. */
void status_waited(struct status *status, double ms);

/* The request was refused, because it had waited until its deadline. */
void status_shed(struct status *status);

/* The worker is idle, and gave back its memory. */
void status_rest(struct status *status);

/* The outcome of the call: an index into status_outcomes. */
size_t status_outcome_of(const struct upstream_call *call);

/* A call has its outcome. */
void status_call(struct status *status, const struct upstream *upstream,
                 const struct upstream_call *call);

/*
 * The series whose `state` is that of the upstream's circuit breaker in the pool; NULL: it shares
 * none. The state is about another server or table while `origin` there is not `*origin`.
 */
struct status_upstream *status_breaker(struct status *status, const struct breaker_policy *policy,
                                       uint64_t *origin);

/* A circuit was opened. */
void status_opened(struct status *status, const struct breaker_policy *policy);

/* The file, for metrics; slots of workers that were killed are freed. NULL: the worker has no file.
 */
const struct status_map *status_read(struct status *status);

#endif
