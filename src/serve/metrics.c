#include "serve/metrics.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "serve/breaker_state.h"
#include "serve/status.h"

/* The beginning of each name. */
#define PREFIX "o2s_medusa_"

static uint64_t read_count(const _Atomic uint64_t *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* The pool. */

void pool_view_read(struct pool_view *view, const struct status_map *map, bool slots_are_fresh) {
    *view = (struct pool_view){0};
    for (unsigned i = 0; i < STATUS_MAX_WORKERS; i++) {
        const struct status_worker *worker = &map->file->workers[i];
        if (!atomic_load(&worker->pid) || (!slots_are_fresh && !status_file_is_alive(map, i)))
            continue;
        bool busy = atomic_load(&worker->busy);
        view->alive[i] = true;
        view->busy += busy;
        view->idle += !busy;
        view->memory += read_count(&worker->memory);
    }
}

static const char *const circuit_states[] = {
    [BREAKER_CLOSED] = "closed", [BREAKER_OPEN] = "open", [BREAKER_HALF_OPEN] = "half_open"};

bool pool_circuit(const struct status_file *file, unsigned upstream, const char **state) {
    unsigned owner = (unsigned)atomic_load(&file->upstreams[upstream].breaker);
    if (!owner || owner > STATUS_MAX_UPSTREAMS)
        return false;
    struct breaker_state breaker =
        breaker_state_unpack(atomic_load(&file->upstreams[owner - 1].state));
    *state = circuit_states[breaker_state_phase(&breaker, clock_now_ms())];
    return true;
}

/* The text format. */

static void begin_family(struct buffer *buffer, const char *name, const char *type,
                         const char *help) {
    buffer_append_format(buffer, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help,
                         name, type);
}

static void append_label(struct buffer *buffer, const char *name, struct text value) {
    buffer_append_string(buffer, name);
    buffer_append_string(buffer, "=\"");
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (c == '\\' || c == '"')
            buffer_append_byte(buffer, '\\');
        if (c == '\n')
            buffer_append_string(buffer, "\\n");
        else
            buffer_append_byte(buffer, c);
    }
    buffer_append_byte(buffer, '"');
}

/* The name and the labels of a sample; `labels` is empty, or what is between the braces. */
static void begin_sample(struct buffer *buffer, const char *name, const char *suffix,
                         struct text labels) {
    buffer_append_string(buffer, PREFIX);
    buffer_append_string(buffer, name);
    buffer_append_string(buffer, suffix);
    if (labels.size) {
        buffer_append_byte(buffer, '{');
        buffer_append_text(buffer, labels);
        buffer_append_byte(buffer, '}');
    }
}

static void append_sample(struct buffer *buffer, const char *name, const char *suffix,
                          struct text labels, uint64_t value) {
    begin_sample(buffer, name, suffix, labels);
    buffer_append_format(buffer, " %" PRIu64 "\n", value);
}

/* The same with one more label, which `labels` has room for and loses again. */
static void append_labelled(struct buffer *buffer, const char *name, const char *suffix,
                            struct buffer *labels, const char *label, const char *of,
                            uint64_t value) {
    size_t size = labels->size;
    if (size)
        buffer_append_byte(labels, ',');
    append_label(labels, label, text_of(of));
    append_sample(buffer, name, suffix, buffer_text(labels), value);
    labels->size = size;
}

static void append_single(struct buffer *buffer, const char *name, const char *type,
                          const char *help, uint64_t value) {
    begin_family(buffer, name, type, help);
    append_sample(buffer, name, "", text_of(""), value);
}

/* Each bucket counts those below it, too; so the last one is the number of all. */
static void append_histogram(struct buffer *buffer, const char *name, struct buffer *labels,
                             const struct status_histogram *histogram) {
    uint64_t count = 0;
    for (size_t i = 0; i < STATUS_BUCKETS; i++) {
        count += read_count(&histogram->buckets[i]);
        append_labelled(buffer, name, "_bucket", labels, "le", status_bounds[i], count);
    }
    uint64_t sum = read_count(&histogram->sum_us);
    begin_sample(buffer, name, "_sum", buffer_text(labels));
    buffer_append_format(buffer, " %" PRIu64 ".%06" PRIu64 "\n", sum / 1000000, sum % 1000000);
    append_sample(buffer, name, "_count", buffer_text(labels), count);
}

/* Routes. */

static void set_route_labels(struct buffer *labels, const struct status_route *route) {
    struct text pattern = status_route_name(route);
    struct text whole = pattern;
    struct text method = text_cut(&pattern, ' ');
    labels->size = 0;
    append_label(labels, "method", pattern.size ? method : text_of("none"));
    buffer_append_byte(labels, ',');
    append_label(labels, "route", pattern.size ? pattern : whole);
}

static void write_routes(struct buffer *buffer, struct buffer *labels,
                         const struct status_file *file) {
    static const char requests[] = "requests_total", duration[] = "request_duration_seconds";
    unsigned count = status_route_count(file);
    begin_family(buffer, requests, "counter",
                 "Requests that were answered, by route and class of the status code.");
    for (unsigned i = 0; i < count; i++) {
        set_route_labels(labels, &file->routes[i]);
        for (size_t j = 0; j < STATUS_CLASSES; j++)
            append_labelled(buffer, requests, "", labels, "status", status_outcomes[j],
                            read_count(&file->routes[i].classes[j]));
    }
    begin_family(buffer, duration, "histogram",
                 "Time from the arrival of a request until its response was sent.");
    for (unsigned i = 0; i < count; i++) {
        set_route_labels(labels, &file->routes[i]);
        append_histogram(buffer, duration, labels, &file->routes[i].duration);
    }
}

/* The queue. */

static void write_queue(struct buffer *buffer, struct buffer *labels,
                        const struct status_file *file) {
    static const char queue[] = "request_queue_seconds";
    begin_family(buffer, queue, "histogram",
                 "Time that requests waited for a worker, if the web server passes REQUEST_START.");
    labels->size = 0;
    append_histogram(buffer, queue, labels, &file->queue);
    append_single(buffer, "requests_shed_total", "counter",
                  "Requests that were refused, as they had waited until their deadline.",
                  read_count(&file->shed));
}

/* Upstreams. */

static void set_upstream_label(struct buffer *labels, const struct status_upstream *upstream) {
    labels->size = 0;
    append_label(labels, "upstream", status_upstream_name(upstream));
}

static void write_circuits(struct buffer *buffer, struct buffer *labels,
                           const struct status_file *file, unsigned count) {
    static const char circuit[] = "circuit_state", opened[] = "circuit_opened_total";
    const char *state;
    begin_family(buffer, circuit, "gauge",
                 "1 for the state that the circuit breaker of the upstream is in, else 0.");
    for (unsigned i = 0; i < count; i++) {
        set_upstream_label(labels, &file->upstreams[i]);
        bool has = pool_circuit(file, i, &state);
        for (size_t j = 0; has && j < COUNT(circuit_states); j++)
            append_labelled(buffer, circuit, "", labels, "state", circuit_states[j],
                            state == circuit_states[j]);
    }
    begin_family(buffer, opened, "counter", "How often the circuit breaker was opened.");
    for (unsigned i = 0; i < count; i++) {
        set_upstream_label(labels, &file->upstreams[i]);
        if (atomic_load(&file->upstreams[i].breaker) == i + 1)
            append_sample(buffer, opened, "", buffer_text(labels),
                          read_count(&file->upstreams[i].opened));
    }
}

static void write_upstreams(struct buffer *buffer, struct buffer *labels,
                            const struct status_file *file) {
    static const char requests[] = "upstream_requests_total";
    static const char duration[] = "upstream_request_duration_seconds";
    unsigned count = status_upstream_count(file);
    begin_family(buffer, requests, "counter",
                 "Requests to upstreams, by outcome; a suspended one was not sent.");
    for (unsigned i = 0; i < count; i++) {
        set_upstream_label(labels, &file->upstreams[i]);
        for (size_t j = 0; j < STATUS_OUTCOMES; j++)
            append_labelled(buffer, requests, "", labels, "outcome", status_outcomes[j],
                            read_count(&file->upstreams[i].outcomes[j]));
    }
    begin_family(buffer, duration, "histogram", "Time that a request to an upstream took.");
    for (unsigned i = 0; i < count; i++) {
        set_upstream_label(labels, &file->upstreams[i]);
        append_histogram(buffer, duration, labels, &file->upstreams[i].duration);
    }
    write_circuits(buffer, labels, file, count);
}

/* Workers. */

static uint64_t version_at(const struct status_file *file, unsigned slot) {
    return read_count(&file->workers[slot].table_version);
}

/* How many workers serve each version of the table. */
static void write_versions(struct buffer *buffer, struct buffer *labels,
                           const struct status_file *file, const struct pool_view *view) {
    static const char name[] = "table_workers";
    bool counted[STATUS_MAX_WORKERS] = {false};
    begin_family(buffer, name, "gauge", "Workers by the version of the route table they serve.");
    for (unsigned i = 0; i < STATUS_MAX_WORKERS; i++) {
        uint64_t version = version_at(file, i), count = 0;
        for (unsigned j = i; view->alive[i] && j < STATUS_MAX_WORKERS; j++) {
            bool same = view->alive[j] && !counted[j] && version_at(file, j) == version;
            counted[j] = counted[j] || same;
            count += same;
        }
        labels->size = 0;
        char text[17];
        snprintf(text, sizeof text, "%016" PRIx64, version);
        if (count)
            append_labelled(buffer, name, "", labels, "version", text, count);
    }
}

static void write_workers(struct buffer *buffer, struct buffer *labels,
                          const struct status_map *map) {
    static const char workers[] = "workers", reloads[] = "table_reloads_total";
    const struct status_file *file = map->file;
    struct pool_view view;
    pool_view_read(&view, map, true);
    begin_family(buffer, workers, "gauge", "Workers that run, by state.");
    labels->size = 0;
    append_labelled(buffer, workers, "", labels, "state", "busy", view.busy);
    append_labelled(buffer, workers, "", labels, "state", "idle", view.idle);
    append_single(buffer, "requests_in_progress", "gauge", "Requests that are being served.",
                  view.busy);
    append_single(buffer, "workers_resident_memory_bytes", "gauge",
                  "Resident memory of all workers; memory they share is counted for each.",
                  view.memory);
    append_single(buffer, "workers_started_total", "counter", "Workers that were started.",
                  read_count(&file->started));
    append_single(buffer, "workers_lost_total", "counter", "Workers that were killed, or crashed.",
                  read_count(&file->lost));
    begin_family(buffer, reloads, "counter",
                 "Reloads of the route table: each worker counts its own.");
    append_labelled(buffer, reloads, "", labels, "result", "success",
                    read_count(&file->reloads[0]));
    append_labelled(buffer, reloads, "", labels, "result", "failure",
                    read_count(&file->reloads[1]));
    write_versions(buffer, labels, file, &view);
}

void metrics_write(struct buffer *buffer, const struct status_map *map) {
    struct buffer labels = {0};
    begin_family(buffer, "build_info", "gauge", "Always 1; the version of the program.");
    append_labelled(buffer, "build_info", "", &labels, "version", O2S_VERSION, 1);
    write_workers(buffer, &labels, map);
    write_routes(buffer, &labels, map->file);
    write_queue(buffer, &labels, map->file);
    write_upstreams(buffer, &labels, map->file);
    buffer_free(&labels);
}

struct failure *metrics_answer(struct request_context *context) {
    const struct status_map *map = status_read(context->status);
    if (!map)
        return failure_logged(context, 503, text_of("This worker has no status file"),
                              "metrics: this worker has no status file, or it was replaced");
    context->response->status = 200;
    http_response_add_header(context->response, "content-type",
                             text_of("text/plain; version=0.0.4; charset=utf-8"));
    metrics_write(&context->response->body, map);
    return NULL;
}
