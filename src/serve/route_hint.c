#include "serve/route_hint.h"

/* How near a route is; the first field that differs decides, and less is nearer. */
struct nearness {
    size_t distance;
    bool other_method;
    size_t parameters;
};

struct search {
    struct arena *arena;
    struct text method;
    struct text path;
    /* The nearest route so far; NULL: none is near enough. */
    const struct route *best;
    struct nearness nearness;
};

/* The next segment of a path, with the slash before it; empty at its end. */
static struct text cut_segment(struct text *path) {
    size_t size = path->size ? 1 : 0;
    while (size < path->size && path->data[size] != '/')
        size++;
    struct text segment = {path->data, size};
    *path = (struct text){path->data + size, path->size - size};
    return segment;
}

/* Whether the path is near the pattern, ignoring the values of parameters. */
static bool is_near(const struct search *search, struct text pattern, size_t *distance) {
    struct text path = search->path, wanted = {"", 0}, candidate = {"", 0};
    while (path.size || pattern.size) {
        struct text given = cut_segment(&path), expected = cut_segment(&pattern);
        bool parameter = expected.size > 1 && expected.data[1] == '{' && given.size > 1;
        if (parameter)
            given = expected = text_of("/*");
        wanted =
            text_format(search->arena, "%.*s%.*s", TEXT_ARGUMENT(wanted), TEXT_ARGUMENT(given));
        candidate = text_format(search->arena, "%.*s%.*s", TEXT_ARGUMENT(candidate),
                                TEXT_ARGUMENT(expected));
    }
    struct nearest nearest = {.wanted = wanted};
    nearest_offer(&nearest, candidate);
    *distance = nearest.distance;
    return nearest.best.size > 0;
}

static bool is_nearer(struct nearness a, struct nearness b) {
    if (a.distance != b.distance)
        return a.distance < b.distance;
    if (a.other_method != b.other_method)
        return b.other_method;
    return a.parameters < b.parameters;
}

static void offer(struct search *search, const struct route *route, struct text pattern) {
    struct nearness nearness = {.other_method = !text_equal(route->method, search->method),
                                .parameters = route->parameter_count};
    if (!is_near(search, pattern, &nearness.distance))
        return;
    if (search->best && !is_nearer(nearness, search->nearness))
        return;
    search->best = route;
    search->nearness = nearness;
}

struct text route_hint(const struct table *table, const struct http_request *request,
                       struct arena *arena) {
    struct text rest = request->target;
    struct text prefix = table->server.prefix;
    struct search search = {.arena = arena, .path = text_cut(&rest, '?')};
    search.method = text_is(request->method, "HEAD") ? text_of("GET") : request->method;
    for (size_t i = 0; i < table->route_count; i++) {
        const struct route *route = &table->routes[i];
        offer(&search, route,
              text_format(arena, "%.*s%.*s", TEXT_ARGUMENT(prefix), TEXT_ARGUMENT(route->pattern)));
        if (prefix.size)
            offer(&search, route, route->pattern);
    }
    struct text hint = text_format(arena, "no route matches %.*s %.*s",
                                   TEXT_ARGUMENT(request->method), TEXT_ARGUMENT(search.path));
    if (!search.best)
        return hint;
    return text_format(arena, "%.*s; did you mean %.*s %.*s%.*s?", TEXT_ARGUMENT(hint),
                       TEXT_ARGUMENT(search.best->method), TEXT_ARGUMENT(prefix),
                       TEXT_ARGUMENT(search.best->pattern));
}
