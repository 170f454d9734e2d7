#include "serve/table_test_compare.h"

#include <stdarg.h>
#include <stdio.h>

#include "json/number.h"
#include "json/writer.h"

/* How much of a value is printed. */
enum { MAX_SHOWN = 160 };

void differences_add(struct differences *differences, const char *format, ...) {
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    buffer_append_format(&differences->text, "  %s\n", line);
    differences->count++;
}

/* A value as JSON, cut at the end of a character where it is long. */
static struct text shown(struct arena *arena, struct value value) {
    struct buffer json = {0};
    if (value.type == VALUE_MISSING)
        return text_of("nothing");
    json_write(&json, arena, value);
    size_t size = json.size;
    if (size > MAX_SHOWN) {
        size = MAX_SHOWN;
        while (size && ((unsigned char)json.data[size] & 0xC0) == 0x80)
            size--;
    }
    struct text text =
        text_format(arena, "%.*s%s", (int)size, json.data, size < json.size ? "…" : "");
    buffer_free(&json);
    return text;
}

static void add_values(struct differences *differences, struct text path, struct value expected,
                       struct value actual) {
    struct arena *arena = differences->arena;
    differences_add(differences, "%.*s: expected %.*s, got %.*s", TEXT_ARGUMENT(path),
                    TEXT_ARGUMENT(shown(arena, expected)), TEXT_ARGUMENT(shown(arena, actual)));
}

static bool scalars_equal(struct value expected, struct value actual, bool as_text) {
    struct text wanted, came;
    bool scalars = value_scalar_text(expected, &wanted) && value_scalar_text(actual, &came);
    if (as_text)
        return scalars && text_equal(wanted, came);
    if (expected.type != actual.type)
        return false;
    if (expected.type == VALUE_NUMBER)
        return number_compare(wanted, came) == 0;
    return !scalars || text_equal(wanted, came);
}

static void compare(struct differences *differences, struct text path, struct value expected,
                    struct value actual, bool as_text);

static struct text below(struct differences *differences, struct text path, struct text name) {
    if (!path.size)
        return name;
    return text_format(differences->arena, "%.*s.%.*s", TEXT_ARGUMENT(path), TEXT_ARGUMENT(name));
}

/* Those that are expected in their order, then those that came besides. */
static void compare_objects(struct differences *differences, struct text path,
                            struct value expected, struct value actual, bool as_text) {
    struct arena *arena = differences->arena;
    const struct member *wanted = value_members(arena, expected);
    const struct member *came = value_members(arena, actual);
    for (uint32_t i = 0; i < expected.size; i++)
        compare(differences, below(differences, path, wanted[i].name), wanted[i].value,
                value_member(arena, actual, text_copy(arena, wanted[i].name)), as_text);
    for (uint32_t i = 0; i < actual.size; i++)
        if (value_member(arena, expected, text_copy(arena, came[i].name)).type == VALUE_MISSING)
            add_values(differences, below(differences, path, came[i].name), value_missing(),
                       came[i].value);
}

static void compare_arrays(struct differences *differences, struct text path, struct value expected,
                           struct value actual, bool as_text) {
    struct arena *arena = differences->arena;
    uint32_t both = expected.size < actual.size ? expected.size : actual.size;
    if (expected.size != actual.size)
        differences_add(differences, "%.*s: expected %u items, got %u", TEXT_ARGUMENT(path),
                        expected.size, actual.size);
    for (uint32_t i = 0; i < both; i++) {
        struct text index = text_format(arena, "%u", i);
        compare(differences, below(differences, path, index), value_item(arena, expected, i),
                value_item(arena, actual, i), as_text);
    }
}

static void compare(struct differences *differences, struct text path, struct value expected,
                    struct value actual, bool as_text) {
    if (expected.type == VALUE_OBJECT && actual.type == VALUE_OBJECT)
        compare_objects(differences, path, expected, actual, as_text);
    else if (expected.type == VALUE_ARRAY && actual.type == VALUE_ARRAY)
        compare_arrays(differences, path, expected, actual, as_text);
    else if (!scalars_equal(expected, actual, as_text))
        add_values(differences, path, expected, actual);
}

void differences_compare(struct differences *differences, struct text path, struct value expected,
                         struct value actual) {
    compare(differences, path, expected, actual, false);
}

void differences_compare_query(struct differences *differences, struct text path,
                               struct value expected, struct value actual) {
    compare(differences, path, expected, actual, true);
}

static struct value text_or_missing(struct text text) {
    return text.data ? value_string(text) : value_missing();
}

void differences_compare_text(struct differences *differences, struct text path,
                              struct text expected, struct text actual) {
    if (text_equal(expected, actual) && !expected.data == !actual.data)
        return;
    add_values(differences, path, text_or_missing(expected), text_or_missing(actual));
}
