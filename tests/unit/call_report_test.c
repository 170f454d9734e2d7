/* What `call` tells of a request: why it fails, and with -v what was asked of the upstreams. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "serve/call_report.h"
#include "serve/service.h"
#include "upstream_standin.h"
#include "json/absence.h"
#include "json/reader.h"

static const char source[] =
    "settings: {key: '${O2S_TEST_KEY}', token: 'Basic {${O2S_TEST_KEY} | base64}', lang: de}\n"
    "upstreams:\n"
    "  s:\n"
    "    url: '%s'\n"
    "    forward: [authorization, cookie, x-shop]\n"
    "    errors: {pass: [401], message: .error.text}\n"
    "    headers: {x-key: $settings.key, x-token: $settings.token, x-lang: $settings.lang}\n"
    "    retry: [409]\n"
    "  a: {url: '%s'}\n"
    "  dead: {url: 'http://127.0.0.1:1', public: true, connect_timeout: 1s}\n"
    "mappers:\n"
    "  outer: {key: .k, it: . | inner}\n"
    "  inner: {key: 'k-{$settings.key}'}\n"
    "  named: {name: .name | required}\n"
    "flows:\n"
    "  with_key $k:\n"
    "    - keyed: GET s/one\n"
    "      headers: {x-k: $k, x-path: '{$path | length}', x-m: '{(1 | outer).it.key}'}\n"
    "routes:\n"
    "  GET /secrets:\n"
    "    steps: [{let: {of_env: $settings.key}}, {use: with_key $of_env}]\n"
    "    answer: $keyed.id\n"
    "  GET /batch:\n"
    "    query: {properties: {all: {type: boolean}}}\n"
    "    steps:\n"
    "      - all: GET s/all\n"
    "        when: $query.all\n"
    "      - one: GET s/one\n"
    "        query: {fields: [id, items.name], 'at[$gte]': 'a b&c=d'}\n"
    "      - parts: GET s/parts/{.}\n"
    "        each: '[1, 2]'\n"
    "      - none: GET s/parts/{.}\n"
    "        each: $one.none\n"
    "      - post: POST s/post\n"
    "        body: {n: 1, items: $one.items | pluck .name}\n"
    "      - last: GET s/denied\n"
    "      - never: GET s/never\n"
    "        when: $last\n"
    "    answer: [$one.items | pluck .nmae, $one.owner.name, $one.gone.name, $parts | pluck "
    ".title,\n"
    "      $parts | pluck .no, $none | length, $post.id, $last.id, $all.id, $never.id]\n"
    "  GET /repeated: {steps: [{x: GET s/busy}], answer: $x.id}\n"
    "  GET /denied: {steps: [{x: GET s/denied}], answer: $x.id}\n"
    "  GET /html: {steps: [{x: GET s/html}], answer: $x.id}\n"
    "  GET /moved: {steps: [{x: GET s/moved}], answer: $x.id}\n"
    "  GET /broken: {steps: [{x: GET s/broken}], answer: $x.id}\n"
    "  GET /envelope: {steps: [{x: GET s/one, query: {fields: {auto: it}}}], answer: $x.it.id}\n"
    "  GET /dead: {steps: [{x: GET dead/a}], answer: {x: $x.id}}\n"
    "  GET /caught: {steps: [{x: GET s/missing, catch: {404: 404 No}}], answer: $x.id}\n"
    "  GET /only: {steps: [{x: GET a/one, only: .id == $headers.x-shop}], answer: $x.id}\n"
    "  GET /optional: {steps: [{x: GET s/html, optional: true}], answer: {ok: true, x: $x.id}}\n"
    "  GET /require: {steps: [{x: GET s/one}, {require: $x.no, else: 403 No}], answer: 1}\n"
    "  GET /lacking: {steps: [{x: GET s/one}], answer: $x | named}\n"
    "  GET /let: {steps: [{x: GET s/one}, {let: {y: $x.no | required}}], answer: $y}\n"
    "  GET /path: {steps: [{x: GET s/one}, {y: 'GET s/parts/{$x.no}'}], answer: $y.id}\n"
    "  GET /together: {steps: [{x: GET s/one}, {z: GET s/one}, {y: GET s/html}], answer: [$x.id, "
    "$y.id, $z.id]}\n"
    "  GET /mine:\n"
    "    steps: [{require: $headers.x-shop, else: 400 No}, {x: GET s/one}]\n"
    "    query: {properties: {n: {type: integer}}}\n"
    "    answer: {x: $x.id, n: $query.n}\n";

static const struct standin_rule rules[] = {
    {"GET /s/one*",
     .body = "{\"id\":1,\"items\":[{\"name\":\"A\"},{\"name\":\"B\"}],\"owner\":null}"},
    {"GET /s/parts/1", .body = "{\"id\":1}"},
    {"GET /s/parts/2", .body = "{\"id\":2,\"title\":\"T\"}"},
    {"POST /s/post", .status = 201, .body = "{\"id\":3}"},
    {"GET /s/denied", .status = 401,
     .body = "{\"message\":\"not this\",\"error\":{\"text\":\"No\\u001b[31m session\"}}"},
    {"GET /s/busy", .status = 409, .body = "{\"message\":\"busy\"}", .times = 1},
    {"GET /s/busy", .body = "{\"id\":4}"},
    {"GET /s/html", .status = 503, .body = " <html>\n<b>down</b></html>\n"},
    {"GET /s/moved", .status = 301},
    {"GET /s/broken", .body = "{"},
    {0},
};

/* What depends on the run: the upstream's address, how long a call took, and ids. */
static struct text without_accidents(struct arena *arena, struct text text, const char *url) {
    struct text made = {"", 0};
    struct text address = text_of(url);
    while (text.size) {
        struct text line = text_cut(&text, '\n');
        const char *at =
            line.size ? memmem(line.data, line.size, address.data, address.size) : NULL;
        size_t size = line.size;
        if (text_starts_with(line, text_of("    traceparent: ")))
            continue;
        if (size > 4 && memcmp(line.data + size - 4, " ms)", 4) == 0)
            while (line.data[size - 1] != '(')
                size--;
        struct text before = {line.data, at ? (size_t)(at - line.data) : 0};
        struct text behind = {at ? at + address.size : line.data, 0};
        behind.size = (size_t)(line.data + size - behind.data);
        made = text_format(arena, "%.*s%.*s%s%.*s%s\n", TEXT_ARGUMENT(made), TEXT_ARGUMENT(before),
                           at ? "UP" : "", TEXT_ARGUMENT(behind), size < line.size ? "T)" : "");
    }
    return made;
}

static struct text report_of(struct arena *arena, const char *target, bool verbose) {
    static const struct log no_log = {.descriptor = -1, .level = LOG_LEVEL_ERROR};
    static const struct http_header headers[] = {
        {{"authorization", 13}, {"Bearer SECRET", 13}},
        {{"cookie", 6}, {"session=SECRET", 14}},
        {{"x-shop", 6}, {"blue", 4}},
        {{"x-request-id", 12}, {"7", 1}},
    };
    struct standin *standin = standin_start(rules);
    const char *url = text_format(arena, "http://127.0.0.1:%u", standin_port(standin)).data;
    const char *upstream = text_format(arena, "%s/s", url).data;
    setenv("O2S_TEST_KEY", "SECRET", 1);
    struct service *service = service_create(&no_log);
    char *told = NULL;
    size_t size;
    struct text table = text_format(arena, source, upstream, upstream);
    service_set_table(service, table_load("table", table, stderr));
    assert_non_null(service_table(service));
    struct http_request request = {.method = text_of("GET"),
                                   .target = text_of(target),
                                   .headers = headers,
                                   .header_count = COUNT(headers)};
    struct http_response response = {0};
    FILE *stream = open_memstream(&told, &size);
    struct call_report *report = call_report_create(stream, verbose);
    service_observe(service, call_report_observer(report));
    service_handle(service, &request, &response);
    call_report_end(report);
    fclose(stream);
    struct text text = without_accidents(arena, (struct text){told, size}, url);
    free(told);
    buffer_free(&response.body);
    service_destroy(service);
    unsetenv("O2S_TEST_KEY");
    standin_stop(standin);
    return text;
}

static void reports_a_failure_with_step_and_cause(void **state) {
    static const struct {
        const char *target;
        const char *expected;
    } rows[] = {
        {"/denied", "$x (line 42): GET UP/s/denied: 401 Unauthorized: No [31m session\n"},
        {"/html",
         "$x (line 43): GET UP/s/html: 503 Service Unavailable: <html> <b>down</b></html>\n"},
        {"/moved", "$x (line 44): GET UP/s/moved: 301 Moved Permanently: {}\n"},
        {"/broken",
         "$x (line 45): GET UP/s/broken: 200 OK, but invalid JSON: unexpected end, at byte 1\n"},
        {"/envelope",
         "$x (line 46): GET UP/s/one?fields=id: 200 OK, but the answer has no \"it\"\n"},
        {"/caught", "$x (line 48): GET UP/s/missing: 404 Not Found: {}\n"},
        {"/only", "$x (line 49): GET UP/s/one: 200 OK, but `only` does not hold for it\n"},
        {"/require", "require (line 51) does not hold: $x.no\n"},
        {"/lacking", "answer of GET /lacking (line 52): an answer lacks .name\n"},
        {"/let", "let (line 53): an answer lacks $x.no\n"},
        {"/path", "$y (line 54): an answer lacks $x.no\n"},
        {"/together",
         "$y (line 55): GET UP/s/html: 503 Service Unavailable: <html> <b>down</b></html>\n"},
        {"/mine", ""},
        {"/mine?n=x", ""},
        {"/optional", ""},
        {"/repeated", ""},
        {"/nothing", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(rows[i].target, rows[i].expected, report_of(*state, rows[i].target, false));
    struct text dead = report_of(*state, "/dead", false);
    check_truth("unreachable", true,
                text_starts_with(dead, text_of("$x (line 47): GET http://127.0.0.1:1/a: ")));
    check_truth("libcurl's words", true, text_contains(dead, text_of("onnect")));
}

#define HEADERS                                                                                    \
    "    user-agent: o2s-medusa/" O2S_VERSION "\n"                                                 \
    "    authorization: [hidden]\n"                                                                \
    "    cookie: [hidden]\n"                                                                       \
    "    x-shop: blue\n"                                                                           \
    "    x-request-id: 7\n"                                                                        \
    "    x-key: [hidden]\n"                                                                        \
    "    x-token: [hidden]\n"                                                                      \
    "    x-lang: de\n"

static void reports_all_calls_in_order(void **state) {
    check_text(
        "verbose",
        "$all (line 26): not made, since $query.all does not hold\n"
        "$one (line 28): GET UP/s/one?fields=id,items.name&at[$gte]=a%20b%26c%3Dd\n" HEADERS
        "    200 OK (T)\n"
        "$parts (line 30): GET UP/s/parts/1, sent together with $one\n" HEADERS "    200 OK (T)\n"
        "$parts (line 30): GET UP/s/parts/2, sent together with $one\n" HEADERS "    200 OK (T)\n"
        "$one (line 28): read but absent: none, items[].nmae, gone\n"
        "$parts (line 30): read but absent: no\n"
        "$none (line 32): not made, since $one.none has no items\n"
        "$post (line 34): POST UP/s/post\n" HEADERS "    body: {\"n\":1,\"items\":[\"A\",\"B\"]}\n"
        "    201 Created (T)\n"
        "$last (line 36): GET UP/s/denied\n" HEADERS "    401 Unauthorized: No [31m session (T)\n"
        "$last (line 36): GET UP/s/denied: 401 Unauthorized: No [31m session\n"
        "$never (line 37): not made, since the request had ended\n",
        report_of(*state, "/batch", true));
}

static void reports_a_repeated_call_twice(void **state) {
    check_text("verbose",
               "$x (line 41): GET UP/s/busy\n" HEADERS "    409 Conflict: busy (T)\n"
               "$x (line 41): GET UP/s/busy, repeated\n"
               "    200 OK (T)\n",
               report_of(*state, "/repeated", true));
}

/* By way of a setting, a name, an argument of a flow, and a mapper in a mapper. */
static void what_comes_from_the_environment_is_hidden(void **state) {
    struct text report = report_of(*state, "/secrets", true);
    check_text("verbose",
               "$keyed (line 17): GET UP/s/one\n" HEADERS "    x-k: [hidden]\n"
               "    x-path: 0\n"
               "    x-m: [hidden]\n"
               "    200 OK (T)\n",
               report);
    check_truth("no secret", false, text_contains(report, text_of("SECRET")));
}

static void a_member_is_absent_if_no_item_has_it(void **state) {
    static const struct {
        const char *values;
        const char *absent;
    } rows[] = {
        {"[{\"a\":{\"b\":1},\"l\":[{\"c\":1},{\"c\":2}]}]", ""},
        {"[{}]", "a, l"},
        {"[{\"a\":null,\"l\":null}]", ""},
        {"[{\"a\":{},\"l\":[]}]", "a.b"},
        {"[{\"a\":{\"b\":null},\"l\":[{},{\"c\":null}]}]", ""},
        {"[{\"a\":{\"b\":1},\"l\":[{\"d\":1},{}]}]", "l[].c"},
        {"[{\"a\":5,\"l\":[5]}]", "a.b, l[].c"},
        {"[{\"a\":[],\"l\":{\"c\":1}}]", "a.b"},
        {"[{\"a\":{}},{\"l\":[{}]}]", "a.b, l[].c"},
        {"[{\"a\":{}},{\"a\":{\"b\":1},\"l\":[{\"c\":1}]}]", ""},
        {"[null]", ""},
        {"[]", ""},
    };
    struct projection items = {0}, wanted = {0};
    projection_add(*state, &items, text_of("c"));
    projection_add(*state, &projection_add(*state, &wanted, text_of("a"))->projection,
                   text_of("b"));
    projection_add(*state, &wanted, text_of("l"))->projection.items = &items;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct value list = value_from(*state, rows[i].values), values[2];
        for (uint32_t j = 0; j < list.size; j++)
            values[j] = value_item(*state, list, j);
        struct buffer absent = {0};
        absence_append(&absent, *state, &wanted, values, list.size, NULL);
        check_text(rows[i].values, rows[i].absent, buffer_text(&absent));
        buffer_free(&absent);
    }
}

static bool is_below_an_item(void *context, struct text path) {
    (void)context;
    return text_contains(path, text_of("[]."));
}

static void only_some_absent_members_are_looked_for(void **state) {
    struct projection items = {0}, wanted = {0};
    projection_add(*state, &items, text_of("title"));
    projection_add(*state, &wanted, text_of("owner"));
    projection_add(*state, &wanted, text_of("l"))->projection.items = &items;
    struct value value = value_from(*state, "{\"owners\":1,\"l\":[{\"titel\":1}]}");
    struct absence_options options = {.has_hints = true};
    struct buffer absent = {0};
    absence_append(&absent, *state, &wanted, &value, 1, &options);
    check_text("with hints", "owner; did you mean \"owners\"?, l[].title; did you mean \"titel\"?",
               buffer_text(&absent));
    absent.size = 0;
    options = (struct absence_options){.includes = is_below_an_item};
    absence_append(&absent, *state, &wanted, &value, 1, &options);
    check_text("only some", "l[].title", buffer_text(&absent));
    buffer_free(&absent);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(reports_a_failure_with_step_and_cause),
        TEST_WITH_ARENA(reports_all_calls_in_order),
        TEST_WITH_ARENA(reports_a_repeated_call_twice),
        TEST_WITH_ARENA(what_comes_from_the_environment_is_hidden),
        TEST_WITH_ARENA(a_member_is_absent_if_no_item_has_it),
        TEST_WITH_ARENA(only_some_absent_members_are_looked_for),
    };
    return cmocka_run_group_tests_name("call report", tests, NULL, NULL);
}
