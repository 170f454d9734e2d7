#include "base/memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

static void report_on_standard_error(const void *context) {
    static const char message[] = "o2s-medusa: out of memory\n";
    /* write() does not allocate. */
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    (void)context;
}

/*
 * Allocations have no caller to which a log could be passed, so the handler belongs to the process.
 */
static void (*report_exhaustion)(const void *context) = report_on_standard_error;
static const void *report_context;

void memory_on_exhaustion(void (*report)(const void *context), const void *context) {
    report_exhaustion = report ? report : report_on_standard_error;
    report_context = context;
}

_Noreturn void memory_exhausted(void) {
    report_exhaustion(report_context);
    /* Not exit(), which would flush an incomplete response. */
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
