#include "base/random.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

static void spread(struct random *random, uint64_t state) {
    for (size_t i = 0; i < RANDOM_POOL_SIZE; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        random->pool[i] = (unsigned char)(state >> 56);
    }
}

/* False before the kernel's generator is initialised. A signal may end a call of over 256 bytes. */
static bool read_pool(struct random *random) {
    size_t size = 0;
    while (size < RANDOM_POOL_SIZE) {
        ssize_t count = getrandom(random->pool + size, RANDOM_POOL_SIZE - size, GRND_NONBLOCK);
        if (count > 0)
            size += (size_t)count;
        else if (count == 0 || errno != EINTR)
            return false;
    }
    return true;
}

static void fill(struct random *random) {
    random->left = RANDOM_POOL_SIZE;
    if (random->fixed) {
        spread(random, 1);
        return;
    }
    if (read_pool(random))
        return;
    /* A fallback while the machine boots: ids must be different, not secret. */
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    spread(random, (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
}

struct text random_id(struct random *random, struct arena *arena, size_t bytes) {
    static const char digits[] = "0123456789abcdef";
    char *id = arena_allocate_unset(arena, 2 * bytes + 1, 1);
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
    id[2 * bytes] = '\0';
    return (struct text){id, 2 * bytes};
}
