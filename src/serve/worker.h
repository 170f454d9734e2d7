/* A FastCGI 1.0 responder on descriptor 0: one request at a time. */
#ifndef O2S_SERVE_WORKER_H
#define O2S_SERVE_WORKER_H

#include <stdbool.h>

#include "serve/log.h"

struct worker_options {
    /* The route table's file. */
    const char *table_path;
    /* Whether to read the table again when its file changes. */
    bool watch;
    /* The file that the pool shares (status.h); NULL: the default, if there is one. */
    const char *status_path;
    const struct log *log;
};

/* Whether descriptor 0 is a listening socket, as a process manager leaves it. */
bool worker_has_socket(void);

/*
 * Serves until TERM, INT or USR1 comes; then finishes the request at hand. USR2 reads the table
 * again, HUP reopens the log. All errors go to the log. Returns the process's exit status
 * (sysexits.h): EX_CONFIG if the table has errors or a variable is missing.
 */
int worker_run(const struct worker_options *options);

#endif
