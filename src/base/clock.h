/* Time that only goes forward (CLOCK_MONOTONIC), for deadlines. */
#ifndef O2S_BASE_CLOCK_H
#define O2S_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since some moment that does not change. */
static inline int64_t clock_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

#endif
