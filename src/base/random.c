#include "base/random.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

static void spread(struct random *random, uint64_t state) {
    for (size_t i = 0; i < RANDOM_POOL_SIZE; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        random->pool[i] = (unsigned char)(state >> 56);
    }
}

static void fill(struct random *random) {
    random->left = RANDOM_POOL_SIZE;
    if (random->fixed) {
        spread(random, 1);
        return;
    }
    /* The kernel returns up to 256 bytes at once, or none before its generator is initialised. */
    if (getrandom(random->pool, RANDOM_POOL_SIZE, GRND_NONBLOCK) == RANDOM_POOL_SIZE)
        return;
    /* A fallback while the machine boots: ids must be different, not secret. */
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    spread(random, (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
}

struct text random_id(struct random *random, struct arena *arena, size_t bytes) {
    static const char digits[] = "0123456789abcdef";
    char *id = arena_allocate(arena, 2 * bytes + 1);
    if (random->left < bytes)
        fill(random);
    const unsigned char *source = random->pool + RANDOM_POOL_SIZE - random->left;
    random->left -= bytes;
    unsigned char any = 0;
    for (size_t i = 0; i < bytes; i++) {
        id[2 * i] = digits[source[i] >> 4];
        id[2 * i + 1] = digits[source[i] & 15];
        any |= source[i];
    }
    if (!any)
        id[2 * bytes - 1] = '1';
    return (struct text){id, 2 * bytes};
}
