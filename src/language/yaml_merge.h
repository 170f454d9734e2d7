/*
 * Changes to a YAML tree, by the rules of JSON Merge Patch (RFC 7396): the members of a mapping are
 * merged one by one, null removes a member, and everything else replaces what was there.
 *
 * Beyond the RFC: a null that removes nothing is an error; `(null)` is a null value; and
 * `<<`, which a mapping can have several times, adds one, while null removes all of them.
 */
#ifndef O2S_LANGUAGE_YAML_MERGE_H
#define O2S_LANGUAGE_YAML_MERGE_H

#include "language/yaml_tree.h"

/* What merges have in common. */
struct yaml_merge {
    /* Where what they allocate lives. */
    struct arena *arena;
    struct diagnostics *diagnostics;
};

/*
 * What `patch` makes of `target`, which may be NULL (there is nothing yet) and is changed. The
 * result is made of the nodes of both, which know their own locations.
 */
struct yaml_node *yaml_merge(const struct yaml_merge *merge, struct yaml_node *target,
                             struct yaml_node *patch);

/* Merges one member of a patch, which is not NULL, into the mapping `target`. */
void yaml_merge_member(const struct yaml_merge *merge, struct yaml_node *target,
                       struct yaml_node *key, struct yaml_node *patch);

/* The position of `key` in a mapping; its count if it has no such key. */
size_t yaml_find(const struct yaml_node *mapping, struct text key);

/* Adds a member behind the others of a mapping. */
void yaml_append(struct arena *arena, struct yaml_node *mapping, struct yaml_node *key,
                 struct yaml_node *value);

/* Removes the member at a position. */
void yaml_remove(struct yaml_node *mapping, size_t index);

/* An empty mapping, with the location of `like`. */
struct yaml_node *yaml_new_mapping(struct arena *arena, const struct yaml_node *like);

#endif
