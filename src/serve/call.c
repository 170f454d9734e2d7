#include "serve/call.h"

#include <string.h>

#include "http/uri.h"
#include "serve/confinement.h"
#include "serve/observer.h"
#include "json/writer.h"

/* Building. */

const struct retry *retry_of_call(const struct step *step, bool as_caller) {
    const struct upstream *upstream = step->upstream;
    if (step->retry.given)
        return &step->retry;
    bool safe = as_caller && strcmp(step->method, "GET") == 0 &&
                upstream_forwards(upstream, text_of("authorization"));
    return safe ? &upstream->retry : NULL;
}

/*
 * Encodes a value as one segment. Percent-encoding does not protect against dot segments (RFC 3986,
 * 6.2.2.3 requires that they are removed even if encoded), so these are rejected.
 */
static struct failure *append_segment(struct request_context *context,
                                      const struct expression *expression, struct buffer *target) {
    struct value value;
    struct text segment;
    struct failure *failure = context_evaluate(context, expression, &value);
    if (failure)
        return failure;
    if (!value_scalar_text(value, &segment))
        return failure_no_value(context, expression);
    if (!segment.size || text_is(segment, ".") || text_is(segment, ".."))
        return failure_of_caller(context, 404, "Not found");
    uri_encode(target, segment);
    return NULL;
}

static struct failure *append_path(struct request_context *context, const struct template *path,
                                   struct buffer *target) {
    struct failure *failure = NULL;
    for (const struct template_part *part = path->parts; !failure && part; part = part->next) {
        if (part->expression)
            failure = append_segment(context, part->expression, target);
        else
            buffer_append_text(target, part->literal);
    }
    return failure;
}

static struct text built_text(struct request_context *context) {
    struct text text = text_copy(context->arena, buffer_text(context->scratch));
    context->scratch->size = 0;
    return text;
}

static struct failure *build_target(struct request_context *context, const struct step *step,
                                    struct text *target) {
    struct buffer *buffer = context->scratch;
    buffer->size = 0;
    buffer_append_text(buffer, step->upstream->path);
    buffer_append_byte(buffer, '/');
    bool too_long = false;
    struct failure *failure = append_path(context, step->path, buffer);
    if (!failure &&
        !query_append(&context->evaluation, step->query, step->query_count, buffer, &too_long))
        failure = failure_of_evaluation(context, &context->evaluation.failure);
    *target = built_text(context);
    if (!too_long)
        return failure;
    return failure_logged(
        context, 413, text_of("The data is too large: it makes a request with too long an address"),
        "call %.*s: the query has more than %d bytes", TEXT_ARGUMENT(step->name), QUERY_MAX_SIZE);
}

/* A later header replaces one with the same name. */
static void put_header(struct upstream_call *call, struct text name, struct text value) {
    size_t location = 0;
    while (location < call->header_count && !text_equal(call->headers[location].name, name))
        location++;
    if (location == UPSTREAM_MAX_HEADERS)
        return;
    call->headers[location] = (struct http_header){name, value};
    call->header_count += location == call->header_count;
}

static bool has_forwarded_token(const struct request_context *context, const struct step *step,
                                const struct upstream_call *call) {
    struct text token = http_request_header(context->request, "authorization");
    if (!token.size || !upstream_forwards(step->upstream, text_of("authorization")))
        return false;
    for (size_t i = 0; i < call->header_count; i++)
        if (text_is(call->headers[i].name, "authorization"))
            return text_equal(call->headers[i].value, token);
    return false;
}

/* A header whose value is missing is not sent. */
static struct failure *put_template(struct request_context *context, struct upstream_call *call,
                                    const struct named_template *header) {
    struct text value;
    bool complete;
    struct failure *failure = context_evaluate_header(context, header, &value, &complete);
    if (!failure && complete)
        put_header(call, header->name, value);
    return failure;
}

static struct failure *put_templates(struct request_context *context, struct upstream_call *call,
                                     const struct named_template *headers, size_t count) {
    struct failure *failure = NULL;
    for (size_t i = 0; !failure && i < count; i++)
        failure = put_template(context, call, &headers[i]);
    return failure;
}

/* The table may set or forward another value. */
static void put_user_agent(struct upstream_call *call) {
    put_header(call, text_of("user-agent"), text_of("o2s-medusa/" O2S_VERSION));
}

static struct failure *put_headers(struct request_context *context, const struct step *step,
                                   struct upstream_call *call) {
    const struct upstream *upstream = step->upstream;
    put_user_agent(call);
    for (size_t i = 0; i < upstream->forward_count; i++) {
        struct text name = upstream->forward[i];
        struct text value = http_request_header(context->request, text_c_string(name));
        /* Reject the request: without the token, the caller would be treated as a guest. */
        if (!http_header_value_is_safe(value))
            return failure_of_caller(context, 400, "The header %.*s has control characters",
                                     TEXT_ARGUMENT(name));
        if (value.size)
            put_header(call, name, value);
    }
    put_header(call, text_of("x-request-id"), context->record->id);
    struct failure *failure =
        put_templates(context, call, upstream->headers, upstream->header_count);
    return failure ? failure : put_templates(context, call, step->headers, step->header_count);
}

/*
 * The size of the body is only known here, because the table may make it larger or smaller than the
 * request's.
 */
static struct failure *put_body(struct request_context *context, const struct step *step,
                                struct upstream_call *call) {
    size_t limit = step->upstream->max_request;
    struct value body;
    context->evaluation.keeps_nulls = true;
    struct failure *failure = context_evaluate_shape(context, step->body, &body);
    context->evaluation.keeps_nulls = false;
    if (failure)
        return failure;
    if (value_is_missing(body))
        body = value_object(NULL, 0);
    context->scratch->size = 0;
    json_write(context->scratch, context->arena, body);
    call->body = built_text(context);
    call->has_body = true;
    if (!limit || call->body.size <= limit)
        return NULL;
    return failure_of_caller(context, 413,
                             "The data is too large: it makes a request of %zu bytes to the "
                             "upstream \"%.*s\", which accepts at most %zu bytes",
                             call->body.size, TEXT_ARGUMENT(step->upstream->name), limit);
}

struct failure *call_build(struct request_context *context, const struct step *step,
                           struct upstream_call *call) {
    const struct upstream *upstream = step->upstream;
    *call = (struct upstream_call){.method = step->method,
                                   .origin = upstream->origin,
                                   .timeout_ms =
                                       step->timeout_ms ? step->timeout_ms : upstream->timeout_ms,
                                   .connect_timeout_ms = upstream->connect_timeout_ms,
                                   .max_response = upstream->max_response};
    struct failure *failure = build_target(context, step, &call->target);
    if (!failure)
        failure = put_headers(context, step, call);
    if (failure)
        return failure;
    call->as_caller = has_forwarded_token(context, step, call);
    return step->body ? put_body(context, step, call) : NULL;
}

void call_add_span(struct request_context *context, struct upstream_call *call) {
    struct trace *trace = &context->record->trace;
    put_header(call, text_of("traceparent"),
               trace_add_span(trace, context->arena, context->random));
    if (trace->state.size)
        put_header(call, text_of("tracestate"), trace->state);
}

struct failure *call_build_probe(struct request_context *context,
                                 const struct breaker_policy *policy, struct upstream_call *call) {
    const struct upstream *upstream = policy->upstream;
    *call = (struct upstream_call){.method = "GET",
                                   .origin = upstream->origin,
                                   .target = text_format(context->arena, "%.*s%.*s",
                                                         TEXT_ARGUMENT(upstream->path),
                                                         TEXT_ARGUMENT(policy->probe)),
                                   /* The encoding does not change which path results. */
                                   .fresh = true,
                                   .timeout_ms = policy->probe_timeout_ms,
                                   .connect_timeout_ms = policy->probe_timeout_ms,
                                   .max_response = upstream->max_response};
    put_user_agent(call);
    put_header(call, text_of("x-request-id"), context->record->id);
    return put_templates(context, call, upstream->headers, upstream->header_count);
}

void call_make(struct request_context *context, struct upstream_call *const *calls, size_t count) {
    const struct transport *transport = context->transport;
    if (transport)
        transport->perform(transport->context, context->client, calls, count);
    else
        upstream_perform(context->client, calls, count);
}

/* Concluding. */

static int passed_status(const struct upstream *upstream, int status) {
    for (size_t i = 0; i < upstream->status_count; i++)
        if (upstream->statuses[i].from == status)
            return upstream->statuses[i].to;
    return 0;
}

/* The upstream's message about an error that is passed on to the caller. */
static struct failure *find_message(struct request_context *context, const struct step *step,
                                    const struct upstream_call *call, struct text *message) {
    struct value body = value_missing(), found;
    const char *reason;
    const struct upstream *upstream = step->upstream;
    if (!upstream->message || !json_read(context->reader, context->arena, call->response,
                                         &upstream->message_usage, &body, &reason))
        return NULL;
    struct evaluation evaluation = {.arena = context->arena, .current = body};
    if (!expression_evaluate(&evaluation, upstream->message, &found))
        return failure_of_evaluation(context, &evaluation.failure);
    if (found.type == VALUE_STRING && found.size)
        *message = value_text(found);
    return NULL;
}

/* An error of the upstream that is passed on to the caller, unless the call is optional. */
static struct failure *failure_passed_on(struct request_context *context, const struct step *step,
                                         const struct upstream_call *call, int status) {
    struct text message = text_of(http_reason(status));
    struct failure *failure = step->optional ? NULL : find_message(context, step, call, &message);
    if (failure)
        return failure;
    failure = failure_create(context, status, message);
    failure->retry_after = text_copy(context->arena, call->retry_after);
    return failure;
}

/* "The upstream "store" failed": the message for the caller. */
static struct text upstream_failure(struct request_context *context, const struct step *step,
                                    const char *what) {
    return text_format(context->arena, "The upstream \"%.*s\" %s",
                       TEXT_ARGUMENT(step->upstream->name), what);
}

static struct failure *failure_of_outcome(struct request_context *context, const struct step *step,
                                          const struct upstream_call *call) {
    static const struct {
        int status;
        const char *what;
    } outcomes[] = {
        [UPSTREAM_UNREACHABLE] = {502, "cannot be reached"},
        [UPSTREAM_TIMEOUT] = {504, "did not answer in time"},
        [UPSTREAM_TOO_LARGE] = {502, "answered with too much"},
        [UPSTREAM_SUSPENDED] = {503, "is not available"},
    };
    struct failure *failure =
        failure_logged(context, outcomes[call->outcome].status,
                       upstream_failure(context, step, outcomes[call->outcome].what),
                       "call %.*s: %s", TEXT_ARGUMENT(step->name), call->error);
    if (call->outcome == UPSTREAM_SUSPENDED)
        failure->retry_after = call->retry_after;
    return failure;
}

static struct failure *failure_of_status(struct request_context *context, const struct step *step,
                                         const struct upstream_call *call) {
    int status = passed_status(step->upstream, call->status);
    if (status)
        return failure_passed_on(context, step, call, status);
    return failure_logged(context, 502, upstream_failure(context, step, "failed"),
                          "call %.*s: status %d", TEXT_ARGUMENT(step->name), call->status);
}

static const struct catch *find_catch(const struct step *step, int status) {
    for (size_t i = 0; i < step->catch_count; i++)
        if (step->catches[i].status == status)
            return &step->catches[i];
    return NULL;
}

/* The envelope of the fields that the answer lacks; without it, none of the fields can be found. */
static const struct field_list *lacking_envelope(struct request_context *context,
                                                 const struct step *step, struct value answer) {
    for (size_t i = 0; i < step->query_count; i++) {
        const struct field_list *fields = step->query[i].fields;
        if (fields && !fields->optional &&
            value_is_missing(value_member(context->arena, answer, fields->envelope)))
            return fields;
    }
    return NULL;
}

static struct failure *check_envelope(struct request_context *context, const struct step *step,
                                      struct value answer) {
    const struct field_list *lacking = lacking_envelope(context, step, answer);
    if (!lacking)
        return NULL;
    const char *what =
        text_format(context->arena, "gave no \"%.*s\"", TEXT_ARGUMENT(lacking->envelope)).data;
    return failure_logged(context, 502, upstream_failure(context, step, what),
                          "call %.*s: the answer has no \"%.*s\"", TEXT_ARGUMENT(step->name),
                          TEXT_ARGUMENT(lacking->envelope));
}

static struct failure *read_answer(struct request_context *context, const struct step *step,
                                   const struct upstream_call *call, struct value *result) {
    const char *reason;
    if (call->status == 204 ||
        json_read(context->reader, context->arena, call->response, step->usage, result, &reason)) {
        observe(context,
                &(struct observation){
                    .what = OBSERVED_ANSWER, .step = step, .call = call, .answer = result});
        return check_envelope(context, step, *result);
    }
    return failure_logged(context, 502, upstream_failure(context, step, "gave no valid JSON"),
                          "call %.*s: invalid JSON: %s", TEXT_ARGUMENT(step->name), reason);
}

/*
 * The part of the answer that the caller may see; if that is empty, the answer is treated as
 * missing.
 */
static struct failure *read_confined(struct request_context *context, const struct step *step,
                                     const struct upstream_call *call, struct value *result) {
    struct failure *failure = read_answer(context, step, call, result);
    if (failure || confinement_apply(context, step, result))
        return failure;
    *result = value_missing();
    const struct catch *catch = find_catch(step, 404);
    if (!catch)
        return failure_create(context, 404, text_of(http_reason(404)));
    return catch->error ? failure_from_table(context, catch->error) : NULL;
}

/* The result, or the table's replacement for an error; `optional` is handled by the caller. */
static struct failure *find_result(struct request_context *context, const struct step *step,
                                   const struct upstream_call *call, struct value *result) {
    if (upstream_succeeded(call))
        return read_confined(context, step, call, result);
    if (call->outcome != UPSTREAM_ANSWERED)
        return failure_of_outcome(context, step, call);
    const struct catch *catch = find_catch(step, call->status);
    if (!catch)
        return failure_of_status(context, step, call);
    return catch->error ? failure_from_table(context, catch->error) : NULL;
}

struct failure *call_finish(struct request_context *context, const struct step *step,
                            const struct upstream_call *call, struct value *result) {
    *result = value_missing();
    observe(context,
            &(struct observation){.what = OBSERVED_CONCLUSION, .step = step, .call = call});
    struct failure *failure = find_result(context, step, call, result);
    if (!failure || !step->optional)
        return failure;
    struct text detail = failure->detail;
    if (!detail.size && upstream_succeeded(call))
        detail = text_of("`only` does not hold for it");
    else if (!detail.size)
        detail = text_format(context->arena, "status %d", call->status);
    log_write(context->log, LOG_LEVEL_WARN, "request %.*s: optional call %.*s failed: %.*s",
              TEXT_ARGUMENT(context->record->id), TEXT_ARGUMENT(step->name), TEXT_ARGUMENT(detail));
    *result = value_missing();
    context->incomplete = true;
    return NULL;
}
