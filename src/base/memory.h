/* The one place where an allocation can fail. */
#ifndef O2S_BASE_MEMORY_H
#define O2S_BASE_MEMORY_H

#include <stddef.h>

/* Exit status of a process that ran out of memory (sysexits.h, EX_OSERR). */
enum { MEMORY_EXIT_STATUS = 71 };

/*
 * Returns `size` bytes of zeroed memory, owned by the caller and released with free().
 * Never returns NULL: a process that gets no memory reports it and exits with MEMORY_EXIT_STATUS.
 * For a worker that costs the request at hand; its process manager starts another one.
 */
void *memory_allocate(size_t size);

/* Like realloc(), with memory_allocate()'s way of failing. New bytes are not zeroed. */
void *memory_resize(void *block, size_t size);

/* Gives the system back what was freed; for after work that needed much memory once. */
void memory_trim(void);

/* Ends the process as memory_allocate() does; for libraries that report the failure to us. */
_Noreturn void memory_exhausted(void);

/*
 * Has memory_exhausted() call `report` with `context`, in place of its line on standard error;
 * NULL: that line again. `report` must not allocate.
 */
void memory_on_exhaustion(void (*report)(const void *context), const void *context);

#endif
