#include "serve/request_context.h"

#include <stdarg.h>
#include <stdio.h>

bool context_fail(struct request_context *context, int status, const char *format, ...) {
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    http_response_fail(context->response, context->arena, status, text_of(message));
    return false;
}

bool context_fail_logged(struct request_context *context, int status, const char *message,
                         const char *format, ...) {
    char failure[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure, sizeof failure, format, arguments);
    va_end(arguments);
    context->record->failure = text_copy(context->arena, text_of(failure));
    return context_fail(context, status, "%s", message);
}

bool context_fail_missing(struct request_context *context, struct text what) {
    const char *message =
        text_format(context->arena, "The upstream's answer lacks %.*s", TEXT_ARGUMENT(what)).data;
    return context_fail_logged(context, 502, message, "an answer lacks %.*s", TEXT_ARGUMENT(what));
}

/*
 * For the log: the message as it is written in the table, since values in it may be the caller's.
 * A route that always answers with this error does what it is there for.
 */
static void note_error_response(struct request_context *context,
                                const struct error_response *error) {
    struct buffer *message = context->scratch;
    if (error->status < 500 || error == context->route->answer.error)
        return;
    message->size = 0;
    for (const struct template_part *part = error->message->parts; part; part = part->next) {
        if (part->expression)
            buffer_append_format(message, "{%.*s}", TEXT_ARGUMENT(part->expression->source));
        else
            buffer_append_text(message, part->literal);
    }
    context->record->failure = text_copy(context->arena, buffer_text(message));
}

bool context_fail_with(struct request_context *context, const struct error_response *error) {
    struct buffer *message = context->scratch;
    note_error_response(context, error);
    message->size = 0;
    template_append(&context->evaluation, error->message, message);
    struct text text = text_copy(context->arena, buffer_text(message));
    http_response_fail(context->response, context->arena, error->status, text);
    return false;
}
