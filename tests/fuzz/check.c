#include "check.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/reader.h"
#include "json/writer.h"

void require(bool holds, const char *what, struct text text) {
    if (holds)
        return;
    fprintf(stderr, "\nWHAT DOES NOT HOLD: %s\n%.*s\n", what, TEXT_ARGUMENT(text));
    abort();
}

void require_equal(const char *what, struct text one, struct text other) {
    if (text_equal(one, other))
        return;
    fprintf(stderr, "\nNOT EQUAL: %s\n--- one\n%.*s\n--- the other\n%.*s\n", what,
            TEXT_ARGUMENT(one), TEXT_ARGUMENT(other));
    abort();
}

/* The engine ends the process by _exit() where it gets no memory: that is something found, too. */
_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap__exit(int status) {
    fprintf(stderr, "\nENDS BY ITSELF, with status %d\n", status);
    abort();
}

struct text exact_copy(struct text text) {
    char *copy = malloc(text.size ? text.size : 1);
    require(copy != NULL, "there is memory", text_of(""));
    if (text.size)
        memcpy(copy, text.data, text.size);
    return (struct text){copy, text.size};
}

/* Whether there are more bytes in a row, in a string or not, than a number may have. */
static bool may_have_long_number(struct text text) {
    size_t run = 0;
    for (size_t i = 0; i < text.size && run <= JSON_MAX_NUMBER; i++)
        run = strchr("0123456789+-.eE", text.data[i]) && text.data[i] ? run + 1 : 0;
    return run > JSON_MAX_NUMBER;
}

void check_json_verdict(struct text text, bool taken) {
    size_t depth;
    bool odd_name;
    bool good = grammar_is_json(text, &depth, &odd_name);
    require(good || !taken, "what is no JSON is refused", text);
    bool may_refuse = depth > JSON_MAX_DEPTH || odd_name || may_have_long_number(text);
    require(taken || !good || may_refuse, "what is JSON is taken", text);
    require(!taken || depth <= JSON_MAX_DEPTH, "what is nested too deep is refused", text);
}

/* What is compared: values made of `text`, in `arena`. */
struct reading {
    struct arena *arena;
    struct text text;
};

static void check_same(const struct reading *of, struct value value, struct json_object *json);

static void check_same_items(const struct reading *of, struct value value,
                             struct json_object *json) {
    require(value.type == VALUE_ARRAY, "an array is one", text_of(""));
    require(value_length(value) == json_object_array_length(json), "it has its items", text_of(""));
    for (size_t i = 0; i < value_length(value); i++)
        check_same(of, value_item(of->arena, value, i), json_object_array_get_idx(json, i));
}

static void check_same_members(const struct reading *of, struct value value,
                               struct json_object *json) {
    require(value.type == VALUE_OBJECT, "an object is one", text_of(""));
    require(value_length(value) == (size_t)json_object_object_length(json), "it has its members",
            of->text);
    size_t count = 0;
    const struct member *members = value_members(of->arena, value);
    json_object_object_foreach(json, name, member) {
        require_equal("the names keep their order", text_of(name), members[count].name);
        struct value found = value_member(of->arena, value, text_of(name));
        require(found.type == members[count].value.type && found.size == members[count].value.size,
                "a member is found by its name", of->text);
        check_same(of, members[count].value, member);
        count++;
    }
}

/* Whether the digits stand in the text; an E may have become an e. */
static bool has_digits(struct text text, struct text digits) {
    for (; text.size >= digits.size; text.data++, text.size--)
        if (strncasecmp(text.data, digits.data, digits.size) == 0)
            return true;
    return false;
}

/*
 * json-c has a number's value, not its digits, so the value is what can be compared; and not that
 * of a large integer, which json-c cuts to 64 bits.
 */
static void check_same_number(const struct reading *of, struct value value,
                              struct json_object *json) {
    struct text digits = value_text(value);
    require(value.type == VALUE_NUMBER, "a number is one", of->text);
    require(has_digits(of->text, digits), "a number keeps its digits", digits);
    bool cut = json_object_is_type(json, json_type_int) && digits.size > 18;
    require(cut || value_double(value) == json_object_get_double(json), "a number keeps its value",
            digits);
}

static void check_same(const struct reading *of, struct value value, struct json_object *json) {
    switch (json_object_get_type(json)) {
    case json_type_null:
        require(value.type == VALUE_NULL, "null is null", text_of(""));
        break;
    case json_type_boolean:
        require(value.type == VALUE_BOOLEAN && value.truth == json_object_get_boolean(json),
                "a boolean is itself", text_of(""));
        break;
    case json_type_int:
    case json_type_double:
        check_same_number(of, value, json);
        break;
    case json_type_string:
        require(value.type == VALUE_STRING, "a string is one", text_of(""));
        require_equal(
            "a string keeps its bytes",
            (struct text){json_object_get_string(json), (size_t)json_object_get_string_len(json)},
            value_text(value));
        break;
    case json_type_array:
        check_same_items(of, value, json);
        break;
    case json_type_object:
        check_same_members(of, value, json);
        break;
    }
}

/* Adds all members that the value has, at each depth. */
static void request_members(struct arena *arena, struct projection *projection,
                            struct json_object *json) {
    if (json_object_is_type(json, json_type_array)) {
        if (!projection->items)
            projection->items = arena_allocate(arena, sizeof *projection->items);
        for (size_t i = 0; i < json_object_array_length(json); i++)
            request_members(arena, projection->items, json_object_array_get_idx(json, i));
    } else if (json_object_is_type(json, json_type_object)) {
        json_object_object_foreach(json, name, member) {
            struct text copy = text_copy(arena, text_of(name));
            request_members(arena, &projection_add(arena, projection, copy)->projection, member);
        }
    }
}

/* What `projection` requests is all of the text, so that the same is read. */
static void check_projected(struct json_reader *reader, struct arena *arena,
                            const struct projection *projection, struct json_object *json,
                            struct text text) {
    struct value value;
    const char *reason;
    struct text copy = exact_copy(text);
    require(json_read(reader, arena, copy, projection, &value, &reason), "its parts are read",
            text);
    check_same(&(struct reading){arena, text}, value, json);
    free((char *)copy.data);
}

/* The same when the members are read one by one, or as a whole, or both. */
static void check_projections(struct json_reader *reader, struct arena *arena,
                              struct json_object *json, struct text text) {
    struct projection all = {0}, items = {.whole = true};
    const struct projection parts = {.counted = true, .items = &items};
    request_members(arena, &all, json);
    check_projected(reader, arena, &all, json, text);
    all.whole = true;
    check_projected(reader, arena, &all, json, text);
    check_projected(reader, arena, &parts, json, text);
    check_projected(reader, arena, &items, json, text);
    for (struct projection_member *member = all.members; member; member = member->next)
        member->projection.whole = true;
    all.whole = false;
    if (all.items)
        all.items->whole = true;
    check_projected(reader, arena, &all, json, text);
}

static unsigned hexadecimal(const char *digits) {
    char copy[5] = {digits[0], digits[1], digits[2], digits[3], '\0'};
    return (unsigned)strtoul(copy, NULL, 16);
}

/*
 * Whether there may be a pair of surrogates of which json-c takes a part for a surrogate again:
 * those of the characters whose last 16 bits are from D800 to DFFF.
 */
static bool may_be_misread(struct text text) {
    for (size_t i = 0; i + 6 <= text.size; i++)
        if (text.data[i] == '\\' && text.data[i + 1] == 'u') {
            unsigned unit = hexadecimal(text.data + i + 2);
            if (unit >> 10 == 0xD800 >> 10 && (unit & 0x3E) == 0x36)
                return true;
        }
    return false;
}

/*
 * json-c's reader, as a second opinion on the values. It takes more than JSON, but what is JSON it
 * has to take. Not with JSON_TOKENER_STRICT: with that, json-c 0.18 refuses all bytes from 0x80 on.
 */
static void check_against_json_c(struct json_reader *reader, struct arena *arena,
                                 struct value value, struct text text) {
    struct json_tokener *tokener = json_tokener_new_ex(JSON_MAX_DEPTH + 2);
    json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
    struct arena *scratch = arena_create();
    /* A number at the end of the text ends where a NUL follows it. */
    struct text copy = text_copy(scratch, text);
    struct json_object *json = json_tokener_parse_ex(tokener, copy.data, (int)copy.size + 1);
    require(json_tokener_get_error(tokener) == json_tokener_success, "json-c takes it", text);
    check_same(&(struct reading){arena, text}, value, json);
    check_projections(reader, arena, json, text);
    json_object_put(json);
    json_tokener_free(tokener);
    arena_destroy(scratch);
}

void check_json_text(struct json_reader *reader, struct text text) {
    struct arena *arena = arena_create();
    struct text copy = exact_copy(text);
    struct value value = value_missing();
    const char *reason = NULL;
    bool taken = json_read(reader, arena, copy, NULL, &value, &reason);
    require(taken || (reason && *reason), "an error has its reason", text);
    check_json_verdict(text, taken);
    if (taken) {
        if (!may_be_misread(text))
            check_against_json_c(reader, arena, value, text);
        struct text written = json_text(arena, value);
        const struct projection whole = {.whole = true};
        require(json_read(reader, arena, copy, &whole, &value, &reason), "all of it is read", text);
        require_equal("what is read as a whole is written alike", written, json_text(arena, value));
        struct text again = exact_copy(written);
        require(json_read(reader, arena, again, NULL, &value, &reason),
                "what is written can be read", written);
        require_equal("what is read is written alike", written, json_text(arena, value));
        free((char *)again.data);
    }
    free((char *)copy.data);
    arena_destroy(arena);
}
