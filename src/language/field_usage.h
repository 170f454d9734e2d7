/*
 * Which fields of an upstream's answer the table uses: known when the table is loaded, since
 * mappers are data. `explain` shows it; a call whose answer is not used is an error.
 */
#ifndef O2S_LANGUAGE_FIELD_USAGE_H
#define O2S_LANGUAGE_FIELD_USAGE_H

#include "base/buffer.h"
#include "language/mapper.h"
#include "json/projection.h"

/*
 * What an expression's value may be a part of. The analysis runs an expression on these instead of
 * on values. `nodes` may be empty: the value is made of nothing that was received.
 */
struct usage_source {
    struct projection **nodes;
    size_t count;
};

/* The state of an analysis; `slots` has the sources of the scope's names. */
struct usage_analysis {
    /* What is found lives as long as the table, how it was found only until the analysis ends. */
    struct arena *arena;
    struct arena *scratch;
    struct usage_source current;
    struct usage_source *slots;
};

/* Whether anything is used. */
bool usage_any(const struct projection *usage);

/* The source that is `node` itself. */
struct usage_source usage_source_of(struct usage_analysis *analysis, struct projection *node);

/* The source of the items of what `source` may be. */
struct usage_source usage_items_of(struct usage_analysis *analysis, struct usage_source source);

/* Marks what the expression uses, and returns what its value may be a part of. */
struct usage_source usage_of_expression(struct usage_analysis *analysis,
                                        const struct expression *expression);

/* The same for a shape; the parts that it is built of are used as a whole. */
struct usage_source usage_of_shape(struct usage_analysis *analysis, const struct shape *shape);

/* Marks what `source` may be as used as a whole, or only as to whether it is there. */
void usage_mark_all(struct usage_source source);
void usage_mark_presence(struct usage_source source);

/* Appends what is used, as `thing{id, items[]{title}}`. */
void usage_append(struct buffer *buffer, const struct projection *usage);

#endif
