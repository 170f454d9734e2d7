/* Replaces the engine's calls of malloc(), calloc() and realloc(), by the linker's --wrap. */
#include "allocator.h"

#include <errno.h>
#include <stdbool.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static bool armed;
static size_t failing;
static size_t count;

void allocator_arm(size_t which) {
    failing = which;
    count = 0;
    armed = true;
}

size_t allocator_count(void) {
    return count;
}

static bool fails(void) {
    if (!armed || ++count != failing)
        return false;
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t number, size_t size) {
    return fails() ? NULL : __real_calloc(number, size);
}

void *__wrap_realloc(void *block, size_t size) {
    return fails() ? NULL : __real_realloc(block, size);
}
