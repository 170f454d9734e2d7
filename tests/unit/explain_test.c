/* What `explain` tells about a request. */
#include "support.h"

#include <stdlib.h>

#include "serve/explain.h"
#include "serve/service.h"

static const char source[] =
    "upstreams:\n"
    "  s: {url: 'http://s.test/v1', public: true}\n"
    "  t: {url: 'http://t.test', forward: [authorization], retry: [409, 500]}\n"
    "routes:\n"
    "  GET /a/{id}:\n"
    "    summary: An a\n"
    "    query: {type: object, properties: {n: {type: integer}, all: {type: string}}}\n"
    "    steps:\n"
    "      - one: GET s/things/{$path.id}\n"
    "        query: {limit: $query.n, fields: [id, name]}\n"
    "      - two: GET s/others\n"
    "        when: $query.all\n"
    "      - parts: GET s/things/{$one.id}/parts/{.}\n"
    "        each: $one.parts\n"
    "        optional: true\n"
    "        query: {limit: $query.n, fields: [id, name], of: $one.name, none: $query.all}\n"
    "      - let: {n: $query.n, name: $one.name}\n"
    "      - require: $name\n"
    "        else: 404 Thing {$path.id} of {$one.kind} not found\n"
    "      - done: POST s/things\n"
    "        when: $n\n"
    "        body: {n: $n}\n"
    "    answer: {name: $name, parts: $parts | pluck .id, done: $done, two: $two | length}\n"
    "  GET /b:\n"
    "    answer: 501 No {$table.version | length}\n"
    "  GET /c:\n"
    "    deadline: 1500ms\n"
    "    steps:\n"
    "      - a: GET t/a\n"
    "      - b: GET t/b/{$a.id}\n"
    "        retry: []\n"
    "      - c: POST t/c\n"
    "      - d: POST t/d\n"
    "        retry: [400]\n"
    "    answer: {b: $b.id}\n"
    "  GET /d:\n"
    "    answer: {status: 202, headers: {a: b}}\n"
    "  GET /e:\n"
    "    query: {type: object, properties: {n: {type: integer}}}\n"
    "    answer: {status: $query.n ?? 203}\n"
    "  GET /f:\n"
    "    steps:\n"
    "      - a: GET s/a\n"
    "        headers: {x-b: '{$path | length}'}\n"
    "    answer: {status: $a.code, headers: {}}\n"
    "  GET /g:\n"
    "    query: {properties: {all: {type: boolean}}}\n"
    "    steps:\n"
    "      - a: GET s/a\n"
    "        query: {fields: {auto: list}}\n"
    "      - b: GET s/b/{$a.list.0.id}\n"
    "        query: {fields: {auto: b}}\n"
    "      - c: POST s/c\n"
    "        query: {fields: {auto: c}}\n"
    "    answer:\n"
    "      a: $a.list | pluck (.name | when $query.all)\n"
    "      b: {id: $b.b.id, name: $b.b.name | when $query.all}\n"
    "      c: {id: $c.c.id, name: $c.c.name | when $a.list.0}\n";

/* What is told of `target`, which has a route and is asked for rightly. */
static void check_explanation(struct arena *arena, const char *target, const char *expected) {
    static const struct log no_log = {.descriptor = -1, .level = LOG_LEVEL_ERROR};
    struct service *service = service_create(&no_log);
    char *told = NULL;
    size_t size;
    service_set_table(service, table_load("table", text_of(source), stderr));
    assert_non_null(service_table(service));
    struct http_request request = {.method = text_of("GET"), .target = text_of(target)};
    struct http_response response = {0};
    const struct request_context *context = service_prepare(service, &request, &response);
    assert_non_null(context);
    FILE *stream = open_memstream(&told, &size);
    explain_route(context, stream);
    fclose(stream);
    struct text text = text_copy(arena, (struct text){told, size});
    free(told);
    buffer_free(&response.body);
    service_destroy(service);
    check_text(target, expected, text);
}

static void what_needs_an_answer_is_told_as_it_is_written(void **state) {
    check_explanation(
        *state, "/a/x%20y?n=2",
        "GET /a/{id} (line 5): An a\n"
        "  deadline 30s\n"
        "  $one (line 9): GET http://s.test/v1/things/x%20y?limit=2&fields=id%2Cname\n"
        "      goes out together with calls below\n"
        "      of its answer is read: {parts[], id, name, kind}\n"
        "  $two (line 11): not made\n"
        "      when $query.all\n"
        "  $parts (line 13): GET "
        "http://s.test/v1/things/{$one.id}/parts/{.}?limit=2&fields=id,name&of={$one.name}\n"
        "      once for each of $one.parts, all together\n"
        "      left out if it fails\n"
        "      of its answer is read: {id}\n"
        "  $n (line 17) is computed\n"
        "  $name (line 17) is computed\n"
        "  require (line 18) $name, else 404 Thing x y of {$one.kind} not found\n"
        "  $done (line 20): POST http://s.test/v1/things\n"
        "      body: {\"n\":2}\n"
        "      of its answer is read: all\n"
        "      when $n\n"
        "  answer 200\n");
}

static void what_is_not_made_is_told(void **state) {
    check_explanation(
        *state, "/a/1?all=1",
        "GET /a/{id} (line 5): An a\n"
        "  deadline 30s\n"
        "  $one (line 9): GET http://s.test/v1/things/1?fields=id%2Cname\n"
        "      goes out together with calls below\n"
        "      of its answer is read: {parts[], id, name, kind}\n"
        "  $two (line 11): GET http://s.test/v1/others\n"
        "      goes out together with calls above\n"
        "      of its answer is read: how much it holds\n"
        "      when $query.all\n"
        "  $parts (line 13): GET "
        "http://s.test/v1/things/{$one.id}/parts/{.}?fields=id,name&of={$one.name}&none=1\n"
        "      once for each of $one.parts, all together\n"
        "      left out if it fails\n"
        "      of its answer is read: {id}\n"
        "  $n (line 17) is computed\n"
        "  $name (line 17) is computed\n"
        "  require (line 18) $name, else 404 Thing 1 of {$one.kind} not found\n"
        "  $done (line 20): not made\n"
        "      when $n\n"
        "  answer 200\n");
}

static void an_answer_that_is_an_error_is_told(void **state) {
    check_explanation(*state, "/b",
                      "GET /b (line 24)\n"
                      "  answer 501 No 16\n");
}

static void deadlines_and_repeats_are_printed(void **state) {
    check_explanation(*state, "/c",
                      "GET /c (line 26)\n"
                      "  deadline 1500ms\n"
                      "  $a (line 29): GET http://t.test/a\n"
                      "      repeated once, alone, if it has the caller's authorization and is "
                      "answered with 409, 500\n"
                      "      of its answer is read: {id}\n"
                      "  $b (line 30): GET http://t.test/b/{$a.id}\n"
                      "      of its answer is read: {id}\n"
                      "  $c (line 32): POST http://t.test/c\n"
                      "      of its answer is read: nothing\n"
                      "  $d (line 33): POST http://t.test/d\n"
                      "      repeated once, alone, if answered with 400\n"
                      "      of its answer is read: nothing\n"
                      "  answer 200\n");
}

static void the_fields_that_are_asked_for_are_told_with_their_conditions(void **state) {
    check_explanation(*state, "/g?all=true",
                      "GET /g (line 46)\n"
                      "  deadline 30s\n"
                      "  $a (line 49): GET http://s.test/v1/a?fields=id%2Cname\n"
                      "      fields asks for: id, name if $query.all\n"
                      "      of its answer is read: {list[]{id, name}}\n"
                      "  $b (line 51): GET http://s.test/v1/b/{$a.list.0.id}?fields={auto: b}\n"
                      "      fields asks for: id, name if $query.all\n"
                      "      of its answer is read: {b{id, name}}\n"
                      "  $c (line 53): POST http://s.test/v1/c?fields={auto: c}\n"
                      "      fields asks for: id, name if $a.list.0\n"
                      "      of its answer is read: {c{id, name}}\n"
                      "  answer 200\n");
}

static void the_status_of_the_table_is_printed(void **state) {
    check_explanation(*state, "/d",
                      "GET /d (line 36)\n"
                      "  answer 202\n");
    check_explanation(*state, "/e",
                      "GET /e (line 38)\n"
                      "  answer 203\n");
    check_explanation(*state, "/e?n=418",
                      "GET /e (line 38)\n"
                      "  answer 418\n");
    check_explanation(*state, "/f",
                      "GET /f (line 41)\n"
                      "  deadline 30s\n"
                      "  $a (line 43): GET http://s.test/v1/a\n"
                      "      of its answer is read: {code}\n"
                      "  answer {$a.code}\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(what_needs_an_answer_is_told_as_it_is_written),
        TEST_WITH_ARENA(what_is_not_made_is_told),
        TEST_WITH_ARENA(an_answer_that_is_an_error_is_told),
        TEST_WITH_ARENA(deadlines_and_repeats_are_printed),
        TEST_WITH_ARENA(the_fields_that_are_asked_for_are_told_with_their_conditions),
        TEST_WITH_ARENA(the_status_of_the_table_is_printed),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
