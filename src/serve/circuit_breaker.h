/*
 * Circuit breakers: suspend the calls to an upstream that is down. The workers of a pool share the
 * state in their status file: one count of failures, and one probe. A worker without the file has
 * its own state.
 */
#ifndef O2S_SERVE_CIRCUIT_BREAKER_H
#define O2S_SERVE_CIRCUIT_BREAKER_H

#include "serve/breaker_state.h"
#include "serve/request_context.h"
#include "serve/status.h"

/* One breaker of the table. */
struct circuit_breaker {
    /* The state that the pool shares, while it is about the same server and table; NULL: none. */
    struct status_upstream *shared;
    uint64_t origin;
    /* Otherwise this one. Both are breaker_state_pack(). */
    _Atomic uint64_t own;
    /* The outcomes recorded for the current batch. */
    bool answered;
    bool failed;
};

/*
 * The breakers of the table, closed, or in the state that the pool has them in; to be released with
 * free().
 */
struct circuit_breaker *circuit_breakers_create(const struct table *table, struct status *status);

/* Closes all of them, for this worker alone. */
void circuit_breakers_close(struct circuit_breaker *breakers, const struct table *table);

/*
 * Whether a call that was built may be made. If the breaker is half open, the probe is made first.
 * If the result is false, the outcome of the call is UPSTREAM_SUSPENDED.
 */
bool circuit_breaker_allow(struct request_context *context, const struct upstream *upstream,
                           struct upstream_call *call);

/*
 * Records the outcome of a call. A call that the deadline cut short, or that was not made, does not
 * count.
 */
void circuit_breaker_record(struct request_context *context, const struct upstream *upstream,
                            const struct upstream_call *call);

/*
 * To be called after recording the outcomes of a batch. They count as one success if any call was
 * answered, otherwise as one failure. Logs if this opens or closes a breaker.
 */
void circuit_breaker_commit(struct request_context *context);

#endif
