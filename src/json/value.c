#include "json/value.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/number.h"
#include "json/wide_object.h"

struct value value_missing(void) {
    return (struct value){.type = VALUE_MISSING};
}

struct value value_boolean(bool truth) {
    return (struct value){.type = VALUE_BOOLEAN, .truth = truth};
}

struct value value_string(struct text text) {
    return (struct value){.type = VALUE_STRING, .size = (uint32_t)text.size, .text = text.data};
}

struct value value_number(struct text digits) {
    return (struct value){.type = VALUE_NUMBER, .size = (uint32_t)digits.size, .text = digits.data};
}

struct value value_integer(struct arena *arena, int64_t number) {
    char signed_digits[1 + TEXT_MAX_DIGITS] = "-";
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char room[TEXT_MAX_DIGITS];
    struct text digits = text_digits(room, size, 1);
    if (number >= 0)
        return value_number(text_copy(arena, digits));
    memcpy(signed_digits + 1, digits.data, digits.size);
    return value_number(text_copy(arena, (struct text){signed_digits, digits.size + 1}));
}

struct value value_array(const struct value *items, size_t count) {
    return (struct value){.type = VALUE_ARRAY, .size = (uint32_t)count, .items = items};
}

struct value value_object(const struct member *members, size_t count) {
    return (struct value){.type = VALUE_OBJECT, .size = (uint32_t)count, .members = members};
}

/* json-c keeps an integer as a signed 64-bit number, or as an unsigned one if it does not fit. */
static struct value view_integer(struct arena *arena, struct json_object *json) {
    int64_t number = json_object_get_int64(json);
    uint64_t large = json_object_get_uint64(json);
    if (number == INT64_MAX && large > INT64_MAX)
        return value_number(text_format(arena, "%" PRIu64, large));
    return value_integer(arena, number);
}

/* The reader of json-c keeps the digits of a double as user data. */
static struct value view_double(struct arena *arena, struct json_object *json) {
    const char *digits = json_object_get_userdata(json);
    if (!digits)
        return value_number(text_format(arena, "%.17g", json_object_get_double(json)));
    struct text text = text_of(digits);
    size_t mark = sizeof JSON_INTEGER_MARK - 1;
    /* strtod() parses a long integer with its mark as the same number. */
    if (text.size > mark && memcmp(digits + text.size - mark, JSON_INTEGER_MARK, mark) == 0)
        text.size -= mark;
    return value_number(text);
}

struct value value_of_json(struct arena *arena, struct json_object *json) {
    switch (json_object_get_type(json)) {
    case json_type_boolean:
        return value_boolean(json_object_get_boolean(json));
    case json_type_int:
        return view_integer(arena, json);
    case json_type_double:
        return view_double(arena, json);
    case json_type_string:
        return value_string(
            (struct text){json_object_get_string(json), (size_t)json_object_get_string_len(json)});
    case json_type_array:
        return (struct value){.type = VALUE_ARRAY,
                              .parsed = true,
                              .size = (uint32_t)json_object_array_length(json),
                              .json = json};
    case json_type_object:
        return (struct value){.type = VALUE_OBJECT,
                              .parsed = true,
                              .size = (uint32_t)json_object_object_length(json),
                              .json = json};
    case json_type_null:
        break;
    }
    return (struct value){.type = VALUE_NULL};
}

bool value_is_missing(struct value value) {
    return value.type == VALUE_MISSING || value.type == VALUE_NULL;
}

bool value_is_true(struct value value) {
    switch (value.type) {
    case VALUE_MISSING:
    case VALUE_NULL:
        return false;
    case VALUE_BOOLEAN:
        return value.truth;
    case VALUE_STRING:
        return value.size > 0;
    default:
        return true;
    }
}

struct text value_text(struct value value) {
    if (value.type == VALUE_STRING || value.type == VALUE_NUMBER)
        return (struct text){value.text, value.size};
    return (struct text){"", 0};
}

double value_double(struct value value) {
    return value.type == VALUE_NUMBER ? strtod(value.text, NULL) : 0;
}

bool value_is_integer(struct value value) {
    return value.type == VALUE_NUMBER && number_is_integer(value_text(value));
}

struct value value_canonical(struct arena *arena, struct value number) {
    return value_number(number_canonical(arena, value_text(number)));
}

struct value value_parse_number(struct arena *arena, struct text text) {
    text = text_trim(text);
    return number_is_valid(text) ? value_number(text_copy(arena, text)) : value_missing();
}

bool value_scalar_text(struct value value, struct text *text) {
    *text = value_text(value);
    if (value.type == VALUE_BOOLEAN)
        *text = text_of(value.truth ? "true" : "false");
    return value.type == VALUE_STRING || value.type == VALUE_NUMBER || value.type == VALUE_BOOLEAN;
}

bool value_equal(struct value a, struct value b) {
    if (value_is_missing(a) || value_is_missing(b))
        return value_is_missing(a) && value_is_missing(b);
    if (a.type == VALUE_BOOLEAN && b.type == VALUE_BOOLEAN)
        return a.truth == b.truth;
    int order;
    return value_order(a, b, &order) && order == 0;
}

bool value_order(struct value a, struct value b, int *order) {
    if (a.type == VALUE_NUMBER && b.type == VALUE_NUMBER) {
        int result = number_compare(value_text(a), value_text(b));
        *order = (result > 0) - (result < 0);
        return true;
    }
    if (a.type == VALUE_STRING && b.type == VALUE_STRING) {
        int result = text_compare(value_text(a), value_text(b));
        *order = (result > 0) - (result < 0);
        return true;
    }
    return false;
}

struct value value_member(struct arena *arena, struct value object, struct text name) {
    if (object.type != VALUE_OBJECT)
        return value_missing();
    if (object.parsed) {
        struct json_object *member;
        /* Names in json-c end at a NUL and cannot contain one. */
        if (memchr(name.data, '\0', name.size) ||
            !json_object_object_get_ex(object.json, text_c_string(name), &member))
            return value_missing();
        return value_of_json(arena, member);
    }
    if (object.wide)
        return wide_object_member(object, name);
    for (uint32_t i = 0; i < object.size; i++)
        if (text_same_name(object.members[i].name, name))
            return object.members[i].value;
    return value_missing();
}

struct value value_item(struct arena *arena, struct value array, size_t index) {
    if (array.type != VALUE_ARRAY || index >= array.size)
        return value_missing();
    if (array.parsed)
        return value_of_json(arena, json_object_array_get_idx(array.json, index));
    return array.items[index];
}

static size_t count_characters(struct value string) {
    size_t count = 0;
    for (uint32_t i = 0; i < string.size; i++)
        count += ((unsigned char)string.text[i] & 0xC0) != 0x80;
    return count;
}

size_t value_length(struct value value) {
    if (value.type == VALUE_STRING)
        return count_characters(value);
    return value.type == VALUE_ARRAY || value.type == VALUE_OBJECT ? value.size : 0;
}

const struct member *value_members(struct arena *arena, struct value object) {
    if (object.type != VALUE_OBJECT)
        return NULL;
    if (!object.parsed)
        return object.members;
    struct member *members = arena_allocate_array(arena, object.size, sizeof *members);
    size_t count = 0;
    json_object_object_foreach(object.json, name, member) {
        members[count++] = (struct member){text_of(name), value_of_json(arena, member)};
    }
    return members;
}
