/*
 * Numbers as JSON writes them (RFC 8259, section 6): decimal text, never rounded, of up to
 * JSON_MAX_NUMBER bytes.
 *
 * The scanner's grammar is the only one: what number_is_valid() accepts, json_scan_number()
 * accepts, and the other functions require.
 */
#ifndef O2S_JSON_NUMBER_H
#define O2S_JSON_NUMBER_H

#include <stdbool.h>

#include "base/text.h"

/*
 * The most digits that an integer may have: `1e63` is one, `1e64` is not. Writing one out in
 * digits is bounded by that.
 */
enum { NUMBER_MAX_INTEGER_DIGITS = 64 };

/* Whether `text` is a number and nothing else; no blanks either. */
bool number_is_valid(struct text text);

/*
 * Compares two numbers by their exact value: below 0, 0 or above 0. `1`, `1.0` and `10e-1` are
 * equal, and so are `0` and `-0`. Linear in the length of both.
 */
int number_compare(struct text a, struct text b);

/* Whether a number has no fraction (`1`, `1.0` and `1e3` have none), and is not too long. */
bool number_is_integer(struct text number);

/*
 * The number's one canonical text, in `arena`, with a NUL behind it: without zeros that mean
 * nothing, and without an exponent as long as at most NUMBER_MAX_INTEGER_DIGITS digits are before
 * the point and at most 6 zeros behind it. `1e1` gives `10`, `1.50` gives `1.5`, `-0` gives `0`.
 */
struct text number_canonical(struct arena *arena, struct text number);

#endif
