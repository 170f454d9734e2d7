/* What a web server gets as a response. */
#include "support.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fcgi_support.h"
#include "http/fcgi_writer.h"

struct pair {
    int worker;
    int client;
};

static struct pair open_pair(void) {
    int ends[2];
    assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    return (struct pair){ends[0], ends[1]};
}

/* What the other end gets while it is written. */
struct receiver {
    struct arena *arena;
    int connection;
    struct text bytes;
};

static void *receive(void *context) {
    struct receiver *receiver = context;
    receiver->bytes = receive_all(receiver->arena, receiver->connection);
    return NULL;
}

static void check_response(struct arena *arena, int id, struct text head, struct text body) {
    struct pair pair = open_pair();
    struct receiver receiver = {.arena = arena, .connection = pair.client};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, receive, &receiver), 0);
    assert_true(fcgi_respond(pair.worker, (unsigned)id, head, body));
    close(pair.worker);
    pthread_join(thread, NULL);
    close(pair.client);
    struct text output = output_of(arena, id, receiver.bytes);
    check_number("size", head.size + body.size, output.size);
    if (head.size)
        assert_memory_equal(output.data, head.data, head.size);
    if (body.size)
        assert_memory_equal(output.data + head.size, body.data, body.size);
}

/* Bytes that differ at each place. */
static struct text bytes_of(struct arena *arena, size_t size) {
    char *bytes = arena_allocate(arena, size + 1);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 31 + i / 251);
    return (struct text){bytes, size};
}

static void responses_of_any_size_are_whole(void **state) {
    /* Around what a record may hold, with the head of 18 bytes, and more than a socket takes. */
    static const size_t sizes[] = {0, 1, 8192, 65509, 65510, 65511, 65528, 65536, 131038, 3000000};
    for (size_t i = 0; i < COUNT(sizes); i++)
        check_response(*state, 1, text_of("Status: 200 OK\r\n\r\n"), bytes_of(*state, sizes[i]));
    check_response(*state, 1, (struct text){0}, (struct text){0});
}

static void a_response_has_the_id_of_its_request(void **state) {
    static const int ids[] = {1, 255, 256, 0x1ff, 65535, 1};
    for (size_t i = 0; i < COUNT(ids); i++)
        check_response(*state, ids[i], text_of("head"), text_of("body"));
}

static void a_response_that_fails_leaves_nothing_behind(void **state) {
    static const size_t sizes[] = {10, 100000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct pair pair = open_pair();
        close(pair.client);
        assert_false(
            fcgi_respond(pair.worker, 1, text_of("the first one's"), bytes_of(*state, sizes[i])));
        /* The connection is the caller's to close. */
        assert_return_code(close(pair.worker), 0);
        check_response(*state, 2, text_of("the second one's"), text_of("x"));
    }
}

/* Whether the system waits in vain, from now on. */
static bool waits_in_vain;

int __real_poll(struct pollfd *sockets, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout);

int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout) {
    if (!waits_in_vain)
        return __real_poll(sockets, count, timeout);
    check_number("the time to wait", FCGI_WRITER_TIMEOUT_S * 1000, (size_t)timeout);
    check_number("what is waited for", POLLOUT, (size_t)sockets[0].events);
    return 0;
}

static void a_connection_that_accepts_no_data_is_given_up(void **state) {
    struct pair pair = open_pair();
    waits_in_vain = true;
    assert_false(fcgi_respond(pair.worker, 1, text_of("head"), bytes_of(*state, 3000000)));
    assert_int_equal(errno, EAGAIN);
    waits_in_vain = false;
    close(pair.worker);
    close(pair.client);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(responses_of_any_size_are_whole),
        TEST_WITH_ARENA(a_response_has_the_id_of_its_request),
        TEST_WITH_ARENA(a_response_that_fails_leaves_nothing_behind),
        TEST_WITH_ARENA(a_connection_that_accepts_no_data_is_given_up),
    };
    return cmocka_run_group_tests_name("fcgi_writer", tests, NULL, NULL);
}
