#include "language/date.h"

#include <string.h>

#include "base/count.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, HOUR_MS = 60 * 60 * 1000, MINUTE_MS = 60 * 1000 };

/* The rest of the string, still to be parsed. */
struct reader {
    const char *at;
    const char *end;
};

static bool at_end(const struct reader *reader) {
    return reader->at == reader->end;
}

static bool next_is(const struct reader *reader, char c) {
    return !at_end(reader) && *reader->at == c;
}

static bool skip(struct reader *reader, char c) {
    bool found = next_is(reader, c);
    reader->at += found;
    return found;
}

/* Reads exactly `count` digits as a number from `least` to `most`. */
static bool read_number(struct reader *reader, int count, int least, int most, int *number) {
    *number = 0;
    for (int i = 0; i < count; i++) {
        if (at_end(reader) || *reader->at < '0' || *reader->at > '9')
            return false;
        *number = *number * 10 + (*reader->at++ - '0');
    }
    return *number >= least && *number <= most;
}

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* The quotient rounded down; C rounds towards zero. `divisor` is positive. */
static int64_t divide_down(int64_t number, int64_t divisor) {
    return number / divisor - (number % divisor < 0);
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar; `month` 13 is the next January. */
static int64_t day_number(int year, int month, int day) {
    int64_t before = year - 1;
    int64_t days = before * 365 + divide_down(before, 4) - divide_down(before, 100) +
                   divide_down(before, 400) - 719162;
    for (int i = 1; i < month; i++)
        days += days_in_month(year, i);
    return days + day - 1;
}

static void set_days(struct date_range *range, int64_t first, int64_t next) {
    range->begin_ms = first * DAY_MS;
    range->end_ms = next * DAY_MS - 1;
}

/* Sets `*whole` to whether the date specifies a day, so that a time may follow. */
static bool read_date(struct reader *reader, struct date_range *range, bool *whole) {
    int year;
    int month;
    int day;
    *whole = false;
    if (!read_number(reader, 4, 1, 9999, &year))
        return false;
    set_days(range, day_number(year, 1, 1), day_number(year, 13, 1));
    if (at_end(reader))
        return true;
    bool extended = skip(reader, '-');
    if (!read_number(reader, 2, 1, 12, &month))
        return false;
    set_days(range, day_number(year, month, 1), day_number(year, month + 1, 1));
    /*
     * Reject `202601`, which could also be a date with a two-digit year: ISO 8601 has no such form.
     */
    if (extended && at_end(reader))
        return true;
    if (extended && !skip(reader, '-'))
        return false;
    if (!read_number(reader, 2, 1, days_in_month(year, month), &day))
        return false;
    set_days(range, day_number(year, month, day), day_number(year, month, day) + 1);
    *whole = true;
    return true;
}

/* The digits after a point or comma, in milliseconds. */
static bool read_fraction(struct reader *reader, int *ms) {
    int scale = 100;
    *ms = 0;
    if (!skip(reader, '.') && !skip(reader, ','))
        return true;
    const char *first = reader->at;
    for (; !at_end(reader) && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
        *ms += (*reader->at - '0') * scale;
        scale /= 10;
    }
    return reader->at > first;
}

static bool ends_time(const struct reader *reader) {
    return at_end(reader) || *reader->at == 'Z' || *reader->at == '+' || *reader->at == '-';
}

static bool read_time(struct reader *reader, int64_t *ms) {
    int hour;
    int minute = 0;
    int second = 0;
    int fraction = 0;
    if (!read_number(reader, 2, 0, 24, &hour))
        return false;
    bool extended = next_is(reader, ':');
    if (!ends_time(reader)) {
        if (extended)
            skip(reader, ':');
        if (!read_number(reader, 2, 0, 59, &minute))
            return false;
    }
    if (!ends_time(reader)) {
        if (extended && !skip(reader, ':'))
            return false;
        /* 60 is a leap second (ISO 8601:2004, 4.2.1). */
        if (!read_number(reader, 2, 0, 60, &second) || !read_fraction(reader, &fraction))
            return false;
    }
    *ms = (int64_t)hour * HOUR_MS + (int64_t)minute * MINUTE_MS + second * 1000 + fraction;
    return hour < 24 || *ms == DAY_MS;
}

/* Minutes by which the local time is ahead of UTC; no offset is written for UTC. */
static bool read_zone(struct reader *reader, int *ahead) {
    int hours;
    int minutes = 0;
    *ahead = 0;
    if (at_end(reader) || skip(reader, 'Z'))
        return true;
    bool behind = skip(reader, '-');
    if (!behind && !skip(reader, '+'))
        return false;
    if (!read_number(reader, 2, 0, 23, &hours))
        return false;
    if (!at_end(reader)) {
        skip(reader, ':');
        if (!read_number(reader, 2, 0, 59, &minutes))
            return false;
    }
    *ahead = (hours * 60 + minutes) * (behind ? -1 : 1);
    return true;
}

bool date_parse(struct text text, struct date_range *range) {
    struct reader reader = {text.data, text.data + text.size};
    struct date_range found;
    bool whole;
    int64_t time;
    int ahead;
    if (!text.size || !read_date(&reader, &found, &whole))
        return false;
    if (!at_end(&reader)) {
        if (!whole || !skip(&reader, 'T') || !read_time(&reader, &time) ||
            !read_zone(&reader, &ahead) || !at_end(&reader))
            return false;
        found.begin_ms += time - (int64_t)ahead * MINUTE_MS;
        found.end_ms = found.begin_ms;
    }
    *range = found;
    return true;
}

/*
 * Skips input that matches `pattern`, in which 9 matches any digit and any other byte matches
 * itself.
 */
static bool skip_like(struct reader *reader, const char *pattern) {
    for (; *pattern; pattern++, reader->at++) {
        bool digit = !at_end(reader) && *reader->at >= '0' && *reader->at <= '9';
        if (*pattern == '9' ? !digit : !next_is(reader, *pattern))
            return false;
    }
    return true;
}

bool date_is_full_date(struct text text) {
    struct reader reader = {text.data, text.data + text.size};
    struct date_range range;
    return skip_like(&reader, "9999-99-99") && at_end(&reader) && date_parse(text, &range);
}

/* Whether the string has the complete form, with all parts and separators. */
bool date_is_date_time(struct text text) {
    struct reader reader = {text.data, text.data + text.size};
    struct date_range range;
    int fraction;
    if (!skip_like(&reader, "9999-99-99T99:99:99") || next_is(&reader, ',') ||
        !read_fraction(&reader, &fraction))
        return false;
    if (!skip(&reader, 'Z')) {
        const char *offset = next_is(&reader, '-') ? "-99:99" : "+99:99";
        if (!skip_like(&reader, offset))
            return false;
    }
    /* 24:00 is midnight of the next day. */
    bool next_midnight = memcmp(text.data + 11, "24", 2) == 0;
    return at_end(&reader) && !next_midnight && date_parse(text, &range);
}

/* A year can have more digits than four. */
enum { MAX_TIME_SIZE = TEXT_MAX_DIGITS + sizeof "-01-31T12:00:00.000Z" };

/* Writes two digits; returns the end. */
static char *write_two(char *at, int64_t number) {
    *at++ = (char)('0' + number / 10);
    *at++ = (char)('0' + number % 10);
    return at;
}

static struct text write_time(char room[MAX_TIME_SIZE], int64_t ms) {
    int64_t days = divide_down(ms, DAY_MS);
    int64_t time = ms - days * DAY_MS;
    /* At most the year, and at least the last but one: by the mean length of a year. */
    int year = (int)divide_down((days + 719162) * 400, 146097);
    while (day_number(year + 1, 1, 1) <= days)
        year++;
    int64_t day = days - day_number(year, 1, 1);
    int month = 1;
    for (; day >= days_in_month(year, month); month++)
        day -= days_in_month(year, month);
    const int64_t parts[] = {
        month, day + 1, time / HOUR_MS, time / MINUTE_MS % 60, time / 1000 % 60, time / 10 % 100,
    };
    char digits[TEXT_MAX_DIGITS];
    struct text first = text_digits(digits, (uint64_t)year, 4);
    char *end = mempcpy(room, first.data, first.size);
    for (size_t i = 0; i < COUNT(parts); i++) {
        *end++ = "--T::."[i];
        end = write_two(end, parts[i]);
    }
    *end++ = (char)('0' + time % 10);
    *end++ = 'Z';
    return (struct text){room, (size_t)(end - room)};
}

void date_append(struct buffer *buffer, int64_t ms) {
    char room[MAX_TIME_SIZE];
    buffer_append_text(buffer, write_time(room, ms));
}

struct text date_format(struct arena *arena, int64_t ms) {
    char room[MAX_TIME_SIZE];
    return text_copy(arena, write_time(room, ms));
}
