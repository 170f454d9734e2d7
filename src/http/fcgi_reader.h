/*
 * Reads the request of a connection (FastCGI 1.0).
 *
 * libfcgi blocks indefinitely on an incomplete request, trusts length fields, and accepts records
 * of other request ids. This reader reads a whole request within a time and size limit, and checks
 * each record and length.
 *
 * A connection carries one request: FCGI_KEEP_CONN is ignored (5.5 allows the application to close
 * the connection at any time). A worker that waited on a kept connection would be idle while
 * requests of other connections wait.
 */
#ifndef O2S_HTTP_FCGI_READER_H
#define O2S_HTTP_FCGI_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct fcgi_reader;

/*
 * The maximum time between the first and the last byte of a request, and until the first byte on a
 * Unix socket, on which a web server sends at once; on a TCP socket, the former counts for both.
 */
enum { FCGI_READER_TIMEOUT_S = 30, FCGI_READER_FIRST_BYTE_S = 2 };

/* The caller destroys it. */
struct fcgi_reader *fcgi_reader_create(void);

/* Closes the connection too. NULL is allowed. */
void fcgi_reader_destroy(struct fcgi_reader *reader);

/*
 * Whether connections of the socket `listening` are refused unless FCGI_WEB_SERVER_ADDRS lists the
 * address that they come from (3.2), if it is set and not blank. libfcgi does so on IPv4 sockets
 * only; on a Unix socket, the permissions of the file decide, and the variable means nothing.
 */
bool fcgi_reader_checks_addresses(int listening);

/*
 * Accepts a connection on the socket `listening`, the same in all calls; on a TCP socket with
 * libfcgi. Returns 0, or an errno: EAGAIN if there is no
 * connection and the socket is non-blocking.
 */
int fcgi_reader_accept(struct fcgi_reader *reader, int listening);

/* The connection; -1 if absent. */
int fcgi_reader_connection(const struct fcgi_reader *reader);

struct fcgi_request {
    unsigned id;
    /* Name-value pairs, which have not been validated: see fcgi_read_pair(). */
    struct text variables;
    struct text body;
};

/*
 * Reads the request of the connection, and answers records that are not for the application:
 * management records, a second concurrent request, an unsupported role, an aborted request. A body
 * larger than `max_body` bytes is only read until the size is known. The strings of `*request`
 * belong to the reader, and are valid until the next call or fcgi_reader_trim(). Returns false,
 * with the connection closed, if the web server closed it, sent invalid data or was too slow.
 */
bool fcgi_reader_read(struct fcgi_reader *reader, size_t max_body, struct fcgi_request *request);

/*
 * Removes the next name-value pair (3.4) from `*bytes`, which must not be empty. Returns false if a
 * length exceeds the rest.
 */
bool fcgi_read_pair(struct text *bytes, struct text *name, struct text *value);

/*
 * To be called after sending the response: closes the connection. Returns true, with the connection
 * still open, if the web server has already sent the next request on it, or a part of one, which
 * must then be read. Other records that it has sent are consumed, and not waited for: management
 * records, which are answered, and those of ended requests, such as a late FCGI_ABORT_REQUEST.
 */
bool fcgi_reader_finish(struct fcgi_reader *reader);

/* Closes the connection without a response. */
void fcgi_reader_close(struct fcgi_reader *reader);

/* Frees the memory that requests took. */
void fcgi_reader_trim(struct fcgi_reader *reader);

#endif
