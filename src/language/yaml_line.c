#include "language/yaml_line.h"

#include <string.h>

#include "base/count.h"

/* The size of the end of a line at the start of the text; 0: there is no such end. */
static size_t end_size(struct text text) {
    static const char *const ends[] = {"\r\n",     "\n",           "\r",
                                       "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
    for (size_t i = 0; i < COUNT(ends); i++)
        if (text_starts_with(text, text_of(ends[i])))
            return strlen(ends[i]);
    return 0;
}

void yaml_cut_line(struct text *source) {
    static const char first_bytes[] = "\n\r\xC2\xE2";
    size_t size = 0;
    while (!size && source->size) {
        if (memchr(first_bytes, source->data[0], sizeof first_bytes - 1))
            size = end_size(*source);
        size_t step = size ? size : 1;
        *source = (struct text){source->data + step, source->size - step};
    }
}
