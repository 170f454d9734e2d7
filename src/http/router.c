#include "http/router.h"

#include "base/count.h"

/* In the order in which they are listed. */
static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

struct endpoint {
    struct text method;
    struct route *route;
    struct endpoint *next;
};

struct router_node {
    struct text segment;
    struct router_node *fixed;
    struct router_node *parameter;
    struct router_node *next;
    struct endpoint *endpoints;
    /* The bits of the endpoints' methods. */
    unsigned methods;
};

static unsigned method_bit(struct text method) {
    for (size_t i = 0; i < COUNT(methods); i++)
        if (text_is(method, methods[i]))
            return 1u << i;
    return 0;
}

/* Lists the methods whose bits are set. */
static struct text list_methods(struct arena *arena, unsigned bits) {
    struct text list = {"", 0};
    for (size_t i = 0; i < COUNT(methods); i++)
        if (bits & 1u << i)
            list = text_format(arena, "%.*s%s%s%s", TEXT_ARGUMENT(list), list.size ? ", " : "",
                               methods[i], i ? "" : ", HEAD");
    return list;
}

void router_init(struct router *router, struct arena *arena) {
    enum { SETS = 1 << COUNT(methods) };
    struct text *lists = arena_allocate_unset(arena, SETS, sizeof *lists);
    for (unsigned bits = 0; bits < SETS; bits++)
        lists[bits] = list_methods(arena, bits);
    *router = (struct router){
        .root = arena_allocate(arena, sizeof(struct router_node)),
        .arena = arena,
        .lists = lists,
    };
}

static struct router_node *find_fixed(const struct router_node *node, struct text segment) {
    for (struct router_node *child = node->fixed; child; child = child->next)
        if (text_equal(child->segment, segment))
            return child;
    return NULL;
}

static struct router_node *enter(struct router *router, struct router_node *node,
                                 struct text segment) {
    bool parameter = segment.size && segment.data[0] == '{';
    struct router_node *child = parameter ? node->parameter : find_fixed(node, segment);
    if (child)
        return child;
    child = arena_allocate(router->arena, sizeof *child);
    child->segment = segment;
    if (parameter) {
        node->parameter = child;
    } else {
        child->next = node->fixed;
        node->fixed = child;
    }
    return child;
}

static struct route *find_endpoint(const struct router_node *node, struct text method) {
    for (const struct endpoint *endpoint = node->endpoints; endpoint; endpoint = endpoint->next)
        if (text_equal(endpoint->method, method))
            return endpoint->route;
    return NULL;
}

struct route *router_add(struct router *router, const char *method, const struct text *segments,
                         size_t count, struct route *route) {
    struct router_node *node = router->root;
    for (size_t i = 0; i < count; i++)
        node = enter(router, node, segments[i]);
    struct route *known = find_endpoint(node, text_of(method));
    if (known)
        return known;
    struct endpoint *endpoint = arena_allocate(router->arena, sizeof *endpoint);
    *endpoint = (struct endpoint){text_of(method), route, node->endpoints};
    node->endpoints = endpoint;
    node->methods |= method_bit(endpoint->method);
    return NULL;
}

/*
 * Descends to a node that has `method`; backtracks from a fixed segment to a parameter if the fixed
 * one does not lead to a route.
 */
static struct route *descend(const struct router_node *node, struct text method,
                             const struct text *segments, size_t count,
                             struct router_match *match) {
    if (!count)
        return find_endpoint(node, method);
    const struct router_node *fixed = find_fixed(node, segments[0]);
    struct route *found = fixed ? descend(fixed, method, segments + 1, count - 1, match) : NULL;
    if (found || !node->parameter || !segments[0].size)
        return found;
    match->parameters[match->parameter_count++] = segments[0];
    found = descend(node->parameter, method, segments + 1, count - 1, match);
    if (!found)
        match->parameter_count--;
    return found;
}

/* The bits of the methods of all nodes that descend() can reach. */
static unsigned methods_of(const struct router_node *node, const struct text *segments,
                           size_t count) {
    if (!count)
        return node->methods;
    const struct router_node *fixed = find_fixed(node, segments[0]);
    unsigned bits = fixed ? methods_of(fixed, segments + 1, count - 1) : 0;
    if (node->parameter && segments[0].size)
        bits |= methods_of(node->parameter, segments + 1, count - 1);
    return bits;
}

void router_find(const struct router *router, struct text method, const struct text *segments,
                 size_t count, struct router_match *match) {
    struct text served = text_is(method, "HEAD") ? text_of("GET") : method;
    match->route = NULL;
    match->allow = (struct text){"", 0};
    match->parameter_count = 0;
    if (count > ROUTER_MAX_SEGMENTS)
        return;
    match->route = descend(router->root, served, segments, count, match);
    if (!match->route)
        match->allow = router->lists[methods_of(router->root, segments, count)];
}
