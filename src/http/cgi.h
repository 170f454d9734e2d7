/* The CGI side of FastCGI: variables to a request, a response to CGI headers (RFC 3875). */
#ifndef O2S_HTTP_CGI_H
#define O2S_HTTP_CGI_H

#include <fcgiapp.h>

#include "http/message.h"

/*
 * Fills `*request` from FastCGI's variables and its input stream, in `arena`. REQUEST_URI is what
 * the target is taken from: PATH_INFO and its like come decoded, and tell no encoded slash from a
 * real one. The body is read into `body`; one longer than `max_body` is not.
 */
void cgi_read_request(struct arena *arena, char **variables, FCGX_Stream *input, size_t max_body,
                      struct buffer *body, struct http_request *request);

/* Appends the response's head: `Status`, its headers and the body's length, and an empty line. */
void cgi_append_head(struct buffer *buffer, const struct http_response *response);

#endif
