/*
 * malloc() and its like for the whole program, its libraries included: where there is no memory the
 * process ends as memory_exhausted() has it. Libraries do worse: where an allocation fails, libfcgi
 * aborts, glibc's regcomp() frees twice, and json-c crashes, or leaves out what it got no memory
 * for.
 *
 * The memory itself stays glibc's, so that free() needs no part in it. This is linked to the
 * program only: tools that watch memory bring an allocator of their own.
 */
#include <stdlib.h>

#include "base/memory.h"

/* glibc's own, by the names that it keeps for whoever replaces the usual ones. */
void *__libc_malloc(size_t size);               /* NOLINT(bugprone-reserved-identifier,cert-dcl*) */
void *__libc_calloc(size_t count, size_t size); /* NOLINT(bugprone-reserved-identifier,cert-dcl*) */
void *__libc_realloc(void *block, size_t size); /* NOLINT(bugprone-reserved-identifier,cert-dcl*) */

void *malloc(size_t size) {
    void *block = __libc_malloc(size);
    if (!block)
        memory_exhausted();
    return block;
}

void *calloc(size_t count, size_t size) {
    void *block = __libc_calloc(count, size);
    if (!block)
        memory_exhausted();
    return block;
}

void *realloc(void *block, size_t size) {
    void *resized = __libc_realloc(block, size);
    /* Of no bytes at all glibc makes no block: it frees the old one. */
    if (!resized && (size || !block))
        memory_exhausted();
    return resized;
}
