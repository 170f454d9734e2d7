#include "serve/table_test_live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "http/uri.h"
#include "serve/observer.h"
#include "json/absence.h"

struct live_test {
    /* The first member: the observer is the live test. */
    struct observer observer;
    struct test_runner *runner;
    struct json_reader *reader;
    struct arena *arena;
    struct transport transport;
    bool good;
    size_t calls;
    size_t cases;
    size_t different;
};

/* Calls. */

static void print_call(const struct live_test *live, const struct upstream_call *call,
                       int expected) {
    struct text path, query;
    const struct upstream *upstream =
        test_upstream_of(test_runner_table(live->runner), call, &path, &query);
    printf("  %s %.*s/%.*s: ", call->method,
           TEXT_ARGUMENT(upstream ? upstream->name : call->origin), TEXT_ARGUMENT(path));
    if (call->outcome != UPSTREAM_ANSWERED)
        printf("%s", call->error);
    else if (expected && expected != call->status)
        printf("%d in place of %d", call->status, expected);
    else
        printf("%d", call->status);
    printf(", %.0f ms\n", call->elapsed_ms);
}

/* The outcome of the case is computed too, for its status. */
static void make_call(struct live_test *live, struct upstream_client *client,
                      struct upstream_call *call) {
    struct upstream_call as_in_case = *call;
    test_runner_answer(live->runner, &as_in_case);
    upstream_perform(client, &call, 1);
    live->calls++;
    print_call(live, call, as_in_case.status);
    if (call->outcome != UPSTREAM_ANSWERED ||
        (as_in_case.status && as_in_case.status != call->status))
        live->good = false;
}

static void perform(void *context, struct upstream_client *client,
                    struct upstream_call *const *calls, size_t count) {
    struct live_test *live = context;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(calls[i]->method, "GET") == 0)
            make_call(live, client, calls[i]);
        else
            test_runner_answer(live->runner, calls[i]);
    }
}

/* What a call with a derived list of fields asks for, of all that it may ask for. */
struct asked_fields {
    struct arena *arena;
    const struct field_list *list;
    struct text names;
};

/* Without the signs of the upstream's field selection. */
static struct text bare_name(struct text name) {
    while (name.size && strchr("*+-", name.data[0]))
        name = (struct text){name.data + 1, name.size - 1};
    return name;
}

static bool is_at_or_below(struct text path, struct text parent) {
    return text_starts_with(path, parent) &&
           (path.size == parent.size || path.data[parent.size] == '.');
}

static bool is_among(struct text names, struct text name) {
    while (names.size)
        if (text_equal(text_cut(&names, ','), name))
            return true;
    return false;
}

/* `things[].id` as a list of fields has it. */
static struct text without_brackets(struct arena *arena, struct text path) {
    char *plain = arena_allocate(arena, path.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < path.size; i++)
        if (path.data[i] != '[' && path.data[i] != ']')
            plain[size++] = path.data[i];
    return (struct text){plain, size};
}

/*
 * Whether a member is asked for: not if the list has it, or only members below it, under a
 * condition that does not hold. What is not below the envelope is given in any case.
 */
static bool is_asked_for(void *context, struct text path) {
    const struct asked_fields *asked = context;
    struct text below = without_brackets(asked->arena, path);
    bool left_out = false, included = false;
    if (!asked->list || !text_equal(text_cut(&below, '.'), asked->list->envelope))
        return true;
    for (size_t i = 0; i < asked->list->count; i++) {
        struct text name = bare_name(asked->list->fields[i].name);
        bool given = is_among(asked->names, asked->list->fields[i].name);
        if (!given && is_at_or_below(below, name))
            return false;
        left_out = left_out || (!given && is_at_or_below(name, below));
        included = included || (given && is_at_or_below(name, below));
    }
    return included || !left_out;
}

static struct asked_fields asked_fields_of(const struct live_test *live, const struct step *step,
                                           const struct upstream_call *call) {
    struct text path, query;
    struct value parameters;
    test_upstream_of(test_runner_table(live->runner), call, &path, &query);
    for (size_t i = 0; i < step->query_count; i++) {
        const struct query_parameter *parameter = &step->query[i];
        if (parameter->fields && uri_parse_query(live->arena, query, &parameters))
            return (struct asked_fields){
                live->arena, parameter->fields,
                value_text(value_member(live->arena, parameters, parameter->name))};
    }
    return (struct asked_fields){live->arena, NULL, {"", 0}};
}

static void notify(struct observer *observer, const struct request_context *context,
                   const struct observation *seen) {
    struct live_test *live = (struct live_test *)observer;
    const struct step *step = seen->step;
    const struct upstream_call *call = seen->call;
    struct value value;
    const char *reason;
    (void)context;
    if (seen->what != OBSERVED_CONCLUSION || strcmp(call->method, "GET") != 0 ||
        call->outcome != UPSTREAM_ANSWERED || call->status < 200 || call->status > 299 ||
        !json_read(live->reader, live->arena, call->response, NULL, &value, &reason))
        return;
    struct buffer lacking = {0};
    struct asked_fields asked = asked_fields_of(live, step, call);
    const struct absence_options options = {is_asked_for, &asked, .has_hints = true};
    if (step->usage)
        absence_append(&lacking, live->arena, step->usage, &value, 1, &options);
    if (lacking.size) {
        printf("  $%.*s (line %zu): the answer lacks %.*s\n", TEXT_ARGUMENT(step->name),
               step->location.line, (int)lacking.size, lacking.data);
        live->good = false;
    }
    buffer_free(&lacking);
}

struct live_test *live_test_create(const struct log *log, struct table *table) {
    struct live_test *live = memory_allocate(sizeof *live);
    live->runner = test_runner_create(log, table);
    live->reader = json_reader_create();
    live->arena = arena_create();
    live->transport = (struct transport){perform, live};
    live->observer.notify = notify;
    test_runner_set_observer(live->runner, &live->observer);
    test_runner_set_transport(live->runner, &live->transport);
    return live;
}

void live_test_destroy(struct live_test *live) {
    if (!live)
        return;
    test_runner_destroy(live->runner);
    json_reader_destroy(live->reader);
    arena_destroy(live->arena);
    free(live);
}

const struct table *live_test_table(const struct live_test *live) {
    return test_runner_table(live->runner);
}

bool live_test_run(struct live_test *live, const struct test_file *file,
                   const struct test_case *test) {
    struct buffer differences = {0};
    arena_reset(live->arena);
    live->good = true;
    printf("%s:%zu: %.*s\n", file->path, test->location.line, TEXT_ARGUMENT(test->name));
    test_run(live->runner, file, test, &differences);
    buffer_free(&differences);
    live->cases++;
    live->different += !live->good;
    return live->good;
}

void live_test_print(const struct live_test *live) {
    printf("%zu GET %s of %zu %s, %zu with differences\n", live->calls,
           live->calls == 1 ? "call" : "calls", live->cases, live->cases == 1 ? "case" : "cases",
           live->different);
}
