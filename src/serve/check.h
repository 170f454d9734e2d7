/* The command check: reports the errors of a route table, for people or for programs. */
#ifndef O2S_SERVE_CHECK_H
#define O2S_SERVE_CHECK_H

#include "serve/command.h"

/*
 * Reports all errors and warnings of the table; a variable of the environment that is not set is a
 * note. As text, diagnostics go to standard error and a line of what a good table has to standard
 * output. As JSON, one object goes to standard output:
 *
 *   {"file": …, "errors": N, "warnings": N, "diagnostics": [{"severity": "error" | "warning" |
 *    "note", "file": …, "line": N, "column": N, "message": …}, …]}
 *
 * Lines and columns count from 1; a diagnostic about the file as a whole has neither. Returns the
 * process's exit status: 1 for errors, or warnings with --strict; EX_CONFIG if the table is valid
 * but a variable has a bad value. With `answers`, the members that the table reads are looked for
 * in the answers of those test cases.
 */
int command_check(const struct command_options *options);

#endif
