/* The head of an upstream's response, read line by line as libcurl passes it. */
#ifndef O2S_HTTP_RESPONSE_HEAD_H
#define O2S_HTTP_RESPONSE_HEAD_H

#include <stdbool.h>

#include "base/buffer.h"

/* Zero-initialised, it can be reset. */
struct response_head {
    /* What comes next; behind the head of an interim response (1xx) comes another one. */
    enum {
        HEAD_STATUS_LINE,
        HEAD_FIELDS,
        HEAD_INTERIM_FIELDS,
        HEAD_IS_COMPLETE,
    } next;
    bool has_length;
    /* The value of Retry-After; empty: the response lacks it. */
    struct buffer retry_after;
};

/* Prepares for the next response. */
void response_head_reset(struct response_head *head);

/*
 * Reads the next line, with its end. What follows the head of the final response are trailers,
 * which are ignored. Returns why the response is rejected; NULL: it is not.
 *
 * libcurl uses the last of several Content-Length headers, the first of several numbers in one, and
 * the digits before anything else, and a proxy may do otherwise, so the end of such a response is
 * ambiguous (RFC 9112, 6.3); so may be a header of several lines (5.2).
 */
const char *response_head_read(struct response_head *head, struct text line);

#endif
