/*
 * Writes YAML trees. What is written is read as the same tree, but for locations: it has the same
 * strings, in the same order, and is quoted where it was.
 */
#ifndef O2S_LANGUAGE_YAML_WRITER_H
#define O2S_LANGUAGE_YAML_WRITER_H

#include "base/buffer.h"
#include "language/yaml_tree.h"
#include "json/value.h"

struct yaml_writer {
    struct buffer *output;
    /*
     * The comment on a part that is from another file than the mapping or list around it: the text
     * for its location. NULL: there are no comments.
     */
    struct text (*origin)(void *context, struct location location);
    void *context;
};

/*
 * Writes a member of a mapping, `indent` columns from the margin, with the line's end. Its own
 * origin is always written.
 */
void yaml_write_member(const struct yaml_writer *writer, const struct yaml_node *key,
                       const struct yaml_node *value, size_t indent);

/* Appends an object as a document of YAML 1.2; `arena` is used for intermediate nodes. */
void yaml_write_value(struct buffer *output, struct arena *arena, struct value object);

#endif
