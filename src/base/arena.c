#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/memory.h"

/* The size of the first block, and the largest size of one that is kept at a reset. */
enum { BLOCK_SIZE = 16 * 1024, KEPT_SIZE = 16 * BLOCK_SIZE };

/*
 * With AddressSanitizer, the unallocated parts of a block can be neither read nor written, there is
 * an unallocated gap after each allocation, and what is not zeroed has bytes that no test expects.
 */
#ifdef O2S_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#define FILL_UNSET(bytes, size) memset(bytes, 0xA5, size)
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(bytes, size)   ((void)(bytes), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(bytes, size) ((void)(bytes), (void)(size))
#define FILL_UNSET(bytes, size)                  ((void)(bytes), (void)(size))
enum { GAP = 0 };
#endif

/* What is allocated here contains no `long double`, the one type with a larger alignment. */
typedef union {
    void *pointer;
    int64_t integer;
    double number;
} widest;

struct block {
    struct block *next;
    /* A multiple of the alignment. */
    size_t size;
    alignas(widest) unsigned char bytes[];
};

struct deferred {
    struct deferred *next;
    void (*release)(void *);
    void *object;
};

struct arena {
    struct block *newest;
    /* The unallocated rest of the newest block; its size is a multiple of the alignment. */
    unsigned char *next;
    unsigned char *end;
    struct deferred *deferred;
};

struct arena *arena_create(void) {
    return memory_allocate(sizeof(struct arena));
}

static const size_t alignment = alignof(widest);

static size_t aligned(size_t size) {
    return (size + alignment - 1) / alignment * alignment;
}

/* Whether the rest of the newest block has room for `size` bytes and the gap after them. */
static inline bool has_room(const struct arena *arena, size_t size) {
    size_t rest = (size_t)(arena->end - arena->next);
    /* Nothing is allocated at the end, where there may be no block at all. */
    return size < rest && size + GAP <= rest;
}

static void use_block(struct arena *arena, struct block *block) {
    arena->newest = block;
    arena->next = block ? block->bytes : NULL;
    arena->end = block ? block->bytes + block->size : NULL;
    if (block)
        ASAN_POISON_MEMORY_REGION(block->bytes, block->size);
}

/*
 * Each block is twice as large as the one before, so that a block that is kept soon has room for
 * all that is allocated between two resets.
 */
OUT_OF_LINE static void add_block(struct arena *arena, size_t size) {
    if (size > SIZE_MAX - sizeof(struct block) - alignment - GAP)
        memory_exhausted();
    size_t needed = aligned(size + GAP);
    size_t capacity = arena->newest ? 2 * arena->newest->size : BLOCK_SIZE;
    if (capacity > KEPT_SIZE)
        capacity = KEPT_SIZE;
    if (capacity < needed)
        capacity = needed;
    struct block *block = memory_resize(NULL, sizeof(struct block) + capacity);
    block->size = capacity;
    block->next = arena->newest;
    use_block(arena, block);
}

/* Bytes of any value. */
static inline void *take(struct arena *arena, size_t size) {
    if (!has_room(arena, size))
        add_block(arena, size);
    void *memory = arena->next;
    arena->next += aligned(size + GAP);
    ASAN_UNPOISON_MEMORY_REGION(memory, size);
    return memory;
}

static inline size_t total_of(size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        memory_exhausted();
    return count * size;
}

void *arena_allocate(struct arena *arena, size_t size) {
    return memset(take(arena, size), 0, size);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size) {
    return memcpy(take(arena, size), bytes, size);
}

void *arena_allocate_array(struct arena *arena, size_t count, size_t size) {
    return arena_allocate(arena, total_of(count, size));
}

void *arena_allocate_unset(struct arena *arena, size_t count, size_t size) {
    size_t total = total_of(count, size);
    void *memory = take(arena, total);
    FILL_UNSET(memory, total);
    return memory;
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity)
        return array;
    *capacity = *capacity ? 2 * *capacity : 8;
    void *grown = arena_allocate_array(arena, *capacity, size);
    if (count)
        memcpy(grown, array, count * size);
    return grown;
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
    /* One large request must not increase a worker's memory permanently. */
    if (kept->size > KEPT_SIZE) {
        free(kept);
        kept = NULL;
    }
    use_block(arena, kept);
}

void arena_trim(struct arena *arena) {
    release_deferred(arena);
    free_blocks(arena->newest);
    use_block(arena, NULL);
}

void arena_destroy(struct arena *arena) {
    if (!arena)
        return;
    arena_trim(arena);
    free(arena);
}
