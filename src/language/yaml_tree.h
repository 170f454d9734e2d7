/*
 * A YAML 1.1 document, read by libyaml into a tree in which every node knows its place.
 *
 * One document a file; keys are scalars; a key may stand in a mapping once. Anchors, aliases and
 * tags are refused: what they would do is done by mappers, flows and schemas, by name.
 */
#ifndef O2S_LANGUAGE_YAML_TREE_H
#define O2S_LANGUAGE_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diagnostics.h"
#include "base/text.h"
#include "language/keyword.h"

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml_node {
    enum yaml_kind kind;
    struct location location;
    /* A scalar's text; NUL-terminated. */
    struct text text;
    /* Whether the file has the text unchanged, from `text_location` on, on one line. */
    bool verbatim;
    struct location text_location;
    /* A plain scalar: not quoted, not a block. */
    bool plain;
    /* A sequence's items, or a mapping's values. */
    struct yaml_node **items;
    /* A mapping's keys, as many as items; all are scalars. */
    struct yaml_node **keys;
    size_t count;
};

/*
 * The root of the document in `source`; NULL if it is not YAML or holds what is refused, which is
 * then told to `diagnostics`. An empty document is an empty mapping. The nodes are in `nodes`; the
 * texts, which a table goes on using when it needs the nodes no more, in `texts`.
 */
struct yaml_node *yaml_parse(struct arena *nodes, struct arena *texts, struct text source,
                             struct diagnostics *diagnostics);

/* The value of `key` in a mapping; NULL if it has none, or is no mapping. */
struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key);

/*
 * Whether the key is one of `known`; if not, that is reported with the nearest one. `what` names
 * the mapping: "a route".
 */
bool yaml_check_key(struct diagnostics *diagnostics, struct arena *arena,
                    const struct yaml_node *key, const char *what, const struct keyword *known);

/* Whether the node is an empty plain scalar, `~` or `null`. */
bool yaml_is_null(const struct yaml_node *node);

/* The place of byte `offset` of a scalar's text; its start where the text is not verbatim. */
struct location yaml_location_at(const struct yaml_node *scalar, size_t offset);

#endif
