#include "serve/call_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "serve/call_text.h"
#include "json/absence.h"

enum { MAX_MESSAGE = 300 };

struct call_report {
    /* The first member, so that a pointer to the observer is a pointer to the report. */
    struct observer observer;
    FILE *stream;
    bool verbose;
    struct arena *arena;
    struct json_reader *reader;
    /* The line that is being built. */
    struct buffer line;
    /* NULL: no step has begun. */
    const struct route *route;
    /* By index, which calls were mentioned. */
    bool *mentioned;
    /* The first call of the last batch that was made. */
    const struct step *first;
    /* The current step; NULL: the answer is being built. */
    const struct step *step;
    /* The call to which a failure refers. */
    const struct upstream_call *call;
    bool refused;
    /* The parts of the answers to its calls that were read. */
    struct value *answers;
    size_t answer_count;
    size_t answer_capacity;
};

static void end_line(struct call_report *report) {
    fprintf(report->stream, "%.*s\n", (int)report->line.size, report->line.data);
    report->line.size = 0;
}

/* The upstream's error message: at the place that the table specifies, a `message`, or the body. */
static struct text message_of(struct call_report *report, const struct step *step,
                              const struct upstream_call *call) {
    struct value body, found;
    const char *reason;
    if (!json_read(report->reader, report->arena, call->response, NULL, &body, &reason))
        return text_trim(call->response);
    struct evaluation evaluation = {.arena = report->arena, .current = body};
    if (step->upstream->message &&
        expression_evaluate(&evaluation, step->upstream->message, &found) && value_text(found).size)
        return value_text(found);
    found = value_member(report->arena, body, text_of("message"));
    return value_text(found).size ? value_text(found) : text_trim(call->response);
}

static bool is_success(const struct upstream_call *call) {
    return call->outcome == UPSTREAM_ANSWERED && call->status >= 200 && call->status < 300;
}

/* `200 OK`, `404 Not Found: message`, or why there is no answer. */
static void append_outcome(struct call_report *report, const struct step *step,
                           const struct upstream_call *call) {
    struct buffer *line = &report->line;
    if (call->outcome != UPSTREAM_ANSWERED) {
        call_text_append_foreign(line, text_of(call->error), MAX_MESSAGE);
        return;
    }
    buffer_append_format(line, "%d %s", call->status, http_reason(call->status));
    struct text message = is_success(call) ? (struct text){"", 0} : message_of(report, step, call);
    if (message.size)
        buffer_append_string(line, ": ");
    call_text_append_foreign(line, message, MAX_MESSAGE);
}

static void append_request(struct call_report *report, const struct step *step,
                           const struct upstream_call *call) {
    struct buffer *line = &report->line;
    call_text_append_step(line, step);
    buffer_append_format(line, ": %s %.*s", call->method, TEXT_ARGUMENT(call->origin));
    call_text_append_target(line, call->target);
}

/* Lines that are printed while the request is processed. */

static void print_headers(struct call_report *report, const struct step *step,
                          const struct upstream_call *call) {
    for (size_t i = 0; i < call->header_count; i++) {
        buffer_append_string(&report->line, "    ");
        call_text_append_header(&report->line, step, call->headers[i].name, call->headers[i].value);
        end_line(report);
    }
    if (call->has_body) {
        buffer_append_format(&report->line, "    body: %.*s", TEXT_ARGUMENT(call->body));
        end_line(report);
    }
}

static void print_outcome(struct call_report *report, const struct observation *seen) {
    const struct step *step = seen->step;
    bool repeated = seen->what == OBSERVED_REPEATED;
    report->mentioned[step - report->route->steps] = true;
    if (!report->first || report->first->batch_leader != step->batch_leader)
        report->first = step;
    append_request(report, step, seen->call);
    if (repeated)
        buffer_append_string(&report->line, ", repeated");
    else if (report->first != step)
        buffer_append_format(&report->line, ", sent together with $%.*s",
                             TEXT_ARGUMENT(report->first->name));
    end_line(report);
    if (!repeated)
        print_headers(report, step, seen->call);
    buffer_append_string(&report->line, "    ");
    append_outcome(report, step, seen->call);
    if (seen->call->elapsed_ms > 0)
        buffer_append_format(&report->line, " (%.1f ms)", seen->call->elapsed_ms);
    end_line(report);
}

static void print_skipped(struct call_report *report, const struct observation *seen) {
    const struct step *step = seen->step;
    bool condition = seen->what == OBSERVED_SKIPPED;
    report->mentioned[step - report->route->steps] = true;
    call_text_append_step(&report->line, step);
    buffer_append_format(&report->line, ": not made, since %.*s%s",
                         TEXT_ARGUMENT((condition ? step->when : step->each)->source),
                         condition ? " does not hold" : " has no items");
    end_line(report);
}

static void keep_answer(struct call_report *report, struct value answer) {
    if (report->answer_count == report->answer_capacity) {
        report->answer_capacity = report->answer_capacity ? 2 * report->answer_capacity : 8;
        report->answers =
            memory_resize(report->answers, report->answer_capacity * sizeof *report->answers);
    }
    report->answers[report->answer_count++] = answer;
}

/* The parts that no answer has, with `each`. */
static void print_absent(struct call_report *report) {
    struct buffer absent = {0};
    if (report->step && report->answer_count)
        absence_append(&absent, report->arena, report->step->usage, report->answers,
                       report->answer_count, NULL);
    if (absent.size) {
        call_text_append_step(&report->line, report->step);
        buffer_append_format(&report->line, ": read but absent: %.*s",
                             TEXT_ARGUMENT(buffer_text(&absent)));
        end_line(report);
    }
    buffer_free(&absent);
    report->answer_count = 0;
}

static void begin_step(struct call_report *report, const struct request_context *context,
                       const struct step *step) {
    print_absent(report);
    if (!report->route) {
        report->route = context->route;
        report->mentioned = arena_allocate_array(report->arena, context->route->step_count,
                                                 sizeof *report->mentioned);
    }
    report->step = step;
    report->call = NULL;
    report->refused = false;
}

/* Why a request failed. */

/* The detail without the name of the step, which is already printed. */
static struct text without_name(const struct step *step, struct text detail) {
    char prefix[128];
    snprintf(prefix, sizeof prefix, "call %.*s: ", TEXT_ARGUMENT(step->name));
    size_t size =
        step->kind == STEP_CALL && text_starts_with(detail, text_of(prefix)) ? strlen(prefix) : 0;
    return (struct text){detail.data + size, detail.size - size};
}

/* The call failed, or its answer cannot be used. */
static void print_failed_call(struct call_report *report, const struct failure *failure) {
    struct buffer *line = &report->line;
    append_request(report, report->step, report->call);
    buffer_append_string(line, ": ");
    append_outcome(report, report->step, report->call);
    if (is_success(report->call)) {
        struct text detail = without_name(report->step, failure->detail);
        buffer_append_string(line, ", but ");
        buffer_append_text(line, detail.size ? detail : text_of("`only` does not hold for it"));
    }
    end_line(report);
}

static void print_failure(struct call_report *report, const struct failure *failure) {
    struct buffer *line = &report->line;
    print_absent(report);
    if (report->refused) {
        call_text_append_step(line, report->step);
        buffer_append_format(line, " does not hold: %.*s",
                             TEXT_ARGUMENT(report->step->condition->source));
        end_line(report);
    } else if (report->call) {
        print_failed_call(report, failure);
    } else if (failure->detail.size && report->route) {
        if (report->step) {
            call_text_append_step(line, report->step);
        } else {
            buffer_append_format(line, "answer of %.*s %.*s", TEXT_ARGUMENT(report->route->method),
                                 TEXT_ARGUMENT(report->route->pattern));
            call_text_append_line(line, report->route->location);
        }
        struct text detail =
            report->step ? without_name(report->step, failure->detail) : failure->detail;
        buffer_append_format(line, ": %.*s", TEXT_ARGUMENT(detail));
        end_line(report);
    }
}

static void notify(struct observer *observer, const struct request_context *context,
                   const struct observation *seen) {
    struct call_report *report = (struct call_report *)observer;
    switch (seen->what) {
    case OBSERVED_STEP:
        begin_step(report, context, seen->step);
        break;
    case OBSERVED_SKIPPED:
    case OBSERVED_NO_ITEMS:
        if (report->verbose)
            print_skipped(report, seen);
        break;
    case OBSERVED_OUTCOME:
    case OBSERVED_REPEATED:
        if (report->verbose)
            print_outcome(report, seen);
        break;
    case OBSERVED_NAMES:
        break;
    case OBSERVED_CONCLUSION:
        report->call = seen->call;
        break;
    case OBSERVED_ANSWER:
        if (report->verbose)
            keep_answer(report, *seen->answer);
        break;
    case OBSERVED_REFUSAL:
        report->refused = true;
        break;
    case OBSERVED_FAILURE:
        print_failure(report, seen->failure);
        break;
    }
}

struct call_report *call_report_create(FILE *stream, bool verbose) {
    struct call_report *report = memory_allocate(sizeof *report);
    report->observer.notify = notify;
    report->stream = stream;
    report->verbose = verbose;
    report->arena = arena_create();
    report->reader = json_reader_create();
    return report;
}

struct observer *call_report_observer(struct call_report *report) {
    return &report->observer;
}

void call_report_end(struct call_report *report) {
    const struct route *route = report->route;
    for (size_t i = 0; route && report->verbose && i < route->step_count; i++) {
        if (route->steps[i].kind != STEP_CALL || report->mentioned[i])
            continue;
        call_text_append_step(&report->line, &route->steps[i]);
        buffer_append_string(&report->line, ": not made, since the request had ended");
        end_line(report);
    }
    free(report->answers);
    buffer_free(&report->line);
    json_reader_destroy(report->reader);
    arena_destroy(report->arena);
    free(report);
}
