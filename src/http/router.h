/*
 * Finds the route of a path: one lookup per segment, fixed segments before parameters, among the
 * routes of the request's method.
 */
#ifndef O2S_HTTP_ROUTER_H
#define O2S_HTTP_ROUTER_H

#include "base/arena.h"
#include "base/text.h"

struct route;
struct router_node;

enum { ROUTER_MAX_SEGMENTS = 16 };

struct router {
    struct router_node *root;
    struct arena *arena;
};

struct router_match {
    /* NULL: the path is unknown, or (if `allow` is not empty) only has other methods. */
    struct route *route;
    /* The methods of the path: "GET, HEAD, PATCH". */
    struct text allow;
    /* The decoded segments at the positions of the route's parameters, in their order. */
    struct text parameters[ROUTER_MAX_SEGMENTS];
    size_t parameter_count;
};

void router_init(struct router *router, struct arena *arena);

/*
 * Adds a route; `segments` are those of its path, and a segment that begins with `{` is a
 * parameter. Returns the existing route with the same method and path, or NULL.
 */
struct route *router_add(struct router *router, const char *method, const struct text *segments,
                         size_t count, struct route *route);

/* HEAD finds the route of GET. `segments` are decoded. */
void router_find(const struct router *router, struct text method, const struct text *segments,
                 size_t count, struct router_match *match);

#endif
