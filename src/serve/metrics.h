/* `GET /metrics`: what the pool shares, in the text format 0.0.4 of Prometheus. */
#ifndef O2S_SERVE_METRICS_H
#define O2S_SERVE_METRICS_H

#include "serve/failure.h"
#include "serve/status_file.h"

/* What the workers of a pool do now. */
struct pool_view {
    size_t busy;
    size_t idle;
    /* Resident bytes of all that are known. */
    uint64_t memory;
    /* Of workers that run: by slot. */
    bool alive[STATUS_MAX_WORKERS];
};

/*
 * `slots_are_fresh`: those of killed workers were freed just now (status_read()); else each one is
 * looked at.
 */
void pool_view_read(struct pool_view *view, const struct status_map *map, bool slots_are_fresh);

/* Closed, open or half open, as of now; false: the upstream has no circuit breaker. */
bool pool_circuit(const struct status_file *file, unsigned upstream, const char **state);

/* Appends all metrics. */
void metrics_write(struct buffer *buffer, const struct status_map *map);

/* Answers with them; 503 if the worker shares nothing. */
MUST_CHECK struct failure *metrics_answer(struct request_context *context);

#endif
