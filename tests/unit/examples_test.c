/*
 * The examples in deploy/examples and the everyday edits in tests/extensions: tables that extend
 * the shipped one, each with its cases.
 */
#include "support.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define SHIPPED PROJECT "/routes.yaml"

/* So many runs of `check` are measured, and the median counts. It is to take 60 ms at most; more
 * than twice that fails, since other processes on the same core make it slower. */
#define RUNS              5
#define MOST_MILLISECONDS 120

/* Runs the program without the environment. */
static struct text run(struct arena *arena, const char *arguments, int *status) {
    return run_command(arena, text_format(arena, "env -i %s %s", PROGRAM, arguments).data, status);
}

static void must_succeed(struct arena *arena, const char *arguments) {
    int status;
    struct text printed = run(arena, arguments, &status);
    if (status != 0)
        fail_msg("%s: exit status %d:\n%.*s", arguments, status, TEXT_ARGUMENT(printed));
}

static void find_tables(glob_t *found) {
    assert_int_equal(0, glob(PROJECT "/deploy/examples/*.yaml", 0, NULL, found));
    assert_int_equal(0, glob(PROJECT "/tests/extensions/*.yaml", GLOB_APPEND, NULL, found));
    check_number("tables", 12, found->gl_pathc);
}

/* NAME.tests of NAME.yaml. */
static const char *cases_of(struct arena *arena, const char *table) {
    return text_format(arena, "%.*s.tests", (int)(strlen(table) - strlen(".yaml")), table).data;
}

static void none_has_an_error_or_a_warning(void **state) {
    glob_t tables;
    find_tables(&tables);
    for (size_t i = 0; i < tables.gl_pathc; i++)
        must_succeed(*state, text_format(*state, "check --strict %s", tables.gl_pathv[i]).data);
    globfree(&tables);
}

/* Its cases pass, and with the shipped table alone they do not. */
static void each_has_an_effect_that_its_cases_show(void **state) {
    glob_t tables;
    find_tables(&tables);
    for (size_t i = 0; i < tables.gl_pathc; i++) {
        const char *table = tables.gl_pathv[i];
        const char *cases = cases_of(*state, table);
        must_succeed(*state, text_format(*state, "-f %s test", table).data);
        int status;
        run(*state, text_format(*state, "-f " SHIPPED " test %s", cases).data, &status);
        check_truth(cases, true, status != 0);
    }
    globfree(&tables);
}

/* The cases of the shipped table pass with those that only add to it. */
static void what_is_added_changes_nothing_else(void **state) {
    static const char *const adding[] = {
        "deploy/examples/resources", "deploy/examples/own-endpoint", "tests/extensions/customer"};
    static const char arguments[] = "-f " PROJECT "/%s.yaml test " PROJECT "/tests/table";
    for (size_t i = 0; i < COUNT(adding); i++)
        must_succeed(*state, text_format(*state, arguments, adding[i]).data);
}

#if !defined(O2S_ADDRESS_SANITIZER) && !defined(O2S_COVERAGE)

/* The user CPU time of all processes that have been waited for. */
static long used_milliseconds(void) {
    struct rusage usage;
    assert_int_equal(0, getrusage(RUSAGE_CHILDREN, &usage));
    return usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000;
}

static int compare(const void *a, const void *b) {
    long first = *(const long *)a;
    long second = *(const long *)b;
    return (first > second) - (first < second);
}

static long median_of_checks(struct arena *arena, const char *table) {
    const char *arguments = text_format(arena, "check %s", table).data;
    long used[RUNS];
    for (size_t i = 0; i < RUNS; i++) {
        long before = used_milliseconds();
        must_succeed(arena, arguments);
        used[i] = used_milliseconds() - before;
    }
    qsort(used, RUNS, sizeof *used, compare);
    return used[RUNS / 2];
}

/* A check of a table and its base is quick enough to be run at each save in an editor. */
static void a_check_takes_little_time(void **state) {
    glob_t tables;
    find_tables(&tables);
    for (size_t i = 0; i < tables.gl_pathc; i++) {
        long used = median_of_checks(*state, tables.gl_pathv[i]);
        print_message("%s: %ld ms\n", tables.gl_pathv[i] + strlen(PROJECT) + 1, used);
        check_truth(tables.gl_pathv[i], true, used <= MOST_MILLISECONDS);
    }
    globfree(&tables);
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(none_has_an_error_or_a_warning),
        TEST_WITH_ARENA(each_has_an_effect_that_its_cases_show),
        TEST_WITH_ARENA(what_is_added_changes_nothing_else),
#if !defined(O2S_ADDRESS_SANITIZER) && !defined(O2S_COVERAGE)
        TEST_WITH_ARENA(a_check_takes_little_time),
#endif
    };
    return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
