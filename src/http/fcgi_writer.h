/*
 * Writes responses to a web server (FastCGI 1.0, 3.3, 5.3 and 5.5): the records of FCGI_STDOUT, its
 * end, and FCGI_END_REQUEST.
 *
 * libfcgi copies a response into records of 8 KiB and writes each with a call of its own. Here the
 * records refer to the response where it is, and one call of the system writes up to 64 KiB.
 */
#ifndef O2S_HTTP_FCGI_WRITER_H
#define O2S_HTTP_FCGI_WRITER_H

#include <stdbool.h>

#include "base/text.h"

/* How long a connection may accept no data. */
enum { FCGI_WRITER_TIMEOUT_S = 30 };

/*
 * Writes `head` and `body` as the complete response to the request `id` of a connection, which
 * remains open. Returns false, with errno set, if it could not be written completely: EAGAIN if the
 * connection accepted no data for FCGI_WRITER_TIMEOUT_S.
 */
bool fcgi_respond(int connection, unsigned id, struct text head, struct text body);

#endif
