/* The commands call, explain, functions and schema; check.h and eval.h have the other ones. */
#ifndef O2S_SERVE_COMMAND_H
#define O2S_SERVE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/log.h"

enum format { FORMAT_TEXT, FORMAT_JSON };

struct command_options {
    /* "-": standard input. */
    const char *table_path;
    /* Whether it was specified with -f. */
    bool table_path_given;
    const struct log *log;
    /* -H and -d: `NAME: VALUE` lines, and the body (NULL: none). */
    char **headers;
    size_t header_count;
    const char *data;
    /* For call. */
    bool verbose;
    /* For eval: `NAME=VALUE`. */
    char **sets;
    size_t set_count;
    /* For check. */
    enum format format;
    /* For check: treat warnings as errors. */
    bool strict;
};

/*
 * Each returns the exit status (sysexits.h). command_functions() lists the functions of the route
 * language.
 */
int command_call(const struct command_options *options, const char *request_line);
int command_explain(const struct command_options *options, const char *request_line);
int command_functions(void);
/* Prints the JSON Schema of route tables: table/editor_schema.h. */
int command_schema(void);

#endif
