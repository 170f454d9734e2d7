/* `o2s-medusa test`: the test cases of a route table, without an upstream. */
#ifndef O2S_SERVE_TABLE_TEST_H
#define O2S_SERVE_TABLE_TEST_H

#include "serve/command.h"

struct test_options {
    /* Files and folders; none: the folder beside the table. */
    char **paths;
    size_t path_count;
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
    /* GET calls are made to the upstreams. */
    bool live;
    /* `NAME=VALUE`, for the names of `set`. */
    char **settings;
    size_t setting_count;
};

/* Returns the process's exit status (sysexits.h). */
int command_test(const struct command_options *options, const struct test_options *test);

#endif
