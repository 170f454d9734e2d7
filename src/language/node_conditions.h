/* A map from the nodes of an answer's projection to the conditions under which they are used. */
#ifndef O2S_LANGUAGE_NODE_CONDITIONS_H
#define O2S_LANGUAGE_NODE_CONDITIONS_H

#include "language/usage_condition.h"
#include "json/projection.h"

/* An answer whose use is recorded. */
struct usage_answer {
    /* By slot, which names of the route have a value when the call is made. */
    bool *known_slots;
    /* Which of the first `atom_count` atoms can be decided at that time. */
    uint64_t known_atoms;
    size_t atom_count;
};

struct node_conditions {
    struct arena *arena;
    struct node_condition {
        const struct projection *node;
        struct usage_condition condition;
    } * entries;
    size_t count;
    /* A power of 2, greater than `count`. */
    size_t capacity;
};

/*
 * Records that `node` of `answer` is used under `condition`, of which only the part counts that can
 * be decided before the call.
 */
void node_conditions_add(struct node_conditions *conditions, const struct usage_atoms *atoms,
                         struct usage_answer *answer, const struct projection *node,
                         const struct usage_condition *condition);

/* The recorded condition; usage_never if nothing was recorded. */
const struct usage_condition *node_conditions_find(const struct node_conditions *conditions,
                                                   const struct projection *node);

#endif
