#include "serve/table_test_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "http/uri.h"
#include "serve/table_test_compare.h"

struct test_runner {
    struct table *table;
    struct service *service;
    struct json_reader *reader;
    struct arena *arena;
    struct transport own_transport;
    const struct transport *transport;
    struct http_response response;
    /* The case that is running. */
    const struct test_case *test;
    /* Which of its calls were made. */
    bool *made;
    /* Behind the last of its calls that was made before this batch, and the last one not a GET. */
    size_t reached;
    size_t changed;
    struct differences differences;
};

/* Addresses. */

/* What is behind `prefix` and a slash; false if the target has another prefix. */
static bool is_below(struct text target, struct text prefix, struct text *rest) {
    if (!text_starts_with(target, prefix) || target.size == prefix.size ||
        target.data[prefix.size] != '/')
        return false;
    *rest = (struct text){target.data + prefix.size + 1, target.size - prefix.size - 1};
    return true;
}

const struct upstream *test_upstream_of(const struct table *table, const struct upstream_call *call,
                                        struct text *path, struct text *query) {
    const struct upstream *found = NULL;
    struct text rest;
    *query = call->target;
    *path = text_cut(query, '?');
    for (size_t i = 0; i < table->upstream_count; i++) {
        const struct upstream *upstream = &table->upstreams[i];
        if (text_equal(upstream->origin, call->origin) && is_below(*path, upstream->path, &rest) &&
            (!found || upstream->path.size > found->path.size))
            found = upstream;
    }
    if (found && is_below(*path, found->path, &rest))
        *path = rest;
    return found;
}

static bool has_derived(const struct step *step, struct text parameter) {
    for (size_t i = 0; i < step->query_count; i++)
        if (step->query[i].fields && text_equal(step->query[i].name, parameter))
            return true;
    return false;
}

bool test_is_derived(const struct table *table, struct text parameter) {
    for (size_t i = 0; i < table->route_count; i++)
        for (size_t j = 0; j < table->routes[i].step_count; j++)
            if (has_derived(&table->routes[i].steps[j], parameter))
                return true;
    return false;
}

struct value test_body(struct json_reader *reader, struct arena *arena, struct text body) {
    struct value value;
    const char *reason;
    struct text copy = text_copy(arena, body);
    return json_read(reader, arena, copy, NULL, &value, &reason) ? value : value_string(copy);
}

/* Comparing calls. */

struct actual_call {
    const struct upstream_call *call;
    const struct upstream *upstream;
    struct text path;
    struct value query;
    struct value body;
};

/* The parameters of a call that are compared: derived ones only where the case has them. */
static struct value compared_query(const struct test_runner *runner, struct value query,
                                   struct value expected) {
    struct arena *arena = runner->arena;
    const struct member *members = value_members(arena, query);
    struct member *kept = arena_allocate_array(arena, query.size, sizeof *kept);
    size_t count = 0;
    for (uint32_t i = 0; i < query.size; i++)
        if (!test_is_derived(runner->table, members[i].name) ||
            value_member(arena, expected, text_copy(arena, members[i].name)).type != VALUE_MISSING)
            kept[count++] = members[i];
    return value_object(kept, count);
}

static struct actual_call read_call(struct test_runner *runner, const struct upstream_call *call) {
    struct actual_call actual = {.call = call, .query = value_object(NULL, 0)};
    struct text path, query;
    actual.upstream = test_upstream_of(runner->table, call, &path, &query);
    if (!uri_decode(runner->arena, path, false, &actual.path))
        actual.path = path;
    if (!uri_parse_query(runner->arena, query, &actual.query))
        differences_add(&runner->differences, "%s %.*s: the query cannot be read", call->method,
                        TEXT_ARGUMENT(path));
    if (call->has_body)
        actual.body = test_body(runner->reader, runner->arena, call->body);
    return actual;
}

/* `prefix` begins the path of each header. */
static void compare_headers(struct differences *differences, struct text prefix,
                            const struct expected_header *expected, size_t expected_count,
                            const struct http_header *headers, size_t count) {
    for (size_t i = 0; i < expected_count; i++) {
        struct text actual = {NULL, 0};
        for (size_t j = 0; j < count; j++)
            if (text_equal(headers[j].name, expected[i].name))
                actual = headers[j].value;
        differences_compare_text(differences,
                                 text_format(differences->arena, "%.*sheaders.%.*s",
                                             TEXT_ARGUMENT(prefix),
                                             TEXT_ARGUMENT(expected[i].name)),
                                 expected[i].value, actual);
    }
}

static void compare_call(struct test_runner *runner, const struct test_call *expected,
                         const struct actual_call *actual, struct differences *differences) {
    struct arena *arena = runner->arena;
    differences_compare_query(
        differences, text_format(arena, "%.*s: query", TEXT_ARGUMENT(expected->title)),
        expected->query, compared_query(runner, actual->query, expected->query));
    differences_compare(differences,
                        text_format(arena, "%.*s: body", TEXT_ARGUMENT(expected->title)),
                        expected->body, actual->body);
    compare_headers(differences, text_format(arena, "%.*s: ", TEXT_ARGUMENT(expected->title)),
                    expected->headers, expected->header_count, actual->call->headers,
                    actual->call->header_count);
}

/* The URL of a call does not distinguish upstreams with the same one. */
static bool have_same_url(const struct upstream *one, const struct upstream *other) {
    return one && other && text_equal(one->origin, other->origin) &&
           text_equal(one->path, other->path);
}

static bool has_differences(struct test_runner *runner, const struct test_call *expected,
                            const struct actual_call *actual) {
    struct differences differences = {.arena = runner->arena};
    compare_call(runner, expected, actual, &differences);
    bool found = differences.text.size > 0;
    buffer_free(&differences.text);
    return found;
}

/*
 * The call of the case that this one is: the first with the same method and path that was not made
 * yet and differs in nothing else, otherwise the first that differs. `call_count`: the case has no
 * such call.
 */
static size_t find_call(struct test_runner *runner, const struct actual_call *actual) {
    const struct test_case *test = runner->test;
    size_t found = test->call_count;
    for (size_t i = 0; i < test->call_count; i++) {
        const struct test_call *expected = &test->calls[i];
        if (runner->made[i] || !have_same_url(expected->upstream, actual->upstream) ||
            expected->method != http_method(text_of(actual->call->method)) ||
            !text_equal(expected->path, actual->path))
            continue;
        if (!has_differences(runner, expected, actual))
            return i;
        if (found == test->call_count)
            found = i;
    }
    return found;
}

/* A call that changes something has its place in the order of the case; GETs between two such calls
 * may come in any order. */
static void check_order(struct test_runner *runner, size_t index) {
    const struct test_call *expected = &runner->test->calls[index];
    bool changes = strcmp(expected->method, "GET") != 0;
    if (index < (changes ? runner->reached : runner->changed))
        differences_add(&runner->differences, "%.*s: expected before a call that was made earlier",
                        TEXT_ARGUMENT(expected->title));
}

static void note_order(struct test_runner *runner, size_t index) {
    bool changes = strcmp(runner->test->calls[index].method, "GET") != 0;
    if (index >= runner->reached)
        runner->reached = index + 1;
    if (changes && index >= runner->changed)
        runner->changed = index + 1;
}

/* Answering. */

static void answer_unexpected(struct test_runner *runner, const struct actual_call *actual,
                              struct upstream_call *call) {
    differences_add(&runner->differences, "%s %.*s/%.*s: the case has no answer to this call",
                    call->method,
                    TEXT_ARGUMENT(actual->upstream ? actual->upstream->name : call->origin),
                    TEXT_ARGUMENT(actual->path));
    call->outcome = UPSTREAM_UNREACHABLE;
    call->status = 0;
    call->error = "the test case has no answer to this call";
}

static size_t answer_call(struct test_runner *runner, struct upstream_call *call) {
    struct actual_call actual = read_call(runner, call);
    size_t index = find_call(runner, &actual);
    call->response = call->retry_after = text_of("");
    if (index == runner->test->call_count) {
        answer_unexpected(runner, &actual, call);
        return index;
    }
    const struct test_call *expected = &runner->test->calls[index];
    runner->made[index] = true;
    compare_call(runner, expected, &actual, &runner->differences);
    check_order(runner, index);
    call->outcome = expected->outcome;
    call->status = expected->status;
    call->response = expected->answer;
    call->retry_after = expected->retry_after;
    call->error = "as in the test case";
    return index;
}

static void perform(void *context, struct upstream_client *client,
                    struct upstream_call *const *calls, size_t count) {
    struct test_runner *runner = context;
    (void)client;
    size_t *indexes = arena_allocate_array(runner->arena, count, sizeof *indexes);
    for (size_t i = 0; i < count; i++)
        indexes[i] = answer_call(runner, calls[i]);
    for (size_t i = 0; i < count; i++)
        if (indexes[i] < runner->test->call_count)
            note_order(runner, indexes[i]);
}

/* Running. */

struct test_runner *test_runner_create(const struct log *log, struct table *table) {
    struct test_runner *runner = memory_allocate(sizeof *runner);
    runner->table = table;
    runner->service = service_create(log);
    runner->reader = json_reader_create();
    runner->arena = arena_create();
    runner->own_transport = (struct transport){perform, runner};
    runner->transport = &runner->own_transport;
    service_set_table(runner->service, table);
    return runner;
}

void test_runner_destroy(struct test_runner *runner) {
    if (!runner)
        return;
    service_destroy(runner->service);
    json_reader_destroy(runner->reader);
    arena_destroy(runner->arena);
    buffer_free(&runner->response.body);
    free(runner);
}

const struct table *test_runner_table(const struct test_runner *runner) {
    return runner->table;
}

void test_runner_set_observer(struct test_runner *runner, struct observer *observer) {
    service_observe(runner->service, observer);
}

void test_runner_set_transport(struct test_runner *runner, const struct transport *transport) {
    runner->transport = transport;
}

void test_runner_answer(struct test_runner *runner, struct upstream_call *call) {
    answer_call(runner, call);
}

static void compare_status(struct test_runner *runner) {
    const struct request_record *record = service_last_request(runner->service)->record;
    if (runner->response.status == runner->test->status)
        return;
    differences_add(&runner->differences, "status: expected %d, got %d%s%.*s%s",
                    runner->test->status, runner->response.status, record->failure.size ? " (" : "",
                    TEXT_ARGUMENT(record->failure), record->failure.size ? ")" : "");
}

static void compare_body(struct test_runner *runner) {
    const struct http_response *response = &runner->response;
    struct value body = value_missing();
    if (!response->head_only && response->body.size)
        body = test_body(runner->reader, runner->arena, buffer_text(&response->body));
    differences_compare(&runner->differences, text_of("body"), runner->test->body, body);
}

static void find_calls_not_made(struct test_runner *runner) {
    for (size_t i = 0; i < runner->test->call_count; i++)
        if (!runner->made[i])
            differences_add(&runner->differences, "%.*s: the call was not made (line %zu)",
                            TEXT_ARGUMENT(runner->test->calls[i].title),
                            runner->test->calls[i].location.line);
}

void test_run(struct test_runner *runner, const struct test_file *file,
              const struct test_case *test, struct buffer *differences) {
    const struct service_surroundings surroundings = {
        .transport = runner->transport, .now_ms = file->now_ms, .fixed_ids = true};
    arena_reset(runner->arena);
    runner->test = test;
    runner->made = arena_allocate_array(runner->arena, test->call_count, sizeof(bool));
    runner->reached = runner->changed = 0;
    runner->differences = (struct differences){.arena = runner->arena, .text = *differences};
    service_set_surroundings(runner->service, &surroundings);
    service_handle(runner->service, &test->request, &runner->response);
    compare_status(runner);
    compare_headers(&runner->differences, text_of(""), test->headers, test->header_count,
                    runner->response.headers, runner->response.header_count);
    compare_body(runner);
    find_calls_not_made(runner);
    *differences = runner->differences.text;
}
