#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "http/message.h"
#include "language/environment.h"
#include "language/model.h"
#include "language/string_check.h"
#include "table/extension.h"
#include "table/loader.h"
#include "table/table_files.h"

/* Routes. */

static bool is_parameter(struct text segment) {
    return segment.size > 2 && segment.data[0] == '{' && segment.data[segment.size - 1] == '}' &&
           name_is_valid((struct text){segment.data + 1, segment.size - 2});
}

static void add_parameter(struct loader *loader, struct route *route, struct text name) {
    for (size_t i = 0; i < route->parameter_count; i++)
        if (text_equal(route->parameters[i], name))
            diagnostics_add(
                loader->diagnostics, route->location,
                "duplicate parameter {%.*s} in the path: give each parameter its own name",
                TEXT_ARGUMENT(name));
    route->parameters[route->parameter_count++] = name;
}

static void check_fixed(struct loader *loader, const struct route *route, struct text segment) {
    const char *problem = segment.size
                              ? fixed_path_problem(segment)
                              : "a segment of a path cannot be empty: remove one of the slashes";
    if (problem)
        diagnostics_add(loader->diagnostics, route->location, "%s", problem);
    else if (text_is(segment, "*"))
        diagnostics_warn(loader->diagnostics, route->location,
                         "wildcards are not supported: \"*\" only matches the segment \"*\"");
}

static bool split_pattern(struct loader *loader, struct route *route) {
    struct text rest = route->pattern;
    if (!rest.size || rest.data[0] != '/')
        return false;
    route->segments = arena_allocate_array(loader->arena, ROUTER_MAX_SEGMENTS, sizeof(struct text));
    route->parameters =
        arena_allocate_array(loader->arena, ROUTER_MAX_SEGMENTS, sizeof(struct text));
    text_cut(&rest, '/');
    while (rest.size) {
        struct text segment = text_cut(&rest, '/');
        if (route->segment_count == ROUTER_MAX_SEGMENTS)
            return false;
        route->segments[route->segment_count++] = segment;
        if (is_parameter(segment))
            add_parameter(loader, route, (struct text){segment.data + 1, segment.size - 2});
        else
            check_fixed(loader, route, segment);
    }
    return true;
}

/* Whether the names in the path are known, even if the method is not. */
static bool load_signature(struct loader *loader, struct route *route,
                           const struct yaml_node *key) {
    struct text rest = key->text;
    size_t errors = diagnostics_count(loader->diagnostics);
    route->location = key->location;
    route->method = text_cut(&rest, ' ');
    route->pattern = text_trim(rest);
    bool path = split_pattern(loader, route);
    bool known = path && diagnostics_count(loader->diagnostics) == errors;
    if (http_method(route->method) && path)
        return known;
    if (!path || !loader_suggest_method(loader, key->location, route->method))
        diagnostics_add(loader->diagnostics, key->location,
                        "write a route as `METHOD /path/{parameter}`, with GET, POST, PUT, "
                        "PATCH or DELETE");
    return known;
}

/* `path`: whether its names are known; otherwise any name is accepted. */
static struct scope route_scope(struct loader *loader, struct route *route,
                                const struct yaml_node *node, bool path) {
    struct scope scope = loader->common_scope;
    const struct yaml_node *query = yaml_get(node, "query");
    const struct yaml_node *body = yaml_get(node, "body");
    if (query)
        route->query_schema = schema_of(loader->definitions, query, "query");
    if (body)
        route->body_schema = schema_of(loader->definitions, body, "body");
    const struct schema *parameters =
        path ? schema_of_names(loader->arena, route->parameters, route->parameter_count) : NULL;
    route->path_slot =
        scope_add(&scope, text_of("path"), static_type_of_schema(parameters), route->location);
    route->query_slot = scope.slot_count;
    if (query)
        scope_add(&scope, text_of("query"), static_type_of_schema(route->query_schema),
                  route->location);
    route->body_slot = scope.slot_count;
    if (body)
        scope_add(&scope, text_of("body"), static_type_of_schema(route->body_schema),
                  route->location);
    return scope;
}

/* What is written for readers only. */
static void load_texts(struct loader *loader, struct scope *scope, struct route *route,
                       const struct yaml_node *node) {
    const struct yaml_node *summary = yaml_get(node, "summary");
    const struct yaml_node *description = yaml_get(node, "description");
    const struct yaml_node *tag = yaml_get(node, "tag");
    if (summary) {
        route->summary = loader_text(loader, summary, "a summary");
        string_check_layout(scope, summary, STRING_IN_MAPPING);
    }
    if (description)
        route->description = text_trim(loader_text(loader, description, "a description"));
    if (tag) {
        route->tag = loader_text(loader, tag, "a tag");
        string_check_layout(scope, tag, STRING_IN_MAPPING);
    }
}

static void load_route(struct loader *loader, struct route *route, const struct yaml_node *key,
                       const struct yaml_node *node) {
    bool path = load_signature(loader, route, key);
    if (!loader_check_keys(loader, node, "a route", route_keywords))
        return;
    struct scope scope = route_scope(loader, route, node, path);
    const struct yaml_node *steps = yaml_get(node, "steps");
    const struct yaml_node *answer = yaml_get(node, "answer");
    const struct yaml_node *cache = yaml_get(node, "cache");
    load_texts(loader, &scope, route, node);
    loader_replace_deadline(loader, yaml_get(node, "deadline"), &route->deadline_ms);
    if (steps)
        load_steps(loader, &scope, route, steps);
    if (answer)
        load_answer(loader, &scope, &route->answer, answer);
    else
        diagnostics_add(loader->diagnostics, key->location,
                        "the route has no answer: add `answer:` with a value, or with an error "
                        "such as 501 Not supported");
    if (cache)
        load_caching(loader, route, cache);
    route->slot_count = scope.slot_count;
}

static void add_route(struct loader *loader, struct route *route) {
    const char *method = http_method(route->method);
    if (!method)
        return;
    const struct route *known =
        router_add(&loader->table->router, method, route->segments, route->segment_count, route);
    if (known)
        diagnostics_add(loader->diagnostics, route->location,
                        "duplicate route: %.*s %.*s in %.*s has the same path; remove one of them",
                        TEXT_ARGUMENT(known->method), TEXT_ARGUMENT(known->pattern),
                        TEXT_ARGUMENT(location_text(loader->arena, known->location)));
}

/* Behind the routes: one of the table that has its path is what an error is about. */
static void add_metrics_route(struct loader *loader) {
    struct table *table = loader->table;
    struct route *route = &table->routes[table->route_count];
    *route = (struct route){.method = text_of("GET"),
                            .pattern = text_of("/metrics"),
                            .summary = text_of("The metrics of the pool"),
                            .slot_count = table->common.slot_count};
    split_pattern(loader, route);
    const struct route *known =
        router_add(&table->router, "GET", route->segments, route->segment_count, route);
    if (known)
        diagnostics_add(loader->diagnostics, known->location,
                        "GET /metrics is served by `server.metrics`: remove this route, or that "
                        "setting");
    table->metrics = route;
}

static void load_routes(struct loader *loader, const struct yaml_node *section) {
    struct table *table = loader->table;
    table->routes = arena_allocate_array(loader->arena, section->count + 1, sizeof(struct route));
    for (size_t i = 0; i < section->count; i++) {
        struct route *route = &table->routes[table->route_count++];
        load_route(loader, route, section->keys[i], section->items[i]);
        add_route(loader, route);
    }
    if (table->server.metrics)
        add_metrics_route(loader);
}

/* Routes with errors are incomplete, so routes are only planned if the table has no errors. */
static void plan_routes(struct loader *loader) {
    if (diagnostics_count(loader->diagnostics))
        return;
    for (size_t i = 0; i < loader->table->route_count; i++) {
        plan_batches(loader, &loader->table->routes[i]);
        plan_origins(loader, &loader->table->routes[i]);
        plan_usage(loader, &loader->table->routes[i]);
    }
    for (size_t i = 0; i < loader->table->upstream_count; i++)
        plan_message_usage(loader, &loader->table->upstreams[i]);
    for (const struct call_site *site = loader->call_sites; site; site = site->next)
        if (site->is_get && !site->used)
            diagnostics_add(loader->diagnostics, site->location,
                            "$%.*s is never read: use the answer of the call, or remove the call",
                            TEXT_ARGUMENT(site->name));
}

/* Flows are loaded where routes use them, so an unused flow has never been loaded. */
static void check_unused_flows(struct loader *loader, const struct yaml_node *section) {
    if (loader->unknown_use || !section)
        return;
    for (size_t i = 0; i < loader->flow_count; i++)
        /* One of a table that is extended may be used by what has been changed. */
        if (!loader->flows[i].used && !section->keys[i]->location.file)
            diagnostics_add(loader->diagnostics, section->keys[i]->location,
                            "unused flow \"%.*s\": remove it, or use it",
                            TEXT_ARGUMENT(loader->flows[i].name));
}

/* Reports a definition whose name is not valid in expressions without quotes. */
static void check_names(struct loader *loader, const struct yaml_node *section, const char *what) {
    for (size_t i = 0; section && i < section->count; i++) {
        const struct yaml_node *key = section->keys[i];
        struct text rest = key->text;
        if (http_method(text_cut(&rest, ' ')))
            diagnostics_add(loader->diagnostics, key->location,
                            "a route must be in the section `routes`: move it there");
        else if (!name_is_valid(key->text))
            diagnostics_warn(loader->diagnostics, key->location,
                             "unusual name \"%.*s\" of a %s: use a letter, then letters, digits, "
                             "_ and -",
                             TEXT_ARGUMENT(key->text), what);
    }
}

static void load_settings(struct loader *loader, const struct yaml_node *section) {
    struct definitions *definitions = loader->definitions;
    size_t count = section ? section->count : 0;
    struct member *members = arena_allocate_array(loader->arena, count, sizeof *members);
    check_names(loader, section, "setting");
    definitions->settings_used = arena_allocate_array(loader->arena, count, sizeof(bool));
    definitions->setting_environments =
        arena_allocate_array(loader->arena, count, sizeof *definitions->setting_environments);
    /* Each setting can use those above it. */
    for (size_t i = 0; i < count; i++) {
        environment_set outer = environment_collect(definitions);
        members[i].name = section->keys[i]->text;
        members[i].value = shape_load_setting(definitions, section->items[i]);
        environment_set *environment = &definitions->setting_environments[i];
        *environment = environment_collected(definitions, outer);
        /* Its own bit replaces that of the variable. */
        if (*environment) {
            *environment &= ~((environment_set)1 << ENVIRONMENT_SETTINGS);
            *environment |= (environment_set)1 << i % ENVIRONMENT_SETTINGS;
        }
        definitions->settings = value_object(members, i + 1);
    }
    if (!count)
        definitions->settings = value_object(NULL, 0);
}

/* The mapping of a section; NULL if the table has no such section. */
static const struct yaml_node *section_of(struct loader *loader, const struct yaml_node *root,
                                          const char *name) {
    const struct yaml_node *section = yaml_get(root, name);
    if (!section || section->kind == YAML_MAPPING || yaml_is_null(section))
        return section && section->kind == YAML_MAPPING ? section : NULL;
    diagnostics_add(loader->diagnostics, section->location, "%s must be a mapping", name);
    return NULL;
}

static void load_sections(struct loader *loader, const struct yaml_node *root) {
    if (!loader_check_keys(loader, root, "a route table", table_keywords))
        return;
    const struct yaml_node *routes = section_of(loader, root, "routes");
    const struct yaml_node *upstreams = section_of(loader, root, "upstreams");
    const struct yaml_node *flows = section_of(loader, root, "flows");
    environment_load(loader->definitions, section_of(loader, root, "variables"), loader->loading);
    load_settings(loader, section_of(loader, root, "settings"));
    load_server(loader, section_of(loader, root, "server"));
    check_names(loader, section_of(loader, root, "schemas"), "schema");
    schemas_load(loader->definitions, section_of(loader, root, "schemas"));
    lookups_load(loader->definitions, section_of(loader, root, "tables"));
    mappers_load(loader->definitions, section_of(loader, root, "mappers"));
    models_load(loader->definitions, section_of(loader, root, "models"));
    load_common(loader, section_of(loader, root, "common"));
    load_upstreams(loader, upstreams);
    load_flows(loader, flows);
    if (routes)
        load_routes(loader, routes);
    check_unused_flows(loader, flows);
    /* The part with an error may be what uses the variable. */
    if (!diagnostics_count(loader->diagnostics))
        environment_check_unused(loader->definitions);
    plan_routes(loader);
    if (!diagnostics_count(loader->diagnostics)) {
        warn_unused(loader, section_of(loader, root, "settings"));
        warn_spelling(loader, root);
        warn_slashes(loader);
    }
    for (const struct keyword *section = table_keywords; section->name; section++) {
        const struct yaml_node *given = yaml_get(root, section->name);
        if (section->needed && (!given || yaml_is_null(given)))
            diagnostics_add(loader->diagnostics, (struct location){0},
                            "a route table needs the section `%s`", section->name);
    }
}

/* The version of the content of the files: a hash. */
static struct value version_of(struct arena *arena, struct hash hash) {
    struct member *version = arena_allocate(arena, sizeof *version);
    *version = (struct member){text_of("version"),
                               value_string(text_format(arena, "%016" PRIx64, hash.h1))};
    return value_object(version, 1);
}

static struct table *new_table(struct text source) {
    struct arena *arena = arena_create();
    struct table *table = arena_allocate(arena, sizeof *table);
    table->arena = arena;
    table->source = text_copy(arena, source);
    table->definitions.arena = arena;
    router_init(&table->router, arena);
    return table;
}

static struct table *load(const char *name, struct text source, struct diagnostics_sink sink,
                          struct file_observer observer) {
    struct table *table = new_table(source);
    struct diagnostics *diagnostics = diagnostics_create(name, table->source);
    table->definitions.diagnostics = diagnostics;
    struct loader loader = {.table = table,
                            .definitions = &table->definitions,
                            .diagnostics = diagnostics,
                            .arena = table->arena,
                            .loading = arena_create()};
    struct table_files files = {.nodes = loader.loading,
                                .texts = table->arena,
                                .diagnostics = diagnostics,
                                .observer = observer};
    struct yaml_node *root = table_files_read(&files, name, table->source);
    table->definitions.table = version_of(table->arena, files.version);
    if (root)
        load_sections(&loader, root);
    diagnostics_report(diagnostics, sink);
    bool good = diagnostics_count(diagnostics) == 0;
    diagnostics_destroy(diagnostics);
    environment_forget(&table->definitions);
    arena_destroy(loader.loading);
    table->definitions.diagnostics = NULL;
    if (good)
        return table;
    table_destroy(table);
    return NULL;
}

struct table *table_load(const char *name, struct text source, FILE *stream) {
    return load(name, source, diagnostics_printer(stream), (struct file_observer){NULL, NULL});
}

const char *table_display_name(const char *path) {
    return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

bool table_read_source(const char *path, struct buffer *content) {
    return strcmp(path, "-") == 0 ? file_read_stream(stdin, content) : file_read(path, content);
}

struct table *table_load_observed(const char *path, struct diagnostics_sink sink,
                                  struct file_observer observer) {
    struct buffer content = {0};
    struct table *table = NULL;
    const char *name = table_display_name(path);
    if (table_read_source(path, &content)) {
        table = load(name, buffer_text(&content), sink, observer);
    } else {
        const struct diagnostic unreadable = {SEVERITY_ERROR, name, {0}, strerror(errno), {"", 0}};
        sink.report(sink.context, &unreadable);
    }
    buffer_free(&content);
    return table;
}

struct table *table_load_reporting(const char *path, struct diagnostics_sink sink) {
    return table_load_observed(path, sink, (struct file_observer){NULL, NULL});
}

struct table *table_load_file(const char *path, FILE *stream) {
    return table_load_reporting(path, diagnostics_error_printer(stream));
}

void table_destroy(struct table *table) {
    if (table)
        arena_destroy(table->arena);
}

const struct variable_problem *table_variable_problems(const struct table *table) {
    return table->definitions.variable_problems;
}
