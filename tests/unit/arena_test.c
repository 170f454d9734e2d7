/* Memory that is given back all at once. */
#include "support.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#ifdef O2S_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state) {
    static const size_t sizes[] = {0, 1, 3, 8, 17, 100, 16 * 1024, 100000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        unsigned char *memory = arena_allocate(*state, sizes[i]);
        assert_non_null(memory);
        check_number("misalignment", 0, (uintptr_t)memory % alignof(double));
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(memory[j], 0);
        memset(memory, 0xFF, sizes[i]);
    }
}

static void allocations_do_not_overlap(void **state) {
    unsigned char *memory[500];
    for (size_t i = 0; i < COUNT(memory); i++)
        memset(memory[i] = arena_allocate_array(*state, i + 1, 3), (int)(i % 251), (i + 1) * 3);
    for (size_t i = 0; i < COUNT(memory); i++)
        for (size_t j = 0; j < (i + 1) * 3; j++)
            assert_int_equal(memory[i][j], i % 251);
}

/* What is not zeroed does not overlap either; AddressSanitizer's builds fill it. */
static void unset_memory_is_aligned_and_separate(void **state) {
    for (size_t i = 1; i <= 100; i++) {
        unsigned char *before = arena_allocate(*state, i);
        unsigned char *memory = arena_allocate_unset(*state, i, 40);
        unsigned char *after = arena_allocate(*state, i);
        check_number("misalignment", 0, (uintptr_t)memory % alignof(double));
#ifdef O2S_ADDRESS_SANITIZER
        assert_int_equal(memory[0], 0xA5);
        assert_int_equal(memory[i * 40 - 1], 0xA5);
#endif
        memset(memory, 0xFF, i * 40);
        for (size_t j = 0; j < i; j++)
            assert_int_equal(before[j] | after[j], 0);
    }
}

static void a_copy_has_the_same_bytes(void **state) {
    static const char bytes[] = "12345678901234567";
    for (size_t size = 1; size <= sizeof bytes; size++) {
        const char *copy = arena_copy(*state, bytes, size);
        check_number("misalignment", 0, (uintptr_t)copy % alignof(double));
        assert_ptr_not_equal(copy, bytes);
        assert_memory_equal(copy, bytes, size);
    }
}

static void memory_is_zeroed_again_after_a_reset(void **state) {
    memset(arena_allocate(*state, 1000), 0xFF, 1000);
    arena_reset(*state);
    const unsigned char *memory = arena_allocate(*state, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(memory[i], 0);
}

static void a_reset_may_come_at_any_time(void **state) {
    arena_reset(*state);
    arena_reset(*state);
    arena_allocate(*state, 1000000);
    arena_reset(*state);
    arena_allocate(*state, 10);
}

/* With AddressSanitizer, a read behind an allocation is found although the block goes on. */
static void memory_after_an_allocation_is_poisoned(void **state) {
#ifdef O2S_ADDRESS_SANITIZER
    static const size_t sizes[] = {1, 8, 16, 17, 1000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char *memory = arena_allocate(*state, sizes[i]);
        check_truth("the last byte is open", true,
                    !__asan_address_is_poisoned(memory + sizes[i] - 1));
        check_truth("the next is closed", true, __asan_address_is_poisoned(memory + sizes[i]));
    }
    char *last = arena_allocate(*state, 1);
    arena_reset(*state);
    check_truth("after a reset all is closed", true, __asan_address_is_poisoned(last));
#else
    (void)state;
    skip();
#endif
}

/* A block of up to 256 KiB is kept for the next request. */
static void a_reset_frees_a_large_block(void **state) {
    static const size_t limit = 256 * 1024;
    if (!allocator_counts())
        skip();
    arena_allocate(*state, 10);
    arena_reset(*state);
    size_t before = bytes_in_use();
    arena_allocate(*state, limit);
    arena_reset(*state);
    assert_true(bytes_in_use() >= before + limit - 32 * 1024);
    arena_allocate(*state, limit + 1);
    assert_true(bytes_in_use() >= before + limit);
    arena_reset(*state);
    assert_true(bytes_in_use() <= before);
    /* Of several blocks one is kept. */
    for (int i = 0; i < 10; i++)
        arena_allocate(*state, 100000);
    arena_reset(*state);
    assert_true(bytes_in_use() <= before + limit + 1024);
}

static void allocate_in_pieces(struct arena *arena, size_t total) {
    for (size_t i = 0; i < total; i += 1000)
        arena_allocate(arena, 1000);
}

/* After some requests of a size, the next one needs no more memory than is kept. */
static void similar_requests_use_the_same_block(void **state) {
    if (!allocator_counts())
        skip();
    for (int i = 0; i < 3; i++) {
        allocate_in_pieces(*state, 120 * 1024);
        arena_reset(*state);
    }
    size_t before = bytes_in_use();
    allocate_in_pieces(*state, 120 * 1024);
    assert_int_equal(bytes_in_use(), before);
}

static void nothing_is_kept_after_all_is_freed(void **state) {
    struct arena *arena = *state;
    if (!allocator_counts())
        skip();
    arena_trim(arena);
    size_t before = bytes_in_use();
    allocate_in_pieces(arena, 100000);
    arena_trim(arena);
    assert_int_equal(bytes_in_use(), before);
    assert_non_null(arena_allocate(arena, 0));
    memset(arena_allocate(arena, 10), 1, 10);
}

static void a_grown_array_keeps_its_elements(void **state) {
    uint16_t *numbers = NULL;
    size_t capacity = 0;
    for (uint16_t i = 0; i < 100; i++) {
        const uint16_t *before = numbers;
        size_t room = capacity;
        numbers = arena_grow(*state, numbers, i, &capacity, sizeof *numbers);
        check_truth("it only moves when it is full", i < room, numbers == before);
        check_truth("there is room", true, capacity > i);
        assert_int_equal(numbers[capacity - 1], 0);
        numbers[i] = i;
    }
    for (uint16_t i = 0; i < 100; i++)
        assert_int_equal(numbers[i], i);
}

static char order[8];

static void note(void *object) {
    strcat(order, object);
}

static void what_was_deferred_comes_once_and_in_reverse(void **state) {
    (void)state;
    struct arena *arena = arena_create();
    order[0] = '\0';
    arena_defer(arena, note, "a");
    arena_defer(arena, note, "b");
    check_text("before", "", text_of(order));
    arena_reset(arena);
    check_text("at the reset", "ba", text_of(order));
    arena_defer(arena, note, "c");
    arena_trim(arena);
    check_text("when all is freed", "bac", text_of(order));
    arena_defer(arena, note, "d");
    arena_destroy(arena);
    check_text("at the end", "bacd", text_of(order));
    arena_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(memory_is_zeroed_and_aligned),
        TEST_WITH_ARENA(allocations_do_not_overlap),
        TEST_WITH_ARENA(a_copy_has_the_same_bytes),
        TEST_WITH_ARENA(memory_after_an_allocation_is_poisoned),
        TEST_WITH_ARENA(unset_memory_is_aligned_and_separate),
        TEST_WITH_ARENA(memory_is_zeroed_again_after_a_reset),
        TEST_WITH_ARENA(a_reset_may_come_at_any_time),
        TEST_WITH_ARENA(a_reset_frees_a_large_block),
        TEST_WITH_ARENA(similar_requests_use_the_same_block),
        TEST_WITH_ARENA(nothing_is_kept_after_all_is_freed),
        TEST_WITH_ARENA(a_grown_array_keeps_its_elements),
        cmocka_unit_test(what_was_deferred_comes_once_and_in_reverse),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
