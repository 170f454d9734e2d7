#include "serve/explain.h"

#include "serve/caching.h"
#include "serve/call.h"
#include "serve/call_text.h"
#include "serve/deadline.h"
#include "serve/explain_call.h"
#include "json/writer.h"

enum { MAX_VALUE = 200 };

static const char indent[] = "      ";

struct explanation {
    struct request_context *context;
    struct known known;
    FILE *stream;
    struct buffer line;
};

static void end_line(struct explanation *explanation) {
    fprintf(explanation->stream, "%.*s\n", (int)explanation->line.size, explanation->line.data);
    explanation->line.size = 0;
}

static void explain_fields(struct explanation *explanation,
                           const struct query_parameter *parameter) {
    if (!parameter->fields)
        return;
    buffer_append_format(&explanation->line, "%sderived %.*s: ", indent,
                         TEXT_ARGUMENT(parameter->name));
    field_list_describe(parameter->fields, &explanation->line);
    end_line(explanation);
}

/* The other calls that are made concurrently, without those that are known not to be made. */
static void explain_batch(struct explanation *explanation, size_t index) {
    const struct route *route = explanation->context->route;
    const char *separator = "";
    for (size_t i = 0; i < route->step_count && i <= explanation->known.end; i++) {
        const struct step *step = &route->steps[i];
        if (i == index || step->kind != STEP_CALL || explanation->known.skipped[i] ||
            step->batch_leader != route->steps[index].batch_leader)
            continue;
        if (!*separator)
            buffer_append_format(&explanation->line, "%ssent together with ", indent);
        buffer_append_format(&explanation->line, "%s$%.*s", separator, TEXT_ARGUMENT(step->name));
        separator = ", ";
    }
    if (*separator)
        end_line(explanation);
}

/* How much of an answer is read, apart from named members. */
static const char *extent(const struct projection *usage) {
    if (usage->whole)
        return "all";
    if (usage->members || usage->items)
        return "";
    if (usage->counted)
        return "its length";
    return usage->present ? "its presence" : "nothing";
}

static void explain_retry(struct explanation *explanation, const struct step *step) {
    struct buffer *line = &explanation->line;
    const struct retry *retry = retry_of_call(step, true);
    if (!retry || !retry->count)
        return;
    buffer_append_string(
        line,
        step->retry.given
            ? "      repeated once, alone, after status "
            : "      repeated once, alone, if it has the caller's authorization, after status ");
    for (size_t i = 0; i < retry->count; i++)
        buffer_append_format(line, i ? ", %d" : "%d", retry->statuses[i]);
    end_line(explanation);
}

static void explain_only(struct explanation *explanation, const struct confinement *only) {
    struct text member = only->member;
    fprintf(explanation->stream, "      only objects%s%.*s for which %.*s\n",
            member.size ? " of " : "", TEXT_ARGUMENT(member),
            TEXT_ARGUMENT(only->condition->source));
}

static void explain_call(struct explanation *explanation, size_t index) {
    const struct step *step = &explanation->context->route->steps[index];
    struct buffer *line = &explanation->line;
    explanation->known.has_item = step->each != NULL;
    buffer_append_string(line, "  ");
    call_text_append_step(line, step);
    buffer_append_format(line, ": %s ", step->method);
    explain_append_url(line, &explanation->known, step);
    end_line(explanation);
    explain_append_content(line, &explanation->known, step, indent);
    fprintf(explanation->stream, "%.*s", TEXT_ARGUMENT(buffer_text(line)));
    line->size = 0;
    explanation->known.has_item = false;
    explain_batch(explanation, index);
    if (step->each)
        fprintf(explanation->stream, "%sonce for each item of %.*s, concurrently\n", indent,
                TEXT_ARGUMENT(step->each->source));
    for (size_t i = 0; i < step->only_count; i++)
        explain_only(explanation, &step->only[i]);
    if (step->optional)
        fprintf(explanation->stream, "%soptional: its result is missing if it fails\n", indent);
    explain_retry(explanation, step);
    for (size_t i = 0; i < step->query_count; i++)
        explain_fields(explanation, &step->query[i]);
    buffer_append_format(line, "%sreads of its answer: %s", indent, extent(step->usage));
    usage_append(line, step->usage);
    end_line(explanation);
}

static void explain_name(struct explanation *explanation, const struct step *step,
                         const struct named_shape *name) {
    struct request_context *context = explanation->context;
    struct buffer *line = &explanation->line;
    struct value value = context->evaluation.slots[name->slot];
    buffer_append_format(line, "  $%.*s", TEXT_ARGUMENT(name->name));
    call_text_append_line(line, step->location);
    buffer_append_string(line, " is ");
    if (!explanation->known.slots[name->slot]) {
        buffer_append_string(line, "computed");
    } else if (value.type == VALUE_MISSING) {
        buffer_append_string(line, "missing");
    } else if (name->environment & context->table->definitions.header_environment) {
        /* The parts of a header of a call may be keys. */
        buffer_append_string(line, "[hidden]");
    } else {
        context->scratch->size = 0;
        json_write(context->scratch, context->arena, value);
        call_text_append_foreign(line, buffer_text(context->scratch), MAX_VALUE);
        context->scratch->size = 0;
    }
    end_line(explanation);
}

static void explain_error_response(struct explanation *explanation,
                                   const struct error_response *error) {
    buffer_append_format(&explanation->line, "%d ", error->status);
    explain_append_template(&explanation->line, &explanation->known, error->message);
    end_line(explanation);
}

static void explain_require(struct explanation *explanation, const struct step *step) {
    buffer_append_string(&explanation->line, "  require");
    call_text_append_line(&explanation->line, step->location);
    buffer_append_format(&explanation->line, " %.*s, else ",
                         TEXT_ARGUMENT(step->condition->source));
    explain_error_response(explanation, step->otherwise);
}

/* A call whose condition is known not to hold is only mentioned. */
static void explain_skipped(struct explanation *explanation, const struct step *step) {
    if (step->kind != STEP_CALL)
        return;
    buffer_append_string(&explanation->line, "  ");
    call_text_append_step(&explanation->line, step);
    buffer_append_format(&explanation->line, ": not made\n%swhen %.*s", indent,
                         TEXT_ARGUMENT(step->when->source));
    end_line(explanation);
}

static void explain_step(struct explanation *explanation, size_t index) {
    const struct step *step = &explanation->context->route->steps[index];
    if (explanation->known.skipped[index]) {
        explain_skipped(explanation, step);
        return;
    }
    if (step->binds_parameters)
        return;
    if (step->kind == STEP_CALL)
        explain_call(explanation, index);
    for (size_t i = 0; i < step->name_count; i++)
        explain_name(explanation, step, &step->names[i]);
    if (step->kind == STEP_REQUIRE)
        explain_require(explanation, step);
    if (step->when)
        fprintf(explanation->stream, "%swhen %.*s\n", indent, TEXT_ARGUMENT(step->when->source));
}

/* The step at which the request ends, and the resulting answer. */
static void explain_end(struct explanation *explanation) {
    const struct known *known = &explanation->known;
    const struct step *step = &explanation->context->route->steps[known->end];
    struct buffer *line = &explanation->line;
    buffer_append_string(line, "  ");
    call_text_append_step(line, step);
    if (known->failure) {
        buffer_append_format(line, " fails\n  answer %d %.*s", known->failure->status,
                             TEXT_ARGUMENT(known->failure->message));
        end_line(explanation);
        return;
    }
    buffer_append_format(line, " does not hold: %.*s\n  answer ",
                         TEXT_ARGUMENT(step->condition->source));
    explain_error_response(explanation, step->otherwise);
}

static void explain_caching(const struct request_context *context, FILE *stream) {
    const struct caching *caching = context->route->caching;
    if (!caching)
        return;
    struct text credential = caching_credential(caching, context->request);
    if (credential.size)
        fprintf(stream, "      not cacheable: the request has %.*s\n", TEXT_ARGUMENT(credential));
    else
        fprintf(stream, "      cacheable: %.*s\n", TEXT_ARGUMENT(caching->control));
    if (caching->vary.size)
        fprintf(stream, "      varies with the request headers %.*s\n",
                TEXT_ARGUMENT(caching->vary));
    if (!text_is_listed(text_of("authorization"), caching->vary))
        fprintf(stream, "      does not depend on authorization: cacheable with a token too\n");
}

static void explain_deadline(const struct request_context *context, FILE *stream) {
    long milliseconds = deadline_of(context->table, context->route);
    if (milliseconds % 1000)
        fprintf(stream, "  deadline %ldms\n", milliseconds);
    else
        fprintf(stream, "  deadline %lds\n", milliseconds / 1000);
}

static void explain_answer(struct explanation *explanation) {
    const struct route *route = explanation->context->route;
    struct buffer *line = &explanation->line;
    buffer_append_string(line, "  answer ");
    if (route->answer.error) {
        explain_error_response(explanation, route->answer.error);
    } else {
        if (route->answer.status)
            explain_append_expression(line, &explanation->known, route->answer.status);
        else
            buffer_append_format(line, "%d", answer_default_status(route->method));
        end_line(explanation);
    }
    explain_caching(explanation->context, explanation->stream);
}

void explain_route(const struct request_context *shared, FILE *stream) {
    struct request_context context = *shared;
    const struct route *route = context.route;
    struct explanation explanation = {
        .context = &context, .known = known_begin(&context), .stream = stream};
    buffer_append_format(&explanation.line, "%.*s %.*s", TEXT_ARGUMENT(route->method),
                         TEXT_ARGUMENT(route->pattern));
    call_text_append_line(&explanation.line, route->location);
    buffer_append_format(&explanation.line, "%s%.*s", route->summary.size ? ": " : "",
                         TEXT_ARGUMENT(route->summary));
    end_line(&explanation);
    if (route_makes_calls(route))
        explain_deadline(&context, stream);
    for (size_t i = 0; i < explanation.known.end; i++)
        explain_step(&explanation, i);
    if (explanation.known.end < route->step_count)
        explain_end(&explanation);
    else
        explain_answer(&explanation);
    buffer_free(&explanation.line);
}
