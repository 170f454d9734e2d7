/*
 * What is ever read of an upstream's answer: known when the table is loaded, since mappers are
 * data. `explain` shows it, and a call that nobody reads is a mistake.
 */
#ifndef O2S_READS_H
#define O2S_READS_H

#include "base/buffer.h"
#include "language/mapper.h"
#include "json/projection.h"

/*
 * What an expression's value may be a part of. The analysis runs an expression on these instead of
 * on values. `nodes` may be empty: the value is made of nothing that was received.
 */
struct reads_source {
    struct projection **nodes;
    size_t count;
};

/* The state of an analysis; `slots` has the sources of the scope's names. */
struct reads_analysis {
    /* What is found lives as long as the table, how it was found only until the analysis ends. */
    struct arena *arena;
    struct arena *scratch;
    struct reads_source current;
    struct reads_source *slots;
};

/* Whether anything is read. */
bool reads_any(const struct projection *reads);

/* The source that is `node` itself. */
struct reads_source reads_source_of(struct reads_analysis *analysis, struct projection *node);

/* The source of the items of what `source` may be. */
struct reads_source reads_items_of(struct reads_analysis *analysis, struct reads_source source);

/* Marks what the expression reads, and gives what its value may be a part of. */
struct reads_source reads_expression(struct reads_analysis *analysis,
                                     const struct expression *expression);

/* The same for a shape; what it is built of counts as read whole. */
struct reads_source reads_shape(struct reads_analysis *analysis, const struct shape *shape);

/* Marks all that `source` may be as read whole, or as looked at. */
void reads_use(struct reads_source source);
void reads_touch(struct reads_source source);

/* Appends what is read, as `thing{id, items[]{title}}`. */
void reads_append(struct buffer *buffer, const struct projection *reads);

#endif
