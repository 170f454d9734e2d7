#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK_SIZE = 16 * 1024 };

/*
 * With AddressSanitizer, the unallocated parts of a block can be neither read nor written, and
 * there is an unallocated gap after each allocation.
 */
#ifdef O2S_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(bytes, size)   ((void)(bytes), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(bytes, size) ((void)(bytes), (void)(size))
enum { GAP = 0 };
#endif

struct block {
    struct block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

struct deferred {
    struct deferred *next;
    void (*release)(void *);
    void *object;
};

struct arena {
    struct block *newest;
    struct deferred *deferred;
};

struct arena *arena_create(void) {
    return memory_allocate(sizeof(struct arena));
}

static struct block *add_block(struct arena *arena, size_t size) {
    size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    if (capacity > SIZE_MAX - sizeof(struct block))
        memory_exhausted();
    struct block *block = memory_resize(NULL, sizeof(struct block) + capacity);
    block->used = 0;
    block->size = capacity;
    block->next = arena->newest;
    arena->newest = block;
    ASAN_POISON_MEMORY_REGION(block->bytes, capacity);
    return block;
}

void *arena_allocate(struct arena *arena, size_t size) {
    const size_t alignment = alignof(max_align_t);
    if (size > SIZE_MAX - alignment - GAP)
        memory_exhausted();
    size_t rounded = (size + GAP + alignment - 1) / alignment * alignment;
    struct block *block = arena->newest;
    if (!block || block->size - block->used < rounded)
        block = add_block(arena, rounded);
    void *memory = block->bytes + block->used;
    block->used += rounded;
    ASAN_UNPOISON_MEMORY_REGION(memory, size);
    return memset(memory, 0, size);
}

void *arena_allocate_array(struct arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        memory_exhausted();
    return arena_allocate(arena, count * size);
}

static void free_blocks(struct block *block) {
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_defer(struct arena *arena, void (*release)(void *), void *object) {
    struct deferred *deferred = arena_allocate(arena, sizeof *deferred);
    *deferred = (struct deferred){arena->deferred, release, object};
    arena->deferred = deferred;
}

static void release_deferred(struct arena *arena) {
    for (struct deferred *next = arena->deferred; next; next = next->next)
        next->release(next->object);
    arena->deferred = NULL;
}

void arena_reset(struct arena *arena) {
    release_deferred(arena);
    struct block *kept = arena->newest;
    if (!kept)
        return;
    free_blocks(kept->next);
    kept->next = NULL;
    kept->used = 0;
    ASAN_POISON_MEMORY_REGION(kept->bytes, kept->size);
    /* One large request must not increase a worker's memory permanently. */
    if (kept->size > 16 * (size_t)BLOCK_SIZE) {
        free(kept);
        arena->newest = NULL;
    }
}

void arena_destroy(struct arena *arena) {
    if (!arena)
        return;
    release_deferred(arena);
    free_blocks(arena->newest);
    free(arena);
}
