/*
 * The bytes at which the plain part of a string can end, in an input that is read from its start to
 * its end: quotes, backslashes and control characters. They are found in blocks, some kilobytes
 * ahead of what is read, and the same pass checks UTF-8.
 */
#ifndef O2S_JSON_STOPS_H
#define O2S_JSON_STOPS_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "base/vector.h"

/* The bytes that a mask has bits for, and the masks of a chunk, which is searched at a time. */
enum { STOPS_BLOCK = 64, STOPS_MASKS = 64 };

struct json_stops {
    /* The chunk, and its size; where the text ends. */
    const char *chunk;
    size_t size;
    const char *end;
    /* Where the first sequence begins that is not UTF-8; `end`: not found so far. */
    const char *invalid;
    /* All before it is UTF-8: the end of the chunk, or of a sequence that crosses it. */
    const char *checked;
    /*
     * A bit for each byte of the chunk: whether it is a stop. In little endian on each machine, so
     * that bits can be read from any byte on. The last mask is always 0.
     */
    uint64_t masks[STOPS_MASKS + 1];
};

/* Begins an input, which must remain as long as stops are searched. */
void json_stops_begin(struct json_stops *stops, struct text text);

/* Does what json_stops_find() does, at any distance. */
const char *json_stops_search(struct json_stops *stops, const char *from);

/*
 * The first stop from `from` on, or `end`. `from` must not be smaller than at the
 * last call. All of the text before the result has been checked: see `invalid`.
 */
static inline const char *json_stops_find(struct json_stops *stops, const char *from) {
    size_t offset = (size_t)(from - stops->chunk);
    if (offset < stops->size) {
        /* At least the next 57 bytes, across two masks. */
        uint64_t bits;
        memcpy(&bits, (const char *)stops->masks + offset / 8, sizeof bits);
        bits = le64toh(bits) >> offset % 8;
        if (bits)
            return from + __builtin_ctzll(bits);
    }
    return json_stops_search(stops, from);
}

/* The bytes of a block that are stops: all ones. */
static inline vector json_stops_of(vector block) {
    return (vector)(block == '"') | (vector)(block == '\\') | (vector)(block < 0x20);
}

#endif
