/*
 * Memory that is given back all at once: one arena lives as long as the route table, another as
 * long as a request.
 */
#ifndef O2S_BASE_ARENA_H
#define O2S_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* A new, empty arena, owned by the caller; ended with arena_destroy(). */
struct arena *arena_create(void);

/* `size` zeroed bytes, aligned for any type, that live until the arena is reset or destroyed. */
void *arena_allocate(struct arena *arena, size_t size);

/* `count` zeroed elements of `size` bytes each; more than can be counted is out of memory. */
void *arena_allocate_array(struct arena *arena, size_t count, size_t size);

/*
 * Has `release(object)` called when the arena is reset or destroyed: for what the arena's memory
 * refers to but does not hold. The calls come in reverse order.
 */
void arena_defer(struct arena *arena, void (*release)(void *), void *object);

/* Forgets all that was allocated, and keeps one block for what comes next. */
void arena_reset(struct arena *arena);

/* Frees the arena and all that came of it. NULL is allowed. */
void arena_destroy(struct arena *arena);

#endif
