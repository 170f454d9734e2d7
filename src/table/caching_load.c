#include "base/count.h"
#include "table/loader.h"

/* Headers by which a table could violate the guarantees of caching.h. */
static const char *const reserved[] = {"cache-control", "expires", "vary", "x-accel-expires"};
/* Headers that a public answer must not have. */
static const char *const not_public[] = {"etag", "set-cookie"};

struct named_template *load_answer_headers(struct loader *loader, struct scope *scope,
                                           const struct yaml_node *node, size_t *count) {
    struct named_template *headers = loader_headers(loader, scope, node, FIELD_OF_ANSWER, count);
    for (size_t i = 0; i < *count; i++)
        if (text_is_among(headers[i].name, reserved, COUNT(reserved)))
            diagnostics_add(loader->diagnostics, node->keys[i]->location,
                            "%.*s cannot be set here: the `cache` of the route specifies how long "
                            "and by whom an answer may be cached",
                            TEXT_ARGUMENT(headers[i].name));
    return headers;
}

/* If a duration is not set, the default applies. */
static void load_seconds(struct loader *loader, const struct yaml_node *node, long *seconds) {
    long milliseconds = node ? loader_duration(loader, node) : 0;
    if (!milliseconds)
        return;
    *seconds = milliseconds / 1000;
    if (!*seconds)
        diagnostics_add(loader->diagnostics, node->location,
                        "caches count in seconds: the minimum is 1s");
}

void load_freshness(struct loader *loader, const struct yaml_node *node,
                    struct freshness *freshness) {
    if (!loader_check_keys(loader, node, "cache", cache_keywords))
        return;
    const struct yaml_node *max_age = yaml_get(node, "max_age");
    freshness->has_max_age = freshness->has_max_age || max_age;
    load_seconds(loader, max_age, &freshness->max_age);
    load_seconds(loader, yaml_get(node, "stale_while_revalidate"),
                 &freshness->stale_while_revalidate);
    load_seconds(loader, yaml_get(node, "stale_if_error"), &freshness->stale_if_error);
}

/* Why the answers of the route cannot be public; NULL: they can. */
static const char *reason_not_cacheable(const struct loader *loader, const struct route *route) {
    const struct common *common = &loader->table->common;
    const struct answer *answer = &route->answer;
    const struct expression *status = answer->status;
    if (!text_is(route->method, "GET"))
        return "only answers to GET can be cached: remove `cache`";
    if (route->body_schema)
        return "a cache identifies an answer by its URL: an answer that depends on a body cannot "
               "be cached";
    if (answer->error)
        return "an error is never cached: remove `cache`";
    if (status && status->kind == EXPRESSION_LITERAL && value_double(status->literal) != 200)
        return "only an answer with status 200 is cached: remove `cache`, or the status";
    for (size_t i = 0; i < COUNT(not_public); i++) {
        struct text name = text_of(not_public[i]);
        if (header_find(answer->headers, answer->header_count, name) ||
            header_find(common->answer_headers, common->answer_header_count, name))
            return "an answer with a header etag or set-cookie cannot be cached";
    }
    return NULL;
}

void load_caching(struct loader *loader, struct route *route, const struct yaml_node *node) {
    struct freshness freshness = loader->table->common.freshness;
    size_t mistakes = diagnostics_count(loader->diagnostics);
    load_freshness(loader, node, &freshness);
    bool whole = diagnostics_count(loader->diagnostics) == mistakes;
    const char *reason = reason_not_cacheable(loader, route);
    if (reason)
        diagnostics_add(loader->diagnostics, node->location, "%s", reason);
    else if (whole && !freshness.has_max_age)
        diagnostics_add(loader->diagnostics, node->location,
                        "`cache` needs max_age, the time for which caches may keep the answer, "
                        "such as {max_age: 60s}");
    /* If max_age comes from a setting that is not set, the route is not cached. */
    if (!freshness.max_age)
        return;
    route->caching = arena_allocate(loader->arena, sizeof *route->caching);
    route->caching->location = node->location;
    route->caching->freshness = freshness;
}

/* Vary. */

static void add_name(struct loader *loader, struct text *list, struct text name) {
    if (!text_is_listed(name, *list))
        *list = text_format(loader->arena, "%.*s%s%.*s", TEXT_ARGUMENT(*list),
                            list->size ? ", " : "", TEXT_ARGUMENT(name));
}

/* The headers that `common` validates decide between an answer and an error. */
static void add_checked(struct loader *loader, struct text *list) {
    size_t count = 0;
    const struct schema *schema = loader->table->common.header_schema;
    const struct text *names = schema ? schema_property_names(schema, loader->arena, &count) : NULL;
    for (size_t i = 0; i < count; i++)
        add_name(loader, list, names[i]);
}

/* The headers that are forwarded to an upstream may change its answer. */
static void add_forwarded(struct loader *loader, struct text *list, const struct route *route) {
    for (size_t i = 0; i < route->step_count; i++) {
        const struct upstream *upstream = route->steps[i].upstream;
        for (size_t j = 0; upstream && j < upstream->forward_count; j++)
            add_name(loader, list, upstream->forward[j]);
    }
}

/*
 * Whether the route reads the caller's token, or one of its upstreams gets it. Otherwise the token
 * cannot change the answer, and `public` lets shared caches keep an answer to a request with one
 * (RFC 9111, 3.5).
 */
static bool depends_on_token(const struct route *route, const struct projection *headers) {
    const struct text name = text_of("authorization");
    if (projection_find(headers, name))
        return true;
    for (size_t i = 0; i < route->step_count; i++)
        if (route->steps[i].upstream && upstream_forwards(route->steps[i].upstream, name))
            return true;
    return false;
}

static struct text vary_of(struct loader *loader, const struct route *route,
                           const struct projection *headers) {
    struct text list = text_of(depends_on_token(route, headers) ? "authorization" : "");
    for (const struct projection_member *member = headers->members; member; member = member->next)
        add_name(loader, &list, member->name);
    add_checked(loader, &list);
    add_forwarded(loader, &list, route);
    if (loader->table->server.origins.size)
        add_name(loader, &list, text_of("origin"));
    return list;
}

static struct text control_of(struct loader *loader, const struct freshness *freshness) {
    struct text control = text_format(loader->arena, "public, max-age=%ld", freshness->max_age);
    if (freshness->stale_while_revalidate)
        control = text_format(loader->arena, "%.*s, stale-while-revalidate=%ld",
                              TEXT_ARGUMENT(control), freshness->stale_while_revalidate);
    if (freshness->stale_if_error)
        control = text_format(loader->arena, "%.*s, stale-if-error=%ld", TEXT_ARGUMENT(control),
                              freshness->stale_if_error);
    return control;
}

/*
 * Vary names the header that such a credential comes from, but only a known one makes an answer
 * private.
 */
static void report_credentials(struct loader *loader, const struct route *route) {
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        struct text credential = {"", 0};
        if (step->kind == STEP_CALL)
            credential = credential_of_request(route, step);
        if (credential.size)
            diagnostics_add(loader->diagnostics, route->caching->location,
                            "$%.*s is called with a value of the request as %.*s, so the answer "
                            "belongs to the caller: remove `cache`",
                            TEXT_ARGUMENT(step->name), TEXT_ARGUMENT(credential));
    }
}

void plan_caching(struct loader *loader, struct route *route, const struct projection *headers,
                  bool uses_now) {
    struct caching *caching = route->caching;
    if (uses_now)
        diagnostics_add(loader->diagnostics, caching->location,
                        "the answer depends on $now, so it is soon out of date: remove `cache`, or "
                        "the use of $now");
    if (headers->whole || headers->counted || headers->items)
        diagnostics_add(loader->diagnostics, caching->location,
                        "the answer depends on $headers as a whole, so it is different for every "
                        "caller: read headers by name, as $headers.x-locale, or remove `cache`");
    report_credentials(loader, route);
    caching->vary = vary_of(loader, route, headers);
    caching->control = control_of(loader, &caching->freshness);
    /* An answer that depends on one of them is private. */
    caching->credentials =
        arena_allocate_array(loader->arena, FIELD_CREDENTIAL_COUNT, sizeof(struct text));
    for (size_t i = 0; i < FIELD_CREDENTIAL_COUNT; i++)
        if (text_is_listed(text_of(field_credentials[i]), caching->vary))
            caching->credentials[caching->credential_count++] = text_of(field_credentials[i]);
}
