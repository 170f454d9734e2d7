/* Random bytes for ids, fetched from the kernel for many ids at a time. */
#ifndef O2S_BASE_RANDOM_H
#define O2S_BASE_RANDOM_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

enum { RANDOM_POOL_SIZE = 256 };

/* Zeroed, it is empty. A copy, or a child process that has one too, would repeat its ids. */
struct random {
    unsigned char pool[RANDOM_POOL_SIZE];
    size_t left;
    /* Always the same bytes, in place of the kernel's: for tests of a table. */
    bool fixed;
};

/*
 * An id of `bytes` random bytes, at most RANDOM_POOL_SIZE, as lower-case hexadecimal digits in
 * `arena`. It is never all zero.
 */
struct text random_id(struct random *random, struct arena *arena, size_t bytes);

#endif
