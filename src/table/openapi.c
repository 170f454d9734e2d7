#include "table/openapi.h"

#include "language/schema_types.h"
#include "language/yaml_writer.h"
#include "table/openapi_parts.h"
#include "json/writer.h"

/* Operations. */

static bool is_parameter(struct text segment) {
    return segment.data[0] == '{';
}

/* Whether both have the same path; the names of parameters make no difference. */
static bool is_same_path(const struct route *a, const struct route *b) {
    bool same = a->segment_count == b->segment_count;
    for (size_t i = 0; same && i < a->segment_count; i++)
        same = is_parameter(a->segments[i]) ? is_parameter(b->segments[i])
                                            : text_equal(a->segments[i], b->segments[i]);
    return same;
}

static struct text path_of(struct arena *arena, const struct route *route) {
    struct text path = route->segment_count ? (struct text){"", 0} : text_of("/");
    for (size_t i = 0; i < route->segment_count; i++)
        path =
            text_format(arena, "%.*s/%.*s", TEXT_ARGUMENT(path), TEXT_ARGUMENT(route->segments[i]));
    return path;
}

void openapi_append_words(struct buffer *buffer, struct text text) {
    bool begins = true;
    for (size_t i = 0; i < text.size; i++) {
        char c = text_lower_letter(text.data[i]);
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (letter)
            buffer_append_byte(buffer, begins && c >= 'a' ? (char)(c - 'a' + 'A') : text.data[i]);
        begins = !letter;
    }
}

/* `getThingsByIdParts` for `GET /things/{id}/parts`. */
static struct text operation_id(struct arena *arena, const struct route *route) {
    struct buffer id = {0};
    buffer_append_text(&id, text_lower_case(arena, route->method));
    for (size_t i = 0; i < route->segment_count; i++) {
        if (is_parameter(route->segments[i]))
            buffer_append_string(&id, "By");
        openapi_append_words(&id, route->segments[i]);
    }
    struct text copy = text_copy(arena, buffer_text(&id));
    buffer_free(&id);
    return copy;
}

/* The same with a number if an earlier route has the id. */
static struct text unique_id(struct openapi *openapi, const struct route *route) {
    struct text id = operation_id(openapi->arena, route);
    size_t earlier = 0;
    for (const struct route *other = openapi->table->routes; other != route; other++)
        earlier += text_equal(operation_id(openapi->arena, other), id);
    return earlier ? text_format(openapi->arena, "%.*s%zu", TEXT_ARGUMENT(id), earlier + 1) : id;
}

static struct value path_item(struct openapi *openapi, const struct route *first) {
    const struct table *table = openapi->table;
    struct object_builder item = {.arena = openapi->arena};
    for (const struct route *route = first; route < table->routes + table->route_count; route++)
        if (is_same_path(first, route))
            object_add_named(
                &item, text_lower_case(openapi->arena, route->method),
                openapi_operation(openapi, route, first->parameters, unique_id(openapi, route)));
    return object_built(&item);
}

static struct value paths_of(struct openapi *openapi) {
    const struct table *table = openapi->table;
    struct object_builder paths = {.arena = openapi->arena};
    for (size_t i = 0; i < table->route_count; i++) {
        size_t first = 0;
        while (!is_same_path(&table->routes[first], &table->routes[i]))
            first++;
        if (first == i)
            object_add_named(&paths, path_of(openapi->arena, &table->routes[i]),
                             path_item(openapi, &table->routes[i]));
    }
    return object_built(&paths);
}

/* Components. */

static struct value parameters_of(struct openapi *openapi) {
    const struct schema *schema = openapi->table->common.header_schema;
    struct object_builder parameters = {.arena = openapi->arena};
    for (size_t i = 0; schema && i < schema->property_count; i++) {
        const struct schema_property *property = &schema->properties[i];
        struct object_builder object = {.arena = openapi->arena};
        if (!openapi_is_header_parameter(property->name))
            continue;
        object_add_text(&object, "name", property->name);
        object_add_string(&object, "in", "header");
        object_add_text(&object, "description", property->schema->description);
        object_add(&object, "schema", openapi_of_schema(openapi, property->schema));
        object_add_named(&parameters, property->name, object_built(&object));
    }
    return parameters.count ? object_built(&parameters) : value_missing();
}

static void add_header(struct openapi *openapi, struct object_builder *headers, struct text name,
                       const char *type, const char *description) {
    struct object_builder header = {.arena = openapi->arena};
    struct object_builder schema = {.arena = openapi->arena};
    object_add_string(&schema, "type", type);
    object_add_string(&header, "description", description);
    object_add(&header, "schema", object_built(&schema));
    object_add_named(headers, name, object_built(&header));
}

/* Whether a route has a response with this header. */
static bool has_cache(const struct table *table) {
    for (size_t i = 0; i < table->route_count; i++)
        if (table->routes[i].caching)
            return true;
    return false;
}

static struct value headers_of(struct openapi *openapi) {
    const struct common *common = &openapi->table->common;
    struct object_builder headers = {.arena = openapi->arena};
    for (size_t i = 0; i < common->answer_header_count; i++)
        add_header(openapi, &headers, common->answer_headers[i].name, "string", NULL);
    add_header(openapi, &headers, text_of("x-request-id"), "string",
               "The id of the request, as in the log");
    if (has_cache(openapi->table)) {
        add_header(openapi, &headers, text_of("cache-control"), "string",
                   "How long the response may be kept (RFC 9111)");
        add_header(openapi, &headers, text_of("etag"), "string",
                   "A tag of the response, for If-None-Match");
    }
    if (openapi->has_retry_after)
        add_header(openapi, &headers, text_of("retry-after"), "string",
                   "After how many seconds, or when, to try again");
    return object_built(&headers);
}

static struct value responses_of(struct openapi *openapi) {
    struct arena *arena = openapi->arena;
    struct object_builder responses = {.arena = arena};
    struct object_builder error = {.arena = arena};
    struct object_builder same = {.arena = arena};
    object_add_string(&error, "description", "Any other error, in the same form");
    object_add(&error, "content",
               openapi_content(arena, "application/json", openapi_error_reference(openapi),
                               value_missing()));
    object_add_named(&responses, openapi->error.name, object_built(&error));
    object_add_string(&same, "description", "The response is that of the tag in If-None-Match");
    if (has_cache(openapi->table))
        object_add(&responses, "NotModified", object_built(&same));
    return object_built(&responses);
}

static struct value security_schemes(struct openapi *openapi) {
    struct object_builder schemes = {.arena = openapi->arena};
    struct object_builder bearer = {.arena = openapi->arena};
    object_add_string(&bearer, "type", "http");
    object_add_string(&bearer, "scheme", "bearer");
    object_add_string(&bearer, "description", "The token of the caller");
    object_add(&schemes, "bearer", object_built(&bearer));
    return openapi->has_token ? object_built(&schemes) : value_missing();
}

/* After the paths, which mark what they use. */
static struct value components_of(struct openapi *openapi) {
    struct object_builder components = {.arena = openapi->arena};
    struct value parameters = parameters_of(openapi);
    struct value responses = responses_of(openapi);
    object_add(&components, "securitySchemes", security_schemes(openapi));
    object_add(&components, "parameters", parameters);
    object_add(&components, "headers", headers_of(openapi));
    object_add(&components, "responses", responses);
    object_add(&components, "schemas", openapi_schemas(openapi));
    return object_built(&components);
}

/* The document. */

static struct value info_of(struct openapi *openapi) {
    const struct server_settings *server = &openapi->table->server;
    struct object_builder info = {.arena = openapi->arena};
    object_add_text(&info, "title", server->title.size ? server->title : text_of("API"));
    object_add_text(&info, "description", server->description);
    object_add(&info, "version",
               value_member(openapi->arena, openapi->table->definitions.table, text_of("version")));
    return object_built(&info);
}

static struct value servers_of(struct openapi *openapi) {
    struct list_builder servers = {.arena = openapi->arena};
    struct object_builder server = {.arena = openapi->arena};
    struct text prefix = openapi->table->server.prefix;
    object_add_text(&server, "url", prefix.size ? prefix : text_of("/"));
    list_add(&servers, object_built(&server));
    return list_built(&servers);
}

static struct value tags_of(struct openapi *openapi) {
    struct list_builder tags = {.arena = openapi->arena};
    for (size_t i = 0; i < openapi->table->route_count; i++) {
        struct text name = openapi_tag(&openapi->table->routes[i]);
        bool known = !name.size;
        for (size_t j = 0; !known && j < i; j++)
            known = text_equal(openapi_tag(&openapi->table->routes[j]), name);
        if (known)
            continue;
        struct object_builder tag = {.arena = openapi->arena};
        object_add_text(&tag, "name", name);
        list_add(&tags, object_built(&tag));
    }
    return tags.count ? list_built(&tags) : value_missing();
}

static struct value describe(struct arena *arena, const struct table *table) {
    struct openapi openapi = {.arena = arena, .table = table};
    struct object_builder document = {.arena = arena};
    openapi_begin_schemas(&openapi);
    object_add_string(&document, "openapi", "3.1.0");
    object_add(&document, "info", info_of(&openapi));
    object_add(&document, "servers", servers_of(&openapi));
    object_add(&document, "tags", tags_of(&openapi));
    object_add(&document, "paths", paths_of(&openapi));
    object_add(&document, "components", components_of(&openapi));
    return object_built(&document);
}

void openapi_write(struct buffer *buffer, const struct table *table, enum openapi_format format) {
    struct arena *arena = arena_create();
    struct value document = describe(arena, table);
    if (format == OPENAPI_JSON)
        json_write(buffer, arena, document);
    else
        yaml_write_value(buffer, arena, document);
    arena_destroy(arena);
}
