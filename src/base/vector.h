/*
 * Blocks of bytes that are compared at once: the vectors of gcc and clang, which are registers on
 * each processor that has such. A comparison of two blocks gives bytes of all ones or all zeros.
 */
#ifndef O2S_BASE_VECTOR_H
#define O2S_BASE_VECTOR_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

enum { VECTOR_SIZE = 16 };

typedef uint8_t vector __attribute__((vector_size(VECTOR_SIZE)));

/* The VECTOR_SIZE bytes from `bytes` on, which need no alignment. */
static inline vector vector_load(const void *bytes) {
    vector block;
    memcpy(&block, bytes, sizeof block);
    return block;
}

/* The highest bit of each byte: bit 0 is that of the first one. */
static inline uint64_t vector_mask(vector block) {
#ifdef __SSE2__
    typedef char signed_vector __attribute__((vector_size(VECTOR_SIZE)));
    return (uint64_t)(unsigned)__builtin_ia32_pmovmskb128((signed_vector)block);
#else
    /* The multiplication moves the bit of byte i to bit 56 + i, without a carry. */
    const uint64_t highest = 0x8080808080808080, to_top = 0x0002040810204081;
    uint64_t halves[2];
    memcpy(halves, &block, sizeof halves);
    uint64_t low = (le64toh(halves[0]) & highest) * to_top >> 56;
    uint64_t high = (le64toh(halves[1]) & highest) * to_top >> 56;
    return low | high << 8;
#endif
}

#endif
