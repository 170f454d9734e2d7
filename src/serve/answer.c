#include "serve/answer.h"

#include "serve/api_description.h"
#include "serve/observer.h"
#include "json/writer.h"

struct failure *answer_add_headers(struct request_context *context,
                                   const struct named_template *headers, size_t count) {
    struct http_header *added = arena_allocate_unset(context->arena, count, sizeof *added);
    struct failure *failure = NULL;
    size_t added_count = 0;
    for (size_t i = 0; !failure && i < count; i++) {
        struct http_header *header = &added[added_count];
        bool complete;
        header->name = headers[i].name;
        failure = context_evaluate_header(context, &headers[i], &header->value, &complete);
        added_count += complete;
    }
    for (size_t i = 0; !failure && i < added_count; i++)
        http_response_set_header(context->response, text_c_string(added[i].name), added[i].value);
    return failure;
}

/* A computed status may have any value. */
static struct failure *find_status(struct request_context *context,
                                   const struct expression *expression, int *status) {
    struct value value;
    *status = answer_default_status(context->route->method);
    if (!expression)
        return NULL;
    struct failure *failure = context_evaluate(context, expression, &value);
    double number = value_double(value);
    if (failure)
        return failure;
    if (!value_is_integer(value) || number < 200 || number > 599)
        return failure_no_value(context, expression);
    *status = (int)number;
    return NULL;
}

static struct failure *find_body(struct request_context *context, const struct shape *shape,
                                 struct value *body) {
    *body = value_missing();
    if (!shape)
        return NULL;
    struct failure *failure = context_evaluate_shape(context, shape, body);
    if (failure || !value_is_missing(*body))
        return failure;
    const struct evaluation_failure missing = {
        .source = text_of("what is answered here"),
        .origins = origins_of_shape(context->route->slot_origins, NULL, shape)};
    return failure_of_evaluation(context, &missing);
}

/* Everything is evaluated before the response is modified. */
struct failure *answer_write(struct request_context *context) {
    const struct answer *answer = &context->route->answer;
    struct value body;
    int status;
    observe(context, &(struct observation){.what = OBSERVED_STEP});
    if (answer->error)
        return failure_from_table(context, answer->error);
    if (answer->document) {
        api_description_answer(context);
        return NULL;
    }
    struct failure *failure = find_body(context, answer->body, &body);
    if (!failure)
        failure = find_status(context, answer->status, &status);
    if (!failure)
        failure = answer_add_headers(context, answer->headers, answer->header_count);
    if (failure)
        return failure;
    context->response->status = status;
    if (answer->body && http_status_allows_body(status))
        json_write(&context->response->body, context->arena, body);
    return NULL;
}
