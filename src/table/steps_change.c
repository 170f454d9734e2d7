#include "table/steps_change.h"

#include <stdint.h>

#include "table/keywords.h"
#include "table/loader.h"

/* One of the kinds of edits: for each of its names, the position of the step that has it. */
struct edit {
    const struct yaml_node *names;
    size_t *positions;
};

struct text step_name(const struct yaml_node *step, size_t index) {
    const struct text none = {"", 0};
    const struct yaml_node *let = yaml_get(step, "let");
    const struct yaml_node *use = yaml_get(step, "use");
    if (let)
        return let->kind == YAML_MAPPING && index < let->count ? let->keys[index]->text : none;
    if (index || step->kind != YAML_MAPPING || yaml_get(step, "require"))
        return none;
    if (use) {
        struct text words = use->text;
        return text_cut(&words, ' ');
    }
    size_t key = call_name_key(step);
    return key < step->count ? step->keys[key]->text : none;
}

static bool has_name(const struct yaml_node *step, struct text wanted, struct nearest *nearest) {
    bool found = false;
    struct text name;
    for (size_t i = 0; (name = step_name(step, i)).size; i++) {
        found = found || text_equal(name, wanted);
        nearest_offer(nearest, name);
    }
    return found;
}

/* The position of the one step with that name; SIZE_MAX after an error. */
static size_t find_step(const struct yaml_merge *merge, const struct yaml_node *steps,
                        const struct yaml_node *key) {
    struct nearest nearest = {.wanted = key->text};
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < steps->count; i++) {
        if (!has_name(steps->items[i], key->text, &nearest))
            continue;
        if (found != SIZE_MAX) {
            diagnostics_add(
                merge->diagnostics, key->location,
                "two steps are called \"%.*s\", in %.*s and %.*s: use the name of "
                "another step, or give the whole list",
                TEXT_ARGUMENT(key->text),
                TEXT_ARGUMENT(location_text(merge->arena, steps->items[found]->location)),
                TEXT_ARGUMENT(location_text(merge->arena, steps->items[i]->location)));
            return SIZE_MAX;
        }
        found = i;
    }
    if (found == SIZE_MAX)
        diagnostics_add(merge->diagnostics, key->location, "unknown step \"%.*s\"%s",
                        TEXT_ARGUMENT(key->text), nearest_hint(&nearest, merge->arena).data);
    return found;
}

/* The edits of the kind `word`, whose values are of the kind `kind`. */
static struct edit load_edit(const struct yaml_merge *merge, const struct yaml_node *steps,
                             const struct yaml_node *edits, const char *word, enum yaml_kind kind) {
    struct edit edit = {.names = yaml_get(edits, word)};
    if (!edit.names)
        return edit;
    edit.positions = arena_allocate_array(merge->arena, edit.names->count, sizeof(size_t));
    if (edit.names->kind != YAML_MAPPING)
        diagnostics_add(merge->diagnostics, edit.names->location,
                        "%s is a mapping, of the names of steps", word);
    for (size_t i = 0; edit.names->kind == YAML_MAPPING && i < edit.names->count; i++) {
        const struct yaml_node *value = edit.names->items[i];
        edit.positions[i] = find_step(merge, steps, edit.names->keys[i]);
        if (value->kind == kind || (kind == YAML_MAPPING && yaml_is_null(value)))
            continue;
        edit.positions[i] = SIZE_MAX;
        diagnostics_add(merge->diagnostics, value->location, "%s",
                        kind == YAML_SEQUENCE
                            ? "a list of steps is expected"
                            : "a mapping of what changes in the step is expected, or null");
    }
    if (edit.names->kind != YAML_MAPPING)
        edit.names = NULL;
    return edit;
}

static size_t count_insertions(const struct edit *edit) {
    size_t count = 0;
    for (size_t i = 0; edit->names && i < edit->names->count; i++)
        count += edit->names->items[i]->count;
    return count;
}

static void insert(struct yaml_node *list, const struct edit *edit, size_t position) {
    for (size_t i = 0; edit->names && i < edit->names->count; i++)
        for (size_t j = 0; edit->positions[i] == position && j < edit->names->items[i]->count; j++)
            list->items[list->count++] = edit->names->items[i]->items[j];
}

static void append_changed(const struct yaml_merge *merge, struct yaml_node *list,
                           const struct edit *edit, size_t position, struct yaml_node *step) {
    for (size_t i = 0; edit->names && i < edit->names->count; i++) {
        if (edit->positions[i] != position)
            continue;
        if (yaml_is_null(edit->names->items[i]))
            return;
        step = yaml_merge(merge, step, edit->names->items[i]);
    }
    list->items[list->count++] = step;
}

struct yaml_node *steps_change(const struct yaml_merge *merge, struct yaml_node *steps,
                               const struct yaml_node *edits) {
    for (size_t i = 0; i < edits->count; i++)
        yaml_check_key(merge->diagnostics, merge->arena, edits, i, "a change of steps",
                       steps_change_keywords);
    struct edit before = load_edit(merge, steps, edits, "before", YAML_SEQUENCE);
    struct edit after = load_edit(merge, steps, edits, "after", YAML_SEQUENCE);
    struct edit change = load_edit(merge, steps, edits, "change", YAML_MAPPING);
    struct yaml_node *list = arena_allocate(merge->arena, sizeof *list);
    *list = *steps;
    list->flow = false;
    list->count = 0;
    list->items = arena_allocate_array(
        merge->arena, steps->count + count_insertions(&before) + count_insertions(&after),
        sizeof(struct yaml_node *));
    for (size_t i = 0; i < steps->count; i++) {
        insert(list, &before, i);
        append_changed(merge, list, &change, i, steps->items[i]);
        insert(list, &after, i);
    }
    return list;
}
