/*
 * Writes responses to a web server (FastCGI 1.0, 5.5 and 6.2), by libfcgi: the records of
 * FCGI_STDOUT, its end, and FCGI_END_REQUEST.
 */
#ifndef O2S_HTTP_FCGI_WRITER_H
#define O2S_HTTP_FCGI_WRITER_H

#include <stdbool.h>

#include "base/text.h"

struct fcgi_writer;

/*
 * NULL, with errno set, if the system refuses what it needs. The caller destroys it; there is one
 * at a time.
 */
struct fcgi_writer *fcgi_writer_create(void);

/* NULL is allowed. */
void fcgi_writer_destroy(struct fcgi_writer *writer);

/*
 * Writes `head` and `body` as the whole response to the request `id` of a connection, which stays
 * open. False if it could not all be written. SIGPIPE has to be ignored; a connection that takes
 * nothing is waited for as long as its SO_SNDTIMEO says.
 */
bool fcgi_writer_respond(struct fcgi_writer *writer, int connection, unsigned id, struct text head,
                         struct text body);

#endif
