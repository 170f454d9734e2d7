#include "serve/deadline.h"

#include "serve/status.h"

/*
 * The minimum time of a call, in milliseconds; with less, it is not made. libcurl ends a call up to
 * a millisecond early, so a call that used up the deadline may leave a remainder that is too short
 * for another one.
 */
enum { MIN_LEFT_MS = 5 };

/* `Retry-After` of an overloaded pool. */
#define RETRY_AFTER_S "5"

long deadline_of(const struct table *table, const struct route *route) {
    return route->deadline_ms ? route->deadline_ms : table->server.deadline_ms;
}

static double waited_ms(const struct request_context *context) {
    return context->record->queue_ms > 0 ? context->record->queue_ms : 0;
}

struct failure *deadline_check_queue(struct request_context *context) {
    long deadline = deadline_of(context->table, context->route);
    long last = deadline > MIN_LEFT_MS ? deadline - MIN_LEFT_MS : deadline;
    /* Without calls, its answer takes no longer than a refusal; it may be a health check. */
    if (waited_ms(context) < (double)last || !route_makes_calls(context->route))
        return NULL;
    status_shed(context->status);
    struct failure *failure =
        failure_logged(context, 503, text_of("The server is overloaded"),
                       "waited %.0f ms for a worker: nothing is left of the deadline, %ld ms",
                       waited_ms(context), deadline);
    failure->retry_after = text_of(RETRY_AFTER_S);
    return failure;
}

bool deadline_admits(const struct request_context *context, struct upstream_call *call) {
    long deadline = deadline_of(context->table, context->route);
    double used = waited_ms(context) + request_log_elapsed_ms(context->record->begin);
    long left = deadline - (long)used;
    call->budget_ms = left;
    if (left >= MIN_LEFT_MS)
        return true;
    call->outcome = UPSTREAM_TIMEOUT;
    call->status = 0;
    call->response = text_of("");
    call->retry_after = text_of("");
    call->error = "not made: the request's deadline has passed";
    return false;
}

bool deadline_cut_short(const struct upstream_call *call) {
    return call->outcome == UPSTREAM_TIMEOUT && call->budget_ms < call->timeout_ms &&
           call->budget_ms < call->connect_timeout_ms;
}
