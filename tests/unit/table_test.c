/* The table as a whole: variables, settings, defaults, and the project's own file. */
#include "support.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/environment.h"
#include "table/table.h"

static void the_projects_own_table_has_no_mistakes(void **state) {
    struct arena *arena = *state;
    setenv("MEDUSAJS_BASE_URL", "http://127.0.0.1:9000", 1);
    setenv("MEDUSAJS_PUBLISHABLE_API_KEY", "pk_test", 1);
    setenv("DEFAULT_CURRENCY", "EUR", 1);
    struct text source = file_content(arena, PROJECT "/routes.yaml");
    check_text("routes.yaml", "", mistakes_in(arena, "routes.yaml", source));
    check_truth("nothing is missing", true,
                table_variable_problems(good_table(arena, source.data)) == NULL);
}

static void unset_variables_are_named(void **state) {
    static const char source[] =
        "settings:\n"
        "  a: ${O2S_TEST_UNSET_A}\n"
        "  b: ${O2S_TEST_EMPTY}\n"
        "  c: ${O2S_TEST_UNSET_A}\n"
        "  d: ${O2S_TEST_UNSET_B:-default}\n"
        "  e: ${O2S_TEST_SET}\n" ANY_ROUTE
        "upstreams: {store: {url: '${O2S_TEST_UNSET_C}/x', public: true}}\n";
    setenv("O2S_TEST_EMPTY", " ", 1);
    setenv("O2S_TEST_SET", "x", 1);
    unsetenv("O2S_TEST_UNSET_A");
    unsetenv("O2S_TEST_UNSET_B");
    unsetenv("O2S_TEST_UNSET_C");
    const struct variable_problem *missing = table_variable_problems(good_table(*state, source));
    bool a = false, empty = false, c = false;
    size_t count = 0;
    for (; missing; missing = missing->next, count++) {
        a = a || text_is(missing->name, "O2S_TEST_UNSET_A");
        empty = empty || text_is(missing->name, "O2S_TEST_EMPTY");
        c = c || text_is(missing->name, "O2S_TEST_UNSET_C");
    }
    check_number("missing variables", 3, count);
    check_truth("one that is not set", true, a);
    check_truth("one that is empty", true, empty);
    check_truth("one in a url", true, c);
}

static void a_bad_variable_is_named_without_its_value(void **state) {
    static const char source[] =
        "variables:\n"
        "  O2S_TEST_CURRENCY: {pattern: '^[A-Z]{3}$', message: must be a currency}\n"
        "  O2S_TEST_GOOD: {pattern: '^[A-Z]{3}$'}\n"
        "settings:\n"
        "  currency: ${O2S_TEST_CURRENCY}\n"
        "  good: ${O2S_TEST_GOOD}\n"
        "  key: ${O2S_TEST_KEY}\n"
        "server:\n"
        "  prefix: ${O2S_TEST_PREFIX}\n"
        "  cors: {origins: \"${O2S_TEST_ORIGINS:-} | split ','\"}\n" ANY_ROUTE "upstreams:\n"
        "  store: {url: '${O2S_TEST_ADDRESS}/x', public: true}\n"
        "  other: {url: '${O2S_TEST_LOGIN}/x', public: true}\n";
    static const struct {
        const char *name;
        const char *value;
        const char *problem;
    } rows[] = {
        {"O2S_TEST_CURRENCY", "Euro", "must be a currency"},
        {"O2S_TEST_KEY", "secret\n", "contains a control character, such as a trailing line break"},
        {"O2S_TEST_ORIGINS", "https://shop.example,https://shop.example/",
         "is invalid: entry 2 is not an origin: remove the trailing slash"},
        {"O2S_TEST_PREFIX", "/api?x=1",
         "invalid prefix: a path ends before its query: declare parameters under `query`"},
        {"O2S_TEST_ADDRESS", "localhost:9000", "is not an http or https address without a query"},
        {"O2S_TEST_LOGIN", "http://shop:secret@localhost:9000",
         "contains a user, a password or \"@\": put credentials into headers"},
    };
    setenv("O2S_TEST_GOOD", "EUR", 1);
    for (size_t i = 0; i < COUNT(rows); i++)
        setenv(rows[i].name, rows[i].value, 1);
    const struct variable_problem *first = table_variable_problems(good_table(*state, source));
    size_t count = 0;
    for (const struct variable_problem *problem = first; problem; problem = problem->next)
        count++;
    check_number("problems", COUNT(rows), count);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct variable_problem *problem = first;
        while (problem && !text_is(problem->name, rows[i].name))
            problem = problem->next;
        check_text(rows[i].name, rows[i].problem,
                   problem ? problem->problem : text_of("(no problem)"));
    }
}

static void origins_that_no_browser_sends_are_refused(void **state) {
    static const char *const bad[] = {"*",
                                      "shop.example",
                                      "https://",
                                      "https://:443",
                                      "http://:3000",
                                      "https://Shop.example",
                                      "https://shop.example/a",
                                      "ftp://shop.example",
                                      "https://a;b",
                                      "https://shop.example:443",
                                      "http://shop.example:80",
                                      "null"};
    static const char *const good[] = {"https://shop.example",    "http://localhost:3000",
                                       "http://[::1]:3000",       "https://my_shop.example",
                                       "https://shop.example:80", "http://shop.example:443"};
    struct arena *arena = *state;
    for (size_t i = 0; i < COUNT(bad) + COUNT(good); i++) {
        bool is_bad = i < COUNT(bad);
        const char *origin = is_bad ? bad[i] : good[i - COUNT(bad)];
        struct text source = text_format(
            arena, "server: {cors: {origins: ['%s']}}\n" ANY_UPSTREAM ANY_ROUTE, origin);
        check_truth(origin, is_bad, mistakes_in(arena, "table", source).size > 0);
    }
}

static void settings_are_known_when_the_table_is_loaded(void **state) {
    struct arena *arena = *state;
    static const char source[] = "settings:\n"
                                 "  set: ${O2S_TEST_SET}\n"
                                 "  otherwise: ${O2S_TEST_UNSET:-a b}\n"
                                 "  empty: ${O2S_TEST_UNSET:-}\n"
                                 "  list: ${O2S_TEST_LIST} | split ','\n"
                                 "  text: a {${O2S_TEST_SET}} {$settings.list.0}\n"
                                 "  number: 5\n"
                                 "  names: [x, $settings.set]\n"
                                 "  object: {a: {b: $settings.number}}\n" ANY_UPSTREAM ANY_ROUTE;
    setenv("O2S_TEST_SET", "x y", 1);
    setenv("O2S_TEST_LIST", "a, b,,c", 1);
    unsetenv("O2S_TEST_UNSET");
    check_json("settings",
               "{\"set\":\"x y\",\"otherwise\":\"a b\",\"empty\":null,\"list\":[\"a\",\"b\",\"c\"],"
               "\"text\":\"a x y a\",\"number\":5,\"names\":[\"x\",\"x y\"],"
               "\"object\":{\"a\":{\"b\":5}}}",
               good_table(arena, source)->definitions.settings);
}

static void applies_defaults(void **state) {
    const struct table *table = good_table(*state, ANY_UPSTREAM ANY_ROUTE);
    check_number("max_body", 1024 * 1024, table->server.max_body);
    check_text("prefix", "", table->server.prefix);
    const struct upstream *store = &table->upstreams[0];
    check_text("url", "http://store.test", store->url);
    check_number("timeout", 10000, (size_t)store->timeout_ms);
    check_number("connect_timeout", 2000, (size_t)store->connect_timeout_ms);
    check_number("max_response", 16 * 1024 * 1024, store->max_response);
    check_truth("no breaker", true, store->breaker == NULL);
}

static void upstreams_have_breakers_of_their_own_or_share_one(void **state) {
    static const char source[] =
        "upstreams:\n"
        "  store:\n"
        "    url: http://store.test\n"
        "    breaker: {probe: /health}\n"
        "  admin: {url: 'http://store.test', public: true, breaker: store}\n"
        "  other:\n"
        "    url: http://other.test\n"
        "    breaker: {failures: 1, retry_after: 250ms, probe: '/x?a=b&c', probe_timeout: 2s}\n"
        "  free: {url: 'http://free.test', public: true}\n" ANY_ROUTE;
    const struct table *table = good_table(*state, source);
    const struct upstream *upstreams = table->upstreams;
    const struct breaker_policy *store = upstreams[0].breaker;
    const struct breaker_policy *other = upstreams[2].breaker;
    check_number("breakers", 2, table->breaker_count);
    check_truth("one for both", true, upstreams[1].breaker == store);
    check_truth("none", true, upstreams[3].breaker == NULL);
    check_number("failures", 5, (size_t)store->limits.failures);
    check_number("retry_after", 1000, (size_t)store->limits.retry_after_ms);
    check_number("probe_timeout", 500, (size_t)store->probe_timeout_ms);
    check_text("probe", "/health", store->probe);
    check_truth("whose it is", true, store->upstream == &upstreams[0]);
    check_number("failures", 1, (size_t)other->limits.failures);
    check_number("retry_after", 250, (size_t)other->limits.retry_after_ms);
    check_number("probe_timeout", 2000, (size_t)other->probe_timeout_ms);
    check_text("probe", "/x?a=b&c", other->probe);
    check_number("its own state", 1, other->index - store->index);
}

static void quantities_have_units(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text;
        size_t expected;
    } durations[] = {{"500ms", 500},   {"10s", 10000},  {"1.5s", 1500},
                     {"2min", 120000}, {"10 s", 10000}, {"100000min", 86400000}};
    static const struct {
        const char *text;
        size_t expected;
    } sizes[] = {{"100 B", 100},
                 {"64KiB", 65536},
                 {"1 MiB", 1048576},
                 {"0.5 MiB", 524288},
                 {"5000 MiB", 1073741824}};
    for (size_t i = 0; i < COUNT(durations); i++) {
        struct text source = text_format(
            arena,
            ANY_ROUTE "upstreams: {store: {url: 'http://store.test', public: true, timeout: %s}}\n",
            durations[i].text);
        check_number(durations[i].text, durations[i].expected,
                     (size_t)good_table(arena, source.data)->upstreams[0].timeout_ms);
    }
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct text source =
            text_format(arena, ANY_UPSTREAM ANY_ROUTE "server: {max_body: %s}\n", sizes[i].text);
        check_number(sizes[i].text, sizes[i].expected,
                     good_table(arena, source.data)->server.max_body);
    }
}

static void a_prefix_has_one_slash_before_and_none_behind(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *given;
        const char *expected;
    } rows[] = {{"/api", "/api"}, {"api", "/api"}, {"/api/", "/api"},
                {"/", ""},        {"''", ""},      {"/api/v1//", "/api/v1"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text source =
            text_format(arena, ANY_UPSTREAM ANY_ROUTE "server: {prefix: %s}\n", rows[i].given);
        check_text(rows[i].given, rows[i].expected, good_table(arena, source.data)->server.prefix);
    }
}

static void an_upstream_is_as_it_is_written(void **state) {
    static const char source[] = ANY_ROUTE "upstreams:\n"
                                           "  store:\n"
                                           "    url: ${O2S_TEST_URL}/store//\n"
                                           "    forward: [Authorization, x-a]\n"
                                           "    headers: {X-Key: key}\n"
                                           "    errors:\n"
                                           "      pass: [400, 404]\n"
                                           "      as: {422: 400}\n"
                                           "      message: .message\n";
    setenv("O2S_TEST_URL", "https://medusa.test", 1);
    const struct upstream *store = &good_table(*state, source)->upstreams[0];
    check_text("url", "https://medusa.test/store", store->url);
    check_number("statuses", 3, store->status_count);
    check_number("422 becomes", 400, (size_t)store->statuses[2].to);
    check_truth("message", true, store->message != NULL);
    /* Names of headers have no case, and a request's come in lower case. */
    check_text("header", "x-key", store->headers[0].name);
    check_text("forward", "authorization", store->forward[0]);
}

static void a_route_is_as_it_is_written(void **state) {
    static const char source[] =
        ANY_UPSTREAM "routes:\n"
                     "  GET /things/{id}/parts/{partId}:\n"
                     "    summary: Get a part\n"
                     "    steps:\n"
                     "      - part: GET store/parts/{$path.partId}\n"
                     "        catch: {404: , 409: 409 Busy}\n"
                     "      - other: GET store/parts\n"
                     "        optional: true\n"
                     "    answer: {status: 202, headers: {X-A: b}, body: [$part, $other]}\n";
    const struct route *route = &good_table(*state, source)->routes[0];
    check_text("method", "GET", route->method);
    check_text("pattern", "/things/{id}/parts/{partId}", route->pattern);
    check_text("summary", "Get a part", route->summary);
    check_number("parameters", 2, route->parameter_count);
    check_text("the second", "partId", route->parameters[1]);
    const struct step *step = &route->steps[0];
    check_truth("optional", true, route->steps[1].optional);
    check_number("catches", 2, step->catch_count);
    check_truth("404 makes it missing", true, step->catches[0].error == NULL);
    check_number("409 is passed on", 409, (size_t)step->catches[1].error->status);
    check_json("status", "202", route->answer.status->literal);
    check_text("header", "x-a", route->answer.headers[0].name);
}

static void reports_an_unreadable_file(void **state) {
    char *printed;
    size_t size;
    FILE *stream = open_memstream(&printed, &size);
    struct table *table = table_load_file(UNIT_TESTS "/no-such-file.yaml", stream);
    fclose(stream);
    struct text told = text_copy(*state, text_of(printed));
    free(printed);
    check_truth("no table", true, table == NULL);
    check_text("message",
               text_format(*state, UNIT_TESTS "/no-such-file.yaml: %s\n", strerror(ENOENT)).data,
               told);
}

static void a_table_is_read_from_a_file(void **state) {
    (void)state;
    char *printed;
    size_t size;
    FILE *stream = open_memstream(&printed, &size);
    struct table *table = table_load_file(UNIT_TESTS "/mistakes/table-list.yaml", stream);
    fclose(stream);
    bool named = strncmp(printed, UNIT_TESTS "/mistakes/table-list.yaml:1:1: ",
                         strlen(UNIT_TESTS "/mistakes/table-list.yaml:1:1: ")) == 0;
    free(printed);
    check_truth("no table", true, table == NULL);
    check_truth("the file's mistakes are told with its path", true, named);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(the_projects_own_table_has_no_mistakes),
        TEST_WITH_ARENA(a_bad_variable_is_named_without_its_value),
        TEST_WITH_ARENA(origins_that_no_browser_sends_are_refused),
        TEST_WITH_ARENA(unset_variables_are_named),
        TEST_WITH_ARENA(settings_are_known_when_the_table_is_loaded),
        TEST_WITH_ARENA(applies_defaults),
        TEST_WITH_ARENA(upstreams_have_breakers_of_their_own_or_share_one),
        TEST_WITH_ARENA(quantities_have_units),
        TEST_WITH_ARENA(a_prefix_has_one_slash_before_and_none_behind),
        TEST_WITH_ARENA(an_upstream_is_as_it_is_written),
        TEST_WITH_ARENA(a_route_is_as_it_is_written),
        TEST_WITH_ARENA(reports_an_unreadable_file),
        TEST_WITH_ARENA(a_table_is_read_from_a_file),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
