/*
 * Whether a connection that libcurl is about to use again has unread input: its end, or data beyond
 * the length of the previous response, which would be taken for the response to the next request.
 *
 * From version 8.0 on, libcurl checks this itself, and closes such a connection. Earlier versions
 * only look for its end. The socket of a connection is known only after a request; before one, its
 * local port.
 */
#ifndef O2S_HTTP_KEPT_CONNECTIONS_H
#define O2S_HTTP_KEPT_CONNECTIONS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* More than libcurl keeps: a connection that is not in the list is not used again. */
enum { KEPT_CONNECTIONS_KNOWN = 64 };

struct kept_connections {
    /* libcurl checks connections itself. */
    bool checked;
    size_t next;
    struct {
        long local_port;
        curl_socket_t socket;
    } known[KEPT_CONNECTIONS_KNOWN];
};

/* Begins without connections. */
void kept_connections_init(struct kept_connections *kept);

/* Notes the connection of the handle's request, which has ended. */
void kept_connections_note(struct kept_connections *kept, CURL *easy);

/*
 * To be called before the handle's request is sent on the connection with this local port. Returns
 * whether it was used before and has unread input, or may have.
 */
bool kept_connections_has_input(const struct kept_connections *kept, CURL *easy, long local_port);

#endif
