#include "json/reader.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "json/escape.h"
#include "json/writer.h"

/* The sizes that are kept for the next input; larger memory is freed. */
enum { KEPT_SIZE = 64 * 1024, FIRST_ITEMS = 64 };

struct json_reader {
    struct json_tokener *tokener;
    /* A copy of the input in which numbers that json-c would change are replaced. */
    struct buffer rewritten;
    /*
     * Items of the arrays that are being read; the number of items is only known at the end of an
     * array.
     */
    struct value *items;
    size_t item_count;
    size_t item_capacity;
    char reason[128];
};

/* The state of reading one input. */
struct reading {
    struct json_scanner scanner;
    struct json_reader *reader;
    struct arena *arena;
    /* Why json-c could not read what the scanner accepted; NULL: it could. */
    const char *refusal;
};

static const struct projection everything = {.whole = true};

struct json_reader *json_reader_create(void) {
    struct json_reader *reader = memory_allocate(sizeof *reader);
    /* json-c counts a scalar inside as an additional level. */
    reader->tokener = json_tokener_new_ex(JSON_MAX_DEPTH + 1);
    if (!reader->tokener)
        memory_exhausted();
    return reader;
}

void json_reader_trim(struct json_reader *reader) {
    buffer_free(&reader->rewritten);
    free(reader->items);
    reader->items = NULL;
    reader->item_capacity = 0;
}

void json_reader_destroy(struct json_reader *reader) {
    if (!reader)
        return;
    json_reader_trim(reader);
    json_tokener_free(reader->tokener);
    free(reader);
}

/* Input for json-c. */

static void release_tree(void *tree) {
    json_object_put(tree);
}

static bool refuse(struct reading *reading, const char *refusal) {
    reading->refusal = refusal;
    return false;
}

/* `text` is valid JSON: an array or an object. */
static bool read_by_library(struct reading *reading, struct text text, struct value *value) {
    struct json_tokener *tokener = reading->reader->tokener;
    if (text.size >= INT_MAX)
        return refuse(reading, "the input is too long");
    json_tokener_reset(tokener);
    struct json_object *tree = json_tokener_parse_ex(tokener, text.data, (int)text.size);
    /* Another version of json-c may reject it: then only this input fails, not the process. */
    enum json_tokener_error error = json_tokener_get_error(tokener);
    if (error != json_tokener_success || !tree)
        return refuse(reading, json_tokener_error_desc(error));
    arena_defer(reading->arena, release_tree, tree);
    *value = value_of_json(reading->arena, tree);
    return true;
}

/* json-c takes a part of a pair of surrogates for a surrogate again: U+1D800 becomes U+FFFD. */
static void write_decoded(struct buffer *output, struct arena *arena, struct json_string string) {
    json_write(output, arena, value_string(json_unescape(arena, string.inside)));
}

/*
 * Copies a valid JSON value, with its special numbers in the form that json-c keeps, and without
 * escapes of surrogates.
 */
static void rewrite(struct buffer *output, struct arena *arena, struct text text) {
    struct json_scanner scanner;
    json_scan_begin(&scanner, text);
    const char *next = scanner.start;
    while (next < scanner.end) {
        const char *first = next;
        struct json_string string = {{"", 0}, false};
        struct text digits;
        scanner.needs_verbatim = false;
        if (*first == '"')
            next = json_scan_string(&scanner, next, &string);
        else if (*first == '-' || (*first >= '0' && *first <= '9'))
            next = json_scan_number(&scanner, next, &digits);
        else
            next++;
        struct text piece = {first, (size_t)(next - first)};
        if (*first == '"' && scanner.needs_verbatim) {
            write_decoded(output, arena, string);
            continue;
        }
        bool exponent = scanner.needs_verbatim && memchr(piece.data, 'E', piece.size);
        for (size_t i = 0; exponent && i < piece.size; i++)
            buffer_append_byte(output, piece.data[i] == 'E' ? 'e' : piece.data[i]);
        if (!exponent)
            buffer_append_text(output, piece);
        if (scanner.needs_verbatim && !exponent)
            buffer_append_string(output, JSON_INTEGER_MARK);
    }
}

static const char *read_whole(struct reading *reading, const char *next, struct value *value) {
    struct json_scanner *scanner = &reading->scanner;
    const char *first = next;
    scanner->needs_verbatim = false;
    next = json_scan_container(scanner, next);
    if (!next)
        return NULL;
    struct text text = {first, (size_t)(next - first)};
    if (text.size == 2) {
        *value = *first == '{' ? value_object(NULL, 0) : value_array(NULL, 0);
        return next;
    }
    if (scanner->needs_verbatim) {
        struct buffer *rewritten = &reading->reader->rewritten;
        buffer_reset(rewritten, KEPT_SIZE);
        rewrite(rewritten, reading->arena, text);
        text = buffer_text(rewritten);
    }
    return read_by_library(reading, text, value) ? next : NULL;
}

/* Parts that the projection selects. */

static const char *read_string(struct reading *reading, const char *next, struct value *value) {
    struct json_string string;
    next = json_scan_string(&reading->scanner, next, &string);
    if (!next)
        return NULL;
    if (string.escaped)
        string.inside = json_unescape(reading->arena, string.inside);
    *value = value_string(string.inside);
    value->plain = !string.escaped;
    return next;
}

static const char *read_number(struct reading *reading, const char *next, struct value *value) {
    struct text digits;
    reading->scanner.needs_verbatim = false;
    next = json_scan_number(&reading->scanner, next, &digits);
    if (!next)
        return NULL;
    /* As in the input for json-c, an exponent has a lower-case `e`. */
    if (reading->scanner.needs_verbatim && memchr(digits.data, 'E', digits.size))
        digits = text_lower_case(reading->arena, digits);
    /* The byte after the last digit must not be part of a number. */
    else if (next == reading->scanner.end)
        digits = text_copy(reading->arena, digits);
    *value = value_number(digits);
    return next;
}

static const char *read_word(struct reading *reading, const char *next, struct value *value) {
    char c = json_byte_at(&reading->scanner, next);
    *value = value_boolean(c == 't');
    if (c == 'n')
        value->type = VALUE_NULL;
    return json_scan_word(&reading->scanner, next);
}

static const char *read_value(struct reading *reading, const char *next,
                              const struct projection *projection, struct value *value);

/* If a name occurs more than once, the last member applies. */
static struct member *place_for(struct member *members, size_t *count, struct text name) {
    for (size_t i = 0; i < *count; i++)
        if (members[i].name.data == name.data)
            return &members[i];
    members[*count].name = name;
    return &members[(*count)++];
}

static const char *read_member(struct reading *reading, const char *next,
                               const struct projection *projection, struct member **members,
                               size_t *count) {
    struct json_string name = {{"", 0}, false};
    next = json_scan_name(&reading->scanner, next, &name);
    if (!next)
        return NULL;
    if (name.escaped)
        name.inside = json_unescape(reading->arena, name.inside);
    const struct projection_member *wanted = projection_find(projection, name.inside);
    if (!wanted)
        return json_scan_value(&reading->scanner, next);
    /* Objects without a requested member take no memory, however many there are. */
    if (!*members)
        *members = arena_allocate_array(reading->arena, projection->member_count, sizeof **members);
    struct member *member = place_for(*members, count, wanted->name);
    return read_value(reading, next, &wanted->projection, &member->value);
}

static const char *read_object(struct reading *reading, const char *next,
                               const struct projection *projection, struct value *value) {
    struct json_scanner *scanner = &reading->scanner;
    struct member *members = NULL;
    size_t count = 0;
    bool more = false;
    next = json_scan_open(scanner, next, '}', &more);
    while (next && more) {
        next = read_member(reading, next, projection, &members, &count);
        if (next)
            next = json_scan_more(scanner, next, '}', &more);
    }
    *value = value_object(members, count);
    return next;
}

static void push_item(struct json_reader *reader, struct value item) {
    if (reader->item_count == reader->item_capacity) {
        reader->item_capacity = reader->item_capacity ? 2 * reader->item_capacity : FIRST_ITEMS;
        reader->items = memory_resize(reader->items, reader->item_capacity * sizeof item);
    }
    reader->items[reader->item_count++] = item;
}

static const char *read_item(struct reading *reading, const char *next,
                             const struct projection *wanted) {
    struct value item = {.type = VALUE_NULL};
    next = wanted ? read_value(reading, next, wanted, &item)
                  : json_scan_value(&reading->scanner, next);
    if (next)
        push_item(reading->reader, item);
    return next;
}

static const char *read_array(struct reading *reading, const char *next,
                              const struct projection *projection, struct value *value) {
    struct json_scanner *scanner = &reading->scanner;
    struct json_reader *reader = reading->reader;
    size_t first = reader->item_count;
    bool more = false;
    next = json_scan_open(scanner, next, ']', &more);
    while (next && more) {
        next = read_item(reading, next, projection->items);
        if (next)
            next = json_scan_more(scanner, next, ']', &more);
    }
    if (!next)
        return NULL;
    size_t count = reader->item_count - first;
    struct value *items = arena_allocate_array(reading->arena, count, sizeof *items);
    if (count)
        memcpy(items, reader->items + first, count * sizeof *items);
    reader->item_count = first;
    *value = value_array(items, count);
    return next;
}

/* Reads a value, of which `projection` is requested. */
static const char *read_value(struct reading *reading, const char *next,
                              const struct projection *projection, struct value *value) {
    next = json_skip_blanks(&reading->scanner, next);
    char c = json_byte_at(&reading->scanner, next);
    if (c == '"')
        return read_string(reading, next, value);
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(reading, next, value);
    if (c != '{' && c != '[')
        return read_word(reading, next, value);
    if (projection->whole || (projection->counted && c == '{'))
        return read_whole(reading, next, value);
    return c == '{' ? read_object(reading, next, projection, value)
                    : read_array(reading, next, projection, value);
}

bool json_read(struct json_reader *reader, struct arena *arena, struct text text,
               const struct projection *projection, struct value *value, const char **reason) {
    struct reading reading;
    struct json_scanner *scanner = &reading.scanner;
    reading.reader = reader;
    reading.arena = arena;
    reading.refusal = NULL;
    json_scan_begin(scanner, text);
    reader->item_count = 0;
    *reason = reader->reason;
    const char *next =
        read_value(&reading, scanner->start, projection ? projection : &everything, value);
    if (next && json_scan_end(scanner, next))
        return true;
    *value = value_missing();
    if (reading.refusal)
        snprintf(reader->reason, sizeof reader->reason, "json-c rejected the input: %s",
                 reading.refusal);
    else
        snprintf(reader->reason, sizeof reader->reason, "%s, at byte %zu", scanner->mistake,
                 (size_t)(scanner->mistake_at - scanner->start));
    return false;
}
