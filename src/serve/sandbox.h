/* What a worker gives up after its start (prctl(2), capabilities(7), seccomp(2)). */
#ifndef O2S_SERVE_SANDBOX_H
#define O2S_SERVE_SANDBOX_H

#include "serve/log.h"

/*
 * Permanently restricts this process and its threads, which
 *
 * - cannot gain privileges by running a program, and have no capabilities, even as root;
 * - leave no core file, and only root can read their memory and environment;
 * - can only make the system calls that sandbox.c lists, on x86-64 and arm64. Other calls fail with
 *   ENOSYS, listed ones with arguments that are not allowed with EPERM.
 *
 * The list does not allow them to run a program, start a process, trace or signal another one or
 * change its limits, make memory executable, open a file for writing (except to append, if the log
 * is a file: log_reopen() needs it), create (except for that one), remove, rename or change a file,
 * open a socket other than of IP, Unix and rtnetlink, or listen on one.
 *
 * Open descriptors remain open. Reading files and connecting are not restricted: the route table is
 * reloaded, and libcurl needs certificates and the resolver's files and servers. The modules of
 * /etc/nsswitch.conf that look up hosts are loaded here, because they cannot be loaded later.
 *
 * To be called before the first thread is started. Features that the system does not support are
 * skipped, with a line of level debug: this is a second line of defence. A build with
 * AddressSanitizer only does the first of the three, because its leak detector traces its own
 * process from another one. A build with gcov's counters may write files.
 */
void sandbox_enter(const struct log *log);

#endif
