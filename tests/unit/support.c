#include "support.h"
#include "json/writer.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
    bool missing = came.type == VALUE_MISSING;
    check_text(what, expected, missing ? text_of("missing") : json_text(arena, came));
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

void write_file(const char *path, const char *content) {
    FILE *file = fopen(path, "w");
    if (!file || fputs(content, file) < 0 || fclose(file))
        fail_msg("%s: %s", path, strerror(errno));
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

struct printing *printing_begin(struct arena *arena) {
    struct printing *printing = arena_allocate(arena, sizeof *printing);
    printing->stream = open_memstream(&printing->bytes, &printing->size);
    assert_non_null(printing->stream);
    return printing;
}

struct text printing_end(struct arena *arena, struct printing *printing) {
    fclose(printing->stream);
    struct text text = text_copy(arena, (struct text){printing->bytes, printing->size});
    free(printing->bytes);
    return text;
}

struct text printed_mistakes(struct arena *arena, struct diagnostics *diagnostics) {
    struct printing *printing = printing_begin(arena);
    diagnostics_report(diagnostics, diagnostics_printer(printing->stream));
    return printing_end(arena, printing);
}

struct text mistakes_in(struct arena *arena, const char *name, struct text source) {
    struct printing *printing = printing_begin(arena);
    table_destroy(table_load(name, source, printing->stream));
    return printing_end(arena, printing);
}

static void destroy_table(void *table) {
    table_destroy(table);
}

struct table *good_table(struct arena *arena, const char *source) {
    struct printing *printing = printing_begin(arena);
    struct table *table = table_load("table", text_of(source), printing->stream);
    struct text printed = printing_end(arena, printing);
    if (!table)
        fail_msg("the test's own table has mistakes:\n%.*s", TEXT_ARGUMENT(printed));
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

int enter_folder(void **state) {
    char folder[] = "/tmp/o2s-medusa-test-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return -1;
    return create_arena(state);
}

int leave_folder(void **state) {
    char folder[64], command[128];
    bool known = getcwd(folder, sizeof folder);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    destroy_arena(state);
    return known && chdir("/") == 0 && system(command) == 0 ? 0 : -1;
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

size_t bytes_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

bool allocator_counts(void) {
    size_t before = bytes_in_use();
    void *memory = malloc(100000);
    bool counts = memory && bytes_in_use() >= before + 100000;
    free(memory);
    return counts;
}
