#include "http/etag.h"

#include <inttypes.h>
#include <string.h>

struct text etag_of(struct arena *arena, struct hash hash) {
    return text_format(arena, "\"%016" PRIx64 "%016" PRIx64 "\"", hash.h1, hash.h2);
}

static void skip(struct text *text, size_t size) {
    text->data += size;
    text->size -= size;
}

/* Empty elements of a list are ignored (RFC 9110, 5.6.1.2). */
static void skip_separators(struct text *list) {
    while (list->size && (list->data[0] == ' ' || list->data[0] == '\t' || list->data[0] == ','))
        skip(list, 1);
}

/* The tag at the start of `*list`, with its quotation marks; the empty string if absent. */
static struct text parse_tag(struct text *list) {
    if (text_starts_with(*list, text_of("W/")))
        skip(list, 2);
    struct text tag = {list->data, 0};
    if (!list->size || list->data[0] != '"')
        return tag;
    const char *end = memchr(list->data + 1, '"', list->size - 1);
    if (end)
        tag.size = (size_t)(end - list->data) + 1;
    skip(list, tag.size);
    return tag;
}

bool etag_is_listed(struct text list, struct text etag) {
    if (text_is(text_trim(list), "*"))
        return true;
    struct text tag;
    do {
        skip_separators(&list);
        tag = parse_tag(&list);
        if (tag.size && text_equal(tag, etag))
            return true;
    } while (tag.size);
    return false;
}
