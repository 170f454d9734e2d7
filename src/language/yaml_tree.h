/*
 * A YAML 1.1 document, read by libyaml into a tree in which every node knows its place.
 *
 * One document a file; keys are scalars; a key may stand in a mapping once. Anchors, aliases and
 * tags are errors: what they would do is done by mappers, flows and schemas, by name. A byte order
 * mark before the document is ignored.
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
    /* A scalar that is not verbatim: the source from `text_location` to its end. */
    struct text source;
    /* A sequence or mapping in brackets or braces. */
    bool flow;
    /* A sequence's items, or a mapping's values. */
    struct yaml_node **items;
    /* A mapping's keys, as many as items; all are scalars. */
    struct yaml_node **keys;
    size_t count;
    /* For how many of both there is room: only known for a mapping that has been added to. */
    size_t capacity;
};

/*
 * The root of the document in `source`, the content of `file` (NULL: of the file that is loaded);
 * NULL if it is not YAML, nested too deep, or followed by another document. Every error is reported
 * to `diagnostics`; after the others, such as an alias, which becomes an empty string, reading goes
 * on. An empty document is an empty mapping. The nodes are in `nodes` and refer to `source`; the
 * texts, which a table goes on using when it needs the nodes no more, are in `texts`.
 */
struct yaml_node *yaml_parse_file(struct arena *nodes, struct arena *texts, struct text source,
                                  const struct source_file *file, struct diagnostics *diagnostics);

/* The same for the file that is loaded. */
struct yaml_node *yaml_parse(struct arena *nodes, struct arena *texts, struct text source,
                             struct diagnostics *diagnostics);

/* The value of `key` in a mapping; NULL if it has none, or is no mapping. */
struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key);

/*
 * Reports the key at `index` of a mapping if it is not one of `known`. A key
 * near to one that the mapping lacks gets that name, so that its value is loaded as that of the
 * near one. `what` names the mapping: "a route".
 */
void yaml_check_key(struct diagnostics *diagnostics, struct arena *arena,
                    const struct yaml_node *mapping, size_t index, const char *what,
                    const struct keyword *known);

/* Whether the node is an empty plain scalar, `~` or `null`. */
bool yaml_is_null(const struct yaml_node *node);

/*
 * The place of byte `offset` of a scalar's text. Behind an escape of a quoted scalar it is not
 * known, and the place of the escape is returned.
 */
struct location yaml_location_at(const struct yaml_node *scalar, size_t offset);

#endif
