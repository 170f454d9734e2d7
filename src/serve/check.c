#include "serve/check.h"

#include <stdlib.h>
#include <sysexits.h>

#include "language/environment.h"
#include "serve/table_test_known.h"
#include "table/table.h"
#include "json/writer.h"

struct report {
    enum format format;
    struct arena *arena;
    /* JSON objects, separated by commas. */
    struct buffer objects;
    size_t error_count;
    size_t warning_count;
};

static void append_member(struct report *report, const char *name, struct value value) {
    buffer_append_format(&report->objects, ",\"%s\":", name);
    json_write(&report->objects, report->arena, value);
}

static struct value string_of(struct report *report, struct text text) {
    return value_string(text_well_formed(report->arena, text));
}

static void append_object(struct report *report, const char *severity, const char *file,
                          struct location location, struct text message) {
    if (report->objects.size)
        buffer_append_byte(&report->objects, ',');
    buffer_append_format(&report->objects, "{\"severity\":\"%s\"", severity);
    append_member(report, "file", string_of(report, text_of(file)));
    if (location.line) {
        append_member(report, "line", value_integer(report->arena, (int64_t)location.line));
        append_member(report, "column", value_integer(report->arena, (int64_t)location.column));
    }
    append_member(report, "message", string_of(report, message));
    buffer_append_byte(&report->objects, '}');
}

static void note_diagnostic(void *context, const struct diagnostic *diagnostic) {
    struct report *report = context;
    const struct diagnostics_sink printer = diagnostics_printer(stderr);
    bool is_error = diagnostic->severity == SEVERITY_ERROR;
    report->error_count += is_error;
    report->warning_count += !is_error;
    if (report->format == FORMAT_TEXT)
        printer.report(printer.context, diagnostic);
    else
        append_object(report, is_error ? "error" : "warning", diagnostic->name,
                      diagnostic->location, text_of(diagnostic->message));
}

/*
 * A table may be checked on another machine than the one that serves it, so an unset variable is
 * not an error.
 */
static void note_variables(struct report *report, const char *file, const struct table *table) {
    const struct variable_problem *problem = table_variable_problems(table);
    for (; problem; problem = problem->next) {
        struct text message =
            text_format(report->arena, "%s%s", variable_problem_text(table->arena, problem).data,
                        problem->unset ? ": a worker does not start without it" : "");
        report->error_count += !problem->unset;
        if (report->format == FORMAT_TEXT)
            fprintf(stderr, "%s\n", message.data);
        else
            append_object(report, problem->unset ? "note" : "error", file, (struct location){0},
                          message);
    }
}

static size_t count_calls(const struct table *table) {
    size_t count = 0;
    for (size_t i = 0; i < table->route_count; i++)
        for (size_t j = 0; j < table->routes[i].step_count; j++)
            count += table->routes[i].steps[j].kind == STEP_CALL;
    return count;
}

static void print_summary(const struct report *report, const char *file,
                          const struct table *table) {
    if (table)
        printf("%s: OK (%zu routes with %zu calls, %zu mappers, %zu tables, %zu schemas, %u "
               "settings)\n",
               file, table->route_count, count_calls(table), table->definitions.mapper_count,
               table->definitions.lookup_count, table->definitions.schema_count,
               table->definitions.settings.size);
    else
        fprintf(stderr, "%s: errors: %zu, warnings: %zu\n", file, report->error_count,
                report->warning_count);
}

static void print_object(struct report *report, const char *file) {
    struct buffer line = {0};
    buffer_append_string(&line, "{\"file\":");
    json_write(&line, report->arena, string_of(report, text_of(file)));
    buffer_append_format(&line, ",\"errors\":%zu,\"warnings\":%zu,\"diagnostics\":[",
                         report->error_count, report->warning_count);
    buffer_append_text(&line, buffer_text(&report->objects));
    buffer_append_string(&line, "]}\n");
    fwrite(line.data, 1, line.size, stdout);
    buffer_free(&line);
}

int command_check(const struct command_options *options) {
    struct report report = {.format = options->format, .arena = arena_create()};
    const struct diagnostics_sink sink = {note_diagnostic, &report};
    const char *file = table_display_name(options->table_path);
    struct table *table = table_load_reporting(options->table_path, sink);
    int status = table ? EXIT_SUCCESS : EXIT_FAILURE;
    if (table && options->answers && !test_check_known(table, file, options->answers, sink))
        status = EXIT_FAILURE;
    if (options->strict && report.warning_count)
        status = EXIT_FAILURE;
    if (table) {
        size_t before = report.error_count;
        note_variables(&report, file, table);
        if (report.error_count > before && status == EXIT_SUCCESS)
            status = EX_CONFIG;
    }
    if (report.format == FORMAT_TEXT)
        print_summary(&report, file, status == EXIT_FAILURE ? NULL : table);
    else
        print_object(&report, file);
    table_destroy(table);
    buffer_free(&report.objects);
    arena_destroy(report.arena);
    return status;
}
