/* Texts with a length. */
#include "support.h"

#include "base/text.h"
#include "base/utf8.h"

static const struct text none = {NULL, 0};

static void texts_are_compared_by_their_bytes(void **state) {
    (void)state;
    assert_true(text_equal(text_of("ab"), text_of("ab")));
    assert_false(text_equal(text_of("ab"), text_of("abc")));
    assert_false(text_equal((struct text){"a\0b", 3}, (struct text){"a\0c", 3}));
    assert_true(text_equal(none, text_of("")));
    assert_true(text_is(none, ""));
    assert_true(text_equal(text_of(NULL), none));
    assert_true(text_compare(text_of("a"), text_of("b")) < 0);
    assert_true(text_compare(text_of("ab"), text_of("a")) > 0);
    assert_true(text_compare(none, text_of("a")) < 0);
    assert_true(text_compare(text_of("ż"), text_of("z")) > 0);
    assert_int_equal(text_compare(none, text_of("")), 0);
}

static void parts_are_found(void **state) {
    (void)state;
    assert_true(text_starts_with(text_of("prod_1"), text_of("prod_")));
    assert_false(text_starts_with(text_of("pro"), text_of("prod_")));
    assert_true(text_starts_with(none, none));
    assert_true(text_contains(text_of("abc"), text_of("bc")));
    assert_false(text_contains(text_of("abc"), text_of("abcd")));
    assert_true(text_contains(none, none));
    assert_false(text_contains(none, text_of("a")));
}

static void names_of_a_list_are_found(void **state) {
    (void)state;
    static const char *const listed[] = {"a", "bc", "d"};
    static const char *const others[] = {"b", "c", "bcd", "a,bc", ""};
    for (size_t i = 0; i < COUNT(listed); i++)
        check_truth(listed[i], true, text_is_listed(text_of(listed[i]), text_of("a, bc,d")));
    for (size_t i = 0; i < COUNT(others); i++)
        check_truth(others[i], false, text_is_listed(text_of(others[i]), text_of("a, bc,d")));
    assert_false(text_is_listed(text_of("a"), none));
}

static void blanks_at_the_ends_are_trimmed(void **state) {
    (void)state;
    check_text("both ends", "a b", text_trim(text_of(" \t\r\n a b\v\f ")));
    check_text("nothing but blanks", "", text_trim(text_of(" \n ")));
    check_text("nothing", "", text_trim(none));
    /* A no-break space is no ASCII blank. */
    check_text("U+00A0", "\u00a0", text_trim(text_of("\u00a0")));
}

static void texts_are_taken_apart(void **state) {
    (void)state;
    struct text rest = text_of("a,,b");
    check_text("first", "a", text_cut(&rest, ','));
    check_text("second", "", text_cut(&rest, ','));
    check_text("third", "b", text_cut(&rest, ','));
    check_text("rest", "", rest);
    check_text("at the end", "", text_cut(&rest, ','));
    rest = text_of("a,");
    check_text("before the last", "a", text_cut(&rest, ','));
    check_text("behind the last", "", rest);
    rest = none;
    check_text("of nothing", "", text_cut(&rest, ','));
}

static void copies_end_with_a_nul(void **state) {
    struct text copy = text_copy(*state, (struct text){"abcdef", 3});
    check_text("the copy", "abc", copy);
    assert_int_equal(copy.data[3], '\0');
    copy = text_copy(*state, none);
    assert_int_equal(copy.size, 0);
    assert_int_equal(copy.data[0], '\0');
    struct text formatted = text_format(*state, "%s-%d", "a", 5);
    check_text("formatted", "a-5", formatted);
    assert_int_equal(formatted.data[formatted.size], '\0');
}

static void parts_are_joined(void **state) {
    const struct text parts[] = {text_of("a-"), {NULL, 0}, text_of("b\"c"), text_of("")};
    struct text joined = text_join(*state, parts, COUNT(parts));
    check_text("parts", "a-b\"c", joined);
    assert_int_equal(joined.data[joined.size], 0);
    joined = text_join(*state, parts, 0);
    check_text("no parts", "", joined);
    assert_int_equal(joined.data[0], 0);
}

static void utf8_is_well_formed(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        bool good;
    } rows[] = {
        {"", true},
        {"abc", true},
        {"\u00fc\u017c\u20ac\U0001F642", true},
        {"\xED\x9F\xBF", true},      /* before the surrogates */
        {"\xEE\x80\x80", true},      /* behind them */
        {"\xF4\x8F\xBF\xBF", true},  /* the last of all */
        {"\x80", false},             /* a continuation alone */
        {"\xC2", false},             /* cut */
        {"\xE2\x82", false},         /* cut */
        {"\xF0\x9F\x99", false},     /* cut */
        {"\xC2z", false},            /* no continuation */
        {"\xC0\xAF", false},         /* overlong */
        {"\xC1\xBF", false},         /* overlong */
        {"\xE0\x9F\xBF", false},     /* overlong */
        {"\xF0\x8F\xBF\xBF", false}, /* overlong */
        {"\xED\xA0\x80", false},     /* a surrogate */
        {"\xF4\x90\x80\x80", false}, /* beyond Unicode */
        {"\xF5\x80\x80\x80", false}, /* beyond Unicode */
        {"\xFF", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_truth(rows[i].bytes, rows[i].good, text_is_utf8(text_of(rows[i].bytes)));
}

/* The prefix, sequence by sequence. */
static size_t plain_prefix(struct text text) {
    size_t size = 0;
    for (size_t length = 1; length && size < text.size; size += length)
        length = utf8_sequence((struct text){text.data + size, text.size - size});
    return size;
}

/* A text of 64 to 260 bytes, with `bytes` after `before` others. */
static void check_prefix(struct text bytes, struct text filler, size_t before) {
    char room[260];
    size_t size = 0;
    while (size + filler.size <= before) {
        memcpy(room + size, filler.data, filler.size);
        size += filler.size;
    }
    memcpy(room + size, bytes.data, bytes.size);
    size += bytes.size;
    memset(room + size, 'x', 80);
    for (size_t i = 0; i <= 80; i += 16) {
        struct text text = {room, size + i};
        size_t expected = plain_prefix(text);
        if (expected != utf8_prefix(text))
            fail_msg("%zu bytes %.*s before %02x: expected: %zu, came: %zu", before,
                     TEXT_ARGUMENT(filler), (unsigned char)bytes.data[0], expected,
                     utf8_prefix(text));
    }
}

static void utf8_is_checked_in_blocks_as_by_sequences(void **state) {
    (void)state;
    static const char *const fillers[] = {"x", "\u017c", "\u4e2d", "\U0001F642"};
    static const char *const sequences[] = {
        "\u017c",     "\u20ac",       "\xED\x9F\xBF", "\uffff",       "\U0001F642",
        "\U0010ffff", "\x80",         "\xC2",         "\xE2\x82",     "\xC2z",
        "\xC0\xAF",   "\xF0\x9F\x99", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF5\x80\x80\x80",
        "\xFF",       "\xC5\x80\x80",
    };
    for (size_t i = 0; i < COUNT(sequences); i++)
        for (size_t j = 0; j < COUNT(fillers); j++)
            for (size_t before = 0; before <= 136; before++)
                check_prefix(text_of(sequences[i]), text_of(fillers[j]), before);
}

static void each_pair_of_bytes_is_checked_in_blocks(void **state) {
    (void)state;
    static const char *const after[] = {"\x80\x80", "\xBF\xBF", "\x80z", "zz"};
    for (unsigned first = 0x80; first < 0x100; first++)
        for (unsigned second = 0; second < 0x100; second++)
            for (size_t i = 0; i < COUNT(after); i++) {
                char bytes[] = {(char)first, (char)second, after[i][0], after[i][1]};
                check_prefix((struct text){bytes, sizeof bytes}, text_of("x"), 20);
            }
}

static void replaces_invalid_utf8(void **state) {
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"", ""},
        {"a\u017c", "a\u017c"},
        {"\xFF", "\uFFFD"},
        {"a\xC5z", "a\uFFFDz"},
        {"cut \xF0\x9F\x98", "cut \uFFFD\uFFFD\uFFFD"},
        {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text = text_well_formed(*state, text_of(rows[i].text));
        check_text(rows[i].text, rows[i].expected, text);
        assert_int_equal(text.data[text.size], '\0');
    }
}

static void characters_are_taken_one_by_one(void **state) {
    (void)state;
    static const uint32_t expected[] = {'a',     0x7F,     0x80,   0x7FF,  0x800,  0xFFFF,
                                        0x10000, 0x10FFFF, 0xFFFD, 0xFFFD, 0xFFFD, 'z'};
    struct text rest = text_of("a\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80"
                               "\xF4\x8F\xBF\xBF\xFF\xE2\x82z");
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_true(rest.size);
        assert_int_equal(text_cut_character(&rest), expected[i]);
    }
    assert_int_equal(rest.size, 0);
}

static void is_shortened_between_characters(void **state) {
    (void)state;
    check_text("as long as the limit", "aż", text_shortened(text_of("aż"), 3));
    check_text("longer by a byte", "a", text_shortened(text_of("aż"), 2));
    check_text("only part of a character", "", text_shortened(text_of("🙂"), 3));
    check_text("between two characters", "ż", text_shortened(text_of("ż🙂"), 2));
    check_text("nothing", "", text_shortened((struct text){NULL, 0}, 3));
}

static void control_characters_are_found(void **state) {
    static const struct {
        struct text text;
        const char *allowed;
        bool found;
    } rows[] = {
        {{"", 0}, "", false},         {{NULL, 0}, "\t", false},   {{"a b~", 4}, "", false},
        {{"\xC5\xBC", 2}, "", false}, {{"a\n", 2}, "", true},     {{"\r", 1}, "", true},
        {{"\x1F", 1}, "", true},      {{"\x7F", 1}, "", true},    {{"\x80", 1}, "", false},
        {{"a\tb", 3}, "", true},      {{"a\tb", 3}, "\t", false}, {{"a\tb\n", 4}, "\t", true},
        {{"a\0b", 3}, "", true},      {{"a\0b", 3}, "\t", true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check_truth(rows[i].text.data ? rows[i].text.data : "NULL", rows[i].found,
                    text_has_control(rows[i].text, text_of(rows[i].allowed)));
}

/* Blocks of bytes are checked at once: each byte is tried at each place in and behind them. */
static void control_characters_are_found_at_each_place(void **state) {
    (void)state;
    for (size_t place = 0; place < 37; place++)
        for (int byte = 0; byte < 256; byte++) {
            char bytes[37];
            memset(bytes, 'a', sizeof bytes);
            bytes[place] = (char)byte;
            struct text text = {bytes, sizeof bytes};
            check_truth("none is allowed", byte < 0x20 || byte == 0x7f,
                        text_has_control(text, text_of("")));
            bytes[0] = place ? '\t' : bytes[0];
            check_truth("a tab is allowed", byte != '\t' && (byte < 0x20 || byte == 0x7f),
                        text_has_control(text, text_of("\t")));
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_compared_by_their_bytes),
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(names_of_a_list_are_found),
        cmocka_unit_test(blanks_at_the_ends_are_trimmed),
        cmocka_unit_test(texts_are_taken_apart),
        TEST_WITH_ARENA(copies_end_with_a_nul),
        TEST_WITH_ARENA(parts_are_joined),
        cmocka_unit_test(utf8_is_well_formed),
        cmocka_unit_test(utf8_is_checked_in_blocks_as_by_sequences),
        cmocka_unit_test(each_pair_of_bytes_is_checked_in_blocks),
        TEST_WITH_ARENA(replaces_invalid_utf8),
        cmocka_unit_test(characters_are_taken_one_by_one),
        cmocka_unit_test(is_shortened_between_characters),
        cmocka_unit_test(control_characters_are_found),
        cmocka_unit_test(control_characters_are_found_at_each_place),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
