/* A monotonic clock for deadlines, and the time of day. */
#ifndef O2S_BASE_CLOCK_H
#define O2S_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since an unspecified fixed moment (CLOCK_MONOTONIC). */
static inline int64_t clock_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* The same in microseconds. */
static inline int64_t clock_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* Milliseconds since 1970-01-01T00:00:00Z (CLOCK_REALTIME); may jump back. */
static inline int64_t clock_time_of_day_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* The same in microseconds. */
static inline int64_t clock_time_of_day_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

#endif
