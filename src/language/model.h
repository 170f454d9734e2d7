/*
 * Models: what a table declares of the values that its mappers return, where the mappers themselves
 * do not show it, for the description of the API.
 */
#ifndef O2S_LANGUAGE_MODEL_H
#define O2S_LANGUAGE_MODEL_H

#include "language/mapper.h"
#include "language/yaml_tree.h"

/*
 * Loads the section `models` into the mappers, which are loaded already. Reports models that do not
 * fit their mappers. NULL: the table has no such section.
 */
void models_load(struct definitions *definitions, const struct yaml_node *section);

#endif
