/* Which route a path finds. */
#include "support.h"

#include <string.h>

#include "http/router.h"

/* Splits "/a/b" into segments, whose count is returned. */
static size_t split(const char *path, struct text *segments) {
    struct text rest = text_of(path + 1);
    size_t count = 0;
    while (rest.size)
        segments[count++] = text_cut(&rest, '/');
    return count;
}

static void add(struct router *router, struct route *route) {
    struct text segments[ROUTER_MAX_SEGMENTS];
    size_t count = split(route->pattern.data, segments);
    struct route *known = router_add(router, route->method.data, segments, count, route);
    check_truth(route->pattern.data, true, known == NULL);
}

#define ROUTE(a, b)                                                                                \
    {                                                                                              \
        .method = {(a), sizeof(a) - 1}, .pattern = {(b), sizeof(b) - 1 }                           \
    }

static void build(struct router *router, struct arena *arena) {
    static struct route routes[] = {
        ROUTE("GET", "/"),
        ROUTE("GET", "/carts"),
        ROUTE("POST", "/carts"),
        ROUTE("GET", "/carts/current"),
        ROUTE("POST", "/carts/items"),
        ROUTE("GET", "/carts/{cartId}"),
        ROUTE("PATCH", "/carts/{cartId}"),
        ROUTE("PATCH", "/carts/{cartId}/items/{itemId}"),
        ROUTE("GET", "/carts/current/items/first"),
        ROUTE("GET", "/customers/{id}/{kind}"),
        ROUTE("GET", "/customers/{other}/orders"),
    };
    router_init(router, arena);
    for (size_t i = 0; i < COUNT(routes); i++)
        add(router, &routes[i]);
}

/* What is found, as "PATTERN a,b" with the parameters, or "405 METHODS", or "404". */
static struct text found(struct arena *arena, const char *method, const char *path) {
    struct router router;
    struct text segments[ROUTER_MAX_SEGMENTS + 1];
    struct router_match match;
    build(&router, arena);
    router_find(&router, text_of(method), segments, split(path, segments), &match);
    if (!match.route && match.allow.size)
        return text_format(arena, "405 %.*s", TEXT_ARGUMENT(match.allow));
    if (!match.route)
        return text_of("404");
    struct text text = match.route->pattern;
    for (size_t i = 0; i < match.parameter_count; i++)
        text = text_format(arena, "%.*s%c%.*s", TEXT_ARGUMENT(text), i ? ',' : ' ',
                           TEXT_ARGUMENT(match.parameters[i]));
    return text;
}

struct lookup_row {
    const char *method;
    const char *path;
    const char *expected;
};

static void check_rows(struct arena *arena, const struct lookup_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        check_text(text_format(arena, "%s %s", rows[i].method, rows[i].path).data, rows[i].expected,
                   found(arena, rows[i].method, rows[i].path));
}

static void fixed_segments_come_before_parameters(void **state) {
    static const struct lookup_row rows[] = {
        {"GET", "/", "/"},
        {"GET", "/carts", "/carts"},
        {"GET", "/carts/current", "/carts/current"},
        {"POST", "/carts/items", "/carts/items"},
        {"GET", "/carts/cart_1", "/carts/{cartId} cart_1"},
        {"GET", "/customers/c/orders", "/customers/{other}/orders c"},
        {"GET", "/customers/c/other", "/customers/{id}/{kind} c,other"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_fixed_segment_that_leads_nowhere_is_a_parameter(void **state) {
    static const struct lookup_row rows[] = {
        {"PATCH", "/carts/current/items/i", "/carts/{cartId}/items/{itemId} current,i"},
        {"PATCH", "/carts/items/items/items", "/carts/{cartId}/items/{itemId} items,items"},
        {"GET", "/carts/current/items/first", "/carts/current/items/first"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void parameters_may_be_anything_but_empty(void **state) {
    static const struct lookup_row rows[] = {
        {"GET", "/carts/{cartId}", "/carts/{cartId} {cartId}"},
        {"GET", "/carts/a b", "/carts/{cartId} a b"},
        {"GET", "/carts/ż", "/carts/{cartId} ż"},
        {"PATCH", "/carts//items/i", "404"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void head_finds_what_get_finds(void **state) {
    static const struct lookup_row rows[] = {
        {"HEAD", "/carts/cart_1", "/carts/{cartId} cart_1"},
        {"HEAD", "/carts/items", "/carts/{cartId} items"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void answers_405_with_the_allowed_methods(void **state) {
    static const struct lookup_row rows[] = {
        {"DELETE", "/carts", "405 GET, HEAD, POST"},
        {"PUT", "/carts/cart_1", "405 GET, HEAD, PATCH"},
        /* "items" is fixed for POST only; for GET it is a parameter like any other. */
        {"GET", "/carts/items", "/carts/{cartId} items"},
        {"get", "/carts", "405 GET, HEAD, POST"},
        {"", "/carts", "405 GET, HEAD, POST"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void an_unknown_path_is_not_found(void **state) {
    static const struct lookup_row rows[] = {
        {"GET", "/nothing", "404"},
        {"GET", "/carts/a/b", "404"},
        {"GET", "/carts/a/items", "404"},
        {"GET", "/customers", "404"},
        {"GET", "/Carts", "404"},
        {"GET", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "404"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_path_is_routed_once_whatever_its_parameters_are_called(void **state) {
    struct router router;
    struct text segments[ROUTER_MAX_SEGMENTS];
    static struct route again = ROUTE("GET", "/carts/{id}");
    static struct route other = ROUTE("DELETE", "/carts/{id}");
    build(&router, *state);
    size_t count = split(again.pattern.data, segments);
    struct route *known = router_add(&router, "GET", segments, count, &again);
    check_text("GET", "/carts/{cartId}", known ? known->pattern : text_of("nothing"));
    check_truth("DELETE is new", true,
                router_add(&router, "DELETE", segments, count, &other) == NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(fixed_segments_come_before_parameters),
        TEST_WITH_ARENA(a_fixed_segment_that_leads_nowhere_is_a_parameter),
        TEST_WITH_ARENA(parameters_may_be_anything_but_empty),
        TEST_WITH_ARENA(head_finds_what_get_finds),
        TEST_WITH_ARENA(answers_405_with_the_allowed_methods),
        TEST_WITH_ARENA(an_unknown_path_is_not_found),
        TEST_WITH_ARENA(a_path_is_routed_once_whatever_its_parameters_are_called),
    };
    return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
