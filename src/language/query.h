/*
 * The query of a call: parameters with values of the route language, percent-encoded (RFC 3986).
 * An object is written with brackets, as the npm package qs reads them: `a[b]=1`. What is the same
 * at every request is encoded when the table is loaded.
 */
#ifndef O2S_LANGUAGE_QUERY_H
#define O2S_LANGUAGE_QUERY_H

#include "base/buffer.h"
#include "language/field_list.h"

/*
 * The most bytes that one call's query may have: as a name is repeated for each value below it, a
 * small value could make a large query.
 */
enum { QUERY_MAX_SIZE = 64 * 1024 };

struct query_parameter {
    /* With the names of the mappings around it: `created_at[$gte]`. */
    struct text name;
    struct shape *shape;
    /* `{auto: ENVELOPE}`: its value is this list, and `shape` is missing; NULL: it is none. */
    struct field_list *fields;
    /*
     * `<<`: the members of an object are parameters below `name`, except those that are written
     * out beside it, `written`.
     */
    bool spreads;
    const struct text *written;
    size_t written_count;
    /* A name with brackets: a list repeats it; any other list is joined by commas. */
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

/*
 * Appends `?name=value&…`; nothing where all values are missing. `*too_long` becomes whether that
 * is longer than QUERY_MAX_SIZE; a part of it may have been appended. False: the evaluation has
 * failed, as in expression_evaluate().
 */
MUST_CHECK bool query_append(struct evaluation *evaluation,
                             const struct query_parameter *parameters, size_t count,
                             struct buffer *buffer, bool *too_long);

#endif
