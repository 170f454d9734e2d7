#include "explain.h"

#include <string.h>

/* Values that are known before any call: what the request itself brought. */
static bool is_known(const struct exchange *exchange, size_t slot) {
    return !value_is_missing(exchange->evaluation.slots[slot]);
}

static bool is_computable(const struct exchange *exchange, const struct expression *expression) {
    if (!expression)
        return true;
    if (expression->kind == EXPRESSION_CURRENT)
        return false;
    if (expression->kind == EXPRESSION_SLOT && !is_known(exchange, expression->index))
        return false;
    for (size_t i = 0; i < expression->argument_count; i++)
        if (!is_computable(exchange, expression->arguments[i]))
            return false;
    return is_computable(exchange, expression->left) && is_computable(exchange, expression->right);
}

static void append_expression(struct exchange *exchange, const struct expression *expression,
                              struct buffer *line) {
    struct text text;
    bool known = is_computable(exchange, expression) &&
                 template_text(exchange->arena,
                               expression_evaluate(&exchange->evaluation, expression), &text);
    if (known)
        buffer_append_text(line, text);
    else
        buffer_append_format(line, "{%.*s}", TEXT_ARGUMENT(expression->source));
}

static void append_template(struct exchange *exchange, const struct template *template,
                            struct buffer *line) {
    for (const struct template_part *part = template->parts; part; part = part->next) {
        if (part->expression)
            append_expression(exchange, part->expression, line);
        else
            buffer_append_text(line, part->literal);
    }
}

static void append_query(struct exchange *exchange, const struct step *step, struct buffer *line) {
    char separator = '?';
    for (size_t i = 0; i < step->query_count; i++) {
        const struct shape *shape = step->query[i].shape;
        bool simple = shape->kind == SHAPE_EXPRESSION;
        bool missing =
            simple && is_computable(exchange, shape->expression) &&
            value_is_missing(expression_evaluate(&exchange->evaluation, shape->expression));
        if (missing)
            continue;
        buffer_append_byte(line, separator);
        separator = '&';
        buffer_append_text(line, step->query[i].name);
        buffer_append_byte(line, '=');
        if (simple)
            append_expression(exchange, shape->expression, line);
        else
            buffer_append_string(line, "{…}");
    }
}

static void print_line(struct buffer *line, FILE *stream) {
    fprintf(stream, "%.*s\n", (int)line->size, line->data);
    line->size = 0;
}

static void print_call(struct exchange *exchange, size_t index, FILE *stream) {
    const struct step *step = &exchange->route->steps[index];
    struct buffer line = {0};
    const char *together = step->leader == index ? "" : ", together with the call above";
    for (size_t i = index + 1; i < exchange->route->step_count && !*together; i++)
        if (exchange->route->steps[i].leader == index &&
            exchange->route->steps[i].kind == STEP_CALL)
            together = ", together with calls below";
    buffer_append_format(&line, "  $%.*s: %s %.*s/", TEXT_ARGUMENT(step->name), step->method,
                         TEXT_ARGUMENT(step->upstream->url));
    append_template(exchange, step->path, &line);
    append_query(exchange, step, &line);
    print_line(&line, stream);
    buffer_append_format(&line, "      line %zu%s%s%s", step->place.line, together,
                         step->each ? ", once for each of a list, all together" : "",
                         step->optional ? ", left out if it fails" : "");
    print_line(&line, stream);
    buffer_append_string(&line, "      read: ");
    if (step->reads->whole || (!step->reads->members && !step->reads->items))
        buffer_append_string(&line, step->reads->whole ? "all" : "nothing");
    reads_append(&line, step->reads);
    print_line(&line, stream);
    buffer_free(&line);
}

static void print_condition(const struct step *step, FILE *stream) {
    if (!step->when)
        return;
    if (step->when->source.size)
        fprintf(stream, "      only when %.*s\n", TEXT_ARGUMENT(step->when->source));
    else
        fprintf(stream, "      only under conditions\n");
}

static void print_refusal(struct exchange *exchange, const struct refusal *refusal, FILE *stream) {
    struct buffer line = {0};
    buffer_append_format(&line, "%d ", refusal->status);
    append_template(exchange, refusal->message, &line);
    print_line(&line, stream);
    buffer_free(&line);
}

static void print_step(struct exchange *exchange, size_t index, FILE *stream) {
    const struct step *step = &exchange->route->steps[index];
    if (step->kind == STEP_CALL)
        print_call(exchange, index, stream);
    for (size_t i = 0; i < step->name_count; i++)
        fprintf(stream, "  $%.*s is computed (line %zu)\n", TEXT_ARGUMENT(step->names[i].name),
                step->place.line);
    if (step->kind == STEP_REQUIRE) {
        fprintf(stream, "  require %.*s (line %zu)\n      else ",
                TEXT_ARGUMENT(step->condition->source), step->place.line);
        print_refusal(exchange, step->otherwise, stream);
    }
    print_condition(step, stream);
}

void explain_route(const struct exchange *shared, FILE *stream) {
    struct exchange exchange = *shared;
    const struct route *route = exchange.route;
    fprintf(stream, "%.*s %.*s (line %zu)%s%.*s\n", TEXT_ARGUMENT(route->method),
            TEXT_ARGUMENT(route->pattern), route->place.line, route->summary.size ? ": " : "",
            TEXT_ARGUMENT(route->summary));
    for (size_t i = 0; i < route->step_count; i++)
        print_step(&exchange, i, stream);
    fputs("  answer ", stream);
    if (route->answer.refusal)
        print_refusal(&exchange, route->answer.refusal, stream);
    else
        fprintf(stream, "%s\n", text_is(route->method, "POST") ? "201" : "200");
}
