#include "serve/table_test_results.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void test_results_add(struct test_results *results, const struct test_result *result) {
    if (results->count == results->capacity) {
        size_t capacity = results->capacity ? results->capacity * 2 : 64;
        struct test_result *grown = arena_allocate_array(results->arena, capacity, sizeof *grown);
        if (results->count)
            memcpy(grown, results->results, results->count * sizeof *grown);
        results->results = grown;
        results->capacity = capacity;
    }
    struct test_result *added = &results->results[results->count++];
    *added = *result;
    added->path = text_copy(results->arena, text_of(result->path)).data;
    added->name = text_copy(results->arena, result->name);
    added->differences = text_copy(results->arena, result->differences);
    results->ms += result->ms;
    if (!result->differences.size)
        return;
    results->failed++;
    printf("%s:%zu: FAILED: %.*s\n%.*s", added->path, added->line, TEXT_ARGUMENT(added->name),
           TEXT_ARGUMENT(added->differences));
}

void test_results_print(const struct test_results *results) {
    printf("%zu %s, %zu failed, in %.0f ms\n", results->count,
           results->count == 1 ? "case" : "cases", results->failed, results->ms);
}

/* Characters that XML 1.0 does not know are replaced. */
static void print_escaped(FILE *stream, struct text text) {
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '<')
            fputs("&lt;", stream);
        else if (c == '>')
            fputs("&gt;", stream);
        else if (c == '&')
            fputs("&amp;", stream);
        else if (c == '"')
            fputs("&quot;", stream);
        else
            fputc((unsigned char)c < 0x20 && c != '\n' && c != '\t' ? '?' : c, stream);
    }
}

static void print_case(FILE *stream, const struct test_result *result) {
    fputs("    <testcase name=\"", stream);
    print_escaped(stream, result->name);
    fputs("\" classname=\"", stream);
    print_escaped(stream, text_of(result->path));
    fprintf(stream, "\" line=\"%zu\" time=\"%.6f\"", result->line, result->ms / 1000);
    if (!result->differences.size) {
        fputs("/>\n", stream);
        return;
    }
    fputs(">\n      <failure message=\"", stream);
    struct text rest = result->differences;
    print_escaped(stream, text_trim(text_cut(&rest, '\n')));
    fputs("\">", stream);
    print_escaped(stream, result->differences);
    fputs("</failure>\n    </testcase>\n", stream);
}

/* The results from `first` on that are of the same file. */
static size_t print_suite(FILE *stream, const struct test_results *results, size_t first) {
    size_t end = first, failures = 0;
    double ms = 0;
    for (; end < results->count && results->results[end].path &&
           strcmp(results->results[end].path, results->results[first].path) == 0;
         end++) {
        failures += results->results[end].differences.size > 0;
        ms += results->results[end].ms;
    }
    fputs("  <testsuite name=\"", stream);
    print_escaped(stream, text_of(results->results[first].path));
    fprintf(stream, "\" tests=\"%zu\" failures=\"%zu\" time=\"%.6f\">\n", end - first, failures,
            ms / 1000);
    for (size_t i = first; i < end; i++)
        print_case(stream, &results->results[i]);
    fputs("  </testsuite>\n", stream);
    return end;
}

bool test_results_write_junit(const struct test_results *results, const char *path) {
    FILE *stream = fopen(path, "w");
    if (!stream) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    fprintf(stream,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%zu\" "
            "failures=\"%zu\" time=\"%.6f\">\n",
            results->count, results->failed, results->ms / 1000);
    for (size_t i = 0; i < results->count;)
        i = print_suite(stream, results, i);
    fputs("</testsuites>\n", stream);
    bool good = !ferror(stream);
    if (fclose(stream) != 0 || !good) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    return true;
}
