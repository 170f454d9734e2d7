#include "serve/diff.h"

#include "table/table_diff.h"
#include "json/writer.h"

enum { SAME_FOR_CALLERS = 0, BREAKING = 1, NO_TABLE = 2 };

static const char *const part_names[] = {
    [CHANGE_OF_ROUTE] = "route",
    [CHANGE_OF_HEADERS] = "headers",
    [CHANGE_OF_QUERY] = "query",
    [CHANGE_OF_BODY] = "body",
    [CHANGE_OF_REQUIREMENT] = "requirement",
    [CHANGE_OF_ANSWER] = "answer",
    [CHANGE_OF_VALUE] = "value",
    [CHANGE_OF_CALL] = "call",
};

static void print_text(const struct changes *changes, FILE *output) {
    const struct change *last = NULL;
    for (const struct change *change = changes->first; change; change = change->next) {
        struct text route = change->route.size ? change->route : text_of("all routes");
        if (!last || !text_equal(last->route, change->route))
            fprintf(output, "%s%.*s\n", last ? "\n" : "", TEXT_ARGUMENT(route));
        fprintf(output, "  %c %s: %.*s\n", change->breaking ? '!' : ' ', part_names[change->part],
                TEXT_ARGUMENT(change->message));
        last = change;
    }
    if (!changes->count)
        fputs("no change for callers or upstreams\n", output);
    else
        fprintf(output, "\nchanges: %zu, of which %zu can break callers (!)\n", changes->count,
                changes->breaking_count);
}

static void append_member(struct buffer *line, struct arena *arena, const char *name,
                          struct text text) {
    buffer_append_format(line, "\"%s\":", name);
    json_write(line, arena, value_string(text_well_formed(arena, text)));
    buffer_append_byte(line, ',');
}

static void print_json(const struct changes *changes, FILE *output) {
    struct buffer line = {0};
    buffer_append_format(&line, "{\"breaking\":%zu,\"changes\":[", changes->breaking_count);
    for (const struct change *change = changes->first; change; change = change->next) {
        buffer_append_byte(&line, '{');
        if (change->route.size)
            append_member(&line, changes->arena, "route", change->route);
        append_member(&line, changes->arena, "part", text_of(part_names[change->part]));
        append_member(&line, changes->arena, "message", change->message);
        buffer_append_format(&line, "\"breaking\":%s}%s", change->breaking ? "true" : "false",
                             change->next ? "," : "");
    }
    buffer_append_string(&line, "]}\n");
    fwrite(line.data, 1, line.size, output);
    buffer_free(&line);
}

int diff_tables(const char *old, const char *new, enum format format, FILE *output, FILE *errors) {
    struct table *tables[] = {table_load_file(old, errors), table_load_file(new, errors)};
    int status = NO_TABLE;
    if (tables[0] && tables[1]) {
        struct changes changes = {.arena = arena_create()};
        table_diff(&changes, tables[0], tables[1]);
        if (format == FORMAT_JSON)
            print_json(&changes, output);
        else
            print_text(&changes, output);
        status = changes.breaking_count ? BREAKING : SAME_FOR_CALLERS;
        arena_destroy(changes.arena);
    }
    table_destroy(tables[0]);
    table_destroy(tables[1]);
    return status;
}
