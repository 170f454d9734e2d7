/* Random bytes for ids, read from the kernel for some fifty requests at a time. */
#ifndef O2S_BASE_RANDOM_H
#define O2S_BASE_RANDOM_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

enum { RANDOM_POOL_SIZE = 2048 };

/*
 * A zeroed pool is empty. Do not copy it, and do not share it with a child process: its ids would
 * repeat.
 */
struct random {
    unsigned char pool[RANDOM_POOL_SIZE];
    size_t left;
    /* Always the same bytes, in place of the kernel's: for tests of a table. */
    bool fixed;
};

/*
 * An id of `bytes` random bytes, at most RANDOM_POOL_SIZE, as lower-case hexadecimal digits in
 * `arena`. It is never all zeros.
 */
struct text random_id(struct random *random, struct arena *arena, size_t bytes);

#endif
