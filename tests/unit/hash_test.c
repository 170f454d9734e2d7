#include "support.h"

#include <inttypes.h>

#include "base/hash.h"

static struct text hash_text(struct arena *arena, struct text bytes, struct hash seed) {
    struct hash hash = hash_bytes(bytes, seed);
    return text_format(arena, "%016" PRIx64 "%016" PRIx64, hash.h1, hash.h2);
}

/* The published algorithm's values: lengths of no, of part of and of several blocks. */
static void bytes_have_the_published_fingerprints(void **state) {
    static const struct {
        const char *bytes;
        const char *expected;
    } rows[] = {
        {"", "00000000000000000000000000000000"},
        {"hello", "cbd8a7b341bd9b025b1e906a48ae1d19"},
        {"hello, world", "342fac623a5ebc8e4cdcbc079642414d"},
        {"19 Jan 2038 at 3:14:07 AM", "b89e5988b737affc664fc2950231b2cb"},
        {"The quick brown fox jumps over the lazy dog.", "cd99481f9ee902c9695da1a38987b6e7"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(rows[i].bytes, rows[i].expected,
                   hash_text(*state, text_of(rows[i].bytes), (struct hash){0, 0}));
}

static void each_bit_and_each_length_counts(void **state) {
    char bytes[40] = {0};
    struct hash none = {0, 0};
    for (size_t size = 1; size <= sizeof bytes; size++) {
        struct text text = {bytes, size};
        struct hash hash = hash_bytes(text, none);
        struct hash shorter = hash_bytes((struct text){bytes, size - 1}, none);
        check_truth("one byte less", true, hash.h1 != shorter.h1 && hash.h2 != shorter.h2);
        for (size_t bit = 0; bit < 8 * size; bit++) {
            bytes[bit / 8] = (char)(1 << bit % 8);
            struct hash other = hash_bytes(text, none);
            check_truth("one bit", true, hash.h1 != other.h1 && hash.h2 != other.h2);
            bytes[bit / 8] = 0;
        }
    }
    (void)state;
}

static void the_seed_counts(void **state) {
    struct arena *arena = *state;
    struct text bytes = text_of("hello");
    struct text plain = hash_text(arena, bytes, (struct hash){0, 0});
    check_truth("first half", false,
                text_equal(plain, hash_text(arena, bytes, (struct hash){1, 0})));
    check_truth("second half", false,
                text_equal(plain, hash_text(arena, bytes, (struct hash){0, 1})));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(bytes_have_the_published_fingerprints),
        TEST_WITH_ARENA(each_bit_and_each_length_counts),
        TEST_WITH_ARENA(the_seed_counts),
    };
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
