#include "serve/api_description.h"

#include "table/openapi.h"

void api_description_answer(struct request_context *context) {
    bool json = context->route->answer.document == DOCUMENT_OPENAPI_JSON;
    enum openapi_format format = json ? OPENAPI_JSON : OPENAPI_YAML;
    struct buffer *document = &context->description->documents[format];
    struct http_response *response = context->response;
    if (!document->size)
        openapi_write(document, context->table, format);
    response->status = answer_default_status(context->route->method);
    buffer_append_text(&response->body, buffer_text(document));
    /* RFC 9512 */
    if (!json)
        http_response_set_header(response, "content-type",
                                 text_of("application/yaml; charset=utf-8"));
}

void api_description_clear(struct api_description *description) {
    buffer_free(&description->documents[0]);
    buffer_free(&description->documents[1]);
}
