#include "serve/cors.h"

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

/* The exposed headers do not depend on the origin, so that a cached response has them for all. */
void cors_add_headers(struct request_context *context) {
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

void cors_answer_options(struct request_context *context, struct text allow) {
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
