#include "language/decimal.h"

#include <string.h>

enum {
    /*
     * The digits of a sum: each operand extends equally far to either side of the point, plus a
     * carry.
     */
    SUM_DIGITS = 2 * DECIMAL_MAX_DIGITS + 1,
    MULTIPLIED_DIGITS = 2 * DECIMAL_MAX_DIGITS,
    /* One more place than required, which decides how to round. */
    QUOTIENT_PLACES = DECIMAL_QUOTIENT_PLACES + 1,
    /* The digits of a quotient, with one in front for a carry. */
    QUOTIENT_DIGITS = 2 * DECIMAL_MAX_DIGITS + QUOTIENT_PLACES + 1,
};

/* An exponent that no number of digits can compensate, as strings are shorter than 2^32 bytes. */
static const int64_t far_exponent = INT64_C(1) << 40;

static int larger(int a, int b) {
    return a > b ? a : b;
}

/* Sets `*result` to `count` digits times 10^-scale, without leading and trailing zeros. */
static bool set_digits(struct decimal *result, bool negative, const uint8_t *digits, int count,
                       int64_t scale) {
    while (count && digits[0] == 0) {
        digits++;
        count--;
    }
    for (; count && digits[count - 1] == 0; count--)
        scale--;
    if (!count) {
        *result = (struct decimal){0};
        return true;
    }
    int64_t before_point = count > scale ? count - scale : 0;
    int64_t behind_point = scale > 0 ? scale : 0;
    if (before_point + behind_point > DECIMAL_MAX_DIGITS)
        return false;
    result->negative = negative;
    result->count = count;
    result->scale = (int)scale;
    memcpy(result->digits, digits, (size_t)count);
    return true;
}

/* Strings. */

static int64_t parse_exponent(struct text text) {
    bool negative = text.size && text.data[0] == '-';
    int64_t exponent = 0;
    for (size_t i = 0; i < text.size && exponent < far_exponent; i++)
        if (text.data[i] >= '0' && text.data[i] <= '9')
            exponent = exponent * 10 + (text.data[i] - '0');
    return negative ? -exponent : exponent;
}

bool decimal_parse(struct text number, struct decimal *decimal) {
    uint8_t digits[DECIMAL_MAX_DIGITS];
    int count = 0;
    /* Zeros since the last non-zero digit; they count only if another digit follows. */
    size_t zeros = 0;
    int64_t scale = 0;
    bool behind_point = false;
    size_t i = 0;
    for (; i < number.size && number.data[i] != 'e' && number.data[i] != 'E'; i++) {
        char c = number.data[i];
        if (c == '-')
            continue;
        if (c == '.') {
            behind_point = true;
            continue;
        }
        scale += behind_point;
        if (c == '0') {
            zeros += count > 0;
            continue;
        }
        if (zeros >= (size_t)(DECIMAL_MAX_DIGITS - count))
            return false;
        memset(digits + count, 0, zeros);
        count += (int)zeros;
        zeros = 0;
        digits[count++] = (uint8_t)(c - '0');
    }
    if (i < number.size)
        scale -= parse_exponent((struct text){number.data + i + 1, number.size - i - 1});
    return set_digits(decimal, number.data[0] == '-', digits, count, scale - (int64_t)zeros);
}

struct text decimal_format(struct arena *arena, const struct decimal *decimal) {
    char text[DECIMAL_MAX_DIGITS + sizeof "-0."];
    char *end = text;
    /* The position of the first digit relative to the point: 0 is directly after it. */
    int first = decimal->scale - decimal->count;
    if (decimal->negative)
        *end++ = '-';
    if (first >= 0)
        *end++ = '0';
    for (int place = first < 0 ? first : 0; place < decimal->scale || place < 0; place++) {
        int index = place - first;
        if (place == 0)
            *end++ = '.';
        *end++ = index < 0 || index >= decimal->count ? '0' : (char)('0' + decimal->digits[index]);
    }
    return text_copy(arena, (struct text){text, (size_t)(end - text)});
}

/* Sums. */

/*
 * Writes the digits into their positions among `width` digits, of which `scale` are decimal places.
 */
static void align(const struct decimal *decimal, uint8_t *digits, int width, int scale) {
    memset(digits, 0, (size_t)width);
    memcpy(digits + width - (scale - decimal->scale) - decimal->count, decimal->digits,
           (size_t)decimal->count);
}

static void add_digits(uint8_t *a, const uint8_t *b, int width) {
    uint8_t carry = 0;
    for (int i = width - 1; i >= 0; i--) {
        uint8_t sum = (uint8_t)(a[i] + b[i] + carry);
        carry = sum >= 10;
        a[i] = (uint8_t)(carry ? sum - 10 : sum);
    }
}

/* Returns the borrow from the digit before `a`: 0 or 1. */
static uint8_t subtract_digits(uint8_t *a, const uint8_t *b, int width) {
    uint8_t borrow = 0;
    for (int i = width - 1; i >= 0; i--) {
        uint8_t subtrahend = (uint8_t)(b[i] + borrow);
        borrow = a[i] < subtrahend;
        a[i] = (uint8_t)(a[i] + (borrow ? 10 : 0) - subtrahend);
    }
    return borrow;
}

bool decimal_add(const struct decimal *a, const struct decimal *b, struct decimal *result) {
    uint8_t left[SUM_DIGITS];
    uint8_t right[SUM_DIGITS];
    int scale = larger(larger(a->scale, b->scale), 0);
    int width = larger(larger(a->count - a->scale, b->count - b->scale), 0) + 1 + scale;
    align(a, left, width, scale);
    align(b, right, width, scale);
    if (a->negative == b->negative) {
        add_digits(left, right, width);
        return set_digits(result, a->negative, left, width, scale);
    }
    if (memcmp(left, right, (size_t)width) >= 0) {
        subtract_digits(left, right, width);
        return set_digits(result, a->negative, left, width, scale);
    }
    subtract_digits(right, left, width);
    return set_digits(result, b->negative, right, width, scale);
}

bool decimal_subtract(const struct decimal *a, const struct decimal *b, struct decimal *result) {
    struct decimal opposite = *b;
    opposite.negative = b->count && !b->negative;
    return decimal_add(a, &opposite, result);
}

/* Rounding. */

/*
 * Sets `*result` to the `count` digits, the first of which is 0, times 10^-scale, rounded to
 * `places`. Modifies the digits.
 */
static bool set_rounded(struct decimal *result, bool negative, uint8_t *digits, int count,
                        int scale, int places) {
    int kept = count - larger(scale - places, 0);
    if (kept == count)
        return set_digits(result, negative, digits, count, scale);
    bool up = kept > 0 && digits[kept] >= 5;
    for (int i = kept - 1; up; i--) {
        up = digits[i] == 9;
        digits[i] = (uint8_t)(up ? 0 : digits[i] + 1);
    }
    return set_digits(result, negative, digits, larger(kept, 0), places);
}

bool decimal_round(const struct decimal *a, int places, struct decimal *result) {
    uint8_t digits[DECIMAL_MAX_DIGITS + 1] = {0};
    memcpy(digits + 1, a->digits, (size_t)a->count);
    return set_rounded(result, a->negative, digits, a->count + 1, a->scale, places);
}

/* Multiplication and division. */

bool decimal_multiply(const struct decimal *a, const struct decimal *b, struct decimal *result) {
    uint8_t digits[MULTIPLIED_DIGITS] = {0};
    for (int i = a->count - 1; i >= 0; i--) {
        int carry = 0;
        for (int j = b->count - 1; j >= 0; j--) {
            int sum = digits[i + j + 1] + a->digits[i] * b->digits[j] + carry;
            digits[i + j + 1] = (uint8_t)(sum % 10);
            carry = sum / 10;
        }
        digits[i] = (uint8_t)carry;
    }
    return set_digits(result, a->negative != b->negative, digits, a->count + b->count,
                      a->scale + b->scale);
}

/*
 * One step of a long division. `remainder` has one digit more than the divisor and is less than it;
 * it is extended by the next digit of the dividend. Returns the next digit of the quotient.
 */
static uint8_t divide_digit(uint8_t *remainder, const struct decimal *divisor, uint8_t next) {
    size_t count = (size_t)divisor->count;
    uint8_t quotient = 0;
    memmove(remainder, remainder + 1, count);
    remainder[count] = next;
    while (remainder[0] || memcmp(remainder + 1, divisor->digits, count) >= 0) {
        remainder[0] -= subtract_digits(remainder + 1, divisor->digits, divisor->count);
        quotient++;
    }
    return quotient;
}

bool decimal_divide(const struct decimal *a, const struct decimal *b, struct decimal *result) {
    uint8_t quotient[QUOTIENT_DIGITS] = {0};
    uint8_t remainder[DECIMAL_MAX_DIGITS + 1] = {0};
    if (!b->count)
        return false;
    int count = larger(a->count - a->scale + b->scale + QUOTIENT_PLACES, 0);
    for (int i = 0; i < count; i++)
        quotient[i + 1] = divide_digit(remainder, b, i < a->count ? a->digits[i] : 0);
    return set_rounded(result, a->negative != b->negative, quotient, count + 1, QUOTIENT_PLACES,
                       DECIMAL_QUOTIENT_PLACES);
}
