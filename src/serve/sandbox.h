/* What a worker gives up once it has started (prctl(2), capabilities(7), seccomp(2)). */
#ifndef O2S_SERVE_SANDBOX_H
#define O2S_SERVE_SANDBOX_H

#include "serve/log.h"

/*
 * From now on, for good, this process and its threads
 *
 * - gain no privileges by running a program, and have no capabilities, even as root;
 * - leave no core file, and only root can read their memory and environment;
 * - make only the system calls that sandbox.c lists, on x86-64 and arm64. Other calls fail with
 *   ENOSYS, listed ones with arguments that are not allowed with EPERM.
 *
 * The list leaves no way to run a program, start a process, trace or signal another one or change
 * its limits, make memory executable, open a file for writing (except to append, if the log is a
 * file: log_reopen() needs it), create (except for that one), remove, rename or change a file, open
 * a socket other than of IP, Unix and rtnetlink, or listen on one.
 *
 * What was opened before stays open. Reading files and connecting are not restricted: the route
 * table is read again, and libcurl needs certificates and the resolver's files and servers. The
 * modules of /etc/nsswitch.conf that look up hosts are loaded here, as they cannot be later.
 *
 * To be called before the first thread is started. What the system does not support is left out,
 * with a line of level debug: this is a second line of defence. A build with AddressSanitizer does
 * only the first of the three, as its leak detector traces its own process from another one. A
 * build with gcov's counters may write files.
 */
void sandbox_enter(const struct log *log);

#endif
