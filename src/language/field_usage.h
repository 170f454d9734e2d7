/*
 * Determines which fields of an upstream's answer the table uses. The usage is known when the table
 * is loaded, because mappers are data. `explain` shows it; a call whose answer is never used is an
 * error.
 */
#ifndef O2S_LANGUAGE_FIELD_USAGE_H
#define O2S_LANGUAGE_FIELD_USAGE_H

#include "base/buffer.h"
#include "language/mapper.h"
#include "language/node_conditions.h"
#include "json/projection.h"

/* A value that the value of an expression can be, or can contain. */
struct usage_part {
    struct projection *node;
    enum usage_form {
        /* The value of the node. */
        USAGE_ITSELF,
        /* The items of the node in groups: a list of {key, items}; or one such group. */
        USAGE_GROUPS,
        USAGE_GROUP,
    } form;
    /* The number of lists that contain it: 1 for [it]. */
    unsigned lists;
    /* The condition under which this part applies. */
    const struct usage_condition *when;
    /* The answer that contains it; NULL: the conditions of its use are not recorded. */
    struct usage_answer *answer;
};

/*
 * What the value of an expression can be a part of. The analysis evaluates expressions on sources
 * instead of values. If `parts` is empty, the value does not depend on any answer.
 */
struct usage_source {
    struct usage_part *parts;
    size_t count;
};

/* The state of an analysis; `slots` has the sources of the names of the scope. */
struct usage_analysis {
    /*
     * `arena` has the result and lives as long as the table; `scratch` only lives as long as the
     * analysis.
     */
    struct arena *arena;
    struct arena *scratch;
    struct usage_source current;
    struct usage_source *slots;
    /* In a mapper: the expressions of the route that its names refer to. */
    const struct usage_names *names;
    /* The condition under which the current expression is evaluated. */
    const struct usage_condition *when;
    /* Shared by all analyses of a route. */
    struct usage_atoms *atoms;
    struct node_conditions *conditions;
};

/* Starts an analysis of a route with `slot_count` slots; the result is allocated in `arena`. */
struct usage_analysis usage_begin(struct arena *arena, struct arena *scratch, size_t slot_count);

/* Whether anything is used. */
bool usage_any(const struct projection *usage);

/* The source of `node` itself, which belongs to `answer` (NULL: none). */
struct usage_source usage_source_of(struct usage_analysis *analysis, struct projection *node,
                                    struct usage_answer *answer);

/* The condition that `condition` (NULL: always) is true at the current place of the analysis. */
const struct usage_condition *usage_condition_here(struct usage_analysis *analysis,
                                                   const struct expression *condition);

/* The same source, restricted to a condition. */
struct usage_source usage_source_when(struct usage_analysis *analysis, struct usage_source source,
                                      const struct usage_condition *when);

/* The source of the items of `source`. */
struct usage_source usage_items_of(struct usage_analysis *analysis, struct usage_source source);

/* Marks what the expression uses, and returns the source of its value. */
struct usage_source usage_of_expression(struct usage_analysis *analysis,
                                        const struct expression *expression);

/* The same for a shape; its parts are marked as used as a whole. */
struct usage_source usage_of_shape(struct usage_analysis *analysis, const struct shape *shape);

/* Marks `source` as used as a whole, or only its presence. */
void usage_mark_all(struct usage_analysis *analysis, struct usage_source source);
void usage_mark_presence(struct usage_analysis *analysis, struct usage_source source);

/* Appends the usage, as `thing{id, items[]{title}}`. */
void usage_append(struct buffer *buffer, const struct projection *usage);

#endif
