/*
 * The query of a call: parameters with values of the route language, percent-encoded (RFC 3986).
 * What is the same at every request is encoded when the table is loaded.
 */
#ifndef O2S_LANGUAGE_QUERY_H
#define O2S_LANGUAGE_QUERY_H

#include "base/buffer.h"
#include "language/field_list.h"

struct query_parameter {
    /* As written in the table. */
    struct text name;
    struct shape *shape;
    /* `{auto: ENVELOPE}`: its value is this list, and `shape` is missing; NULL: it is none. */
    struct field_list *fields;
    /* `name[]`: a list repeats the name; any other list is joined by commas. */
    bool repeats;
    struct text encoded_name;
    /* Whether the value is known when the table is loaded; then it is `encoded`, with its name. */
    bool constant;
    struct text encoded;
};

/*
 * Loads the mapping `node`, in the arena of the definitions; `*count` becomes the number of
 * parameters. Errors are reported; a parameter with an error has no shape.
 */
struct query_parameter *query_load(struct scope *scope, const struct yaml_node *node,
                                   size_t *count);

/* Appends `?name=value&…`; nothing where all values are missing. */
void query_append(struct evaluation *evaluation, const struct query_parameter *parameters,
                  size_t count, struct buffer *buffer);

#endif
