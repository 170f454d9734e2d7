#include "serve/batch.h"

#include "serve/call.h"
#include "serve/circuit_breaker.h"
#include "serve/deadline.h"
#include "serve/observer.h"
#include "serve/status.h"
#include "serve/timing.h"

static void observe_call(const struct request_context *context, enum observed what,
                         const struct batch_call *item) {
    observe(context, &(struct observation){.what = what, .step = item->step, .call = item->call});
}

static bool admits(struct request_context *context, const struct batch_call *item) {
    return deadline_admits(context, item->call) &&
           circuit_breaker_allow(context, item->step->upstream, item->call);
}

/* The probe of a breaker takes time, so the remaining time of all calls is computed after it. */
static size_t still_admitted(struct request_context *context, struct batch_call *calls,
                             size_t count) {
    size_t left = 0;
    for (size_t i = 0; i < count; i++)
        if (deadline_admits(context, calls[i].call))
            calls[left++] = calls[i];
    return left;
}

static void perform(struct request_context *context, const struct batch_call *items, size_t count) {
    struct upstream_call **calls =
        arena_allocate_array(context->arena, count, sizeof(struct upstream_call *));
    const struct request_record *record = context->record;
    size_t first_span = record->trace.span_count;
    double at_ms = request_log_elapsed_ms(record->begin);
    for (size_t i = 0; i < count; i++) {
        calls[i] = items[i].call;
        call_add_span(context, calls[i]);
    }
    call_make(context, calls, count);
    for (size_t i = 0; i < count; i++) {
        const struct step *step = items[i].step;
        status_call(context->status, step->upstream, calls[i]);
        timing_record(context, step, step->upstream, calls[i], record->trace.spans[first_span + i],
                      at_ms);
    }
    context->record->upstream_calls += count;
}

static bool is_retried(const struct batch_call *item) {
    const struct step *step = item->step;
    const struct upstream_call *call = item->call;
    const struct retry *retry = retry_of_call(step, call->as_caller);
    for (size_t i = 0; retry && call->outcome == UPSTREAM_ANSWERED && i < retry->count; i++)
        if (retry->statuses[i] == call->status)
            return true;
    return false;
}

/*
 * Repeats failed calls one after the other, because the conflict that made them fail, such as
 * another call of the batch, is over by then. If no time is left, the original answer is used.
 */
static void repeat_failed(struct request_context *context, const struct batch_call *calls,
                          size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!is_retried(&calls[i]))
            continue;
        struct upstream_call again = *calls[i].call;
        if (!deadline_admits(context, &again))
            return;
        *calls[i].call = again;
        perform(context, &calls[i], 1);
        observe_call(context, OBSERVED_REPEATED, &calls[i]);
    }
}

void batch_perform(struct request_context *context, const struct batch_call *calls, size_t count) {
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    struct batch_call *admitted = arena_allocate_array(context->arena, count, sizeof *admitted);
    size_t admitted_count = 0;
    for (size_t i = 0; i < count; i++)
        if (admits(context, &calls[i]))
            admitted[admitted_count++] = calls[i];
    admitted_count = still_admitted(context, admitted, admitted_count);
    perform(context, admitted, admitted_count);
    for (size_t i = 0; i < count; i++)
        observe_call(context, OBSERVED_OUTCOME, &calls[i]);
    repeat_failed(context, calls, count);
    for (size_t i = 0; i < count; i++)
        circuit_breaker_record(context, calls[i].step->upstream, calls[i].call);
    circuit_breaker_commit(context);
    context->record->upstream_ms += request_log_elapsed_ms(begin);
}
