/*
 * Exact decimal arithmetic on JSON numbers (RFC 8259, section 6), without binary floating point.
 *
 * A decimal has at most DECIMAL_MAX_DIGITS digits, before and after the point together, when
 * written without an exponent. This limits the cost of each operation: addition and rounding are
 * linear in that number, multiplication and division quadratic. An operand or result with more
 * digits is an error; it is never rounded.
 */
#ifndef O2S_LANGUAGE_DECIMAL_H
#define O2S_LANGUAGE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
    DECIMAL_MAX_DIGITS = 100,
    /* The number of decimal places to which an inexact quotient is rounded. */
    DECIMAL_QUOTIENT_PLACES = 20,
};

/*
 * The integer with the digits `digits` (0 to 9, most significant first), times 10^-scale. The first
 * and the last digit are not 0; 0 has no digits, scale 0 and no sign.
 */
struct decimal {
    bool negative;
    int count;
    int scale;
    uint8_t digits[DECIMAL_MAX_DIGITS];
};

/* Parses a valid JSON number. Returns false if it has too many digits. */
bool decimal_parse(struct text number, struct decimal *decimal);

/* Formats the number without an exponent and without trailing zeros, in `arena`, NUL-terminated. */
struct text decimal_format(struct arena *arena, const struct decimal *decimal);

/*
 * Sets `*result` to a + b, a - b or a * b. Returns false if the result has too many digits.
 * `result` may point to an operand, here and below.
 */
bool decimal_add(const struct decimal *a, const struct decimal *b, struct decimal *result);
bool decimal_subtract(const struct decimal *a, const struct decimal *b, struct decimal *result);
bool decimal_multiply(const struct decimal *a, const struct decimal *b, struct decimal *result);

/*
 * Sets `*result` to a / b: exact if it has at most DECIMAL_QUOTIENT_PLACES decimal places,
 * otherwise rounded to that many as by decimal_round(). Returns false if b is 0 or the result has
 * too many digits.
 */
bool decimal_divide(const struct decimal *a, const struct decimal *b, struct decimal *result);

/*
 * Sets `*result` to `a` rounded to `places` decimal places (-DECIMAL_MAX_DIGITS to
 * DECIMAL_MAX_DIGITS), half away from zero. Returns false if the result has too many digits.
 */
bool decimal_round(const struct decimal *a, int places, struct decimal *result);

#endif
