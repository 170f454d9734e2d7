/* Calendar dates and times as ISO 8601 writes them, and what period they denote. */
#ifndef O2S_LANGUAGE_DATE_H
#define O2S_LANGUAGE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* First and last millisecond, both counted from 1970-01-01T00:00:00Z. */
struct date_range {
    int64_t begin_ms;
    int64_t end_ms;
};

/*
 * Parses a calendar date (`2026`, `2026-01`, `2026-01-31`, `20260131`) or a date-time: a whole
 * date, `T`, and hours, minutes and seconds (`12`, `12:30`, `12:30:15.5`, `1230`, `123015,5`),
 * then nothing or `Z` (UTC), or an offset (`+01`, `+01:00`, `+0100`). ISO 8601:2004, 4.1.2.2 to
 * 4.1.2.3 and 4.3; years 0001 to 9999; `24:00` is the next day's midnight.
 *
 * A date denotes all of its year, month or day, in UTC; a date-time is a moment. Digits beyond
 * milliseconds are dropped. False if `text` is none of these; `*range` is then not set.
 */
bool date_parse(struct text text, struct date_range *range);

/*
 * RFC 3339, section 5.6: whether `text` is a full-date (`2026-01-31`), or a date-time with `T`
 * between and `Z` or an offset at the end, of years 0001 to 9999. The lower-case letters that it
 * also allows are refused.
 */
bool date_is_full_date(struct text text);
bool date_is_date_time(struct text text);

/* A moment as `2026-01-31T12:00:00.000Z` (RFC 3339), in `arena`. */
struct text date_format(struct arena *arena, int64_t ms);

#endif
