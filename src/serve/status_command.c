#include "serve/status_command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "serve/metrics.h"
#include "serve/status.h"
#include "json/writer.h"

enum { KIB = 1024 };

/* A worker, as its slot has it. */
struct seen_worker {
    uint64_t pid;
    bool busy;
    /* Of the request at hand, or the last one. */
    struct text route;
    int64_t since_ms;
    uint64_t requests;
    uint64_t memory;
    uint64_t table_version;
};

static struct text route_name(const struct status_file *file, uint64_t index) {
    const struct status_route *route =
        &file->routes[index < STATUS_MAX_ROUTES ? index : STATUS_NO_ROUTE];
    return status_route_name(route);
}

static struct seen_worker see(const struct status_file *file, unsigned slot) {
    const struct status_worker *worker = &file->workers[slot];
    int64_t age = clock_now_ms() - atomic_load(&worker->since_ms);
    return (struct seen_worker){.pid = atomic_load(&worker->pid),
                                .busy = atomic_load(&worker->busy),
                                .route = route_name(file, atomic_load(&worker->route)),
                                .since_ms = age > 0 ? age : 0,
                                .requests = atomic_load(&worker->requests),
                                .memory = atomic_load(&worker->memory),
                                .table_version = atomic_load(&worker->table_version)};
}

struct totals {
    uint64_t requests;
    uint64_t errors;
    uint64_t shed;
    uint64_t started;
    uint64_t lost;
};

/* Workers that were killed since the slots were looked at last are among those that were lost. */
static struct totals count(const struct status_map *map, const struct pool_view *view) {
    const struct status_file *file = map->file;
    struct totals totals = {.started = atomic_load(&file->started),
                            .lost = atomic_load(&file->lost),
                            .shed = atomic_load(&file->shed)};
    for (unsigned i = 0; i < STATUS_MAX_ROUTES; i++) {
        for (unsigned j = 0; j < STATUS_CLASSES; j++)
            totals.requests += atomic_load(&file->routes[i].classes[j]);
        totals.errors += atomic_load(&file->routes[i].classes[STATUS_CLASSES - 1]);
    }
    for (unsigned i = 0; i < STATUS_MAX_WORKERS; i++)
        totals.lost += !view->alive[i] && atomic_load(&file->workers[i].pid);
    return totals;
}

static void print_circuits(const struct status_file *file) {
    for (unsigned i = 0; i < status_upstream_count(file); i++) {
        const char *state;
        if (pool_circuit(file, i, &state))
            printf("circuit of %.*s: %s\n",
                   TEXT_ARGUMENT(status_upstream_name(&file->upstreams[i])), state);
    }
}

static void print_text(const struct status_map *map, const struct pool_view *view) {
    const struct status_file *file = map->file;
    struct totals totals = count(map, view);
    printf("workers: %zu (%zu busy, %zu idle), memory: %" PRIu64 " KiB\n", view->busy + view->idle,
           view->busy, view->idle, view->memory / KIB);
    printf("started: %" PRIu64 ", lost: %" PRIu64 "\n", totals.started, totals.lost);
    printf("requests: %" PRIu64 " (%" PRIu64 " with 5xx, %" PRIu64 " of them shed)\n",
           totals.requests, totals.errors, totals.shed);
    printf("reloads: %" PRIu64 ", failed: %" PRIu64 "\n", (uint64_t)atomic_load(&file->reloads[0]),
           (uint64_t)atomic_load(&file->reloads[1]));
    print_circuits(file);
    printf("\n%8s  %-5s  %9s  %9s  %9s  %-16s  %s\n", "PID", "STATE", "FOR", "REQUESTS", "MEMORY",
           "TABLE", "ROUTE");
    for (unsigned i = 0; i < STATUS_MAX_WORKERS; i++) {
        if (!view->alive[i])
            continue;
        struct seen_worker worker = see(file, i);
        printf("%8" PRIu64 "  %-5s  %8.3fs  %9" PRIu64 "  %5" PRIu64 " KiB  %016" PRIx64 "  %.*s\n",
               worker.pid, worker.busy ? "busy" : "idle", (double)worker.since_ms / 1e3,
               worker.requests, worker.memory / KIB, worker.table_version,
               TEXT_ARGUMENT(worker.route));
    }
}

static void append_string(struct buffer *buffer, struct arena *arena, const char *name,
                          struct text value) {
    buffer_append_format(buffer, "\"%s\":", name);
    json_write(buffer, arena, value_string(text_well_formed(arena, value)));
}

static void append_worker(struct buffer *buffer, struct arena *arena,
                          const struct seen_worker *worker) {
    buffer_append_format(buffer, "{\"pid\":%" PRIu64 ",\"state\":\"%s\",", worker->pid,
                         worker->busy ? "busy" : "idle");
    append_string(buffer, arena, "route", worker->route);
    buffer_append_format(buffer,
                         ",\"seconds\":%.3f,\"requests\":%" PRIu64 ",\"memory\":%" PRIu64
                         ",\"table\":\"%016" PRIx64 "\"}",
                         (double)worker->since_ms / 1e3, worker->requests, worker->memory,
                         worker->table_version);
}

static void append_circuits(struct buffer *buffer, struct arena *arena,
                            const struct status_file *file) {
    const char *comma = "";
    for (unsigned i = 0; i < status_upstream_count(file); i++) {
        const char *state;
        if (!pool_circuit(file, i, &state))
            continue;
        buffer_append_format(buffer, "%s{", comma);
        append_string(buffer, arena, "upstream", status_upstream_name(&file->upstreams[i]));
        buffer_append_format(buffer, ",\"state\":\"%s\"}", state);
        comma = ",";
    }
}

static void print_json(const struct status_map *map, const struct pool_view *view) {
    const struct status_file *file = map->file;
    struct totals totals = count(map, view);
    struct arena *arena = arena_create();
    struct buffer buffer = {0};
    const char *comma = "";
    buffer_append_format(
        &buffer,
        "{\"busy\":%zu,\"idle\":%zu,\"memory\":%" PRIu64 ",\"started\":%" PRIu64
        ",\"lost\":%" PRIu64 ",\"requests\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"shed\":%" PRIu64
        ",\"reloads\":%" PRIu64 ",\"reloads_failed\":%" PRIu64 ",\"circuits\":[",
        view->busy, view->idle, view->memory, totals.started, totals.lost, totals.requests,
        totals.errors, totals.shed, (uint64_t)atomic_load(&file->reloads[0]),
        (uint64_t)atomic_load(&file->reloads[1]));
    append_circuits(&buffer, arena, file);
    buffer_append_string(&buffer, "],\"workers\":[");
    for (unsigned i = 0; i < STATUS_MAX_WORKERS; i++) {
        if (!view->alive[i])
            continue;
        struct seen_worker worker = see(file, i);
        buffer_append_string(&buffer, comma);
        append_worker(&buffer, arena, &worker);
        comma = ",";
    }
    buffer_append_string(&buffer, "]}\n");
    fwrite(buffer.data, 1, buffer.size, stdout);
    buffer_free(&buffer);
    arena_destroy(arena);
}

int command_status(const struct command_options *options) {
    const char *path = options->status_path ? options->status_path : status_default_path(false);
    struct status_map map;
    if (!path) {
        fputs("o2s-medusa: there is no status file: give the one of the workers by --status\n",
              stderr);
        return EX_NOINPUT;
    }
    if (!status_file_open_to_read(path, &map)) {
        fprintf(stderr, "o2s-medusa: cannot read the status file %s: %s\n", path,
                errno == EINVAL ? "it is not a status file of this version" : strerror(errno));
        return EX_NOINPUT;
    }
    struct pool_view view;
    pool_view_read(&view, &map, false);
    if (options->format == FORMAT_JSON)
        print_json(&map, &view);
    else
        print_text(&map, &view);
    status_file_close(&map);
    return EXIT_SUCCESS;
}
