#include "support.h"

#include "http/etag.h"

static void a_tag_is_its_fingerprint_in_quotation_marks(void **state) {
    check_text("with leading zeros", "\"000000000000000100000000000000ff\"",
               etag_of(*state, (struct hash){1, 255}));
}

/* RFC 9110, 13.1.2, with the list of 5.6.1.2 and the tags of 8.8.3. */
static void if_none_match_is_read(void **state) {
    static const struct {
        const char *list;
        bool expected;
    } rows[] = {
        {"\"a\"", true},
        {"W/\"a\"", true},
        {"\"b\"", false},
        {"\"b\", \"a\"", true},
        {"\"b\",\"a\"", true},
        {"W/\"b\" ,\t W/\"a\" , \"c\"", true},
        {", ,\"a\",", true},
        {"  \"a\"  ", true},
        {"*", true},
        {" * ", true},
        {"", false},
        {" ", false},
        {",", false},
        /* A comma within a tag ends nothing. */
        {"\"x,\"a\"", false},
        {"\"x, y\", \"a\"", true},
        {"\"\", \"a\"", true},
        {"\"A\"", false},
        {"\"aa\"", false},
        {"\"\"", false},
        /* No tags: */
        {"a", false},
        {"\"a", false},
        {"\"", false},
        {"W/", false},
        {"W/a", false},
        {"w/\"a\"", false},
        {"**", false},
        {"\"b\", *", false},
        {"x, \"a\"", false},
        {"\"b\" x \"a\"", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_truth(rows[i].list, rows[i].expected,
                    etag_is_listed(text_of(rows[i].list), text_of("\"a\"")));
    (void)state;
}

static void a_list_need_not_end_with_a_nul(void **state) {
    check_truth("cut before the quotation mark", false,
                etag_is_listed((struct text){"\"a\"", 2}, text_of("\"a\"")));
    check_truth("cut behind it", true,
                etag_is_listed((struct text){"\"a\"x", 3}, text_of("\"a\"")));
    (void)state;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_tag_is_its_fingerprint_in_quotation_marks),
        TEST_WITH_ARENA(if_none_match_is_read),
        TEST_WITH_ARENA(a_list_need_not_end_with_a_nul),
    };
    return cmocka_run_group_tests_name("etag", tests, NULL, NULL);
}
