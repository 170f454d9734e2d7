/* The commands beside serving: check, call, explain, map and functions. */
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
    /* Of check and status. */
    enum format format;
    /* Of status: the file; NULL: the default. */
    const char *status_path;
    /* Of check: warnings are errors. */
    bool strict;
};

/* Each returns the process's exit status (sysexits.h); functions lists the language's. */
int command_call(const struct command_options *options, const char *request_line);
int command_explain(const struct command_options *options, const char *request_line);
int command_functions(void);
/* `file` NULL: standard input. `mapper` may have arguments behind its name. */
int command_map(const struct command_options *options, const char *mapper, const char *file);

#endif
