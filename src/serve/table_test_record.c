#include "serve/table_test_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/uri.h"
#include "language/environment.h"
#include "serve/observer.h"
#include "serve/table_test_environment.h"
#include "serve/table_test_redact.h"
#include "serve/table_test_run.h"
#include "serve/table_test_write.h"
#include "json/writer.h"

/* The calls of a request, as they are made. */
struct recording {
    /* The first member: the observer is the recording. */
    struct observer observer;
    struct arena *arena;
    struct json_reader *reader;
    const struct table *table;
    struct test_call *calls;
    /* Of what each was recorded: a call that is repeated is there twice. */
    const struct upstream_call **made;
    size_t count;
    size_t capacity;
    /* The answers to the same calls, to be given again; NULL: the upstreams answer. */
    const struct recording *answers;
    bool trims;
};

static struct text json_text(struct arena *arena, struct value value) {
    struct buffer json = {0};
    json_write(&json, arena, value);
    struct text text = text_copy(arena, buffer_text(&json));
    buffer_free(&json);
    return text;
}

/* Recording a call. */

/* A parameter came as a string; what looks like a number is compared with it as well. */
static struct value as_written(struct arena *arena, struct value value) {
    struct value number = value_missing();
    if (value.type == VALUE_STRING && value.size)
        number = value_parse_number(arena, value_text(value));
    if (value.type == VALUE_ARRAY) {
        struct value *items = arena_allocate_array(arena, value.size, sizeof *items);
        for (uint32_t i = 0; i < value.size; i++)
            items[i] = as_written(arena, value_item(arena, value, i));
        return value_array(items, value.size);
    }
    bool same = !value_is_missing(number) && text_equal(value_text(number), value_text(value));
    return same ? number : value;
}

static struct value without_derived(struct recording *recording, struct value query) {
    const struct member *members = value_members(recording->arena, query);
    struct member *kept = arena_allocate_array(recording->arena, query.size, sizeof *kept);
    size_t count = 0;
    for (uint32_t i = 0; i < query.size; i++)
        if (!test_is_derived(recording->table, members[i].name))
            kept[count++] =
                (struct member){members[i].name, as_written(recording->arena, members[i].value)};
    return value_object(kept, count);
}

static void record_headers(struct recording *recording, struct test_call *recorded,
                           const struct upstream_call *call) {
    for (size_t i = 0; call->as_caller && i < call->header_count; i++) {
        if (!text_is(call->headers[i].name, "authorization"))
            continue;
        recorded->headers = arena_allocate(recording->arena, sizeof *recorded->headers);
        *recorded->headers = (struct expected_header){
            text_of("authorization"), text_copy(recording->arena, call->headers[i].value)};
        recorded->header_count = 1;
    }
}

static void record_body(struct recording *recording, struct test_call *recorded,
                        const struct upstream_call *call) {
    const char *reason;
    struct text body = text_copy(recording->arena, call->body);
    if (call->has_body &&
        !json_read(recording->reader, recording->arena, body, NULL, &recorded->body, &reason))
        recorded->body = value_string(body);
}

static void record_call(struct recording *recording, const struct upstream_call *call) {
    struct arena *arena = recording->arena;
    if (recording->count == recording->capacity) {
        size_t capacity = recording->capacity ? recording->capacity * 2 : 16;
        struct test_call *grown = arena_allocate_array(arena, capacity, sizeof *grown);
        if (recording->count)
            memcpy(grown, recording->calls, recording->count * sizeof *grown);
        const struct upstream_call **made =
            arena_allocate_array(arena, capacity, sizeof(struct upstream_call *));
        if (recording->count)
            memcpy(made, recording->made, recording->count * sizeof(struct upstream_call *));
        recording->calls = grown;
        recording->made = made;
        recording->capacity = capacity;
    }
    recording->made[recording->count] = call;
    struct test_call *recorded = &recording->calls[recording->count++];
    struct text path, query;
    const struct upstream *upstream = test_upstream_of(recording->table, call, &path, &query);
    *recorded = (struct test_call){.method = call->method,
                                   .upstream = upstream,
                                   .query = value_object(NULL, 0),
                                   .outcome = call->outcome,
                                   .status = call->status,
                                   .answer = text_copy(arena, call->response),
                                   .retry_after = text_copy(arena, call->retry_after)};
    if (!uri_decode(arena, text_copy(arena, path), false, &recorded->path))
        recorded->path = path;
    recorded->title =
        text_format(arena, "%s %.*s/%.*s", call->method,
                    TEXT_ARGUMENT(upstream ? upstream->name : text_of("?")), TEXT_ARGUMENT(path));
    if (uri_parse_query(arena, text_copy(arena, query), &recorded->query))
        recorded->query = without_derived(recording, recorded->query);
    record_headers(recording, recorded, call);
    record_body(recording, recorded, call);
}

/* The answer to the call with the same number: the calls come in the same order. */
static void answer_again(const struct recording *recording, struct upstream_call *call) {
    const struct recording *answers = recording->answers;
    struct test_call unknown = {.outcome = UPSTREAM_UNREACHABLE};
    const struct test_call *answer =
        recording->count < answers->count ? &answers->calls[recording->count] : &unknown;
    call->outcome = answer->outcome;
    call->status = answer->status;
    call->response = answer->answer;
    call->retry_after = answer->retry_after;
    call->error = "as it was recorded";
}

static void perform(void *context, struct upstream_client *client,
                    struct upstream_call *const *calls, size_t count) {
    struct recording *recording = context;
    if (!recording->answers)
        upstream_perform(client, calls, count);
    for (size_t i = 0; i < count; i++) {
        if (recording->answers)
            answer_again(recording, calls[i]);
        record_call(recording, calls[i]);
    }
}

/* Keeps of an answer what the step reads. */
static void trim(struct observer *observer, const struct request_context *context,
                 const struct observation *seen) {
    struct recording *recording = (struct recording *)observer;
    const struct upstream_call *call = seen->call;
    size_t index = recording->count;
    struct value value;
    const char *reason;
    (void)context;
    if (seen->what != OBSERVED_CONCLUSION)
        return;
    while (index && recording->made[index - 1] != call)
        index--;
    if (!index || call->outcome != UPSTREAM_ANSWERED || call->status > 299)
        return;
    struct test_call *recorded = &recording->calls[index - 1];
    if (json_read(recording->reader, recording->arena, recorded->answer, seen->step->usage, &value,
                  &reason))
        recorded->answer = json_text(recording->arena, value);
}

/* Answers the request and records its calls; the response's body is the caller's to free. */
static void answer(struct recording *recording, struct table *table, const struct log *log,
                   const struct test_case *test, int64_t now_ms, struct http_response *response) {
    const struct transport transport = {perform, recording};
    struct service *service = service_create(log);
    recording->table = table;
    service_set_table(service, table);
    service_set_surroundings(service, &(struct service_surroundings){.transport = &transport,
                                                                     .now_ms = now_ms,
                                                                     .fixed_ids = true});
    recording->observer.notify = trim;
    service_observe(service, recording->trims ? &recording->observer : NULL);
    service_handle(service, &test->request, response);
    service_destroy(service);
}

/* Replacing. */

static struct text redacted_json(struct recording *recording, struct redactor *redactor,
                                 struct text text) {
    struct value value;
    const char *reason;
    if (!json_read(recording->reader, recording->arena, text, NULL, &value, &reason))
        return redactor_text(redactor, text);
    return json_text(recording->arena, redactor_value(redactor, value));
}

static void learn_json(struct recording *recording, struct redactor *redactor, struct text text) {
    struct value value;
    const char *reason;
    if (json_read(recording->reader, recording->arena, text, NULL, &value, &reason))
        redactor_learn(redactor, value);
    else
        redactor_learn(redactor, value_string(text));
}

static void learn(struct recording *recording, struct redactor *redactor,
                  const struct test_file *file) {
    const struct http_request *request = &file->cases->request;
    for (size_t i = 0; file->environment[i]; i++) {
        struct text value = text_of(file->environment[i]);
        struct text name = text_cut(&value, '=');
        redactor_learn_named(redactor, name, value);
        redactor_learn_origin(redactor, value);
    }
    for (size_t i = 0; i < request->header_count; i++)
        redactor_learn_named(redactor, request->headers[i].name, request->headers[i].value);
    struct text target;
    if (uri_decode(recording->arena, request->target, true, &target))
        redactor_learn(redactor, value_string(target));
    learn_json(recording, redactor, request->body);
    for (size_t i = 0; i < recording->count; i++)
        learn_json(recording, redactor, recording->calls[i].answer);
}

static void redact_request(struct recording *recording, struct redactor *redactor,
                           struct http_request *request) {
    struct arena *arena = recording->arena;
    struct http_header *headers =
        arena_allocate_array(arena, request->header_count, sizeof *headers);
    for (size_t i = 0; i < request->header_count; i++)
        headers[i] = (struct http_header){request->headers[i].name,
                                          redactor_text(redactor, request->headers[i].value)};
    request->headers = headers;
    request->target = redactor_text(redactor, request->target);
    if (request->body.size)
        request->body = redacted_json(recording, redactor, request->body);
}

static void redact(struct recording *recording, struct test_file *file) {
    struct redactor *redactor = redactor_create(recording->arena);
    learn(recording, redactor, file);
    for (size_t i = 0; file->environment[i]; i++)
        file->environment[i] = (char *)redactor_text(redactor, text_of(file->environment[i])).data;
    redact_request(recording, redactor, &file->cases->request);
    for (size_t i = 0; i < recording->count; i++)
        recording->calls[i].answer = redacted_json(recording, redactor, recording->calls[i].answer);
}

/* The case. */

static void set_response(struct recording *recording, struct test_case *test,
                         const struct http_response *response) {
    const char *reason;
    struct text body = text_copy(recording->arena, buffer_text(&response->body));
    test->status = response->status;
    if (body.size && !response->head_only &&
        !json_read(recording->reader, recording->arena, body, NULL, &test->body, &reason))
        test->body = value_string(body);
}

/*
 * The request is answered by the upstreams, and once more from their answers without what is
 * replaced in them: so all that the table makes of them goes with it.
 */
static bool record(struct recording *recording, const struct command_options *options,
                   const struct log *log, struct table *table, struct test_file *file) {
    struct http_response response = {0};
    file->environment = test_environment_of(file->arena, table);
    answer(recording, table, log, file->cases, file->now_ms, &response);
    int status = response.status;
    redact(recording, file);
    struct table *again = test_load_table(options->table_path, file->environment);
    if (again) {
        struct recording second = {.arena = recording->arena,
                                   .reader = recording->reader,
                                   .answers = recording,
                                   .trims = options->test.trim};
        answer(&second, again, log, file->cases, file->now_ms, &response);
        file->cases->calls = second.calls;
        file->cases->call_count = second.count;
        set_response(recording, file->cases, &response);
    }
    if (again && status != response.status)
        fprintf(stderr, "the response had status %d, and without credentials and names it has %d\n",
                status, response.status);
    buffer_free(&response.body);
    return again != NULL;
}

static int write_output(const struct command_options *options, const struct buffer *content) {
    const char *path = options->test.output;
    FILE *stream = path ? fopen(path, options->test.force ? "w" : "wx") : stdout;
    bool good = stream && fwrite(content->data, 1, content->size, stream) == content->size;
    if (stream && path)
        good = fclose(stream) == 0 && good;
    if (good)
        return EXIT_SUCCESS;
    if (errno == EEXIST)
        fprintf(stderr, "%s is there already: --force replaces it\n", path);
    else
        fprintf(stderr, "%s: %s\n", path ? path : "standard output", strerror(errno));
    return EX_CANTCREAT;
}

static int record_file(struct arena *arena, const struct command_options *options,
                       const struct log *log) {
    struct test_case test = {0};
    struct test_file file = {.arena = arena, .cases = &test, .case_count = 1};
    struct recording recording = {.arena = arena, .reader = json_reader_create()};
    struct buffer content = {0};
    int status = EX_USAGE;
    file.now_ms = clock_time_of_day_ms();
    if (command_parse_request(options, options->test.record, arena, &test.request)) {
        struct table *table = test_load_table(options->table_path, NULL);
        status = EX_CONFIG;
        if (table && test_variables_are_good(NULL, table)) {
            if (record(&recording, options, log, table, &file)) {
                test_file_write(&content, recording.reader, &file);
                status = write_output(options, &content);
            }
        } else {
            table_destroy(table);
        }
    }
    buffer_free(&content);
    json_reader_destroy(recording.reader);
    return status;
}

int table_test_record(const struct command_options *options, const struct log *log) {
    if (options->test.output && !options->test.force && access(options->test.output, F_OK) == 0) {
        fprintf(stderr, "%s is there already: --force replaces it\n", options->test.output);
        return EX_CANTCREAT;
    }
    struct arena *arena = arena_create();
    int status = record_file(arena, options, log);
    arena_destroy(arena);
    return status;
}
