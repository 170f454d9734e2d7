#include "serve/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "http/uri.h"
#include "language/date.h"
#include "serve/answer.h"
#include "serve/api_description.h"
#include "serve/caching.h"
#include "serve/circuit_breaker.h"
#include "serve/cors.h"
#include "serve/deadline.h"
#include "serve/metrics.h"
#include "serve/observer.h"
#include "serve/status.h"
#include "serve/steps.h"
#include "serve/timing.h"

enum { MAX_TARGET = 8192 };

struct service {
    const struct log *log;
    struct table *table;
    struct upstream_client *client;
    struct circuit_breaker *breakers;
    struct status *status;
    struct json_reader *reader;
    struct api_description description;
    struct arena *arena;
    struct buffer scratch;
    struct request_context context;
    struct request_record record;
    struct log_line log_line;
    struct random random;
    struct observer *observer;
    const struct transport *transport;
    int64_t fixed_now_ms;
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
    api_description_clear(&service->description);
    free(service->breakers);
    buffer_free(&service->scratch);
    log_line_free(&service->log_line);
    free(service);
}

void service_share(struct service *service, struct status *status) {
    service->status = status;
}

void service_set_table(struct service *service, struct table *table) {
    arena_reset(service->arena);
    table_destroy(service->table);
    api_description_clear(&service->description);
    service->table = table;
    free(service->breakers);
    service->breakers = NULL;
    if (!table)
        return;
    status_bind(service->status, table);
    service->breakers = circuit_breakers_create(table, service->status);
}

void service_set_surroundings(struct service *service,
                              const struct service_surroundings *surroundings) {
    const struct table *table = service->table;
    service->transport = surroundings->transport;
    service->fixed_now_ms = surroundings->now_ms;
    service->random = (struct random){.fixed = surroundings->fixed_ids};
    if (table)
        circuit_breakers_close(service->breakers, table);
}

void service_observe(struct service *service, struct observer *observer) {
    service->observer = observer;
}

void service_trim(struct service *service) {
    arena_trim(service->arena);
    upstream_trim(service->client);
    json_reader_trim(service->reader);
    buffer_free(&service->scratch);
    status_rest(service->status);
}

const struct table *service_table(const struct service *service) {
    return service->table;
}

/* Routing. */

/* The path after the prefix; false if it does not begin with the prefix. */
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

/* Rejects dot segments, encoded or not, and empty segments. */
static struct failure *split_path(struct request_context *context, struct text path,
                                  struct text *segments, size_t *count) {
    *count = 0;
    if (path.size && path.data[0] == '/')
        text_cut(&path, '/');
    while (path.size) {
        struct text segment;
        if (!uri_decode(context->arena, text_cut(&path, '/'), false, &segment))
            return failure_of_caller(context, 400, "The path is not percent-encoded UTF-8");
        /* As in a query and in a body: no upstream has an object with such a name. */
        if (segment.size && memchr(segment.data, '\0', segment.size))
            return failure_of_caller(context, 400, "The path has the character NUL in it");
        if (!segment.size || text_is(segment, ".") || text_is(segment, "..") ||
            *count == ROUTER_MAX_SEGMENTS)
            return failure_of_caller(context, 404, "Not found");
        segments[(*count)++] = segment;
    }
    return NULL;
}

/* The path of the target; `*query` becomes the part after the question mark. */
static struct text split_target(const struct http_request *request, struct text *query) {
    *query = request->target;
    struct text path = text_cut(query, '?');
    /* The absolute form (RFC 9112, 3.2.2) is treated like its path and query. */
    if (path.size && path.data[0] != '/') {
        const char *host = memmem(path.data, path.size, "://", 3);
        const char *end = path.data + path.size;
        const char *slash = host ? memchr(host + 3, '/', (size_t)(end - host - 3)) : NULL;
        path = (struct text){slash ? slash : end, slash ? (size_t)(end - slash) : 0};
    }
    return path;
}

static struct failure *failure_of_method(struct request_context *context, struct text allow) {
    struct failure *failure =
        failure_of_caller(context, 405, "%.*s is not allowed here: use %.*s",
                          TEXT_ARGUMENT(context->request->method), TEXT_ARGUMENT(allow));
    failure->allow = text_copy(context->arena, allow);
    return failure;
}

/* Finds the route; OPTIONS is answered without one. */
static struct failure *find_route(struct request_context *context, struct text path,
                                  struct router_match *match) {
    struct text segments[ROUTER_MAX_SEGMENTS];
    size_t count;
    if (context->request->target.size > MAX_TARGET)
        return failure_of_caller(context, 414, "The address is too long");
    if (!strip_prefix(context, &path))
        return failure_of_caller(context, 404, "Not found");
    struct failure *failure = split_path(context, path, segments, &count);
    if (failure)
        return failure;
    router_find(&context->table->router, context->request->method, segments, count, match);
    context->route = match->route;
    status_found(context->status, match->route);
    if (text_is(context->request->method, "OPTIONS"))
        cors_answer_options(context, match->allow);
    else if (!match->route && !match->allow.size)
        return failure_of_caller(context, 404, "Not found");
    else if (!match->route)
        return failure_of_method(context, match->allow);
    return NULL;
}

/* The input of the request. */

static struct value *slots_of(struct request_context *context) {
    return context->evaluation.slots;
}

static struct failure *check(struct request_context *context, const struct schema *schema,
                             struct value value, const char *name) {
    struct buffer *errors = context->scratch;
    errors->size = 0;
    schema_check(context->arena, schema, value, name, errors);
    if (!errors->size)
        return NULL;
    return failure_create(context, 400, text_copy(context->arena, buffer_text(errors)));
}

/* JSON and regular expressions require UTF-8; a header may contain any bytes (RFC 9110, 5.5). */
static struct member header_member(struct arena *arena, const struct http_header *header) {
    return (struct member){text_well_formed(arena, header->name),
                           value_string(text_well_formed(arena, header->value))};
}

static struct failure *read_headers(struct request_context *context) {
    const struct http_request *request = context->request;
    const struct common *common = &context->table->common;
    struct member *members =
        arena_allocate_unset(context->arena, request->header_count, sizeof *members);
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        if (text_trim(request->headers[i].value).size)
            members[count++] = header_member(context->arena, &request->headers[i]);
    struct value headers = value_object(members, count);
    slots_of(context)[SLOT_HEADERS] = headers;
    if (!common->header_schema)
        return NULL;
    headers = schema_convert_strings(context->arena, common->header_schema, headers);
    slots_of(context)[SLOT_HEADERS] = headers;
    return check(context, common->header_schema, headers, "The headers");
}

static struct failure *set_common_names(struct request_context *context) {
    const struct common *common = &context->table->common;
    struct failure *failure = NULL;
    for (size_t i = 0; !failure && i < common->name_count; i++)
        failure = context_evaluate_shape(context, common->names[i].shape,
                                         &slots_of(context)[common->names[i].slot]);
    return failure;
}

static void set_path(struct request_context *context, const struct router_match *match) {
    const struct route *route = context->route;
    struct member *members =
        arena_allocate_unset(context->arena, route->parameter_count, sizeof *members);
    for (size_t i = 0; i < route->parameter_count; i++)
        members[i] = (struct member){route->parameters[i], value_string(match->parameters[i])};
    slots_of(context)[route->path_slot] = value_object(members, route->parameter_count);
}

static struct failure *read_query(struct request_context *context, struct text query) {
    const struct route *route = context->route;
    struct value object;
    if (!route->query_schema)
        return NULL;
    if (!uri_parse_query(context->arena, query, &object))
        return failure_of_caller(context, 400, "The query cannot be read");
    object = schema_convert_strings(context->arena, route->query_schema, object);
    slots_of(context)[route->query_slot] = object;
    return check(context, route->query_schema, object, "The query");
}

static bool is_json_type(struct text type) {
    struct text name = text_trim(text_cut(&type, ';'));
    struct text suffix = text_of("+json");
    if (text_equal_ignoring_case(name, text_of("application/json")))
        return true;
    return name.size > suffix.size &&
           text_equal_ignoring_case((struct text){name.data + name.size - suffix.size, suffix.size},
                                    suffix);
}

static struct failure *parse_body(struct request_context *context, struct value *body) {
    const struct http_request *request = context->request;
    /* RFC 8259, 8.1 allows parsers to ignore one. */
    struct text content = text_without_mark(request->body);
    *body = value_object(NULL, 0);
    if (!text_trim(content).size)
        return NULL;
    if (!is_json_type(http_request_header(request, "content-type")))
        return failure_of_caller(context, 415,
                                 "The body must be JSON: send it with "
                                 "\"Content-Type: application/json\"");
    const char *reason;
    if (!json_read(context->reader, context->arena, content, NULL, body, &reason))
        return failure_of_caller(context, 400, "The body is not JSON: %s", reason);
    /* Databases reject it, so an upstream that receives it fails. */
    if (json_has_nul(request->body))
        return failure_of_caller(context, 400, "The body has the character NUL in a string");
    return NULL;
}

static struct failure *read_body(struct request_context *context) {
    const struct http_request *request = context->request;
    const struct route *route = context->route;
    if (request->body_state == HTTP_BODY_TOO_LARGE)
        return failure_of_caller(context, 413, "The body is larger than %zu bytes",
                                 context->table->server.max_body);
    if (request->body_state == HTTP_BODY_CUT)
        return failure_of_caller(context, 400, "The body does not have its announced length");
    struct value body;
    if (!route->body_schema)
        return NULL;
    struct failure *failure = parse_body(context, &body);
    if (failure)
        return failure;
    body = schema_convert_json(context->arena, route->body_schema, body);
    slots_of(context)[route->body_slot] = body;
    return check(context, route->body_schema, body, "The body");
}

/* The processing of a request. */

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
        .transport = service->transport,
        .breakers = service->breakers,
        .status = service->status,
        .reader = service->reader,
        .description = &service->description,
        .log = service->log,
        .record = &service->record,
        .random = &service->random,
        .fixed_now_ms = service->fixed_now_ms,
        .arena = service->arena,
        .evaluation = {.arena = service->arena},
        .observer = service->observer,
        .scratch = &service->scratch,
    };
    response->head_only = text_is(request->method, "HEAD");
    request_log_begin(&service->record, service->arena, &service->random, request);
    status_begin(service->status, service->record.begin);
    http_response_add_header(response, "x-request-id", service->record.id);
    http_response_add_header(response, "cache-control", text_of(CACHING_PRIVATE));
    http_response_add_header(response, "x-content-type-options", text_of("nosniff"));
    cors_add_headers(context);
    return context;
}

/* The values that depend on headers and path only. */
static struct failure *read_head(struct request_context *context,
                                 const struct router_match *match) {
    const struct common *common = &context->table->common;
    const struct route *route = context->route;
    struct evaluation *evaluation = &context->evaluation;
    evaluation->slots =
        arena_allocate_array(context->arena, route->slot_count, sizeof *evaluation->slots);
    evaluation->slot_origins = route->slot_origins;
    int64_t now_ms = context->fixed_now_ms ? context->fixed_now_ms : clock_time_of_day_ms();
    evaluation->slots[SLOT_NOW] = value_string(date_format(context->arena, now_ms));
    set_path(context, match);
    struct failure *failure = read_headers(context);
    if (!failure)
        failure = set_common_names(context);
    if (!failure)
        failure = answer_add_headers(context, common->answer_headers, common->answer_header_count);
    return failure;
}

/* Finds the route, unless the request is answered without one; sets `*query` to the query. */
static struct failure *read_target(struct request_context *context, struct text *query) {
    struct router_match match = {0};
    struct text path = split_target(context->request, query);
    struct failure *failure = find_route(context, path, &match);
    bool has_head = context->route && context->route != context->table->metrics;
    return failure || !has_head ? failure : read_head(context, &match);
}

static struct failure *read_data(struct request_context *context, struct text query) {
    struct failure *failure = read_query(context, query);
    return failure ? failure : read_body(context);
}

struct request_context *service_prepare(struct service *service, const struct http_request *request,
                                        struct http_response *response) {
    struct request_context *context = begin(service, request, response);
    struct text query;
    struct failure *failure = read_target(context, &query);
    if (!failure && context->route && !steps_run_leading(context))
        failure = read_data(context, query);
    if (failure)
        failure_respond(context, failure);
    return failure || !context->route ? NULL : context;
}

static struct failure *respond(struct request_context *context) {
    struct text query;
    struct failure *failure = read_target(context, &query);
    if (failure || !context->route)
        return failure;
    if (context->route == context->table->metrics)
        return metrics_answer(context);
    failure = deadline_check_queue(context);
    if (!failure)
        failure = steps_run_leading(context);
    if (!failure)
        failure = read_data(context, query);
    if (!failure)
        failure = steps_run(context);
    return failure ? failure : answer_write(context);
}

void service_handle(struct service *service, const struct http_request *request,
                    struct http_response *response) {
    struct request_context *context = begin(service, request, response);
    struct failure *failure = respond(context);
    if (failure) {
        observe(context, &(struct observation){.what = OBSERVED_FAILURE, .failure = failure});
        failure_respond(context, failure);
    }
    caching_finish(context);
    if (response->body.size && !http_response_has_header(response, "content-type"))
        http_response_add_header(response, "content-type",
                                 text_of("application/json; charset=utf-8"));
    timing_add_header(context);
}

const struct request_context *service_last_request(const struct service *service) {
    return &service->context;
}

void service_log(struct service *service, const struct http_request *request,
                 const struct http_response *response) {
    const struct route *route = service->context.route;
    status_waited(service->status, service->record.queue_ms);
    status_end(service->status, route, response->status, service->record.begin);
    request_log_write(&service->record, service->log, request->method,
                      route ? route->pattern : (struct text){"", 0}, response, &service->log_line);
    timing_log(&service->context, &service->log_line);
}
