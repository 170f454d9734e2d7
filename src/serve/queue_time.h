/*
 * The time that a request waited for a worker: from when the web server took it (REQUEST_START, see
 * http/cgi.h) until a worker accepted its connection.
 */
#ifndef O2S_SERVE_QUEUE_TIME_H
#define O2S_SERVE_QUEUE_TIME_H

#include "http/message.h"

/*
 * A request that waited longer, in milliseconds, did not: the clocks differ. No web server waits so
 * long, and no deadline is so late.
 */
enum { QUEUE_TIME_MAX_MS = 15 * 60 * 1000 };

/* How far ahead of this machine's clock that of the web server may be, in milliseconds. */
enum { QUEUE_TIME_AHEAD_MS = 1000 };

/*
 * In milliseconds; negative: unknown, because the web server passes no time, or one that is too far
 * in the past or in the future.
 */
double queue_time_ms(const struct http_request *request);

#endif
