#include "base/memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void memory_exhausted(void) {
    static const char message[] = "o2s-medusa: out of memory\n";
    /* write() and _exit(): neither allocates, nor flushes a half-written answer. */
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    _exit(MEMORY_EXIT_STATUS);
}

void memory_trim(void) {
    malloc_trim(0);
}

void *memory_allocate(size_t size) {
    void *block = calloc(1, size ? size : 1);
    if (!block)
        memory_exhausted();
    return block;
}

void *memory_resize(void *block, size_t size) {
    void *resized = realloc(block, size ? size : 1);
    if (!resized)
        memory_exhausted();
    return resized;
}
