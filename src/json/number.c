#include "json/number.h"

#include <stdint.h>

#include "json/scanner.h"

/* The maximum number of zeros after the point with which a canonical number may begin. */
enum { MAX_LEADING_ZEROS = 6 };

/*
 * An exponent with this magnitude cannot be compensated by the position of a digit, as strings are
 * shorter than 2^32 bytes.
 */
static const int64_t far = INT64_C(10000000000000000);

/* A number is 0.DIGITS * 10^(point + exponent), where the first digit is not 0. */
struct decimal {
    bool negative;
    /* From the first to the last non-zero digit, possibly with the point between them. */
    struct text digits;
    int64_t point;
    bool small;
    /* The digits of the exponent, without sign and leading zeros. */
    struct text exponent;
};

static struct text without_zeros(struct text digits) {
    while (digits.size && digits.data[0] == '0')
        digits = (struct text){digits.data + 1, digits.size - 1};
    return digits;
}

/* Parses the part after the `e`. */
static void read_exponent(struct decimal *decimal, struct text rest) {
    decimal->small = rest.size && rest.data[0] == '-';
    if (rest.size && (rest.data[0] == '-' || rest.data[0] == '+'))
        rest = (struct text){rest.data + 1, rest.size - 1};
    decimal->exponent = without_zeros(rest);
}

/* 0 has no digits. */
static struct decimal read_decimal(struct text number) {
    struct decimal decimal = {.negative = number.size && number.data[0] == '-'};
    size_t first = number.size;
    size_t point = number.size;
    size_t end = decimal.negative;
    for (; end < number.size && number.data[end] != 'e' && number.data[end] != 'E'; end++) {
        if (number.data[end] == '.')
            point = end;
        else if (number.data[end] != '0' && first == number.size)
            first = end;
    }
    if (first == number.size)
        return decimal;
    if (end < number.size)
        read_exponent(&decimal, (struct text){number.data + end + 1, number.size - end - 1});
    if (point == number.size)
        point = end;
    decimal.digits = (struct text){number.data + first, end - first};
    decimal.point = (int64_t)point - (int64_t)first + (first > point);
    return decimal;
}

/* Digit `index` of an exponent, padded with leading zeros to `width`, with its sign. */
static int64_t exponent_digit(const struct decimal *decimal, size_t index, size_t width) {
    size_t filled = width - decimal->exponent.size;
    if (index < filled)
        return 0;
    int64_t digit = decimal->exponent.data[index - filled] - '0';
    return decimal->small ? -digit : digit;
}

/*
 * The difference of two exponents of any length; a difference that is `far` from 0 may be inexact.
 * Later digits cannot reduce it: each multiplies it by 10 and adds at most 18.
 */
static int64_t exponent_difference(const struct decimal *a, const struct decimal *b) {
    size_t width = a->exponent.size > b->exponent.size ? a->exponent.size : b->exponent.size;
    int64_t difference = 0;
    for (size_t i = 0; i < width && difference < far && difference > -far; i++)
        difference = difference * 10 + exponent_digit(a, i, width) - exponent_digit(b, i, width);
    return difference;
}

/* Returns the next digit of `*rest`; 0 after the last one. */
static char next_digit(struct text *rest) {
    if (rest->size && rest->data[0] == '.')
        *rest = (struct text){rest->data + 1, rest->size - 1};
    if (!rest->size)
        return '0';
    char digit = rest->data[0];
    *rest = (struct text){rest->data + 1, rest->size - 1};
    return digit;
}

/* Neither is 0, and both have the same sign. */
static int compare_magnitudes(const struct decimal *a, const struct decimal *b) {
    int64_t difference = exponent_difference(a, b) + a->point - b->point;
    struct text left = a->digits;
    struct text right = b->digits;
    while (difference == 0 && (left.size || right.size))
        difference = next_digit(&left) - next_digit(&right);
    return (difference > 0) - (difference < 0);
}

static int sign_of(const struct decimal *decimal) {
    if (!decimal->digits.size)
        return 0;
    return decimal->negative ? -1 : 1;
}

bool number_is_valid(struct text text) {
    struct json_scanner scanner;
    struct text digits;
    json_scan_begin(&scanner, text);
    return json_scan_number(&scanner, scanner.start, &digits) == scanner.end;
}

int number_compare(struct text a, struct text b) {
    struct decimal left = read_decimal(a);
    struct decimal right = read_decimal(b);
    int sign = sign_of(&left);
    int difference = sign - sign_of(&right);
    if (difference || !sign)
        return difference;
    return sign * compare_magnitudes(&left, &right);
}

/* The number of digits up to the last non-zero digit. */
static size_t significant_digits(const struct decimal *decimal) {
    struct text rest = decimal->digits;
    size_t significant = 0;
    for (size_t i = 1; rest.size; i++)
        if (next_digit(&rest) != '0')
            significant = i;
    return significant;
}

/*
 * The number of digits before the point in the notation without exponent; inexact if it is `far`
 * from 0.
 */
static int64_t digits_before_point(const struct decimal *decimal) {
    static const struct decimal one = {0};
    return exponent_difference(decimal, &one) + decimal->point;
}

bool number_is_integer(struct text number) {
    struct decimal decimal = read_decimal(number);
    int64_t before = digits_before_point(&decimal);
    return before >= (int64_t)significant_digits(&decimal) && before <= NUMBER_MAX_INTEGER_DIGITS;
}

static char *write_zeros(char *out, int64_t count) {
    for (; count > 0; count--)
        *out++ = '0';
    return out;
}

static char *write_digits(char *out, struct text *digits, int64_t count) {
    for (; count > 0; count--)
        *out++ = next_digit(digits);
    return out;
}

/* Writes `count` digits, of which `before` are before the point. */
static char *write_plain(char *out, struct text digits, int64_t count, int64_t before) {
    if (before <= 0) {
        *out++ = '0';
        *out++ = '.';
        return write_digits(write_zeros(out, -before), &digits, count);
    }
    out = write_digits(out, &digits, before);
    if (count <= before)
        return out;
    *out++ = '.';
    return write_digits(out, &digits, count - before);
}

static char *write_scientific(char *out, struct text digits, int64_t count, int64_t before) {
    char room[TEXT_MAX_DIGITS];
    bool small = before < 1;
    struct text exponent = text_digits(room, (uint64_t)(small ? 1 - before : before - 1), 1);
    out = write_plain(out, digits, count, 1);
    *out++ = 'e';
    if (small)
        *out++ = '-';
    return mempcpy(out, exponent.data, exponent.size);
}

struct text number_canonical(struct arena *arena, struct text number) {
    struct decimal decimal = read_decimal(number);
    if (!decimal.digits.size)
        return text_of("0");
    int64_t count = (int64_t)significant_digits(&decimal);
    int64_t before = digits_before_point(&decimal);
    /* The exponent does not fit 64 bits. */
    if (before >= far / 2 || before <= -far / 2)
        return text_lower_case(arena, number);
    char *data = arena_allocate(arena, (size_t)count + NUMBER_MAX_INTEGER_DIGITS + TEXT_MAX_DIGITS);
    char *out = data;
    if (decimal.negative)
        *out++ = '-';
    if (before <= NUMBER_MAX_INTEGER_DIGITS && before >= -MAX_LEADING_ZEROS)
        out = write_plain(out, decimal.digits, count, before);
    else
        out = write_scientific(out, decimal.digits, count, before);
    return (struct text){data, (size_t)(out - data)};
}
