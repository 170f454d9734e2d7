/* An HTTP server in an upstream's place, for allocation_failures.c. */
#ifndef O2S_UPSTREAM_STANDIN_H
#define O2S_UPSTREAM_STANDIN_H

#include <sys/types.h>

/*
 * Serves on a free port of 127.0.0.1, in a process of its own that ends with the caller's. Returns
 * the port; exits where it cannot.
 */
int standin_start(void);

#endif
