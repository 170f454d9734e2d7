#include "base/buffer.h"
#include "table/openapi_parts.h"

/*
 * The syntaxes differ in brackets, where a backslash is a character of POSIX and an escape of
 * ECMA-262, and in what may be escaped elsewhere.
 */
struct translation {
    struct text rest;
    struct buffer result;
    bool failed;
};

static char next(struct translation *translation) {
    char c = translation->rest.data[0];
    translation->rest = (struct text){translation->rest.data + 1, translation->rest.size - 1};
    return c;
}

static void append_in_brackets(struct translation *translation, char c) {
    if (strchr("\\[]", c))
        buffer_append_byte(&translation->result, '\\');
    buffer_append_byte(&translation->result, c);
}

/* What follows an opening bracket, up to the closing one. */
static void translate_brackets(struct translation *translation) {
    struct text *rest = &translation->rest;
    buffer_append_byte(&translation->result, '[');
    if (rest->size && rest->data[0] == '^')
        buffer_append_byte(&translation->result, next(translation));
    /* There the closing bracket is a character. */
    for (bool first = true; rest->size && (first || rest->data[0] != ']'); first = false) {
        char c = next(translation);
        /* `[:alpha:]`, `[=a=]`, `[.a.]` */
        if (c == '[' && rest->size && strchr(":=.", rest->data[0]))
            translation->failed = true;
        append_in_brackets(translation, c);
    }
    if (rest->size)
        buffer_append_byte(&translation->result, next(translation));
}

static void translate_character(struct translation *translation) {
    char c = next(translation);
    if (c == '[') {
        translate_brackets(translation);
    } else if (c == '\\' && translation->rest.size) {
        char escaped = next(translation);
        if (strchr("^$\\.*+?()[]{}|/", escaped))
            buffer_append_byte(&translation->result, '\\');
        /* Anything else is an operator of some library. */
        translation->failed = translation->failed || (escaped >= 'A' && escaped <= 'z');
        buffer_append_byte(&translation->result, escaped);
    } else {
        buffer_append_byte(&translation->result, c);
    }
}

struct text openapi_pattern(struct arena *arena, struct text pattern) {
    struct translation translation = {.rest = pattern};
    while (translation.rest.size)
        translate_character(&translation);
    struct text result = translation.failed ? (struct text){"", 0}
                                            : text_copy(arena, buffer_text(&translation.result));
    buffer_free(&translation.result);
    return result;
}
