/*
 * The query of a call: parameters with values of the route language, percent-encoded (RFC 3986). An
 * object is written with brackets, as by the npm package qs: `a[b]=1`. Parts that are the same at
 * every request are encoded when the table is loaded.
 */
#ifndef O2S_LANGUAGE_QUERY_H
#define O2S_LANGUAGE_QUERY_H

#include "base/buffer.h"
#include "language/field_list.h"

/*
 * The maximum size of a query in bytes. A name is repeated for each value below it, so a small
 * value could otherwise make a large query.
 */
enum { QUERY_MAX_SIZE = 64 * 1024 };

struct query_parameter {
    /* Includes the names of the enclosing mappings: `created_at[$gte]`. */
    struct text name;
    struct shape *shape;
    /*
     * `{auto: ENVELOPE}`: this list replaces the value, and `shape` is missing; NULL: an ordinary
     * value.
     */
    struct field_list *fields;
    /*
     * `<<`: the members of an object are parameters below `name`, except for those in `written`,
     * which the table defines explicitly.
     */
    bool spreads;
    const struct text *written;
    size_t written_count;
    /*
     * A name with brackets, which is repeated for each item of a list; other lists are joined by
     * commas.
     */
    bool repeats;
    struct text encoded_name;
    /*
     * Whether the value is known when the table is loaded; `encoded` then has the name and the
     * value.
     */
    bool constant;
    struct text encoded;
};

/*
 * Loads the mapping `node`, in the arena of the definitions; sets `*count` to the number of
 * parameters. Errors are reported; a parameter with an error has no shape.
 */
struct query_parameter *query_load(struct scope *scope, const struct yaml_node *node,
                                   size_t *count);

/*
 * Appends `?name=value&…`, or nothing if all values are missing. Sets `*too_long` to whether the
 * query is longer than QUERY_MAX_SIZE; a part of it may have been appended. Returns false if the
 * evaluation fails, as expression_evaluate() does.
 */
MUST_CHECK bool query_append(struct evaluation *evaluation,
                             const struct query_parameter *parameters, size_t count,
                             struct buffer *buffer, bool *too_long);

#endif
