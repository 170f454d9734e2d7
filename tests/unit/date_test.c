/* Dates and times of ISO 8601. */
#include "support.h"

#include <stdio.h>

#include "language/date.h"

struct row {
    const char *date;
    const char *begin;
    /* NULL: the same moment. */
    const char *end;
};

static void check_rows(struct arena *arena, const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct date_range range;
        if (!date_parse(text_of(rows[i].date), &range))
            fail_msg("%s is not accepted", rows[i].date);
        check_text(rows[i].date, rows[i].begin, date_format(arena, range.begin_ms));
        check_text(rows[i].date, rows[i].end ? rows[i].end : rows[i].begin,
                   date_format(arena, range.end_ms));
    }
}

static void a_date_is_all_of_its_period(void **state) {
    static const struct row rows[] = {
        {"2026", "2026-01-01T00:00:00.000Z", "2026-12-31T23:59:59.999Z"},
        {"2024-02", "2024-02-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z"},
        {"2100-02", "2100-02-01T00:00:00.000Z", "2100-02-28T23:59:59.999Z"},
        {"2025-12", "2025-12-01T00:00:00.000Z", "2025-12-31T23:59:59.999Z"},
        {"2026-01-31", "2026-01-31T00:00:00.000Z", "2026-01-31T23:59:59.999Z"},
        {"20260131", "2026-01-31T00:00:00.000Z", "2026-01-31T23:59:59.999Z"},
        {"1969-12-31", "1969-12-31T00:00:00.000Z", "1969-12-31T23:59:59.999Z"},
        {"0001-01-01", "0001-01-01T00:00:00.000Z", "0001-01-01T23:59:59.999Z"},
        {"9999-12-31", "9999-12-31T00:00:00.000Z", "9999-12-31T23:59:59.999Z"},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_time_is_a_moment(void **state) {
    static const struct row rows[] = {
        {"2026-01-31T12", "2026-01-31T12:00:00.000Z", NULL},
        {"2026-01-31T12:30", "2026-01-31T12:30:00.000Z", NULL},
        {"2026-01-31T12:30:15", "2026-01-31T12:30:15.000Z", NULL},
        {"2026-01-31T12:30:15.25", "2026-01-31T12:30:15.250Z", NULL},
        {"2026-01-31T12:30:15,1239", "2026-01-31T12:30:15.123Z", NULL},
        {"20260131T123015", "2026-01-31T12:30:15.000Z", NULL},
        {"20260131T1230Z", "2026-01-31T12:30:00.000Z", NULL},
        {"2026-01-31T24:00", "2026-02-01T00:00:00.000Z", NULL},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z", NULL},
    };
    check_rows(*state, rows, COUNT(rows));
}

static void a_zone_is_taken_into_account(void **state) {
    static const struct row rows[] = {
        {"2026-01-31T12:30Z", "2026-01-31T12:30:00.000Z", NULL},
        {"2026-01-31T12:30+01", "2026-01-31T11:30:00.000Z", NULL},
        {"2026-01-31T12:30:00+05:45", "2026-01-31T06:45:00.000Z", NULL},
        {"20260131T123000-0330", "2026-01-31T16:00:00.000Z", NULL},
        {"2026-01-01T00:30:00.5+01:00", "2025-12-31T23:30:00.500Z", NULL},
        /* Year 0 precedes year 1, and is a leap year. */
        {"0001-01-01T00:00+01", "0000-12-31T23:00:00.000Z", NULL},
        {"0001-01-01T00:00+23:59", "0000-12-31T00:01:00.000Z", NULL},
        {"0001-01-01T00:59:59.999+01", "0000-12-31T23:59:59.999Z", NULL},
        {"0001-01-01T01:00+01", "0001-01-01T00:00:00.000Z", NULL},
        {"9999-12-31T23:59-23:59", "10000-01-01T23:58:00.000Z", NULL},
    };
    check_rows(*state, rows, COUNT(rows));
}

/* The days before year 1, which only date_format() meets. */
static void year_0_is_a_leap_year(void **state) {
    struct date_range year_1;
    const int64_t day = 24 * 60 * 60 * 1000;
    assert_true(date_parse(text_of("0001-01-01"), &year_1));
    check_text("the last day", "0000-12-31T00:00:00.000Z",
               date_format(*state, year_1.begin_ms - day));
    check_text("29 February", "0000-02-29T00:00:00.000Z",
               date_format(*state, year_1.begin_ms - (366 - 59) * day));
    check_text("the first day", "0000-01-01T00:00:00.000Z",
               date_format(*state, year_1.begin_ms - 366 * day));
}

static void rejects_invalid_dates(void **state) {
    static const char *const rows[] = {
        "",
        "x",
        "26",
        "202",
        "202601",
        "2026-",
        "2026-1",
        "2026-13",
        "2026-00",
        "0000-01-01",
        "2026-01-",
        "2026-01-32",
        "2026-02-29",
        "2026-0131",
        "2026-01-31T",
        "2026-01-31 12:00",
        "2026-01T12:00",
        "2026T12",
        "2026-01-31T25",
        "2026-01-31T24:01",
        "2026-01-31T12:60",
        "2026-01-31T12:30:61",
        "2026-01-31T12:30:",
        "2026-01-31T12:30:15.",
        "2026-01-31T1",
        "2026-01-31T12:30:15x01",
        "2026-01-31T12:30 01:00",
        "2026-01-31T12:30+1",
        "2026-01-31T12:30+24",
        "2026-01-31T12:30+01:60",
        "2026-01-31T12:30ZZ",
        "2026-01-31Z",
        " 2026-01-31",
        "2026-01-31 ",
        "+2026-01-31",
        "2026-W05-1",
        "2026-031",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct date_range range;
        check_truth(rows[i], false, date_parse(text_of(rows[i]), &range));
    }
}

static void check_day(int64_t ms, int year, int month, int day) {
    char expected[64];
    struct buffer came = {0};
    snprintf(expected, sizeof expected, "%04d-%02d-%02dT00:00:00.000Z", year, month, day);
    date_append(&came, ms);
    if (!text_is(buffer_text(&came), expected))
        fail_msg("%s: %.*s", expected, (int)came.size, came.data);
    buffer_free(&came);
}

/* Of the years 1 to 2400, after which the calendar is the same, and of the last one. */
static void a_month_has_its_first_and_its_last_day(void **state) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int64_t day_ms = 86400000;
    int64_t ms = -719162 * day_ms;
    (void)state;
    for (int year = 1; year <= 9999; year++) {
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        bool checked = year <= 2400 || year == 9999;
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (leap && month == 2);
            if (checked) {
                check_day(ms, year, month, 1);
                check_day(ms + (length - 1) * day_ms, year, month, length);
            }
            ms += length * day_ms;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_date_is_all_of_its_period),
        TEST_WITH_ARENA(a_time_is_a_moment),
        TEST_WITH_ARENA(a_zone_is_taken_into_account),
        TEST_WITH_ARENA(year_0_is_a_leap_year),
        cmocka_unit_test(a_month_has_its_first_and_its_last_day),
        cmocka_unit_test(rejects_invalid_dates),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
