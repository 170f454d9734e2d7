/*
 * Changes to the steps of a route or flow:
 *
 *     before: {NAME: [steps]}      inserts steps before the step NAME
 *     after: {NAME: [steps]}       inserts steps after it
 *     change: {NAME: {...}}        merges into it; null removes it
 *
 * A call has the name of its result, `use` that of its flow, `let` those that it defines; `require`
 * has no name.
 */
#ifndef O2S_TABLE_STEPS_CHANGE_H
#define O2S_TABLE_STEPS_CHANGE_H

#include "language/yaml_merge.h"

/* The list of steps that `edits`, a mapping, makes of `steps`. Names are those of `steps`. */
struct yaml_node *steps_change(const struct yaml_merge *merge, struct yaml_node *steps,
                               const struct yaml_node *edits);

/* The name of a step, or of those of `let` the one at `index`; empty if there are no more. */
struct text step_name(const struct yaml_node *step, size_t index);

#endif
