/* Values written in YAML as they are: no expressions, no names. */
#ifndef O2S_LANGUAGE_YAML_VALUE_H
#define O2S_LANGUAGE_YAML_VALUE_H

#include "language/yaml_tree.h"
#include "json/value.h"

/*
 * The value of a scalar: a number, a boolean or null if it looks so and is not quoted; else a
 * string. Borrows the node's text.
 */
struct value yaml_scalar_value(struct arena *arena, const struct yaml_node *scalar);

#endif
