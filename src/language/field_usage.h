/*
 * Which fields of an upstream's answer the table uses: known when the table is loaded, since
 * mappers are data. `explain` shows it; a call whose answer is not used is an error.
 */
#ifndef O2S_LANGUAGE_FIELD_USAGE_H
#define O2S_LANGUAGE_FIELD_USAGE_H

#include "base/buffer.h"
#include "language/mapper.h"
#include "language/node_conditions.h"
#include "json/projection.h"

/* One value that an expression's value may be, or be made of. */
struct usage_part {
    struct projection *node;
    enum usage_form {
        /* The value of the node. */
        USAGE_ITSELF,
        /* Its items as groups: a list of {key, items}; one of them. */
        USAGE_GROUPS,
        USAGE_GROUP,
    } form;
    /* How many lists it is in: 1 for [it]. */
    unsigned lists;
    /* Under which condition it is that. */
    const struct usage_condition *when;
    /* The answer that it is of; NULL: when it is used is not noted. */
    struct usage_answer *answer;
};

/*
 * What an expression's value may be a part of. The analysis runs an expression on these instead of
 * on values. `parts` may be empty: the value is made of nothing that was received.
 */
struct usage_source {
    struct usage_part *parts;
    size_t count;
};

/* The state of an analysis; `slots` has the sources of the scope's names. */
struct usage_analysis {
    /* What is found lives as long as the table, how it was found only until the analysis ends. */
    struct arena *arena;
    struct arena *scratch;
    struct usage_source current;
    struct usage_source *slots;
    /* In a mapper: what its names stand for at the route. */
    const struct usage_names *names;
    /* The condition under which what is analysed now is evaluated at all. */
    const struct usage_condition *when;
    /* Shared by all of a route. */
    struct usage_atoms *atoms;
    struct node_conditions *conditions;
};

/* An analysis of a route with `slot_count` slots; what it finds is allocated in `arena`. */
struct usage_analysis usage_begin(struct arena *arena, struct arena *scratch, size_t slot_count);

/* Whether anything is used. */
bool usage_any(const struct projection *usage);

/* The source that is `node` itself; it is of `answer`, or `answer` is NULL. */
struct usage_source usage_source_of(struct usage_analysis *analysis, struct projection *node,
                                    struct usage_answer *answer);

/* The condition that `condition` is true where the analysis is; `condition` may be NULL: always. */
const struct usage_condition *usage_condition_here(struct usage_analysis *analysis,
                                                   const struct expression *condition);

/* The same source where it is only there under a condition. */
struct usage_source usage_source_when(struct usage_analysis *analysis, struct usage_source source,
                                      const struct usage_condition *when);

/* The source of the items of what `source` may be. */
struct usage_source usage_items_of(struct usage_analysis *analysis, struct usage_source source);

/* Marks what the expression uses, and returns what its value may be a part of. */
struct usage_source usage_of_expression(struct usage_analysis *analysis,
                                        const struct expression *expression);

/* The same for a shape; the parts that it is built of are used as a whole. */
struct usage_source usage_of_shape(struct usage_analysis *analysis, const struct shape *shape);

/* Marks what `source` may be as used as a whole, or only as to whether it is there. */
void usage_mark_all(struct usage_analysis *analysis, struct usage_source source);
void usage_mark_presence(struct usage_analysis *analysis, struct usage_source source);

/* Appends what is used, as `thing{id, items[]{title}}`. */
void usage_append(struct buffer *buffer, const struct projection *usage);

#endif
