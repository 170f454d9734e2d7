#include "support.h"
#include "json/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/file.h"
#include "json/reader.h"

void check_text(const char *what, const char *expected, struct text came) {
    if (!text_is(came, expected))
        fail_msg("%s\n  expected: %s\n  came:     %.*s", what, expected, TEXT_ARGUMENT(came));
}

void check_number(const char *what, size_t expected, size_t came) {
    if (came != expected)
        fail_msg("%s\n  expected: %zu\n  came:     %zu", what, expected, came);
}

void check_truth(const char *what, bool expected, bool came) {
    if (came != expected)
        fail_msg("%s\n  expected: %s\n  came:     %s", what, expected ? "true" : "false",
                 came ? "true" : "false");
}

void check_json(const char *what, const char *expected, struct value came) {
    struct arena *arena = arena_create();
    struct buffer buffer = {0};
    if (came.type == VALUE_MISSING)
        buffer_append_string(&buffer, "missing");
    else
        json_write(&buffer, arena, came);
    struct text written = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    check_text(what, expected, written);
    arena_destroy(arena);
}

struct value value_from(struct arena *arena, const char *json) {
    struct json_reader *reader = json_reader_create();
    struct value value = value_missing();
    const char *reason = "";
    bool good = json_read(reader, arena, text_of(json), NULL, &value, &reason);
    if (!good)
        fail_msg("the test's own JSON is none: %s\n  %s", reason, json);
    json_reader_destroy(reader);
    return value;
}

struct text file_content(struct arena *arena, const char *path) {
    struct buffer content = {0};
    if (!file_read(path, &content))
        fail_msg("%s: %s", path, strerror(errno));
    struct text text = text_copy(arena, buffer_text(&content));
    buffer_free(&content);
    return text;
}

struct text run_command(struct arena *arena, const char *line, int *status) {
    FILE *stream = popen(text_format(arena, "{ %s; } 2>&1 </dev/null", line).data, "r");
    if (!stream)
        fail_msg("cannot run %s", line);
    struct buffer printed = {0};
    file_read_stream(stream, &printed);
    int ended = pclose(stream);
    *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    struct text text = text_copy(arena, buffer_text(&printed));
    buffer_free(&printed);
    return text;
}

/* Loads `source`; what was printed goes to `*printed`, which the caller frees. */
static struct table *load(const char *name, struct text source, char **printed) {
    size_t size;
    FILE *stream = open_memstream(printed, &size);
    struct table *table = table_load(name, source, stream);
    fclose(stream);
    return table;
}

struct text mistakes_in(struct arena *arena, const char *name, struct text source) {
    char *printed;
    table_destroy(load(name, source, &printed));
    struct text text = text_copy(arena, text_of(printed));
    free(printed);
    return text;
}

static void destroy_table(void *table) {
    table_destroy(table);
}

struct table *good_table(struct arena *arena, const char *source) {
    char *printed;
    struct table *table = load("table", text_of(source), &printed);
    if (!table)
        fail_msg("the test's own table has mistakes:\n%s", printed);
    free(printed);
    arena_defer(arena, destroy_table, table);
    return table;
}

int create_arena(void **state) {
    *state = arena_create();
    return 0;
}

int destroy_arena(void **state) {
    arena_destroy(*state);
    return 0;
}

bool apply_mapper(struct evaluation *evaluation, const struct table *table, const char *name,
                  struct value input, struct value *result) {
    struct expression current = {.kind = EXPRESSION_CURRENT};
    const struct expression call = {.kind = EXPRESSION_MAPPER,
                                    .mapper = mapper_find(&table->definitions, text_of(name)),
                                    .left = &current};
    assert_non_null(call.mapper);
    evaluation->current = input;
    return expression_evaluate(evaluation, &call, result);
}
