/* The CGI side of FastCGI: variables to a request, a response to CGI headers (RFC 3875). */
#ifndef O2S_HTTP_CGI_H
#define O2S_HTTP_CGI_H

#include "http/message.h"

/*
 * Fills `*request` from the name-value pairs `variables` and the body. Header names and values,
 * method and target are copied to `arena`, with a NUL behind each; the body is not copied. The
 * target is REQUEST_URI: PATH_INFO and its like come decoded, and tell no encoded slash from a real
 * one. A body that is, or is announced, longer than `max_body` is left out. False if the pairs are
 * not well-formed, or one holds a NUL.
 */
bool cgi_read_request(struct arena *arena, struct text variables, struct text body, size_t max_body,
                      struct http_request *request);

/* Appends the response's head: `Status`, its headers and the body's length, and an empty line. */
void cgi_append_head(struct buffer *buffer, const struct http_response *response);

#endif
