#include "base/yaml_line.h"

#include <string.h>

#include "base/count.h"

static const char *const line_ends[] = {"\r\n",     "\n",           "\r",
                                        "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};

size_t yaml_line_end(struct text text) {
    static const char first_bytes[] = "\n\r\xC2\xE2";
    if (!text.size || !memchr(first_bytes, text.data[0], sizeof first_bytes - 1))
        return 0;
    for (size_t i = 0; i < COUNT(line_ends); i++)
        if (text_starts_with(text, text_of(line_ends[i])))
            return strlen(line_ends[i]);
    return 0;
}

/* The size of the end of a line with which `text` ends; 0: it ends with none. */
static size_t last_line_end(struct text text) {
    for (size_t i = 0; i < COUNT(line_ends); i++) {
        struct text end = text_of(line_ends[i]);
        if (end.size <= text.size &&
            memcmp(text.data + text.size - end.size, end.data, end.size) == 0)
            return end.size;
    }
    return 0;
}

struct text yaml_cut_line(struct text *source) {
    struct text line = {source->data, 0};
    struct text rest = *source;
    size_t end = 0;
    while (rest.size && !(end = yaml_line_end(rest))) {
        rest.data++;
        rest.size--;
        line.size++;
    }
    *source = (struct text){rest.data + end, rest.size - end};
    return line;
}

struct text yaml_cut_last_line(struct text *source) {
    size_t end = source->size - last_line_end(*source);
    struct text rest = {source->data, end};
    while (rest.size && !last_line_end(rest))
        rest.size--;
    *source = rest;
    return (struct text){rest.data + rest.size, end - rest.size};
}
