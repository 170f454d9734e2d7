/* Parses calendar dates and times in ISO 8601, and computes the period that they denote. */
#ifndef O2S_LANGUAGE_DATE_H
#define O2S_LANGUAGE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* The first and last millisecond, both counted from 1970-01-01T00:00:00Z. */
struct date_range {
    int64_t begin_ms;
    int64_t end_ms;
};

/*
 * Parses a calendar date (`2026`, `2026-01`, `2026-01-31`, `20260131`) or a date-time: a whole
 * date, `T`, and hours, minutes and seconds (`12`, `12:30`, `12:30:15.5`, `1230`, `123015,5`), then
 * nothing or `Z` (UTC), or an offset (`+01`, `+01:00`, `+0100`). ISO 8601:2004, 4.1.2.2 to 4.1.2.3
 * and 4.3; years 0001 to 9999; `24:00` is the next day's midnight.
 *
 * A date denotes its whole year, month or day in UTC; a date-time denotes one moment. Digits beyond
 * milliseconds are dropped. Returns false if `text` has none of these forms; `*range` is then not
 * set.
 */
bool date_parse(struct text text, struct date_range *range);

/*
 * Whether `text` is an RFC 3339 (section 5.6) full-date such as `2026-01-31`, or a date-time with
 * `T` as separator and `Z` or an offset at the end, in the years 0001 to 9999. Lower-case letters,
 * which RFC 3339 also allows, are rejected.
 */
bool date_is_full_date(struct text text);
bool date_is_date_time(struct text text);

/*
 * Appends a moment as `2026-01-31T12:00:00.000Z` (RFC 3339). The year is at least 0, which precedes
 * year 1; an offset leads to it. After 9999 it has five digits.
 */
void date_append(struct buffer *buffer, int64_t ms);

/* The same in `arena`. */
struct text date_format(struct arena *arena, int64_t ms);

#endif
