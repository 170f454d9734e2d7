/* The command `show`. */
#ifndef O2S_SERVE_SHOW_H
#define O2S_SERVE_SHOW_H

#include <stdio.h>

/*
 * Prints the table in the file `path`, merged with those that it extends, as YAML, with the file
 * and line that each part is from. `name`: of a section or of definitions, which are all that is
 * printed then; NULL: everything. The exit status; errors of the files' form are printed to
 * `errors`.
 */
int show_table(const char *path, const char *name, FILE *output, FILE *errors);

#endif
