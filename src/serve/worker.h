/* A FastCGI 1.0 responder on descriptor 0, which processes one request at a time. */
#ifndef O2S_SERVE_WORKER_H
#define O2S_SERVE_WORKER_H

#include <stdbool.h>

#include "serve/log.h"

struct worker_options {
    /* The route table's file. */
    const char *table_path;
    /* Whether to reload the table when its file changes. */
    bool watch;
    /* The file that the pool shares (status.h); NULL: the default, if there is one. */
    const char *status_path;
    const struct log *log;
};

/* Whether descriptor 0 is a listening socket, as provided by a process manager. */
bool worker_has_socket(void);

/*
 * Serves requests until TERM, INT or USR1 arrives, then finishes the current request. USR2 reloads
 * the table, HUP reopens the log. All errors are logged. Returns the exit status (sysexits.h):
 * EX_CONFIG if the table has errors or a variable is missing.
 */
int worker_run(const struct worker_options *options);

#endif
