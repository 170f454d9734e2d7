/*
 * The file that the workers of a pool share: counters, histograms, a slot for each worker, and the
 * state of the circuit breakers. Each worker maps it and updates it with atomic operations; names
 * are added under a lock.
 *
 * A worker locks the byte of its slot (an open file description lock, fcntl(2)). The kernel removes
 * the lock when the worker ends, however it ends: a slot with a process id and no lock is that of a
 * worker that was killed. Counters belong to the pool, not to a slot, so none is lost with it.
 *
 * Series (the names of routes and upstreams) are only added. A table that is reloaded finds those
 * that it has in common with the old one, with their counts, and workers with different tables can
 * use one file. The state of a circuit breaker is shared by workers with the same table and URL.
 */
#ifndef O2S_SERVE_STATUS_FILE_H
#define O2S_SERVE_STATUS_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
    STATUS_MAX_WORKERS = 256,
    STATUS_MAX_ROUTES = 512,
    STATUS_MAX_UPSTREAMS = 64,
    /* 2xx to 5xx. */
    STATUS_CLASSES = 4,
    /* The last one has no upper bound. */
    STATUS_BUCKETS = 14
};

/* The upper bounds of the buckets in microseconds, and in seconds as Prometheus writes them. */
extern const uint64_t status_bounds_us[STATUS_BUCKETS - 1];
extern const char *const status_bounds[STATUS_BUCKETS];

struct status_histogram {
    _Atomic uint64_t buckets[STATUS_BUCKETS];
    _Atomic uint64_t sum_us;
};

/* Routes that every file has: requests that have no route, and routes that have no room. */
enum { STATUS_NO_ROUTE, STATUS_OTHER_ROUTE, STATUS_OWN_ROUTES };

struct status_route {
    /* `METHOD /pattern`, with a NUL behind it. */
    char name[232];
    _Atomic uint64_t classes[STATUS_CLASSES];
    struct status_histogram duration;
};

/* What became of a call; the first four are classes of statuses. */
enum status_outcome {
    STATUS_UNREACHABLE = STATUS_CLASSES,
    STATUS_TIMEOUT,
    STATUS_TOO_LARGE,
    /* The call was not made: the circuit is open. */
    STATUS_SUSPENDED,
    STATUS_OUTCOMES
};

extern const char *const status_outcomes[STATUS_OUTCOMES];

struct status_upstream {
    char name[64];
    _Atomic uint64_t outcomes[STATUS_OUTCOMES];
    struct status_histogram duration;
    /* 1 and the index of the upstream that has its circuit breaker's state; 0: without a circuit
     * breaker. */
    _Atomic uint32_t breaker;
    /* breaker_state.h. */
    _Atomic uint64_t state;
    /* Identifies the server and the table that `state` is about. */
    _Atomic uint64_t origin;
    _Atomic uint64_t opened;
};

/* As large as a cache line, so that a worker does not slow down its neighbor. */
struct status_worker {
    /* 0: the slot is free. */
    _Atomic uint32_t pid;
    _Atomic uint32_t busy;
    /* Of the request at hand, or the last one. */
    _Atomic uint32_t route;
    /* Since when it is busy, or idle: milliseconds of CLOCK_MONOTONIC. */
    _Atomic int64_t since_ms;
    _Atomic uint64_t requests;
    /* Resident bytes; 0: unknown. */
    _Atomic uint64_t memory;
    _Atomic uint64_t table_version;
    uint64_t unused[2];
};

struct status_file {
    uint64_t magic;
    uint32_t version;
    uint32_t size;
    _Atomic uint32_t route_count;
    _Atomic uint32_t upstream_count;
    _Atomic uint64_t started;
    _Atomic uint64_t lost;
    /* Requests that waited until their deadline had passed. */
    _Atomic uint64_t shed;
    /* The time that requests waited for a worker, if it is known. */
    struct status_histogram queue;
    /* By whether they failed. */
    _Atomic uint64_t reloads[2];
    _Alignas(64) struct status_worker workers[STATUS_MAX_WORKERS];
    struct status_route routes[STATUS_MAX_ROUTES];
    struct status_upstream upstreams[STATUS_MAX_UPSTREAMS];
};

/* A file that is mapped. */
struct status_map {
    struct status_file *file;
    int descriptor;
};

/*
 * Opens and maps the file for a worker, and creates it if it does not exist. A status file of
 * another version or size is replaced. False, with errno: EINVAL if it is another kind of file, or
 * another user's.
 */
bool status_file_open(const char *path, struct status_map *map);

/* The same to read it; nothing is created or replaced. EINVAL also for another version or size. */
bool status_file_open_to_read(const char *path, struct status_map *map);

/* Unmaps and closes it, which removes the locks. */
void status_file_close(struct status_map *map);

/*
 * The index of the series with this name, which is added if it is new. One that has no room is
 * STATUS_OTHER_ROUTE, and STATUS_MAX_UPSTREAMS.
 */
unsigned status_file_route(const struct status_map *map, struct text name);
unsigned status_file_upstream(const struct status_map *map, struct text name);

/* How many series there are, and their names, also of a file that is damaged. */
unsigned status_route_count(const struct status_file *file);
unsigned status_upstream_count(const struct status_file *file);
struct text status_route_name(const struct status_route *route);
struct text status_upstream_name(const struct status_upstream *upstream);

/* Claims a slot for this process; STATUS_MAX_WORKERS: all are taken. Removes dead workers first. */
unsigned status_file_claim(const struct status_map *map);

/* Frees the slots of workers that ended without doing so, but `own`; counts them in `lost`. */
void status_file_reap(const struct status_map *map, unsigned own);

/* Whether `path` leads to the file that is mapped: it may have been removed or replaced. */
bool status_file_is_at(const struct status_map *map, const char *path);

/* Whether the worker of the slot runs, for a file that is open to read. */
bool status_file_is_alive(const struct status_map *map, unsigned slot);

#endif
