#include "gateway.h"

#include <ctype.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "gateway_checks.h"
#include "http/cgi.h"

enum { MAX_VARIABLES = 64, MAX_ANSWERS = 64 };

/* What libFuzzer's one function and the linker's replacements share. */
static struct {
    struct gateway_options options;
    struct text answers;
    /* The answers given so far, each in memory of its own. */
    struct text given[MAX_ANSWERS];
    size_t given_count;
} state;

/* The log goes into a pipe, and is taken out of it behind each request. */
static struct log log_in = {.level = LOG_LEVEL_DEBUG};
static int log_out;

static void set_environment(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("MEDUSAJS_BASE_URL", "http://medusa.test", 1);
    setenv("MEDUSAJS_PUBLISHABLE_API_KEY", PUBLISHABLE_KEY, 1);
    setenv("MEDUSAJS_ADMIN_API_KEY", ADMIN_KEY, 1);
    setenv("DEFAULT_CURRENCY", "EUR", 1);
    setenv("DEFAULT_REGION_ID", "reg_1", 1);
    setenv("FRONT_BASE_URLS", "https://shop.test,https://other.test", 1);
}

struct service *gateway_create(void) {
    set_environment();
    int ends[2];
    require(pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0, "there is a pipe", text_of(""));
    log_out = ends[0];
    log_in.descriptor = ends[1];
    return service_create(&log_in);
}

struct service *gateway_open(void) {
    struct service *service = gateway_create();
    struct table *table = table_load_file(PROJECT "/routes.yaml", stderr);
    require(table != NULL, "routes.yaml is good", text_of(""));
    /* A request's answer must not depend on the failures before it. */
    for (size_t i = 0; i < table->upstream_count; i++)
        table->upstreams[i].breaker = NULL;
    service_set_table(service, table);
    return service;
}

struct text gateway_part(struct text *rest) {
    static const char separator[] = "---\n";
    struct text part = *rest;
    for (size_t i = 0; i + 4 <= rest->size; i++) {
        bool at_line = i == 0 || rest->data[i - 1] == '\n';
        if (!at_line || memcmp(rest->data + i, separator, 4) != 0)
            continue;
        part.size = i ? i - 1 : 0;
        *rest = (struct text){rest->data + i + 4, rest->size - i - 4};
        return part;
    }
    *rest = (struct text){rest->data + rest->size, 0};
    return part;
}

/* The request as a web server passes it. */

struct variables {
    struct arena *arena;
    char *list[MAX_VARIABLES];
    size_t count;
};

static void add_variable(struct variables *variables, const char *prefix, struct text name,
                         struct text value) {
    if (variables->count + 1 == MAX_VARIABLES)
        return;
    struct text line = text_format(variables->arena, "%s%.*s=%.*s", prefix, TEXT_ARGUMENT(name),
                                   TEXT_ARGUMENT(value));
    variables->list[variables->count++] = (char *)line.data;
}

static struct text variable_name(struct arena *arena, struct text name) {
    struct text copy = text_copy(arena, name);
    for (size_t i = 0; i < copy.size; i++) {
        char c = (char)toupper((unsigned char)copy.data[i]);
        ((char *)copy.data)[i] = c == '-' ? '_' : c;
    }
    return copy;
}

static void add_header(struct variables *variables, struct text line) {
    struct text value = line;
    struct text name = variable_name(variables->arena, text_cut(&value, ':'));
    bool content = text_is(name, "CONTENT_TYPE") || text_is(name, "CONTENT_LENGTH");
    add_variable(variables, content ? "" : "HTTP_", name, text_trim(value));
}

static void read_head(struct variables *variables, struct text head, size_t body_size) {
    struct text target = text_cut(&head, '\n');
    struct text method = text_cut(&target, ' ');
    add_variable(variables, "", text_of("REQUEST_METHOD"), method);
    add_variable(variables, "", text_of("REQUEST_URI"), target);
    while (head.size)
        add_header(variables, text_cut(&head, '\n'));
    if (!FCGX_GetParam("CONTENT_LENGTH", variables->list))
        add_variable(variables, "", text_of("CONTENT_LENGTH"),
                     text_format(variables->arena, "%zu", body_size));
    if (!FCGX_GetParam("CONTENT_TYPE", variables->list) && body_size)
        add_variable(variables, "", text_of("CONTENT_TYPE"), text_of("application/json"));
}

static void end_input(FCGX_Stream *stream) {
    stream->isClosed = 1;
}

static void read_request(struct service *service, struct arena *arena, struct text head,
                         struct text content, struct buffer *body, struct http_request *request) {
    struct variables variables = {.arena = arena};
    read_head(&variables, head, content.size);
    unsigned char *bytes = (unsigned char *)text_copy(arena, content).data;
    FCGX_Stream input = {.rdNext = bytes,
                         .wrNext = bytes + content.size,
                         .stop = bytes + content.size,
                         .stopUnget = bytes,
                         .isReader = 1,
                         .fillBuffProc = end_input};
    cgi_read_request(arena, variables.list, &input, service_table(service)->server.max_body, body,
                     request);
}

/* Each line is JSON. */
static void check_log(void) {
    static char lines[1 << 16];
    ssize_t size = read(log_out, lines, sizeof lines);
    struct text rest = {lines, size > 0 ? (size_t)size : 0};
    while (rest.size) {
        struct text line = text_cut(&rest, '\n');
        size_t depth;
        bool odd_name;
        require(grammar_is_json(line, &depth, &odd_name), "a line of the log is JSON", line);
    }
}

static void forget_answers(void) {
    for (size_t i = 0; i < state.given_count; i++)
        free((char *)state.given[i].data);
    state.given_count = 0;
}

void gateway_run(struct service *service, struct text text, struct gateway_options options,
                 struct http_response *response) {
    struct arena *arena = arena_create();
    struct buffer body = {0};
    struct http_request request;
    struct text head = gateway_part(&text);
    struct text content = gateway_part(&text);
    state.options = options;
    state.answers = text;
    read_request(service, arena, head, content, &body, &request);
    service_handle(service, &request, response);
    check_response(&request, response);
    if (options.checked)
        check_shipped_response(response);
    service_log(service, &request, response);
    check_log();
    forget_answers();
    buffer_free(&body);
    arena_destroy(arena);
}

/* What takes the place of the engine's own. */

static struct text keep(struct text answer) {
    struct text copy = exact_copy(answer);
    state.given[state.given_count++] = copy;
    return copy;
}

static void give_answer(struct upstream_call *call) {
    bool more = state.answers.size && state.given_count < MAX_ANSWERS;
    struct text answer = more ? gateway_part(&state.answers) : text_of("200\n{}");
    struct text retry_after = text_cut(&answer, '\n');
    struct text digits = text_cut(&retry_after, ' ');
    int status = 0;
    for (size_t i = 0; i < digits.size && i < 3 && isdigit((unsigned char)digits.data[i]); i++)
        status = 10 * status + (digits.data[i] - '0');
    static const enum upstream_outcome failures[] = {UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT,
                                                     UPSTREAM_TOO_LARGE};
    call->error = "it fails";
    call->outcome = status < 3 ? failures[status] : UPSTREAM_ANSWERED;
    call->status = status;
    call->retry_after = text_trim(retry_after);
    call->response = more ? keep(answer) : answer;
}

void __wrap_upstream_perform(struct upstream_client *client, struct upstream_call *const *calls,
                             size_t count);
void __wrap_upstream_perform(struct upstream_client *client, struct upstream_call *const *calls,
                             size_t count) {
    (void)client;
    for (size_t i = 0; i < count; i++)
        give_answer(calls[i]);
}

struct failure *__real_call_build(struct request_context *context, const struct step *step,
                                  struct upstream_call *call);
struct failure *__wrap_call_build(struct request_context *context, const struct step *step,
                                  struct upstream_call *call);
struct failure *__wrap_call_build(struct request_context *context, const struct step *step,
                                  struct upstream_call *call) {
    struct failure *failure = __real_call_build(context, step, call);
    if (!failure && state.options.checked)
        check_call(context->request, step, call);
    return failure;
}

bool __real_json_read(struct json_reader *reader, struct arena *arena, struct text text,
                      const struct projection *projection, struct value *value,
                      const char **reason);
bool __wrap_json_read(struct json_reader *reader, struct arena *arena, struct text text,
                      const struct projection *projection, struct value *value,
                      const char **reason);
bool __wrap_json_read(struct json_reader *reader, struct arena *arena, struct text text,
                      const struct projection *projection, struct value *value,
                      const char **reason) {
    bool taken = __real_json_read(reader, arena, text, state.options.plain ? NULL : projection,
                                  value, reason);
    check_json_verdict(text, taken);
    return taken;
}
