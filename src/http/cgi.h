/* Converts CGI variables to a request, and a response to CGI headers (RFC 3875). */
#ifndef O2S_HTTP_CGI_H
#define O2S_HTTP_CGI_H

#include "http/message.h"

/*
 * Fills `*request` from the name-value pairs `variables` and the body. Header names and values,
 * method and target are copied to `arena`, NUL-terminated; the body is not copied. The target is
 * REQUEST_URI, because PATH_INFO and similar variables are decoded and do not distinguish an
 * encoded slash from a separator. The time at which the web server took the request is that of
 * REQUEST_START, which a caller cannot set: its headers have names that begin with HTTP_. A body
 * that is longer than `max_body`, or announced as longer, is left out. Returns false if the pairs
 * are not well-formed, or one contains a NUL.
 */
bool cgi_read_request(struct arena *arena, struct text variables, struct text body, size_t max_body,
                      struct http_request *request);

/*
 * The time of REQUEST_START in microseconds: `t=` or nothing, and a number of seconds with an
 * optional fraction, of milliseconds, or of microseconds, which differ in size. 0 for anything
 * else.
 */
int64_t cgi_read_time(struct text text);

/*
 * Appends the head of the response: `Status`, its headers and the length of the body, and an empty
 * line.
 */
void cgi_append_head(struct buffer *buffer, const struct http_response *response);

#endif
