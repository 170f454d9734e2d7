/* The list of mistakes, and "did you mean". */
#include "support.h"

#include "base/diagnostics.h"

static const char source[] = "first line\n"
                             "\tżółć here\r\n"
                             "last";

static void mistakes_come_in_the_order_of_the_file(void **state) {
    struct diagnostics *diagnostics = diagnostics_create("file", text_of(source));
    diagnostics_add(diagnostics, (struct location){3, 2, NULL}, "third %d", 3);
    diagnostics_add(diagnostics, (struct location){1, 7, NULL}, "second");
    diagnostics_add(diagnostics, (struct location){1, 1, NULL}, "first");
    diagnostics_add(diagnostics, (struct location){0}, "of all");
    size_t count = diagnostics_count(diagnostics);
    struct text came = printed_mistakes(*state, diagnostics);
    diagnostics_destroy(diagnostics);
    check_number("mistakes", 4, count);
    check_text("printed",
               "file: of all\n"
               "file:1:1: first\n     1 | first line\n       | ^\n"
               "file:1:7: second\n     1 | first line\n       |       ^\n"
               "file:3:2: third 3\n     3 | last\n       |  ^\n",
               came);
}

/* Those that libyaml counts in its marks. */
static void shows_the_line_after_any_breaks(void **state) {
    struct diagnostics *diagnostics =
        diagnostics_create("file", text_of("1\r2\n3\r\n4\xC2\x85\n6\xE2\x80\xA8seventh\rlast"));
    diagnostics_add(diagnostics, (struct location){7, 3, NULL}, "here");
    struct text came = printed_mistakes(*state, diagnostics);
    diagnostics_destroy(diagnostics);
    check_text("printed", "file:7:3: here\n     7 | seventh\n       |   ^\n", came);
}

static void a_second_mistake_at_a_place_is_dropped(void **state) {
    struct diagnostics *diagnostics = diagnostics_create("file", text_of(source));
    diagnostics_add(diagnostics, (struct location){1, 1, NULL}, "first");
    diagnostics_add(diagnostics, (struct location){1, 1, NULL}, "second");
    size_t count = diagnostics_count(diagnostics);
    struct text came = printed_mistakes(*state, diagnostics);
    diagnostics_destroy(diagnostics);
    check_number("mistakes", 1, count);
    check_text("printed", "file:1:1: first\n     1 | first line\n       | ^\n", came);
}

static void a_warning_is_no_error_and_gives_way_to_one(void **state) {
    struct diagnostics *diagnostics = diagnostics_create("file", text_of(source));
    diagnostics_warn(diagnostics, (struct location){1, 1, NULL}, "a warning");
    diagnostics_warn(diagnostics, (struct location){1, 1, NULL}, "a second one");
    diagnostics_warn(diagnostics, (struct location){3, 1, NULL}, "a warning %d", 3);
    check_number("errors", 0, diagnostics_count(diagnostics));
    diagnostics_add(diagnostics, (struct location){3, 1, NULL}, "an error");
    diagnostics_warn(diagnostics, (struct location){3, 1, NULL}, "a warning after it");
    check_number("errors", 1, diagnostics_count(diagnostics));
    struct text came = printed_mistakes(*state, diagnostics);
    diagnostics_destroy(diagnostics);
    check_text("printed",
               "file:1:1: warning: a warning\n     1 | first line\n       | ^\n"
               "file:3:1: an error\n     3 | last\n       | ^\n",
               came);
}

static void reports_a_thousand_and_counts_the_rest(void **state) {
    struct diagnostics *diagnostics = diagnostics_create("file", text_of(""));
    for (size_t i = 0; i < 1500; i++)
        diagnostics_add(diagnostics, (struct location){i + 1, 1, NULL}, "an error");
    struct text came = printed_mistakes(*state, diagnostics);
    check_number("errors", 1500, diagnostics_count(diagnostics));
    diagnostics_destroy(diagnostics);
    check_truth("the thousandth", true, text_contains(came, text_of("file:1000:1: an error\n")));
    check_truth("the next", false, text_contains(came, text_of("file:1001:1: ")));
    check_truth(
        "the rest", true,
        text_contains(came, text_of("file: 500 more errors and warnings are not listed\n")));
}

static void the_caret_stands_under_its_character(void **state) {
    struct diagnostics *diagnostics = diagnostics_create("file", text_of(source));
    diagnostics_add(diagnostics, (struct location){2, 4, NULL}, "behind a tab and two letters");
    diagnostics_add(diagnostics, (struct location){2, 99, NULL}, "behind the line");
    struct text came = printed_mistakes(*state, diagnostics);
    diagnostics_destroy(diagnostics);
    check_text("printed",
               "file:2:4: behind a tab and two letters\n     2 | \tżółć here\n       | \t  ^\n"
               "file:2:99: behind the line\n     2 | \tżółć here\n       | \t         ^\n",
               came);
}

static void the_nearest_name_is_offered(void **state) {
    static const char *const names[] = {"currency", "locale",  "settings", "name",
                                        "id",       "sort_by", "where",    "required"};
    static const struct {
        const char *wanted;
        const char *hint;
    } rows[] = {
        {"curency", "; did you mean \"currency\"?"},
        {"curreny", "; did you mean \"currency\"?"},
        {"wheer", "; did you mean \"where\"?"},
        {"sortby", "; did you mean \"sort_by\"?"},
        {"requierd", "; did you mean \"required\"?"},
        {"nmae", "; did you mean \"name\"?"},
        {"Locale", "; did you mean \"locale\"?"},
        {"REQUIRED", "; did you mean \"required\"?"},
        {"NMAE", "; did you mean \"name\"?"},
        {"x", ""},
        {"frobnicate", ""},
        /* What is altogether another word is no slip of the keyboard. */
        {"something", ""},
        {"quantity", ""},
        {"things", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct nearest nearest = {.wanted = text_of(rows[i].wanted)};
        for (size_t j = 0; j < COUNT(names); j++)
            nearest_offer(&nearest, text_of(names[j]));
        check_text(rows[i].wanted, rows[i].hint, nearest_hint(&nearest, *state));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(mistakes_come_in_the_order_of_the_file),
        TEST_WITH_ARENA(shows_the_line_after_any_breaks),
        TEST_WITH_ARENA(a_second_mistake_at_a_place_is_dropped),
        TEST_WITH_ARENA(a_warning_is_no_error_and_gives_way_to_one),
        TEST_WITH_ARENA(reports_a_thousand_and_counts_the_rest),
        TEST_WITH_ARENA(the_caret_stands_under_its_character),
        TEST_WITH_ARENA(the_nearest_name_is_offered),
    };
    return cmocka_run_group_tests_name("diagnostics", tests, NULL, NULL);
}
