#include "batch.h"

#include "deadline.h"
#include "guard.h"

/* A breaker's probe takes time too: what is left is determined once it has its outcome. */
static bool admits(struct exchange *exchange, const struct batch_call *item) {
    return deadline_admits(exchange, item->call) &&
           guard_admits(exchange, item->step->upstream, item->call) &&
           deadline_admits(exchange, item->call);
}

static void perform(struct exchange *exchange, struct upstream_call *const *calls, size_t count) {
    upstream_perform(exchange->client, calls, count);
    exchange->access->upstream_calls += count;
}

void batch_perform(struct exchange *exchange, const struct batch_call *calls, size_t count) {
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    struct upstream_call **admitted =
        arena_allocate_array(exchange->arena, count, sizeof(struct upstream_call *));
    size_t admitted_count = 0;
    for (size_t i = 0; i < count; i++)
        if (admits(exchange, &calls[i]))
            admitted[admitted_count++] = calls[i].call;
    perform(exchange, admitted, admitted_count);
    for (size_t i = 0; i < count; i++)
        guard_hear(exchange, calls[i].step->upstream, calls[i].call);
    guard_settle(exchange);
    exchange->access->upstream_ms += access_elapsed_ms(begin);
}
