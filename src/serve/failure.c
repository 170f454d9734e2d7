#include "serve/failure.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/count.h"
#include "language/functions.h"

static struct text format_text(struct request_context *context, const char *format,
                               va_list arguments) {
    char text[1024];
    vsnprintf(text, sizeof text, format, arguments);
    return text_copy(context->arena, text_of(text));
}

struct failure *failure_create(struct request_context *context, int status, struct text message) {
    struct failure *failure = arena_allocate(context->arena, sizeof *failure);
    *failure = (struct failure){.status = status, .message = message};
    return failure;
}

struct failure *failure_of_caller(struct request_context *context, int status, const char *format,
                                  ...) {
    va_list arguments;
    va_start(arguments, format);
    struct text message = format_text(context, format, arguments);
    va_end(arguments);
    return failure_create(context, status, message);
}

struct failure *failure_logged(struct request_context *context, int status, struct text message,
                               const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    struct text detail = format_text(context, format, arguments);
    va_end(arguments);
    struct failure *failure = failure_create(context, status, message);
    failure->detail = detail;
    return failure;
}

/* The missing value in the caller's terms: `$query.name` is the query's `name`. */
static struct text name_for_caller(struct text source, const char *slot) {
    struct text rest = source;
    struct text first = text_cut(&rest, '.');
    bool known = !first.size || text_is(first, slot);
    return known && rest.size ? rest : source;
}

static struct failure *missing_in_request(struct request_context *context,
                                          const struct evaluation_failure *reason) {
    static const struct {
        origin_set origins;
        const char *slot;
        const char *subject;
    } parts[] = {
        {ORIGIN_HEADERS, "$headers", "The request lacks the header"},
        {ORIGIN_PATH, "$path", "The path lacks"},
        {ORIGIN_QUERY, "$query", "The query lacks"},
        {ORIGIN_BODY, "$body", "The body lacks"},
    };
    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i].origins == reason->origins)
            return failure_of_caller(context, 400, "%s %.*s", parts[i].subject,
                                     TEXT_ARGUMENT(name_for_caller(reason->source, parts[i].slot)));
    return failure_of_caller(context, 400, "The request lacks %.*s", TEXT_ARGUMENT(reason->source));
}

/* Who is responsible for a value: an upstream, otherwise the caller, otherwise the table. */
static int status_of_origins(origin_set origins) {
    if (origins & ORIGIN_UPSTREAM)
        return 502;
    return origins ? 400 : 500;
}

static struct failure *result_too_large(struct request_context *context,
                                        const struct evaluation_failure *reason) {
    int status = status_of_origins(reason->origins);
    struct text message = text_format(context->arena, "The result of %.*s is larger than %d bytes",
                                      TEXT_ARGUMENT(reason->source), FUNCTION_MAX_RESULT);
    if (status == 400)
        return failure_create(context, status, message);
    return failure_logged(context, status, message, "%.*s", TEXT_ARGUMENT(message));
}

struct failure *failure_of_evaluation(struct request_context *context,
                                      const struct evaluation_failure *reason) {
    struct text source = reason->source;
    int status = status_of_origins(reason->origins);
    if (reason->too_large)
        return result_too_large(context, reason);
    if (status == 400)
        return missing_in_request(context, reason);
    bool answer = status == 502;
    struct text message = text_format(context->arena,
                                      answer ? "The upstream's answer lacks %.*s"
                                             : "The route table has no value for %.*s",
                                      TEXT_ARGUMENT(source));
    return failure_logged(context, status, message,
                          answer ? "an answer lacks %.*s" : "the table has no value for %.*s",
                          TEXT_ARGUMENT(source));
}

struct failure *failure_no_value(struct request_context *context,
                                 const struct expression *expression) {
    const struct evaluation *evaluation = &context->evaluation;
    struct text source = expression->source;
    return failure_of_evaluation(
        context,
        &(struct evaluation_failure){.source = source.size ? source : text_of("a value"),
                                     .origins = origins_of_expression(
                                         evaluation->slot_origins, evaluation->frame, expression)});
}

/* A message of the table; values in it may come from the caller. */
static struct text message_source(struct request_context *context, const struct template *message) {
    struct buffer *text = context->scratch;
    text->size = 0;
    template_append_source(text, message);
    struct text copy = text_copy(context->arena, buffer_text(text));
    text->size = 0;
    return copy;
}

struct failure *failure_from_table(struct request_context *context,
                                   const struct error_response *error) {
    struct text message;
    bool complete;
    struct failure *failure =
        context_evaluate_template(context, error->message, &message, &complete);
    if (failure)
        return failure;
    failure = failure_create(context, error->status, message);
    /* A route that always answers with this error works as intended. */
    if (error->status >= 500 && error != context->route->answer.error)
        failure->detail = message_source(context, error->message);
    return failure;
}

void failure_respond(struct request_context *context, const struct failure *failure) {
    struct http_response *response = context->response;
    http_response_fail(response, context->arena, failure->status, failure->message);
    if (failure->allow.size)
        http_response_add_header(response, "allow", failure->allow);
    if (failure->retry_after.size)
        http_response_add_header(response, "retry-after", failure->retry_after);
    context->record->failure = failure->detail;
}

struct failure *context_evaluate(struct request_context *context,
                                 const struct expression *expression, struct value *value) {
    bool good = expression_evaluate(&context->evaluation, expression, value);
    return good ? NULL : failure_of_evaluation(context, &context->evaluation.failure);
}

struct failure *context_evaluate_shape(struct request_context *context, const struct shape *shape,
                                       struct value *value) {
    bool good = shape_evaluate(&context->evaluation, shape, value);
    return good ? NULL : failure_of_evaluation(context, &context->evaluation.failure);
}

struct failure *context_decide(struct request_context *context, const struct expression *condition,
                               bool *holds) {
    struct value value;
    *holds = true;
    if (!condition)
        return NULL;
    struct failure *failure = context_evaluate(context, condition, &value);
    *holds = !failure && value_is_true(value);
    return failure;
}

struct failure *context_evaluate_template(struct request_context *context,
                                          const struct template *template, struct text *text,
                                          bool *complete) {
    bool good = template_evaluate(&context->evaluation, template, context->scratch, text, complete);
    return good ? NULL : failure_of_evaluation(context, &context->evaluation.failure);
}

static struct failure *unsafe_header(struct request_context *context,
                                     const struct named_template *header) {
    origin_set origins = 0;
    for (const struct template_part *part = header->template->parts; part; part = part->next)
        if (part->expression)
            origins |= origins_of_expression(context->route->slot_origins, NULL, part->expression);
    int status = status_of_origins(origins);
    if (status == 400)
        return failure_of_caller(context, status, "A value for a header has control characters");
    struct text message = text_format(context->arena, "The header %.*s has control characters",
                                      TEXT_ARGUMENT(header->name));
    return failure_logged(context, status, message, "%.*s", TEXT_ARGUMENT(message));
}

struct failure *context_evaluate_header(struct request_context *context,
                                        const struct named_template *header, struct text *value,
                                        bool *complete) {
    struct failure *failure = context_evaluate_template(context, header->template, value, complete);
    bool safe = failure || !*complete || http_header_value_is_safe(*value);
    return safe ? failure : unsafe_header(context, header);
}
