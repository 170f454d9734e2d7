#include "json/scanner.h"

#include <stdint.h>
#include <string.h>

/* Longer integers may not fit 64 bits. */
enum { SAFE_DIGITS = 18 };

void json_scan_begin(struct json_scanner *scanner, struct text text) {
    const char *start = text.size ? text.data : "";
    scanner->start = start;
    scanner->end = start + text.size;
    scanner->depth = 0;
    scanner->needs_verbatim = false;
    scanner->mistake = scanner->mistake_at = NULL;
    json_stops_begin(&scanner->stops, (struct text){start, text.size});
}

const char *json_scan_fail(struct json_scanner *scanner, const char *at, const char *what) {
    scanner->mistake = at < scanner->end ? what : "unexpected end";
    scanner->mistake_at = at;
    return NULL;
}

const char *json_plain_end(const char *next, const char *end) {
    for (; end - next >= VECTOR_SIZE; next += VECTOR_SIZE) {
        uint64_t stops = vector_mask(json_stops_of(vector_load(next)));
        if (stops)
            return next + __builtin_ctzll(stops);
    }
    for (; next < end; next++)
        if (*next == '"' || *next == '\\' || (unsigned char)*next < 0x20)
            break;
    return next;
}

static const char *scan_hexadecimal(struct json_scanner *scanner, const char *next) {
    for (int i = 0; i < 4; i++, next++)
        if (text_hex_digit(json_byte_at(scanner, next)) < 0)
            return json_scan_fail(scanner, next, "expected four hexadecimal digits");
    return next;
}

/* Parses an escape, starting at the backslash. */
static const char *scan_escape(struct json_scanner *scanner, const char *next) {
    char c = json_byte_at(scanner, ++next);
    if (c == '\0' || !strchr("\"\\/bfnrtu", c))
        return json_scan_fail(scanner, next, "invalid escape sequence");
    if (c != 'u')
        return next + 1;
    const char *digits = next + 1;
    next = scan_hexadecimal(scanner, digits);
    bool surrogate = next && text_lower_letter(digits[0]) == 'd' && digits[1] >= '8';
    scanner->needs_verbatim = scanner->needs_verbatim || surrogate;
    return next;
}

const char *json_scan_string_rest(struct json_scanner *scanner, const char *first, const char *next,
                                  struct json_string *string) {
    *string = (struct json_string){{first, 0}, false};
    while (json_byte_at(scanner, next) != '"') {
        if (json_byte_at(scanner, next) != '\\')
            return json_scan_fail(scanner, next, "unescaped control character in a string");
        string->escaped = true;
        next = scan_escape(scanner, next);
        if (!next)
            return NULL;
        next = json_stops_find(&scanner->stops, next);
    }
    if (next > scanner->stops.invalid)
        return json_scan_fail(scanner, first, "invalid UTF-8 in a string");
    string->inside.size = (size_t)(next - first);
    return next + 1;
}

static inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static inline const char *skip_digits(const struct json_scanner *scanner, const char *next) {
    while (is_digit(json_byte_at(scanner, next)))
        next++;
    return next;
}

/* Skips at least one digit. */
static inline const char *scan_digits(struct json_scanner *scanner, const char *next) {
    const char *end = skip_digits(scanner, next);
    return end > next ? end : json_scan_fail(scanner, next, "expected a digit");
}

static const char *scan_exponent(struct json_scanner *scanner, const char *next) {
    scanner->needs_verbatim = scanner->needs_verbatim || *next == 'E';
    char sign = json_byte_at(scanner, ++next);
    return scan_digits(scanner, next + (sign == '+' || sign == '-'));
}

/* Skips the fraction and the exponent of a number, if it has any. */
static inline const char *scan_number_rest(struct json_scanner *scanner, const char *next) {
    if (json_byte_at(scanner, next) == '.')
        next = scan_digits(scanner, next + 1);
    if (next && text_lower_letter(json_byte_at(scanner, next)) == 'e')
        next = scan_exponent(scanner, next);
    return next;
}

static inline const char *scan_number(struct json_scanner *scanner, const char *next,
                                      struct text *digits) {
    const char *first = next;
    next += *next == '-';
    const char *integer = next;
    next = skip_digits(scanner, next);
    size_t count = (size_t)(next - integer);
    bool zero = count && *integer == '0';
    if (!count || (zero && count > 1))
        return json_scan_fail(scanner, next,
                              count ? "a number must not have leading zeros" : "expected a digit");
    const char *end = scan_number_rest(scanner, next);
    if (!end)
        return NULL;
    if (end - first > JSON_MAX_NUMBER)
        return json_scan_fail(scanner, first, "the number is too long");
    if (end == next && (count > SAFE_DIGITS || (zero && integer > first)))
        scanner->needs_verbatim = true;
    *digits = (struct text){first, (size_t)(end - first)};
    return end;
}

const char *json_scan_number(struct json_scanner *scanner, const char *next, struct text *digits) {
    char c = json_byte_at(scanner, next);
    if (c != '-' && !is_digit(c))
        return json_scan_fail(scanner, next, "expected a digit");
    return scan_number(scanner, next, digits);
}

/* Whether the word is next. `size` is a constant, so that no function is called. */
static inline bool is_next(const struct json_scanner *scanner, const char *next, const char *word,
                           size_t size) {
    return (size_t)(scanner->end - next) >= size && memcmp(next, word, size) == 0;
}

static inline const char *scan_word(struct json_scanner *scanner, const char *next) {
    if (is_next(scanner, next, "null", 4) || is_next(scanner, next, "true", 4))
        return next + 4;
    if (is_next(scanner, next, "false", 5))
        return next + 5;
    return json_scan_fail(scanner, next, "expected a value");
}

const char *json_scan_word(struct json_scanner *scanner, const char *next) {
    return scan_word(scanner, next);
}

static inline const char *scan_scalar(struct json_scanner *scanner, const char *next) {
    struct json_string string;
    struct text digits;
    char c = json_byte_at(scanner, next);
    if (c == '"')
        return json_scan_string(scanner, next, &string);
    if (c == '-' || is_digit(c))
        return scan_number(scanner, next, &digits);
    return scan_word(scanner, next);
}

const char *json_scan_scalar(struct json_scanner *scanner, const char *next) {
    return scan_scalar(scanner, next);
}

static inline const char *scan_open(struct json_scanner *scanner, const char *next, char close,
                                    bool *any) {
    if (++scanner->depth > JSON_MAX_DEPTH)
        return json_scan_fail(scanner, next, "nested too deeply");
    next++;
    *any = json_next_byte(scanner, &next) != close;
    scanner->depth -= !*any;
    return next + !*any;
}

const char *json_scan_open(struct json_scanner *scanner, const char *next, char close, bool *any) {
    return scan_open(scanner, next, close, any);
}

const char *json_scan_name_rest(struct json_scanner *scanner, const char *next,
                                struct json_string name) {
    if (!next)
        return NULL;
    /* The names of json-c end at a NUL. */
    if (name.escaped && json_has_nul(name.inside))
        return json_scan_fail(scanner, next, "a name must not contain \\u0000");
    if (json_next_byte(scanner, &next) != ':')
        return json_scan_fail(scanner, next, "expected a colon");
    return next + 1;
}

static inline const char *scan_close(struct json_scanner *scanner, const char *next, char close,
                                     bool *more) {
    char c = json_next_byte(scanner, &next);
    *more = c == ',';
    if (!*more && c != close)
        return json_scan_fail(scanner, next,
                              close == '}' ? "expected a comma or }" : "expected a comma or ]");
    scanner->depth -= !*more;
    return next + 1;
}

const char *json_scan_close(struct json_scanner *scanner, const char *next, char close,
                            bool *more) {
    return scan_close(scanner, next, close, more);
}

/*
 * After a value: closes the containers that end there, until one has more, or all below `depth` are
 * closed. `closers` are the closing brackets of the open ones, by depth.
 */
static inline const char *scan_behind(struct json_scanner *scanner, const char *next, size_t depth,
                                      const char *closers) {
    bool more = false;
    while (next && !more && scanner->depth > depth)
        next = scan_close(scanner, next, closers[scanner->depth], &more);
    return next;
}

/* A loop instead of recursion: most of the input is skipped here. */
const char *json_scan_container(struct json_scanner *scanner, const char *next) {
    const size_t depth = scanner->depth;
    char closers[JSON_MAX_DEPTH + 1];
    struct json_string name;
    do {
        char c = json_next_byte(scanner, &next);
        bool any = false;
        if (c == '{' || c == '[') {
            char close = c == '{' ? '}' : ']';
            next = scan_open(scanner, next, close, &any);
            if (any)
                closers[scanner->depth] = close;
        } else {
            next = scan_scalar(scanner, next);
        }
        if (next && !any)
            next = scan_behind(scanner, next, depth, closers);
        if (next && scanner->depth > depth && closers[scanner->depth] == '}')
            next = json_scan_name(scanner, next, &name);
    } while (next && scanner->depth > depth);
    return next;
}

const char *json_scan_end(struct json_scanner *scanner, const char *next) {
    json_next_byte(scanner, &next);
    return next == scanner->end ? next
                                : json_scan_fail(scanner, next, "unexpected data after the value");
}

bool json_has_nul(struct text text) {
    for (size_t i = 0; i + 6 <= text.size; i++) {
        if (text.data[i] != '\\')
            continue;
        if (memcmp(text.data + i, "\\u0000", 6) == 0)
            return true;
        /* A backslash that is itself escaped does not begin an escape. */
        i++;
    }
    return false;
}
