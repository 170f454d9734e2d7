#include "http/upstream_wait.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

enum { NEVER = -1, MAX_WAIT_MS = 1000, FIRST_CAPACITY = 8 };

static size_t find(const struct upstream_wait *wait, curl_socket_t socket) {
    size_t i = 0;
    while (i < wait->count && wait->sockets[i].fd != socket)
        i++;
    return i;
}

static void add(struct upstream_wait *wait, curl_socket_t socket) {
    if (wait->count == wait->capacity) {
        wait->capacity = wait->capacity ? 2 * wait->capacity : FIRST_CAPACITY;
        wait->sockets = memory_resize(wait->sockets, wait->capacity * sizeof *wait->sockets);
    }
    wait->sockets[wait->count++] = (struct pollfd){.fd = socket};
}

/* A CURLMOPT_SOCKETFUNCTION. */
static int set_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *assigned) {
    struct upstream_wait *wait = user;
    size_t i = find(wait, socket);
    (void)easy;
    (void)assigned;
    if (what == CURL_POLL_REMOVE) {
        if (i < wait->count)
            wait->sockets[i] = wait->sockets[--wait->count];
        return 0;
    }
    if (i == wait->count)
        add(wait, socket);
    wait->sockets[i].events =
        (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));
    return 0;
}

/* A CURLMOPT_TIMERFUNCTION. */
static int set_timer(CURLM *multi, long timeout_ms, void *user) {
    struct upstream_wait *wait = user;
    (void)multi;
    wait->due_ms = timeout_ms < 0 ? NEVER : clock_now_ms() + timeout_ms;
    return 0;
}

void upstream_wait_begin(struct upstream_wait *wait, CURLM *multi) {
    *wait = (struct upstream_wait){.multi = multi, .due_ms = NEVER};
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, wait);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, wait);
}

void upstream_wait_end(struct upstream_wait *wait) {
    free(wait->sockets);
    *wait = (struct upstream_wait){0};
}

static CURLMcode act(struct upstream_wait *wait, curl_socket_t socket, int events) {
    int running;
    return curl_multi_socket_action(wait->multi, socket, events, &running);
}

CURLMcode upstream_wait_start(struct upstream_wait *wait) {
    return act(wait, CURL_SOCKET_TIMEOUT, 0);
}

static int time_to_wait(const struct upstream_wait *wait) {
    if (wait->due_ms == NEVER)
        return MAX_WAIT_MS;
    int64_t left = wait->due_ms - clock_now_ms();
    if (left < 0)
        return 0;
    return left < MAX_WAIT_MS ? (int)left : MAX_WAIT_MS;
}

static int events_of(short revents) {
    return (revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
           (revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
           (revents & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);
}

CURLMcode upstream_wait_next(struct upstream_wait *wait) {
    int ready = poll(wait->sockets, wait->count, time_to_wait(wait));
    if (ready < 0 && errno != EINTR)
        return CURLM_UNRECOVERABLE_POLL;
    if (ready <= 0)
        return act(wait, CURL_SOCKET_TIMEOUT, 0);
    CURLMcode code = CURLM_OK;
    /*
     * From the end: libcurl may remove any socket meanwhile, whose place the last one takes, which
     * has been handled then; added ones come after it.
     */
    for (size_t i = wait->count; code == CURLM_OK && i-- > 0;) {
        short revents = i < wait->count ? wait->sockets[i].revents : 0;
        if (!revents)
            continue;
        wait->sockets[i].revents = 0;
        code = act(wait, wait->sockets[i].fd, events_of(revents));
    }
    return code;
}
