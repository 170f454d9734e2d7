/* How much memory the values of hostile texts take. */
#include "support.h"

#include <string.h>

#include "base/buffer.h"
#include "json/absence.h"
#include "json/reader.h"

enum { TEXT_SIZE = 1 << 20, MAX_FACTOR = 12 };
/* json-c may parse a short text; were that one of SHORT_SIZE, its tree would take 16 MiB. */
enum { SHORT_SIZE = 64 << 10, MAX_SHORT_VALUE = 5 << 20 };

/* The pieces that take most memory for their size. */
static const char *const pieces[] = {
    "0", "\"\"", "[]", "{}", "[0]", "{\"\":0}", "1E1", "\"\\n\"", "[[[]]]", "{\"a\":{},\"b\":{}}"};

/* The memory of the value of a list of `size` bytes that repeats the piece. */
static size_t memory_of_list(struct arena *arena, const char *piece, size_t size) {
    struct buffer text = {0};
    buffer_append_byte(&text, '[');
    while (text.size + 2 * strlen(piece) < size) {
        buffer_append_string(&text, piece);
        buffer_append_byte(&text, ',');
    }
    buffer_append_string(&text, piece);
    buffer_append_byte(&text, ']');
    struct json_reader *reader = json_reader_create();
    size_t before = bytes_in_use();
    struct value value;
    const char *reason;
    check_truth(piece, true, json_read(reader, arena, buffer_text(&text), NULL, &value, &reason));
    check_number(piece, VALUE_ARRAY, value.type);
    json_reader_trim(reader);
    size_t taken = bytes_in_use() - before;
    arena_reset(arena);
    json_reader_destroy(reader);
    buffer_free(&text);
    return taken;
}

static void a_long_text_takes_a_few_times_its_size(void **state) {
    if (!allocator_counts())
        skip();
    for (size_t i = 0; i < COUNT(pieces); i++) {
        size_t memory = memory_of_list(*state, pieces[i], TEXT_SIZE);
        if (memory > MAX_FACTOR * TEXT_SIZE)
            fail_msg("%s: %zu times", pieces[i], memory / TEXT_SIZE);
    }
}

static void a_short_text_takes_a_few_megabytes(void **state) {
    if (!allocator_counts())
        skip();
    for (size_t i = 0; i < COUNT(pieces); i++)
        for (size_t size = 1 << 10; size <= SHORT_SIZE; size += 1 << 10) {
            size_t memory = memory_of_list(*state, pieces[i], size);
            if (memory > MAX_SHORT_VALUE)
                fail_msg("%s of %zu bytes: %zu", pieces[i], size, memory);
        }
}

/* Of many members that no item has, each is looked for in all items. */
static void looking_for_absent_members_leaves_no_memory(void **state) {
    if (!allocator_counts())
        skip();
    enum { ITEMS = 100000, MEMBERS = 20 };
    static struct value items[ITEMS];
    for (size_t i = 0; i < ITEMS; i++)
        items[i] = value_boolean(true);
    struct projection item = {0}, wanted = {.items = &item};
    for (size_t i = 0; i < MEMBERS; i++)
        projection_add(*state, &item, text_format(*state, "m%zu", i));
    struct value list = value_array(items, ITEMS);
    struct buffer absent = {0};
    size_t before = bytes_in_use();
    absence_append(&absent, *state, &wanted, &list, 1, NULL);
    size_t taken = bytes_in_use() - before;
    check_truth("found", true, text_starts_with(buffer_text(&absent), text_of("[].m0, [].m1, ")));
    buffer_free(&absent);
    if (taken > ITEMS)
        fail_msg("%zu bytes", taken);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_long_text_takes_a_few_times_its_size),
        TEST_WITH_ARENA(a_short_text_takes_a_few_megabytes),
        TEST_WITH_ARENA(looking_for_absent_members_leaves_no_memory),
    };
    return cmocka_run_group_tests_name("memory of JSON", tests, NULL, NULL);
}
