/*
 * Reads requests from the connection of a worker (FastCGI 1.0).
 *
 * libfcgi blocks indefinitely on an incomplete request, trusts length fields, and accepts records
 * of other request ids. So it does not read connections here: this reader reads a whole request
 * within a time and size limit, checks each record and length, and passes libfcgi a copy that holds
 * nothing but the request.
 */
#ifndef O2S_HTTP_FCGI_READER_H
#define O2S_HTTP_FCGI_READER_H

#include <stdbool.h>
#include <stddef.h>

struct fcgi_reader;

/* The time that a request may take, from its first byte to its last. */
enum { FCGI_READER_TIMEOUT_S = 30 };

/* NULL, with errno set, if the system refuses what it needs. The caller destroys it. */
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

enum fcgi_reader_result {
    /* A whole request is there; or one whose body is larger than it may be. */
    FCGI_READER_REQUEST,
    /* The web server keeps the connection and has no request for now. */
    FCGI_READER_NOTHING,
    /* The connection is closed: by the web server, for what it sent, or for being too slow. */
    FCGI_READER_CLOSED,
    /* So it is, as the request could not be handed on: errno says why. */
    FCGI_READER_FAILED,
};

/*
 * Reads the next request of the connection, and answers what is not for the application: management
 * records, a second request at the same time, a role that it does not play, a request taken back.
 * A body that is larger than `max_body` bytes is read only until that is known.
 */
enum fcgi_reader_result fcgi_reader_read(struct fcgi_reader *reader, size_t max_body);

/*
 * A file that holds the request, to be read from its current position on: the records of one
 * request with a role of FCGI_RESPONDER and the flag FCGI_KEEP_CONN. Valid until
 * fcgi_reader_read().
 */
int fcgi_reader_request(const struct fcgi_reader *reader);

/* The answer has been sent: the connection is kept if the web server wants to, else closed. */
void fcgi_reader_finish(struct fcgi_reader *reader);

/* Frees the memory that requests took; not between fcgi_reader_read() and
 * fcgi_reader_finish(). */
void fcgi_reader_trim(struct fcgi_reader *reader);

/* The connection was closed by other code. */
void fcgi_reader_forget(struct fcgi_reader *reader);

#endif
