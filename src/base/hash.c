#include "base/hash.h"

#include <endian.h>
#include <string.h>

enum { BLOCK_SIZE = 16 };

static const uint64_t c1 = 0x87c37b91114253d5u, c2 = 0x4cf5ad432745937fu;

static uint64_t rotate(uint64_t value, unsigned bits) {
    return value << bits | value >> (64 - bits);
}

static uint64_t finish(uint64_t value) {
    value = (value ^ value >> 33) * 0xff51afd7ed558ccdu;
    value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53u;
    return value ^ value >> 33;
}

static uint64_t mix_first(uint64_t word) {
    return rotate(word * c1, 31) * c2;
}

static uint64_t mix_second(uint64_t word) {
    return rotate(word * c2, 33) * c1;
}

/* Little endian on every machine, so that the same bytes always have the same hash. */
static uint64_t word_at(const char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return le64toh(word);
}

static void add_block(struct hash *hash, const char *block) {
    hash->h1 ^= mix_first(word_at(block));
    hash->h1 = (rotate(hash->h1, 27) + hash->h2) * 5 + 0x52dce729;
    hash->h2 ^= mix_second(word_at(block + 8));
    hash->h2 = (rotate(hash->h2, 31) + hash->h1) * 5 + 0x38495ab5;
}

/* The remaining bytes, padded with zeros: mixing a word of zeros gives 0. */
static void add_rest(struct hash *hash, struct text rest) {
    char block[BLOCK_SIZE] = {0};
    if (rest.size)
        memcpy(block, rest.data, rest.size);
    hash->h2 ^= mix_second(word_at(block + 8));
    hash->h1 ^= mix_first(word_at(block));
}

struct hash hash_bytes(struct text bytes, struct hash seed) {
    struct hash hash = seed;
    struct text rest = bytes;
    for (; rest.size >= BLOCK_SIZE; rest.data += BLOCK_SIZE, rest.size -= BLOCK_SIZE)
        add_block(&hash, rest.data);
    add_rest(&hash, rest);
    hash.h1 ^= bytes.size;
    hash.h2 ^= bytes.size;
    hash.h1 += hash.h2;
    hash.h2 += hash.h1;
    hash.h1 = finish(hash.h1);
    hash.h2 = finish(hash.h2);
    hash.h1 += hash.h2;
    hash.h2 += hash.h1;
    return hash;
}
