/*
 * Reads the request of a connection (FastCGI 1.0).
 *
 * libfcgi blocks indefinitely on an incomplete request, trusts length fields, and accepts records
 * of other request ids. This reader reads a whole request within a time and size limit, and checks
 * each record and length.
 *
 * A connection carries one request: FCGI_KEEP_CONN is not honoured (5.5 lets the application close
 * at any time). A worker that waited on a kept connection would be idle while requests of other
 * connections wait.
 */
#ifndef O2S_HTTP_FCGI_READER_H
#define O2S_HTTP_FCGI_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct fcgi_reader;

/* The time that a request may take, from its first byte to its last. */
enum { FCGI_READER_TIMEOUT_S = 30 };

/* The caller destroys it. */
struct fcgi_reader *fcgi_reader_create(void);

/* Closes the connection too. NULL is allowed. */
void fcgi_reader_destroy(struct fcgi_reader *reader);

/*
 * Accepts a connection on the socket `listening`, by libfcgi, which heeds FCGI_WEB_SERVER_ADDRS
 * (3.2). Returns 0, or an errno: EAGAIN if there is none, and the socket does not block.
 */
int fcgi_reader_accept(struct fcgi_reader *reader, int listening);

/* The connection; -1 if there is none. */
int fcgi_reader_connection(const struct fcgi_reader *reader);

struct fcgi_request {
    unsigned id;
    /* Name-value pairs, which are not checked yet: fcgi_read_pair(). */
    struct text variables;
    struct text body;
};

/*
 * Reads the request of the connection, and answers what is not for the application: management
 * records, a second request at the same time, a role that it does not play, a request taken back.
 * A body that is larger than `max_body` bytes is read only until that is known. The texts of
 * `*request` are the reader's, valid until the next call or fcgi_reader_trim(). False, with the
 * connection closed: by the web server, for what it sent, or for being too slow.
 */
bool fcgi_reader_read(struct fcgi_reader *reader, size_t max_body, struct fcgi_request *request);

/*
 * Cuts the next name-value pair (3.4) off `*bytes`, which are not empty; false if a length goes
 * beyond them.
 */
bool fcgi_read_pair(struct text *bytes, struct text *name, struct text *value);

/*
 * The response has been sent: closes the connection. True, and the connection is still open, if the
 * web server has sent its next request on it already; it is to be read then.
 */
bool fcgi_reader_finish(struct fcgi_reader *reader);

/* Closes the connection without a response. */
void fcgi_reader_close(struct fcgi_reader *reader);

/* Frees the memory that requests took. */
void fcgi_reader_trim(struct fcgi_reader *reader);

#endif
