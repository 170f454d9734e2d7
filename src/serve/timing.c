#include "serve/timing.h"

#include <string.h>

#include "serve/status.h"

struct timed_call {
    /* The name of the step, which a probe does not have. */
    struct text name;
    struct text upstream;
    const char *method;
    struct text span;
    /* 0: there was no answer, for the reason `failure`. */
    int status;
    const char *failure;
    double at_ms;
    double ms;
};

/* Of Server-Timing: more than a step with `each` has by default. */
enum { MAX_HEADER_CALLS = 24 };

static bool is_wanted(const struct request_context *context) {
    const struct server_settings *server = &context->table->server;
    return server->server_timing || server->slow_request_ms;
}

void timing_record(struct request_context *context, const struct step *step,
                   const struct upstream *upstream, const struct upstream_call *call,
                   struct text span, double at_ms) {
    struct request_record *record = context->record;
    bool answered = call->outcome == UPSTREAM_ANSWERED;
    if (!is_wanted(context))
        return;
    record->timed = arena_grow(context->arena, record->timed, record->timed_count,
                               &record->timed_capacity, sizeof *record->timed);
    record->timed[record->timed_count++] =
        (struct timed_call){.name = step ? step->name : text_of("probe"),
                            .upstream = upstream->name,
                            .method = call->method,
                            .span = span,
                            .status = answered ? call->status : 0,
                            .failure = answered ? NULL : status_outcomes[status_outcome_of(call)],
                            .at_ms = at_ms,
                            .ms = call->elapsed_ms};
}

/* The name of a step is a token (RFC 9110, 5.6.2), that of an upstream may be any string. */
static void append_description(struct buffer *header, const char *method, struct text upstream) {
    buffer_append_format(header, ";desc=\"%s ", method);
    for (size_t i = 0; i < upstream.size; i++) {
        if (strchr("\"\\", upstream.data[i]))
            buffer_append_byte(header, '\\');
        buffer_append_byte(header, upstream.data[i]);
    }
    buffer_append_byte(header, '"');
}

static void append_entry(struct buffer *header, struct text name, double ms) {
    if (header->size)
        buffer_append_string(header, ", ");
    buffer_append_text(header, name);
    buffer_append_format(header, ";dur=%.1f", ms);
}

void timing_add_header(struct request_context *context) {
    const struct request_record *record = context->record;
    struct buffer *header = context->scratch;
    if (!context->table->server.server_timing)
        return;
    header->size = 0;
    if (record->queue_ms >= 0)
        append_entry(header, text_of("queue"), record->queue_ms);
    append_entry(header, text_of("total"), request_log_elapsed_ms(record->begin));
    append_entry(header, text_of("upstream"), record->upstream_ms);
    for (size_t i = 0; i < record->timed_count && i < MAX_HEADER_CALLS; i++) {
        append_entry(header, record->timed[i].name, record->timed[i].ms);
        append_description(header, record->timed[i].method, record->timed[i].upstream);
    }
    http_response_set_header(context->response, "server-timing",
                             text_copy(context->arena, buffer_text(header)));
    header->size = 0;
}

static void log_call(const struct timed_call *call, struct log_line *line) {
    log_line_open(line);
    log_line_text(line, "step", call->name);
    log_line_text(line, "method", text_of(call->method));
    log_line_text(line, "upstream", call->upstream);
    if (call->failure)
        log_line_text(line, "failure", text_of(call->failure));
    else
        log_line_number(line, "status", (uint64_t)call->status);
    log_line_milliseconds(line, "at_ms", call->at_ms);
    log_line_milliseconds(line, "ms", call->ms);
    log_line_text(line, "span", call->span);
    log_line_close(line);
}

void timing_log(const struct request_context *context, struct log_line *line) {
    const struct request_record *record = context->record;
    long limit_ms = context->table->server.slow_request_ms;
    if (!limit_ms || context->log->level < LOG_LEVEL_WARN)
        return;
    double ms = request_log_elapsed_ms(record->begin);
    if (ms + (record->queue_ms > 0 ? record->queue_ms : 0) <= (double)limit_ms)
        return;
    log_line_begin(line, context->log, LOG_LEVEL_WARN);
    log_line_text(line, "message", text_of("slow request"));
    log_line_text(line, "method", request_log_method(context->request->method));
    log_line_text(line, "route", context->route ? context->route->pattern : text_of(""));
    log_line_number(line, "status", (uint64_t)context->response->status);
    log_line_milliseconds(line, "ms", ms);
    if (record->queue_ms >= 0)
        log_line_milliseconds(line, "queue_ms", record->queue_ms);
    log_line_milliseconds(line, "upstream_ms", record->upstream_ms);
    log_line_open_list(line, "calls");
    for (size_t i = 0; i < record->timed_count && log_line_has_room(line); i++)
        log_call(&record->timed[i], line);
    log_line_close_list(line);
    log_line_text(line, "request", record->id);
    log_line_text(line, "trace", record->trace.id);
    log_line_end(line);
}
