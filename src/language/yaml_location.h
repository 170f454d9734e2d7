/* The location of a part of a string in the source. */
#ifndef O2S_LANGUAGE_YAML_LOCATION_H
#define O2S_LANGUAGE_YAML_LOCATION_H

#include "language/yaml_tree.h"

/*
 * The location of byte `offset` of a scalar's string. After an escape in a quoted scalar the exact
 * location is unknown; the location of the escape is returned.
 */
struct location yaml_location_at(const struct yaml_node *scalar, size_t offset);

#endif
