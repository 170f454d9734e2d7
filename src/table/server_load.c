#include <curl/curl.h>
#include <string.h>

#include "http/upstream_client.h"
#include "language/environment.h"
#include "table/loader.h"

static struct text without_slash(struct text text) {
    while (text.size && text.data[text.size - 1] == '/')
        text.size--;
    return text;
}

/* If a setting is not set or has an error, the default applies. */
static void load_size(struct loader *loader, const struct yaml_node *node, size_t *size) {
    size_t given = node ? loader_size(loader, node) : 0;
    *size = given ? given : *size;
}

static bool has_blank(struct text text) {
    return text.size && memchr(text.data, ' ', text.size);
}

static void load_prefix(struct loader *loader, const struct yaml_node *node) {
    struct value value = shape_load_constant(loader->definitions, node);
    struct text prefix = without_slash(value_text(value));
    const char *problem = fixed_path_problem(prefix);
    struct text variable = environment_name_in(node);
    if (!problem && has_blank(prefix))
        problem = "a prefix cannot contain a space";
    if (!value_is_missing(value) && value.type != VALUE_STRING)
        diagnostics_add(loader->diagnostics, node->location,
                        "prefix must be a string, such as /api");
    else if (problem && variable.size)
        environment_refuse(loader->definitions, variable,
                           text_format(loader->arena, "invalid prefix: %s", problem));
    else if (problem)
        diagnostics_add(loader->diagnostics, node->location, "%s", problem);
    if (prefix.size && prefix.data[0] != '/')
        prefix = text_format(loader->arena, "/%.*s", TEXT_ARGUMENT(prefix));
    loader->table->server.prefix = prefix;
}

static bool ends_with(struct text text, const char *end) {
    size_t size = strlen(end);
    return text.size >= size && memcmp(text.data + text.size - size, end, size) == 0;
}

/* Origins as browsers send them (RFC 6454, 6.2); in any other form they never match. */
static const char *origin_problem(struct text origin) {
    struct text rest = origin;
    if (text_is(origin, "*"))
        return "is not an origin: list each origin, because credentials cannot be allowed for all "
               "origins";
    if (!text_starts_with(rest, text_of("http://")) && !text_starts_with(rest, text_of("https://")))
        return "is not an origin: it must begin with http:// or https://";
    rest.size -= (size_t)((const char *)memmem(rest.data, rest.size, "://", 3) + 3 - rest.data);
    rest.data = origin.data + (origin.size - rest.size);
    if (rest.size && rest.data[rest.size - 1] == '/')
        return "is not an origin: remove the trailing slash";
    for (size_t i = 0; i < rest.size; i++) {
        char c = rest.data[i];
        bool known = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr(".-_:[]", c);
        if (!known)
            return "is not an origin: expected a scheme and a host in lower case, and the port if "
                   "it is not the scheme's default";
    }
    if (ends_with(rest, text_starts_with(origin, text_of("https:")) ? ":443" : ":80"))
        return "is not an origin: remove its port, which is the scheme's default";
    return rest.size && rest.data[0] != ':' ? NULL : "is not an origin: it has no host";
}

/* The value of a variable is not printed: it may be a secret that was put in the wrong place. */
static void refuse_origin(struct loader *loader, const struct yaml_node *node, size_t index,
                          struct text origin, const char *problem) {
    struct text variable = environment_name_in(node);
    if (variable.size)
        environment_refuse(
            loader->definitions, variable,
            text_format(loader->arena, "is invalid: entry %zu %s", index + 1, problem));
    else
        diagnostics_add(loader->diagnostics, node->location, "\"%.*s\" %s", TEXT_ARGUMENT(origin),
                        problem);
}

static void load_origins(struct loader *loader, const struct yaml_node *node) {
    struct value *origins = &loader->table->server.origins;
    *origins = shape_load_constant(loader->definitions, node);
    if (!value_is_missing(*origins) && origins->type != VALUE_ARRAY)
        diagnostics_add(loader->diagnostics, node->location, "origins must be a list");
    for (uint32_t i = 0; origins->type == VALUE_ARRAY && i < origins->size; i++) {
        struct text origin = value_text(value_item(loader->arena, *origins, i));
        const char *problem = origin_problem(origin);
        if (problem)
            refuse_origin(loader, node, i, origin, problem);
    }
}

static struct text header_value(struct loader *loader, const struct yaml_node *node,
                                const char *what) {
    struct text value = loader_text(loader, node, what);
    const char *problem = field_value_problem(value);
    if (problem)
        diagnostics_add(loader->diagnostics, node->location, "the value of the header %s", problem);
    return value;
}

static void load_cors(struct loader *loader, const struct yaml_node *node) {
    struct server_settings *server = &loader->table->server;
    if (!loader_check_keys(loader, node, "cors", cors_keywords))
        return;
    const struct yaml_node *origins = yaml_get(node, "origins");
    const struct yaml_node *headers = yaml_get(node, "headers");
    const struct yaml_node *methods = yaml_get(node, "methods");
    const struct yaml_node *expose = yaml_get(node, "expose");
    const struct yaml_node *max_age = yaml_get(node, "max_age");
    if (origins)
        load_origins(loader, origins);
    if (headers)
        server->cors_headers = header_value(loader, headers, "the list of headers");
    if (methods)
        server->cors_methods = header_value(loader, methods, "the list of methods");
    if (expose)
        server->cors_expose = header_value(loader, expose, "the list of exposed headers");
    if (max_age)
        server->cors_max_age = loader_duration(loader, max_age) / 1000;
}

static void load_switch(struct loader *loader, const struct yaml_node *node, bool *is_on,
                        const char *meaning) {
    if (!node)
        return;
    struct value value = shape_load_constant(loader->definitions, node);
    if (value.type == VALUE_BOOLEAN)
        *is_on = value_is_true(value);
    else if (!value_is_missing(value))
        diagnostics_add(loader->diagnostics, node->location, "%s", meaning);
}

/* What an operator sees of requests. */
static void load_observation(struct loader *loader, const struct yaml_node *section) {
    struct server_settings *server = &loader->table->server;
    load_switch(loader, yaml_get(section, "metrics"), &server->metrics,
                "metrics is true or false: whether GET /metrics is served");
    load_switch(loader, yaml_get(section, "server_timing"), &server->server_timing,
                "server_timing is true or false: whether responses have the header Server-Timing");
    loader_replace_duration(loader, yaml_get(section, "slow_request"), &server->slow_request_ms);
}

void load_server(struct loader *loader, const struct yaml_node *section) {
    loader->table->server.max_body = 1024 * 1024;
    loader->table->server.deadline_ms = 30000;
    if (!section || !loader_check_keys(loader, section, "server", server_keywords))
        return;
    const struct yaml_node *prefix = yaml_get(section, "prefix");
    const struct yaml_node *cors = yaml_get(section, "cors");
    const struct yaml_node *title = yaml_get(section, "title");
    const struct yaml_node *description = yaml_get(section, "description");
    if (title)
        loader->table->server.title = loader_text(loader, title, "a title");
    if (description)
        loader->table->server.description =
            text_trim(loader_text(loader, description, "a description"));
    if (prefix)
        load_prefix(loader, prefix);
    load_size(loader, yaml_get(section, "max_body"), &loader->table->server.max_body);
    loader_replace_deadline(loader, yaml_get(section, "deadline"),
                            &loader->table->server.deadline_ms);
    if (cors)
        load_cors(loader, cors);
    load_observation(loader, section);
}

void load_common(struct loader *loader, const struct yaml_node *section) {
    struct common *common = &loader->table->common;
    struct scope *scope = &loader->common_scope;
    scope->definitions = loader->definitions;
    scope->kind = SCOPE_REQUEST;
    scope_add(scope, text_of("headers"), static_type_any, (struct location){0});
    scope->names->has_fields = true;
    scope_add(scope, text_of("now"), (struct static_type){TYPE_STRING, NULL}, (struct location){0});
    if (section && loader_check_keys(loader, section, "common", common_keywords)) {
        const struct yaml_node *headers = yaml_get(section, "headers");
        const struct yaml_node *names = yaml_get(section, "let");
        const struct yaml_node *answer = yaml_get(section, "answer_headers");
        const struct yaml_node *cache = yaml_get(section, "cache");
        for (size_t i = 0; headers && headers->kind == YAML_MAPPING && i < headers->count; i++)
            loader_check_received(loader, headers->keys[i]->location, headers->keys[i]->text);
        if (headers)
            common->header_schema = schema_of_members(loader->definitions, headers);
        scope_find(scope, text_of("headers"))->type = static_type_of_schema(common->header_schema);
        if (names)
            common->names = loader_names(loader, scope, names, true, &common->name_count);
        if (answer) {
            common->answer_headers =
                load_answer_headers(loader, scope, answer, &common->answer_header_count);
            loader_check_answer_headers(loader, answer->location, common->answer_header_count);
        }
        if (cache)
            load_freshness(loader, cache, &common->freshness);
    }
    common->slot_count = scope->slot_count;
}

/*
 * A variable that ends with a slash, followed by a path that begins with one, must not result in
 * two.
 */
static struct text with_single_slashes(struct arena *arena, struct text url) {
    struct text copy = text_copy(arena, url);
    char *bytes = (char *)copy.data;
    const char *scheme = memmem(url.data, url.size, "://", 3);
    size_t size = scheme ? (size_t)(scheme - url.data) + 3 : 0;
    for (size_t i = size; i < url.size; i++)
        if (url.data[i] != '/' || size == 0 || bytes[size - 1] != '/')
            bytes[size++] = url.data[i];
    bytes[size] = '\0';
    return (struct text){bytes, size};
}

/* Splits the valid URL of the upstream into origin and path. */
static void split_url(struct arena *arena, struct upstream *upstream) {
    struct text url = upstream->url;
    const char *end = url.data + url.size;
    const char *host = (const char *)memmem(url.data, url.size, "://", 3) + 3;
    const char *path = memchr(host, '/', (size_t)(end - host));
    if (!path)
        path = end;
    upstream->origin = text_copy(arena, (struct text){url.data, (size_t)(path - url.data)});
    upstream->path = (struct text){path, (size_t)(end - path)};
}

static bool lacks(CURLU *url, CURLUPart part, CURLUcode lack) {
    char *found = NULL;
    CURLUcode code = curl_url_get(url, part, &found, 0);
    curl_free(found);
    return code == lack;
}

/*
 * `url`: http or https, a host and an optional path, without other parts, which would be sent with
 * every call. A value that may contain a password is not printed.
 */
static void load_url(struct loader *loader, struct upstream *upstream,
                     const struct yaml_node *node) {
    bool complete;
    struct text url = without_slash(environment_expand(loader->definitions, node, &complete));
    url = with_single_slashes(loader->arena, url);
    upstream->url = url;
    if (!complete)
        return;
    CURLU *parsed = curl_url();
    bool good =
        parsed &&
        curl_url_set(parsed, CURLUPART_URL, text_c_string(text_copy(loader->arena, url)), 0) == 0 &&
        lacks(parsed, CURLUPART_QUERY, CURLUE_NO_QUERY) &&
        lacks(parsed, CURLUPART_FRAGMENT, CURLUE_NO_FRAGMENT) &&
        (text_starts_with(url, text_of("http://")) || text_starts_with(url, text_of("https://")));
    curl_url_cleanup(parsed);
    struct text variable = environment_name_in(node);
    if (variable.size && memchr(url.data, '@', url.size))
        environment_refuse(
            loader->definitions, variable,
            text_of("contains a user, a password or \"@\": put credentials into headers"));
    else if (memchr(url.data, '@', url.size))
        diagnostics_add(loader->diagnostics, node->location,
                        "the url of an upstream cannot contain a user, a password or \"@\": put "
                        "credentials into headers");
    else if (good)
        split_url(loader->arena, upstream);
    else if (variable.size)
        environment_refuse(loader->definitions, variable,
                           text_of("is not an http or https address without a query"));
    else
        diagnostics_add(loader->diagnostics, node->location,
                        "\"%.*s\" is not an http or https address without a query",
                        TEXT_ARGUMENT(url));
}

static int load_status(struct loader *loader, const struct yaml_node *node) {
    long status = 0;
    loader_replace_integer(loader, node, 400, 599, "expected a status from 400 to 599", &status);
    return (int)status;
}

struct retry load_retry(struct loader *loader, const struct yaml_node *node) {
    struct retry retry = {.given = true};
    if (node->kind != YAML_SEQUENCE) {
        diagnostics_add(loader->diagnostics, node->location,
                        "retry must be a list of statuses, such as [409, 500]");
        return retry;
    }
    retry.statuses = arena_allocate_array(loader->arena, node->count, sizeof *retry.statuses);
    for (size_t i = 0; i < node->count; i++)
        retry.statuses[retry.count++] = load_status(loader, node->items[i]);
    return retry;
}

static void load_errors(struct loader *loader, struct upstream *upstream,
                        const struct yaml_node *node) {
    if (!loader_check_keys(loader, node, "errors", errors_keywords))
        return;
    const struct yaml_node *pass = yaml_get(node, "pass");
    const struct yaml_node *as = yaml_get(node, "as");
    const struct yaml_node *message = yaml_get(node, "message");
    if (pass && pass->kind != YAML_SEQUENCE)
        diagnostics_add(loader->diagnostics, pass->location,
                        "pass must be a list of statuses: [400, 404]");
    if (as && as->kind != YAML_MAPPING)
        diagnostics_add(loader->diagnostics, as->location,
                        "as must be a mapping of statuses: {422: 400}");
    size_t count = (pass ? pass->count : 0) + (as ? as->count : 0);
    upstream->statuses = arena_allocate_array(loader->arena, count, sizeof(struct status_mapping));
    for (size_t i = 0; pass && i < pass->count; i++) {
        int status = load_status(loader, pass->items[i]);
        upstream->statuses[upstream->status_count++] = (struct status_mapping){status, status};
    }
    for (size_t i = 0; as && as->kind == YAML_MAPPING && i < as->count; i++)
        upstream->statuses[upstream->status_count++] = (struct status_mapping){
            load_status(loader, as->keys[i]), load_status(loader, as->items[i])};
    struct scope scope = {
        .definitions = loader->definitions, .kind = SCOPE_MAPPER, .current = &static_type_any};
    if (message)
        upstream->message = expression_parse_node(&scope, message);
}

bool upstream_forwards(const struct upstream *upstream, struct text name) {
    for (size_t i = 0; i < upstream->forward_count; i++)
        if (text_equal(upstream->forward[i], name))
            return true;
    return false;
}

const struct upstream *loader_upstream_above(struct loader *loader, const struct upstream *upstream,
                                             const struct yaml_node *node,
                                             bool (*has)(const struct upstream *upstream),
                                             const char *what) {
    struct nearest nearest = {.wanted = node->text};
    for (const struct upstream *other = loader->table->upstreams; other < upstream; other++) {
        if (!has(other))
            continue;
        if (text_equal(other->name, node->text))
            return other;
        nearest_offer(&nearest, other->name);
    }
    diagnostics_add(loader->diagnostics, node->location,
                    "no upstream \"%.*s\" with %s is defined above%s", TEXT_ARGUMENT(node->text),
                    what, nearest_hint(&nearest, loader->arena).data);
    return NULL;
}

static void load_forward(struct loader *loader, struct upstream *upstream,
                         const struct yaml_node *node) {
    upstream->forward = arena_allocate_array(loader->arena, node->count, sizeof(struct text));
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *item = node->items[i];
        struct text name = loader_text(loader, item, "the name of a header");
        name = loader_header_name(loader, item->location, name, FIELD_FORWARDED);
        loader_check_received(loader, item->location, name);
        if (upstream_forwards(upstream, name))
            diagnostics_add(loader->diagnostics, item->location,
                            "duplicate header %.*s: remove one of them", TEXT_ARGUMENT(name));
        upstream->forward[upstream->forward_count++] = name;
    }
    if (node->kind != YAML_SEQUENCE)
        diagnostics_add(loader->diagnostics, node->location,
                        "forward must be a list of header names");
}

static void check_own_headers(struct loader *loader, const struct upstream *upstream,
                              const struct yaml_node *node) {
    if (upstream->forward_count + upstream->header_count > UPSTREAM_MAX_OWN_HEADERS)
        diagnostics_add(loader->diagnostics, node->location,
                        "an upstream can have at most %d headers, including those that it forwards",
                        UPSTREAM_MAX_OWN_HEADERS);
}

static void load_upstream(struct loader *loader, struct upstream *upstream,
                          const struct yaml_node *node) {
    upstream->timeout_ms = 10000;
    upstream->connect_timeout_ms = 2000;
    upstream->max_response = 16 * 1024 * 1024;
    if (!loader_check_keys(loader, node, "an upstream", upstream_keywords))
        return;
    const struct yaml_node *url = yaml_get(node, "url");
    const struct yaml_node *forward = yaml_get(node, "forward");
    const struct yaml_node *headers = yaml_get(node, "headers");
    const struct yaml_node *errors = yaml_get(node, "errors");
    const struct yaml_node *breaker = yaml_get(node, "breaker");
    const struct yaml_node *retry = yaml_get(node, "retry");
    const struct yaml_node *fields = yaml_get(node, "fields");
    if (url && url->kind == YAML_SCALAR)
        load_url(loader, upstream, url);
    else
        diagnostics_add(loader->diagnostics, node->location,
                        "an upstream needs its url, such as url: ${NAME}/path");
    if (forward)
        load_forward(loader, upstream, forward);
    if (headers)
        upstream->headers = loader_headers(loader, &loader->common_scope, headers, FIELD_OF_CALL,
                                           &upstream->header_count);
    check_own_headers(loader, upstream, node);
    if (errors)
        load_errors(loader, upstream, errors);
    if (breaker)
        load_breaker(loader, upstream, breaker);
    if (fields)
        load_fields(loader, upstream, fields);
    if (retry)
        upstream->retry = load_retry(loader, retry);
    load_upstream_public(loader, upstream, yaml_get(node, "public"));
    loader_replace_duration(loader, yaml_get(node, "timeout"), &upstream->timeout_ms);
    loader_replace_duration(loader, yaml_get(node, "connect_timeout"),
                            &upstream->connect_timeout_ms);
    load_size(loader, yaml_get(node, "max_response"), &upstream->max_response);
    load_size(loader, yaml_get(node, "max_request"), &upstream->max_request);
}

void load_upstreams(struct loader *loader, const struct yaml_node *section) {
    struct table *table = loader->table;
    if (!section)
        return;
    table->upstreams = arena_allocate_array(loader->arena, section->count, sizeof(struct upstream));
    for (size_t i = 0; i < section->count; i++) {
        struct upstream *upstream = &table->upstreams[table->upstream_count++];
        upstream->name = section->keys[i]->text;
        load_upstream(loader, upstream, section->items[i]);
    }
}
