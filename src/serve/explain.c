#include "serve/explain.h"

#include "serve/caching.h"
#include "serve/call.h"
#include "serve/deadline.h"
#include "table/step_walk.h"

/* What can be computed before any call: what needs only the request itself. */

/* Ends the walk at a slot whose value is not known. */
static bool is_known(void *context, const struct expression *expression, size_t depth) {
    (void)depth;
    const bool *known = context;
    return expression->kind != EXPRESSION_SLOT || known[expression->index];
}

static bool is_computable(bool *known, const struct expression *expression) {
    return walk_expression(expression, is_known, known);
}

static bool is_shape_computable(bool *known, const struct shape *shape) {
    return walk_shape(shape, is_known, known);
}

struct explanation {
    struct request_context *context;
    /* Which slots have the values they will have. */
    bool *known;
    FILE *stream;
    struct buffer line;
};

static void end_line(struct explanation *explanation) {
    fprintf(explanation->stream, "%.*s\n", (int)explanation->line.size, explanation->line.data);
    explanation->line.size = 0;
}

static struct text line_of(struct explanation *explanation, struct location location) {
    return location_text(explanation->context->evaluation.arena, location);
}

/* The text of an expression's value, or the expression itself where it is not known yet. */
static void append_expression(struct explanation *explanation,
                              const struct expression *expression) {
    struct request_context *context = explanation->context;
    struct text text;
    struct value value;
    if (is_computable(explanation->known, expression) &&
        expression_evaluate(&context->evaluation, expression, &value) &&
        value_scalar_text(value, &text))
        buffer_append_text(&explanation->line, text);
    else
        buffer_append_format(&explanation->line, "{%.*s}", TEXT_ARGUMENT(expression->source));
}

static void append_template(struct explanation *explanation, const struct template *template) {
    for (const struct template_part *part = template->parts; part; part = part->next) {
        if (part->expression)
            append_expression(explanation, part->expression);
        else
            buffer_append_text(&explanation->line, part->literal);
    }
}

static void append_list(struct explanation *explanation, struct value list) {
    struct arena *arena = explanation->context->arena;
    for (uint32_t i = 0; i < list.size; i++) {
        if (i)
            buffer_append_byte(&explanation->line, ',');
        buffer_append_text(&explanation->line, value_text(value_item(arena, list, i)));
    }
}

static bool has_known_conditions(const struct explanation *explanation,
                                 const struct field_list *list) {
    for (size_t i = 0; i < USAGE_MAX_ATOMS; i++)
        if ((list->needed >> i & 1) && !is_computable(explanation->known, list->atoms[i]))
            return false;
    return true;
}

static void explain_fields(struct explanation *explanation,
                           const struct query_parameter *parameter) {
    if (!parameter->fields)
        return;
    buffer_append_format(&explanation->line,
                         "      %.*s asks for: ", TEXT_ARGUMENT(parameter->name));
    field_list_describe(parameter->fields, &explanation->line);
    end_line(explanation);
}

/* Returns whether there is such a parameter at all: one whose value is missing is not sent. */
static bool append_parameter(struct explanation *explanation,
                             const struct query_parameter *parameter, char separator) {
    struct buffer *line = &explanation->line;
    if (parameter->fields) {
        buffer_append_format(line, "%c%.*s={auto: %.*s}", separator, TEXT_ARGUMENT(parameter->name),
                             TEXT_ARGUMENT(parameter->fields->envelope));
        return true;
    }
    struct value value = value_missing();
    bool known = is_shape_computable(explanation->known, parameter->shape) &&
                 shape_evaluate(&explanation->context->evaluation, parameter->shape, &value);
    if (known && value_is_missing(value))
        return false;
    buffer_append_byte(line, separator);
    buffer_append_text(line, parameter->name);
    if (parameter->spreads) {
        buffer_append_string(line, parameter->name.size ? "[…]=…" : "…");
        return true;
    }
    buffer_append_byte(line, '=');
    if (value.type == VALUE_ARRAY)
        append_list(explanation, value);
    else if (parameter->shape->kind == SHAPE_EXPRESSION)
        append_expression(explanation, parameter->shape->expression);
    else
        buffer_append_string(line, "{…}");
    return true;
}

/* A header that is not known yet is just not there, and is not printed. */
static bool part_is_known(void *context, const struct step_expression *found) {
    switch (found->part) {
    case STEP_PART_EACH:
        return false;
    case STEP_PART_PATH:
    case STEP_PART_QUERY:
    case STEP_PART_BODY:
        return walk_step_expression(found, is_known, context);
    case STEP_PART_WHEN:
    case STEP_PART_CONDITION:
    case STEP_PART_OTHERWISE:
    case STEP_PART_UPSTREAM_HEADER:
    case STEP_PART_HEADER:
    case STEP_PART_CATCH:
    case STEP_PART_ONLY:
    case STEP_PART_NAME:
        return true;
    }
    return true;
}

static bool has_known_parts(const struct explanation *explanation, const struct step *step) {
    for (size_t i = 0; i < step->query_count; i++)
        if (step->query[i].fields && !has_known_conditions(explanation, step->query[i].fields))
            return false;
    return step_for_each_expression(step, part_is_known, explanation->known);
}

/* The request as it would go out; where that depends on an answer, as it is written. */
static void append_request(struct explanation *explanation, const struct step *step) {
    struct upstream_call call;
    if (has_known_parts(explanation, step) && !call_build(explanation->context, step, &call)) {
        buffer_append_text(&explanation->line, call.origin);
        buffer_append_text(&explanation->line, call.target);
        if (call.has_body)
            buffer_append_format(&explanation->line, "\n      body: %.*s",
                                 TEXT_ARGUMENT(call.body));
        return;
    }
    buffer_append_format(&explanation->line, "%.*s/", TEXT_ARGUMENT(step->upstream->url));
    append_template(explanation, step->path);
    char separator = '?';
    for (size_t i = 0; i < step->query_count; i++)
        if (append_parameter(explanation, &step->query[i], separator))
            separator = '&';
}

static const char *concurrent(const struct route *route, size_t index) {
    size_t batch_leader = route->steps[index].batch_leader;
    if (batch_leader != index)
        return "together with calls above";
    for (size_t i = index + 1; i < route->step_count; i++)
        if (route->steps[i].batch_leader == index && route->steps[i].kind == STEP_CALL)
            return "together with calls below";
    return NULL;
}

/* What is read of an answer, but for the parts that have names. */
static const char *extent(const struct projection *usage) {
    if (usage->whole)
        return "all";
    if (usage->members || usage->items)
        return "";
    if (usage->counted)
        return "how much it holds";
    return usage->present ? "whether it is there" : "nothing";
}

static void explain_retry(struct explanation *explanation, const struct step *step) {
    struct buffer *line = &explanation->line;
    const struct retry *retry = retry_of_call(step, true);
    if (!retry || !retry->count)
        return;
    buffer_append_string(line, step->retry.given
                                   ? "      repeated once, alone, if answered with "
                                   : "      repeated once, alone, if it has the caller's "
                                     "authorization and is answered with ");
    for (size_t i = 0; i < retry->count; i++)
        buffer_append_format(line, i ? ", %d" : "%d", retry->statuses[i]);
    end_line(explanation);
}

static void explain_only(struct explanation *explanation, const struct confinement *only) {
    struct text member = only->member;
    fprintf(explanation->stream, "      only objects%s%.*s with %.*s\n", member.size ? " of " : "",
            TEXT_ARGUMENT(member), TEXT_ARGUMENT(only->condition->source));
}

static void explain_call(struct explanation *explanation, size_t index) {
    const struct step *step = &explanation->context->route->steps[index];
    struct buffer *line = &explanation->line;
    buffer_append_format(line, "  $%.*s (%.*s): %s ", TEXT_ARGUMENT(step->name),
                         TEXT_ARGUMENT(line_of(explanation, step->location)), step->method);
    append_request(explanation, step);
    end_line(explanation);
    const char *others = concurrent(explanation->context->route, index);
    if (others)
        fprintf(explanation->stream, "      goes out %s\n", others);
    if (step->each)
        fprintf(explanation->stream, "      once for each of %.*s, all together\n",
                TEXT_ARGUMENT(step->each->source));
    for (size_t i = 0; i < step->only_count; i++)
        explain_only(explanation, &step->only[i]);
    if (step->optional)
        fputs("      left out if it fails\n", explanation->stream);
    explain_retry(explanation, step);
    for (size_t i = 0; i < step->query_count; i++)
        explain_fields(explanation, &step->query[i]);
    buffer_append_string(line, "      of its answer is read: ");
    buffer_append_string(line, extent(step->usage));
    usage_append(line, step->usage);
    end_line(explanation);
}

static void explain_let(struct explanation *explanation, const struct step *step) {
    struct request_context *context = explanation->context;
    for (size_t i = 0; i < step->name_count; i++) {
        const struct named_shape *named = &step->names[i];
        bool known = is_computable(explanation->known, step->when) &&
                     is_shape_computable(explanation->known, named->shape) &&
                     shape_evaluate(&context->evaluation, named->shape,
                                    &context->evaluation.slots[named->slot]);
        explanation->known[named->slot] = known;
        fprintf(explanation->stream, "  $%.*s (%.*s) is computed\n", TEXT_ARGUMENT(named->name),
                TEXT_ARGUMENT(line_of(explanation, step->location)));
    }
}

static void explain_error_response(struct explanation *explanation,
                                   const struct error_response *error) {
    buffer_append_format(&explanation->line, "%d ", error->status);
    append_template(explanation, error->message);
    end_line(explanation);
}

static void explain_require(struct explanation *explanation, const struct step *step) {
    buffer_append_format(&explanation->line, "  require (%.*s) %.*s, else ",
                         TEXT_ARGUMENT(line_of(explanation, step->location)),
                         TEXT_ARGUMENT(step->condition->source));
    explain_error_response(explanation, step->otherwise);
}

static void explain_condition(struct explanation *explanation, const struct step *step) {
    if (step->when)
        fprintf(explanation->stream, "      when %.*s\n", TEXT_ARGUMENT(step->when->source));
}

/* A step whose condition is known not to hold is only mentioned. */
static bool is_skipped(struct explanation *explanation, const struct step *step) {
    struct value value;
    return step->when && is_computable(explanation->known, step->when) &&
           expression_evaluate(&explanation->context->evaluation, step->when, &value) &&
           !value_is_true(value);
}

static void explain_skipped(struct explanation *explanation, const struct step *step) {
    if (step->kind == STEP_CALL) {
        fprintf(explanation->stream, "  $%.*s (%.*s): not made\n", TEXT_ARGUMENT(step->name),
                TEXT_ARGUMENT(line_of(explanation, step->location)));
        explanation->known[step->slot] = true;
        explain_condition(explanation, step);
    }
    for (size_t i = 0; i < step->name_count; i++)
        explanation->known[step->names[i].slot] = true;
}

static void explain_step(struct explanation *explanation, size_t index) {
    const struct step *step = &explanation->context->route->steps[index];
    if (is_skipped(explanation, step)) {
        explain_skipped(explanation, step);
        return;
    }
    if (step->kind == STEP_CALL)
        explain_call(explanation, index);
    else if (step->kind == STEP_LET)
        explain_let(explanation, step);
    else
        explain_require(explanation, step);
    explain_condition(explanation, step);
}

static void explain_caching(const struct request_context *context, FILE *stream) {
    const struct caching *caching = context->route->caching;
    if (!caching)
        return;
    struct text credential = caching_credential(caching, context->request);
    if (credential.size)
        fprintf(stream, "      may not be kept: the request has %.*s\n", TEXT_ARGUMENT(credential));
    else
        fprintf(stream, "      may be kept: %.*s\n", TEXT_ARGUMENT(caching->control));
    fprintf(stream, "      depends on the request's %.*s\n", TEXT_ARGUMENT(caching->vary));
}

static bool makes_calls(const struct route *route) {
    for (size_t i = 0; i < route->step_count; i++)
        if (route->steps[i].kind == STEP_CALL)
            return true;
    return false;
}

static void explain_deadline(const struct request_context *context, FILE *stream) {
    long milliseconds = deadline_of(context->table, context->route);
    if (milliseconds % 1000)
        fprintf(stream, "  deadline %ldms\n", milliseconds);
    else
        fprintf(stream, "  deadline %lds\n", milliseconds / 1000);
}

/* The names that the request itself brings come before those of the steps. */
static bool *known_at_first(const struct request_context *context) {
    const struct route *route = context->route;
    bool *known = arena_allocate_array(context->arena, route->slot_count, sizeof *known);
    for (size_t i = 0; i < route->slot_count; i++)
        known[i] = true;
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        if (step->kind == STEP_CALL)
            known[step->slot] = false;
        for (size_t j = 0; j < step->name_count; j++)
            known[step->names[j].slot] = false;
    }
    return known;
}

static void append_status(struct explanation *explanation) {
    const struct route *route = explanation->context->route;
    if (route->answer.status)
        append_expression(explanation, route->answer.status);
    else
        buffer_append_string(&explanation->line, text_is(route->method, "POST") ? "201" : "200");
}

void explain_route(const struct request_context *shared, FILE *stream) {
    struct request_context context = *shared;
    const struct route *route = context.route;
    struct explanation explanation = {
        .context = &context, .known = known_at_first(&context), .stream = stream};
    fprintf(stream, "%.*s %.*s (%.*s)%s%.*s\n", TEXT_ARGUMENT(route->method),
            TEXT_ARGUMENT(route->pattern), TEXT_ARGUMENT(line_of(&explanation, route->location)),
            route->summary.size ? ": " : "", TEXT_ARGUMENT(route->summary));
    if (makes_calls(route))
        explain_deadline(&context, stream);
    for (size_t i = 0; i < route->step_count; i++)
        explain_step(&explanation, i);
    buffer_append_string(&explanation.line, "  answer ");
    if (route->answer.error) {
        explain_error_response(&explanation, route->answer.error);
    } else {
        append_status(&explanation);
        end_line(&explanation);
    }
    explain_caching(&context, stream);
    buffer_free(&explanation.line);
}
