#include "serve/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "http/uri.h"
#include "language/date.h"
#include "serve/caching.h"
#include "serve/circuit_breaker.h"
#include "serve/steps.h"
#include "json/writer.h"

enum { MAX_TARGET = 8192 };

struct service {
    const struct log *log;
    struct table *table;
    struct upstream_client *client;
    struct circuit_breaker *breakers;
    struct json_reader *reader;
    struct arena *arena;
    struct buffer scratch;
    struct request_context context;
    struct request_record record;
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
    free(service->breakers);
    buffer_free(&service->scratch);
    log_line_free(&service->log_line);
    free(service);
}

void service_set_table(struct service *service, struct table *table) {
    arena_reset(service->arena);
    table_destroy(service->table);
    service->table = table;
    free(service->breakers);
    service->breakers = NULL;
    if (table)
        service->breakers = memory_allocate(table->breaker_count * sizeof *service->breakers);
}

void service_trim(struct service *service, struct http_response *response) {
    arena_reset(service->arena);
    upstream_trim(service->client);
    json_reader_trim(service->reader);
    buffer_free(&service->scratch);
    buffer_free(&response->body);
}

const struct table *service_table(const struct service *service) {
    return service->table;
}

/* Cross-origin requests (the Fetch standard's CORS protocol). */

static bool origin_is_allowed(const struct request_context *context, struct text origin) {
    struct value origins = context->table->server.origins;
    for (uint32_t i = 0; i < origins.size; i++)
        if (text_equal(value_text(value_item(context->arena, origins, i)), origin))
            return true;
    return false;
}

static bool is_preflight(const struct http_request *request) {
    return text_is(request->method, "OPTIONS") && http_request_header(request, "origin").size &&
           http_request_header(request, "access-control-request-method").size;
}

/* What is exposed does not depend on the origin: a cached answer has it for all. */
static void add_cors_headers(struct request_context *context) {
    struct http_response *response = context->response;
    struct text origin = http_request_header(context->request, "origin");
    struct text expose = context->table->server.cors_expose;
    if (expose.size && !is_preflight(context->request))
        http_response_add_header(response, "access-control-expose-headers", expose);
    if (!context->table->server.origins.size)
        return;
    http_response_add_header(response, "vary", text_of("Origin"));
    if (!origin.size || !origin_is_allowed(context, origin))
        return;
    http_response_add_header(response, "access-control-allow-origin", origin);
    http_response_add_header(response, "access-control-allow-credentials", text_of("true"));
}

/* OPTIONS: a preflight if it asks for a method, else just what the path allows. */
static void answer_options(struct request_context *context, struct text allow) {
    struct http_response *response = context->response;
    const struct server_settings *server = &context->table->server;
    struct text origin = http_request_header(context->request, "origin");
    response->status = 204;
    if (!is_preflight(context->request)) {
        http_response_add_header(response, "allow",
                                 text_format(context->arena, "%.*s%sOPTIONS", TEXT_ARGUMENT(allow),
                                             allow.size ? ", " : ""));
        return;
    }
    if (!origin_is_allowed(context, origin))
        return;
    http_response_add_header(response, "access-control-allow-methods", server->cors_methods);
    http_response_add_header(response, "access-control-allow-headers", server->cors_headers);
    if (server->cors_max_age)
        http_response_add_header(response, "access-control-max-age",
                                 text_format(context->arena, "%ld", server->cors_max_age));
}

/* Routing. */

/* The path behind the prefix; false if it is not below it. */
static bool strip_prefix(const struct request_context *context, struct text *path) {
    struct text prefix = context->table->server.prefix;
    if (!text_starts_with(*path, prefix))
        return false;
    struct text rest = {path->data + prefix.size, path->size - prefix.size};
    if (rest.size && rest.data[0] != '/')
        return false;
    *path = rest;
    return true;
}

/* A dot segment, encoded or not, or an empty one leads nowhere. */
static bool split_path(struct request_context *context, struct text path, struct text *segments,
                       size_t *count) {
    *count = 0;
    if (path.size && path.data[0] == '/')
        text_cut(&path, '/');
    while (path.size) {
        struct text segment;
        if (!uri_decode(context->arena, text_cut(&path, '/'), false, &segment))
            return context_fail(context, 400, "The path is not percent-encoded UTF-8");
        /* As in a query and in a body: no upstream has anything by such a name. */
        if (segment.size && memchr(segment.data, '\0', segment.size))
            return context_fail(context, 400, "The path has the character NUL in it");
        if (!segment.size || text_is(segment, ".") || text_is(segment, "..") ||
            *count == ROUTER_MAX_SEGMENTS)
            return context_fail(context, 404, "Not found");
        segments[(*count)++] = segment;
    }
    return true;
}

/* The target's path; `*query` becomes what follows the question mark. */
static struct text split_target(const struct http_request *request, struct text *query) {
    *query = request->target;
    struct text path = text_cut(query, '?');
    /* The absolute form (RFC 9112, 3.2.2): as if only path and query had come. */
    if (path.size && path.data[0] != '/') {
        const char *host = memmem(path.data, path.size, "://", 3);
        const char *end = path.data + path.size;
        const char *slash = host ? memchr(host + 3, '/', (size_t)(end - host - 3)) : NULL;
        path = (struct text){slash ? slash : end, slash ? (size_t)(end - slash) : 0};
    }
    return path;
}

static bool find_route(struct request_context *context, struct text path,
                       struct router_match *match) {
    struct text segments[ROUTER_MAX_SEGMENTS];
    size_t count;
    if (context->request->target.size > MAX_TARGET)
        return context_fail(context, 414, "The address is too long");
    if (!strip_prefix(context, &path))
        return context_fail(context, 404, "Not found");
    if (!split_path(context, path, segments, &count))
        return false;
    router_find(&context->table->router, context->request->method, segments, count, match);
    context->route = match->route;
    if (text_is(context->request->method, "OPTIONS")) {
        answer_options(context, match->allow);
        return false;
    }
    if (match->route)
        return true;
    if (!match->allow.size)
        return context_fail(context, 404, "Not found");
    context_fail(context, 405, "%.*s is not allowed here: use %.*s",
                 TEXT_ARGUMENT(context->request->method), TEXT_ARGUMENT(match->allow));
    http_response_add_header(context->response, "allow", text_copy(context->arena, match->allow));
    return false;
}

/* What the request brings. */

static struct value *slots_of(struct request_context *context) {
    return context->evaluation.slots;
}

static bool fail_check(struct request_context *context) {
    struct text errors = text_copy(context->arena, buffer_text(context->scratch));
    http_response_fail(context->response, context->arena, 400, errors);
    return false;
}

static bool check(struct request_context *context, const struct schema *schema, struct value value,
                  const char *name) {
    context->scratch->size = 0;
    schema_check(context->arena, schema, value, name, context->scratch);
    return !context->scratch->size || fail_check(context);
}

/* JSON and regular expressions know UTF-8 only; a header may hold anything (RFC 9110, 5.5). */
static struct member header_member(struct arena *arena, const struct http_header *header) {
    return (struct member){text_well_formed(arena, header->name),
                           value_string(text_well_formed(arena, header->value))};
}

static bool read_headers(struct request_context *context) {
    const struct http_request *request = context->request;
    const struct common *common = &context->table->common;
    struct member *members =
        arena_allocate_array(context->arena, request->header_count, sizeof *members);
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        if (text_trim(request->headers[i].value).size)
            members[count++] = header_member(context->arena, &request->headers[i]);
    struct value headers = value_object(members, count);
    slots_of(context)[SLOT_HEADERS] = headers;
    if (!common->header_schema)
        return true;
    headers = schema_convert_strings(context->arena, common->header_schema, headers);
    slots_of(context)[SLOT_HEADERS] = headers;
    return check(context, common->header_schema, headers, "The headers");
}

static void set_common_names(struct request_context *context) {
    const struct common *common = &context->table->common;
    for (size_t i = 0; i < common->name_count; i++)
        slots_of(context)[common->names[i].slot] =
            shape_evaluate(&context->evaluation, common->names[i].shape);
}

static void set_path(struct request_context *context, const struct router_match *match) {
    const struct route *route = context->route;
    struct member *members =
        arena_allocate_array(context->arena, route->parameter_count, sizeof *members);
    for (size_t i = 0; i < route->parameter_count; i++)
        members[i] = (struct member){route->parameters[i], value_string(match->parameters[i])};
    slots_of(context)[route->path_slot] = value_object(members, route->parameter_count);
}

static bool read_query(struct request_context *context, struct text query) {
    const struct route *route = context->route;
    struct value object;
    if (!route->query_schema)
        return true;
    if (!uri_parse_query(context->arena, query, &object))
        return context_fail(context, 400, "The query cannot be read");
    object = schema_convert_strings(context->arena, route->query_schema, object);
    slots_of(context)[route->query_slot] = object;
    return check(context, route->query_schema, object, "The query");
}

static bool is_json_type(struct text type) {
    struct text name = text_trim(text_cut(&type, ';'));
    static const char suffix[] = "+json";
    size_t size = sizeof suffix - 1;
    return (name.size == 16 && strncasecmp(name.data, "application/json", 16) == 0) ||
           (name.size > size && strncasecmp(name.data + name.size - size, suffix, size) == 0);
}

/* RFC 8259, 8.1 lets parsers ignore one. */
static struct text without_byte_order_mark(struct text text) {
    struct text mark = text_of("\xEF\xBB\xBF");
    return text_starts_with(text, mark)
               ? (struct text){text.data + mark.size, text.size - mark.size}
               : text;
}

static bool parse_body(struct request_context *context, struct value *body) {
    const struct http_request *request = context->request;
    struct text content = without_byte_order_mark(request->body);
    *body = value_object(NULL, 0);
    if (!text_trim(content).size)
        return true;
    if (!is_json_type(http_request_header(request, "content-type")))
        return context_fail(context, 415,
                            "The body must be JSON: send it with "
                            "\"Content-Type: application/json\"");
    const char *reason;
    if (!json_read(context->reader, context->arena, content, NULL, body, &reason))
        return context_fail(context, 400, "The body is not JSON: %s", reason);
    /* No database takes it, so an upstream that is sent it fails. */
    return !json_has_nul(request->body) ||
           context_fail(context, 400, "The body has the character NUL in a text");
}

static bool read_body(struct request_context *context) {
    const struct http_request *request = context->request;
    const struct route *route = context->route;
    if (request->body_state == HTTP_BODY_TOO_LARGE)
        return context_fail(context, 413, "The body is larger than %zu bytes",
                            context->table->server.max_body);
    if (request->body_state == HTTP_BODY_CUT)
        return context_fail(context, 400, "The body does not have its announced length");
    struct value body;
    if (!route->body_schema)
        return true;
    if (!parse_body(context, &body))
        return false;
    body = schema_convert_json(context->arena, route->body_schema, body);
    slots_of(context)[route->body_slot] = body;
    return check(context, route->body_schema, body, "The body");
}

/* The answer. */

static bool add_headers(struct request_context *context, const struct named_template *headers,
                        size_t count) {
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        struct text value;
        if (!template_evaluate(&context->evaluation, headers[i].template, context->scratch, &value))
            continue;
        good = http_response_add_header(context->response, headers[i].name.data, value) && good;
    }
    return good;
}

static int default_status(const struct request_context *context) {
    return text_is(context->route->method, "POST") ? 201 : 200;
}

/* A status that is computed may come to anything. */
static bool set_status(struct request_context *context, const struct expression *expression) {
    struct value value = expression_evaluate(&context->evaluation, expression);
    double status = value_double(value);
    if (!value_is_integer(value) || status < 200 || status > 599)
        return context_fail_missing(context, expression->source.size ? expression->source
                                                                     : text_of("a status"));
    context->response->status = (int)status;
    return true;
}

static bool answer_value(struct request_context *context, const struct answer *answer) {
    struct value body = value_missing();
    if (answer->body) {
        body = shape_evaluate(&context->evaluation, answer->body);
        struct text missing_required = context->evaluation.missing_required;
        if (missing_required.size)
            return context_fail_missing(context, missing_required);
        if (value_is_missing(body))
            return context_fail_missing(context, text_of("what is answered here"));
    }
    context->response->status = default_status(context);
    if (answer->status && !set_status(context, answer->status))
        return false;
    if (answer->body)
        json_write(&context->response->body, context->arena, body);
    return add_headers(context, answer->headers, answer->header_count);
}

static void answer(struct request_context *context) {
    const struct answer *answer = &context->route->answer;
    if (answer->error)
        context_fail_with(context, answer->error);
    else
        answer_value(context, answer);
}

/* The request's way. */

static struct request_context *begin(struct service *service, const struct http_request *request,
                                     struct http_response *response) {
    arena_reset(service->arena);
    upstream_begin(service->client);
    http_response_reset(response);
    struct request_context *context = &service->context;
    *context = (struct request_context){
        .table = service->table,
        .request = request,
        .response = response,
        .client = service->client,
        .breakers = service->breakers,
        .reader = service->reader,
        .log = service->log,
        .record = &service->record,
        .random = &service->random,
        .arena = service->arena,
        .evaluation = {.arena = service->arena},
        .scratch = &service->scratch,
    };
    response->head_only = text_is(request->method, "HEAD");
    request_log_begin(&service->record, service->arena, &service->random, request);
    http_response_add_header(response, "x-request-id", service->record.id);
    http_response_add_header(response, "cache-control", text_of(CACHING_PRIVATE));
    http_response_add_header(response, "x-content-type-options", text_of("nosniff"));
    add_cors_headers(context);
    return context;
}

/* Finds the route, and what it knows from headers and path; `*query` becomes the query. */
static bool read_target(struct request_context *context, struct text *query) {
    const struct common *common = &context->table->common;
    struct router_match match;
    struct text path = split_target(context->request, query);
    if (!find_route(context, path, &match))
        return false;
    context->evaluation.slots = arena_allocate_array(context->arena, context->route->slot_count,
                                                     sizeof *context->evaluation.slots);
    slots_of(context)[SLOT_NOW] = value_string(date_format(context->arena, clock_time_of_day_ms()));
    if (!read_headers(context))
        return false;
    set_common_names(context);
    add_headers(context, common->answer_headers, common->answer_header_count);
    set_path(context, &match);
    return true;
}

struct request_context *service_prepare(struct service *service, const struct http_request *request,
                                        struct http_response *response) {
    struct request_context *context = begin(service, request, response);
    struct text query;
    bool good = read_target(context, &query) && read_query(context, query) && read_body(context);
    return good ? context : NULL;
}

void service_handle(struct service *service, const struct http_request *request,
                    struct http_response *response) {
    struct request_context *context = begin(service, request, response);
    struct text query;
    if (read_target(context, &query) && steps_run_leading(context) && read_query(context, query) &&
        read_body(context) && steps_run(context))
        answer(context);
    caching_finish(context);
    if (response->body.size)
        http_response_add_header(response, "content-type",
                                 text_of("application/json; charset=utf-8"));
}

void service_log(struct service *service, const struct http_request *request,
                 const struct http_response *response) {
    const struct route *route = service->context.route;
    request_log_write(&service->record, service->log, request->method,
                      route ? route->pattern : (struct text){"", 0}, response, &service->log_line);
}
