/* The command `diff`. */
#ifndef O2S_SERVE_DIFF_H
#define O2S_SERVE_DIFF_H

#include <stdio.h>

#include "serve/command.h"

/*
 * Prints what changes from the table in the file `old` to that in `new`. The exit status: 0; 1 if
 * something can break callers; 2 if a table has errors, which are printed to `errors`.
 */
int diff_tables(const char *old, const char *new, enum format format, FILE *output, FILE *errors);

#endif
