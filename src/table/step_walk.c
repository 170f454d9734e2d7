#include "table/step_walk.h"

struct step_walk {
    step_visit *visit;
    void *context;
};

static bool found_expression(const struct step_walk *walk, enum step_part part,
                             const struct expression *expression) {
    struct step_expression found = {.part = part, .expression = expression};
    return !expression || walk->visit(walk->context, &found);
}

static bool found_shape(const struct step_walk *walk, enum step_part part,
                        const struct shape *shape) {
    struct step_expression found = {.part = part, .shape = shape};
    return !shape || walk->visit(walk->context, &found);
}

static bool found_template(const struct step_walk *walk, enum step_part part,
                           const struct template *template) {
    for (const struct template_part *text = template ? template->parts : NULL; text;
         text = text->next)
        if (!found_expression(walk, part, text->expression))
            return false;
    return true;
}

static bool found_message(const struct step_walk *walk, enum step_part part,
                          const struct error_response *error) {
    return !error || found_template(walk, part, error->message);
}

static bool found_headers(const struct step_walk *walk, enum step_part part,
                          const struct named_template *headers, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!found_template(walk, part, headers[i].template))
            return false;
    return true;
}

static bool walk_call(const struct step_walk *walk, const struct step *step) {
    const struct upstream *upstream = step->upstream;
    if (!found_expression(walk, STEP_PART_EACH, step->each) ||
        !found_template(walk, STEP_PART_PATH, step->path) ||
        !found_headers(walk, STEP_PART_UPSTREAM_HEADER, upstream->headers, upstream->header_count))
        return false;
    for (size_t i = 0; i < step->query_count; i++)
        if (!found_shape(walk, STEP_PART_QUERY, step->query[i].shape))
            return false;
    if (!found_headers(walk, STEP_PART_HEADER, step->headers, step->header_count) ||
        !found_shape(walk, STEP_PART_BODY, step->body))
        return false;
    for (size_t i = 0; i < step->catch_count; i++)
        if (!found_message(walk, STEP_PART_CATCH, step->catches[i].error))
            return false;
    for (size_t i = 0; i < step->only_count; i++)
        if (!found_expression(walk, STEP_PART_ONLY, step->only[i].condition))
            return false;
    return true;
}

static bool walk_names(const struct step_walk *walk, const struct step *step) {
    for (size_t i = 0; i < step->name_count; i++) {
        struct step_expression found = {
            .part = STEP_PART_NAME, .shape = step->names[i].shape, .name = &step->names[i]};
        if (found.shape && !walk->visit(walk->context, &found))
            return false;
    }
    return true;
}

bool step_for_each_expression(const struct step *step, step_visit *visit, void *context) {
    struct step_walk walk = {visit, context};
    return found_expression(&walk, STEP_PART_WHEN, step->when) &&
           found_expression(&walk, STEP_PART_CONDITION, step->condition) &&
           found_message(&walk, STEP_PART_OTHERWISE, step->otherwise) &&
           (step->kind != STEP_CALL || walk_call(&walk, step)) && walk_names(&walk, step);
}

bool walk_step_expression(const struct step_expression *found, expression_visit *visit,
                          void *context) {
    return walk_expression(found->expression, visit, context) &&
           walk_shape(found->shape, visit, context);
}

bool walk_headers(const struct named_template *headers, size_t count, expression_visit *visit,
                  void *context) {
    for (size_t i = 0; i < count; i++)
        if (!walk_template(headers[i].template, visit, context))
            return false;
    return true;
}

bool walk_answer(const struct answer *answer, expression_visit *visit, void *context) {
    return (!answer->error || walk_template(answer->error->message, visit, context)) &&
           walk_expression(answer->status, visit, context) &&
           walk_headers(answer->headers, answer->header_count, visit, context) &&
           walk_shape(answer->body, visit, context);
}
