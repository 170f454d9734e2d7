/*
 * The tables of mistakes/: beside each X.yaml stands, as X.expected, what the checker prints about
 * it. Each table is a test of its own; those in mistakes/bases/ are extended by others.
 */
#include "support.h"

#include <dirent.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_TABLES = 200 };

/* The working directory: tables are loaded, and named, as they are called there. */
static const char directory[] = UNIT_TESTS "/mistakes";

/* Fails with the first line that differs, as the message of a failure is limited. */
static void check_lines(struct text expected, struct text came) {
    for (size_t line = 1; expected.size || came.size; line++) {
        struct text wanted = text_cut(&expected, '\n');
        struct text told = text_cut(&came, '\n');
        if (!text_equal(wanted, told))
            fail_msg("line %zu of what is printed\n  expected: %.*s\n  came:     %.*s", line,
                     TEXT_ARGUMENT(wanted), TEXT_ARGUMENT(told));
    }
}

/* `*state` is the table's file name. */
static void run_table(void **state) {
    const char *name = *state;
    struct arena *arena = arena_create();
    struct text source = file_content(arena, name);
    int stem = (int)strlen(name) - (int)strlen(".yaml");
    const char *beside = text_format(arena, "%.*s.expected", stem, name).data;
    check_lines(file_content(arena, beside), mistakes_in(arena, name, source));
    arena_destroy(arena);
}

static int is_table(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".yaml") == 0;
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("O2S_TEST_URL", "http://127.0.0.1:9000", 1);
    setenv("O2S_TEST_WORD", "word", 1);
    unsetenv("O2S_TEST_UNSET");
    struct dirent **entries;
    int count = chdir(directory) ? -1 : scandir(".", &entries, is_table, alphasort);
    if (count < 0 || count > MAX_TABLES)
        return EXIT_FAILURE;
    struct CMUnitTest tests[MAX_TABLES] = {{0}};
    for (int i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){.name = entries[i]->d_name,
                                       .test_func = run_table,
                                       .initial_state = entries[i]->d_name};
    int failed = _cmocka_run_group_tests("mistakes", tests, (size_t)count, NULL, NULL);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return failed;
}
