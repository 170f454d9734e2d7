/* The only place that handles failed allocations. */
#ifndef O2S_BASE_MEMORY_H
#define O2S_BASE_MEMORY_H

#include <stddef.h>

/* The exit status of a process that ran out of memory (sysexits.h, EX_OSERR). */
enum { MEMORY_EXIT_STATUS = 71 };

/*
 * Returns `size` bytes of zeroed memory, owned by the caller and released with free(). Never
 * returns NULL: if memory is exhausted, the process reports it and exits with MEMORY_EXIT_STATUS. A
 * worker then loses its current request, and its process manager starts another worker.
 */
void *memory_allocate(size_t size);

/* Like realloc(), but fails like memory_allocate(). New bytes are not zeroed. */
void *memory_resize(void *block, size_t size);

/* Returns freed memory to the system; to be called after a peak of memory use. */
void memory_trim(void);

/* Ends the process as memory_allocate() does, for libraries that report a failed allocation. */
_Noreturn void memory_exhausted(void);

/*
 * Sets the function that is called with `context` to report exhausted memory, instead of printing a
 * line to standard error; NULL restores the default. `report` must not allocate memory.
 */
void memory_on_exhaustion(void (*report)(const void *context), const void *context);

#endif
