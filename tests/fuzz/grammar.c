/*
 * The grammar of JSON once more, rule by rule as RFC 8259 has it and without a thought of speed:
 * the yardstick for the reader that is used.
 */
#include <string.h>

#include "check.h"

struct rest {
    const unsigned char *next;
    const unsigned char *end;
    size_t depth;
    size_t deepest;
    bool odd_name;
};

static bool take(struct rest *rest, const char *bytes) {
    size_t size = strlen(bytes);
    if ((size_t)(rest->end - rest->next) < size || memcmp(rest->next, bytes, size) != 0)
        return false;
    rest->next += size;
    return true;
}

static bool take_range(struct rest *rest, unsigned char first, unsigned char last) {
    if (rest->next == rest->end || *rest->next < first || *rest->next > last)
        return false;
    rest->next++;
    return true;
}

/* ws = *( %x20 / %x09 / %x0A / %x0D ) */
static void take_blanks(struct rest *rest) {
    while (take(rest, " ") || take(rest, "\t") || take(rest, "\n") || take(rest, "\r")) {
    }
}

/* RFC 3629, section 4: UTF8-2, UTF8-3 and UTF8-4, a line each. */
static bool take_wide_character(struct rest *rest) {
    static const struct {
        unsigned char first[2];
        unsigned char second[2];
        int tails;
    } rows[] = {
        {{0xC2, 0xDF}, {0x80, 0xBF}, 0}, {{0xE0, 0xE0}, {0xA0, 0xBF}, 1},
        {{0xE1, 0xEC}, {0x80, 0xBF}, 1}, {{0xED, 0xED}, {0x80, 0x9F}, 1},
        {{0xEE, 0xEF}, {0x80, 0xBF}, 1}, {{0xF0, 0xF0}, {0x90, 0xBF}, 2},
        {{0xF1, 0xF3}, {0x80, 0xBF}, 2}, {{0xF4, 0xF4}, {0x80, 0x8F}, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!take_range(rest, rows[i].first[0], rows[i].first[1]))
            continue;
        bool good = take_range(rest, rows[i].second[0], rows[i].second[1]);
        for (int tail = 0; tail < rows[i].tails; tail++)
            good = good && take_range(rest, 0x80, 0xBF);
        return good;
    }
    return false;
}

static bool take_hexadecimal(struct rest *rest) {
    return take_range(rest, '0', '9') || take_range(rest, 'a', 'f') || take_range(rest, 'A', 'F');
}

static bool take_escape(struct rest *rest, bool *nul) {
    if (take(rest, "u")) {
        *nul = *nul || (rest->end - rest->next >= 4 && memcmp(rest->next, "0000", 4) == 0);
        return take_hexadecimal(rest) && take_hexadecimal(rest) && take_hexadecimal(rest) &&
               take_hexadecimal(rest);
    }
    for (const char *letter = "\"\\/bfnrt"; *letter; letter++)
        if (take_range(rest, (unsigned char)*letter, (unsigned char)*letter))
            return true;
    return false;
}

/* string = quotation-mark *char quotation-mark */
static bool take_string(struct rest *rest, bool *nul) {
    if (!take(rest, "\""))
        return false;
    while (!take(rest, "\"")) {
        bool good = take(rest, "\\") ? take_escape(rest, nul)
                                     : take_range(rest, 0x20, 0x7F) || take_wide_character(rest);
        if (!good)
            return false;
    }
    return true;
}

static bool take_digits(struct rest *rest) {
    if (!take_range(rest, '0', '9'))
        return false;
    while (take_range(rest, '0', '9')) {
    }
    return true;
}

/* number = [ minus ] int [ frac ] [ exp ] */
static bool take_number(struct rest *rest) {
    take(rest, "-");
    bool zero = take(rest, "0");
    if (!zero && !take_digits(rest))
        return false;
    if (take(rest, ".") && !take_digits(rest))
        return false;
    if (!take(rest, "e") && !take(rest, "E"))
        return true;
    if (!take(rest, "+"))
        take(rest, "-");
    return take_digits(rest);
}

static bool take_value(struct rest *rest);

/* member = string name-separator value */
static bool take_member(struct rest *rest) {
    take_blanks(rest);
    if (!take_string(rest, &rest->odd_name))
        return false;
    take_blanks(rest);
    return take(rest, ":") && take_value(rest);
}

/* What stands between brackets, the first of which was taken. */
static bool take_list(struct rest *rest, const char *close, bool (*take_one)(struct rest *)) {
    if (++rest->depth > rest->deepest)
        rest->deepest = rest->depth;
    take_blanks(rest);
    if (!take(rest, close)) {
        do {
            if (!take_one(rest))
                return false;
        } while (take(rest, ","));
        if (!take(rest, close))
            return false;
    }
    rest->depth--;
    return true;
}

/* value = false / null / true / object / array / number / string, with ws around it */
static bool take_value(struct rest *rest) {
    bool nul = false;
    take_blanks(rest);
    bool good = false;
    if (take(rest, "{"))
        good = take_list(rest, "}", take_member);
    else if (take(rest, "["))
        good = take_list(rest, "]", take_value);
    else if (rest->next < rest->end && *rest->next == '"')
        good = take_string(rest, &nul);
    else
        good = take(rest, "false") || take(rest, "null") || take(rest, "true") || take_number(rest);
    take_blanks(rest);
    return good;
}

bool grammar_is_json(struct text text, size_t *depth, bool *odd_name) {
    struct rest rest = {.next = (const unsigned char *)text.data,
                        .end = (const unsigned char *)text.data + text.size};
    bool good = take_value(&rest) && rest.next == rest.end;
    *depth = rest.deepest;
    *odd_name = rest.odd_name;
    return good;
}
