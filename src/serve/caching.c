#include "serve/caching.h"

#include "http/etag.h"

/* A header may occur more than once; an empty one counts as absent, as everywhere. */
static bool has_header(const struct http_request *request, struct text name) {
    for (size_t i = 0; i < request->header_count; i++)
        if (request->headers[i].value.size && text_equal(request->headers[i].name, name))
            return true;
    return false;
}

struct text caching_credential(const struct caching *caching, const struct http_request *request) {
    for (size_t i = 0; i < caching->credential_count; i++)
        if (has_header(request, caching->credentials[i]))
            return caching->credentials[i];
    return (struct text){"", 0};
}

static bool is_public(const struct request_context *context) {
    const struct caching *caching = context->route ? context->route->caching : NULL;
    return caching && context->response->status == 200 && !context->incomplete &&
           !caching_credential(caching, context->request).size;
}

/*
 * The tag covers the body and the headers, as answers with the same body may have different
 * headers. The id of the request is excluded, because it differs for every request.
 */
static struct text etag_of_response(struct request_context *context) {
    const struct http_response *response = context->response;
    struct buffer *headers = context->scratch;
    headers->size = 0;
    for (size_t i = 0; i < response->header_count; i++) {
        if (text_is(response->headers[i].name, "x-request-id"))
            continue;
        buffer_append_text(headers, response->headers[i].name);
        buffer_append_byte(headers, ':');
        buffer_append_text(headers, response->headers[i].value);
        buffer_append_byte(headers, '\n');
    }
    struct hash hash = hash_bytes(buffer_text(headers), (struct hash){0, 0});
    headers->size = 0;
    return etag_of(context->arena, hash_bytes(buffer_text(&response->body), hash));
}

static bool is_known(const struct http_request *request, struct text etag) {
    for (size_t i = 0; i < request->header_count; i++)
        if (text_is(request->headers[i].name, "if-none-match") &&
            etag_is_listed(request->headers[i].value, etag))
            return true;
    return false;
}

void caching_finish(struct request_context *context) {
    struct http_response *response = context->response;
    if (!is_public(context))
        return;
    const struct caching *caching = context->route->caching;
    struct text etag = etag_of_response(context);
    /* Make the response public last, and only if all headers that this requires could be added. */
    if ((caching->vary.size && !http_response_set_header(response, "vary", caching->vary)) ||
        !http_response_set_header(response, "etag", etag) ||
        !http_response_set_header(response, "cache-control", caching->control))
        return;
    if (is_known(context->request, etag)) {
        response->status = 304;
        response->body.size = 0;
    }
}
