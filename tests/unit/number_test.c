/* Numbers as decimal text: grammar, exact comparison, canonical digits. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "json/number.h"
#include "json/scanner.h"

static void the_grammar_is_that_of_json(void **state) {
    static const char *const numbers[] = {"0",   "-0",   "7",    "10",  "-12.50",  "0.0",  "1e5",
                                          "1E5", "1e+5", "1e-5", "0e0", "1.5e007", "-0.1", "1e400"};
    static const char *const others[] = {"",    "-",   "+1",    "01",   "-01",   ".5",       "5.",
                                         "1e",  "1e+", "1.e5",  "0x10", " 1",    "1 ",       "1,5",
                                         "1 2", "--1", "1e5.0", "NaN",  "1e1e1", "Infinity", "1_0"};
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++)
        check_truth(numbers[i], true, number_is_valid(text_of(numbers[i])));
    for (size_t i = 0; i < COUNT(others); i++)
        check_truth(others[i], false, number_is_valid(text_of(others[i])));
    char longest[JSON_MAX_NUMBER + 1];
    memset(longest, '9', sizeof longest);
    check_truth("the longest", true, number_is_valid((struct text){longest, JSON_MAX_NUMBER}));
    check_truth("one longer", false, number_is_valid((struct text){longest, sizeof longest}));
    check_truth("a NUL behind it", false, number_is_valid((struct text){"1", 2}));
}

static int sign(int number) {
    return (number > 0) - (number < 0);
}

static void check_comparison(const char *a, const char *b, int expected) {
    int came = sign(number_compare(text_of(a), text_of(b)));
    int reverse = sign(number_compare(text_of(b), text_of(a)));
    if (came != expected || reverse != -expected)
        fail_msg("%s against %s: expected %d, got %d, and %d the other way round", a, b, expected,
                 came, reverse);
}

static void comparison_is_exact(void **state) {
    static const struct {
        const char *a;
        const char *b;
        int expected;
    } rows[] = {
        {"1", "1", 0},
        {"1", "1.0", 0},
        {"1", "10e-1", 0},
        {"1", "0.0001e4", 0},
        {"100", "1E2", 0},
        {"0", "-0", 0},
        {"0", "0.000e99", 0},
        {"0", "-0e99999999999999999999999", 0},
        {"-1", "1", -1},
        {"-1", "0", -1},
        {"-2", "-1", -1},
        {"-1e400", "-1e399", -1},
        {"9", "10", -1},
        {"0.9", "0.10", 1},
        {"0.09", "0.1", -1},
        {"9007199254740992", "9007199254740993", -1},
        {"0.1", "0.10000000000000000000000000000000000001", -1},
        {"1e400", "1e401", -1},
        {"1e400", "9e399", 1},
        {"1e-400", "0", 1},
        {"1e-400", "1e-399", -1},
        {"1e400", "1000e397", 0},
        {"1e9999999999999999999999999", "1e9999999999999999999999998", 1},
        {"1e9999999999999999999999999", "10e9999999999999999999999998", 0},
        {"1e10000000000000000000000000", "10e9999999999999999999999999", 0},
        {"1e10000000000000000000000000", "99e9999999999999999999999999", -1},
        {"1e-9999999999999999999999999", "1e9999999999999999999999999", -1},
        {"1e-10000000000000000000000000", "0.1e-9999999999999999999999999", 0},
        {"1e0000000000000000000000000001", "10", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check_comparison(rows[i].a, rows[i].b, rows[i].expected);
}

/* A generator of its own, so that a failure comes again. */
static uint32_t random_below(uint32_t *seed, uint32_t limit) {
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)*seed * limit) >> 32);
}

enum { MAX_DIGITS = 24, SCALE = 100, WIDTH = 220 };

/* A number as an integer of WIDTH digits: its value times 10^SCALE. */
struct scaled {
    int sign;
    char digits[WIDTH];
};

/* Writes digits, a point and an exponent; `scaled` becomes its value, digit by digit. */
static void random_number(uint32_t *seed, char *text, size_t size, struct scaled *scaled) {
    char digits[MAX_DIGITS + 1] = {0};
    size_t count = 1 + random_below(seed, MAX_DIGITS);
    size_t before = 1 + random_below(seed, (uint32_t)count);
    /* Few kinds of digits, so that numbers share their beginnings. */
    for (size_t i = 0; i < count; i++)
        digits[i] = "00019"[random_below(seed, 5)];
    int exponent = (int)random_below(seed, 9) - 4;
    bool negative = random_below(seed, 4) == 0;
    if (before > 1 && digits[0] == '0')
        digits[0] = '1';
    snprintf(text, size, "%s%.*s%s%se%d", negative ? "-" : "", (int)before, digits,
             before < count ? "." : "", digits + before, exponent);
    memset(scaled->digits, '0', WIDTH);
    size_t first = (size_t)(WIDTH - SCALE - (int)before - exponent);
    memcpy(scaled->digits + first, digits, count);
    bool zero = strspn(digits, "0") == count;
    scaled->sign = zero ? 0 : negative ? -1 : 1;
}

static int compare_scaled(const struct scaled *a, const struct scaled *b) {
    if (a->sign != b->sign)
        return sign(a->sign - b->sign);
    return a->sign * sign(memcmp(a->digits, b->digits, WIDTH));
}

static void comparison_agrees_with_scaled_integers(void **state) {
    uint32_t seed = 20261126;
    size_t equal = 0;
    (void)state;
    for (size_t i = 0; i < 100000; i++) {
        char texts[2][64];
        struct scaled scaled[2];
        random_number(&seed, texts[0], sizeof texts[0], &scaled[0]);
        random_number(&seed, texts[1], sizeof texts[1], &scaled[1]);
        int expected = compare_scaled(&scaled[0], &scaled[1]);
        check_comparison(texts[0], texts[1], expected);
        equal += expected == 0;
    }
    check_truth("equal numbers are among them", true, equal > 100);
}

static void integers_have_no_fraction(void **state) {
    static const struct {
        const char *number;
        bool expected;
    } rows[] = {
        {"0", true},
        {"-0.000", true},
        {"0e99999999999999999999", true},
        {"12", true},
        {"1.0", true},
        {"1e3", true},
        {"1.50e1", true},
        {"1.5", false},
        {"1.55e1", false},
        {"1e-1", false},
        {"10e-1", true},
        {"9007199254740993.5", false},
        {"1e63", true},
        {"1e64", false},
        {"1e300", false},
        {"1e-99999999999999999999", false},
        {"1e99999999999999999999", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check_truth(rows[i].number, rows[i].expected, number_is_integer(text_of(rows[i].number)));
}

static void a_number_has_one_canonical_text(void **state) {
    static const struct {
        const char *number;
        const char *expected;
    } rows[] = {
        {"0", "0"},
        {"-0", "0"},
        {"0.00e5", "0"},
        {"10", "10"},
        {"1e1", "10"},
        {"1E+1", "10"},
        {"1.0", "1"},
        {"-12.50", "-12.5"},
        {"1.50e1", "15"},
        {"12345e-2", "123.45"},
        {"0.5", "0.5"},
        {"5e-7", "0.0000005"},
        {"5e-8", "5e-8"},
        {"-1234e-20", "-1.234e-17"},
        {"1e63", "1000000000000000000000000000000000000000000000000000000000000000"},
        {"1e64", "1e64"},
        {"123e300", "1.23e302"},
        {"1e99999999999999999999", "1e99999999999999999999"},
        {"1E-99999999999999999999", "1e-99999999999999999999"},
        {"9007199254740993.10", "9007199254740993.1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(rows[i].number, rows[i].expected,
                   number_canonical(*state, text_of(rows[i].number)));
}

static void a_canonical_text_has_the_same_value(void **state) {
    uint32_t seed = 42;
    for (size_t i = 0; i < 10000; i++) {
        char text[64];
        struct scaled scaled;
        random_number(&seed, text, sizeof text, &scaled);
        struct text canonical = number_canonical(*state, text_of(text));
        check_truth(text, true, number_is_valid(canonical));
        check_comparison(text, canonical.data, 0);
        check_text(text, canonical.data, number_canonical(*state, canonical));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grammar_is_that_of_json),
        cmocka_unit_test(comparison_is_exact),
        cmocka_unit_test(comparison_agrees_with_scaled_integers),
        cmocka_unit_test(integers_have_no_fraction),
        TEST_WITH_ARENA(a_number_has_one_canonical_text),
        TEST_WITH_ARENA(a_canonical_text_has_the_same_value),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
