/*
 * Changes whole JSON values within an input, half of the time; else bytes, as libFuzzer does. What
 * is no value to it, it leaves to the bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* libFuzzer's own; it has no header for them. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

enum { MAX_VALUE = 4096 };

struct range {
    size_t begin;
    size_t end;
};

/* A small generator of numbers, so that a seed always gives the same change. */
static unsigned int next_number(unsigned int *seed) {
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 8;
}

static size_t string_end(const uint8_t *data, size_t size, size_t at) {
    for (at++; at < size && data[at] != '"'; at++)
        at += data[at] == '\\';
    return at < size ? at + 1 : size;
}

/* The end of the value that begins at `at`: of a string, of all between brackets, or of a word. */
static size_t value_end(const uint8_t *data, size_t size, size_t at) {
    size_t depth = 0;
    while (at < size) {
        uint8_t c = data[at];
        if (c == '"') {
            at = string_end(data, size, at);
        } else {
            bool closes = c == '}' || c == ']';
            if (closes && !depth)
                return at;
            depth += c == '{' || c == '[';
            depth -= closes;
            at++;
            if (!depth && c != ' ' && (at == size || strchr(",:}] \n", data[at])))
                return at;
            continue;
        }
        if (!depth)
            return at;
    }
    return size;
}

/* A value behind a colon, comma or opening bracket, looked for from `from` on. */
static bool find_value(const uint8_t *data, size_t size, size_t from, struct range *range) {
    for (size_t i = from; i + 1 < size; i++) {
        if (!memchr(":,[", data[i], 3))
            continue;
        size_t begin = i + 1;
        while (begin < size && data[begin] == ' ')
            begin++;
        size_t end = value_end(data, size, begin);
        *range = (struct range){begin, end};
        if (end > begin && end - begin <= MAX_VALUE)
            return true;
    }
    return false;
}

static size_t replace(uint8_t *data, size_t size, size_t max_size, struct range range,
                      const uint8_t *bytes, size_t count) {
    size_t grown = size - (range.end - range.begin) + count;
    if (grown > max_size)
        return size;
    memmove(data + range.begin + count, data + range.end, size - range.end);
    memcpy(data + range.begin, bytes, count);
    return grown;
}

static size_t change_value(uint8_t *data, size_t size, size_t max_size, struct range range,
                           unsigned int *seed) {
    static const char *const values[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-1",
        "2.50",
        "1e5",
        "1E-2",
        "\"\"",
        "\"x\"",
        "\"id\"",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "[null]",
        "{\"id\":null}",
        "{\"a\":1,\"a\":2}",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "9223372036854775807",
        "18446744073709551616",
        "1e999",
        "\"\xC5\xBC\"",
    };
    uint8_t copy[MAX_VALUE];
    struct range other;
    switch (next_number(seed) % 4) {
    case 0: /* a value from elsewhere */
        if (!find_value(data, size, next_number(seed) % size, &other))
            return size;
        memcpy(copy, data + other.begin, other.end - other.begin);
        return replace(data, size, max_size, range, copy, other.end - other.begin);
    case 1: /* no value, with the comma behind it */
        range.end += range.end < size && data[range.end] == ',';
        return replace(data, size, max_size, range, copy, 0);
    default: {
        const char *value = values[next_number(seed) % (sizeof values / sizeof values[0])];
        return replace(data, size, max_size, range, (const uint8_t *)value, strlen(value));
    }
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    struct range range;
    bool bytes = !size || next_number(&seed) % 2;
    if (bytes || !find_value(data, size, next_number(&seed) % size, &range))
        return LLVMFuzzerMutate(data, size, max_size);
    return change_value(data, size, max_size, range, &seed);
}
