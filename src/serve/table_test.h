/* The command test: the test cases of a route table, without an upstream. */
#ifndef O2S_SERVE_TABLE_TEST_H
#define O2S_SERVE_TABLE_TEST_H

#include "serve/command.h"

/*
 * Runs the cases of the files and folders `paths`; without any, of the folder beside the table.
 * Returns the process's exit status: 1 if a case fails or too little is covered, EX_DATAERR if a
 * file of cases has errors, EX_CONFIG if the table has.
 */
int command_test(const struct command_options *options, char *const *paths, size_t path_count);

#endif
