#include "serve/queue_time.h"

#include "base/clock.h"

double queue_time_ms(const struct http_request *request) {
    enum { UNKNOWN = -1 };
    if (!request->started_us)
        return UNKNOWN;
    int64_t accepted_us = clock_time_of_day_us();
    if (request->accepted_us)
        accepted_us -= clock_now_us() - request->accepted_us;
    double ms = (double)(accepted_us - request->started_us) / 1e3;
    if (ms < -QUEUE_TIME_AHEAD_MS || ms > QUEUE_TIME_MAX_MS)
        return UNKNOWN;
    return ms > 0 ? ms : 0;
}
