/*
 * Exact decimal arithmetic on JSON numbers (RFC 8259, section 6). Nothing passes through binary
 * floating point.
 *
 * A decimal has at most DECIMAL_MAX_DIGITS digits, before and behind the point together, when it is
 * written without an exponent. This bounds the cost of each operation: addition and rounding are
 * linear, multiplication and division quadratic in that number. An operand or a result with more
 * digits is an error, never a rounded value.
 */
#ifndef O2S_LANGUAGE_DECIMAL_H
#define O2S_LANGUAGE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
    DECIMAL_MAX_DIGITS = 100,
    /* Where a quotient that does not end before is rounded. */
    DECIMAL_QUOTIENT_PLACES = 20,
};

/*
 * The integer that `digits` are (0 to 9, the most significant first), times 10^-scale. The first
 * and the last digit are not 0; 0 has no digits, scale 0 and no sign.
 */
struct decimal {
    bool negative;
    int count;
    int scale;
    uint8_t digits[DECIMAL_MAX_DIGITS];
};

/* Reads a valid JSON number. False if it has too many digits. */
bool decimal_parse(struct text number, struct decimal *decimal);

/* The number, without an exponent and without zeros at its end, in `arena`; a NUL follows it. */
struct text decimal_format(struct arena *arena, const struct decimal *decimal);

/*
 * `*result` becomes a + b, a - b, a * b. False if it has too many digits. The result may be an
 * operand, here and below.
 */
bool decimal_add(const struct decimal *a, const struct decimal *b, struct decimal *result);
bool decimal_subtract(const struct decimal *a, const struct decimal *b, struct decimal *result);
bool decimal_multiply(const struct decimal *a, const struct decimal *b, struct decimal *result);

/*
 * `*result` becomes a / b: exact if it has at most DECIMAL_QUOTIENT_PLACES decimal places, else
 * rounded to that many as decimal_round() does. False if b is 0 or the result has too many digits.
 */
bool decimal_divide(const struct decimal *a, const struct decimal *b, struct decimal *result);

/*
 * `*result` becomes `a` rounded to `places` decimal places, -DECIMAL_MAX_DIGITS to
 * DECIMAL_MAX_DIGITS; half is rounded away from zero. False if it has too many digits.
 */
bool decimal_round(const struct decimal *a, int places, struct decimal *result);

#endif
