#include "base/utf8.h"

#include "base/vector.h"

/* The bytes that are checked at a time, and the most bytes of a sequence before its last one. */
enum { BLOCK_SIZE = 64, LOOK_BEHIND = 3 };

size_t utf8_sequence(struct text text) {
    const unsigned char *c = (const unsigned char *)text.data;
    if (c[0] < 0x80)
        return 1;
    size_t length = c[0] >= 0xF0 ? 4 : c[0] >= 0xE0 ? 3 : 2;
    if (c[0] < 0xC2 || c[0] > 0xF4 || text.size < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xF0 && c[1] < 0x90);
    bool surrogate = c[0] == 0xED && c[1] > 0x9F;
    bool beyond = c[0] == 0xF4 && c[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

/* Where bytes have these bits: all ones. */
static inline vector with_bits(vector bytes, uint8_t mask, uint8_t bits) {
    return (vector)((bytes & mask) == bits);
}

/*
 * Where a byte is a continuation but should not be, or the other way round, by the three bytes
 * before it; or is one that would begin an overlong sequence of two.
 */
static inline vector wrong_lengths(const char *next) {
    vector bytes = vector_load(next);
    vector expected = with_bits(vector_load(next - 1), 0xC0, 0xC0) |
                      with_bits(vector_load(next - 2), 0xE0, 0xE0) |
                      with_bits(vector_load(next - 3), 0xF0, 0xF0);
    return (expected ^ with_bits(bytes, 0xC0, 0x80)) | with_bits(bytes, 0xFE, 0xC0);
}

/* Where a byte may be the first one of a sequence whose second byte has limits of its own. */
static inline vector limiting(vector bytes) {
    return (vector)(bytes == 0xE0) | (vector)(bytes == 0xED) | (vector)(bytes > 0xEF);
}

/*
 * Where a second byte, which is a continuation, makes a sequence overlong, a surrogate, or larger
 * than U+10FFFF; or where a byte begins no sequence.
 */
static inline vector wrong_limits(const char *next) {
    vector bytes = vector_load(next);
    vector first = vector_load(next - 1);
    vector below_a0 = with_bits(bytes, 0x20, 0);
    vector below_90 = with_bits(bytes, 0x30, 0);
    return ((vector)(first == 0xE0) & below_a0) | ((vector)(first == 0xED) & ~below_a0) |
           ((vector)(first == 0xF0) & below_90) | ((vector)(first == 0xF4) & ~below_90) |
           (vector)(bytes > 0xF4);
}

static bool exceeds_limits(const char *block) {
    vector wrong = {0};
    for (int i = 0; i < BLOCK_SIZE; i += VECTOR_SIZE)
        wrong |= wrong_limits(block + i);
    return vector_mask(wrong);
}

/* Whether a block has no error, except that its last sequence may be cut. */
static inline bool is_good(const char *block) {
    vector high = vector_load(block - LOOK_BEHIND), wrong = {0};
    vector limited = limiting(high);
    for (int i = 0; i < BLOCK_SIZE; i += VECTOR_SIZE)
        high |= vector_load(block + i);
    if (!vector_mask(high))
        return true;
    for (int i = 0; i < BLOCK_SIZE; i += VECTOR_SIZE) {
        wrong |= wrong_lengths(block + i);
        limited |= limiting(vector_load(block + i));
    }
    return !vector_mask(wrong) && (!vector_mask(limited) || !exceeds_limits(block));
}

/* The end of the good blocks from `next` on, without a sequence that is cut there. */
static const char *skip_blocks(const char *next, const char *end) {
    const char *first = next;
    while (end - next >= BLOCK_SIZE && is_good(next))
        next += BLOCK_SIZE;
    if (next > first)
        do
            next--;
        while (((unsigned char)*next & 0xC0) == 0x80);
    return next;
}

/* The first byte from `next` on that is not ASCII. */
static inline const char *skip_ascii(const char *next, const char *end) {
    const uint64_t highest = 0x8080808080808080;
    uint64_t word;
    for (; end - next >= (ptrdiff_t)sizeof word; next += sizeof word) {
        memcpy(&word, next, sizeof word);
        word = le64toh(word) & highest;
        if (word)
            return next + __builtin_ctzll(word) / 8;
    }
    while (next < end && !(*next & 0x80))
        next++;
    return next;
}

size_t utf8_prefix(struct text text) {
    const char *end = text.data + text.size;
    const char *next = skip_ascii(text.data, end);
    bool searched = false;
    while (next < end) {
        if (!searched && next - text.data >= LOOK_BEHIND) {
            searched = true;
            next = skip_blocks(next, end);
            if (next == end)
                break;
        }
        size_t length = utf8_sequence((struct text){next, (size_t)(end - next)});
        if (!length)
            break;
        next = skip_ascii(next + length, end);
    }
    return (size_t)(next - text.data);
}
