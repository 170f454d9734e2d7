/* Which files of test cases a command line names. */
#ifndef O2S_SERVE_TABLE_TEST_PATHS_H
#define O2S_SERVE_TABLE_TEST_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* A file of test cases; the path is NUL-terminated. */
struct test_path {
    const char *path;
    /* The case at this line is the only one to run; 0: all are. */
    size_t line;
};

/* Paths, in an arena. */
struct test_paths {
    struct test_path *paths;
    size_t count;
    size_t capacity;
};

/*
 * The files that `given` names: each file itself, also as `FILE:LINE`, and of a folder all
 * `*.yaml`, by name. Without any the folder of the table's name with `.tests` in place of `.yaml`.
 * False, and a message on standard error, if something cannot be read or a folder has no such file.
 */
bool test_paths_find(struct arena *arena, const char *table_path, char *const *given,
                     size_t given_count, struct test_paths *paths);

#endif
