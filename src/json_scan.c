#include "json_scan.h"

#include <string.h>

/* Longer integers may not fit 64 bits. */
enum { SAFE_DIGITS = 18 };

struct scanner {
    const char *start;
    const char *next;
    const char *end;
    size_t depth;
    struct buffer *output;
    /* Whether the string read last has escapes in it. */
    bool escaped;
    /* What was read but not copied yet; NULL: what is read now is not wanted. */
    const char *uncopied;
    struct json_error *error;
};

static const struct projection everything = {.whole = true};

static bool fail(struct scanner *scanner, const char *what) {
    scanner->error->offset = (size_t)(scanner->next - scanner->start);
    scanner->error->what = scanner->next < scanner->end ? what : "it ends too early";
    return false;
}

static void skip_blanks(struct scanner *scanner) {
    while (scanner->next < scanner->end && (*scanner->next == ' ' || *scanner->next == '\n' ||
                                            *scanner->next == '\r' || *scanner->next == '\t'))
        scanner->next++;
}

/* The next byte, NUL at the end (which no JSON text can have outside of a string either). */
static char peek(const struct scanner *scanner) {
    return scanner->next < scanner->end ? *scanner->next : '\0';
}

/* Puts `text` in the output in place of what is between `uncopied` and the position. */
static void replace(struct scanner *scanner, const char *until, const char *text) {
    if (!scanner->uncopied)
        return;
    buffer_append(scanner->output, scanner->uncopied, (size_t)(until - scanner->uncopied));
    buffer_append_string(scanner->output, text);
    scanner->uncopied = scanner->next;
}

static bool scan_hexadecimal(struct scanner *scanner) {
    for (int i = 0; i < 4; i++, scanner->next++) {
        char c = peek(scanner);
        bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!digit)
            return fail(scanner, "four hexadecimal digits are expected");
    }
    return true;
}

static bool scan_escape(struct scanner *scanner) {
    char c = peek(scanner);
    if (c == '\0' || !strchr("\"\\/bfnrtu", c))
        return fail(scanner, "there is no such escape");
    scanner->next++;
    return c != 'u' || scan_hexadecimal(scanner);
}

/* From the quote that opens it; `*inside` becomes what is between the quotes. */
static bool scan_string(struct scanner *scanner, struct text *inside) {
    const char *first = ++scanner->next;
    bool ascii = true;
    scanner->escaped = false;
    for (;;) {
        unsigned char c = (unsigned char)peek(scanner);
        if (c == '"')
            break;
        if (c < 0x20)
            return fail(scanner, "a control character in a string must be escaped");
        scanner->next++;
        ascii = ascii && c < 0x80;
        if (c != '\\')
            continue;
        scanner->escaped = true;
        if (!scan_escape(scanner))
            return false;
    }
    *inside = (struct text){first, (size_t)(scanner->next - first)};
    if (!ascii && !text_is_utf8(*inside)) {
        scanner->next = first;
        return fail(scanner, "a string is not UTF-8");
    }
    scanner->next++;
    return true;
}

static size_t scan_digits(struct scanner *scanner) {
    const char *first = scanner->next;
    while (peek(scanner) >= '0' && peek(scanner) <= '9')
        scanner->next++;
    return (size_t)(scanner->next - first);
}

static bool scan_exponent(struct scanner *scanner) {
    const char *letter = scanner->next++;
    if (*letter == 'E')
        replace(scanner, letter, "e");
    if (peek(scanner) == '+' || peek(scanner) == '-')
        scanner->next++;
    return scan_digits(scanner) || fail(scanner, "a digit is expected");
}

static bool scan_number(struct scanner *scanner) {
    bool negative = peek(scanner) == '-';
    scanner->next += negative;
    bool zero = peek(scanner) == '0';
    size_t digits = scan_digits(scanner);
    if (!digits || (zero && digits > 1))
        return fail(scanner, digits ? "a number has no zeros in front" : "a digit is expected");
    bool integer = true;
    if (peek(scanner) == '.') {
        integer = false;
        scanner->next++;
        if (!scan_digits(scanner))
            return fail(scanner, "a digit is expected");
    }
    if (peek(scanner) == 'e' || peek(scanner) == 'E')
        return scan_exponent(scanner);
    if (integer && (digits > SAFE_DIGITS || (negative && zero)))
        replace(scanner, scanner->next, JSON_INTEGER_MARK);
    return true;
}

static bool scan_word(struct scanner *scanner) {
    static const char *const words[] = {"true", "false", "null"};
    size_t left = (size_t)(scanner->end - scanner->next);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = strlen(words[i]);
        if (left < size || memcmp(scanner->next, words[i], size) != 0)
            continue;
        scanner->next += size;
        return true;
    }
    return fail(scanner, "a value is expected");
}

static bool scan_scalar(struct scanner *scanner) {
    struct text inside;
    char c = peek(scanner);
    if (c == '"')
        return scan_string(scanner, &inside);
    if (c == '-' || (c >= '0' && c <= '9'))
        return scan_number(scanner);
    return scan_word(scanner);
}

static bool scan_value(struct scanner *scanner, const struct projection *projection);

/* Starts to copy at `from`; or stops, having copied all. */
static void begin_copy(struct scanner *scanner, const char *from) {
    scanner->uncopied = from;
}

static void end_copy(struct scanner *scanner) {
    buffer_append(scanner->output, scanner->uncopied, (size_t)(scanner->next - scanner->uncopied));
    scanner->uncopied = NULL;
}

/* A name with escapes in it might be any: it is kept with all it has. */
static const struct projection *member_projection(const struct projection *projection,
                                                  struct text name, bool escaped) {
    if (escaped)
        return &everything;
    for (const struct projection_member *member = projection->members; member;
         member = member->next)
        if (text_equal(member->name, name))
            return &member->projection;
    return NULL;
}

/*
 * What stands between a collection's brackets: calls `scan_one` for each item or member, with the
 * number of those before it.
 */
static bool scan_list(struct scanner *scanner, char close, const struct projection *projection,
                      bool (*scan_one)(struct scanner *, const struct projection *, bool *first)) {
    bool first = true;
    if (++scanner->depth > JSON_MAX_DEPTH)
        return fail(scanner, "it is nested too deep");
    scanner->next++;
    skip_blanks(scanner);
    bool empty = peek(scanner) == close;
    while (!empty) {
        if (!scan_one(scanner, projection, &first))
            return false;
        skip_blanks(scanner);
        if (peek(scanner) == close)
            break;
        if (peek(scanner) != ',')
            return fail(scanner,
                        close == '}' ? "a comma or } is expected" : "a comma or ] is expected");
        scanner->next++;
        skip_blanks(scanner);
    }
    scanner->next++;
    scanner->depth--;
    return true;
}

static bool scan_name(struct scanner *scanner, struct text *name) {
    if (peek(scanner) != '"')
        return fail(scanner, "a name in quotes is expected");
    if (!scan_string(scanner, name))
        return false;
    /* json-c's names end at a NUL. */
    if (scanner->escaped && memmem(name->data, name->size, "\\u0000", 6))
        return fail(scanner, "a name with \\u0000 in it");
    skip_blanks(scanner);
    if (peek(scanner) != ':')
        return fail(scanner, "a colon is expected");
    scanner->next++;
    return true;
}

/* A member that is checked only, or copied along with all around it. */
static bool scan_any_member(struct scanner *scanner, const struct projection *projection,
                            bool *first) {
    struct text name;
    (void)first;
    return scan_name(scanner, &name) && scan_value(scanner, projection);
}

static bool scan_any_item(struct scanner *scanner, const struct projection *projection,
                          bool *first) {
    (void)first;
    return scan_value(scanner, projection);
}

static bool scan_wanted_member(struct scanner *scanner, const struct projection *projection,
                               bool *first) {
    struct text name;
    if (!scan_name(scanner, &name))
        return false;
    const struct projection *member = member_projection(projection, name, scanner->escaped);
    if (!member && !projection->counted)
        return scan_value(scanner, NULL);
    buffer_append_string(scanner->output, *first ? "\"" : ",\"");
    buffer_append_text(scanner->output, name);
    buffer_append_string(scanner->output, "\":");
    *first = false;
    if (!member)
        buffer_append_string(scanner->output, "null");
    return scan_value(scanner, member);
}

static bool scan_wanted_item(struct scanner *scanner, const struct projection *projection,
                             bool *first) {
    if (!*first)
        buffer_append_byte(scanner->output, ',');
    *first = false;
    if (projection->items)
        return scan_value(scanner, projection->items);
    buffer_append_string(scanner->output, "null");
    return scan_value(scanner, NULL);
}

/* An array or object of which parts are wanted. */
static bool scan_parts(struct scanner *scanner, const struct projection *projection) {
    bool object = peek(scanner) == '{';
    buffer_append_byte(scanner->output, object ? '{' : '[');
    if (!scan_list(scanner, object ? '}' : ']', projection,
                   object ? scan_wanted_member : scan_wanted_item))
        return false;
    buffer_append_byte(scanner->output, object ? '}' : ']');
    return true;
}

static bool scan_all(struct scanner *scanner) {
    if (peek(scanner) == '{')
        return scan_list(scanner, '}', NULL, scan_any_member);
    if (peek(scanner) == '[')
        return scan_list(scanner, ']', NULL, scan_any_item);
    return scan_scalar(scanner);
}

/*
 * One value: of it `projection` is wanted, NULL being nothing. Within a value that is wanted whole
 * the projection is NULL too: all that is passed is copied then.
 */
static bool scan_value(struct scanner *scanner, const struct projection *projection) {
    skip_blanks(scanner);
    if (!projection)
        return scan_all(scanner);
    bool collection = peek(scanner) == '{' || peek(scanner) == '[';
    if (collection && !projection->whole)
        return scan_parts(scanner, projection);
    begin_copy(scanner, scanner->next);
    if (!scan_all(scanner))
        return false;
    end_copy(scanner);
    return true;
}

bool json_scan(struct text text, const struct projection *projection, struct buffer *output,
               struct json_error *error) {
    struct scanner scanner = {.start = text.data,
                              .next = text.data,
                              .end = text.data + text.size,
                              .output = output,
                              .error = error};
    if (!scan_value(&scanner, projection ? projection : &everything))
        return false;
    skip_blanks(&scanner);
    return scanner.next == scanner.end || fail(&scanner, "nothing may follow the value");
}
