/* Locations in the source of a table. */
#ifndef O2S_LANGUAGE_YAML_LOCATION_H
#define O2S_LANGUAGE_YAML_LOCATION_H

#include "language/yaml_tree.h"

/*
 * Advances by one byte, or by the end of a line; counts a character at its first byte. `*source`
 * must not be empty.
 */
void yaml_advance(struct text *source, struct location *location);

/*
 * The location of byte `offset` of a scalar's string. After an escape in a quoted scalar the exact
 * location is unknown; the location of the escape is returned.
 */
struct location yaml_location_at(const struct yaml_node *scalar, size_t offset);

#endif
