/*
 * Errors of json-c and libcurl that nothing in the input explains, as a version of theirs could
 * have that is not known yet: each costs one text or one call, not the process.
 */
#include "support.h"

#include <curl/curl.h>
#include <errno.h>
#include <json-c/json.h>
#include <poll.h>
#include <setjmp.h>

#include "base/memory.h"
#include "http/upstream_client.h"
#include "upstream_standin.h"
#include "json/reader.h"

/* Which function fails, from now on. */
static enum {
    NOTHING,
    PARSE_REFUSED,
    PARSE_UNFINISHED,
    PARSE_GIVES_NOTHING,
    PARSE_GIVES_A_PART,
    ADD_HANDLE,
    ACTION,
    POLL,
    SET_OPTION,
} fault;
static CURLoption refused_option;
/* The part that was given. */
static struct json_object *parsed;

struct json_object *__real_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int size);
struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int size);
CURLMcode __real_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode __real_curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int events,
                                          int *running);
CURLMcode __wrap_curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int events,
                                          int *running);
int __real_poll(struct pollfd *sockets, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout);
CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);

struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int size) {
    if (fault == PARSE_REFUSED)
        return __real_json_tokener_parse_ex(tokener, "}", 1);
    if (fault == PARSE_GIVES_NOTHING)
        return __real_json_tokener_parse_ex(tokener, "null ", 5);
    if (fault == PARSE_GIVES_A_PART)
        return parsed = __real_json_tokener_parse_ex(tokener, "[]", 2);
    return __real_json_tokener_parse_ex(tokener, text, fault == PARSE_UNFINISHED ? 1 : size);
}

CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy) {
    return fault == ADD_HANDLE ? CURLM_INTERNAL_ERROR : __real_curl_multi_add_handle(multi, easy);
}

CURLMcode __wrap_curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int events,
                                          int *running) {
    CURLMcode code = __real_curl_multi_socket_action(multi, socket, events, running);
    return fault == ACTION ? CURLM_INTERNAL_ERROR : code;
}

int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout) {
    if (fault != POLL)
        return __real_poll(sockets, count, timeout);
    errno = ENOMEM;
    return -1;
}

/* A long, a pointer and a curl_off_t are passed alike where this is built. */
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...) {
    va_list arguments;
    va_start(arguments, option);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (fault == SET_OPTION && option == refused_option)
        return CURLE_UNKNOWN_OPTION;
    return __real_curl_easy_setopt(easy, option, argument);
}

static void check_refused_text(struct arena *arena, const char *text) {
    struct json_reader *reader = json_reader_create();
    struct value value;
    const char *reason = NULL;
    check_truth(text, false, json_read(reader, arena, text_of(text), NULL, &value, &reason));
    check_truth(reason, true,
                text_starts_with(text_of(reason), text_of("json-c rejected the input")));
    check_truth("no value", true, value_is_missing(value));
    fault = NOTHING;
    check_truth("the next text", true,
                json_read(reader, arena, text_of(text), NULL, &value, &reason));
    check_json(text, text, value);
    json_reader_destroy(reader);
}

static void reports_input_that_json_c_rejects(void **state) {
    static const char *const texts[] = {"[1,2]", "{\"a\":1}", "{\"a\":\"b\\nc\"}"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        fault = PARSE_REFUSED;
        check_refused_text(*state, texts[i]);
        fault = PARSE_UNFINISHED;
        check_refused_text(*state, texts[i]);
    }
}

static jmp_buf exhausted;

static void note_exhaustion(const void *context) {
    (void)context;
    longjmp(exhausted, 1);
}

/* As json-c 0.16 does without an error when an allocation of its own fails. */
static void a_parse_that_runs_out_of_memory_is_reported(void **state) {
    static const int faults[] = {PARSE_GIVES_NOTHING, PARSE_GIVES_A_PART};
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct json_reader *reader = json_reader_create();
        struct value value;
        const char *reason;
        fault = faults[i];
        memory_on_exhaustion(note_exhaustion, NULL);
        if (!setjmp(exhausted)) {
            json_read(reader, *state, text_of("[[],1]"), NULL, &value, &reason);
            fail_msg("%s", "the text was read");
        }
        memory_on_exhaustion(NULL, NULL);
        fault = NOTHING;
        json_object_put(parsed);
        json_reader_destroy(reader);
    }
}

static const struct standin_rule rules[] = {
    {.request = "*", .headers = "Connection: close\r\n", .closes = true},
    {0},
};

static void make_calls(struct upstream_client *client, const struct standin *server,
                       struct upstream_call calls[2]) {
    struct upstream_call *const both[] = {&calls[0], &calls[1]};
    for (size_t i = 0; i < 2; i++)
        calls[i] = (struct upstream_call){.method = i ? "POST" : "GET",
                                          .origin = text_of(standin_origin(server)),
                                          .target = text_of("/x"),
                                          .has_body = i,
                                          .body = text_of("{}"),
                                          .timeout_ms = 10000,
                                          .connect_timeout_ms = 10000,
                                          .max_response = 1000};
    upstream_begin(client);
    upstream_perform(client, both, 2);
}

/* Two calls fail, with libcurl's `error`, and the next two on the same handles do not. */
static void check_failed_calls(struct upstream_client *client, const char *error) {
    struct standin *server = standin_start(rules);
    struct upstream_call calls[2];
    make_calls(client, server, calls);
    for (size_t i = 0; i < 2; i++) {
        check_number(error, UPSTREAM_UNREACHABLE, calls[i].outcome);
        check_text(calls[i].method, error, text_of(calls[i].error));
        check_number("status", 0, (size_t)calls[i].status);
    }
    fault = NOTHING;
    make_calls(client, server, calls);
    for (size_t i = 0; i < 2; i++) {
        check_number(calls[i].error, UPSTREAM_ANSWERED, calls[i].outcome);
        check_text(calls[i].method, "{}", calls[i].response);
    }
    standin_stop(server);
}

static void a_call_that_libcurl_cannot_go_on_with_fails(void **state) {
    (void)state;
    static const struct {
        int fault;
        CURLMcode code;
    } rows[] = {
        {ADD_HANDLE, CURLM_INTERNAL_ERROR},
        {ACTION, CURLM_INTERNAL_ERROR},
        {POLL, CURLM_UNRECOVERABLE_POLL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct upstream_client *client = upstream_client_create();
        fault = rows[i].fault;
        check_failed_calls(client, curl_multi_strerror(rows[i].code));
        upstream_client_destroy(client);
    }
}

static void a_call_with_an_option_that_libcurl_refuses_fails(void **state) {
    (void)state;
    static const CURLoption options[] = {
        CURLOPT_URL,        CURLOPT_CURLU,         CURLOPT_REQUEST_TARGET,
        CURLOPT_TIMEOUT_MS, CURLOPT_CUSTOMREQUEST, CURLOPT_HTTPHEADER};
    for (size_t i = 0; i < COUNT(options); i++) {
        struct upstream_client *client = upstream_client_create();
        fault = SET_OPTION;
        refused_option = options[i];
        check_failed_calls(client, curl_easy_strerror(CURLE_UNKNOWN_OPTION));
        upstream_client_destroy(client);
    }
}

/* A handle that lacks one of the options for all calls is never used. */
static void a_handle_that_is_not_set_up_is_not_used(void **state) {
    (void)state;
    struct upstream_client *client = upstream_client_create();
    struct upstream_call calls[2];
    struct standin *server = standin_start(rules);
    fault = SET_OPTION;
    refused_option = CURLOPT_PROXY;
    make_calls(client, server, calls);
    fault = NOTHING;
    make_calls(client, server, calls);
    for (size_t i = 0; i < 2; i++)
        check_number("outcome", UPSTREAM_UNREACHABLE, calls[i].outcome);
    standin_stop(server);
    upstream_client_destroy(client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(reports_input_that_json_c_rejects),
        TEST_WITH_ARENA(a_parse_that_runs_out_of_memory_is_reported),
        cmocka_unit_test(a_call_that_libcurl_cannot_go_on_with_fails),
        cmocka_unit_test(a_call_with_an_option_that_libcurl_refuses_fails),
        cmocka_unit_test(a_handle_that_is_not_set_up_is_not_used),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests_name("library faults", tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
