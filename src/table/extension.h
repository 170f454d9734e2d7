/*
 * A table that extends another one: what it adds, and what it changes under `change`, merged into
 * the YAML tree of the other. The loaders see one tree, whose nodes know their files.
 */
#ifndef O2S_TABLE_EXTENSION_H
#define O2S_TABLE_EXTENSION_H

#include "language/yaml_merge.h"

/* A table that is extended. */
struct base_table {
    struct yaml_node *root;
    /* As it is to be printed. */
    const char *name;
};

/*
 * Merges the table `root`, without its keys `extends` and `change`, into the base. Errors: a
 * definition that the base has already, and a change of something that it does not have.
 */
void extension_apply(const struct yaml_merge *merge, const struct base_table *base,
                     const struct yaml_node *root);

/*
 * The name of a definition by its key in a section: that of a mapper and a flow ends before its
 * parameters, that of a route has one blank.
 */
struct text definition_name(struct arena *arena, struct text section, struct text key);

#endif
