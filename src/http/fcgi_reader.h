/*
 * The connection of a worker, and what comes in on it (FastCGI 1.0).
 *
 * libfcgi waits for the rest of a request without end, believes each length it is told, and takes
 * some records that belong to no request for the request's. So it does not read connections here:
 * the intake reads a request whole, within a time and a size, looks at each record and each length,
 * and hands libfcgi a copy that holds nothing but the request.
 */
#ifndef O2S_INTAKE_H
#define O2S_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

struct intake;

/* How long a request may take to come in, from its first byte to its last. */
enum { INTAKE_PATIENCE_S = 30 };

/* NULL, with errno set, if the system refuses what it needs. The caller destroys it. */
struct intake *intake_create(void);

/* Closes the connection too. NULL is no harm. */
void intake_destroy(struct intake *intake);

/*
 * Accepts a connection on the socket `listening`, by libfcgi, which heeds FCGI_WEB_SERVER_ADDRS
 * (3.2). Returns 0, or an errno: EAGAIN if there is none, and the socket does not block.
 */
int intake_accept(struct intake *intake, int listening);

/* The connection; -1 if there is none. */
int intake_connection(const struct intake *intake);

enum intake_result {
    /* A whole request is there; or one whose body is larger than it may be. */
    INTAKE_REQUEST,
    /* The web server keeps the connection and has no request for now. */
    INTAKE_NOTHING,
    /* The connection is closed: by the web server, for what it sent, or for being too slow. */
    INTAKE_CLOSED,
    /* So it is, as the request could not be handed on: errno says why. */
    INTAKE_FAILED,
};

/*
 * Reads the next request of the connection, and answers what is not for the application: management
 * records, a second request at the same time, a role that it does not play, a request taken back.
 * Of a body that is larger than `max_body` bytes just so much is read that this can be seen.
 */
enum intake_result intake_read(struct intake *intake, size_t max_body);

/*
 * A file that holds the request, to be read from its current position on: the records of one
 * request with a role of FCGI_RESPONDER and the flag FCGI_KEEP_CONN. Valid until intake_read().
 */
int intake_request(const struct intake *intake);

/* The answer has been sent: the connection is kept if the web server wants to, else closed. */
void intake_finish(struct intake *intake);

/* Gives back the memory that requests took; not between intake_read() and intake_finish(). */
void intake_rest(struct intake *intake);

/* The connection was closed by somebody else. */
void intake_forget(struct intake *intake);

#endif
