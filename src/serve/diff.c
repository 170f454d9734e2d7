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

/* `differing`: what is written differently, if no change is known. */
static void print_text(const struct changes *changes, struct text differing, FILE *output) {
    const struct change *last = NULL;
    for (const struct change *change = changes->first; change; change = change->next) {
        struct text route = change->route.size ? change->route : text_of("all routes");
        if (!last || !text_equal(last->route, change->route))
            fprintf(output, "%s%.*s\n", last ? "\n" : "", TEXT_ARGUMENT(route));
        fprintf(output, "  %c %s: %.*s\n", change->breaking ? '!' : ' ', part_names[change->part],
                TEXT_ARGUMENT(change->message));
        last = change;
    }
    if (differing.size)
        fprintf(output, "no change for callers or upstreams found, but written differently: %.*s\n",
                TEXT_ARGUMENT(differing));
    else if (!changes->count)
        fputs("no change for callers or upstreams\n", output);
    else
        fprintf(output, "\nchanges: %zu, of which %zu can break callers (!)\n", changes->count,
                changes->breaking_count);
}

static struct value string_of(struct arena *arena, struct text text) {
    return value_string(text_well_formed(arena, text));
}

static struct value value_of_change(struct arena *arena, const struct change *change) {
    struct member *members = arena_allocate_array(arena, 4, sizeof *members);
    size_t count = 0;
    if (change->route.size)
        members[count++] = (struct member){text_of("route"), string_of(arena, change->route)};
    members[count++] =
        (struct member){text_of("part"), value_string(text_of(part_names[change->part]))};
    members[count++] = (struct member){text_of("message"), string_of(arena, change->message)};
    members[count++] = (struct member){text_of("breaking"), value_boolean(change->breaking)};
    return value_object(members, count);
}

static void print_json(const struct changes *changes, struct text differing, FILE *output) {
    struct arena *arena = changes->arena;
    struct value *items = arena_allocate_array(arena, changes->count, sizeof *items);
    size_t count = 0;
    for (const struct change *change = changes->first; change; change = change->next)
        items[count++] = value_of_change(arena, change);
    const struct member members[] = {
        {text_of("breaking"), value_integer(arena, (int64_t)changes->breaking_count)},
        {text_of("changes"), value_array(items, count)},
        {text_of("written_differently"), string_of(arena, differing)},
    };
    /* The last member is left out if it is empty. */
    struct text line = json_text(arena, value_object(members, differing.size ? 3 : 2));
    fprintf(output, "%.*s\n", TEXT_ARGUMENT(line));
}

int diff_tables(const char *old, const char *new, enum format format, FILE *output, FILE *errors) {
    struct table *tables[] = {table_load_file(old, errors), table_load_file(new, errors)};
    int status = NO_TABLE;
    if (tables[0] && tables[1]) {
        struct changes changes = {.arena = arena_create()};
        table_diff(&changes, tables[0], tables[1]);
        struct text differing = {"", 0};
        if (!changes.count)
            differing = definitions_that_differ(changes.arena, tables[0], old, tables[1], new);
        if (format == FORMAT_JSON)
            print_json(&changes, differing, output);
        else
            print_text(&changes, differing, output);
        status = changes.breaking_count ? BREAKING : SAME_FOR_CALLERS;
        arena_destroy(changes.arena);
    }
    table_destroy(tables[0]);
    table_destroy(tables[1]);
    return status;
}
