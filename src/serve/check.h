/* The command check: reports the errors of a route table, for people or for programs. */
#ifndef O2S_SERVE_CHECK_H
#define O2S_SERVE_CHECK_H

#include "serve/command.h"

/*
 * Reports all errors and warnings of the table; an environment variable that is not set is a note.
 * As text, diagnostics are printed to standard error, and a summary of a valid table to standard
 * output. As JSON, one object is printed to standard output:
 *
 *   {"file": …, "errors": N, "warnings": N, "diagnostics": [{"severity": "error" | "warning" |
 *    "note", "file": …, "line": N, "column": N, "message": …}, …]}
 *
 * Lines and columns start at 1; a diagnostic about the whole file has neither. Returns the exit
 * status: 1 after errors, or warnings with --strict; EX_CONFIG if the table is valid but a variable
 * has an invalid value.
 */
int command_check(const struct command_options *options);

#endif
