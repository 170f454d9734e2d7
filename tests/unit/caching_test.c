/* What a table says of caches, and what becomes of it in a response. */
#include "support.h"

#include <stdio.h>

#include "serve/caching.h"
#include "serve/service.h"

/* The caching of a table's last route; NULL: it has none. */
static const struct caching *caching_of(struct arena *arena, const char *source) {
    const struct table *table = good_table(arena, source);
    return table->routes[table->route_count - 1].caching;
}

static void uses_the_max_age_of_the_table(void **state) {
    static const struct {
        const char *common;
        const char *route;
        const char *expected;
    } rows[] = {
        {"{}", "{max_age: 60s}", "public, max-age=60"},
        {"{}", "{max_age: 1min, stale_while_revalidate: 5min}",
         "public, max-age=60, stale-while-revalidate=300"},
        {"{}", "{stale_if_error: 1500ms, max_age: 90s}", "public, max-age=90, stale-if-error=1"},
        {"{max_age: 60s, stale_if_error: 10s}", "{}", "public, max-age=60, stale-if-error=10"},
        {"{max_age: 60s, stale_if_error: 10s}", "{max_age: 5s}",
         "public, max-age=5, stale-if-error=10"},
        {"{max_age: 2000min}", "{}", "public, max-age=86400"},
        {"{}", "{max_age: $settings.age, stale_if_error: $settings.unset}", "public, max-age=7"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *source =
            text_format(*state,
                        ANY_UPSTREAM "settings: {age: 7s, unset: \"${O2S_UNSET:-}\"}\n"
                                     "common: {cache: %s}\n"
                                     "routes: {GET /a: {cache: %s, answer: 1}}\n",
                        rows[i].common, rows[i].route)
                .data;
        check_text(source, rows[i].expected, caching_of(*state, source)->control);
    }
}

static void does_not_cache_a_route_without_cache(void **state) {
    check_truth("the default alone", true,
                caching_of(*state, ANY_UPSTREAM "common: {cache: {max_age: 60s}}\n"
                                                "routes: {GET /a: {answer: 1}}\n") == NULL);
    check_truth("a setting that is not set", true,
                caching_of(*state, ANY_UPSTREAM "settings: {age: \"${O2S_UNSET:-}\"}\n"
                                                "routes: {GET /a: {cache: {max_age: $settings.age},"
                                                " answer: 1}}\n") == NULL);
}

/* Each `%s` is a place where a table can depend on a header. */
static const char everywhere[] = "settings: {origins: %s}\n"
                                 "server: {cors: {origins: $settings.origins}}\n"
                                 "common:\n"
                                 "  headers: {%s}\n"
                                 "  let: {l: %s}\n"
                                 "  answer_headers:\n"
                                 "    x-answer: %s\n"
                                 "upstreams:\n"
                                 "  store: {url: 'http://a.test', public: %s, forward: [%s],"
                                 " headers: {h: %s}}\n"
                                 "  other: {url: 'http://b.test', public: true,"
                                 " forward: [x-of-another-upstream],"
                                 " headers: {h: $headers.x-of-another-upstream}}\n"
                                 "mappers: {m $a: {a: $a.x-given, b: .x-input}}\n"
                                 "flows: {f $p: [{let: {fl: $p}}]}\n"
                                 "routes:\n"
                                 "  GET /other: {steps: [{o: GET other/x}],"
                                 " answer: [$o, $headers.x-of-another-route]}\n"
                                 "  GET /user-of-f: {steps: [{use: f 1}], answer: $fl}\n"
                                 "  GET /a/{id}:\n"
                                 "    cache: {max_age: 1s}\n"
                                 "    query: {type: object, properties: {q: {}}}\n"
                                 "    steps:\n"
                                 "      - r: GET store/r%s\n"
                                 "%s"
                                 "    answer: %s\n";

/* What is NULL depends on no header. */
struct dependence {
    const char *origins, *checked, *let, *answer_header, *forward, *header, *path, *steps, *answer;
    const char *expected;
};

static const char *given_or(const char *given, const char *otherwise) {
    return given ? given : otherwise;
}

static const char *table_of(struct arena *arena, const struct dependence *row) {
    return text_format(arena, everywhere, given_or(row->origins, "[]"), given_or(row->checked, ""),
                       given_or(row->let, "1"), given_or(row->answer_header, "x"),
                       strstr(given_or(row->forward, ""), "authorization") ? "false" : "true",
                       given_or(row->forward, ""), given_or(row->header, "x"),
                       given_or(row->path, ""), given_or(row->steps, ""),
                       given_or(row->answer, "$r"))
        .data;
}

static void vary_names_every_header_that_is_read(void **state) {
    static const struct dependence rows[] = {
        {.expected = ""},
        {.origins = "['http://o']", .expected = "origin"},
        {.checked = "x-checked: {type: string}", .expected = "x-checked"},
        {.let = "$headers.x-let", .expected = "x-let"},
        {.let = "{deep: [{er: \"($headers.x-let | default 'x')\"}]}", .expected = "x-let"},
        {.answer_header = "a {$headers.x-in-answer} b", .expected = "x-in-answer"},
        {.forward = "X-Sent, authorization", .expected = "authorization, x-sent"},
        {.let = "$headers.authorization", .expected = "authorization"},
        {.header = "$headers.x-up", .expected = "x-up"},
        {.path = "/{$headers.x-path}", .expected = "x-path"},
        {.steps = "        query: {q: [$headers.x-query]}\n", .expected = "x-query"},
        {.steps = "        headers: {h: $headers.x-call}\n", .expected = "x-call"},
        {.steps = "        when: $headers.x-when\n", .expected = "x-when"},
        {.steps = "        when: not ($headers.x-when == 'a')\n", .expected = "x-when"},
        {.steps = "        each: $headers.x-each | split ','\n", .expected = "x-each"},
        {.steps = "        catch: {404: '404 No {$headers.x-catch}'}\n", .expected = "x-catch"},
        {.steps = "      - require: $headers.x-needed\n        else: 400 No {$headers.x-else}\n",
         .expected = "x-needed, x-else"},
        {.steps = "      - let: {a: $headers, b: $a.x-by-let}\n",
         .answer = "[$r, $b]",
         .expected = "x-by-let"},
        {.steps = "      - use: f $headers.x-of-flow\n",
         .answer = "[$r, $fl]",
         .expected = "x-of-flow"},
        {.answer = "{a: $r, b: $headers.x-put-out}", .expected = "x-put-out"},
        {.answer = "$r | m $headers", .expected = "x-given"},
        {.answer = "$headers | m $r", .expected = "x-input"},
        {.answer = "($headers.x-a ?? $headers.x-b ?? $r)", .expected = "x-a, x-b"},
        {.answer = "{status: $headers.x-status, body: $r}", .expected = "x-status"},
        {.answer = "{headers: {h: $headers.x-head}, body: $r}", .expected = "x-head"},
        {.origins = "['http://o']",
         .checked = "x-a: {}",
         .let = "$headers.x-a",
         .answer_header = "$headers.x-b",
         .forward = "x-a, origin",
         .header = "$headers.x-b",
         .answer = "[$r, $headers.x-c]",
         .expected = "x-a, x-b, x-c, origin"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *source = table_of(*state, &rows[i]);
        check_text(source, rows[i].expected, caching_of(*state, source)->vary);
    }
}

/* Requests through the service, to a table that calls nobody. */

struct fixture {
    struct log log;
    struct service *service;
    struct http_response response;
};

static const char table[] = "common:\n"
                            "  headers: {x-lang: {type: string, enum: [en, de]}}\n"
                            "  answer_headers: {x-lang: $headers.x-lang}\n"
                            "upstreams:\n"
                            "  none: {url: 'http://127.0.0.1:1', public: %s, forward: [%s]}\n"
                            "server: {cors: {origins: [%s]}}\n"
                            "routes:\n"
                            "  GET /public:\n"
                            "    cache: {max_age: 60s}\n"
                            "    query: {type: object, properties: {status: {type: integer},\n"
                            "      call: {}, text: {}}}\n"
                            "    steps:\n"
                            "      - call: GET none/x\n"
                            "        when: $query.call\n"
                            "        optional: true\n"
                            "      - require: not ($query.status == 404)\n"
                            "        else: 404 No\n"
                            "    answer:\n"
                            "      status: $query.status ?? 200\n"
                            "      body: {text: $query.text ?? '', call: $call}\n"
                            "  GET /full:\n"
                            "    cache: {max_age: 60s}\n"
                            "    answer: {headers: {%s}, body: 1}\n"
                            "  GET /own: {answer: 1}\n"
                            "  POST /public: {answer: 1}\n";

static void open_service(struct fixture *fixture, struct arena *arena, const char *forward,
                         const char *origins) {
    /* As many as there can be with the one of `common`. */
    struct text headers = text_of("a0: x");
    for (int i = 1; i < HTTP_MAX_TABLE_HEADERS - 1; i++)
        headers = text_format(arena, "%.*s, a%d: x", TEXT_ARGUMENT(headers), i);
    struct text source = text_format(
        arena, table,
        strstr(forward, "authorization") || strstr(forward, "cookie") ? "false" : "true", forward,
        origins, headers.data);
    *fixture = (struct fixture){.log = {.level = LOG_LEVEL_ERROR, .descriptor = 2}};
    fixture->service = service_create(&fixture->log);
    struct table *loaded = table_load("table", source, stderr);
    check_truth("the test's own table is good", true, loaded != NULL);
    service_set_table(fixture->service, loaded);
}

static void close_service(struct fixture *fixture) {
    service_destroy(fixture->service);
    buffer_free(&fixture->response.body);
}

/* `headers`: "name: value" each, up to NULL. */
static void ask(struct fixture *fixture, const char *method, const char *target,
                const char *const *headers) {
    struct http_header given[4];
    size_t count = 0;
    for (; headers && headers[count]; count++) {
        struct text value = text_of(headers[count]);
        struct text name = text_cut(&value, ':');
        given[count] = (struct http_header){name, text_trim(value)};
    }
    struct http_request request = {.method = text_of(method),
                                   .target = text_of(target),
                                   .headers = given,
                                   .header_count = count};
    service_handle(fixture->service, &request, &fixture->response);
}

/* The value of a header of the response; it must not be there twice. */
static struct text header(const struct fixture *fixture, const char *name) {
    struct text value = {"", 0};
    size_t count = 0;
    for (size_t i = 0; i < fixture->response.header_count; i++)
        if (text_is(fixture->response.headers[i].name, name)) {
            value = fixture->response.headers[i].value;
            count++;
        }
    check_truth(name, true, count <= 1);
    return value;
}

static void check_private(const struct fixture *fixture, const char *what) {
    check_text(what, "private, no-store", header(fixture, "cache-control"));
    check_text(what, "", header(fixture, "etag"));
}

static void what_may_be_public_is(void **state) {
    struct fixture fixture;
    open_service(&fixture, *state, "", "'http://o'");
    for (int i = 0; i < 2; i++) {
        ask(&fixture, i ? "HEAD" : "GET", "/public", NULL);
        check_number("status", 200, (size_t)fixture.response.status);
        check_text("how long", "public, max-age=60", header(&fixture, "cache-control"));
        check_text("by what", "x-lang, origin", header(&fixture, "vary"));
        check_number("a tag", 34, header(&fixture, "etag").size);
    }
    static const char *const unread[] = {"cookie: a=b", "authorization: Bearer x", NULL};
    ask(&fixture, "GET", "/public", unread);
    check_text("credentials that nobody reads", "public, max-age=60",
               header(&fixture, "cache-control"));
    static const char *const origin[] = {"origin: http://o", NULL};
    ask(&fixture, "GET", "/full", origin);
    check_text("with as many headers as a table can set", "public, max-age=60",
               header(&fixture, "cache-control"));
    check_text("the last of them", "x", header(&fixture, "a20"));
    check_number("a tag", 34, header(&fixture, "etag").size);
    check_text("a type", "application/json; charset=utf-8", header(&fixture, "content-type"));
    close_service(&fixture);
}

static void all_else_is_private(void **state) {
    static const char *const token[] = {"authorization: Bearer x", NULL};
    static const char *const second[] = {"authorization:", "authorization: Bearer x", NULL};
    static const char *const cookie[] = {"cookie: a=b", NULL};
    static const char *const language[] = {"x-lang: fr", NULL};
    static const struct {
        const char *method;
        const char *target;
        const char *const *headers;
        int status;
    } rows[] = {
        {"GET", "/public", token, 200},
        {"GET", "/public", second, 200},
        {"GET", "/public", cookie, 200},
        {"HEAD", "/public", token, 200},
        {"GET", "/public", language, 400},
        {"GET", "/public?status=x", NULL, 400},
        {"GET", "/public?status=404", NULL, 404},
        {"GET", "/public?status=203", NULL, 203},
        {"GET", "/public?status=500", NULL, 500},
        /* Its optional call fails. */
        {"GET", "/public?call=1", NULL, 200},
        {"GET", "/own", NULL, 200},
        {"GET", "/nothing", NULL, 404},
        {"GET", "/%", NULL, 400},
        {"POST", "/public", NULL, 201},
        {"PUT", "/public", NULL, 405},
        {"OPTIONS", "/public", NULL, 204},
    };
    struct fixture fixture;
    open_service(&fixture, *state, "authorization, cookie", "");
    for (size_t i = 0; i < COUNT(rows); i++) {
        ask(&fixture, rows[i].method, rows[i].target, rows[i].headers);
        check_number(rows[i].target, (size_t)rows[i].status, (size_t)fixture.response.status);
        check_private(&fixture, rows[i].target);
    }
    close_service(&fixture);
}

static struct text tag_of(struct fixture *fixture, struct arena *arena, const char *target,
                          const char *const *headers) {
    ask(fixture, "GET", target, headers);
    return text_copy(arena, header(fixture, "etag"));
}

static void gives_different_answers_different_tags(void **state) {
    static const char *const german[] = {"x-lang: de", NULL};
    static const char *const id[] = {"x-request-id: 7", NULL};
    struct arena *arena = *state;
    struct fixture fixture;
    open_service(&fixture, arena, "", "");
    const char *tag = tag_of(&fixture, arena, "/public", NULL).data;
    check_text("the same again", tag, tag_of(&fixture, arena, "/public", NULL));
    check_text("by another address", tag, tag_of(&fixture, arena, "/public?text=", NULL));
    check_text("with another id", tag, tag_of(&fixture, arena, "/public", id));
    check_truth("another body", false,
                text_is(tag_of(&fixture, arena, "/public?text=a", NULL), tag));
    check_truth("the same body, but another header", false,
                text_is(tag_of(&fixture, arena, "/public", german), tag));
    close_service(&fixture);
}

static void answers_304_to_a_matching_tag(void **state) {
    struct arena *arena = *state;
    struct fixture fixture;
    open_service(&fixture, arena, "authorization", "");
    struct text tag = tag_of(&fixture, arena, "/public", NULL);
    const char *same = text_format(arena, "if-none-match: \"x\", W/%s", tag.data).data;
    const char *const known[] = {"if-none-match: \"y\"", same, NULL};
    for (int i = 0; i < 2; i++) {
        ask(&fixture, i ? "HEAD" : "GET", "/public", known);
        check_number("status", 304, (size_t)fixture.response.status);
        check_number("body", 0, fixture.response.body.size);
        check_text("type", "", header(&fixture, "content-type"));
        check_text("tag", tag.data, header(&fixture, "etag"));
        check_text("how long", "public, max-age=60", header(&fixture, "cache-control"));
        check_text("by what", "authorization, x-lang", header(&fixture, "vary"));
    }
    const char *const with_token[] = {same, "authorization: Bearer x", NULL};
    const char *const other[] = {"if-none-match: \"x\"", NULL};
    ask(&fixture, "GET", "/public", with_token);
    check_number("with a token", 200, (size_t)fixture.response.status);
    check_private(&fixture, "with a token");
    ask(&fixture, "GET", "/public", other);
    check_number("another tag", 200, (size_t)fixture.response.status);
    ask(&fixture, "GET", "/public?status=404", known);
    check_number("an error", 404, (size_t)fixture.response.status);
    close_service(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(uses_the_max_age_of_the_table),
        TEST_WITH_ARENA(does_not_cache_a_route_without_cache),
        TEST_WITH_ARENA(vary_names_every_header_that_is_read),
        TEST_WITH_ARENA(what_may_be_public_is),
        TEST_WITH_ARENA(all_else_is_private),
        TEST_WITH_ARENA(gives_different_answers_different_tags),
        TEST_WITH_ARENA(answers_304_to_a_matching_tag),
    };
    return cmocka_run_group_tests_name("caching", tests, NULL, NULL);
}
