#include "base/buffer.h"
#include "http/uri.h"
#include "table/diff_text.h"
#include "table/table_diff.h"

static struct text target_text(struct arena *arena, const struct step *step) {
    return text_format(arena, "%s %.*s/%.*s", step->method, TEXT_ARGUMENT(step->upstream->name),
                       TEXT_ARGUMENT(text_of_template(arena, step->path)));
}

/* Fields. */

/* The names that a parameter asks for, derived or listed: one after the other, with commas. */
static struct text fields_text(struct arena *arena, const struct query_parameter *parameter) {
    struct buffer buffer = {0};
    const struct field_list *list = parameter->fields;
    for (size_t i = 0; list && i < list->count; i++)
        buffer_append_format(&buffer, "%s%.*s", i ? "," : "", TEXT_ARGUMENT(list->fields[i].name));
    struct text encoded = parameter->encoded;
    struct text decoded = {"", 0};
    text_cut(&encoded, '=');
    if (!list && parameter->constant && uri_decode(arena, encoded, true, &decoded))
        buffer_append_text(&buffer, decoded);
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}

/* Whether it asks for fields, by a list that is known. */
static bool is_field_list(const struct query_parameter *parameter) {
    return parameter->fields || (parameter->constant && text_is(parameter->name, "fields"));
}

static void diff_fields(struct changes *changes, struct text call,
                        const struct query_parameter *old, const struct query_parameter *new) {
    struct text before = fields_text(changes->arena, old);
    struct text now = fields_text(changes->arena, new);
    struct text more = names_missing(changes->arena, now, before);
    struct text less = names_missing(changes->arena, before, now);
    if (more.size)
        changes_add(changes, false, "%.*s also asks for %.*s", TEXT_ARGUMENT(call),
                    TEXT_ARGUMENT(more));
    if (less.size)
        changes_add(changes, false, "%.*s no longer asks for %.*s", TEXT_ARGUMENT(call),
                    TEXT_ARGUMENT(less));
}

/* Queries. */

static const struct query_parameter *find_parameter(const struct step *step,
                                                    const struct query_parameter *wanted) {
    for (size_t i = 0; i < step->query_count; i++)
        if (text_equal(step->query[i].name, wanted->name) &&
            step->query[i].spreads == wanted->spreads)
            return &step->query[i];
    return NULL;
}

static struct text parameter_text(struct arena *arena, const struct query_parameter *parameter) {
    if (parameter->spreads)
        return text_format(arena, "<< %.*s", TEXT_ARGUMENT(text_of_shape(arena, parameter->shape)));
    return parameter->name;
}

static void diff_queries(struct changes *changes, struct text call, const struct step *old,
                         const struct step *new) {
    struct arena *arena = changes->arena;
    for (size_t i = 0; i < old->query_count; i++)
        if (!find_parameter(new, &old->query[i]))
            changes_add(changes, false, "%.*s no longer sends %.*s", TEXT_ARGUMENT(call),
                        TEXT_ARGUMENT(parameter_text(arena, &old->query[i])));
    for (size_t i = 0; i < new->query_count; i++) {
        const struct query_parameter *parameter = &new->query[i];
        const struct query_parameter *known = find_parameter(old, parameter);
        struct text now = text_of_shape(arena, parameter->shape);
        struct text before = known ? text_of_shape(arena, known->shape) : now;
        struct text name = parameter_text(arena, parameter);
        if (!known)
            changes_add(changes, false, "%.*s also sends %.*s%s%.*s", TEXT_ARGUMENT(call),
                        TEXT_ARGUMENT(name), now.size && !parameter->spreads ? " = " : "",
                        TEXT_ARGUMENT(parameter->spreads ? text_of("") : now));
        else if (is_field_list(known) && is_field_list(parameter))
            diff_fields(changes, call, known, parameter);
        else if (!text_equal(now, before))
            changes_add(changes, false, "%.*s sends %.*s = %.*s (%.*s before)", TEXT_ARGUMENT(call),
                        TEXT_ARGUMENT(parameter->name), TEXT_ARGUMENT(now), TEXT_ARGUMENT(before));
    }
}

/* Errors of a call. */

static const struct catch *find_catch(const struct step *step, int status) {
    for (size_t i = 0; i < step->catch_count; i++)
        if (step->catches[i].status == status)
            return &step->catches[i];
    return NULL;
}

/* What becomes of an error. */
static struct text outcome_text(struct arena *arena, const struct catch *catch) {
    if (!catch)
        return text_of("not caught");
    return catch->error ? text_of_error(arena, catch->error) : text_of("a missing result");
}

/* Whether a request that was answered, or failed with one status, now fails with another. */
static bool is_breaking_catch(const struct catch *old, const struct catch *new) {
    if (!old)
        return false;
    if (!new || !new->error)
        return !new;
    return !old->error || old->error->status != new->error->status;
}

static void diff_catch(struct changes *changes, struct text call, int status,
                       const struct catch *old, const struct catch *new) {
    diff_texts(changes, is_breaking_catch(old, new), call,
               text_format(changes->arena, "its error %d", status).data,
               outcome_text(changes->arena, old), outcome_text(changes->arena, new));
}

static void diff_catches(struct changes *changes, struct text call, const struct step *old,
                         const struct step *new) {
    for (size_t i = 0; i < old->catch_count; i++)
        diff_catch(changes, call, old->catches[i].status, &old->catches[i],
                   find_catch(new, old->catches[i].status));
    for (size_t i = 0; i < new->catch_count; i++)
        if (!find_catch(old, new->catches[i].status))
            diff_catch(changes, call, new->catches[i].status, NULL, &new->catches[i]);
    if (old->optional != new->optional)
        changes_add(changes, old->optional, "%.*s is %s optional", TEXT_ARGUMENT(call),
                    new->optional ? "now" : "no longer");
}

/* Calls. */

static struct text only_text(struct arena *arena, const struct step *step) {
    struct text text = {"", 0};
    for (size_t i = 0; i < step->only_count; i++) {
        const struct confinement *only = &step->only[i];
        text = text_format(arena, "%.*s%s%.*s%s%.*s", TEXT_ARGUMENT(text), i ? ", " : "",
                           TEXT_ARGUMENT(only->member), only->member.size ? ": " : "",
                           TEXT_ARGUMENT(text_of_expression(arena, only->condition)));
    }
    return text;
}

static void diff_options(struct changes *changes, struct text call, const struct step *old,
                         const struct step *new) {
    struct arena *arena = changes->arena;
    bool each = old->each && new->each;
    diff_texts(changes, false, call, "each", text_of_expression(arena, old->each),
               text_of_expression(arena, new->each));
    diff_texts(changes, new->limit < old->limit, call, "its limit",
               text_of_amount(arena, each ? old->limit : 0, ""),
               text_of_amount(arena, each ? new->limit : 0, ""));
    diff_texts(changes, false, call, "its timeout",
               text_of_amount(arena, (size_t)old->timeout_ms, "ms"),
               text_of_amount(arena, (size_t) new->timeout_ms, "ms"));
    diff_texts(changes, false, call, "retry", text_of_retry(arena, &old->retry),
               text_of_retry(arena, &new->retry));
    struct text now = only_text(arena, new);
    diff_texts(changes, now.size, call, "only", only_text(arena, old), now);
    if (old->is_public != new->is_public)
        changes_add(changes, false, "%.*s is %s public", TEXT_ARGUMENT(call),
                    new->is_public ? "now" : "no longer");
}

static void diff_call(struct changes *changes, const struct step *old, const struct step *new) {
    struct arena *arena = changes->arena;
    struct text before = target_text(arena, old);
    struct text now = target_text(arena, new);
    struct text call = text_format(arena, "$%.*s", TEXT_ARGUMENT(new->name));
    if (!text_equal(before, now))
        changes_add(changes, false, "%.*s is %.*s (%.*s before)", TEXT_ARGUMENT(call),
                    TEXT_ARGUMENT(now), TEXT_ARGUMENT(before));
    diff_queries(changes, call, old, new);
    diff_sent_headers(changes, call, old->headers, old->header_count, new->headers,
                      new->header_count);
    diff_texts(changes, false, call, "its body", text_of_shape(arena, old->body),
               text_of_shape(arena, new->body));
    diff_texts(changes, false, call, "its condition", text_of_expression(arena, old->when),
               text_of_expression(arena, new->when));
    diff_options(changes, call, old, new);
    diff_catches(changes, call, old, new);
}

static const struct step *find_call(const struct route *route, struct text name) {
    for (size_t i = 0; i < route->step_count; i++)
        if (route->steps[i].kind == STEP_CALL && text_equal(route->steps[i].name, name))
            return &route->steps[i];
    return NULL;
}

void diff_calls(struct changes *changes, const struct route *old, const struct route *new) {
    struct arena *arena = changes->arena;
    for (size_t i = 0; i < new->step_count; i++) {
        const struct step *step = &new->steps[i];
        const struct step *known = step->kind == STEP_CALL ? find_call(old, step->name) : NULL;
        if (known)
            diff_call(changes, known, step);
        else if (step->kind == STEP_CALL)
            changes_add(changes, false, "$%.*s is new: %.*s", TEXT_ARGUMENT(step->name),
                        TEXT_ARGUMENT(target_text(arena, step)));
    }
    for (size_t i = 0; i < old->step_count; i++)
        if (old->steps[i].kind == STEP_CALL && !find_call(new, old->steps[i].name))
            changes_add(changes, false, "$%.*s is gone: %.*s", TEXT_ARGUMENT(old->steps[i].name),
                        TEXT_ARGUMENT(target_text(arena, &old->steps[i])));
}
