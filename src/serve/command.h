/* The commands call, explain, openapi, functions and schema; check.h, eval.h, show.h and diff.h
 * have the others. */
#ifndef O2S_SERVE_COMMAND_H
#define O2S_SERVE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "http/message.h"
#include "serve/log.h"

struct table;

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_YAML };

/* Those of test. */
struct test_options {
    bool coverage;
    /* The least coverage in percent; below 0: any. */
    double minimum;
    /* Where the results are written as JUnit XML; NULL: nowhere. */
    const char *junit;
    /* The request that a case is made of; NULL: none. */
    const char *record;
    /* The file that it is written to; NULL: standard output. */
    const char *output;
    bool force;
    /* Only what the table reads is recorded of the answers. */
    bool trim;
    /* GET calls are made to the upstreams. */
    bool live;
};

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
    /* Of eval and test: `NAME=VALUE`. */
    char **sets;
    size_t set_count;
    /* For check, diff and openapi. */
    enum format format;
    /* Of status: the file; NULL: the default. */
    const char *status_path;
    /* For check: treat warnings as errors. */
    bool strict;
    /* Of check: test cases whose answers are known; NULL: none. */
    const char *answers;
    struct test_options test;
};

/*
 * Loads the table for commands that answer requests, in the environment of the process. NULL, and
 * messages on standard error, if the table has errors or a variable is not set or invalid.
 */
struct table *command_load_table(const struct command_options *options);

/*
 * The request of a line `METHOD /path?query`, GET if there is no method, with the headers and the
 * body of the options; in `arena`. False, and a message on standard error, if it is invalid.
 */
bool command_parse_request(const struct command_options *options, const char *line,
                           struct arena *arena, struct http_request *request);

/*
 * Each returns the exit status (sysexits.h). command_functions() lists the functions of the route
 * language.
 */
int command_call(const struct command_options *options, const char *request_line);
int command_explain(const struct command_options *options, const char *request_line);
int command_functions(void);
/* Prints a description of the API: table/openapi.h. */
int command_openapi(const struct command_options *options);
/* Prints the JSON Schema of route tables: table/editor_schema.h. */
int command_schema(void);

#endif
