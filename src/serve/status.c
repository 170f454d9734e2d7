#include "serve/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/hash.h"
#include "base/memory.h"
#include "serve/breaker_state.h"

enum { MEMORY_EVERY_MS = 1000 };

struct status {
    struct status_map map;
    struct buffer path;
    const struct log *log;
    /* Its slot; `spare` if all slots of the file are taken. */
    unsigned slot;
    struct status_worker *worker;
    struct status_worker spare;
    /* Of the table: an entry for each of its routes, with that of the metrics behind them, and of
     * its upstreams; NULL: it has no series. */
    const struct table *table;
    struct status_route **routes;
    struct status_upstream **upstreams;
    /* /proc/self/statm: in the sandbox a worker has no right to open it. */
    int memory;
    int64_t memory_at_ms;
};

/* The service's own folder, and the one that a process manager was given. */
static const char *const places[] = {"/run/o2s-medusa/pool/status", "/run/o2s-medusa/status"};

const char *status_default_path(bool create) {
    for (size_t i = 0; i < COUNT(places); i++) {
        const char *slash = strrchr(places[i], '/');
        struct buffer folder = {0};
        buffer_append(&folder, places[i], (size_t)(slash - places[i]));
        buffer_append_byte(&folder, '\0');
        bool usable = access(create ? folder.data : places[i], create ? W_OK | X_OK : F_OK) == 0;
        buffer_free(&folder);
        if (usable)
            return places[i];
    }
    return NULL;
}

struct status *status_open(const char *path, const struct log *log) {
    struct status_map map;
    path = path ? path : status_default_path(true);
    if (!path || !*path)
        return NULL;
    if (!status_file_open(path, &map)) {
        log_write(log, LOG_LEVEL_WARN, "the status file %s is not used: %s", path,
                  errno == EINVAL ? "it is not a status file of this user" : strerror(errno));
        return NULL;
    }
    struct status *status = memory_allocate(sizeof *status);
    status->map = map;
    buffer_append(&status->path, path, strlen(path) + 1);
    status->log = log;
    status->slot = status_file_claim(&map);
    status->worker =
        status->slot < STATUS_MAX_WORKERS ? &map.file->workers[status->slot] : &status->spare;
    if (status->worker == &status->spare)
        log_write(log, LOG_LEVEL_WARN,
                  "the status file %s has no room for this worker, as it has %d: its requests are "
                  "counted, but it is not shown",
                  path, STATUS_MAX_WORKERS);
    status->memory = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    atomic_store(&status->worker->since_ms, clock_now_ms());
    atomic_fetch_add(&map.file->started, 1);
    return status;
}

void status_close(struct status *status) {
    if (!status)
        return;
    atomic_store(&status->worker->pid, 0);
    status_file_close(&status->map);
    if (status->memory >= 0)
        close(status->memory);
    free(status->routes);
    free(status->upstreams);
    buffer_free(&status->path);
    free(status);
}

/* Binding a table. */

static void bind_routes(struct status *status, const struct table *table) {
    struct buffer name = {0};
    bool full = false;
    size_t count = table->route_count + (table->metrics != NULL);
    status->routes = memory_allocate((count + 1) * sizeof(struct status_route *));
    for (size_t i = 0; i < count; i++) {
        const struct route *route = &table->routes[i];
        name.size = 0;
        buffer_append_format(&name, "%.*s %.*s", TEXT_ARGUMENT(route->method),
                             TEXT_ARGUMENT(route->pattern));
        unsigned index = status_file_route(&status->map, buffer_text(&name));
        full = full || index == STATUS_OTHER_ROUTE;
        status->routes[i] = &status->map.file->routes[index];
    }
    if (full)
        log_write(status->log, LOG_LEVEL_WARN,
                  "the status file has no room for all routes: some are counted as \"other\"");
    buffer_free(&name);
}

/* Identifies the server and the table of a circuit breaker. */
static uint64_t origin_of(const struct status *status, const struct breaker_policy *policy) {
    const struct hash table = {atomic_load(&status->worker->table_version), 0};
    return hash_bytes(policy->upstream->url, table).h1;
}

/*
 * What is known of a server does not hold for another one, nor by another table; and a time of an
 * earlier boot does not hold at all.
 */
static void check_breaker(const struct status *status, struct status_upstream *shared,
                          const struct breaker_policy *policy) {
    uint64_t origin = origin_of(status, policy);
    uint64_t known = atomic_exchange(&shared->origin, origin);
    uint64_t word = atomic_load(&shared->state);
    struct breaker_state state = breaker_state_unpack(word);
    if (known != origin || !breaker_state_is_plausible(&state, policy, clock_now_ms()))
        atomic_compare_exchange_strong(&shared->state, &word, 0);
}

static void bind_upstreams(struct status *status, const struct table *table) {
    struct status_upstream *shared = status->map.file->upstreams;
    status->upstreams =
        memory_allocate((table->upstream_count + 1) * sizeof(struct status_upstream *));
    for (size_t i = 0; i < table->upstream_count; i++) {
        unsigned index = status_file_upstream(&status->map, table->upstreams[i].name);
        if (index < STATUS_MAX_UPSTREAMS)
            status->upstreams[i] = &shared[index];
        else
            log_write(status->log, LOG_LEVEL_WARN,
                      "the status file has no room for the upstream %.*s: it is not counted, and "
                      "its circuit breaker is not shared",
                      TEXT_ARGUMENT(table->upstreams[i].name));
    }
    for (size_t i = 0; i < table->upstream_count; i++) {
        const struct breaker_policy *policy = table->upstreams[i].breaker;
        const struct status_upstream *owner =
            policy ? status->upstreams[policy->upstream - table->upstreams] : NULL;
        if (status->upstreams[i])
            atomic_store(&status->upstreams[i]->breaker,
                         owner ? (uint32_t)(owner - shared) + 1 : 0);
        if (owner && owner == status->upstreams[i])
            check_breaker(status, status->upstreams[i], policy);
    }
}

void status_bind(struct status *status, const struct table *table) {
    if (!status)
        return;
    free(status->routes);
    free(status->upstreams);
    status->table = table;
    struct text version = value_text(table->definitions.table.members[0].value);
    atomic_store(&status->worker->table_version, strtoull(text_c_string(version), NULL, 16));
    bind_routes(status, table);
    bind_upstreams(status, table);
    status_rest(status);
}

void status_reloaded(struct status *status, bool good) {
    if (status)
        atomic_fetch_add(&status->map.file->reloads[!good], 1);
}

/* Requests. */

static void add_one(_Atomic uint64_t *counter) {
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static void add_duration(struct status_histogram *histogram, uint64_t microseconds) {
    size_t bucket = 0;
    while (bucket < COUNT(status_bounds_us) && microseconds > status_bounds_us[bucket])
        bucket++;
    add_one(&histogram->buckets[bucket]);
    atomic_fetch_add_explicit(&histogram->sum_us, microseconds, memory_order_relaxed);
}

/* Those of one worker are written by it alone: no read-modify-write is needed. */
static void set(_Atomic uint32_t *place, uint32_t value) {
    atomic_store_explicit(place, value, memory_order_relaxed);
}

static int64_t milliseconds_of(struct timespec time) {
    return time.tv_sec * INT64_C(1000) + time.tv_nsec / 1000000;
}

static void set_state(struct status *status, bool busy, int64_t since_ms) {
    atomic_store_explicit(&status->worker->since_ms, since_ms, memory_order_relaxed);
    set(&status->worker->busy, busy);
}

void status_accept(struct status *status) {
    if (!status)
        return;
    set(&status->worker->route, STATUS_NO_ROUTE);
    set_state(status, true, clock_now_ms());
}

void status_idle(struct status *status) {
    if (status && atomic_load_explicit(&status->worker->busy, memory_order_relaxed))
        set_state(status, false, clock_now_ms());
}

void status_begin(struct status *status, struct timespec begin) {
    if (!status)
        return;
    set(&status->worker->route, STATUS_NO_ROUTE);
    set_state(status, true, milliseconds_of(begin));
}

static struct status_route *series_of(const struct status *status, const struct route *route) {
    return route ? status->routes[route - status->table->routes]
                 : &status->map.file->routes[STATUS_NO_ROUTE];
}

void status_found(struct status *status, const struct route *route) {
    if (status)
        set(&status->worker->route,
            (uint32_t)(series_of(status, route) - status->map.file->routes));
}

static void read_memory(struct status *status, int64_t now_ms) {
    char line[128];
    status->memory_at_ms = now_ms;
    ssize_t size = status->memory >= 0 ? pread(status->memory, line, sizeof line - 1, 0) : 0;
    if (size <= 0)
        return;
    line[size] = '\0';
    /* The second number: resident pages. */
    const char *resident = strchr(line, ' ');
    uint64_t pages = resident ? strtoull(resident, NULL, 10) : 0;
    atomic_store_explicit(&status->worker->memory, pages * (uint64_t)sysconf(_SC_PAGESIZE),
                          memory_order_relaxed);
}

void status_end(struct status *status, const struct route *route, int response,
                struct timespec begin) {
    if (!status)
        return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t microseconds =
        (now.tv_sec - begin.tv_sec) * INT64_C(1000000) + (now.tv_nsec - begin.tv_nsec) / 1000;
    struct status_route *series = series_of(status, route);
    size_t class = response >= 200 && response < 600 ? (size_t)response / 100 - 2 : 3;
    add_one(&series->classes[class]);
    add_duration(&series->duration, microseconds > 0 ? (uint64_t)microseconds : 0);
    struct status_worker *worker = status->worker;
    int64_t now_ms = milliseconds_of(now);
    add_one(&worker->requests);
    set_state(status, false, now_ms);
    if (now_ms - status->memory_at_ms >= MEMORY_EVERY_MS)
        read_memory(status, now_ms);
}

void status_waited(struct status *status, double ms) {
    if (status && ms >= 0)
        add_duration(&status->map.file->queue, (uint64_t)(ms * 1e3 + 0.5));
}

void status_shed(struct status *status) {
    if (status)
        add_one(&status->map.file->shed);
}

void status_rest(struct status *status) {
    if (status)
        read_memory(status, clock_now_ms());
}

/* Calls. */

static struct status_upstream *upstream_of(const struct status *status,
                                           const struct upstream *upstream) {
    return status ? status->upstreams[upstream - status->table->upstreams] : NULL;
}

size_t status_outcome_of(const struct upstream_call *call) {
    static const enum status_outcome outcomes[] = {
        [UPSTREAM_UNREACHABLE] = STATUS_UNREACHABLE,
        [UPSTREAM_TIMEOUT] = STATUS_TIMEOUT,
        [UPSTREAM_TOO_LARGE] = STATUS_TOO_LARGE,
        [UPSTREAM_SUSPENDED] = STATUS_SUSPENDED,
    };
    if (call->outcome != UPSTREAM_ANSWERED)
        return outcomes[call->outcome];
    return call->status >= 200 && call->status < 600 ? (size_t)call->status / 100 - 2 : 3;
}

void status_call(struct status *status, const struct upstream *upstream,
                 const struct upstream_call *call) {
    struct status_upstream *series = upstream_of(status, upstream);
    if (!series)
        return;
    add_one(&series->outcomes[status_outcome_of(call)]);
    if (call->outcome != UPSTREAM_SUSPENDED)
        add_duration(&series->duration, (uint64_t)(call->elapsed_ms * 1e3 + 0.5));
}

struct status_upstream *status_breaker(struct status *status, const struct breaker_policy *policy,
                                       uint64_t *origin) {
    struct status_upstream *series = upstream_of(status, policy->upstream);
    if (series)
        *origin = origin_of(status, policy);
    return series;
}

void status_opened(struct status *status, const struct breaker_policy *policy) {
    struct status_upstream *series = upstream_of(status, policy->upstream);
    if (series)
        add_one(&series->opened);
}

/* Reading. */

const struct status_map *status_read(struct status *status) {
    if (!status || !status_file_is_at(&status->map, status->path.data))
        return NULL;
    status_file_reap(&status->map, status->slot);
    return &status->map;
}
