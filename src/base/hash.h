/*
 * A fingerprint of bytes: MurmurHash3_x64_128, by Austin Appleby, who put it into the public
 * domain.
 *
 * It takes eight bytes a step, and its 128 bits make it as good as certain that different bytes
 * have different ones. It is no defence against somebody who looks for bytes that do not: it is
 * for telling one content from another, not for proving where it comes from.
 */
#ifndef O2S_BASE_HASH_H
#define O2S_BASE_HASH_H

#include <stdint.h>

#include "base/text.h"

/* The two halves, as the algorithm calls them. */
struct hash {
    uint64_t h1;
    uint64_t h2;
};

/*
 * The fingerprint of `bytes` that begins with `seed`. {0, 0} gives the published algorithm's values
 * for seed 0; the fingerprint of other bytes, given as seed, makes one of both.
 */
struct hash hash_bytes(struct text bytes, struct hash seed);

#endif
