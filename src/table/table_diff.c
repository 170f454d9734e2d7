#include "table/table_diff.h"

#include "language/form_diff.h"
#include "language/schema_diff.h"
#include "table/diff_text.h"
#include "table/route_form.h"

static struct text route_name(struct arena *arena, const struct route *route) {
    return text_format(arena, "%.*s %.*s", TEXT_ARGUMENT(route->method),
                       TEXT_ARGUMENT(route->pattern));
}

/* Whether both answer the same requests: the names of parameters make no difference. */
static bool is_same_route(const struct route *a, const struct route *b) {
    bool same = text_equal(a->method, b->method) && a->segment_count == b->segment_count;
    for (size_t i = 0; same && i < a->segment_count; i++) {
        bool a_fixed = a->segments[i].data[0] != '{';
        bool b_fixed = b->segments[i].data[0] != '{';
        same = a_fixed == b_fixed && (!a_fixed || text_equal(a->segments[i], b->segments[i]));
    }
    return same;
}

static const struct route *find_route(const struct table *table, const struct route *wanted) {
    for (size_t i = 0; i < table->route_count; i++)
        if (is_same_route(&table->routes[i], wanted))
            return &table->routes[i];
    return NULL;
}

/* Answers. */

static void diff_headers(struct changes *changes, const struct named_template *old,
                         size_t old_count, const struct named_template *new, size_t new_count) {
    for (size_t i = 0; i < old_count; i++)
        if (!header_find(new, new_count, old[i].name))
            changes_add(changes, true, "the header %.*s is gone", TEXT_ARGUMENT(old[i].name));
    for (size_t i = 0; i < new_count; i++) {
        const struct named_template *known = header_find(old, old_count, new[i].name);
        struct text now = text_of_template(changes->arena, new[i].template);
        struct text before = known ? text_of_template(changes->arena, known->template) : now;
        if (!known)
            changes_add(changes, false, "the header %.*s is new", TEXT_ARGUMENT(new[i].name));
        else if (!text_equal(before, now))
            changes_add(changes, false, "the header %.*s is now %.*s (%.*s before)",
                        TEXT_ARGUMENT(new[i].name), TEXT_ARGUMENT(now), TEXT_ARGUMENT(before));
    }
}

/* A computed status, and the error of a route that always answers one. */
static void diff_statuses(struct changes *changes, const struct answer *old,
                          const struct answer *new, bool fixed) {
    struct arena *arena = changes->arena;
    if (!fixed)
        diff_texts(changes, true, text_of("the answer"), "its status",
                   text_of_expression(arena, old->status), text_of_expression(arena, new->status));
    struct text before = text_of_template(arena, old->error ? old->error->message : NULL);
    struct text now = text_of_template(arena, new->error ? new->error->message : NULL);
    if (old->error && new->error)
        diff_texts(changes, false, text_of("the answer"), "its message", before, now);
}

static void diff_bodies(struct changes *changes, const struct table *old_table,
                        const struct table *new_table, const struct route *old,
                        const struct route *new) {
    size_t count = changes->count;
    form_diff(changes, route_answer_form(changes->arena, old_table, old),
              route_answer_form(changes->arena, new_table, new));
    /* What the form does not show. */
    if (changes->count == count)
        diff_answer_mappers(changes, old_table, new_table, new);
}

/* What a generated answer is called; empty for the answer of the table itself. */
static struct text document_text(const struct answer *answer) {
    static const char *const names[] = {[DOCUMENT_NONE] = "",
                                        [DOCUMENT_OPENAPI_YAML] = "openapi yaml",
                                        [DOCUMENT_OPENAPI_JSON] = "openapi json"};
    return text_of(names[answer->document]);
}

static void diff_answers(struct changes *changes, const struct table *old_table,
                         const struct table *new_table, const struct route *old,
                         const struct route *new) {
    changes->part = CHANGE_OF_ANSWER;
    int before = route_fixed_status(old);
    int now = route_fixed_status(new);
    if (before && now && before != now)
        changes_add(changes, now >= 400 || before < 400, "the status is %d (%d before)", now,
                    before);
    diff_headers(changes, old->answer.headers, old->answer.header_count, new->answer.headers,
                 new->answer.header_count);
    diff_statuses(changes, &old->answer, &new->answer, before && now);
    struct text document = document_text(&new->answer);
    if (old->answer.document != new->answer.document)
        changes_add(changes, true, "it is %s%.*s", document.size ? "" : "no longer ",
                    TEXT_ARGUMENT(document.size ? document : document_text(&old->answer)));
    else if (old->answer.body && new->answer.body)
        diff_bodies(changes, old_table, new_table, old, new);
    else if (old->answer.body && !new->answer.error)
        changes_add(changes, true, "it has no body");
    else if (new->answer.body && !old->answer.error)
        changes_add(changes, false, "it has a body");
}

/* Routes. */

static void diff_route_options(struct changes *changes, const struct route *old,
                               const struct route *new) {
    struct arena *arena = changes->arena;
    struct text none = {"", 0};
    diff_texts(changes, false, text_of("the route"), "its deadline",
               text_of_amount(arena, (size_t)old->deadline_ms, "ms"),
               text_of_amount(arena, (size_t) new->deadline_ms, "ms"));
    diff_texts(changes, false, text_of("the route"), "Cache-Control",
               old->caching ? old->caching->control : none,
               new->caching ? new->caching->control : none);
    diff_texts(changes, false, text_of("the route"), "Vary",
               old->caching ? old->caching->vary : none, new->caching ? new->caching->vary : none);
}

static void diff_routes(struct changes *changes, const struct table *old_table,
                        const struct table *new_table, const struct route *old,
                        const struct route *new) {
    changes->part = CHANGE_OF_ROUTE;
    diff_route_options(changes, old, new);
    diff_order(changes, old, new);
    changes->part = CHANGE_OF_QUERY;
    schema_diff(changes, old->query_schema, new->query_schema);
    changes->part = CHANGE_OF_BODY;
    schema_diff(changes, old->body_schema, new->body_schema);
    changes->part = CHANGE_OF_REQUIREMENT;
    diff_requirements(changes, old, new);
    diff_answers(changes, old_table, new_table, old, new);
    changes->part = CHANGE_OF_VALUE;
    diff_names(changes, old, new);
    diff_step_mappers(changes, old_table, new_table, new);
    changes->part = CHANGE_OF_CALL;
    diff_calls(changes, old, new);
}

/* What holds for all routes. */
static void diff_common(struct changes *changes, const struct table *old, const struct table *new) {
    changes->part = CHANGE_OF_ROUTE;
    if (!text_equal(old->server.prefix, new->server.prefix))
        changes_add(changes, true, "paths begin with \"%.*s\" (\"%.*s\" before)",
                    TEXT_ARGUMENT(new->server.prefix), TEXT_ARGUMENT(old->server.prefix));
    if (old->server.max_body != new->server.max_body)
        changes_add(changes, new->server.max_body < old->server.max_body,
                    "a body can have %zu bytes (%zu before)", new->server.max_body,
                    old->server.max_body);
    diff_server(changes, old, new);
    changes->part = CHANGE_OF_HEADERS;
    schema_diff(changes, old->common.header_schema, new->common.header_schema);
    changes->part = CHANGE_OF_ANSWER;
    diff_headers(changes, old->common.answer_headers, old->common.answer_header_count,
                 new->common.answer_headers, new->common.answer_header_count);
    changes->part = CHANGE_OF_VALUE;
    diff_values(changes, old, new);
    changes->part = CHANGE_OF_CALL;
    diff_upstreams(changes, old, new);
}

void table_diff(struct changes *changes, const struct table *old, const struct table *new) {
    diff_common(changes, old, new);
    for (size_t i = 0; i < new->route_count; i++) {
        const struct route *route = &new->routes[i];
        const struct route *known = find_route(old, route);
        changes->route = route_name(changes->arena, route);
        changes->part = CHANGE_OF_ROUTE;
        if (known)
            diff_routes(changes, old, new, known, route);
        else
            changes_add(changes, false, "the route is new");
    }
    for (size_t i = 0; i < old->route_count; i++) {
        changes->route = route_name(changes->arena, &old->routes[i]);
        changes->part = CHANGE_OF_ROUTE;
        if (!find_route(new, &old->routes[i]))
            changes_add(changes, true, "the route is gone");
    }
}
