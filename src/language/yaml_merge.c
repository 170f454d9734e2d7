#include "language/yaml_merge.h"

#include <string.h>

size_t yaml_find(const struct yaml_node *mapping, struct text key) {
    size_t index = 0;
    while (index < mapping->count && !text_equal(mapping->keys[index]->text, key))
        index++;
    return index;
}

static struct yaml_node **grown(struct arena *arena, struct yaml_node **nodes, size_t count) {
    struct yaml_node **copy =
        arena_allocate_array(arena, 2 * count + 4, sizeof(struct yaml_node *));
    if (count)
        memcpy(copy, nodes, count * sizeof(struct yaml_node *));
    return copy;
}

void yaml_append(struct arena *arena, struct yaml_node *mapping, struct yaml_node *key,
                 struct yaml_node *value) {
    if (mapping->count >= mapping->capacity) {
        mapping->keys = grown(arena, mapping->keys, mapping->count);
        mapping->items = grown(arena, mapping->items, mapping->count);
        mapping->capacity = 2 * mapping->count + 4;
    }
    mapping->keys[mapping->count] = key;
    mapping->items[mapping->count] = value;
    mapping->count++;
}

void yaml_remove(struct yaml_node *mapping, size_t index) {
    size_t behind = mapping->count - index - 1;
    memmove(&mapping->keys[index], &mapping->keys[index + 1], behind * sizeof(struct yaml_node *));
    memmove(&mapping->items[index], &mapping->items[index + 1],
            behind * sizeof(struct yaml_node *));
    mapping->count--;
}

struct yaml_node *yaml_new_mapping(struct arena *arena, const struct yaml_node *like) {
    struct yaml_node *mapping = arena_allocate(arena, sizeof *mapping);
    mapping->kind = YAML_MAPPING;
    mapping->location = like->location;
    mapping->flow = like->flow;
    return mapping;
}

/* `(null)`, or the node itself. */
static struct yaml_node *written(const struct yaml_merge *merge, struct yaml_node *node) {
    if (node->kind != YAML_SCALAR || !text_is(node->text, "(null)"))
        return node;
    struct yaml_node *null = arena_allocate(merge->arena, sizeof *null);
    *null = *node;
    null->text = text_of("null");
    null->plain = true;
    null->verbatim = false;
    null->source = text_of("");
    return null;
}

static void remove_member(const struct yaml_merge *merge, struct yaml_node *target,
                          const struct yaml_node *key) {
    size_t before = target->count;
    for (size_t i = target->count; i-- > 0;)
        if (text_equal(target->keys[i]->text, key->text))
            yaml_remove(target, i);
    if (target->count != before)
        return;
    struct nearest nearest = {.wanted = key->text};
    for (size_t i = 0; i < target->count; i++)
        nearest_offer(&nearest, target->keys[i]->text);
    diagnostics_add(merge->diagnostics, key->location,
                    "there is no \"%.*s\" that null could remove%s; a null value is written (null)",
                    TEXT_ARGUMENT(key->text), nearest_hint(&nearest, merge->arena).data);
}

void yaml_merge_member(const struct yaml_merge *merge, struct yaml_node *target,
                       struct yaml_node *key, struct yaml_node *patch) {
    if (yaml_is_null(patch)) {
        remove_member(merge, target, key);
        return;
    }
    size_t index = yaml_find(target, key->text);
    if (index == target->count || text_is(key->text, "<<")) {
        yaml_append(merge->arena, target, key, yaml_merge(merge, NULL, patch));
        return;
    }
    struct yaml_node *old = target->items[index];
    struct yaml_node *new = yaml_merge(merge, old, patch);
    if (new != old)
        target->keys[index] = key;
    target->items[index] = new;
}

struct yaml_node *yaml_merge(const struct yaml_merge *merge, struct yaml_node *target,
                             struct yaml_node *patch) {
    if (patch->kind != YAML_MAPPING)
        return written(merge, patch);
    if (!target || target->kind != YAML_MAPPING)
        target = yaml_new_mapping(merge->arena, patch);
    for (size_t i = 0; i < patch->count; i++)
        yaml_merge_member(merge, target, patch->keys[i], patch->items[i]);
    return target;
}
