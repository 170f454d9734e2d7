#include "json/scanner.h"

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/count.h"

/* Longer integers may not fit 64 bits. */
enum { SAFE_DIGITS = 18 };

void json_scan_begin(struct json_scanner *scanner, struct text text) {
    const char *start = text.size ? text.data : "";
    *scanner = (struct json_scanner){.start = start, .next = start, .end = start + text.size};
}

static bool fail(struct json_scanner *scanner, const char *what) {
    scanner->mistake = scanner->next < scanner->end ? what : "unexpected end";
    return false;
}

/* The next byte; NUL at the end (valid JSON cannot contain NUL outside of a string). */
static inline char byte_at(const struct json_scanner *scanner) {
    return scanner->next < scanner->end ? *scanner->next : '\0';
}

static inline char skip_blanks(struct json_scanner *scanner) {
    char c = byte_at(scanner);
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        scanner->next++;
        c = byte_at(scanner);
    }
    return c;
}

char json_scan_peek(struct json_scanner *scanner) {
    return skip_blanks(scanner);
}

/* The classes of bytes within a string. */
enum { BYTE_STOP = 1, BYTE_HIGH = 2 };

static const unsigned char byte_kinds[256] = {[0x00 ... 0x1f] = BYTE_STOP,
                                              ['"'] = BYTE_STOP,
                                              ['\\'] = BYTE_STOP,
                                              [0x80 ... 0xff] = BYTE_HIGH};

#ifdef __SSE2__
/* Like the loop in json_plain_end(), 16 bytes at a time; stops when fewer are left. */
static inline const char *plain_blocks(const char *next, const char *end, bool *ascii,
                                       bool *found) {
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1f);
    for (; end - next >= 16; next += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)next);
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
        __m128i special =
            _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash));
        unsigned stops = (unsigned)_mm_movemask_epi8(_mm_or_si128(special, control));
        unsigned high = (unsigned)_mm_movemask_epi8(block);
        /* Only the bytes before the first stop: the bits below its lowest one. */
        *ascii = *ascii && !(high & (stops ^ (stops - 1)));
        if (stops) {
            *found = true;
            return next + __builtin_ctz(stops);
        }
    }
    return next;
}
#endif

const char *json_plain_end(const char *next, const char *end, bool *ascii) {
#ifdef __SSE2__
    bool found = false;
    next = plain_blocks(next, end, ascii, &found);
    if (found)
        return next;
#endif
    unsigned char kinds = 0;
    for (; next < end; next++) {
        unsigned char kind = byte_kinds[(unsigned char)*next];
        if (kind == BYTE_STOP)
            break;
        kinds |= kind;
    }
    *ascii = *ascii && !kinds;
    return next;
}

static bool scan_hexadecimal(struct json_scanner *scanner) {
    for (int i = 0; i < 4; i++, scanner->next++) {
        char c = byte_at(scanner);
        bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!digit)
            return fail(scanner, "expected four hexadecimal digits");
    }
    return true;
}

/* Parses an escape, starting at the backslash. */
static bool scan_escape(struct json_scanner *scanner) {
    scanner->next++;
    char c = byte_at(scanner);
    if (c == '\0' || !strchr("\"\\/bfnrtu", c))
        return fail(scanner, "invalid escape sequence");
    scanner->next++;
    return c != 'u' || scan_hexadecimal(scanner);
}

bool json_scan_string(struct json_scanner *scanner, struct json_string *string) {
    const char *first = ++scanner->next;
    bool ascii = true;
    string->escaped = false;
    for (;;) {
        scanner->next = json_plain_end(scanner->next, scanner->end, &ascii);
        char c = byte_at(scanner);
        if (c == '"')
            break;
        if (c != '\\')
            return fail(scanner, "unescaped control character in a string");
        string->escaped = true;
        if (!scan_escape(scanner))
            return false;
    }
    string->inside = (struct text){first, (size_t)(scanner->next - first)};
    if (!ascii && !text_is_utf8(string->inside)) {
        scanner->next = first;
        return fail(scanner, "invalid UTF-8 in a string");
    }
    scanner->next++;
    return true;
}

static size_t scan_digits(struct json_scanner *scanner) {
    const char *first = scanner->next;
    while (byte_at(scanner) >= '0' && byte_at(scanner) <= '9')
        scanner->next++;
    return (size_t)(scanner->next - first);
}

static bool scan_exponent(struct json_scanner *scanner) {
    scanner->needs_verbatim = scanner->needs_verbatim || *scanner->next == 'E';
    scanner->next++;
    if (byte_at(scanner) == '+' || byte_at(scanner) == '-')
        scanner->next++;
    return scan_digits(scanner) || fail(scanner, "expected a digit");
}

static bool scan_fraction(struct json_scanner *scanner) {
    scanner->next++;
    return scan_digits(scanner) || fail(scanner, "expected a digit");
}

bool json_scan_number(struct json_scanner *scanner, struct text *digits) {
    const char *first = scanner->next;
    bool negative = byte_at(scanner) == '-';
    scanner->next += negative;
    bool zero = byte_at(scanner) == '0';
    size_t count = scan_digits(scanner);
    if (!count || (zero && count > 1))
        return fail(scanner, count ? "a number must not have leading zeros" : "expected a digit");
    bool fraction = byte_at(scanner) == '.';
    if (fraction && !scan_fraction(scanner))
        return false;
    bool exponent = byte_at(scanner) == 'e' || byte_at(scanner) == 'E';
    if (exponent && !scan_exponent(scanner))
        return false;
    if (scanner->next - first > JSON_MAX_NUMBER) {
        scanner->next = first;
        return fail(scanner, "the number is too long");
    }
    if (!fraction && !exponent && (count > SAFE_DIGITS || (negative && zero)))
        scanner->needs_verbatim = true;
    *digits = (struct text){first, (size_t)(scanner->next - first)};
    return true;
}

bool json_scan_word(struct json_scanner *scanner, char *word) {
    static const struct text words[] = {{"null", 4}, {"false", 5}, {"true", 4}};
    size_t left = (size_t)(scanner->end - scanner->next);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (left < words[i].size || memcmp(scanner->next, words[i].data, words[i].size) != 0)
            continue;
        scanner->next += words[i].size;
        *word = words[i].data[0];
        return true;
    }
    return fail(scanner, "expected a value");
}

static inline bool scan_scalar(struct json_scanner *scanner, char c) {
    struct json_string string;
    struct text digits;
    char word;
    if (c == '"')
        return json_scan_string(scanner, &string);
    if (c == '-' || (c >= '0' && c <= '9'))
        return json_scan_number(scanner, &digits);
    return json_scan_word(scanner, &word);
}

bool json_scan_open(struct json_scanner *scanner, char close, bool *any) {
    if (++scanner->depth > JSON_MAX_DEPTH)
        return fail(scanner, "nested too deeply");
    scanner->next++;
    *any = skip_blanks(scanner) != close;
    if (!*any) {
        scanner->next++;
        scanner->depth--;
    }
    return true;
}

bool json_scan_name(struct json_scanner *scanner, struct json_string *name) {
    if (skip_blanks(scanner) != '"')
        return fail(scanner, "expected a name in quotes");
    if (!json_scan_string(scanner, name))
        return false;
    /* The names of json-c end at a NUL. */
    if (name->escaped && json_has_nul(name->inside))
        return fail(scanner, "a name must not contain \\u0000");
    if (skip_blanks(scanner) != ':')
        return fail(scanner, "expected a colon");
    scanner->next++;
    return true;
}

bool json_scan_more(struct json_scanner *scanner, char close, bool *more) {
    char c = skip_blanks(scanner);
    *more = c == ',';
    if (!*more && c != close)
        return fail(scanner, close == '}' ? "expected a comma or }" : "expected a comma or ]");
    scanner->next++;
    scanner->depth -= !*more;
    return true;
}

/*
 * After a value: closes the arrays and objects that end there, down to `depth`. `*more`: another
 * item or member follows; the name of a member has been skipped. `closers` are the closing brackets
 * of the open arrays and objects, by depth.
 */
static inline bool scan_behind(struct json_scanner *scanner, size_t depth, const char *closers,
                               bool *more) {
    *more = false;
    while (scanner->depth > depth && !*more) {
        char close = closers[scanner->depth];
        struct json_string name;
        if (!json_scan_more(scanner, close, more))
            return false;
        if (*more && close == '}')
            return json_scan_name(scanner, &name);
    }
    return true;
}

/* A loop instead of recursion: most of the input is skipped here. */
bool json_scan_value(struct json_scanner *scanner) {
    char closers[JSON_MAX_DEPTH + 1];
    const size_t depth = scanner->depth;
    struct json_string name;
    bool more = true;
    while (more) {
        char c = skip_blanks(scanner);
        if (c == '{' || c == '[') {
            char close = c == '{' ? '}' : ']';
            bool any;
            if (!json_scan_open(scanner, close, &any))
                return false;
            if (any) {
                closers[scanner->depth] = close;
                if (c == '{' && !json_scan_name(scanner, &name))
                    return false;
                continue;
            }
        } else if (!scan_scalar(scanner, c)) {
            return false;
        }
        if (!scan_behind(scanner, depth, closers, &more))
            return false;
    }
    return true;
}

bool json_scan_end(struct json_scanner *scanner) {
    skip_blanks(scanner);
    return scanner->next == scanner->end || fail(scanner, "unexpected data after the value");
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
