#include "json/stops.h"

#include <stdbool.h>

#include "base/utf8.h"

void json_stops_begin(struct json_stops *stops, struct text text) {
    stops->chunk = stops->checked = text.data;
    stops->end = stops->invalid = text.data + text.size;
    stops->size = 0;
}

/* Sets `*all` to the bits that any of the block's bytes has, at each position of a vector. */
static inline uint64_t find_stops(const char *block, vector *all) {
    uint64_t mask = 0;
    for (unsigned i = 0; i < STOPS_BLOCK; i += VECTOR_SIZE) {
        vector part = vector_load(block + i);
        mask |= vector_mask(json_stops_of(part)) << i;
        *all |= part;
    }
    return mask;
}

/* Returns whether the chunk is ASCII. */
static bool find_masks(struct json_stops *stops) {
    vector all = {0};
    size_t size = 0;
    uint64_t *mask = stops->masks;
    for (; size + STOPS_BLOCK <= stops->size; size += STOPS_BLOCK)
        *mask++ = htole64(find_stops(stops->chunk + size, &all));
    if (size < stops->size) {
        char block[STOPS_BLOCK];
        memset(block, ' ', sizeof block);
        memcpy(block, stops->chunk + size, stops->size - size);
        *mask++ = htole64(find_stops(block, &all));
    }
    *mask = 0;
    return !vector_mask(all);
}

/* From `checked` on, where a sequence begins. */
static void check_utf8(struct json_stops *stops, const char *end) {
    const char *next = stops->checked;
    if (next < end)
        next += utf8_prefix((struct text){next, (size_t)(end - next)});
    if (next < end) {
        /* The chunk may end within a sequence. */
        size_t length = utf8_sequence((struct text){next, (size_t)(stops->end - next)});
        if (!length)
            stops->invalid = next;
        next += length;
    }
    stops->checked = next;
}

static const char *chunk_end(const struct json_stops *stops) {
    return stops->chunk + stops->size;
}

static void read_chunk(struct json_stops *stops) {
    const size_t most = (size_t)STOPS_MASKS * STOPS_BLOCK;
    stops->chunk += stops->size;
    size_t left = (size_t)(stops->end - stops->chunk);
    stops->size = left < most ? left : most;
    bool ascii = find_masks(stops);
    if (stops->invalid < stops->end)
        return;
    if (ascii)
        stops->checked = chunk_end(stops);
    else
        check_utf8(stops, chunk_end(stops));
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
