/*
 * A YAML 1.1 document, read by libyaml into a tree in which every node has its location.
 *
 * A file has one document; keys are scalars; a key may occur only once in a mapping. Anchors,
 * aliases and tags are errors: mappers, flows and schemas serve their purpose. A byte order mark
 * before the document is ignored.
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
    /* The string of a scalar; NUL-terminated. */
    struct text text;
    /* Whether the source contains the string unchanged on one line, starting at `text_location`. */
    bool verbatim;
    struct location text_location;
    /* A plain scalar, which is neither quoted nor a block. */
    bool plain;
    /* The quotation mark around a scalar: ' or "; NUL: none. */
    char quote;
    /* For a scalar that is not verbatim: the source from `text_location` to its end. */
    struct text source;
    /* A sequence or mapping in brackets or braces. */
    bool flow;
    /* The items of a sequence, or the values of a mapping. */
    struct yaml_node **items;
    /* The keys of a mapping, as many as items; all are scalars. */
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
 * strings, which a table uses for longer than the nodes, are in `texts`.
 */
struct yaml_node *yaml_parse_file(struct arena *nodes, struct arena *texts, struct text source,
                                  const struct source_file *file, struct diagnostics *diagnostics);

/* The same for the file that is loaded. */
struct yaml_node *yaml_parse(struct arena *nodes, struct arena *texts, struct text source,
                             struct diagnostics *diagnostics);

/* The value of `key` in a mapping; NULL if the key is missing or the node is not a mapping. */
struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key);

/*
 * Reports the key at `index` of a mapping if it is not one of `known`. If it resembles a known key
 * that the mapping lacks, it gets that name, so that its value is loaded. `what` names the mapping:
 * "a route".
 */
void yaml_check_key(struct diagnostics *diagnostics, struct arena *arena,
                    const struct yaml_node *mapping, size_t index, const char *what,
                    const struct keyword *known);

/* Whether the node is an empty plain scalar, `~` or `null`. */
bool yaml_is_null(const struct yaml_node *node);

#endif
