/* An HTTP request as it reaches a worker, and the response that leaves it (RFC 9110). */
#ifndef O2S_HTTP_MESSAGE_H
#define O2S_HTTP_MESSAGE_H

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
    /* Path and query as they were sent: percent-encoded, from the first slash on. */
    struct text target;
    const struct http_header *headers;
    size_t header_count;
    struct text body;
    /* What kept the body from being read whole; cut: it is not as long as was announced. */
    enum { HTTP_BODY_WHOLE, HTTP_BODY_TOO_LARGE, HTTP_BODY_CUT } body_state;
};

/* The value of the header called `name` (in lower case); the empty text if there is none. */
struct text http_request_header(const struct http_request *request, const char *name);

/* Of all headers of a response, those that are not the table's are at most ten. */
enum { HTTP_MAX_RESPONSE_HEADERS = 32, HTTP_MAX_TABLE_HEADERS = HTTP_MAX_RESPONSE_HEADERS - 10 };

struct http_response {
    /* 0: not decided yet. */
    int status;
    struct http_header headers[HTTP_MAX_RESPONSE_HEADERS];
    size_t header_count;
    /* Owned by the response; reused from request to request. */
    struct buffer body;
    /* A HEAD request's: the length is told, the body is not sent. */
    bool head_only;
};

/* Forgets everything but the body's memory. */
void http_response_reset(struct http_response *response);

/*
 * Adds a header; both texts are borrowed. One that has control characters in it, or comes when
 * there is no room left, is dropped and false returned.
 */
bool http_response_add_header(struct http_response *response, const char *name, struct text value);

/* The same, in place of the header of that name, if there is one. */
bool http_response_set_header(struct http_response *response, const char *name, struct text value);

/* Whether there is a header of that name. */
bool http_response_has_header(const struct http_response *response, const char *name);

/* Whether a response with this status can have a body (RFC 9110, 15). */
bool http_status_allows_body(int status);

/* The method of that name that routes and calls can have, as a constant; NULL: none. */
const char *http_method(struct text name);

/* Offers the names of all of them. */
void http_offer_methods(struct nearest *nearest);

/* Whether `value` can stand in a header: no control characters but the tab. */
bool http_header_value_is_safe(struct text value);

/* "Not Found" for 404; "Error" for a status that has no name here. */
const char *http_reason(int status);

/*
 * Makes the response an error: its body becomes {"message", "error", "statusCode"}. `message` may
 * hold any bytes: what is not UTF-8 in it is replaced (text_well_formed()).
 */
void http_response_fail(struct http_response *response, struct arena *arena, int status,
                        struct text message);

#endif
