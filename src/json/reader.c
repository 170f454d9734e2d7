#include "json/reader.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "json/escape.h"
#include "json/wide_object.h"
#include "json/writer.h"

/* The size of the buffer and of each stack that is kept for the next input; more is freed. */
enum { KEPT_SIZE = 64 * 1024 };

/*
 * The size of the longest text that json-c parses: its tree may take 250 times as much memory
 * ("[{},{},…]"), so a megabyte of a caller's would be 250.
 */
enum { LIBRARY_SIZE = 16 * 1024 };

/* The first capacity of a stack of items or members. */
enum { FIRST_CAPACITY = 64 };

struct json_reader {
    struct json_tokener *tokener;
    /* A copy of the input in which numbers that json-c would change are replaced. */
    struct buffer rewritten;
    /*
     * Items of the arrays and members of the objects that are being read; how many an array or an
     * object has is only known at its end.
     */
    struct value *items;
    size_t item_count;
    size_t item_capacity;
    struct member *members;
    size_t member_count;
    size_t member_capacity;
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

/* Frees stacks of more than `most` bytes. */
static void trim_stacks(struct json_reader *reader, size_t most) {
    if (reader->item_capacity * sizeof *reader->items > most) {
        free(reader->items);
        reader->items = NULL;
        reader->item_capacity = 0;
    }
    if (reader->member_capacity * sizeof *reader->members > most) {
        free(reader->members);
        reader->members = NULL;
        reader->member_capacity = 0;
    }
}

void json_reader_trim(struct json_reader *reader) {
    buffer_free(&reader->rewritten);
    trim_stacks(reader, 0);
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
    json_tokener_reset(tokener);
    struct json_object *tree = json_tokener_parse_ex(tokener, text.data, (int)text.size);
    /* Another version of json-c may reject it: then only this input fails, not the process. */
    enum json_tokener_error error = json_tokener_get_error(tokener);
    if (error != json_tokener_success)
        return refuse(reading, json_tokener_error_desc(error));
    /* Up to version 0.16, a failed allocation is no error: nothing comes, or an inner part. */
    if (!tree || json_tokener_get_parse_end(tokener) != text.size)
        memory_exhausted();
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

/* Reads an array or object, which json-c parses. */
static const char *read_parsed(struct reading *reading, const char *next, struct value *value) {
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

static inline const char *read_string(struct reading *reading, const char *next,
                                      struct value *value) {
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

static inline const char *read_number(struct reading *reading, const char *next,
                                      struct value *value) {
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

static inline const char *read_word(struct reading *reading, const char *next,
                                    struct value *value) {
    char c = json_byte_at(&reading->scanner, next);
    *value = value_boolean(c == 't');
    if (c == 'n')
        value->type = VALUE_NULL;
    return json_scan_word(&reading->scanner, next);
}

static ALWAYS_INLINE const char *read_any(struct reading *reading, const char *next,
                                          const struct projection *projection, struct value *value);
static const char *read_value(struct reading *reading, const char *next,
                              const struct projection *projection, struct value *value);

static size_t grown(size_t capacity) {
    return capacity ? 2 * capacity : FIRST_CAPACITY;
}

OUT_OF_LINE static void grow_members(struct json_reader *reader) {
    reader->member_capacity = grown(reader->member_capacity);
    reader->members =
        memory_resize(reader->members, reader->member_capacity * sizeof *reader->members);
}

OUT_OF_LINE static void grow_items(struct json_reader *reader) {
    reader->item_capacity = grown(reader->item_capacity);
    reader->items = memory_resize(reader->items, reader->item_capacity * sizeof *reader->items);
}

/* An object that is being read. */
struct open_object {
    const struct projection *projection;
    /* Whether all members are requested. */
    bool whole;
    /* Where its members begin among those of the reader; behind them are those of inner objects. */
    size_t first;
    /* A bit for each name so far, which others may share: most names are not repeated. */
    uint64_t names;
};

/*
 * The place of the member called `name`, or where the next one is added. If a name occurs more than
 * once, the last value applies, at the place of the first. In a wide object, repeated names are
 * only found at its end.
 */
OUT_OF_LINE static size_t find_place(const struct json_reader *reader,
                                     const struct open_object *object, struct text name) {
    size_t place = object->first;
    size_t end = reader->member_count;
    if (object->whole && end - place > WIDE_OBJECT_LIMIT)
        return end;
    /* Names that the table requests are its own bytes. */
    for (; place < end; place++) {
        struct text other = reader->members[place].name;
        if (other.data == name.data ? other.size == name.size
                                    : object->whole && text_same_name(other, name))
            break;
    }
    return place;
}

/* The place of the member called `name`, which has this `bit`; it is added unless it exists. */
static inline size_t place_for(struct json_reader *reader, struct open_object *object,
                               struct text name, uint64_t bit) {
    size_t end = reader->member_count;
    if (object->names & bit) {
        size_t place = find_place(reader, object, name);
        if (place < end)
            return place;
    }
    object->names |= bit;
    if (end == reader->member_capacity)
        grow_members(reader);
    reader->members[end].name = name;
    reader->member_count = end + 1;
    return end;
}

static inline const char *read_member(struct reading *reading, const char *next,
                                      struct open_object *object) {
    struct json_reader *reader = reading->reader;
    struct json_string name = {{"", 0}, false};
    next = json_scan_name(&reading->scanner, next, &name);
    if (!next)
        return NULL;
    if (name.escaped)
        name.inside = json_unescape(reading->arena, name.inside);
    const struct projection_member *wanted = projection_find(object->projection, name.inside);
    if (!wanted && !object->whole)
        return json_scan_value(&reading->scanner, next);
    /* The table's name: an expression finds it by its address. */
    struct text kept = wanted ? wanted->name : name.inside;
    unsigned bit = wanted ? wanted->bit : projection_hash(name.inside);
    size_t place = place_for(reader, object, kept, UINT64_C(1) << bit);
    struct value value;
    next = read_any(reading, next, object->whole ? &everything : &wanted->projection, &value);
    if (next)
        reader->members[place].value = value;
    return next;
}

static struct value close_object(struct reading *reading, const struct open_object *object) {
    struct json_reader *reader = reading->reader;
    size_t count = reader->member_count - object->first;
    reader->member_count = object->first;
    if (!count)
        return value_object(NULL, 0);
    const struct member *members = reader->members + object->first;
    if (object->whole && count > WIDE_OBJECT_LIMIT)
        return wide_object(reading->arena, members, count);
    return value_object(arena_copy(reading->arena, members, count * sizeof *members), count);
}

OUT_OF_LINE static const char *read_object(struct reading *reading, const char *next,
                                           const struct projection *projection,
                                           struct value *value) {
    struct json_scanner *scanner = &reading->scanner;
    struct open_object object = {.projection = projection,
                                 .whole = projection->whole || projection->counted,
                                 .first = reading->reader->member_count};
    bool more = false;
    next = json_scan_open(scanner, next, '}', &more);
    while (next && more) {
        next = read_member(reading, next, &object);
        if (next)
            next = json_scan_more(scanner, next, '}', &more);
    }
    if (next)
        *value = close_object(reading, &object);
    return next;
}

static inline const char *read_item(struct reading *reading, const char *next,
                                    const struct projection *wanted) {
    struct json_reader *reader = reading->reader;
    struct value item = {.type = VALUE_NULL};
    next = wanted ? read_value(reading, next, wanted, &item)
                  : json_scan_value(&reading->scanner, next);
    if (reader->item_count == reader->item_capacity)
        grow_items(reader);
    if (next)
        reader->items[reader->item_count++] = item;
    return next;
}

static struct value close_array(struct reading *reading, size_t first) {
    struct json_reader *reader = reading->reader;
    size_t count = reader->item_count - first;
    reader->item_count = first;
    if (!count)
        return value_array(NULL, 0);
    const struct value *items = reader->items + first;
    return value_array(arena_copy(reading->arena, items, count * sizeof *items), count);
}

OUT_OF_LINE static const char *read_array(struct reading *reading, const char *next,
                                          const struct projection *projection,
                                          struct value *value) {
    struct json_scanner *scanner = &reading->scanner;
    const struct projection *items = projection->whole ? &everything : projection->items;
    size_t first = reading->reader->item_count;
    bool more = false;
    next = json_scan_open(scanner, next, ']', &more);
    while (next && more) {
        next = read_item(reading, next, items);
        if (next)
            next = json_scan_more(scanner, next, ']', &more);
    }
    if (next)
        *value = close_array(reading, first);
    return next;
}

/* Reads a value, of which `projection` is requested; inlined where most values are read. */
static ALWAYS_INLINE const char *read_any(struct reading *reading, const char *next,
                                          const struct projection *projection,
                                          struct value *value) {
    char c = json_next_byte(&reading->scanner, &next);
    if (c == '"')
        return read_string(reading, next, value);
    if (c == '{')
        return read_object(reading, next, projection, value);
    if (c == '[')
        return read_array(reading, next, projection, value);
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(reading, next, value);
    return read_word(reading, next, value);
}

OUT_OF_LINE static const char *read_value(struct reading *reading, const char *next,
                                          const struct projection *projection,
                                          struct value *value) {
    return read_any(reading, next, projection, value);
}

/* Reads all of an input of which no part is selected. */
static const char *read_everything(struct reading *reading, const char *next, struct value *value) {
    char c = json_next_byte(&reading->scanner, &next);
    bool short_enough = (size_t)(reading->scanner.end - next) <= LIBRARY_SIZE;
    return short_enough && (c == '{' || c == '[') ? read_parsed(reading, next, value)
                                                  : read_value(reading, next, &everything, value);
}

bool json_read(struct json_reader *reader, struct arena *arena, struct text text,
               const struct projection *projection, struct value *value, const char **reason) {
    struct reading reading;
    struct json_scanner *scanner = &reading.scanner;
    reading.reader = reader;
    reading.arena = arena;
    reading.refusal = NULL;
    json_scan_begin(scanner, text);
    reader->item_count = reader->member_count = 0;
    *reason = reader->reason;
    const char *next = projection ? read_value(&reading, scanner->start, projection, value)
                                  : read_everything(&reading, scanner->start, value);
    trim_stacks(reader, KEPT_SIZE);
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
