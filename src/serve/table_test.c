#include "serve/table_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "serve/table_test_coverage.h"
#include "serve/table_test_environment.h"
#include "serve/table_test_live.h"
#include "serve/table_test_paths.h"
#include "serve/table_test_record.h"
#include "serve/table_test_results.h"
#include "serve/table_test_run.h"

/* A run of the command. */
struct testing {
    const struct command_options *options;
    const struct test_options *test;
    char *const *paths;
    size_t path_count;
    struct arena *arena;
    struct test_setting *settings;
    /* What the service would log is of no interest: the cases say what is expected. */
    struct log log;
    /* The table as the environment of the file before this one made it. */
    struct test_runner *runner;
    struct text environment;
    /* In place of the runner: the table has the environment of the process. NULL: not asked for. */
    struct live_test *live;
    struct test_results results;
    /* NULL: nobody asked for it. */
    struct coverage *coverage;
    /* The table has errors, which were reported: no file can be run. */
    bool unusable;
    int status;
};

static void fail(struct testing *testing, int status) {
    if (testing->status == EXIT_SUCCESS)
        testing->status = status;
}

/* The table. */

/* The environment of a file as one string, to compare two. */
static struct text joined_environment(struct arena *arena, char *const *environment) {
    struct buffer joined = {0};
    for (size_t i = 0; environment[i]; i++)
        buffer_append_format(&joined, "%s\n", environment[i]);
    struct text text = text_copy(arena, buffer_text(&joined));
    buffer_free(&joined);
    return text;
}

static bool begin_live(struct testing *testing) {
    struct table *table = command_load_table(testing->options);
    testing->unusable = !table;
    if (table)
        testing->live = live_test_create(&testing->log, table);
    else
        fail(testing, EX_CONFIG);
    return table != NULL;
}

static bool use_environment(struct testing *testing, const struct test_file *file) {
    if (testing->test->live)
        return testing->live || begin_live(testing);
    struct text environment = joined_environment(testing->arena, file->environment);
    if (testing->runner && text_equal(environment, testing->environment))
        return true;
    struct table *table = test_load_table(testing->options->table_path, file->environment);
    testing->unusable = !table;
    if (!table || !test_variables_are_good(file->path, table)) {
        table_destroy(table);
        fail(testing, EX_CONFIG);
        return false;
    }
    test_runner_destroy(testing->runner);
    if (testing->coverage)
        coverage_add_table(testing->coverage, table);
    testing->runner = test_runner_create(&testing->log, table);
    test_runner_set_observer(testing->runner,
                             testing->coverage ? coverage_observer(testing->coverage) : NULL);
    testing->environment = environment;
    return true;
}

/* The cases. */

static void run_case(struct testing *testing, const struct test_file *file,
                     const struct test_case *test) {
    if (testing->live) {
        if (!live_test_run(testing->live, file, test))
            fail(testing, EXIT_FAILURE);
        return;
    }
    struct buffer differences = {0};
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    test_run(testing->runner, file, test, &differences);
    const struct test_result result = {.path = file->path,
                                       .line = test->location.line,
                                       .name = test->name,
                                       .differences = buffer_text(&differences),
                                       .ms = request_log_elapsed_ms(begin)};
    test_results_add(&testing->results, &result);
    buffer_free(&differences);
    if (result.differences.size)
        fail(testing, EXIT_FAILURE);
}

/* The case that begins at the line, or above it and before the next one. */
static void run_case_at(struct testing *testing, const struct test_file *file, size_t line) {
    const struct test_case *found = NULL;
    for (size_t i = 0; i < file->case_count; i++)
        if (file->cases[i].location.line <= line)
            found = &file->cases[i];
    if (found) {
        run_case(testing, file, found);
        return;
    }
    fprintf(stderr, "%s: no test case begins at line %zu or above\n", file->path, line);
    fail(testing, EX_NOINPUT);
}

static void run_file(struct testing *testing, struct test_path path) {
    struct test_file *file = test_file_open(path.path, testing->settings, stderr);
    if (!file) {
        fail(testing, access(path.path, R_OK) == 0 ? EX_DATAERR : EX_NOINPUT);
        return;
    }
    bool good = use_environment(testing, file);
    const struct table *table = NULL;
    if (good)
        table = testing->live ? live_test_table(testing->live) : test_runner_table(testing->runner);
    if (good && !test_file_load_cases(file, table, stderr)) {
        fail(testing, EX_DATAERR);
        good = false;
    }
    for (size_t i = 0; good && !path.line && i < file->case_count; i++)
        run_case(testing, file, &file->cases[i]);
    if (good && path.line)
        run_case_at(testing, file, path.line);
    test_file_close(file);
}

static void report_coverage(struct testing *testing) {
    double minimum = testing->test->minimum;
    double percent =
        coverage_print(testing->coverage, table_display_name(testing->options->table_path));
    if (percent >= minimum)
        return;
    printf("that is less than the minimum of %g %%\n", minimum);
    fail(testing, EXIT_FAILURE);
}

/* One that is misspelt would change nothing. */
static void check_settings(struct testing *testing) {
    for (const struct test_setting *setting = testing->settings; setting; setting = setting->next) {
        if (setting->used)
            continue;
        fprintf(stderr, "--set %.*s: no file has this name in its section `set`\n",
                TEXT_ARGUMENT(setting->name));
        fail(testing, EX_USAGE);
    }
}

static void run_files(struct testing *testing) {
    struct test_paths paths;
    if (!test_paths_find(testing->arena, testing->options->table_path, testing->paths,
                         testing->path_count, &paths)) {
        fail(testing, EX_NOINPUT);
        return;
    }
    for (size_t i = 0; !testing->unusable && i < paths.count; i++)
        run_file(testing, paths.paths[i]);
    if (!testing->unusable)
        check_settings(testing);
    if (testing->results.count)
        test_results_print(&testing->results);
    if (testing->live)
        live_test_print(testing->live);
    if (testing->coverage && testing->results.count)
        report_coverage(testing);
    if (testing->test->junit && !test_results_write_junit(&testing->results, testing->test->junit))
        fail(testing, EX_CANTCREAT);
}

/* The command line. */

static bool read_settings(struct testing *testing) {
    for (size_t i = 0; i < testing->options->set_count; i++) {
        struct text value = text_of(testing->options->sets[i]);
        struct text name = text_cut(&value, '=');
        if (!memchr(testing->options->sets[i], '=', strlen(testing->options->sets[i])) ||
            !name.size) {
            fprintf(stderr, "--set is written NAME=VALUE, not '%s'\n", testing->options->sets[i]);
            return false;
        }
        struct test_setting *setting = arena_allocate(testing->arena, sizeof *setting);
        *setting = (struct test_setting){.name = name, .value = value, .next = testing->settings};
        testing->settings = setting;
    }
    return true;
}

/* An error about options that contradict one another; NULL: no error. */
static const char *option_problem(const struct command_options *options, size_t path_count) {
    const struct test_options *test = &options->test;
    bool of_recording =
        options->header_count || options->data || test->output || test->force || test->trim;
    bool of_cases = path_count || test->live || test->coverage || test->minimum >= 0 ||
                    test->junit || options->set_count;
    if (strcmp(options->table_path, "-") == 0)
        return "test loads the table more than once: it cannot be standard input";
    if (of_recording && !test->record)
        return "--header, --data, --output, --force and --trim need --record";
    if (of_cases && test->record)
        return "--record runs no cases: it takes no files, and no options for cases";
    if (test->live && (test->coverage || test->minimum >= 0 || test->junit))
        return "--live has neither coverage nor results in JUnit's form";
    return NULL;
}

int command_test(const struct command_options *options, char *const *paths, size_t path_count) {
    struct testing testing = {.options = options,
                              .test = &options->test,
                              .paths = paths,
                              .path_count = path_count,
                              .arena = arena_create()};
    testing.results.arena = testing.arena;
    testing.log = (struct log){.level = LOG_LEVEL_ERROR,
                               .descriptor = open("/dev/null", O_WRONLY | O_CLOEXEC)};
    const char *problem = option_problem(options, path_count);
    if (testing.test->coverage || testing.test->minimum >= 0)
        testing.coverage = coverage_create(testing.arena);
    if (problem)
        fprintf(stderr, "%s\n", problem);
    if (problem || !read_settings(&testing))
        testing.status = EX_USAGE;
    else if (testing.test->record)
        testing.status = table_test_record(options, &testing.log);
    else
        run_files(&testing);
    test_runner_destroy(testing.runner);
    live_test_destroy(testing.live);
    close(testing.log.descriptor);
    arena_destroy(testing.arena);
    return testing.status;
}
