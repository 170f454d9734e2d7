#include "http/router.h"

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
    struct text allow;
};

void router_init(struct router *router, struct arena *arena) {
    router->arena = arena;
    router->root = arena_allocate(arena, sizeof(struct router_node));
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
    node->allow = text_format(router->arena, "%.*s%s%s%s", TEXT_ARGUMENT(node->allow),
                              node->allow.size ? ", " : "", method,
                              text_is(text_of(method), "GET") ? ", HEAD" : "");
    return NULL;
}

/*
 * Descends to a node that has `method` (empty: any method); backtracks from a fixed segment to a
 * parameter if the fixed one does not lead to a route.
 */
static const struct router_node *descend(const struct router_node *node, struct text method,
                                         const struct text *segments, size_t count,
                                         struct router_match *match) {
    if (!count) {
        bool good = method.size ? find_endpoint(node, method) != NULL : node->endpoints != NULL;
        return good ? node : NULL;
    }
    const struct router_node *fixed = find_fixed(node, segments[0]);
    const struct router_node *found =
        fixed ? descend(fixed, method, segments + 1, count - 1, match) : NULL;
    if (found || !node->parameter || !segments[0].size)
        return found;
    match->parameters[match->parameter_count++] = segments[0];
    found = descend(node->parameter, method, segments + 1, count - 1, match);
    if (!found)
        match->parameter_count--;
    return found;
}

void router_find(const struct router *router, struct text method, const struct text *segments,
                 size_t count, struct router_match *match) {
    struct text served = text_is(method, "HEAD") ? text_of("GET") : method;
    match->route = NULL;
    match->allow = (struct text){"", 0};
    match->parameter_count = 0;
    if (count > ROUTER_MAX_SEGMENTS)
        return;
    const struct router_node *node = descend(router->root, served, segments, count, match);
    if (node)
        match->route = find_endpoint(node, served);
    else
        node = descend(router->root, (struct text){"", 0}, segments, count, match);
    if (node)
        match->allow = node->allow;
}
