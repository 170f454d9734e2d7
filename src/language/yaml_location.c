#include "language/yaml_location.h"

#include "base/yaml_line.h"

void yaml_advance(struct text *source, struct location *location) {
    size_t end = yaml_line_end(*source);
    size_t size = end ? end : 1;
    if (end)
        *location = (struct location){location->line + 1, 1, location->file};
    else
        location->column += ((unsigned char)source->data[0] & 0xC0) != 0x80;
    *source = (struct text){source->data + size, source->size - size};
}

/* The size of a space or of the end of a line at the start of the text; 0: there is neither. */
static size_t blank_size(struct text text) {
    bool space = text.size && (text.data[0] == ' ' || text.data[0] == '\t');
    return space ? 1 : yaml_line_end(text);
}

static void skip_blanks(struct text *source, struct location *location) {
    while (blank_size(*source))
        yaml_advance(source, location);
}

/* The header of a block scalar: `>-` and the rest of its line. */
static void skip_header(struct text *source, struct location *location) {
    while (source->size && !yaml_line_end(*source))
        yaml_advance(source, location);
}

static struct text text_from(struct text text, size_t offset) {
    return (struct text){text.data + offset, text.size - offset};
}

/*
 * The non-space bytes of a string appear in the source in the same order, with different spaces
 * between them. Exceptions are escapes, and a quote within single quotes, which is doubled.
 */
static struct location location_in_source(const struct yaml_node *scalar, size_t offset) {
    struct text source = scalar->source;
    struct location location = scalar->text_location;
    if (!scalar->plain && !scalar->quote)
        skip_header(&source, &location);
    for (size_t i = 0; i < offset && i < scalar->text.size;) {
        struct text rest = text_from(scalar->text, i);
        size_t blank = blank_size(rest);
        i += blank ? blank : 1;
        if (blank)
            continue;
        skip_blanks(&source, &location);
        if (!source.size || source.data[0] != rest.data[0])
            return location;
        yaml_advance(&source, &location);
        if (scalar->quote == '\'' && rest.data[0] == '\'' && source.size)
            yaml_advance(&source, &location);
    }
    if (offset < scalar->text.size && !blank_size(text_from(scalar->text, offset)))
        skip_blanks(&source, &location);
    return location;
}

struct location yaml_location_at(const struct yaml_node *scalar, size_t offset) {
    if (!scalar->verbatim)
        return location_in_source(scalar, offset);
    struct location location = scalar->text_location;
    for (size_t i = 0; i < offset && i < scalar->text.size; i++) {
        bool continuation = ((unsigned char)scalar->text.data[i] & 0xC0) == 0x80;
        location.column += !continuation;
    }
    return location;
}
