/* Slugs. tests/slug compares far more of them with the package they are defined by. */
#include "support.h"

#include "language/slug.h"

struct slug_case {
    const char *input;
    const char *expected;
};

static void check_cases(struct arena *arena, const struct slug_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++)
        check_text(cases[i].input, cases[i].expected, slug_of(arena, text_of(cases[i].input)));
}

static void replaces_characters_with_ascii(void **state) {
    static const struct slug_case cases[] = {
        {"MUG ü/1", "mug-u1"},
        {"Жук", "zhuk"},
        {"Straße ẞ", "strasse-ss"},
        {"Ærø Đ þ", "aero-dj-th"},
        {"100%", "100percent"},
        {"a & b", "a-and-b"},
        {"$5 < 7€ | >", "dollar5-less-7euro-or-greater"},
        {"© ™", "c-tm"},
        {"ΘΞΨ", "83ps"},
        {"٣۴", "34"},
        {"元", "yuan"},
        {"ъьЬ", "u"},
        {"I ♥ ∞", "i-love-infinity"},
    };
    check_cases(*state, cases, COUNT(cases));
}

static void drops_other_characters(void **state) {
    static const struct slug_case cases[] = {
        {"", ""},    {"a🙂b", "ab"}, {"日本", ""}, {"a—b_c.d", "abcd"}, {"!@#^*()+='\"", ""},
        {"ǻa", "a"},
    };
    check_cases(*state, cases, COUNT(cases));
    check_text("no string", "", slug_of(*state, (struct text){NULL, 0}));
    check_text("a NUL", "ab", slug_of(*state, (struct text){"a\0b", 3}));
    check_text("bytes that are not UTF-8", "ab",
               slug_of(*state, text_of("a\xC3\xFF\xED\xA0\x80"
                                       "b")));
    check_text("an incomplete character", "a", slug_of(*state, text_of("a\xE2\x82")));
}

static void joins_words_with_single_hyphens(void **state) {
    static const struct slug_case cases[] = {
        {" a - -- b\t\r\n\v\fc ", "a-b-c"},
        {"a–b", "a-b"},
        {"–-–", ""},
        {"a\u00a0b\u1680c\u2007d\u2028e\u2029f\u202fg\u205fh\u3000i\ufeffj", "a-b-c-d-e-f-g-h-i-j"},
        {"\u3000a\ufeff", "a"},
        {"a\u200bb\xC2\x85"
         "c",
         "abc"},
        {"5₣7", "5french-franc7"},
        {"a ! b", "a-b"},
        {"- A-", "a"},
        {"Ab-C", "ab-c"},
    };
    check_cases(*state, cases, COUNT(cases));
}

static void composes_marks_first(void **state) {
    static const struct slug_case cases[] = {
        /* Cyrillic и and й, and Ukrainian і and ї, have different replacements. */
        {"и й и\u0306", "i-j-j"},
        {"і ї і\u0308", "i-yi-yi"},
        {"Vie\u0323\u0302t Vie\u0302\u0323t Vi\u00ea\u0323t", "viet-viet-viet"},
        /* The letter of ASCII goes with the character that it is composed to, which is dropped. */
        {"xa\u030a\u0301", "x"},
        {"xa\u030a\u0301y x\u01fby", "xy-xy"},
        /* Composed, these are characters without a replacement. */
        {"a\u030a\u0301x", "x"},
        {"<\u0338x > y", "x-greater-y"},
        /* A character that cannot be composed, and comes first, blocks those of its class. */
        {"и\u0305\u0306", "i"},
        {"и\u0316\u0306", "j"},
        {"и\u0315\u0306", "j"},
        {"и\u200d\u0306", "i"},
        {"и\u034f\u0306", "i"},
        /* Codes for other characters: Kelvin, Angstrom, Ohm, marks. */
        {"\u212a \u212b \u2126", "k-a-w"},
        {"α\u0343x α\u0341", "x-a"},
        {"ι\u0344 и\u0344", "i"},
        {"\u0306и", "i"},
    };
    check_cases(*state, cases, COUNT(cases));
}

static void orders_marks_with_replacements(void **state) {
    static const struct slug_case cases[] = {
        {"ب\u064b\u0650", "bane"},
        {"ب\u0650\u064b", "bane"},
        {"ب\u0650\u0652\u064b\u0650", "banee"},
        {"ا\u0650\u0653", "aae"},
        {"\u0650\u064b", "ane"},
    };
    check_cases(*state, cases, COUNT(cases));
}

static void fits_the_longest_results(void **state) {
    enum { COUNT_OF_SIGNS = 1000 };
    char *signs = arena_allocate(*state, COUNT_OF_SIGNS);
    memset(signs, '%', COUNT_OF_SIGNS);
    struct text slug = slug_of(*state, (struct text){signs, COUNT_OF_SIGNS});
    check_number("the size", COUNT_OF_SIGNS * strlen("percent"), slug.size);
    char *blanks = arena_allocate(*state, COUNT_OF_SIGNS);
    for (size_t i = 0; i < COUNT_OF_SIGNS; i++)
        blanks[i] = i % 2 ? ' ' : '%';
    slug = slug_of(*state, (struct text){blanks, COUNT_OF_SIGNS});
    check_number("with hyphens", COUNT_OF_SIGNS / 2 * strlen("percent-") - 1, slug.size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(replaces_characters_with_ascii),  TEST_WITH_ARENA(drops_other_characters),
        TEST_WITH_ARENA(joins_words_with_single_hyphens), TEST_WITH_ARENA(composes_marks_first),
        TEST_WITH_ARENA(orders_marks_with_replacements),  TEST_WITH_ARENA(fits_the_longest_results),
    };
    return cmocka_run_group_tests_name("slugs", tests, NULL, NULL);
}
