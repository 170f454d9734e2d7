#include "serve/deadline.h"

/*
 * The minimum time of a call, in milliseconds; with less, it is not made. libcurl ends a call up to
 * a millisecond early, so a call that used up the deadline may leave a remainder that is too short
 * for another one.
 */
enum { MIN_LEFT_MS = 5 };

long deadline_of(const struct table *table, const struct route *route) {
    return route->deadline_ms ? route->deadline_ms : table->server.deadline_ms;
}

bool deadline_admits(const struct request_context *context, struct upstream_call *call) {
    long deadline = deadline_of(context->table, context->route);
    long left = deadline - (long)request_log_elapsed_ms(context->record->begin);
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
    return call->outcome == UPSTREAM_TIMEOUT && call->budget_ms < call->connect_timeout_ms;
}
