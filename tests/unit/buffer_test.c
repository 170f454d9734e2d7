/* The growing run of bytes. */
#include "support.h"

#include "base/buffer.h"

static void bytes_are_appended(void **state) {
    (void)state;
    struct buffer buffer = {0};
    buffer_append(&buffer, "ab", 2);
    buffer_append(&buffer, NULL, 0);
    buffer_append_text(&buffer, (struct text){NULL, 0});
    buffer_append_text(&buffer, text_of("c"));
    buffer_append_string(&buffer, "de");
    buffer_append_byte(&buffer, 'f');
    buffer_append_format(&buffer, "%03d-%s", 7, "x");
    check_text("all of it", "abcdef007-x", buffer_text(&buffer));
    buffer_free(&buffer);
}

static void an_empty_buffer_is_the_empty_text(void **state) {
    (void)state;
    struct buffer buffer = {0};
    check_text("empty", "", buffer_text(&buffer));
    buffer_append_format(&buffer, "%s", "");
    check_text("formatted nothing", "", buffer_text(&buffer));
    buffer_free(&buffer);
    buffer_free(&buffer);
}

static void it_grows(void **state) {
    (void)state;
    struct buffer buffer = {0};
    for (size_t i = 0; i < 10000; i++)
        buffer_append_byte(&buffer, (char)('a' + i % 26));
    check_number("bytes", 10000, buffer.size);
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(buffer.data[i], 'a' + i % 26);
    buffer_free(&buffer);
}

static void emptied_it_keeps_a_little_memory_and_gives_much_back(void **state) {
    (void)state;
    struct buffer buffer = {0};
    buffer_append_string(&buffer, "some");
    const char *data = buffer.data;
    buffer_reset(&buffer, 1000);
    check_number("bytes", 0, buffer.size);
    check_truth("a little is kept", true, buffer.data == data);
    for (size_t i = 0; i < 2000; i++)
        buffer_append_byte(&buffer, 'x');
    buffer_reset(&buffer, 1000);
    check_number("bytes", 0, buffer.size);
    check_number("capacity", 0, buffer.capacity);
    check_truth("much is given back", true, buffer.data == NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_appended),
        cmocka_unit_test(an_empty_buffer_is_the_empty_text),
        cmocka_unit_test(it_grows),
        cmocka_unit_test(emptied_it_keeps_a_little_memory_and_gives_much_back),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
