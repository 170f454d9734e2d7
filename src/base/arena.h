/*
 * Memory that is freed all at once: one arena lives as long as the route table, another as long as
 * a request.
 */
#ifndef O2S_BASE_ARENA_H
#define O2S_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* A new, empty arena, owned by the caller; free it with arena_destroy(). */
struct arena *arena_create(void);

/*
 * `size` zeroed bytes, aligned for any type but `long double`, that live until the arena is reset
 * or destroyed.
 */
void *arena_allocate(struct arena *arena, size_t size);

/*
 * `count` zeroed elements of `size` bytes each; if the total overflows, memory counts as exhausted.
 */
void *arena_allocate_array(struct arena *arena, size_t count, size_t size);

/*
 * The same without zeroing, for elements that are written before they are read; AddressSanitizer's
 * builds fill them with 0xA5.
 */
void *arena_allocate_unset(struct arena *arena, size_t count, size_t size);

/* A copy of `size` bytes, aligned as those of arena_allocate(). */
void *arena_copy(struct arena *arena, const void *bytes, size_t size);

/*
 * An array with room for an element after its `count` ones, each of `size` bytes: `array` itself,
 * or if `*capacity` is reached, a copy of twice the capacity, which is zeroed after them. The
 * outgrown array remains allocated.
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity, size_t size);

/*
 * Calls `release(object)` when the arena is reset or destroyed, for resources that the arena refers
 * to but does not contain. The calls are made in reverse order.
 */
void arena_defer(struct arena *arena, void (*release)(void *), void *object);

/* Frees all allocations, but keeps one block for reuse. */
void arena_reset(struct arena *arena);

/* Frees all allocations and all memory. */
void arena_trim(struct arena *arena);

/* Frees the arena and everything allocated in it. NULL is allowed. */
void arena_destroy(struct arena *arena);

#endif
