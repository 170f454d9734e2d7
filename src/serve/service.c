#include "serve/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "http/uri.h"
#include "serve/caching.h"
#include "serve/circuit_breaker.h"

enum { MAX_TARGET = 8192 };

struct service {
    const struct log *log;
    struct table *table;
    struct upstream_client *client;
    struct guard *guards;
    struct json_reader *reader;
    struct arena *arena;
    struct buffer scratch;
    struct exchange exchange;
    struct access access;
    struct log_line log_line;
    struct random random;
};

struct service *service_create(const struct log *log) {
    struct service *service = memory_allocate(sizeof *service);
    service->log = log;
    service->client = upstream_client_create();
    service->reader = json_reader_create();
    service->arena = arena_create();
    return service;
}

void service_destroy(struct service *service) {
    if (!service)
        return;
    arena_destroy(service->arena);
    upstream_client_destroy(service->client);
    json_reader_destroy(service->reader);
    table_destroy(service->table);
    free(service->guards);
    buffer_free(&service->scratch);
    log_line_free(&service->log_line);
    free(service);
}

void service_set_table(struct service *service, struct table *table) {
    arena_reset(service->arena);
    table_destroy(service->table);
    service->table = table;
    free(service->guards);
    service->guards = NULL;
    if (table)
        service->guards = memory_allocate(table->breaker_count * sizeof *service->guards);
}

void service_rest(struct service *service, struct http_response *response) {
    arena_reset(service->arena);
    upstream_rest(service->client);
    json_reader_rest(service->reader);
    buffer_free(&service->scratch);
    buffer_free(&response->body);
}

const struct table *service_table(const struct service *service) {
    return service->table;
}

/* Cross-origin requests (the Fetch standard's CORS protocol). */

static bool origin_is_allowed(const struct exchange *exchange, struct text origin) {
    struct value origins = exchange->table->server.origins;
    for (uint32_t i = 0; i < origins.size; i++)
        if (text_equal(value_text(value_item(exchange->arena, origins, i)), origin))
            return true;
    return false;
}

static bool is_preflight(const struct http_request *request) {
    return text_is(request->method, "OPTIONS") && http_request_header(request, "origin").size &&
           http_request_header(request, "access-control-request-method").size;
}

/* What is exposed does not depend on the origin: a cached answer has it for all. */
static void add_cors_headers(struct exchange *exchange) {
    struct http_response *response = exchange->response;
    struct text origin = http_request_header(exchange->request, "origin");
    struct text expose = exchange->table->server.cors_expose;
    if (expose.size && !is_preflight(exchange->request))
        http_response_add_header(response, "access-control-expose-headers", expose);
    if (!exchange->table->server.origins.size)
        return;
    http_response_add_header(response, "vary", text_of("Origin"));
    if (!origin.size || !origin_is_allowed(exchange, origin))
        return;
    http_response_add_header(response, "access-control-allow-origin", origin);
    http_response_add_header(response, "access-control-allow-credentials", text_of("true"));
}

/* OPTIONS: a preflight if it asks for a method, else just what the path allows. */
static void answer_options(struct exchange *exchange, struct text allow) {
    struct http_response *response = exchange->response;
    const struct server_settings *server = &exchange->table->server;
    struct text origin = http_request_header(exchange->request, "origin");
    response->status = 204;
    if (!is_preflight(exchange->request)) {
        http_response_add_header(response, "allow",
                                 text_format(exchange->arena, "%.*s%sOPTIONS", TEXT_ARGUMENT(allow),
                                             allow.size ? ", " : ""));
        return;
    }
    if (!origin_is_allowed(exchange, origin))
        return;
    http_response_add_header(response, "access-control-allow-methods", server->cors_methods);
    http_response_add_header(response, "access-control-allow-headers", server->cors_headers);
    if (server->cors_max_age)
        http_response_add_header(response, "access-control-max-age",
                                 text_format(exchange->arena, "%ld", server->cors_max_age));
}

/* Routing. */

/* The path behind the prefix; false if it is not below it. */
static bool strip_prefix(const struct exchange *exchange, struct text *path) {
    struct text prefix = exchange->table->server.prefix;
    if (!text_starts_with(*path, prefix))
        return false;
    struct text rest = {path->data + prefix.size, path->size - prefix.size};
    if (rest.size && rest.data[0] != '/')
        return false;
    *path = rest;
    return true;
}

/* A dot segment, encoded or not, or an empty one leads nowhere. */
static bool split_path(struct exchange *exchange, struct text path, struct text *segments,
                       size_t *count) {
    *count = 0;
    if (path.size && path.data[0] == '/')
        text_take(&path, '/');
    while (path.size) {
        struct text segment;
        if (!uri_decode(exchange->arena, text_take(&path, '/'), false, &segment))
            return exchange_fail(exchange, 400, "The path is not percent-encoded UTF-8");
        /* As in a query and in a body: no upstream has anything by such a name. */
        if (segment.size && memchr(segment.data, '\0', segment.size))
            return exchange_fail(exchange, 400, "The path has the character NUL in it");
        if (!segment.size || text_is(segment, ".") || text_is(segment, "..") ||
            *count == ROUTER_MAX_SEGMENTS)
            return exchange_fail(exchange, 404, "Not found");
        segments[(*count)++] = segment;
    }
    return true;
}

/* The target's path; `*query` becomes what follows the question mark. */
static struct text split_target(const struct http_request *request, struct text *query) {
    *query = request->target;
    struct text path = text_take(query, '?');
    /* The absolute form (RFC 9112, 3.2.2): as if only path and query had come. */
    if (path.size && path.data[0] != '/') {
        const char *host = memmem(path.data, path.size, "://", 3);
        const char *end = path.data + path.size;
        const char *slash = host ? memchr(host + 3, '/', (size_t)(end - host - 3)) : NULL;
        path = (struct text){slash ? slash : end, slash ? (size_t)(end - slash) : 0};
    }
    return path;
}

static bool find_route(struct exchange *exchange, struct text path, struct router_match *match) {
    struct text segments[ROUTER_MAX_SEGMENTS];
    size_t count;
    if (exchange->request->target.size > MAX_TARGET)
        return exchange_fail(exchange, 414, "The address is too long");
    if (!strip_prefix(exchange, &path))
        return exchange_fail(exchange, 404, "Not found");
    if (!split_path(exchange, path, segments, &count))
        return false;
    router_find(&exchange->table->router, exchange->request->method, segments, count, match);
    exchange->route = match->route;
    if (text_is(exchange->request->method, "OPTIONS")) {
        answer_options(exchange, match->allow);
        return false;
    }
    if (match->route)
        return true;
    if (!match->allow.size)
        return exchange_fail(exchange, 404, "Not found");
    exchange_fail(exchange, 405, "%.*s is not allowed here: use %.*s",
                  TEXT_ARGUMENT(exchange->request->method), TEXT_ARGUMENT(match->allow));
    http_response_add_header(exchange->response, "allow", text_copy(exchange->arena, match->allow));
    return false;
}

/* What the request brings. */

static struct value *slots_of(struct exchange *exchange) {
    return exchange->evaluation.slots;
}

static bool fail_check(struct exchange *exchange) {
    struct text errors = text_copy(exchange->arena, buffer_text(exchange->scratch));
    http_response_fail(exchange->response, exchange->arena, 400, errors);
    return false;
}

static bool check(struct exchange *exchange, const struct schema *schema, struct value value,
                  const char *name) {
    exchange->scratch->size = 0;
    schema_check(exchange->arena, schema, value, name, exchange->scratch);
    return !exchange->scratch->size || fail_check(exchange);
}

/* JSON and regular expressions know UTF-8 only; a header may hold anything (RFC 9110, 5.5). */
static struct member header_member(struct arena *arena, const struct http_header *header) {
    return (struct member){text_well_formed(arena, header->name),
                           value_string(text_well_formed(arena, header->value))};
}

static bool take_headers(struct exchange *exchange) {
    const struct http_request *request = exchange->request;
    const struct common *common = &exchange->table->common;
    struct member *members =
        arena_allocate_array(exchange->arena, request->header_count, sizeof *members);
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        if (text_trim(request->headers[i].value).size)
            members[count++] = header_member(exchange->arena, &request->headers[i]);
    struct value headers = value_object(members, count);
    slots_of(exchange)[SLOT_HEADERS] = headers;
    if (!common->header_schema)
        return true;
    headers = schema_convert_strings(exchange->arena, common->header_schema, headers);
    slots_of(exchange)[SLOT_HEADERS] = headers;
    return check(exchange, common->header_schema, headers, "The headers");
}

static void take_common_names(struct exchange *exchange) {
    const struct common *common = &exchange->table->common;
    for (size_t i = 0; i < common->name_count; i++)
        slots_of(exchange)[common->names[i].slot] =
            shape_evaluate(&exchange->evaluation, common->names[i].shape);
}

static void take_path(struct exchange *exchange, const struct router_match *match) {
    const struct route *route = exchange->route;
    struct member *members =
        arena_allocate_array(exchange->arena, route->parameter_count, sizeof *members);
    for (size_t i = 0; i < route->parameter_count; i++)
        members[i] = (struct member){route->parameters[i], value_string(match->parameters[i])};
    slots_of(exchange)[route->path_slot] = value_object(members, route->parameter_count);
}

static bool take_query(struct exchange *exchange, struct text query) {
    const struct route *route = exchange->route;
    struct value object;
    if (!route->query_schema)
        return true;
    if (!uri_parse_query(exchange->arena, query, &object))
        return exchange_fail(exchange, 400, "The query cannot be read");
    object = schema_convert_strings(exchange->arena, route->query_schema, object);
    slots_of(exchange)[route->query_slot] = object;
    return check(exchange, route->query_schema, object, "The query");
}

static bool is_json_type(struct text type) {
    struct text name = text_trim(text_take(&type, ';'));
    static const char suffix[] = "+json";
    size_t size = sizeof suffix - 1;
    return (name.size == 16 && strncasecmp(name.data, "application/json", 16) == 0) ||
           (name.size > size && strncasecmp(name.data + name.size - size, suffix, size) == 0);
}

/* RFC 8259, 8.1 lets parsers ignore one. */
static struct text without_byte_order_mark(struct text text) {
    size_t size = text_starts_with(text, text_of("\xEF\xBB\xBF")) ? 3 : 0;
    return (struct text){text.data + size, text.size - size};
}

static bool parse_body(struct exchange *exchange, struct value *body) {
    const struct http_request *request = exchange->request;
    struct text content = without_byte_order_mark(request->body);
    *body = value_object(NULL, 0);
    if (!text_trim(content).size)
        return true;
    if (!is_json_type(http_request_header(request, "content-type")))
        return exchange_fail(exchange, 415,
                             "The body must be JSON: send it with "
                             "\"Content-Type: application/json\"");
    const char *reason;
    if (!json_read(exchange->reader, exchange->arena, content, NULL, body, &reason))
        return exchange_fail(exchange, 400, "The body is not JSON: %s", reason);
    /* No database takes it, so an upstream that is sent it fails. */
    return !json_has_nul(request->body) ||
           exchange_fail(exchange, 400, "The body has the character NUL in a text");
}

static bool take_body(struct exchange *exchange) {
    const struct http_request *request = exchange->request;
    const struct route *route = exchange->route;
    if (request->body_state == HTTP_BODY_TOO_LARGE)
        return exchange_fail(exchange, 413, "The body is larger than %zu bytes",
                             exchange->table->server.max_body);
    if (request->body_state == HTTP_BODY_CUT)
        return exchange_fail(exchange, 400, "The body does not have its announced length");
    struct value body;
    if (!route->body_schema)
        return true;
    if (!parse_body(exchange, &body))
        return false;
    body = schema_convert_json(exchange->arena, route->body_schema, body);
    slots_of(exchange)[route->body_slot] = body;
    return check(exchange, route->body_schema, body, "The body");
}

/* The answer. */

static bool add_headers(struct exchange *exchange, const struct named_template *headers,
                        size_t count) {
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        struct text value;
        if (!template_evaluate(&exchange->evaluation, headers[i].template, exchange->scratch,
                               &value))
            continue;
        good = http_response_add_header(exchange->response, headers[i].name.data, value) && good;
    }
    return good;
}

static int default_status(const struct exchange *exchange) {
    return text_is(exchange->route->method, "POST") ? 201 : 200;
}

/* A status that is computed may come to anything. */
static bool take_status(struct exchange *exchange, const struct expression *expression) {
    struct value value = expression_evaluate(&exchange->evaluation, expression);
    double status = value_double(value);
    if (!value_is_integer(value) || status < 200 || status > 599)
        return exchange_lacks(exchange,
                              expression->source.size ? expression->source : text_of("a status"));
    exchange->response->status = (int)status;
    return true;
}

static bool answer_value(struct exchange *exchange, const struct answer *answer) {
    struct value body = value_missing();
    if (answer->body) {
        body = shape_evaluate(&exchange->evaluation, answer->body);
        struct text lacking = exchange->evaluation.lacking;
        if (lacking.size)
            return exchange_lacks(exchange, lacking);
        if (value_is_missing(body))
            return exchange_lacks(exchange, text_of("what is answered here"));
    }
    exchange->response->status = default_status(exchange);
    if (answer->status && !take_status(exchange, answer->status))
        return false;
    if (answer->body)
        json_write(&exchange->response->body, exchange->arena, body);
    return add_headers(exchange, answer->headers, answer->header_count);
}

static void answer(struct exchange *exchange) {
    const struct answer *answer = &exchange->route->answer;
    if (answer->refusal)
        exchange_refuse(exchange, answer->refusal);
    else
        answer_value(exchange, answer);
}

/* The request's way. */

static struct exchange *begin(struct service *service, const struct http_request *request,
                              struct http_response *response) {
    arena_reset(service->arena);
    upstream_begin(service->client);
    http_response_reset(response);
    struct exchange *exchange = &service->exchange;
    *exchange = (struct exchange){
        .table = service->table,
        .request = request,
        .response = response,
        .client = service->client,
        .guards = service->guards,
        .reader = service->reader,
        .log = service->log,
        .access = &service->access,
        .random = &service->random,
        .arena = service->arena,
        .evaluation = {.arena = service->arena},
        .scratch = &service->scratch,
    };
    response->head_only = text_is(request->method, "HEAD");
    access_begin(&service->access, service->arena, &service->random, request);
    http_response_add_header(response, "x-request-id", service->access.id);
    http_response_add_header(response, "cache-control", text_of(CACHING_PRIVATE));
    http_response_add_header(response, "x-content-type-options", text_of("nosniff"));
    add_cors_headers(exchange);
    return exchange;
}

/* Finds the route, and what it knows from headers and path; `*query` becomes the query. */
static bool take_target(struct exchange *exchange, struct text *query) {
    const struct common *common = &exchange->table->common;
    struct router_match match;
    struct text path = split_target(exchange->request, query);
    if (!find_route(exchange, path, &match))
        return false;
    exchange->evaluation.slots = arena_allocate_array(exchange->arena, exchange->route->slot_count,
                                                      sizeof *exchange->evaluation.slots);
    if (!take_headers(exchange))
        return false;
    take_common_names(exchange);
    add_headers(exchange, common->answer_headers, common->answer_header_count);
    take_path(exchange, &match);
    return true;
}

struct exchange *service_prepare(struct service *service, const struct http_request *request,
                                 struct http_response *response) {
    struct exchange *exchange = begin(service, request, response);
    struct text query;
    bool good = take_target(exchange, &query) && take_query(exchange, query) && take_body(exchange);
    return good ? exchange : NULL;
}

void service_handle(struct service *service, const struct http_request *request,
                    struct http_response *response) {
    struct exchange *exchange = begin(service, request, response);
    struct text query;
    if (take_target(exchange, &query) && steps_run_leading(exchange) &&
        take_query(exchange, query) && take_body(exchange) && steps_run(exchange))
        answer(exchange);
    caching_conclude(exchange);
    if (response->body.size)
        http_response_add_header(response, "content-type",
                                 text_of("application/json; charset=utf-8"));
}

void service_log(struct service *service, const struct http_request *request,
                 const struct http_response *response) {
    const struct route *route = service->exchange.route;
    access_write(&service->access, service->log, request->method,
                 route ? route->pattern : (struct text){"", 0}, response, &service->log_line);
}
