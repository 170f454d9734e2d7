#include "base/count.h"
#include "http/message.h"
#include "language/schema_types.h"
#include "table/openapi_parts.h"
#include "table/route_form.h"

/* Headers. */

bool openapi_is_header_parameter(struct text name) {
    static const char *const others[] = {"accept", "authorization", "content-type"};
    return !text_is_among(name, others, COUNT(others));
}

static void add_header(struct openapi *openapi, struct object_builder *headers, struct text name) {
    object_add_named(headers, name, openapi_reference(openapi->arena, "headers", name));
}

static void add_common_headers(struct openapi *openapi, struct object_builder *headers) {
    const struct common *common = &openapi->table->common;
    for (size_t i = 0; i < common->answer_header_count; i++)
        add_header(openapi, headers, common->answer_headers[i].name);
    add_header(openapi, headers, text_of("x-request-id"));
}

struct value openapi_error_headers(struct openapi *openapi, int status) {
    struct object_builder headers = {.arena = openapi->arena};
    add_common_headers(openapi, &headers);
    if (status == 429 || status == 503) {
        openapi->has_retry_after = true;
        add_header(openapi, &headers, text_of("retry-after"));
    }
    return object_built(&headers);
}

static void add_text_header(struct openapi *openapi, struct object_builder *headers,
                            struct text name) {
    struct object_builder header = {.arena = openapi->arena};
    struct object_builder schema = {.arena = openapi->arena};
    object_add_string(&schema, "type", "string");
    object_add(&header, "schema", object_built(&schema));
    object_add_named(headers, name, object_built(&header));
}

struct value openapi_answer_headers(struct openapi *openapi, const struct route *route) {
    struct object_builder headers = {.arena = openapi->arena};
    const struct answer *answer = &route->answer;
    for (size_t i = 0; i < answer->header_count; i++)
        add_text_header(openapi, &headers, answer->headers[i].name);
    const struct common *common = &openapi->table->common;
    for (size_t i = 0; i < common->answer_header_count; i++)
        if (!header_find(answer->headers, answer->header_count, common->answer_headers[i].name))
            add_header(openapi, &headers, common->answer_headers[i].name);
    add_header(openapi, &headers, text_of("x-request-id"));
    if (route->caching) {
        add_header(openapi, &headers, text_of("cache-control"));
        add_header(openapi, &headers, text_of("etag"));
    }
    return object_built(&headers);
}

struct value openapi_content(struct arena *arena, const char *type, struct value schema,
                             struct value example) {
    struct object_builder content = {.arena = arena};
    struct object_builder media = {.arena = arena};
    object_add(&media, "schema", schema);
    object_add(&media, "example", example);
    object_add(&content, type, object_built(&media));
    return object_built(&content);
}

/* Parameters. */

static struct object_builder parameter(struct arena *arena, const char *place, struct text name,
                                       bool required) {
    struct object_builder object = {.arena = arena};
    object_add_text(&object, "name", name);
    object_add_string(&object, "in", place);
    if (required)
        object_add(&object, "required", value_boolean(true));
    return object;
}

static void add_path_parameters(struct openapi *openapi, struct list_builder *list,
                                const struct route *route, const struct text *names) {
    struct object_builder schema = {.arena = openapi->arena};
    object_add_string(&schema, "type", "string");
    for (size_t i = 0; i < route->parameter_count; i++) {
        struct object_builder object = parameter(openapi->arena, "path", names[i], true);
        object_add(&object, "schema", object_built(&schema));
        list_add(list, object_built(&object));
    }
}

/* An object is written as `a[b]=1`, and so is a list of objects: `a[0][b]=1`. */
static bool has_brackets(const struct schema *schema) {
    return schema->type == SCHEMA_OBJECT ||
           (schema->type == SCHEMA_ARRAY && schema->items && schema->items->type == SCHEMA_OBJECT);
}

static struct value query_parameter(struct openapi *openapi,
                                    const struct schema_property *property) {
    struct arena *arena = openapi->arena;
    const struct schema *schema = property->schema;
    struct object_builder object = parameter(arena, "query", property->name, property->required);
    object_add_text(&object, "description", schema->description);
    if (has_brackets(schema)) {
        object_add_string(&object, "style", "deepObject");
        object_add(&object, "explode", value_boolean(true));
    }
    object_add(&object, "schema", openapi_of_schema(openapi, schema));
    return object_built(&object);
}

static void add_query(struct openapi *openapi, struct list_builder *list,
                      const struct schema *schema) {
    for (size_t i = 0; schema && i < schema->property_count; i++)
        list_add(list, query_parameter(openapi, &schema->properties[i]));
}

static void add_header_parameters(struct openapi *openapi, struct list_builder *list) {
    const struct schema *schema = openapi->table->common.header_schema;
    for (size_t i = 0; schema && i < schema->property_count; i++)
        if (openapi_is_header_parameter(schema->properties[i].name))
            list_add(list,
                     openapi_reference(openapi->arena, "parameters", schema->properties[i].name));
}

static struct value parameters_of(struct openapi *openapi, const struct route *route,
                                  const struct text *names) {
    struct list_builder list = {.arena = openapi->arena};
    add_path_parameters(openapi, &list, route, names);
    add_query(openapi, &list, route->query_schema);
    add_header_parameters(openapi, &list);
    return list.count ? list_built(&list) : value_missing();
}

static struct value body_of(struct openapi *openapi, const struct schema *schema) {
    struct object_builder body = {.arena = openapi->arena};
    bool required = false;
    if (!schema)
        return value_missing();
    for (size_t i = 0; i < schema->property_count; i++)
        required = required || schema->properties[i].required;
    object_add(&body, "required", value_boolean(required));
    object_add(&body, "content",
               openapi_content(openapi->arena, "application/json",
                               openapi_of_schema(openapi, schema), value_missing()));
    return object_built(&body);
}

/* Security. */

static bool is_token(const struct expression *expression) {
    return expression->kind == EXPRESSION_MEMBER && expression->left->kind == EXPRESSION_SLOT &&
           expression->left->index == SLOT_HEADERS && text_is(expression->name, "authorization");
}

/* The alternatives: a token, or none. An empty list: a token makes no difference. */
static struct value security_of(struct openapi *openapi, const struct route *route) {
    bool accepted = false;
    bool required = false;
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        required =
            required || (step->kind == STEP_REQUIRE && !step->when && is_token(step->condition));
        accepted = accepted || (step->kind == STEP_CALL &&
                                upstream_forwards(step->upstream, text_of("authorization")));
    }
    struct list_builder list = {.arena = openapi->arena};
    struct object_builder token = {.arena = openapi->arena};
    object_add(&token, "bearer", value_array(NULL, 0));
    if (!required && accepted)
        list_add(&list, value_object(NULL, 0));
    if (required || accepted)
        list_add(&list, object_built(&token));
    openapi->has_token = openapi->has_token || list.count;
    return list_built(&list);
}

/* Responses. */

static struct value answer_content(struct openapi *openapi, const struct route *route) {
    struct arena *arena = openapi->arena;
    const struct form *form = openapi->answers[route - openapi->table->routes];
    struct object_builder schema = {.arena = arena};
    switch (route->answer.document) {
    case DOCUMENT_OPENAPI_JSON:
        object_add_string(&schema, "type", "object");
        object_add(&schema, "additionalProperties", value_boolean(true));
        return openapi_content(arena, "application/json", object_built(&schema), value_missing());
    case DOCUMENT_OPENAPI_YAML:
        object_add_string(&schema, "type", "string");
        return openapi_content(arena, "application/yaml", object_built(&schema), value_missing());
    case DOCUMENT_NONE:
        break;
    }
    return form ? openapi_content(arena, "application/json", openapi_of_form(openapi, form),
                                  value_missing())
                : value_missing();
}

static void add_answer(struct openapi *openapi, struct object_builder *responses,
                       const struct route *route) {
    struct arena *arena = openapi->arena;
    int status = route_fixed_status(route);
    if (status >= 400)
        return;
    struct object_builder response = {.arena = arena};
    object_add_string(&response, "description", status ? http_reason(status) : "Success");
    object_add(&response, "headers", openapi_answer_headers(openapi, route));
    object_add(&response, "content", answer_content(openapi, route));
    struct text name = status ? text_format(arena, "%d", status) : text_of("2XX");
    object_add_named(responses, name, object_built(&response));
    if (route->caching)
        object_add(responses, "304", openapi_reference(arena, "responses", text_of("NotModified")));
}

struct text openapi_tag(const struct route *route) {
    if (route->tag.size)
        return route->tag;
    bool fixed = route->segment_count && route->segments[0].data[0] != '{';
    return fixed ? route->segments[0] : (struct text){"", 0};
}

struct value openapi_operation(struct openapi *openapi, const struct route *route,
                               const struct text *parameters, struct text id) {
    struct arena *arena = openapi->arena;
    struct object_builder operation = {.arena = arena};
    struct object_builder responses = {.arena = arena};
    struct text tag = openapi_tag(route);
    struct list_builder tags = {.arena = arena};
    if (tag.size)
        list_add(&tags, value_string(tag));
    object_add(&operation, "tags", tags.count ? list_built(&tags) : value_missing());
    object_add_text(&operation, "summary",
                    route->summary.size
                        ? route->summary
                        : text_format(arena, "%.*s %.*s", TEXT_ARGUMENT(route->method),
                                      TEXT_ARGUMENT(route->pattern)));
    object_add_text(&operation, "description", route->description);
    object_add_text(&operation, "operationId", id);
    object_add(&operation, "security", security_of(openapi, route));
    object_add(&operation, "parameters", parameters_of(openapi, route, parameters));
    object_add(&operation, "requestBody", body_of(openapi, route->body_schema));
    add_answer(openapi, &responses, route);
    openapi_add_errors(openapi, &responses, route);
    object_add(&operation, "responses", object_built(&responses));
    return object_built(&operation);
}
