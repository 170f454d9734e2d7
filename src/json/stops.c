#include "json/stops.h"

#include <stdbool.h>

#include "base/utf8.h"

void json_stops_begin(struct json_stops *stops, struct text text) {
    stops->chunk = stops->checked = text.data;
    stops->end = stops->invalid = text.data + text.size;
    stops->size = 0;
}

/* The stops of the part of a block that begins `at` a byte; adds its bytes' bits to `*all`. */
static inline uint64_t find_part(const char *block, unsigned at, vector *all) {
    vector part = vector_load(block + at);
    *all |= part;
    return vector_mask(json_stops_of(part)) << at;
}

/* Sets `*beyond` to whether the block has a byte beyond ASCII. */
static inline uint64_t find_stops(const char *block, bool *beyond) {
    _Static_assert(STOPS_BLOCK == 4 * VECTOR_SIZE, "a block has four parts");
    vector all = {0};
    uint64_t mask = find_part(block, 0, &all) | find_part(block, VECTOR_SIZE, &all) |
                    find_part(block, 2 * VECTOR_SIZE, &all) |
                    find_part(block, 3 * VECTOR_SIZE, &all);
    *beyond = vector_mask(all);
    return mask;
}

/* Returns a bit for each block of the chunk: whether it has a byte beyond ASCII. */
static uint64_t find_masks(struct json_stops *stops) {
    uint64_t beyond = 0;
    unsigned count = 0;
    size_t rest = stops->size;
    bool found;
    const char *next = stops->chunk;
    for (; rest >= STOPS_BLOCK; rest -= STOPS_BLOCK, next += STOPS_BLOCK, count++) {
        stops->masks[count] = htole64(find_stops(next, &found));
        beyond |= (uint64_t)found << count;
    }
    if (rest) {
        char block[STOPS_BLOCK];
        memset(block, ' ', sizeof block);
        memcpy(block, next, rest);
        stops->masks[count] = htole64(find_stops(block, &found));
        beyond |= (uint64_t)found << count++;
    }
    stops->masks[count] = 0;
    return beyond;
}

static const char *chunk_end(const struct json_stops *stops) {
    return stops->chunk + stops->size;
}

/*
 * From `checked` on, where a sequence begins, up to `end`, or the end of a sequence that crosses
 * it.
 */
static void check_utf8(struct json_stops *stops, const char *end) {
    const char *next = stops->checked;
    if (next < end)
        next += utf8_prefix((struct text){next, (size_t)(end - next)});
    if (next < end) {
        size_t length = utf8_sequence((struct text){next, (size_t)(stops->end - next)});
        if (!length)
            stops->invalid = next;
        next += length;
    }
    stops->checked = next;
}

static void move_checked(struct json_stops *stops, const char *to) {
    if (stops->checked < to)
        stops->checked = to;
}

/* Checks the chunk from the first to the last of the blocks that have bytes `beyond` ASCII. */
static void check_blocks(struct json_stops *stops, uint64_t beyond) {
    size_t first = (size_t)__builtin_ctzll(beyond) * STOPS_BLOCK;
    size_t end = (size_t)(STOPS_MASKS - __builtin_clzll(beyond)) * STOPS_BLOCK;
    move_checked(stops, stops->chunk + first);
    check_utf8(stops, end < stops->size ? stops->chunk + end : chunk_end(stops));
}

static void read_chunk(struct json_stops *stops) {
    const size_t most = (size_t)STOPS_MASKS * STOPS_BLOCK;
    stops->chunk += stops->size;
    size_t left = (size_t)(stops->end - stops->chunk);
    stops->size = left < most ? left : most;
    uint64_t beyond = find_masks(stops);
    if (beyond && stops->invalid == stops->end)
        check_blocks(stops, beyond);
    move_checked(stops, chunk_end(stops));
}

/* The first stop in the chunk, or the end of the chunk. */
static const char *find_in_chunk(const struct json_stops *stops, const char *from) {
    size_t offset = from > stops->chunk ? (size_t)(from - stops->chunk) : 0;
    size_t shift = offset % STOPS_BLOCK;
    for (; offset < stops->size; offset += STOPS_BLOCK - shift, shift = 0) {
        uint64_t bits = le64toh(stops->masks[offset / STOPS_BLOCK]) >> shift;
        if (bits)
            return stops->chunk + offset + __builtin_ctzll(bits);
    }
    return chunk_end(stops);
}

const char *json_stops_search(struct json_stops *stops, const char *from) {
    const char *found = find_in_chunk(stops, from);
    while (found == chunk_end(stops) && found < stops->end) {
        read_chunk(stops);
        found = find_in_chunk(stops, from);
    }
    return found;
}
