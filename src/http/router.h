/*
 * Finds the route of a path: one look a segment, fixed segments before parameters, among the
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
    /* NULL: the path is unknown, or (with `allow` not empty) known for other methods only. */
    struct route *route;
    /* The path's methods: "GET, HEAD, PATCH". */
    struct text allow;
    /* The segments, decoded, that stand where the route has parameters, in their order. */
    struct text parameters[ROUTER_MAX_SEGMENTS];
    size_t parameter_count;
};

void router_init(struct router *router, struct arena *arena);

/*
 * Adds a route; `segments` are its path's, one that begins with `{` being a parameter. Returns the
 * route that has the same method and path already, or NULL.
 */
struct route *router_add(struct router *router, const char *method, const struct text *segments,
                         size_t count, struct route *route);

/* HEAD finds what GET finds. `segments` are decoded. */
void router_find(const struct router *router, struct text method, const struct text *segments,
                 size_t count, struct router_match *match);

#endif
