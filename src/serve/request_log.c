#include "serve/request_log.h"

enum { MAX_ID = 128, MADE_ID_BYTES = 16 };

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

void access_begin(struct access *access, struct arena *arena, struct random *random,
                  const struct http_request *request) {
    struct text given = http_request_header(request, "x-request-id");
    *access =
        (struct access){.id = is_good_id(given) ? given : random_id(random, arena, MADE_ID_BYTES)};
    trace_begin(&access->trace, arena, random, http_request_header(request, "traceparent"),
                http_request_header(request, "tracestate"));
    clock_gettime(CLOCK_MONOTONIC, &access->begin);
}

double access_elapsed_ms(struct timespec begin) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin.tv_sec) * 1e3 + (double)(now.tv_nsec - begin.tv_nsec) / 1e6;
}

void access_write(const struct access *access, const struct log *log, struct text method,
                  struct text route, const struct http_response *response, struct log_line *line) {
    enum log_level level =
        response->status >= 500 && access->failure.size ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO;
    if (level > log->level)
        return;
    log_line_begin(line, level);
    log_line_text(line, "request", access->id);
    log_line_text(line, "trace", access->trace.id);
    log_line_texts(line, "spans", access->trace.spans, access->trace.span_count);
    log_line_text(line, "method", method);
    log_line_text(line, "route", route);
    log_line_number(line, "status", (uint64_t)response->status);
    log_line_number(line, "bytes", response->head_only ? 0 : response->body.size);
    log_line_milliseconds(line, "ms", access_elapsed_ms(access->begin));
    log_line_milliseconds(line, "upstream_ms", access->upstream_ms);
    log_line_number(line, "upstream_calls", access->upstream_calls);
    if (access->failure.size)
        log_line_text(line, "failure", access->failure);
    log_line_end(line, log);
}
