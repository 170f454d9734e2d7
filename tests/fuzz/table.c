/*
 * A route table. One with mistakes must be refused with at least one of them, in a place that the
 * text has; one that is good must do for requests to each of its routes, and differ in nothing from
 * itself. Its YAML must be the same when it is written and read again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "gateway.h"
#include "http/uri.h"
#include "language/yaml_writer.h"
#include "serve/explain.h"
#include "table/table_diff.h"
#include "target.h"

/* Where it is said to be: beside the tables that it can extend. */
#define NAME PROJECT "/tests/unit/mistakes/table"

static struct service *service;
static FILE *nowhere;

/* What is told of mistakes: a line each with its place, and none beyond the end. */
static void check_mistakes(struct text told, struct text source) {
    size_t lines = 1, mistakes = 0;
    /* YAML 1.1 ends lines in five ways; two of them begin with these bytes. */
    for (size_t i = 0; i < source.size; i++)
        lines += source.data[i] && strchr("\n\r\xC2\xE2", source.data[i]);
    while (told.size) {
        struct text line = text_cut(&told, '\n');
        /* Of a table that is extended, or the excerpt of a line. */
        mistakes += text_starts_with(line, text_of(PROJECT));
        if (!text_starts_with(line, text_of(NAME ":")))
            continue;
        struct text rest = {line.data + strlen(NAME ":"), line.size - strlen(NAME ":")};
        require(strtoul(text_cut(&rest, ':').data, NULL, 10) <= lines + 1,
                "a mistake is in a line of the file", line);
    }
    require(mistakes > 0, "a refused table has a mistake", source);
}

static bool is_same(const struct yaml_node *a, const struct yaml_node *b) {
    /* One that has several lines, or is long and not quoted, is written in quotes. */
    bool same = a->kind == b->kind && a->count == b->count && text_equal(a->text, b->text) &&
                (a->plain == b->plain || !b->plain);
    for (size_t i = 0; same && i < a->count; i++)
        same = is_same(a->items[i], b->items[i]) &&
               (a->kind != YAML_MAPPING || is_same(a->keys[i], b->keys[i]));
    return same;
}

static void check_written(struct text source) {
    struct arena *arena = arena_create();
    struct diagnostics *diagnostics = diagnostics_create(NAME, source);
    struct buffer written = {0};
    const struct yaml_writer writer = {.output = &written};
    const struct yaml_node *root = yaml_parse(arena, arena, source, diagnostics);
    if (root && root->kind == YAML_MAPPING && root->count) {
        for (size_t i = 0; i < root->count; i++)
            yaml_write_member(&writer, root->keys[i], root->items[i], 0);
        const struct yaml_node *again =
            yaml_parse(arena, arena, buffer_text(&written), diagnostics);
        require(again && is_same(root, again), "YAML is written as it is read",
                buffer_text(&written));
    }
    buffer_free(&written);
    diagnostics_destroy(diagnostics);
    arena_destroy(arena);
}

static struct table *load(struct text source) {
    char *told = NULL;
    size_t size;
    FILE *stream = open_memstream(&told, &size);
    struct text copy = exact_copy(source);
    struct table *table = table_load(NAME, copy, stream);
    fclose(stream);
    free((char *)copy.data);
    if (!table)
        check_mistakes((struct text){told, size}, source);
    free(told);
    return table;
}

/* A request to the route, with `p` for each of its parameters. */
static void append_request(struct buffer *text, const struct table *table,
                           const struct route *route) {
    buffer_append_text(text, route->method);
    buffer_append_byte(text, ' ');
    buffer_append_text(text, table->server.prefix);
    for (size_t i = 0; i < route->segment_count; i++) {
        bool parameter = route->segments[i].data[0] == '{';
        buffer_append_byte(text, '/');
        if (parameter)
            buffer_append_byte(text, 'p');
        else
            uri_encode(text, route->segments[i]);
    }
    buffer_append_string(text, "?a=1&b[]=x\nx-locale: pl\n---\n");
    buffer_append_string(text, text_is(route->method, "GET") ? "" : "{\"a\":1,\"b\":[{\"c\":2}]}");
    buffer_append_string(text, "\n---\n200\n{\"a\":{\"b\":[1,\"2\",null]},\"message\":\"m\"}\n"
                               "---\n404\n{\"message\":\"m\"}");
}

static void explain(struct text target) {
    struct http_response response = {0};
    struct http_request request = {.method = text_cut(&target, ' '),
                                   .target = text_cut(&target, '\n')};
    const struct request_context *context = service_prepare(service, &request, &response);
    if (context)
        explain_route(context, nowhere);
    buffer_free(&response.body);
}

static void check_no_difference(const struct table *table) {
    struct changes changes = {.arena = arena_create()};
    table_diff(&changes, table, table);
    require(!changes.count, "a table differs in nothing from itself",
            changes.first ? changes.first->message : text_of(""));
    arena_destroy(changes.arena);
}

static void use(const struct table *table) {
    check_no_difference(table);
    struct buffer text = {0};
    struct http_response response = {0};
    for (size_t i = 0; i < table->route_count; i++) {
        text.size = 0;
        append_request(&text, table, &table->routes[i]);
        explain(buffer_text(&text));
        gateway_run(service, buffer_text(&text), (struct gateway_options){0}, &response);
    }
    buffer_free(&response.body);
    buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!service) {
        service = gateway_create();
        nowhere = fopen("/dev/null", "w");
    }
    check_written((struct text){(const char *)data, size});
    struct table *table = load((struct text){(const char *)data, size});
    if (!table)
        return 0;
    service_set_table(service, table);
    use(table);
    service_set_table(service, NULL);
    return 0;
}
