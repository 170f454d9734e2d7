/* A table in the environment of a file of test cases, in place of that of the process. */
#ifndef O2S_SERVE_TABLE_TEST_ENVIRONMENT_H
#define O2S_SERVE_TABLE_TEST_ENVIRONMENT_H

#include "table/table.h"

/*
 * Loads a table that sees the variables of `environment` alone: `NAME=VALUE`, then NULL. NULL: it
 * sees those of the process. Errors go to standard error; NULL then.
 */
struct table *test_load_table(const char *path, char **environment);

/*
 * Prints the variables that the table needs and does not have; `file` is where they are to be
 * given, NULL: in the process. Returns whether the table has all that it needs.
 */
bool test_variables_are_good(const char *file, const struct table *table);

/* The variables of the process that the table has read, as `NAME=VALUE`, then NULL. In `arena`. */
char **test_environment_of(struct arena *arena, const struct table *table);

#endif
