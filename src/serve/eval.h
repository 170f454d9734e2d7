/* The command eval: evaluates an expression of the route language with JSON as input. */
#ifndef O2S_SERVE_EVAL_H
#define O2S_SERVE_EVAL_H

#include "serve/command.h"

/*
 * Evaluates `expression` with the mappers, tables and settings of the route table, and prints its
 * value as JSON. `.` is the JSON in `file` (NULL: standard input, which is only read if the
 * expression has a `.`); the names of --set are defined too.
 *
 * Returns the exit status: 1 if the value is missing; EX_USAGE if an expression has an error, which
 * is printed with a caret; EX_DATAERR if the input is not JSON or lacks a required value;
 * EX_NOINPUT if it cannot be read.
 */
int command_eval(const struct command_options *options, const char *expression, const char *file);

#endif
