#include "base/diagnostics.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/yaml_line.h"

/* More than these are only counted: nobody reads them, and the work for each grows with all. */
enum { MAX_ENTRIES = 1000 };

struct entry {
    enum severity severity;
    struct location location;
    size_t order;
    char *message;
};

struct diagnostics {
    const char *name;
    struct text source;
    struct entry *entries;
    size_t count;
    size_t capacity;
    size_t error_count;
    size_t left_out_count;
};

struct diagnostics *diagnostics_create(const char *name, struct text source) {
    struct diagnostics *diagnostics = memory_allocate(sizeof *diagnostics);
    diagnostics->name = name;
    diagnostics->source = text_without_mark(source);
    return diagnostics;
}

void diagnostics_destroy(struct diagnostics *diagnostics) {
    if (!diagnostics)
        return;
    for (size_t i = 0; i < diagnostics->count; i++)
        free(diagnostics->entries[i].message);
    free(diagnostics->entries);
    free(diagnostics);
}

bool location_equal(struct location a, struct location b) {
    return a.line == b.line && a.column == b.column && a.file == b.file;
}

struct text location_text(struct arena *arena, struct location location) {
    if (location.file)
        return text_format(arena, "line %zu of %s", location.line, location.file->name);
    return text_format(arena, "line %zu", location.line);
}

/* What was added at a location of a file; NULL: nothing. */
static struct entry *entry_at(struct diagnostics *diagnostics, struct location location) {
    for (size_t i = 0; location.line && i < diagnostics->count; i++)
        if (location_equal(diagnostics->entries[i].location, location))
            return &diagnostics->entries[i];
    return NULL;
}

static struct entry *new_entry(struct diagnostics *diagnostics) {
    if (diagnostics->count == diagnostics->capacity) {
        diagnostics->capacity = diagnostics->capacity ? diagnostics->capacity * 2 : 16;
        diagnostics->entries =
            memory_resize(diagnostics->entries, diagnostics->capacity * sizeof(struct entry));
    }
    struct entry *entry = &diagnostics->entries[diagnostics->count];
    *entry = (struct entry){.order = diagnostics->count++};
    return entry;
}

static void add(struct diagnostics *diagnostics, enum severity severity, struct location location,
                const char *format, va_list arguments) {
    struct entry *entry = entry_at(diagnostics, location);
    if (entry && (entry->severity == SEVERITY_ERROR || severity == SEVERITY_WARNING))
        return;
    if (!entry && diagnostics->count == MAX_ENTRIES) {
        diagnostics->left_out_count++;
        diagnostics->error_count += severity == SEVERITY_ERROR;
        return;
    }
    char message[1024];
    vsnprintf(message, sizeof message, format, arguments);
    if (!entry)
        entry = new_entry(diagnostics);
    entry->severity = severity;
    entry->location = location;
    size_t size = strlen(message) + 1;
    free(entry->message);
    entry->message = memcpy(memory_allocate(size), message, size);
    diagnostics->error_count += severity == SEVERITY_ERROR;
}

void diagnostics_add(struct diagnostics *diagnostics, struct location location, const char *format,
                     ...) {
    va_list arguments;
    va_start(arguments, format);
    add(diagnostics, SEVERITY_ERROR, location, format, arguments);
    va_end(arguments);
}

void diagnostics_warn(struct diagnostics *diagnostics, struct location location, const char *format,
                      ...) {
    va_list arguments;
    va_start(arguments, format);
    add(diagnostics, SEVERITY_WARNING, location, format, arguments);
    va_end(arguments);
}

void diagnostics_warn_unused(struct diagnostics *diagnostics, struct location location,
                             const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (!location.file)
        add(diagnostics, SEVERITY_WARNING, location, format, arguments);
    va_end(arguments);
}

size_t diagnostics_count(const struct diagnostics *diagnostics) {
    return diagnostics->error_count;
}

static size_t file_number(struct location location) {
    return location.file ? location.file->number : 0;
}

static int by_location(const void *left, const void *right) {
    const struct entry *a = left;
    const struct entry *b = right;
    size_t a_file = file_number(a->location);
    size_t b_file = file_number(b->location);
    if (a_file != b_file)
        return a_file < b_file ? -1 : 1;
    if (a->location.line != b->location.line)
        return a->location.line < b->location.line ? -1 : 1;
    if (a->location.column != b->location.column)
        return a->location.column < b->location.column ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

/*
 * Prints the source line and a caret below it; tabs are kept so that the caret is in the right
 * column.
 */
static void print_excerpt(struct text line, struct location location, FILE *stream) {
    fprintf(stream, "%6zu | %.*s\n       | ", location.line, TEXT_ARGUMENT(line));
    size_t column = 1;
    for (size_t i = 0; i < line.size && column < location.column; i++) {
        bool continuation = ((unsigned char)line.data[i] & 0xC0) == 0x80;
        if (continuation)
            continue;
        fputc(line.data[i] == '\t' ? '\t' : ' ', stream);
        column++;
    }
    fputs("^\n", stream);
}

static void print(void *context, const struct diagnostic *diagnostic) {
    FILE *stream = context;
    struct location location = diagnostic->location;
    const char *label = diagnostic->severity == SEVERITY_WARNING ? "warning: " : "";
    if (location.line == 0) {
        fprintf(stream, "%s: %s%s\n", diagnostic->name, label, diagnostic->message);
        return;
    }
    fprintf(stream, "%s:%zu:%zu: %s%s\n", diagnostic->name, location.line, location.column, label,
            diagnostic->message);
    print_excerpt(diagnostic->line, location, stream);
}

static void print_error(void *context, const struct diagnostic *diagnostic) {
    if (diagnostic->severity == SEVERITY_ERROR)
        print(context, diagnostic);
}

struct diagnostics_sink diagnostics_printer(FILE *stream) {
    return (struct diagnostics_sink){print, stream};
}

struct diagnostics_sink diagnostics_error_printer(FILE *stream) {
    return (struct diagnostics_sink){print_error, stream};
}

/* As a warning or an error by what there is besides, so that it makes no good file a bad one. */
static void report_left_out(const struct diagnostics *diagnostics, struct diagnostics_sink sink) {
    char message[64];
    snprintf(message, sizeof message, "%zu more errors and warnings are not listed",
             diagnostics->left_out_count);
    const struct diagnostic diagnostic = {diagnostics->error_count ? SEVERITY_ERROR
                                                                   : SEVERITY_WARNING,
                                          diagnostics->name,
                                          {0, 0, NULL},
                                          message,
                                          {"", 0}};
    sink.report(sink.context, &diagnostic);
}

static const char *name_of(const struct diagnostics *diagnostics, const struct source_file *file) {
    return file ? file->name : diagnostics->name;
}

static struct text content_of(const struct diagnostics *diagnostics,
                              const struct source_file *file) {
    return file ? file->content : diagnostics->source;
}

/* How far a file is read: up to the end of line `number`. */
struct progress {
    const struct source_file *file;
    size_t number;
    struct text line;
    struct text rest;
};

static void read_to_line(struct progress *progress, size_t number) {
    for (; progress->number < number; progress->number++)
        progress->line = yaml_cut_line(&progress->rest);
}

void diagnostics_report(struct diagnostics *diagnostics, struct diagnostics_sink sink) {
    if (diagnostics->count)
        qsort(diagnostics->entries, diagnostics->count, sizeof(struct entry), by_location);
    struct progress progress = {.line = {"", 0}, .rest = diagnostics->source};
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct entry *entry = &diagnostics->entries[i];
        const struct source_file *file = entry->location.file;
        if (progress.file != file)
            progress = (struct progress){file, 0, {"", 0}, content_of(diagnostics, file)};
        read_to_line(&progress, entry->location.line);
        const struct diagnostic diagnostic = {entry->severity, name_of(diagnostics, file),
                                              entry->location, entry->message, progress.line};
        sink.report(sink.context, &diagnostic);
    }
    if (diagnostics->left_out_count)
        report_left_out(diagnostics, sink);
}

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/*
 * The Damerau-Levenshtein distance of the names in lower case; swapping two adjacent letters is one
 * change. Names longer than MAX_NAME are never near.
 */
enum { MAX_NAME = 64 };

static bool is_same_letter(char a, char b) {
    return text_lower_letter(a) == text_lower_letter(b);
}

static size_t edit_distance(struct text a, struct text b) {
    if (a.size > MAX_NAME || b.size > MAX_NAME)
        return SIZE_MAX;
    size_t rows[MAX_NAME + 1][MAX_NAME + 1];
    for (size_t i = 0; i <= a.size; i++) {
        for (size_t j = 0; j <= b.size; j++) {
            if (!i || !j) {
                rows[i][j] = i + j;
                continue;
            }
            size_t change = is_same_letter(a.data[i - 1], b.data[j - 1]) ? 0 : 1;
            rows[i][j] =
                smallest(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change);
            bool swapped = i > 1 && j > 1 && is_same_letter(a.data[i - 1], b.data[j - 2]) &&
                           is_same_letter(a.data[i - 2], b.data[j - 1]);
            if (swapped && rows[i - 2][j - 2] + 1 < rows[i][j])
                rows[i][j] = rows[i - 2][j - 2] + 1;
        }
    }
    return rows[a.size][b.size];
}

void nearest_offer(struct nearest *nearest, struct text candidate) {
    size_t limit = (nearest->wanted.size + 3) / 4;
    size_t wanted = nearest->wanted.size;
    /* The difference in length is a lower bound of the distance. */
    if (wanted > candidate.size + limit || candidate.size > wanted + limit)
        return;
    size_t distance = edit_distance(nearest->wanted, candidate);
    if (distance > limit || distance >= candidate.size)
        return;
    if (nearest->best.size && distance >= nearest->distance)
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}

struct text nearest_hint(const struct nearest *nearest, struct arena *arena) {
    if (!nearest->best.size)
        return (struct text){"", 0};
    return text_format(arena, "; did you mean \"%.*s\"?", TEXT_ARGUMENT(nearest->best));
}
