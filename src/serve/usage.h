/* What --help prints, and what a program prints that was started in a way that it cannot serve. */
#ifndef O2S_SERVE_USAGE_H
#define O2S_SERVE_USAGE_H

#include <stdio.h>

/* `table_path`: where the route table is unless an option names another one. */
void usage_print(FILE *stream, const char *table_path);

void usage_print_start(FILE *stream);

#endif
