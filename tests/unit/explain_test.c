/* What `explain` tells about a request. */
#include "support.h"

#include <stdlib.h>

#include "serve/explain.h"
#include "serve/service.h"

static const struct http_header request_headers[] = {
    {{"authorization", 13}, {"Bearer SECRET", 13}},
    {{"x-shop", 6}, {"blue", 4}},
    {{"x-plain", 7}, {"red", 3}},
};

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

/* A table with headers, bodies and requirements. */
static const char calls_source[] =
    "settings: {key: '${O2S_TEST_KEY}', lang: de, region: '${O2S_TEST_REGION:-north}'}\n"
    "upstreams:\n"
    "  s:\n"
    "    url: 'http://s.test/v1'\n"
    "    forward: [authorization, x-shop, x-plain, x-none]\n"
    "    headers: {x-key: $settings.key, x-lang: $settings.lang, x-both: upstream}\n"
    "flows:\n"
    "  found $id $more:\n"
    "    - item: GET s/items/{$id}\n"
    "      query: {more: $more, 'at[$gte]': $id, part: {a: $item0.x, b: 'c d'}}\n"
    "routes:\n"
    "  POST /items/{id}:\n"
    "    query: {properties: {n: {type: integer}, all: {type: boolean}}}\n"
    "    steps:\n"
    "      - require: $headers.x-shop\n"
    "        else: 403 Not from {$headers.x-plain ?? 'here'}\n"
    "      - let: {auth: 'Token {$settings.key}', region: $settings.region, list: '{$query.n}'}\n"
    "      - let: {token: $auth}\n"
    "      - item0: GET s/first\n"
    "      - use: found $path.id $query.n\n"
    "      - made: POST s/made\n"
    "        headers: {x-token: $token, x-both: '{$item.kind}', x-plain: '{$query.n}', x-n: "
    "$query.n}\n"
    "        body:\n"
    "          $local: $item.id\n"
    "          n: $query.n\n"
    "          id: $local\n"
    "          gone: null\n"
    "          list: [$item.id, $path.id, 'x']\n"
    "          kind: {known: $path.id, all: $query.all}\n"
    "          <<: $item.more\n"
    "      - require: $query.n < 10\n"
    "        else: 409 Too many\n"
    "      - last: POST s/last\n"
    "        body: {n: $query.n}\n"
    "    answer: {id: $made.id, last: $last.id, region: $region, list: $list}\n"
    "  GET /each:\n"
    "    steps:\n"
    "      - a: GET s/a\n"
    "        each: '[1, 2]'\n"
    "        query: {of: ., list: [., 3]}\n"
    "        headers: {x-item: '{.}'}\n"
    "    answer: $a | pluck .id\n"
    "  GET /name:\n"
    "    query: {properties: {n: {type: integer}}}\n"
    "    steps:\n"
    "      - let: {n: $query.n | required}\n"
    "      - a: GET s/a/{$n}\n"
    "    answer: $a.id\n"
    "  POST /nulls:\n"
    "    body: {properties: {a: {type: string}}}\n"
    "    steps:\n"
    "      - nulls: POST s/nulls\n"
    "        body: {<<: $body | pick a, b: {c: null}}\n"
    "      - nothing: POST s/nothing\n"
    "        body: {a: $body.a}\n"
    "    answer: {a: $nulls.id, b: $nothing.id}\n";

/* What is told of `target`, which has a route and is asked for rightly. */
static void check_request(struct arena *arena, const char *table, const char *method,
                          const char *target, size_t header_count, const char *expected) {
    static const struct log no_log = {.descriptor = -1, .level = LOG_LEVEL_ERROR};
    struct service *service = service_create(&no_log);
    char *told = NULL;
    size_t size;
    setenv("O2S_TEST_KEY", "SECRET", 1);
    service_set_table(service, table_load("table", text_of(table), stderr));
    assert_non_null(service_table(service));
    struct http_request request = {.method = text_of(method),
                                   .target = text_of(target),
                                   .headers = request_headers,
                                   .header_count = header_count};
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
    unsetenv("O2S_TEST_KEY");
    check_text(target, expected, text);
}

static void check_explanation(struct arena *arena, const char *target, const char *expected) {
    check_request(arena, source, "GET", target, 0, expected);
}

static void prints_what_needs_an_answer_as_written(void **state) {
    check_explanation(
        *state, "/a/x%20y?n=2",
        "GET /a/{id} (line 5): An a\n"
        "  deadline 30s\n"
        "  $one (line 9): GET http://s.test/v1/things/x%20y?limit=2&fields=id,name\n"
        "      reads of its answer: {parts[], id, name, kind}\n"
        "  $two (line 11): not made\n"
        "      when $query.all\n"
        "  $parts (line 13): GET "
        "http://s.test/v1/things/{$one.id}/parts/{.}?limit=2&fields=id,name&of={$one.name}\n"
        "      once for each item of $one.parts, concurrently\n"
        "      optional: its result is missing if it fails\n"
        "      reads of its answer: {id}\n"
        "  $n (line 17) is 2\n"
        "  $name (line 17) is computed\n"
        "  require (line 18) $name, else 404 Thing x y of {$one.kind} not found\n"
        "  $done (line 20): POST http://s.test/v1/things\n"
        "      body: {\"n\":2}\n"
        "      reads of its answer: all\n"
        "      when $n\n"
        "  answer 200\n");
}

static void prints_calls_that_are_not_made(void **state) {
    check_explanation(
        *state, "/a/1?all=1",
        "GET /a/{id} (line 5): An a\n"
        "  deadline 30s\n"
        "  $one (line 9): GET http://s.test/v1/things/1?fields=id,name\n"
        "      sent together with $two\n"
        "      reads of its answer: {parts[], id, name, kind}\n"
        "  $two (line 11): GET http://s.test/v1/others\n"
        "      sent together with $one\n"
        "      reads of its answer: its length\n"
        "      when $query.all\n"
        "  $parts (line 13): GET "
        "http://s.test/v1/things/{$one.id}/parts/{.}?fields=id,name&of={$one.name}&none=1\n"
        "      once for each item of $one.parts, concurrently\n"
        "      optional: its result is missing if it fails\n"
        "      reads of its answer: {id}\n"
        "  $n (line 17) is missing\n"
        "  $name (line 17) is computed\n"
        "  require (line 18) $name, else 404 Thing 1 of {$one.kind} not found\n"
        "  $done (line 20): not made\n"
        "      when $n\n"
        "  answer 200\n");
}

static void prints_an_answer_that_is_an_error(void **state) {
    check_explanation(*state, "/b",
                      "GET /b (line 24)\n"
                      "  answer 501 No 16\n");
}

static void deadlines_and_repeats_are_printed(void **state) {
    check_explanation(
        *state, "/c",
        "GET /c (line 26)\n"
        "  deadline 1500ms\n"
        "  $a (line 29): GET http://t.test/a\n"
        "      repeated once, alone, if it has the caller's authorization, after status 409, 500\n"
        "      reads of its answer: {id}\n"
        "  $b (line 30): GET http://t.test/b/{$a.id}\n"
        "      reads of its answer: {id}\n"
        "  $c (line 32): POST http://t.test/c\n"
        "      reads of its answer: nothing\n"
        "  $d (line 33): POST http://t.test/d\n"
        "      repeated once, alone, after status 400\n"
        "      reads of its answer: nothing\n"
        "  answer 200\n");
}

static void prints_derived_fields_with_their_conditions(void **state) {
    check_explanation(*state, "/g?all=true",
                      "GET /g (line 46)\n"
                      "  deadline 30s\n"
                      "  $a (line 49): GET http://s.test/v1/a?fields=id,name\n"
                      "      derived fields: id, name if $query.all\n"
                      "      reads of its answer: {list[]{id, name}}\n"
                      "  $b (line 51): GET http://s.test/v1/b/{$a.list.0.id}?fields=id,name\n"
                      "      derived fields: id, name if $query.all\n"
                      "      reads of its answer: {b{id, name}}\n"
                      "  $c (line 53): POST http://s.test/v1/c?fields={auto: c}\n"
                      "      derived fields: id, name if $a.list.0\n"
                      "      reads of its answer: {c{id, name}}\n"
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
                      "      x-b: 0\n"
                      "      reads of its answer: {code}\n"
                      "  answer {$a.code}\n");
}

#define HEADERS                                                                                    \
    "      authorization: [hidden]\n"                                                              \
    "      x-shop: blue\n"
#define UPSTREAM_HEADERS                                                                           \
    "      x-key: [hidden]\n"                                                                      \
    "      x-lang: de\n"

static void calls_are_shown_with_headers_and_bodies(void **state) {
    check_request(
        *state, calls_source, "POST", "/items/a%2Cb?n=5", 3,
        "POST /items/{id} (line 12)\n"
        "  deadline 30s\n"
        "  require (line 15) $headers.x-shop, else 403 Not from red\n"
        "  $auth (line 17) is [hidden]\n"
        "  $region (line 17) is \"north\"\n"
        "  $list (line 17) is \"5\"\n"
        "  $token (line 18) is [hidden]\n"
        "  $item0 (line 19): GET http://s.test/v1/first\n" HEADERS
        "      x-plain: red\n" UPSTREAM_HEADERS "      x-both: upstream\n"
        "      reads of its answer: {x}\n"
        "  $item (line 9): GET "
        "http://s.test/v1/items/"
        "a%2Cb?more=5&at[$gte]=a,b&part[a]={$item0.x}&part[b]=c%20d\n" HEADERS
        "      x-plain: red\n" UPSTREAM_HEADERS "      x-both: upstream\n"
        "      reads of its answer: {kind, id, more}\n"
        "  $made (line 21): POST http://s.test/v1/made\n" HEADERS UPSTREAM_HEADERS
        "      x-token: [hidden]\n"
        "      x-both: {$item.kind}\n"
        "      x-plain: 5\n"
        "      x-n: 5\n"
        "      body: {\"n\":5,\"id\":{$local},\"gone\":null,\"list\":[{$item.id},\"a,b\",\"x\"],"
        "\"kind\":{\"known\":\"a,b\"},\"<<\":{$item.more}}\n"
        "      reads of its answer: {id}\n"
        "  require (line 31) $query.n < 10, else 409 Too many\n"
        "  $last (line 33): POST http://s.test/v1/last\n" HEADERS
        "      x-plain: red\n" UPSTREAM_HEADERS "      x-both: upstream\n"
        "      body: {\"n\":5}\n"
        "      reads of its answer: {id}\n"
        "  answer 201\n");
}

static void what_depends_on_an_item_is_shown_as_it_is_written(void **state) {
    check_request(
        *state, calls_source, "GET", "/each", 2,
        "GET /each (line 36)\n"
        "  deadline 30s\n"
        "  $a (line 38): GET http://s.test/v1/a?of={.}&list=[{.},3]\n" HEADERS UPSTREAM_HEADERS
        "      x-both: upstream\n"
        "      x-item: {.}\n"
        "      once for each item of [1, 2], concurrently\n"
        "      reads of its answer: {id}\n"
        "  answer 200\n");
}

static void a_body_with_nulls_alone_is_shown(void **state) {
    check_request(*state, calls_source, "POST", "/nulls", 0,
                  "POST /nulls (line 49)\n"
                  "  deadline 30s\n"
                  "  $nulls (line 52): POST http://s.test/v1/nulls\n" UPSTREAM_HEADERS
                  "      x-both: upstream\n"
                  "      body: {\"b\":{\"c\":null}}\n"
                  "      reads of its answer: {id}\n"
                  "  $nothing (line 54): POST http://s.test/v1/nothing\n" UPSTREAM_HEADERS
                  "      x-both: upstream\n"
                  "      body: {}\n"
                  "      reads of its answer: {id}\n"
                  "  answer 201\n");
}

/* By a leading step before the query is even looked at, which is wrong here. */
static void a_request_that_is_known_to_end_is_shown_until_then(void **state) {
    check_request(*state, calls_source, "POST", "/items/1?n=x", 1,
                  "POST /items/{id} (line 12)\n"
                  "  deadline 30s\n"
                  "  require (line 15) does not hold: $headers.x-shop\n"
                  "  answer 403 Not from here\n");
    check_request(*state, calls_source, "GET", "/name", 3,
                  "GET /name (line 43)\n"
                  "  deadline 30s\n"
                  "  let (line 46) fails\n"
                  "  answer 400 The query lacks n\n");
    check_request(
        *state, calls_source, "POST", "/items/1?n=10", 2,
        "POST /items/{id} (line 12)\n"
        "  deadline 30s\n"
        "  require (line 15) $headers.x-shop, else 403 Not from here\n"
        "  $auth (line 17) is [hidden]\n"
        "  $region (line 17) is \"north\"\n"
        "  $list (line 17) is \"10\"\n"
        "  $token (line 18) is [hidden]\n"
        "  $item0 (line 19): GET http://s.test/v1/first\n" HEADERS UPSTREAM_HEADERS
        "      x-both: upstream\n"
        "      reads of its answer: {x}\n"
        "  $item (line 9): GET "
        "http://s.test/v1/items/1?more=10&at[$gte]=1&part[a]={$item0.x}&part[b]=c%20d\n" HEADERS
            UPSTREAM_HEADERS "      x-both: upstream\n"
        "      reads of its answer: {kind, id, more}\n"
        "  $made (line 21): POST http://s.test/v1/made\n" HEADERS UPSTREAM_HEADERS
        "      x-token: [hidden]\n"
        "      x-both: {$item.kind}\n"
        "      x-plain: 10\n"
        "      x-n: 10\n"
        "      body: {\"n\":10,\"id\":{$local},\"gone\":null,\"list\":[{$item.id},\"1\","
        "\"x\"],\"kind\":{\"known\":\"1\"},\"<<\":{$item.more}}\n"
        "      reads of its answer: {id}\n"
        "  require (line 31) does not hold: $query.n < 10\n"
        "  answer 409 Too many\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(prints_what_needs_an_answer_as_written),
        TEST_WITH_ARENA(prints_calls_that_are_not_made),
        TEST_WITH_ARENA(prints_an_answer_that_is_an_error),
        TEST_WITH_ARENA(deadlines_and_repeats_are_printed),
        TEST_WITH_ARENA(prints_derived_fields_with_their_conditions),
        TEST_WITH_ARENA(the_status_of_the_table_is_printed),
        TEST_WITH_ARENA(calls_are_shown_with_headers_and_bodies),
        TEST_WITH_ARENA(what_depends_on_an_item_is_shown_as_it_is_written),
        TEST_WITH_ARENA(a_body_with_nulls_alone_is_shown),
        TEST_WITH_ARENA(a_request_that_is_known_to_end_is_shown_until_then),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
