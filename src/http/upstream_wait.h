/*
 * Waits for the sockets of a libcurl multi handle, by its interface for event loops
 * (curl_multi_socket_action(3)): libcurl gets the socket that is ready, and does not ask the system
 * about each once more.
 */
#ifndef O2S_HTTP_UPSTREAM_WAIT_H
#define O2S_HTTP_UPSTREAM_WAIT_H

#include <curl/curl.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>

struct upstream_wait {
    CURLM *multi;
    /* What libcurl waits for. */
    struct pollfd *sockets;
    size_t count;
    size_t capacity;
    /* When libcurl wants to be called in any case, by clock_now_ms(); -1: never. */
    int64_t due_ms;
};

/* Makes `wait` the one that waits for `multi`, until upstream_wait_end(). */
void upstream_wait_begin(struct upstream_wait *wait, CURLM *multi);

/* Frees what `wait` owns, which is not `multi`; that one must not be used any more. */
void upstream_wait_end(struct upstream_wait *wait);

/* Lets libcurl begin with the handles that were added to `multi`. Returns CURLM_OK or its error. */
CURLMcode upstream_wait_start(struct upstream_wait *wait);

/*
 * Waits until a socket is ready or libcurl's time has come, for at most a second, and lets libcurl
 * act. Returns CURLM_OK, libcurl's error, or CURLM_UNRECOVERABLE_POLL if the system cannot wait.
 */
CURLMcode upstream_wait_next(struct upstream_wait *wait);

#endif
