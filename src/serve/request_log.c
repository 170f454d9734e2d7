#include "serve/request_log.h"

#include "serve/queue_time.h"

enum { MAX_ID = 128, MADE_ID_BYTES = 16, MAX_METHOD = 32 };

static bool is_good_id(struct text id) {
    for (size_t i = 0; i < id.size; i++) {
        char c = id.data[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '_' || c == '-';
        if (!good)
            return false;
    }
    return id.size > 0 && id.size <= MAX_ID;
}

void request_log_begin(struct request_record *record, struct arena *arena, struct random *random,
                       const struct http_request *request) {
    struct text given = http_request_header(request, "x-request-id");
    *record = (struct request_record){
        .id = is_good_id(given) ? given : random_id(random, arena, MADE_ID_BYTES),
        .queue_ms = queue_time_ms(request)};
    trace_begin(&record->trace, arena, random, http_request_header(request, "traceparent"),
                http_request_header(request, "tracestate"));
    clock_gettime(CLOCK_MONOTONIC, &record->begin);
}

double request_log_elapsed_ms(struct timespec begin) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin.tv_sec) * 1e3 + (double)(now.tv_nsec - begin.tv_nsec) / 1e6;
}

struct text request_log_method(struct text method) {
    return text_shortened(method, MAX_METHOD);
}

void request_log_write(const struct request_record *record, const struct log *log,
                       struct text method, struct text route, const struct http_response *response,
                       struct log_line *line) {
    enum log_level level =
        response->status >= 500 && record->failure.size ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO;
    if (level > log->level)
        return;
    log_line_begin(line, log, level);
    log_line_text(line, "method", request_log_method(method));
    log_line_text(line, "route", route);
    log_line_number(line, "status", (uint64_t)response->status);
    log_line_number(line, "bytes", response->head_only ? 0 : response->body.size);
    log_line_milliseconds(line, "ms", request_log_elapsed_ms(record->begin));
    if (record->queue_ms >= 0)
        log_line_milliseconds(line, "queue_ms", record->queue_ms);
    log_line_milliseconds(line, "upstream_ms", record->upstream_ms);
    log_line_number(line, "upstream_calls", record->upstream_calls);
    if (record->failure.size)
        log_line_text(line, "failure", record->failure);
    log_line_text(line, "request", record->id);
    log_line_text(line, "trace", record->trace.id);
    log_line_texts(line, "spans", record->trace.spans, record->trace.span_count);
    log_line_end(line);
}
