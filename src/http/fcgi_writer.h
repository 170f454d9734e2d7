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
 * Returns NULL, with errno set, if the system refuses a resource. The caller destroys the writer;
 * only one may exist at a time.
 */
struct fcgi_writer *fcgi_writer_create(void);

/* NULL is allowed. */
void fcgi_writer_destroy(struct fcgi_writer *writer);

/*
 * Writes `head` and `body` as the complete response to the request `id` of a connection, which
 * remains open. Returns false if it could not be written completely. SIGPIPE must be ignored;
 * SO_SNDTIMEO limits the time to wait for a connection that accepts no data.
 */
bool fcgi_writer_respond(struct fcgi_writer *writer, int connection, unsigned id, struct text head,
                         struct text body);

#endif
