#include "http/upstream_client.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "http/kept_connections.h"
#include "http/response_head.h"
#include "http/upstream_wait.h"

/* What is kept for the next request: so many buffers of responses, of at most this size. */
enum { KEPT_RESPONSES = 4, KEPT_RESPONSE_SIZE = 256 * 1024 };
enum { KEPT_CONNECTIONS = 16, MAX_IDLE_SECONDS = 3 };
/* How much libcurl reads with one call: with its default of 16 KiB, a list takes many. */
enum { RECEIVE_SIZE = 128 * 1024 };
/*
 * The maximum age of a resolved address and of a connection: an upstream that moves to another
 * address may still answer at the old one.
 */
enum { MAX_ADDRESS_SECONDS = 1, MAX_CONNECTION_SECONDS = 30 };

/* In addition to those of a call: accept, and with a body content-type and expect. */
enum { MAX_HEADER_LINES = UPSTREAM_MAX_HEADERS + 3 };

/* The state of one call, of its result, or of an idle handle. */
struct transfer {
    struct transfer *next;
    struct upstream_client *client;
    CURL *easy;
    struct upstream_call *call;
    /* The options that remain set from the previous call. */
    struct buffer origin;
    /* The origin as libcurl parsed it: with a string, it would parse that again for each call. */
    CURLU *url;
    const char *method;
    /* The lines of the headers, each NUL-terminated, and libcurl's list of them. */
    struct buffer header_text;
    size_t header_offsets[MAX_HEADER_LINES];
    struct curl_slist header_list[MAX_HEADER_LINES];
    size_t header_count;
    struct buffer response;
    char error[CURL_ERROR_SIZE];
    /* How often the request was assigned to a connection. */
    int sent;
    /* The part of the call's time that earlier attempts took. */
    int64_t earlier_us;
    struct response_head head;
    /* Why the head of the response is rejected; NULL: it is not. */
    const char *bad_head;
    /* The kept connection is not trustworthy: a new one is needed. */
    bool unclean;
    bool too_large;
    /* The call has no outcome yet. */
    bool in_flight;
    /* The first option that libcurl rejected, permanently and for this call; CURLE_OK: none. */
    CURLcode unusable;
    CURLcode refused;
};

/* Sets an option; a call is only made if all options could be set. */
#define SET_OPTION(transfer, option, value)                                                        \
    note_refusal((transfer), curl_easy_setopt((transfer)->easy, (option), (value)))

struct upstream_client {
    CURLM *multi;
    struct transfer *transfers;
    /*
     * The first transfer that the current request has not used yet; all later ones are unused too.
     */
    struct transfer *unused;
    struct kept_connections kept;
    struct upstream_wait wait;
};

static void note_refusal(struct transfer *transfer, CURLcode code) {
    if (transfer->refused == CURLE_OK)
        transfer->refused = code;
}

const char *upstream_authorities(void) {
    const char *file = getenv("SSL_CERT_FILE");
    return text_trim(text_of(file)).size ? file : NULL;
}

struct upstream_client *upstream_client_create(void) {
    struct upstream_client *client = memory_allocate(sizeof *client);
    client->multi = curl_multi_init();
    if (!client->multi)
        memory_exhausted();
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
    kept_connections_init(&client->kept);
    upstream_wait_begin(&client->wait, client->multi);
    return client;
}

/* The connections are those of `multi`, and remain open. */
static void free_transfers(struct upstream_client *client) {
    while (client->transfers) {
        struct transfer *transfer = client->transfers;
        client->transfers = transfer->next;
        curl_easy_cleanup(transfer->easy);
        curl_url_cleanup(transfer->url);
        buffer_free(&transfer->origin);
        buffer_free(&transfer->header_text);
        buffer_free(&transfer->response);
        buffer_free(&transfer->head.retry_after);
        free(transfer);
    }
    client->unused = NULL;
}

void upstream_client_destroy(struct upstream_client *client) {
    if (!client)
        return;
    free_transfers(client);
    curl_multi_cleanup(client->multi);
    upstream_wait_end(&client->wait);
    free(client);
}

static size_t receive_body(char *data, size_t size, size_t count, void *user) {
    struct transfer *transfer = user;
    size *= count;
    if (transfer->response.size + size > transfer->call->max_response) {
        transfer->too_large = true;
        return 0;
    }
    buffer_append(&transfer->response, data, size);
    return size;
}

static size_t receive_header(char *data, size_t size, size_t count, void *user) {
    struct transfer *transfer = user;
    struct text line = {data, size * count};
    transfer->bad_head = response_head_read(&transfer->head, line);
    return transfer->bad_head ? 0 : line.size;
}

static bool is_repeatable(const struct upstream_call *call) {
    return strcmp(call->method, "GET") == 0;
}

/*
 * Called each time a request is assigned to a connection. libcurl repeats any request, including
 * POST, if a kept connection turns out to be closed; the server may have processed it nevertheless,
 * so only a GET is allowed to be sent again.
 */
static int before_sending(void *user, char *remote, char *local, int remote_port, int local_port) {
    struct transfer *transfer = user;
    (void)remote;
    (void)local;
    (void)remote_port;
    transfer->unclean =
        kept_connections_has_input(&transfer->client->kept, transfer->easy, local_port);
    if (transfer->unclean)
        return CURL_PREREQFUNC_ABORT;
    transfer->sent++;
    int limit = is_repeatable(transfer->call) ? 2 : 1;
    return transfer->sent > limit ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static struct transfer *new_transfer(struct upstream_client *client) {
    struct transfer *transfer = memory_allocate(sizeof *transfer);
    transfer->easy = curl_easy_init();
    if (!transfer->easy)
        memory_exhausted();
    transfer->next = client->transfers;
    transfer->client = client;
    client->transfers = transfer;
    SET_OPTION(transfer, CURLOPT_PRIVATE, transfer);
    SET_OPTION(transfer, CURLOPT_NOSIGNAL, 1L);
    SET_OPTION(transfer, CURLOPT_BUFFERSIZE, (long)RECEIVE_SIZE);
    SET_OPTION(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
    SET_OPTION(transfer, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET_OPTION(transfer, CURLOPT_FOLLOWLOCATION, 0L);
    /* Do not wait for the resolver thread after the time of a call has passed. */
    SET_OPTION(transfer, CURLOPT_QUICK_EXIT, 1L);
    /*
     * Servers close a connection after some seconds without requests (Node.js after 5), and a
     * connection that is closed at the moment of a request cannot be distinguished from a failed
     * one.
     */
    SET_OPTION(transfer, CURLOPT_MAXAGE_CONN, (long)MAX_IDLE_SECONDS);
    SET_OPTION(transfer, CURLOPT_MAXLIFETIME_CONN, (long)MAX_CONNECTION_SECONDS);
    /* Only the route table determines where requests are sent: no proxies of the environment. */
    SET_OPTION(transfer, CURLOPT_PROXY, "");
    SET_OPTION(transfer, CURLOPT_NOPROXY, "*");
    SET_OPTION(transfer, CURLOPT_TCP_KEEPALIVE, 1L);
    if (upstream_authorities()) {
        SET_OPTION(transfer, CURLOPT_CAINFO, upstream_authorities());
        /* In place of those of the system, which libcurl has as a folder, too. */
        SET_OPTION(transfer, CURLOPT_CAPATH, NULL);
    }
    SET_OPTION(transfer, CURLOPT_ERRORBUFFER, transfer->error);
    SET_OPTION(transfer, CURLOPT_WRITEFUNCTION, receive_body);
    SET_OPTION(transfer, CURLOPT_WRITEDATA, transfer);
    SET_OPTION(transfer, CURLOPT_HEADERFUNCTION, receive_header);
    SET_OPTION(transfer, CURLOPT_HEADERDATA, transfer);
    SET_OPTION(transfer, CURLOPT_PREREQFUNCTION, before_sending);
    SET_OPTION(transfer, CURLOPT_PREREQDATA, transfer);
    transfer->unusable = transfer->refused;
    return transfer;
}

static void add_header(struct transfer *transfer, struct text name, struct text value) {
    struct buffer *lines = &transfer->header_text;
    transfer->header_offsets[transfer->header_count++] = lines->size;
    buffer_append_text(lines, name);
    buffer_append(lines, ": ", value.size ? 2 : 1);
    buffer_append_text(lines, value);
    buffer_append_byte(lines, '\0');
}

/* libcurl reads the list during the call, and does not require that it allocated it. */
static struct curl_slist *header_list(struct transfer *transfer) {
    for (size_t i = 0; i < transfer->header_count; i++) {
        bool last = i + 1 == transfer->header_count;
        transfer->header_list[i] =
            (struct curl_slist){.data = transfer->header_text.data + transfer->header_offsets[i],
                                .next = last ? NULL : &transfer->header_list[i + 1]};
    }
    return transfer->header_list;
}

/* Headers that are added unless the table sets them. */
static void add_default(struct transfer *transfer, struct text name, struct text value) {
    const struct upstream_call *call = transfer->call;
    for (size_t i = 0; i < call->header_count; i++)
        if (text_equal(call->headers[i].name, name))
            return;
    add_header(transfer, name, value);
}

/* Without a length, some servers wait for a body or refuse the request (RFC 9110, 8.6). */
static bool method_has_content(const char *method) {
    return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
           strcmp(method, "PATCH") == 0;
}

static void set_headers(struct transfer *transfer) {
    const struct upstream_call *call = transfer->call;
    transfer->header_text.size = 0;
    transfer->header_count = 0;
    for (size_t i = 0; i < call->header_count; i++)
        add_header(transfer, call->headers[i].name, call->headers[i].value);
    add_default(transfer, text_of("accept"), text_of("application/json"));
    if (call->has_body) {
        add_default(transfer, text_of("content-type"), text_of("application/json"));
        /* Do not wait for permission to send a body. */
        add_header(transfer, text_of("expect"), text_of(""));
    } else if (method_has_content(call->method))
        add_header(transfer, text_of("content-length"), text_of("0"));
    SET_OPTION(transfer, CURLOPT_HTTPHEADER, header_list(transfer));
}

static void set_method(struct transfer *transfer) {
    const struct upstream_call *call = transfer->call;
    const char *method = call->has_body ? NULL : call->method;
    if (call->has_body) {
        SET_OPTION(transfer, CURLOPT_POST, 1L);
        SET_OPTION(transfer, CURLOPT_POSTFIELDS, call->body.data);
        SET_OPTION(transfer, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.size);
        SET_OPTION(transfer, CURLOPT_CUSTOMREQUEST, call->method);
    } else if (method != transfer->method) {
        SET_OPTION(transfer, CURLOPT_POSTFIELDS, NULL);
        SET_OPTION(transfer, CURLOPT_HTTPGET, 1L);
        SET_OPTION(transfer, CURLOPT_CUSTOMREQUEST, method);
    }
    transfer->method = method;
}

static void set_url(struct transfer *transfer, const char *url) {
    if (!transfer->url)
        transfer->url = curl_url();
    if (!transfer->url)
        memory_exhausted();
    /* A URL without a scheme would be taken as relative to the previous one. */
    curl_url_set(transfer->url, CURLUPART_URL, NULL, 0);
    /* A scheme that libcurl does not know, it refuses during the call. */
    CURLUcode code = curl_url_set(transfer->url, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    if (code == CURLUE_OUT_OF_MEMORY)
        memory_exhausted();
    if (code != CURLUE_OK)
        note_refusal(transfer, CURLE_URL_MALFORMAT);
    /* The URL of the previous call, which libcurl would keep for its messages. */
    SET_OPTION(transfer, CURLOPT_URL, NULL);
    SET_OPTION(transfer, CURLOPT_CURLU, transfer->url);
}

/* The target is passed to libcurl separately: in a URL it would be parsed and reassembled. */
static void set_address(struct transfer *transfer) {
    const struct upstream_call *call = transfer->call;
    if (!text_equal(buffer_text(&transfer->origin), call->origin)) {
        transfer->origin.size = 0;
        buffer_append_text(&transfer->origin, call->origin);
        set_url(transfer, text_c_string(call->origin));
    }
    SET_OPTION(transfer, CURLOPT_REQUEST_TARGET, text_c_string(call->target));
}

static void forget_answer(struct transfer *transfer) {
    transfer->response.size = 0;
    transfer->too_large = false;
    response_head_reset(&transfer->head);
    transfer->bad_head = NULL;
    transfer->unclean = false;
    transfer->error[0] = '\0';
}

static long time_limit(const struct upstream_call *call) {
    bool limited = call->budget_ms && call->budget_ms < call->timeout_ms;
    return limited ? call->budget_ms : call->timeout_ms;
}

/* A failure of libcurl itself, which is not the upstream's fault. */
static void fail_call(struct transfer *transfer, const char *error) {
    struct upstream_call *call = transfer->call;
    call->outcome = UPSTREAM_UNREACHABLE;
    call->status = 0;
    call->response = (struct text){"", 0};
    call->retry_after = (struct text){"", 0};
    call->error = error;
    call->elapsed_ms = 0;
    transfer->in_flight = false;
    /* The options of the handle are not known any more. */
    transfer->origin.size = 0;
    transfer->method = NULL;
}

/* Returns false if the call cannot be made; it then has its outcome. */
static bool add_to_multi(struct upstream_client *client, struct transfer *transfer) {
    CURLMcode code = CURLM_OK;
    if (transfer->refused == CURLE_OK)
        code = curl_multi_add_handle(client->multi, transfer->easy);
    if (code == CURLM_OUT_OF_MEMORY || transfer->refused == CURLE_OUT_OF_MEMORY)
        memory_exhausted();
    if (transfer->refused != CURLE_OK)
        fail_call(transfer, curl_easy_strerror(transfer->refused));
    else if (code != CURLM_OK)
        fail_call(transfer, curl_multi_strerror(code));
    else
        transfer->in_flight = true;
    return transfer->in_flight;
}

/* Returns false as add_to_multi() does. */
static bool start(struct upstream_client *client, struct transfer *transfer,
                  struct upstream_call *call) {
    transfer->call = call;
    transfer->sent = 0;
    transfer->earlier_us = 0;
    transfer->refused = transfer->unusable;
    forget_answer(transfer);
    SET_OPTION(transfer, CURLOPT_TIMEOUT_MS, time_limit(call));
    SET_OPTION(transfer, CURLOPT_CONNECTTIMEOUT_MS, call->connect_timeout_ms);
    SET_OPTION(transfer, CURLOPT_FRESH_CONNECT, (long)call->fresh);
    SET_OPTION(transfer, CURLOPT_DNS_CACHE_TIMEOUT, call->fresh ? 0L : (long)MAX_ADDRESS_SECONDS);
    set_address(transfer);
    set_method(transfer);
    set_headers(transfer);
    return add_to_multi(client, transfer);
}

/* Whether the connection broke in a way after which a GET may be repeated. */
static bool is_broken_connection(CURLcode code) {
    return code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING ||
           code == CURLE_PARTIAL_FILE;
}

/* What the last try took. */
static int64_t time_taken(const struct transfer *transfer) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &microseconds);
    return microseconds;
}

static void set_outcome(struct transfer *transfer, CURLcode code) {
    struct upstream_call *call = transfer->call;
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    call->status = (int)status;
    call->elapsed_ms = (double)(transfer->earlier_us + time_taken(transfer)) / 1e3;
    call->response = buffer_text(&transfer->response);
    call->retry_after = buffer_text(&transfer->head.retry_after);
    call->error = transfer->error[0] ? transfer->error : curl_easy_strerror(code);
    if (transfer->bad_head)
        call->error = transfer->bad_head;
    if (code == CURLE_OK)
        call->outcome = UPSTREAM_ANSWERED;
    else if (code == CURLE_OPERATION_TIMEDOUT)
        call->outcome = UPSTREAM_TIMEOUT;
    else
        call->outcome = transfer->too_large ? UPSTREAM_TOO_LARGE : UPSTREAM_UNREACHABLE;
}

/* The remaining time of the call after the first attempt: both attempts share it. */
static long time_left(const struct transfer *transfer) {
    return time_limit(transfer->call) - (long)(time_taken(transfer) / 1000);
}

/* Sets the outcome of the call. Returns false if the request is sent again instead. */
static bool finish(struct upstream_client *client, CURL *easy, CURLcode code) {
    struct transfer *transfer;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    kept_connections_note(&client->kept, easy);
    curl_multi_remove_handle(client->multi, easy);
    transfer->in_flight = false;
    /* For libcurl, a connection that is closed within a header section ends a response. */
    if (code == CURLE_OK && transfer->head.next != HEAD_IS_COMPLETE)
        code = CURLE_RECV_ERROR;
    bool broken = is_broken_connection(code) && is_repeatable(transfer->call) &&
                  transfer->sent < 2 && !transfer->too_large;
    if (!(transfer->unclean || broken) || time_left(transfer) <= 0) {
        set_outcome(transfer, code);
        return true;
    }
    forget_answer(transfer);
    transfer->earlier_us += time_taken(transfer);
    SET_OPTION(transfer, CURLOPT_TIMEOUT_MS, time_left(transfer));
    SET_OPTION(transfer, CURLOPT_FRESH_CONNECT, 1L);
    return !add_to_multi(client, transfer);
}

/* Returns how many calls have got their outcome. */
static size_t finish_completed(struct upstream_client *client) {
    CURLMsg *message;
    int left;
    size_t count = 0;
    while ((message = curl_multi_info_read(client->multi, &left)))
        if (message->msg == CURLMSG_DONE)
            count += finish(client, message->easy_handle, message->data.result);
    return count;
}

void upstream_begin(struct upstream_client *client) {
    size_t count = 0;
    for (struct transfer *used = client->transfers; used != client->unused; used = used->next)
        buffer_reset(&used->response, count++ < KEPT_RESPONSES ? KEPT_RESPONSE_SIZE : 0);
    client->unused = client->transfers;
}

void upstream_trim(struct upstream_client *client) {
    free_transfers(client);
}

/* A handle that the current request does not use; results of other handles are still needed. */
static struct transfer *acquire_transfer(struct upstream_client *client) {
    struct transfer *transfer = client->unused;
    if (!transfer)
        return new_transfer(client);
    client->unused = transfer->next;
    return transfer;
}

/* Ends all calls without an outcome. */
static void fail_all(struct upstream_client *client, CURLMcode code) {
    if (code == CURLM_OUT_OF_MEMORY)
        memory_exhausted();
    for (struct transfer *transfer = client->transfers; transfer; transfer = transfer->next) {
        if (!transfer->in_flight)
            continue;
        curl_multi_remove_handle(client->multi, transfer->easy);
        fail_call(transfer, curl_multi_strerror(code));
    }
}

void upstream_perform(struct upstream_client *client, struct upstream_call *const *calls,
                      size_t count) {
    size_t unfinished = 0;
    for (size_t i = 0; i < count; i++)
        unfinished += start(client, acquire_transfer(client), calls[i]);
    CURLMcode code = unfinished ? upstream_wait_start(&client->wait) : CURLM_OK;
    for (;;) {
        unfinished -= finish_completed(client);
        if (!unfinished || code != CURLM_OK)
            break;
        code = upstream_wait_next(&client->wait);
    }
    if (unfinished)
        fail_all(client, code);
}
