/* Which files of test cases a command line names. */
#ifndef O2S_SERVE_TABLE_TEST_PATHS_H
#define O2S_SERVE_TABLE_TEST_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Paths, in an arena, by NUL-terminated strings. */
struct test_paths {
    const char **paths;
    size_t count;
};

/*
 * The files that `given` names: each file itself, and of a folder all `*.yaml`, by name. Without
 * any the folder of the table's name with `.tests` in place of `.yaml`. False, and a message on
 * standard error, if something cannot be read or a folder has no such file.
 */
bool test_paths_find(struct arena *arena, const char *table_path, char *const *given,
                     size_t given_count, struct test_paths *paths);

#endif
