/* The command status: what the workers of a pool do, for people or for programs. */
#ifndef O2S_SERVE_STATUS_COMMAND_H
#define O2S_SERVE_STATUS_COMMAND_H

#include "serve/command.h"

/*
 * Reads the status file and prints the pool's figures and a line for each worker, or one JSON
 * object. Workers are not asked, and nothing is changed. Returns the process's exit status:
 * EX_NOINPUT if there is no such file, or it is not a status file of this version.
 */
int command_status(const struct command_options *options);

#endif
