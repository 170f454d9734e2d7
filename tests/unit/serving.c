#include "serving.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"

static const char *with_origin(struct arena *arena, const char *table, const char *origin) {
    struct buffer text = {0};
    for (const char *c = table; *c; c++) {
        if (*c == '@')
            buffer_append_string(&text, origin);
        else
            buffer_append_byte(&text, *c);
    }
    struct text copy = text_copy(arena, buffer_text(&text));
    buffer_free(&text);
    return copy.data;
}

struct serving *serving_start(struct arena *arena, const char *table,
                              const struct standin_rule *rules) {
    struct serving *serving = arena_allocate(arena, sizeof *serving);
    *serving = (struct serving){.arena = arena, .upstream = standin_start(rules)};
    serving->log_file = tmpfile();
    assert_non_null(serving->log_file);
    serving->log = (struct log){.level = LOG_LEVEL_INFO, .descriptor = fileno(serving->log_file)};
    serving->service = service_create(&serving->log);
    const char *source = with_origin(arena, table, standin_origin(serving->upstream));
    struct table *loaded = table_load("table", text_of(source), stderr);
    if (!loaded)
        fail_msg("the test's own table has mistakes:\n%s", source);
    service_set_table(serving->service, loaded);
    return serving;
}

void serving_stop(struct serving *serving) {
    service_destroy(serving->service);
    standin_stop(serving->upstream);
    buffer_free(&serving->response.body);
    fclose(serving->log_file);
}

void serving_ask_all(struct serving *serving, const char *method, const char *target,
                     const char *const *headers, const char *body) {
    struct http_header given[16];
    size_t count = 0;
    for (; headers && headers[count]; count++) {
        struct text value = text_of(headers[count]);
        struct text name = text_cut(&value, ':');
        given[count] = (struct http_header){text_copy(serving->arena, name), text_trim(value)};
    }
    if (body)
        given[count++] = (struct http_header){text_of("content-type"), text_of("application/json")};
    struct http_request request = {.method = text_of(method),
                                   .target = text_of(target),
                                   .headers = given,
                                   .header_count = count,
                                   .body = text_of(body),
                                   .started_us = serving->started_us};
    service_handle(serving->service, &request, &serving->response);
    service_log(serving->service, &request, &serving->response);
}

void serving_ask(struct serving *serving, const char *target) {
    serving_ask_all(serving, "GET", target, NULL, NULL);
}

struct text serving_header(struct serving *serving, const char *name) {
    struct text value = {"", 0};
    size_t count = 0;
    for (size_t i = 0; i < serving->response.header_count; i++)
        if (text_is(serving->response.headers[i].name, name)) {
            value = serving->response.headers[i].value;
            count++;
        }
    check_truth(name, true, count <= 1);
    return value;
}

void serving_check(struct serving *serving, const char *what, int status, const char *body) {
    struct text came = buffer_text(&serving->response.body);
    if (serving->response.status != status || !text_is(came, body))
        fail_msg("%s\n  expected: %d %s\n  came:     %d %.*s", what, status, body,
                 serving->response.status, TEXT_ARGUMENT(came));
}

void serving_check_error(struct serving *serving, const char *what, int status,
                         const char *message) {
    const char *body =
        text_format(serving->arena, "{\"message\":\"%s\",\"error\":\"%s\",\"statusCode\":%d}",
                    message, http_reason(status), status)
            .data;
    serving_check(serving, what, status, body);
}

void serving_check_outcome(struct serving *serving, const char *what, int status,
                           const char *body) {
    if (status < 400)
        serving_check(serving, what, status, body);
    else
        serving_check_error(serving, what, status, body);
}

struct text serving_logged(struct serving *serving) {
    struct buffer content = {0};
    rewind(serving->log_file);
    assert_true(file_read_stream(serving->log_file, &content));
    struct text text = text_copy(serving->arena, buffer_text(&content));
    buffer_free(&content);
    rewind(serving->log_file);
    assert_int_equal(ftruncate(fileno(serving->log_file), 0), 0);
    return text;
}

struct value serving_log_member(struct serving *serving, struct text line, const char *name) {
    struct value value = value_from(serving->arena, text_copy(serving->arena, line).data);
    return value_member(serving->arena, value, text_of(name));
}
