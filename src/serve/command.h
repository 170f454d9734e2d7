/* The commands call, explain, functions and schema; check.h and eval.h have the others. */
#ifndef O2S_SERVE_COMMAND_H
#define O2S_SERVE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/log.h"

enum format { FORMAT_TEXT, FORMAT_JSON };

struct command_options {
    /* "-": standard input. */
    const char *table_path;
    /* By -f, and not the default. */
    bool table_path_given;
    const struct log *log;
    /* -H and -d: `NAME: VALUE` lines, and the body (NULL: none). */
    char **headers;
    size_t header_count;
    const char *data;
    /* Of call. */
    bool verbose;
    /* Of eval: `NAME=VALUE`. */
    char **sets;
    size_t set_count;
    /* Of check. */
    enum format format;
    /* Of check: warnings are errors. */
    bool strict;
};

/* Each returns the process's exit status (sysexits.h); functions lists the language's. */
int command_call(const struct command_options *options, const char *request_line);
int command_explain(const struct command_options *options, const char *request_line);
int command_functions(void);
/* Prints the JSON Schema of route tables: table/editor_schema.h. */
int command_schema(void);

#endif
