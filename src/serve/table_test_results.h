/* What came of test cases, and how it is reported. */
#ifndef O2S_SERVE_TABLE_TEST_RESULTS_H
#define O2S_SERVE_TABLE_TEST_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct test_result {
    const char *path;
    size_t line;
    struct text name;
    /* Lines with differences; empty: the case has passed. */
    struct text differences;
    double ms;
};

/* Results in the order of the run, in `arena`. */
struct test_results {
    struct arena *arena;
    struct test_result *results;
    size_t count;
    size_t capacity;
    size_t failed;
    double ms;
};

/* Adds a result, whose strings are copied, and prints it if the case has failed. */
void test_results_add(struct test_results *results, const struct test_result *result);

/* Prints how many cases there were, and how many of them failed. */
void test_results_print(const struct test_results *results);

/* Writes all results to the file `path`, as JUnit XML. False, and a message, if that fails. */
bool test_results_write_junit(const struct test_results *results, const char *path);

#endif
