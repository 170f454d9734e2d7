/* The HTTP request that a worker receives, and the response that it sends (RFC 9110). */
#ifndef O2S_HTTP_MESSAGE_H
#define O2S_HTTP_MESSAGE_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/text.h"

struct http_header {
    /* In lower case. */
    struct text name;
    struct text value;
};

struct http_request {
    struct text method;
    /* Path and query as sent: percent-encoded, starting at the first slash. */
    struct text target;
    const struct http_header *headers;
    size_t header_count;
    struct text body;
    /* Why the body was not read completely; cut: its length differs from the announced length. */
    enum { HTTP_BODY_WHOLE, HTTP_BODY_TOO_LARGE, HTTP_BODY_CUT } body_state;
    /* When the web server took it: microseconds of the time of day; 0: unknown. */
    int64_t started_us;
    /* When its connection was accepted: microseconds of CLOCK_MONOTONIC; 0: unknown. */
    int64_t accepted_us;
};

/* The value of the header called `name` (in lower case); the empty string if it is absent. */
struct text http_request_header(const struct http_request *request, const char *name);

/* The maximum number of response headers that are not those of the table is eleven. */
enum { HTTP_MAX_RESPONSE_HEADERS = 33, HTTP_MAX_TABLE_HEADERS = HTTP_MAX_RESPONSE_HEADERS - 11 };

struct http_response {
    /* 0: not set yet. */
    int status;
    struct http_header headers[HTTP_MAX_RESPONSE_HEADERS];
    size_t header_count;
    /* Owned by the response; reused from request to request. */
    struct buffer body;
    /* For HEAD: the length is sent, the body is not. */
    bool head_only;
};

/* Resets everything except for the memory of the body. */
void http_response_reset(struct http_response *response);

/*
 * Adds a header; both strings are borrowed. Returns false, without adding it, if the value contains
 * control characters or no space is left.
 */
bool http_response_add_header(struct http_response *response, const char *name, struct text value);

/* The same, but replaces an existing header with that name. */
bool http_response_set_header(struct http_response *response, const char *name, struct text value);

/* Whether there is a header with this name. */
bool http_response_has_header(const struct http_response *response, const char *name);

/* Whether a response with this status can have a body (RFC 9110, 15). */
bool http_status_allows_body(int status);

/* The method with this name, as a constant, if routes and calls support it; otherwise NULL. */
const char *http_method(struct text name);

/* Offers the names of all supported methods. */
void http_offer_methods(struct nearest *nearest);

/* Whether `value` is valid in a header: no control characters except for the tab. */
bool http_header_value_is_safe(struct text value);

/* "Not Found" for 404; "Error" for a status code without a name. */
const char *http_reason(int status);

/*
 * Makes the response an error with the body {"message", "error", "statusCode"}. `message` may
 * contain any bytes; invalid UTF-8 is replaced (text_well_formed()).
 */
void http_response_fail(struct http_response *response, struct arena *arena, int status,
                        struct text message);

#endif
