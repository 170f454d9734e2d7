#include "http/message.h"
#include "table/diff_text.h"
#include "table/openapi_parts.h"

enum { FIRST_STATUS = 400, STATUS_COUNT = 200 };

/* What an error is: a message of the table, or what the program itself does. */
struct error_text {
    struct text text;
    /* A message of the table, which is the same at every request. */
    bool constant;
    /* A message of the table. */
    bool message;
    struct error_text *next;
};

struct errors {
    struct arena *arena;
    const struct table *table;
    /* By status, in the order in which they were found. */
    struct error_text *first[STATUS_COUNT];
};

static void add_text(struct errors *errors, int status, const struct error_text *text) {
    if (status < FIRST_STATUS || status >= FIRST_STATUS + STATUS_COUNT)
        return;
    struct error_text **end = &errors->first[status - FIRST_STATUS];
    for (; *end; end = &(*end)->next)
        if (text_equal((*end)->text, text->text))
            return;
    *end = arena_allocate(errors->arena, sizeof **end);
    **end = *text;
    (*end)->next = NULL;
}

/* What the program answers. */
static void add_own(struct errors *errors, int status, const char *text) {
    add_text(errors, status, &(struct error_text){.text = text_of(text)});
}

static void add_error(struct errors *errors, const struct error_response *error) {
    if (!error)
        return;
    bool constant = error->message->constant && !error->message->missing;
    struct text text =
        constant ? error->message->text : text_of_template(errors->arena, error->message);
    add_text(errors, error->status,
             &(struct error_text){.text = text, .constant = constant, .message = true});
}

/* Calls. */

static const struct catch *find_catch(const struct step *step, int status) {
    for (size_t i = 0; i < step->catch_count; i++)
        if (step->catches[i].status == status)
            return &step->catches[i];
    return NULL;
}

/* The errors of the upstream that reach the caller. */
static void add_passed(struct errors *errors, const struct step *step) {
    const struct upstream *upstream = step->upstream;
    const char *text = text_format(errors->arena, "An error of the upstream %.*s, with its message",
                                   TEXT_ARGUMENT(upstream->name))
                           .data;
    for (size_t i = 0; i < upstream->status_count; i++)
        if (!find_catch(step, upstream->statuses[i].from))
            add_own(errors, upstream->statuses[i].to, text);
}

static void add_call(struct errors *errors, const struct step *step) {
    for (size_t i = 0; i < step->catch_count; i++)
        add_error(errors, step->catches[i].error);
    if (step->each)
        add_own(errors, 400, "A list has too many items");
    if (step->upstream->max_request)
        add_own(errors, 413, "The request is too large for an upstream");
    if (step->optional)
        return;
    add_passed(errors, step);
    if (step->only_count && !find_catch(step, 404))
        add_own(errors, 404, "The object is not the caller's");
    if (step->upstream->breaker)
        add_own(errors, 503, "An upstream is down; try again after the time in Retry-After");
    add_own(errors, 502, "An upstream cannot be reached, or its answer cannot be used");
    add_own(errors, 504, "An upstream does not answer in time");
}

static bool is_dynamic(const struct template *path) {
    for (const struct template_part *part = path->parts; part; part = part->next)
        if (part->expression)
            return true;
    return false;
}

static void add_step(struct errors *errors, const struct step *step) {
    if (step->kind == STEP_REQUIRE)
        add_error(errors, step->otherwise);
    if (step->kind != STEP_CALL)
        return;
    add_call(errors, step);
    if (is_dynamic(step->path))
        add_own(errors, 404, "A part of the path is empty");
}

/* What is wrong with the request itself. */
static void add_request(struct errors *errors, const struct route *route) {
    if (route->query_schema || route->body_schema || route->parameter_count ||
        errors->table->common.header_schema)
        add_own(errors, 400, "The request is not valid: the message names what is wrong");
    if (!route->body_schema)
        return;
    add_own(errors, 413, "The body is too large");
    add_own(errors, 415, "The body is not JSON");
}

/* The document. */

/* A list in Markdown, with messages as code. */
static struct text description_of(struct arena *arena, const struct error_text *texts) {
    struct buffer buffer = {0};
    bool several = texts->next != NULL;
    for (; texts; texts = texts->next) {
        const char *mark = texts->message ? "`" : "";
        buffer_append_format(&buffer, "%s%s%.*s%s%s", several ? "- " : "", mark,
                             TEXT_ARGUMENT(texts->text), mark, texts->next ? "\n" : "");
    }
    struct text description = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return description;
}

/* The body of the first message that is known; missing: none is. */
static struct value example_of(struct arena *arena, int status, const struct error_text *texts) {
    while (texts && !texts->constant)
        texts = texts->next;
    if (!texts)
        return value_missing();
    struct object_builder body = {.arena = arena};
    object_add_text(&body, "message", texts->text);
    object_add_string(&body, "error", http_reason(status));
    object_add(&body, "statusCode", value_integer(arena, status));
    return object_built(&body);
}

static struct value response_of(struct openapi *openapi, int status,
                                const struct error_text *texts) {
    struct arena *arena = openapi->arena;
    struct object_builder response = {.arena = arena};
    object_add_text(&response, "description", description_of(arena, texts));
    object_add(&response, "headers", openapi_error_headers(openapi, status));
    object_add(&response, "content",
               openapi_content(arena, "application/json", openapi_error_reference(openapi),
                               example_of(arena, status, texts)));
    return object_built(&response);
}

void openapi_add_errors(struct openapi *openapi, struct object_builder *responses,
                        const struct route *route) {
    struct errors errors = {.arena = openapi->arena, .table = openapi->table};
    add_request(&errors, route);
    for (size_t i = 0; i < route->step_count; i++)
        add_step(&errors, &route->steps[i]);
    add_error(&errors, route->answer.error);
    for (int i = 0; i < STATUS_COUNT; i++)
        if (errors.first[i])
            object_add_named(responses, text_format(openapi->arena, "%d", FIRST_STATUS + i),
                             response_of(openapi, FIRST_STATUS + i, errors.first[i]));
    object_add(responses, "default",
               openapi_reference(openapi->arena, "responses", openapi->error.name));
}
