/*
 * The bytes at which the plain part of a string can end, in a text that is read from its start to
 * its end: quotes, backslashes and control characters. They are found in blocks, some kilobytes
 * ahead of what is read, and the same pass checks UTF-8.
 */
#ifndef O2S_JSON_STOPS_H
#define O2S_JSON_STOPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/vector.h"

/* The bytes that a mask has bits for, and the masks of a chunk, which is searched at a time. */
enum { STOPS_BLOCK = 64, STOPS_MASKS = 64 };

struct json_stops {
    /* The chunk, and its size; where the text ends. */
    const char *chunk;
    size_t size;
    const char *end;
    /* Where the first sequence begins that is not UTF-8; `end`: there is none so far. */
    const char *invalid;
    /* All before it is UTF-8: the end of the chunk, or of a sequence that crosses it. */
    const char *checked;
    /* A bit for each byte of the chunk: whether it is a stop. The last mask is always 0. */
    uint64_t masks[STOPS_MASKS + 1];
};

/* Begins a text, which must remain as long as stops are searched. */
void json_stops_begin(struct json_stops *stops, struct text text);

/* Does what json_stops_find() does, at any distance. */
const char *json_stops_search(struct json_stops *stops, const char *from);

/*
 * The first stop from `from` on, and `end` if there is none. `from` must not be smaller than at the
 * last call. All of the text before the result has been checked: see `invalid`.
 */
static inline const char *json_stops_find(struct json_stops *stops, const char *from) {
    size_t offset = (size_t)(from - stops->chunk);
    if (offset < stops->size) {
        const uint64_t *mask = &stops->masks[offset / STOPS_BLOCK];
        size_t shift = offset % STOPS_BLOCK;
        uint64_t bits = mask[0] >> shift | mask[1] << 1 << (STOPS_BLOCK - 1 - shift);
        if (bits)
            return from + (unsigned)__builtin_ctzll(bits);
    }
    return json_stops_search(stops, from);
}

/* The bytes of a block that are stops: all ones. */
static inline vector json_stops_of(vector block) {
    return (vector)(block == '"') | (vector)(block == '\\') | (vector)(block < 0x20);
}

#endif
