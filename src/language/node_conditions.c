#include "language/node_conditions.h"

#include "language/walk.h"

static struct node_condition *place_of(const struct node_conditions *conditions,
                                       const struct projection *node) {
    size_t index = ((uintptr_t)node >> 4) * 0x9E3779B97F4A7C15u >> 32;
    for (;; index++) {
        struct node_condition *entry = &conditions->entries[index & (conditions->capacity - 1)];
        if (!entry->node || entry->node == node)
            return entry;
    }
}

static void grow(struct node_conditions *conditions) {
    struct node_conditions larger = {.arena = conditions->arena, .count = conditions->count};
    larger.capacity = conditions->capacity ? 2 * conditions->capacity : 64;
    larger.entries = arena_allocate_array(larger.arena, larger.capacity, sizeof *larger.entries);
    for (size_t i = 0; i < conditions->capacity; i++)
        if (conditions->entries[i].node)
            *place_of(&larger, conditions->entries[i].node) = conditions->entries[i];
    *conditions = larger;
}

static bool is_known(void *context, const struct expression *expression, size_t depth) {
    (void)depth;
    const bool *known_slots = context;
    return expression->kind != EXPRESSION_SLOT || known_slots[expression->index];
}

static uint64_t known_atoms(struct usage_answer *answer, const struct usage_atoms *atoms) {
    for (; answer->atom_count < atoms->count; answer->atom_count++)
        if (walk_expression(atoms->expressions[answer->atom_count], is_known, answer->known_slots))
            answer->known_atoms |= (uint64_t)1 << answer->atom_count;
    return answer->known_atoms;
}

void node_conditions_add(struct node_conditions *conditions, const struct usage_atoms *atoms,
                         struct usage_answer *answer, const struct projection *node,
                         const struct usage_condition *condition) {
    if (2 * conditions->count >= conditions->capacity)
        grow(conditions);
    struct node_condition *entry = place_of(conditions, node);
    conditions->count += !entry->node;
    entry->node = node;
    struct usage_condition decidable =
        usage_decidable(conditions->arena, atoms, condition, known_atoms(answer, atoms));
    usage_add(&entry->condition, &decidable);
}

const struct usage_condition *node_conditions_find(const struct node_conditions *conditions,
                                                   const struct projection *node) {
    if (!conditions->capacity)
        return &usage_never;
    return &place_of(conditions, node)->condition;
}
