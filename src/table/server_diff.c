#include "base/count.h"
#include "table/diff_text.h"
#include "table/table_diff.h"

/* The server. */

/* The origins as a list with commas. */
static struct text origins_text(struct arena *arena, struct value origins) {
    struct text list = {"", 0};
    for (size_t i = 0; origins.type == VALUE_ARRAY && i < value_length(origins); i++)
        list = text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(list), i ? ", " : "",
                           TEXT_ARGUMENT(value_text(value_item(arena, origins, i))));
    return list;
}

/* A list of what pages may do: without one of its items some of them fail. */
static void diff_permissions(struct changes *changes, const char *what, struct text old,
                             struct text new) {
    bool fewer = names_missing(changes->arena, old, new).size > 0;
    diff_texts(changes, fewer, text_of("CORS"), what, old, new);
}

void diff_server(struct changes *changes, const struct table *old, const struct table *new) {
    struct arena *arena = changes->arena;
    const struct server_settings *before = &old->server;
    const struct server_settings *now = &new->server;
    if (before->metrics != now->metrics)
        changes_add(changes, false, "GET /metrics is %s",
                    now->metrics ? "served" : "no longer served");
    if (before->server_timing != now->server_timing)
        changes_add(changes, false, "responses %s the header Server-Timing",
                    now->server_timing ? "have" : "no longer have");
    diff_texts(changes, false, text_of("the log"), "the time of a slow request",
               text_of_amount(arena, (size_t)before->slow_request_ms, "ms"),
               text_of_amount(arena, (size_t)now->slow_request_ms, "ms"));
    diff_texts(changes, false, text_of("a request"), "its deadline",
               text_of_amount(arena, (size_t)before->deadline_ms, "ms"),
               text_of_amount(arena, (size_t)now->deadline_ms, "ms"));
    diff_permissions(changes, "origins", origins_text(arena, before->origins),
                     origins_text(arena, now->origins));
    diff_permissions(changes, "headers", before->cors_headers, now->cors_headers);
    diff_permissions(changes, "methods", before->cors_methods, now->cors_methods);
    diff_permissions(changes, "expose", before->cors_expose, now->cors_expose);
    diff_texts(changes, false, text_of("CORS"), "max_age",
               text_of_amount(arena, (size_t)before->cors_max_age, "s"),
               text_of_amount(arena, (size_t)now->cors_max_age, "s"));
}

/* Upstreams. */

static struct text statuses_text(struct arena *arena, const struct upstream *upstream) {
    struct text list = {"", 0};
    for (size_t i = 0; i < upstream->status_count; i++) {
        const struct status_mapping *mapping = &upstream->statuses[i];
        list = text_format(arena, "%.*s%s%d", TEXT_ARGUMENT(list), i ? ", " : "", mapping->from);
        if (mapping->to != mapping->from)
            list = text_format(arena, "%.*s as %d", TEXT_ARGUMENT(list), mapping->to);
    }
    return list;
}

static struct text breaker_text(struct arena *arena, const struct breaker_policy *breaker) {
    if (!breaker)
        return (struct text){"", 0};
    return text_format(arena, "%ld failures, %ldms, probe %.*s%.*s in %ldms",
                       breaker->limits.failures, breaker->limits.retry_after_ms,
                       TEXT_ARGUMENT(breaker->upstream->name), TEXT_ARGUMENT(breaker->probe),
                       breaker->probe_timeout_ms);
}

static void diff_limits(struct changes *changes, struct text subject, const struct upstream *old,
                        const struct upstream *new) {
    struct arena *arena = changes->arena;
    const struct {
        const char *what;
        size_t before;
        size_t now;
        const char *unit;
    } limits[] = {
        {"its timeout", (size_t)old->timeout_ms, (size_t) new->timeout_ms, "ms"},
        {"connect_timeout", (size_t)old->connect_timeout_ms, (size_t) new->connect_timeout_ms,
         "ms"},
        {"max_response", old->max_response, new->max_response, " bytes"},
    };
    for (size_t i = 0; i < COUNT(limits); i++)
        diff_texts(changes, false, subject, limits[i].what,
                   text_of_amount(arena, limits[i].before, limits[i].unit),
                   text_of_amount(arena, limits[i].now, limits[i].unit));
    bool smaller = new->max_request && (!old->max_request || new->max_request < old->max_request);
    diff_texts(changes, smaller, subject, "max_request",
               text_of_amount(arena, old->max_request, " bytes"),
               text_of_amount(arena, new->max_request, " bytes"));
}

static void diff_errors(struct changes *changes, struct text subject, const struct upstream *old,
                        const struct upstream *new) {
    struct arena *arena = changes->arena;
    struct text before = statuses_text(arena, old);
    struct text now = statuses_text(arena, new);
    bool breaking = names_missing(arena, before, now).size > 0;
    diff_texts(changes, breaking, subject, "the list of its errors for callers", before, now);
    diff_texts(changes, false, subject, "the message of its errors",
               text_of_expression(arena, old->message), text_of_expression(arena, new->message));
}

static void diff_upstream(struct changes *changes, const struct upstream *old,
                          const struct upstream *new) {
    struct arena *arena = changes->arena;
    struct text subject = text_format(arena, "the upstream %.*s", TEXT_ARGUMENT(new->name));
    if (!text_equal(new->url, old->url))
        changes_add(changes, false, "%.*s is at %.*s (%.*s before)", TEXT_ARGUMENT(subject),
                    TEXT_ARGUMENT(new->url), TEXT_ARGUMENT(old->url));
    diff_texts(changes, false, subject, "forward",
               text_of_names(arena, old->forward, old->forward_count),
               text_of_names(arena, new->forward, new->forward_count));
    diff_sent_headers(changes, subject, old->headers, old->header_count, new->headers,
                      new->header_count);
    diff_limits(changes, subject, old, new);
    diff_errors(changes, subject, old, new);
    diff_texts(changes, false, subject, "retry", text_of_retry(arena, &old->retry),
               text_of_retry(arena, &new->retry));
    diff_texts(changes, false, subject, "its breaker", breaker_text(arena, old->breaker),
               breaker_text(arena, new->breaker));
    if (old->is_public != new->is_public)
        changes_add(changes, false, "%.*s is %s public", TEXT_ARGUMENT(subject),
                    new->is_public ? "now" : "no longer");
}

void diff_upstreams(struct changes *changes, const struct table *old, const struct table *new) {
    for (size_t i = 0; i < new->upstream_count; i++)
        for (size_t j = 0; j < old->upstream_count; j++)
            if (text_equal(new->upstreams[i].name, old->upstreams[j].name))
                diff_upstream(changes, &old->upstreams[j], &new->upstreams[i]);
}
