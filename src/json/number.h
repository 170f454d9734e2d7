/*
 * Numbers in JSON (RFC 8259, section 6): decimal strings of up to JSON_MAX_NUMBER bytes, which are
 * never rounded.
 *
 * The scanner defines the grammar: number_is_valid() accepts what json_scan_number() accepts, and
 * the other functions require it.
 */
#ifndef O2S_JSON_NUMBER_H
#define O2S_JSON_NUMBER_H

#include <stdbool.h>

#include "base/text.h"

/*
 * The maximum number of digits of an integer: `1e63` is an integer, `1e64` is not. This limits the
 * size of an integer without exponent.
 */
enum { NUMBER_MAX_INTEGER_DIGITS = 64 };

/* Whether `text` is exactly a number, without surrounding white space. */
bool number_is_valid(struct text text);

/*
 * Compares two numbers by their exact value: below 0, 0 or above 0. `1`, `1.0` and `10e-1` are
 * equal, and so are `0` and `-0`. Takes time linear in the length of both.
 */
int number_compare(struct text a, struct text b);

/* Whether a number has no fraction (like `1`, `1.0` and `1e3`) and not too many digits. */
bool number_is_integer(struct text number);

/*
 * The canonical form of the number, in `arena`, NUL-terminated: without redundant zeros, and
 * without an exponent if it has at most NUMBER_MAX_INTEGER_DIGITS digits before the point and at
 * most 6 zeros after it. `1e1` gives `10`, `1.50` gives `1.5`, `-0` gives `0`. A number whose
 * exponent does not fit 64 bits remains as it is, in lower case.
 */
struct text number_canonical(struct arena *arena, struct text number);

#endif
