#include "serve/table_test_case.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "http/uri.h"
#include "language/yaml_location.h"
#include "json/writer.h"

/* A status from `from` to 599; 0 after a mistake. */
static int load_status(struct test_file *file, const struct yaml_node *node, int from) {
    struct value value = test_value(file, node);
    double number = value_double(value);
    if (value_is_integer(value) && number >= from && number <= 599)
        return (int)number;
    diagnostics_add(file->diagnostics, node->location, "a status is a number from %d to 599", from);
    return 0;
}

/* `METHOD target`; an empty method after a mistake. */
static struct text cut_method(struct test_file *file, const struct yaml_node *node,
                              const char *form, struct text *target) {
    *target = test_text(file, node, form);
    struct text method = text_cut(target, ' ');
    *target = text_trim(*target);
    if (target->size &&
        (http_method(method) || text_is(method, "HEAD") || text_is(method, "OPTIONS")))
        return method;
    if (method.size || node->kind == YAML_SCALAR)
        diagnostics_add(file->diagnostics, node->location, "%s", form);
    return (struct text){"", 0};
}

/* Headers. */

static struct expected_header *load_expected(struct test_file *file, const struct yaml_node *node,
                                             size_t *count) {
    *count = 0;
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(file->diagnostics, node->location,
                        "headers is a mapping of names to values");
        return NULL;
    }
    struct expected_header *headers =
        arena_allocate_array(file->arena, node->count, sizeof *headers);
    for (size_t i = 0; i < node->count; i++) {
        struct expected_header *header = &headers[(*count)++];
        header->name = text_lower_case(file->arena, node->keys[i]->text);
        if (!yaml_is_null(node->items[i]))
            header->value = test_text(file, node->items[i], "the value of a header");
    }
    return headers;
}

static void load_request_headers(struct test_file *file, struct test_case *test,
                                 const struct yaml_node *node) {
    bool mapping = node && node->kind == YAML_MAPPING;
    size_t count = mapping ? node->count : 0;
    /* One more than was given: the content type. */
    struct http_header *headers = arena_allocate_array(file->arena, count + 1, sizeof *headers);
    for (size_t i = 0; i < count; i++)
        headers[i] = (struct http_header){text_lower_case(file->arena, node->keys[i]->text),
                                          test_text(file, node->items[i], "the value of a header")};
    if (node && !mapping)
        diagnostics_add(file->diagnostics, node->location,
                        "headers is a mapping of names to values");
    test->request.headers = headers;
    test->request.header_count = count;
    if (test->request.body.size && !http_request_header(&test->request, "content-type").size)
        headers[test->request.header_count++] =
            (struct http_header){text_of("content-type"), text_of("application/json")};
}

/* The value of one of two keys; both are an error. */
static const struct yaml_node *one_of(struct test_file *file, const struct yaml_node *node,
                                      const char *key, const char *other) {
    const struct yaml_node *first = yaml_get(node, key);
    const struct yaml_node *second = yaml_get(node, other);
    if (first && second)
        diagnostics_add(file->diagnostics, second->location, "give `%s` or `%s`, not both", key,
                        other);
    return first ? first : second;
}

/* JSON, or a string as it is; `*given` becomes whether one of the keys is there. */
static struct text load_content(struct test_file *file, const struct yaml_node *node,
                                const char *key, const char *text_key, bool *given) {
    const struct yaml_node *content = one_of(file, node, key, text_key);
    *given = content != NULL;
    if (!content)
        return (struct text){"", 0};
    if (content == yaml_get(node, text_key))
        return test_text(file, content, text_key);
    return json_text(file->arena, test_value(file, content));
}

/* Calls. */

static const struct upstream *find_upstream(struct test_file *file, const struct table *table,
                                            struct location location, struct text name) {
    struct nearest nearest = {.wanted = name};
    for (size_t i = 0; i < table->upstream_count; i++) {
        if (text_equal(table->upstreams[i].name, name))
            return &table->upstreams[i];
        nearest_offer(&nearest, table->upstreams[i].name);
    }
    diagnostics_add(file->diagnostics, location, "unknown upstream \"%.*s\"%s", TEXT_ARGUMENT(name),
                    nearest_hint(&nearest, file->arena).data);
    return NULL;
}

static void load_query(struct test_file *file, struct test_call *call, const struct yaml_node *node,
                       const struct yaml_node *first, struct text written) {
    call->query = value_object(NULL, 0);
    if (node && written.size)
        diagnostics_add(file->diagnostics, node->location,
                        "the query is given twice: in the call's path, and here");
    else if (node && node->kind != YAML_MAPPING)
        diagnostics_add(file->diagnostics, node->location, "query is a mapping of parameters");
    else if (node)
        call->query = test_value(file, node);
    else if (!uri_parse_query(file->arena, written, &call->query))
        diagnostics_add(file->diagnostics, first->location, "the query cannot be read");
}

static void load_target(struct test_file *file, const struct table *table, struct test_call *call,
                        const struct yaml_node *node) {
    static const char form[] = "a call is written `METHOD upstream/path`, as in the table";
    const struct yaml_node *first = yaml_get(node, "call");
    struct text path, query;
    struct text method = cut_method(file, first, form, &query);
    if (!method.size)
        return;
    call->method = http_method(method);
    path = text_cut(&query, '?');
    struct text name = text_cut(&path, '/');
    call->upstream = find_upstream(file, table, yaml_location_at(first, method.size + 1), name);
    if (!call->method || !uri_decode(file->arena, path, false, &call->path))
        diagnostics_add(file->diagnostics, first->location, "%s", form);
    call->title = text_format(file->arena, "%.*s %.*s/%.*s", TEXT_ARGUMENT(method),
                              TEXT_ARGUMENT(name), TEXT_ARGUMENT(path));
    load_query(file, call, yaml_get(node, "query"), first, query);
}

static void load_failure(struct test_file *file, struct test_call *call,
                         const struct yaml_node *node) {
    static const struct {
        const char *name;
        enum upstream_outcome outcome;
    } failures[] = {{"unreachable", UPSTREAM_UNREACHABLE},
                    {"timeout", UPSTREAM_TIMEOUT},
                    {"too_large", UPSTREAM_TOO_LARGE}};
    struct text name = test_text(file, node, "fails");
    for (size_t i = 0; i < COUNT(failures); i++) {
        if (text_is(name, failures[i].name)) {
            call->outcome = failures[i].outcome;
            return;
        }
    }
    diagnostics_add(file->diagnostics, node->location,
                    "fails is `unreachable`, `timeout` or `too_large`");
}

static void load_answer(struct test_file *file, struct test_call *call,
                        const struct yaml_node *node) {
    const struct yaml_node *status = yaml_get(node, "status");
    const struct yaml_node *fails = yaml_get(node, "fails");
    const struct yaml_node *retry_after = yaml_get(node, "retry_after");
    bool given;
    call->answer = load_content(file, node, "answer", "answer_text", &given);
    call->status = status ? load_status(file, status, 100) : 200;
    if (!given && call->status != 204)
        call->answer = text_of("{}");
    if (retry_after)
        call->retry_after = test_text(file, retry_after, "retry_after");
    if (!fails)
        return;
    load_failure(file, call, fails);
    if (status || given)
        diagnostics_add(file->diagnostics, fails->location,
                        "a call that fails has no status and no answer");
    call->status = 0;
}

static void load_call(struct test_file *file, const struct table *table, struct test_call *call,
                      const struct yaml_node *node) {
    static const struct keyword keys[] = {{.name = "call"},        {.name = "query"},
                                          {.name = "headers"},     {.name = "body"},
                                          {.name = "status"},      {.name = "answer"},
                                          {.name = "answer_text"}, {.name = "retry_after"},
                                          {.name = "fails"},       {0}};
    call->location = node->location;
    if (!test_check_keys(file, node, "a call", keys))
        return;
    const struct yaml_node *headers = yaml_get(node, "headers");
    const struct yaml_node *body = yaml_get(node, "body");
    if (yaml_get(node, "call"))
        load_target(file, table, call, node);
    else
        diagnostics_add(file->diagnostics, node->location,
                        "a call begins with `call: METHOD upstream/path`");
    if (headers)
        call->headers = load_expected(file, headers, &call->header_count);
    if (body)
        call->body = test_value(file, body);
    load_answer(file, call, node);
}

static void load_calls(struct test_file *file, const struct table *table, struct test_case *test,
                       const struct yaml_node *node) {
    if (node->kind != YAML_SEQUENCE) {
        diagnostics_add(file->diagnostics, node->location, "calls is a list");
        return;
    }
    test->calls = arena_allocate_array(file->arena, node->count, sizeof *test->calls);
    test->call_count = node->count;
    for (size_t i = 0; i < node->count; i++)
        load_call(file, table, &test->calls[i], node->items[i]);
}

/* Responses. */

static struct value error_body(struct test_file *file, int status, struct text message) {
    struct member *members = arena_allocate_array(file->arena, 3, sizeof *members);
    members[0] = (struct member){text_of("message"), value_string(message)};
    members[1] = (struct member){text_of("error"), value_string(text_of(http_reason(status)))};
    members[2] = (struct member){text_of("statusCode"), value_integer(file->arena, status)};
    return value_object(members, 3);
}

/* `404 Not found`: an error as the table writes it. */
static void load_error(struct test_file *file, struct test_case *test,
                       const struct yaml_node *node) {
    char *end = NULL;
    struct text text = test_text(file, node, "response");
    long status = text.size ? strtol(text_c_string(text), &end, 10) : 0;
    bool good = end && *end == ' ' && status >= 200 && status <= 599;
    if (!good) {
        diagnostics_add(file->diagnostics, node->location,
                        "a response is `STATUS message` for an error, or a mapping with status, "
                        "headers and body");
        return;
    }
    test->status = (int)status;
    test->body = error_body(file, test->status, text_trim(text_of(end)));
}

static void load_response(struct test_file *file, struct test_case *test,
                          const struct yaml_node *node) {
    static const struct keyword keys[] = {
        {.name = "status"}, {.name = "headers"}, {.name = "body"}, {0}};
    if (node->kind == YAML_SCALAR) {
        load_error(file, test, node);
        return;
    }
    if (!test_check_keys(file, node, "a response", keys))
        return;
    const struct yaml_node *status = yaml_get(node, "status");
    const struct yaml_node *headers = yaml_get(node, "headers");
    const struct yaml_node *body = yaml_get(node, "body");
    test->status = answer_default_status(test->request.method);
    if (status)
        test->status = load_status(file, status, 200);
    if (headers)
        test->headers = load_expected(file, headers, &test->header_count);
    if (body)
        test->body = test_value(file, body);
}

/* Cases. */

static void load_request(struct test_file *file, struct test_case *test,
                         const struct yaml_node *node) {
    static const char form[] = "a request is written `METHOD /path?query`";
    bool given;
    struct text target;
    test->request.method = cut_method(file, yaml_get(node, "request"), form, &target);
    test->request.target = target;
    if (test->request.method.size && target.data[0] != '/')
        diagnostics_add(file->diagnostics, yaml_get(node, "request")->location, "%s", form);
    test->request.body = load_content(file, node, "body", "body_text", &given);
    load_request_headers(file, test, yaml_get(node, "headers"));
}

static void load_name(struct test_file *file, struct test_case *test,
                      const struct yaml_node *node) {
    test->name = test_text(file, node, "name");
    for (const struct test_case *other = file->cases; other < test; other++)
        if (text_equal(other->name, test->name))
            diagnostics_add(file->diagnostics, node->location,
                            "another case has this name, in line %zu", other->location.line);
}

static void load_case(struct test_file *file, const struct table *table, struct test_case *test,
                      const struct yaml_node *node) {
    static const struct keyword keys[] = {
        {.name = "name"},      {.name = "request"}, {.name = "headers"},  {.name = "body"},
        {.name = "body_text"}, {.name = "calls"},   {.name = "response"}, {0}};
    static const char *const needed[] = {"name", "request", "response"};
    test->location = node->location;
    if (!test_check_keys(file, node, "a case", keys))
        return;
    const struct yaml_node *parts[COUNT(needed)];
    size_t known = 0;
    for (size_t i = 0; i < COUNT(keys) - 1; i++)
        known += yaml_get(node, keys[i].name) != NULL;
    for (size_t i = 0; i < COUNT(needed); i++) {
        parts[i] = yaml_get(node, needed[i]);
        /* It may be the one that is misspelled. */
        if (!parts[i] && known == node->count)
            diagnostics_add(file->diagnostics, node->location, "the case has no `%s`", needed[i]);
    }
    const struct yaml_node *calls = yaml_get(node, "calls");
    if (parts[0])
        load_name(file, test, parts[0]);
    if (parts[1])
        load_request(file, test, node);
    if (calls)
        load_calls(file, table, test, calls);
    if (parts[2])
        load_response(file, test, parts[2]);
}

bool test_file_load_cases(struct test_file *file, const struct table *table, FILE *errors) {
    test_add_setting(
        file, text_of("table.version"),
        value_text(value_member(file->arena, table->definitions.table, text_of("version"))));
    const struct yaml_node *cases = yaml_get(file->root, "cases");
    if (!cases || cases->kind != YAML_SEQUENCE || !cases->count) {
        diagnostics_add(file->diagnostics, cases ? cases->location : file->root->location,
                        "a file of test cases has a list `cases` with at least one case");
        return test_file_is_good(file, errors);
    }
    file->cases = arena_allocate_array(file->arena, cases->count, sizeof *file->cases);
    for (size_t i = 0; i < cases->count; i++)
        load_case(file, table, &file->cases[file->case_count++], cases->items[i]);
    return test_file_is_good(file, errors);
}
