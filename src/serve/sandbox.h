/* What a worker gives up once it has started (prctl(2), capabilities(7), seccomp(2)). */
#ifndef O2S_SERVE_SANDBOX_H
#define O2S_SERVE_SANDBOX_H

#include "serve/log.h"

/*
 * From now on, and for good, this process and its threads
 *
 * - gain no rights by running a program, and have no capabilities, even as root;
 * - leave no core file, and show their memory and environment to nobody but root;
 * - run no program, start no process, and trace and signal no other one;
 * - open no file to write to it, and make (but for a socket), remove, rename and change none;
 * - have no memory that is both written to and run;
 * - open only sockets of the internet, of Unix and of netlink, and listen on none.
 *
 * What was opened before stays open. Reading files is not restricted: the route table is read
 * again, and libcurl needs certificates and the resolver's files. To be called before the first
 * thread is started. What the system does not offer is left out, with a line of level debug: this
 * is a second line of defence. A build with AddressSanitizer goes as far as its leak detector,
 * which looks into its own process from another one, allows: without the two points in the middle.
 * One with gcov's counters may write to files.
 */
void sandbox_enter(const struct log *log);

#endif
