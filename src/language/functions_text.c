#include <string.h>

#include "language/functions.h"
#include "language/slug.h"

/* A string of characters of `input` only, apart from the case of its letters. */
static struct value string_like(struct value input, struct text text) {
    struct value string = value_string(text);
    string.plain = input.plain;
    return string;
}

/* Applies `change` to each byte of a string; other values become missing. */
static struct value change_bytes(struct evaluation *evaluation, struct value input,
                                 char (*change)(char)) {
    if (input.type != VALUE_STRING)
        return value_missing();
    char *copy = arena_allocate_unset(evaluation->arena, (size_t)input.size + 1, 1);
    for (uint32_t i = 0; i < input.size; i++)
        copy[i] = change(input.text[i]);
    copy[input.size] = '\0';
    return string_like(input, (struct text){copy, input.size});
}

static char to_upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

struct value function_upper(struct evaluation *evaluation, const struct expression *call,
                            struct value input) {
    (void)call;
    return change_bytes(evaluation, input, to_upper);
}

struct value function_lower(struct evaluation *evaluation, const struct expression *call,
                            struct value input) {
    (void)call;
    return change_bytes(evaluation, input, text_lower_letter);
}

struct value function_trim(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    (void)evaluation;
    (void)call;
    if (input.type != VALUE_STRING)
        return value_missing();
    return string_like(input, text_trim(value_text(input)));
}

struct value function_slug(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    (void)call;
    if (input.type != VALUE_STRING)
        return value_missing();
    return value_string(slug_of(evaluation->arena, value_text(input)));
}

struct value function_string(struct evaluation *evaluation, const struct expression *call,
                             struct value input) {
    (void)evaluation;
    (void)call;
    struct text text;
    return value_scalar_text(input, &text) ? value_string(text) : value_missing();
}

struct value function_text(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    (void)evaluation;
    (void)call;
    return input.type == VALUE_STRING ? input : value_missing();
}

struct value function_starts_with(struct evaluation *evaluation, const struct expression *call,
                                  struct value input) {
    struct value prefix = expression_argument(evaluation, call, 0);
    return value_boolean(input.type == VALUE_STRING && prefix.type == VALUE_STRING &&
                         text_starts_with(value_text(input), value_text(prefix)));
}

struct value function_contains(struct evaluation *evaluation, const struct expression *call,
                               struct value input) {
    struct value part = expression_argument(evaluation, call, 0);
    if (input.type == VALUE_STRING)
        return value_boolean(part.type == VALUE_STRING &&
                             text_contains(value_text(input), value_text(part)));
    /* As for `==`: an item that is null is not equal to a missing value. */
    if (input.type != VALUE_ARRAY || value_is_missing(part))
        return value_boolean(false);
    for (uint32_t i = 0; i < input.size; i++)
        if (value_equal(value_item(evaluation->arena, input, i), part))
            return value_boolean(true);
    return value_boolean(false);
}

struct value function_base64(struct evaluation *evaluation, const struct expression *call,
                             struct value input) {
    (void)call;
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (input.type != VALUE_STRING)
        return value_missing();
    const unsigned char *bytes = (const unsigned char *)input.text;
    size_t size = 0;
    char *output = arena_allocate(evaluation->arena, (size_t)input.size / 3 * 4 + 5);
    for (uint32_t i = 0; i < input.size; i += 3) {
        uint32_t left = input.size - i;
        uint32_t group = (uint32_t)bytes[i] << 16;
        group |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        group |= left > 2 ? bytes[i + 2] : 0;
        output[size++] = digits[group >> 18];
        output[size++] = digits[group >> 12 & 63];
        output[size++] = left > 1 ? digits[group >> 6 & 63] : '=';
        output[size++] = left > 2 ? digits[group & 63] : '=';
    }
    return value_string((struct text){output, size});
}

struct value function_join(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    struct value argument = expression_argument(evaluation, call, 0);
    if (input.type != VALUE_ARRAY || argument.type != VALUE_STRING)
        return value_missing();
    struct text separator = value_text(argument);
    size_t size = 0;
    for (uint32_t i = 0; i < input.size; i++)
        size += value_text(value_item(evaluation->arena, input, i)).size + separator.size;
    if (function_is_too_large(evaluation, call, size))
        return value_missing();
    char *joined = arena_allocate_unset(evaluation->arena, size + 1, 1);
    char *end = joined;
    bool first = true;
    for (uint32_t i = 0; i < input.size; i++) {
        struct value item = value_item(evaluation->arena, input, i);
        if (item.type != VALUE_STRING && item.type != VALUE_NUMBER)
            continue;
        if (!first && separator.size)
            end = mempcpy(end, separator.data, separator.size);
        if (item.size)
            end = mempcpy(end, item.text, item.size);
        first = false;
    }
    *end = '\0';
    return value_string((struct text){joined, (size_t)(end - joined)});
}

struct value function_split(struct evaluation *evaluation, const struct expression *call,
                            struct value input) {
    struct value separator = expression_argument(evaluation, call, 0);
    if (input.type != VALUE_STRING || separator.type != VALUE_STRING || separator.size != 1)
        return value_missing();
    struct text rest = value_text(input);
    struct value *parts =
        arena_allocate_array(evaluation->arena, rest.size + 1, sizeof(struct value));
    size_t count = 0;
    while (rest.size) {
        struct text part = text_trim(text_cut(&rest, separator.text[0]));
        if (part.size)
            parts[count++] = value_string(part);
    }
    return value_array(parts, count);
}

/* The next occurrence of `wanted` in `text`; NULL if it does not occur. */
static const char *occurrence(struct text text, struct text wanted) {
    return wanted.size ? memmem(text.data, text.size, wanted.data, wanted.size) : NULL;
}

static struct text from(struct text text, const char *begin) {
    return (struct text){begin, (size_t)(text.data + text.size - begin)};
}

static size_t count_occurrences(struct text text, struct text wanted) {
    size_t count = 0;
    for (const char *found; (found = occurrence(text, wanted)); count++)
        text = from(text, found + wanted.size);
    return count;
}

static struct text replace(struct arena *arena, struct text text, struct text wanted,
                           struct text replacement, size_t size) {
    char *replaced = arena_allocate(arena, size + 1);
    char *end = replaced;
    for (const char *found; (found = occurrence(text, wanted));) {
        end = mempcpy(end, text.data, (size_t)(found - text.data));
        if (replacement.size)
            end = mempcpy(end, replacement.data, replacement.size);
        text = from(text, found + wanted.size);
    }
    memcpy(end, text.data, text.size);
    return (struct text){replaced, size};
}

struct value function_replace(struct evaluation *evaluation, const struct expression *call,
                              struct value input) {
    struct value wanted = expression_argument(evaluation, call, 0);
    struct value replacement = expression_argument(evaluation, call, 1);
    if (input.type != VALUE_STRING || wanted.type != VALUE_STRING ||
        replacement.type != VALUE_STRING)
        return value_missing();
    struct text text = value_text(input);
    size_t count = count_occurrences(text, value_text(wanted));
    if (!count)
        return input;
    /* Sizes have 32 bits, so the result fits 64. */
    uint64_t size = text.size - (uint64_t)count * wanted.size + (uint64_t)count * replacement.size;
    if (function_is_too_large(evaluation, call, size))
        return value_missing();
    return value_string(replace(evaluation->arena, text, value_text(wanted),
                                value_text(replacement), (size_t)size));
}

struct value function_number(struct evaluation *evaluation, const struct expression *call,
                             struct value input) {
    (void)call;
    if (input.type == VALUE_NUMBER)
        return input;
    return value_parse_number(evaluation->arena, value_text(input));
}

struct value function_integer(struct evaluation *evaluation, const struct expression *call,
                              struct value input) {
    struct value number = function_number(evaluation, call, input);
    if (!value_is_integer(number))
        return value_missing();
    return value_canonical(evaluation->arena, number);
}
