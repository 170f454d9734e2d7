/* What a worker takes from a connection, whatever comes on it. */
#include "support.h"

#include <errno.h>
#include <fastcgi.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fcgi_support.h"
#include "http/fcgi_reader.h"

enum { MAX_BODY = 1000, KEEP = 1 };

/* A web server's end of a connection, and the worker's. */
struct pair {
    struct fcgi_reader *reader;
    int client;
    /* What was read last. */
    struct fcgi_request request;
};

static struct pair open_pair(void) {
    struct pair pair = {.reader = fcgi_reader_create(), .client = socket(AF_UNIX, SOCK_STREAM, 0)};
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    /* Of no name that anybody else could have. */
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t size = sizeof(sa_family_t);
    assert_return_code(bind(listening, (struct sockaddr *)&address, size), 0);
    size = sizeof address;
    assert_return_code(getsockname(listening, (struct sockaddr *)&address, &size), 0);
    assert_return_code(listen(listening, 1), 0);
    assert_return_code(connect(pair.client, (struct sockaddr *)&address, size), 0);
    /* One that says nothing at all is not accepted. */
    assert_int_equal(send(pair.client, "\1", 1, 0), 1);
    assert_int_equal(fcgi_reader_accept(pair.reader, listening), 0);
    close(listening);
    return pair;
}

static void close_pair(struct pair *pair) {
    close(pair->client);
    fcgi_reader_destroy(pair->reader);
}

static const struct text none = {"", 0};
/* A = 1, and a name without a value. */
static const struct text some_variables = {"\1\1A1\2\0BC", 8};

/* All of a request, `foreign` bytes between its records. */
static void add_request(struct buffer *bytes, int id, char flags, int padding,
                        struct text foreign) {
    add_begin(bytes, id, FCGI_RESPONDER, flags);
    buffer_append_text(bytes, foreign);
    add_record(bytes, FCGI_PARAMS, id, (struct text){some_variables.data, 3}, padding);
    buffer_append_text(bytes, foreign);
    add_record(bytes, FCGI_PARAMS, id, (struct text){some_variables.data + 3, 5}, padding);
    add_record(bytes, FCGI_PARAMS, id, none, 0);
    buffer_append_text(bytes, foreign);
    add_record(bytes, FCGI_STDIN, id, text_of("body"), padding);
    buffer_append_text(bytes, foreign);
    add_record(bytes, FCGI_STDIN, id, none, padding);
}

/* Sends all but the first byte, which has been sent already, and ends the client's sending. */
static bool read_bytes(struct pair *pair, struct text bytes, bool more_may_come) {
    if (bytes.size > 1)
        assert_int_equal(send(pair->client, bytes.data + 1, bytes.size - 1, 0), bytes.size - 1);
    if (!more_may_come)
        shutdown(pair->client, SHUT_WR);
    return fcgi_reader_read(pair->reader, MAX_BODY, &pair->request);
}

static void check_same(const char *what, struct text expected, struct text came) {
    check_number(what, expected.size, came.size);
    assert_memory_equal(expected.data, came.data, expected.size);
}

/* What the other end was sent so far. */
static struct text sent(struct arena *arena, const struct pair *pair) {
    char *bytes = arena_allocate(arena, 65536);
    ssize_t count = recv(pair->client, bytes, 65536, MSG_DONTWAIT);
    return (struct text){bytes, count > 0 ? (size_t)count : 0};
}

static void check_request(const struct pair *pair, unsigned id, struct text variables,
                          struct text body) {
    check_number("id", id, pair->request.id);
    check_same("variables", variables, pair->request.variables);
    check_same("body", body, pair->request.body);
}

static void a_request_is_read_without_what_is_not_its_own(void **state) {
    (void)state;
    struct buffer foreign = {0};
    struct buffer bytes = {0};
    add_record(&foreign, FCGI_STDIN, 9, none, 3);
    add_record(&foreign, FCGI_STDIN, 9, text_of("of nobody"), 255);
    add_record(&foreign, FCGI_ABORT_REQUEST, 8, none, 0);
    add_request(&bytes, 0x1ff, KEEP, 200, buffer_text(&foreign));
    struct pair pair = open_pair();
    assert_true(read_bytes(&pair, buffer_text(&bytes), true));
    check_request(&pair, 0x1ff, some_variables, text_of("body"));
    close_pair(&pair);
    buffer_free(&foreign);
    buffer_free(&bytes);
}

/* Each comes when the one before has been read, so the memory that records take shows. */
static void records_of_others_take_no_memory(void **state) {
    (void)state;
    struct buffer bytes = {0};
    struct buffer foreign = {0};
    static const char junk[60000] = {0};
    add_record(&foreign, FCGI_STDIN, 9, (struct text){junk, sizeof junk}, 0);
    add_begin(&bytes, 1, FCGI_RESPONDER, 0);
    add_record(&bytes, FCGI_PARAMS, 1, (struct text){some_variables.data, 3}, 0);
    for (int i = 0; i < 3; i++)
        buffer_append_text(&bytes, buffer_text(&foreign));
    add_record(&bytes, FCGI_PARAMS, 1, (struct text){some_variables.data + 3, 5}, 0);
    add_record(&bytes, FCGI_PARAMS, 1, none, 0);
    buffer_append_text(&bytes, buffer_text(&foreign));
    add_record(&bytes, FCGI_STDIN, 1, text_of("bo"), 0);
    buffer_append_text(&bytes, buffer_text(&foreign));
    add_record(&bytes, FCGI_STDIN, 1, text_of("dy"), 0);
    add_record(&bytes, FCGI_STDIN, 1, none, 0);
    struct pair pair = open_pair();
    int size = 1 << 20;
    setsockopt(pair.client, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    assert_true(read_bytes(&pair, buffer_text(&bytes), true));
    check_request(&pair, 1, some_variables, text_of("body"));
    close_pair(&pair);
    buffer_free(&bytes);
    buffer_free(&foreign);
}

static void rejects_a_truncated_request(void **state) {
    struct buffer bytes = {0};
    add_request(&bytes, 1, 0, 5, none);
    for (size_t size = 1; size <= bytes.size; size++) {
        struct pair pair = open_pair();
        /* As an earlier call may have left it. */
        errno = EAGAIN;
        bool result = read_bytes(&pair, (struct text){bytes.data, size}, false);
        check_truth(text_format(*state, "the first %zu bytes", size).data, size == bytes.size,
                    result);
        close_pair(&pair);
    }
    buffer_free(&bytes);
}

static void variables_may_come_byte_by_byte(void **state) {
    (void)state;
    struct buffer all = {0};
    add_begin(&all, 1, FCGI_RESPONDER, 0);
    for (size_t i = 0; i < some_variables.size; i++)
        add_record(&all, FCGI_PARAMS, 1, (struct text){some_variables.data + i, 1}, 1);
    add_record(&all, FCGI_PARAMS, 1, none, 0);
    add_record(&all, FCGI_STDIN, 1, none, 0);
    struct pair pair = open_pair();
    assert_true(read_bytes(&pair, buffer_text(&all), false));
    check_request(&pair, 1, some_variables, none);
    close_pair(&pair);
    buffer_free(&all);
}

/* Lengths and types that are wrong: each is a request's beginning. */
static void closes_the_connection_after_invalid_records(void **state) {
    static const struct {
        const char *what;
        int type;
        struct text content;
    } rows[] = {
        {"a body before the variables", FCGI_STDIN, {"x", 1}},
        {"data of a filter", FCGI_DATA, {"x", 1}},
        {"an answer", FCGI_STDOUT, {"x", 1}},
        {"an unknown type", 77, {"x", 1}},
        {"the same request again", FCGI_BEGIN_REQUEST, {"\0\1\0\0\0\0\0\0", 8}},
        {"a beginning that is too short", FCGI_BEGIN_REQUEST, {"\0\1\0", 3}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer bytes = {0};
        add_begin(&bytes, 1, FCGI_RESPONDER, KEEP);
        add_record(&bytes, rows[i].type, 1, rows[i].content, 0);
        add_record(&bytes, FCGI_PARAMS, 1, none, 0);
        add_record(&bytes, FCGI_STDIN, 1, none, 0);
        struct pair pair = open_pair();
        check_number(rows[i].what, false, read_bytes(&pair, buffer_text(&bytes), true));
        check_number("its connection", (size_t)-1, (size_t)fcgi_reader_connection(pair.reader));
        close_pair(&pair);
        buffer_free(&bytes);
    }
    (void)state;
}

static void another_version_closes_the_connection(void **state) {
    (void)state;
    struct buffer bytes = {0};
    add_begin(&bytes, 1, FCGI_RESPONDER, KEEP);
    add_record(&bytes, FCGI_PARAMS, 1, none, 0);
    bytes.data[16] = 2;
    struct pair pair = open_pair();
    assert_int_equal(read_bytes(&pair, buffer_text(&bytes), true), false);
    close_pair(&pair);
    buffer_free(&bytes);
}

static void variables_have_an_end(void **state) {
    (void)state;
    struct buffer bytes = {0};
    static const char zeros[60000] = {0};
    add_begin(&bytes, 1, FCGI_RESPONDER, KEEP);
    /* Names and values of no length, 30,000 a record. */
    for (int i = 0; i < 5; i++)
        add_record(&bytes, FCGI_PARAMS, 1, (struct text){zeros, sizeof zeros}, 0);
    struct pair pair = open_pair();
    int size = 1 << 20;
    setsockopt(pair.client, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    assert_int_equal(read_bytes(&pair, buffer_text(&bytes), true), false);
    close_pair(&pair);
    buffer_free(&bytes);
}

static void reports_each_value_once(void **state) {
    struct buffer asked = {0};
    struct buffer bytes = {0};
    for (int i = 0; i < 50; i++)
        buffer_append_string(&asked, "\16\1FCGI_MAX_CONNSx\17\1FCGI_MPXS_CONNSx\4\1NAMEx");
    add_record(&bytes, FCGI_GET_VALUES, 0, buffer_text(&asked), 1);
    add_request(&bytes, 3, KEEP, 0, text_copy(*state, buffer_text(&bytes)));
    struct pair pair = open_pair();
    assert_int_equal(read_bytes(&pair, buffer_text(&bytes), true), true);
    struct buffer answer = {0};
    struct text values = {"\16\1FCGI_MAX_CONNS1\17\1FCGI_MPXS_CONNS0", 35};
    for (int i = 0; i < 5; i++)
        add_record(&answer, FCGI_GET_VALUES_RESULT, 0, values, 0);
    check_same("the answers", buffer_text(&answer), sent(*state, &pair));
    close_pair(&pair);
    buffer_free(&asked);
    buffer_free(&bytes);
    buffer_free(&answer);
}

static void answers_an_unknown_management_type(void **state) {
    struct buffer bytes = {0};
    struct buffer answer = {0};
    add_record(&bytes, 99, 0, text_of("what no request may take for its own"), 3);
    add_request(&bytes, 3, KEEP, 0, text_copy(*state, buffer_text(&bytes)));
    for (int i = 0; i < 5; i++)
        add_record(&answer, FCGI_UNKNOWN_TYPE, 0, (struct text){"c\0\0\0\0\0\0\0", 8}, 0);
    struct pair pair = open_pair();
    assert_int_equal(read_bytes(&pair, buffer_text(&bytes), true), true);
    check_same("the answers", buffer_text(&answer), sent(*state, &pair));
    check_request(&pair, 3, some_variables, text_of("body"));
    close_pair(&pair);
    buffer_free(&bytes);
    buffer_free(&answer);
}

/* The end of a request, by its number and its protocol's status. */
static struct text end_of(struct arena *arena, int id, char status) {
    struct buffer bytes = {0};
    const char body[8] = {0, 0, 0, 0, status};
    add_record(&bytes, FCGI_END_REQUEST, id, (struct text){body, sizeof body}, 0);
    struct text end = text_copy(arena, buffer_text(&bytes));
    buffer_free(&bytes);
    return end;
}

static void a_second_request_at_the_same_time_is_refused(void **state) {
    struct buffer second = {0};
    struct buffer bytes = {0};
    add_request(&second, 2, 0, 0, none);
    add_begin(&bytes, 1, FCGI_RESPONDER, KEEP);
    buffer_append_text(&bytes, buffer_text(&second));
    add_record(&bytes, FCGI_PARAMS, 1, none, 0);
    add_record(&bytes, FCGI_STDIN, 1, none, 0);
    struct pair pair = open_pair();
    assert_int_equal(read_bytes(&pair, buffer_text(&bytes), true), true);
    check_same("the answer", end_of(*state, 2, FCGI_CANT_MPX_CONN), sent(*state, &pair));
    check_request(&pair, 1, none, none);
    close_pair(&pair);
    buffer_free(&second);
    buffer_free(&bytes);
}

/* The other end sees the answer, then the end of the connection, whatever else it has sent. */
static void check_ended(struct arena *arena, struct pair *pair, struct text bytes,
                        struct text answer) {
    assert_false(read_bytes(pair, bytes, false));
    assert_int_equal(fcgi_reader_connection(pair->reader), -1);
    check_same("the answer", answer, sent(arena, pair));
    char byte;
    assert_int_equal(recv(pair->client, &byte, 1, 0), 0);
}

static void other_roles_are_refused(void **state) {
    for (int keep = 0; keep <= 1; keep++) {
        struct buffer bytes = {0};
        add_begin(&bytes, 1, FCGI_AUTHORIZER, (char)keep);
        add_record(&bytes, FCGI_PARAMS, 1, some_variables, 0);
        struct pair pair = open_pair();
        check_ended(*state, &pair, buffer_text(&bytes), end_of(*state, 1, FCGI_UNKNOWN_ROLE));
        close_pair(&pair);
        buffer_free(&bytes);
    }
}

static void a_request_can_be_taken_back(void **state) {
    for (int keep = 0; keep <= 1; keep++) {
        struct buffer bytes = {0};
        add_begin(&bytes, 4, FCGI_RESPONDER, (char)keep);
        add_record(&bytes, FCGI_PARAMS, 4, some_variables, 0);
        add_record(&bytes, FCGI_ABORT_REQUEST, 4, none, 0);
        struct pair pair = open_pair();
        check_ended(*state, &pair, buffer_text(&bytes), end_of(*state, 4, FCGI_REQUEST_COMPLETE));
        close_pair(&pair);
        buffer_free(&bytes);
    }
}

static void a_body_that_is_too_large_is_not_read_whole(void **state) {
    (void)state;
    struct buffer bytes = {0};
    char body[600] = {0};
    add_begin(&bytes, 1, FCGI_RESPONDER, KEEP);
    add_record(&bytes, FCGI_PARAMS, 1, none, 0);
    for (int i = 0; i < 52; i++)
        add_record(&bytes, FCGI_STDIN, 1, (struct text){body, sizeof body}, 0);
    struct pair pair = open_pair();
    assert_true(read_bytes(&pair, buffer_text(&bytes), false));
    check_number("what was read of it", 2 * sizeof body, pair.request.body.size);
    assert_false(fcgi_reader_finish(pair.reader));
    assert_int_equal(fcgi_reader_connection(pair.reader), -1);
    close_pair(&pair);
    buffer_free(&bytes);
}

static void what_follows_a_request_early_is_not_the_next_one(void **state) {
    (void)state;
    struct buffer bytes = {0};
    add_request(&bytes, 1, KEEP, 0, none);
    add_begin(&bytes, 2, FCGI_RESPONDER, KEEP);
    struct pair pair = open_pair();
    assert_int_equal(read_bytes(&pair, buffer_text(&bytes), false), true);
    fcgi_reader_finish(pair.reader);
    assert_int_equal(fcgi_reader_connection(pair.reader), -1);
    close_pair(&pair);
    buffer_free(&bytes);
}

static void a_connection_is_closed_after_its_request_whatever_its_flags(void **state) {
    (void)state;
    for (int keep = 0; keep <= 1; keep++) {
        struct buffer bytes = {0};
        add_request(&bytes, 1, (char)keep, 0, none);
        struct pair pair = open_pair();
        assert_true(read_bytes(&pair, buffer_text(&bytes), true));
        assert_false(fcgi_reader_finish(pair.reader));
        assert_int_equal(fcgi_reader_connection(pair.reader), -1);
        close_pair(&pair);
        buffer_free(&bytes);
    }
}

static void a_request_that_has_come_on_a_kept_connection_is_read(void **state) {
    (void)state;
    for (int keep = 0; keep <= 1; keep++) {
        struct buffer bytes = {0};
        add_request(&bytes, 1, (char)keep, 0, none);
        struct pair pair = open_pair();
        assert_true(read_bytes(&pair, buffer_text(&bytes), true));
        bytes.size = 0;
        add_request(&bytes, 2, 0, 0, none);
        assert_int_equal(send(pair.client, bytes.data, bytes.size, 0), bytes.size);
        assert_int_equal(fcgi_reader_finish(pair.reader), keep);
        if (keep) {
            assert_true(fcgi_reader_read(pair.reader, MAX_BODY, &pair.request));
            check_request(&pair, 2, some_variables, text_of("body"));
            assert_false(fcgi_reader_finish(pair.reader));
        }
        assert_int_equal(fcgi_reader_connection(pair.reader), -1);
        close_pair(&pair);
        buffer_free(&bytes);
    }
}

/* Whether the system waits in vain, and the milliseconds that it was to wait. */
static bool waits_in_vain;
static int waited_ms;

int __real_poll(struct pollfd *sockets, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout);

int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout) {
    if (!waits_in_vain)
        return __real_poll(sockets, count, timeout);
    waited_ms = timeout;
    return 0;
}

/* What web servers may send once a request is answered, and the worker's answer to it. */
static const struct {
    const char *what;
    int type;
    int id;
    struct text content;
    int answer_type;
    struct text answer;
} strays[] = {
    {"an abortion", FCGI_ABORT_REQUEST, 1, {"", 0}, 0, {"", 0}},
    {"an abortion of another request", FCGI_ABORT_REQUEST, 7, {"", 0}, 0, {"", 0}},
    {"more of a body", FCGI_STDIN, 1, {"late", 4}, 0, {"", 0}},
    {"data of a filter", FCGI_DATA, 1, {"x", 1}, 0, {"", 0}},
    {"an unknown type", 77, 1, {"", 0}, 0, {"", 0}},
    {"a question",
     FCGI_GET_VALUES,
     0,
     {"\17\0FCGI_MPXS_CONNS", 17},
     FCGI_GET_VALUES_RESULT,
     {"\17\1FCGI_MPXS_CONNS0", 18}},
    {"a beginning of no request",
     FCGI_BEGIN_REQUEST,
     0,
     {"\0\1\0\0\0\0\0\0", 8},
     FCGI_UNKNOWN_TYPE,
     {"\1\0\0\0\0\0\0\0", 8}},
};

/* Three times the stray record `row`. */
static void add_strays(struct buffer *bytes, size_t row) {
    for (int i = 0; i < 3; i++)
        add_record(bytes, strays[row].type, strays[row].id, strays[row].content, 5);
}

static void check_stray_answers(struct arena *arena, const struct pair *pair, size_t row) {
    struct buffer answers = {0};
    for (int i = 0; i < 3 && strays[row].answer_type; i++)
        add_record(&answers, strays[row].answer_type, 0, strays[row].answer, 0);
    check_same(strays[row].what, buffer_text(&answers), sent(arena, pair));
    buffer_free(&answers);
}

/* A connection whose request has been read, `early` bytes right behind it. */
static struct pair open_answered_pair(char flags, struct text early) {
    struct buffer bytes = {0};
    add_request(&bytes, 1, flags, 0, none);
    buffer_append_text(&bytes, early);
    struct pair pair = open_pair();
    assert_true(read_bytes(&pair, buffer_text(&bytes), true));
    buffer_free(&bytes);
    return pair;
}

static void finish_at_once(struct pair *pair, const char *what) {
    waited_ms = 0;
    waits_in_vain = true;
    check_truth(what, false, fcgi_reader_finish(pair->reader));
    waits_in_vain = false;
    check_number(what, 0, (size_t)waited_ms);
    assert_int_equal(fcgi_reader_connection(pair->reader), -1);
}

/* Without unread bytes the other end sees an end, and not a reset, which can cost the response. */
static void nobody_waits_after_stray_records(void **state) {
    for (size_t i = 0; i < COUNT(strays); i++)
        for (int keep = 0; keep <= 1; keep++) {
            struct buffer bytes = {0};
            add_strays(&bytes, i);
            struct pair pair = open_answered_pair((char)keep, none);
            assert_int_equal(send(pair.client, bytes.data, bytes.size, 0), bytes.size);
            finish_at_once(&pair, strays[i].what);
            check_stray_answers(*state, &pair, i);
            char byte;
            assert_int_equal(recv(pair.client, &byte, 1, 0), 0);
            close_pair(&pair);
            pair = open_answered_pair((char)keep, buffer_text(&bytes));
            finish_at_once(&pair, strays[i].what);
            check_stray_answers(*state, &pair, i);
            close_pair(&pair);
            buffer_free(&bytes);
        }
}

static void stray_records_hide_no_request(void **state) {
    for (size_t i = 0; i < COUNT(strays); i++) {
        struct buffer bytes = {0};
        add_strays(&bytes, i);
        struct pair pair = open_answered_pair(KEEP, buffer_text(&bytes));
        add_request(&bytes, 2, 0, 0, none);
        assert_int_equal(send(pair.client, bytes.data, bytes.size, 0), bytes.size);
        assert_true(fcgi_reader_finish(pair.reader));
        /* The strings of the answered request are still used. */
        check_request(&pair, 1, some_variables, text_of("body"));
        assert_true(fcgi_reader_read(pair.reader, MAX_BODY, &pair.request));
        check_request(&pair, 2, some_variables, text_of("body"));
        assert_false(fcgi_reader_finish(pair.reader));
        close_pair(&pair);
        buffer_free(&bytes);
    }
    (void)state;
}

/* A part of a beginning is a request, of anything else it is not. */
static void parts_of_records_after_a_request(void **state) {
    (void)state;
    struct buffer begin = {0};
    struct buffer stray = {0};
    struct buffer other = {0};
    add_begin(&begin, 2, FCGI_RESPONDER, KEEP);
    add_record(&stray, FCGI_STDIN, 1, text_of("late"), 5);
    add_record(&other, FCGI_STDIN, 1, none, 0);
    other.data[0] = 2;
    for (size_t size = 1; size <= begin.size; size++) {
        struct pair pair = open_answered_pair(KEEP, none);
        assert_int_equal(send(pair.client, begin.data, size, 0), size);
        assert_true(fcgi_reader_finish(pair.reader));
        close_pair(&pair);
    }
    for (size_t size = 2; size < stray.size; size++) {
        struct pair pair = open_answered_pair(KEEP, none);
        assert_int_equal(send(pair.client, stray.data, size, 0), size);
        finish_at_once(&pair, "a part of a stray record");
        close_pair(&pair);
    }
    for (size_t size = 1; size <= other.size; size++) {
        struct pair pair = open_answered_pair(KEEP, none);
        assert_int_equal(send(pair.client, other.data, size, 0), size);
        finish_at_once(&pair, "another version");
        close_pair(&pair);
    }
    buffer_free(&begin);
    buffer_free(&stray);
    buffer_free(&other);
}

static void a_connection_is_given_up_after_its_time(void **state) {
    (void)state;
    char byte;
    struct pair pair = open_pair();
    waits_in_vain = true;
    assert_false(fcgi_reader_read(pair.reader, MAX_BODY, &pair.request));
    assert_in_range(waited_ms, FCGI_READER_TIMEOUT_S * 1000 - 1000, FCGI_READER_TIMEOUT_S * 1000);
    close_pair(&pair);
    pair = open_pair();
    /* As if nothing had been sent at all. */
    assert_int_equal(recv(fcgi_reader_connection(pair.reader), &byte, 1, 0), 1);
    assert_false(fcgi_reader_read(pair.reader, MAX_BODY, &pair.request));
    assert_in_range(waited_ms, 1000, FCGI_READER_FIRST_BYTE_S * 1000);
    close_pair(&pair);
    waits_in_vain = false;
}

static void addresses_are_checked_on_ipv4_only(void **state) {
    (void)state;
    static const struct {
        int domain;
        const char *addresses;
        bool checked;
    } rows[] = {
        {AF_INET, "10.0.0.1", true}, {AF_UNIX, "10.0.0.1", true}, {AF_INET6, "10.0.0.1", false},
        {AF_INET6, " ", true},       {AF_INET6, NULL, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int listening = socket(rows[i].domain, SOCK_STREAM, 0);
        if (listening < 0)
            continue;
        unsetenv("FCGI_WEB_SERVER_ADDRS");
        if (rows[i].addresses)
            setenv("FCGI_WEB_SERVER_ADDRS", rows[i].addresses, 1);
        check_truth(rows[i].addresses, rows[i].checked, fcgi_reader_checks_addresses(listening));
        close(listening);
    }
    unsetenv("FCGI_WEB_SERVER_ADDRS");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_request_is_read_without_what_is_not_its_own),
        TEST_WITH_ARENA(records_of_others_take_no_memory),
        TEST_WITH_ARENA(rejects_a_truncated_request),
        TEST_WITH_ARENA(variables_may_come_byte_by_byte),
        TEST_WITH_ARENA(closes_the_connection_after_invalid_records),
        TEST_WITH_ARENA(another_version_closes_the_connection),
        TEST_WITH_ARENA(variables_have_an_end),
        TEST_WITH_ARENA(reports_each_value_once),
        TEST_WITH_ARENA(answers_an_unknown_management_type),
        TEST_WITH_ARENA(a_second_request_at_the_same_time_is_refused),
        TEST_WITH_ARENA(other_roles_are_refused),
        TEST_WITH_ARENA(a_request_can_be_taken_back),
        TEST_WITH_ARENA(a_body_that_is_too_large_is_not_read_whole),
        TEST_WITH_ARENA(what_follows_a_request_early_is_not_the_next_one),
        TEST_WITH_ARENA(a_connection_is_closed_after_its_request_whatever_its_flags),
        TEST_WITH_ARENA(a_request_that_has_come_on_a_kept_connection_is_read),
        TEST_WITH_ARENA(nobody_waits_after_stray_records),
        TEST_WITH_ARENA(stray_records_hide_no_request),
        TEST_WITH_ARENA(parts_of_records_after_a_request),
        cmocka_unit_test(a_connection_is_given_up_after_its_time),
        cmocka_unit_test(addresses_are_checked_on_ipv4_only),
    };
    return cmocka_run_group_tests_name("fcgi_reader", tests, NULL, NULL);
}
