/*
 * A non-cryptographic hash: MurmurHash3_x64_128, by Austin Appleby, who placed it in the public
 * domain.
 *
 * It processes eight bytes per step, and with 128 bits an accidental collision is practically
 * impossible. It does not protect against deliberate collisions: use it to compare contents, not to
 * authenticate them.
 */
#ifndef O2S_BASE_HASH_H
#define O2S_BASE_HASH_H

#include <stdint.h>

#include "base/text.h"

/* The two halves, named as in the algorithm. */
struct hash {
    uint64_t h1;
    uint64_t h2;
};

/*
 * The hash of `bytes` with `seed` as initial state. {0, 0} gives the published algorithm's values
 * for seed 0; with the hash of other bytes as seed, the result is a hash of both.
 */
struct hash hash_bytes(struct text bytes, struct hash seed);

#endif
