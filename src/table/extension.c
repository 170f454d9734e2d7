#include "table/extension.h"

#include "table/keywords.h"
#include "table/steps_change.h"

struct extension {
    const struct yaml_merge *merge;
    const struct base_table *base;
    /* The section that is being merged, and below which of its members: "common", "headers". */
    struct text section;
    struct text member;
};

struct text definition_name(struct arena *arena, struct text section, struct text key) {
    struct text rest = text_trim(key);
    struct text name = text_cut(&rest, ' ');
    if (text_is(section, "mappers") || text_is(section, "flows"))
        return name;
    if (text_is(section, "routes") && rest.size)
        return text_format(arena, "%.*s %.*s", TEXT_ARGUMENT(name), TEXT_ARGUMENT(text_trim(rest)));
    return key;
}

/* These have members with a meaning of their own, whose members are the definitions. */
static bool has_members(struct text section) {
    return text_is(section, "common") || text_is(section, "server");
}

static struct text name_of(const struct extension *extension, const struct yaml_node *key) {
    return definition_name(extension->merge->arena, extension->section, key->text);
}

/* The position of the definition with the name of `key`; `count` if there is no such definition. */
static size_t find_definition(const struct extension *extension, const struct yaml_node *mapping,
                              const struct yaml_node *key) {
    struct text name = name_of(extension, key);
    for (size_t i = 0; i < mapping->count; i++)
        if (text_equal(name_of(extension, mapping->keys[i]), name))
            return i;
    return mapping->count;
}

/* `mappers`, or `common: headers`. */
static struct text where(const struct extension *extension) {
    if (!extension->member.size)
        return extension->section;
    return text_format(extension->merge->arena, "%.*s: %.*s", TEXT_ARGUMENT(extension->section),
                       TEXT_ARGUMENT(extension->member));
}

/* Additions. */

static void report_known(const struct extension *extension, const struct yaml_node *key,
                         const struct yaml_node *known) {
    diagnostics_add(extension->merge->diagnostics, key->location,
                    "\"%.*s\" is defined already, in line %zu of %s: to change it, put it under "
                    "change: %.*s",
                    TEXT_ARGUMENT(name_of(extension, key)), known->location.line,
                    known->location.file->name, TEXT_ARGUMENT(where(extension)));
}

static void add_definitions(struct extension *extension, struct yaml_node *target,
                            const struct yaml_node *added);

static void add_definition(struct extension *extension, struct yaml_node *target,
                           struct yaml_node *key, struct yaml_node *value) {
    size_t index = find_definition(extension, target, key);
    if (index == target->count) {
        yaml_append(extension->merge->arena, target, key, value);
        return;
    }
    struct yaml_node *known = target->items[index];
    bool inside = has_members(extension->section) && !extension->member.size;
    /* Two of one table, such as mappers that differ in their parameters, are the loader's matter.
     */
    if (target->keys[index]->location.file == key->location.file) {
        yaml_append(extension->merge->arena, target, key, value);
        return;
    }
    if (!inside || known->kind != YAML_MAPPING || value->kind != YAML_MAPPING) {
        report_known(extension, key, target->keys[index]);
        return;
    }
    extension->member = key->text;
    add_definitions(extension, known, value);
    extension->member = (struct text){"", 0};
}

static void add_definitions(struct extension *extension, struct yaml_node *target,
                            const struct yaml_node *added) {
    for (size_t i = 0; i < added->count; i++)
        add_definition(extension, target, added->keys[i], added->items[i]);
}

static void add_section(struct extension *extension, struct yaml_node *key,
                        struct yaml_node *section) {
    struct yaml_node *root = extension->base->root;
    size_t index = yaml_find(root, key->text);
    extension->section = key->text;
    if (yaml_is_null(section))
        return;
    if (index == root->count)
        yaml_append(extension->merge->arena, root, key, section);
    else if (section->kind != YAML_MAPPING || root->items[index]->kind != YAML_MAPPING)
        /* Two that are no mappings are not merged: the loader reports the one that is left. */
        root->items[index] = yaml_is_null(root->items[index]) ? section : root->items[index];
    else
        add_definitions(extension, root->items[index], section);
}

/* Changes. */

static void report_unknown(const struct extension *extension, const struct yaml_node *mapping,
                           const struct yaml_node *key) {
    struct text name = name_of(extension, key);
    struct nearest nearest = {.wanted = name};
    for (size_t i = 0; mapping && i < mapping->count; i++)
        nearest_offer(&nearest, name_of(extension, mapping->keys[i]));
    struct text hint = nearest_hint(&nearest, extension->merge->arena);
    diagnostics_add(extension->merge->diagnostics, key->location,
                    "%s has no \"%.*s\" in %.*s to change%s", extension->base->name,
                    TEXT_ARGUMENT(name), TEXT_ARGUMENT(where(extension)),
                    hint.size ? hint.data : "; put new definitions outside of `change`");
}

/* The members of a route: of them, `steps` has edits of its own. */
static void change_route(const struct yaml_merge *merge, struct yaml_node *route,
                         const struct yaml_node *patch) {
    for (size_t i = 0; i < patch->count; i++) {
        struct yaml_node *key = patch->keys[i];
        struct yaml_node *value = patch->items[i];
        size_t index = yaml_find(route, key->text);
        if (!text_is(key->text, "steps") || value->kind != YAML_MAPPING)
            yaml_merge_member(merge, route, key, value);
        else if (index < route->count)
            route->items[index] = steps_change(merge, route->items[index], value);
        else
            diagnostics_add(merge->diagnostics, key->location,
                            "the route has no steps to change: give it a list of steps");
    }
}

static struct yaml_node *changed(const struct extension *extension, struct yaml_node *old,
                                 struct yaml_node *patch) {
    bool mappings = old->kind == YAML_MAPPING && patch->kind == YAML_MAPPING;
    if (text_is(extension->section, "flows") && patch->kind == YAML_MAPPING)
        return steps_change(extension->merge, old, patch);
    if (!text_is(extension->section, "routes") || !mappings)
        return yaml_merge(extension->merge, old, patch);
    change_route(extension->merge, old, patch);
    return old;
}

/* Whether the key of a mapper or flow declares parameters, which then replace the old ones. */
static bool has_parameters(const struct extension *extension, const struct yaml_node *key) {
    return !text_is(extension->section, "routes") &&
           name_of(extension, key).size < text_trim(key->text).size;
}

static void change_definitions(struct extension *extension, struct yaml_node *target,
                               const struct yaml_node *changes);

static void change_definition(struct extension *extension, struct yaml_node *target,
                              struct yaml_node *key, struct yaml_node *patch) {
    size_t index = find_definition(extension, target, key);
    if (index == target->count) {
        report_unknown(extension, target, key);
        return;
    }
    struct yaml_node *old = target->items[index];
    bool inside = has_members(extension->section) && !extension->member.size;
    if (yaml_is_null(patch)) {
        yaml_remove(target, index);
    } else if (inside && old->kind == YAML_MAPPING && patch->kind == YAML_MAPPING) {
        extension->member = key->text;
        change_definitions(extension, old, patch);
        extension->member = (struct text){"", 0};
    } else {
        target->items[index] = changed(extension, old, patch);
        if (has_parameters(extension, key))
            target->keys[index] = key;
    }
}

static void change_definitions(struct extension *extension, struct yaml_node *target,
                               const struct yaml_node *changes) {
    for (size_t i = 0; i < changes->count; i++)
        change_definition(extension, target, changes->keys[i], changes->items[i]);
}

static void change_section(struct extension *extension, const struct yaml_node *key,
                           const struct yaml_node *section) {
    const struct yaml_merge *merge = extension->merge;
    struct yaml_node *old = yaml_get(extension->base->root, key->text.data);
    extension->section = key->text;
    if (section->kind == YAML_MAPPING && old && old->kind == YAML_MAPPING)
        change_definitions(extension, old, section);
    else if (section->kind == YAML_MAPPING)
        diagnostics_add(merge->diagnostics, key->location, "%s has no %.*s to change",
                        extension->base->name, TEXT_ARGUMENT(key->text));
    else if (!yaml_is_null(section))
        diagnostics_add(merge->diagnostics, section->location, "%.*s is a mapping",
                        TEXT_ARGUMENT(key->text));
}

void extension_apply(const struct yaml_merge *merge, const struct base_table *base,
                     const struct yaml_node *root) {
    struct extension extension = {.merge = merge, .base = base};
    const struct yaml_node *change = yaml_get(root, "change");
    bool mapping = change && change->kind == YAML_MAPPING;
    if (change && !mapping && !yaml_is_null(change))
        diagnostics_add(merge->diagnostics, change->location,
                        "change is a mapping of sections, such as change: {settings: ...}");
    /* A definition that is removed here can be given anew. */
    for (size_t i = 0; mapping && i < change->count; i++) {
        yaml_check_key(merge->diagnostics, merge->arena, change, i, "a route table",
                       section_keywords);
        if (keyword_is_known(section_keywords, change->keys[i]->text))
            change_section(&extension, change->keys[i], change->items[i]);
    }
    for (size_t i = 0; i < root->count; i++)
        if (!text_is(root->keys[i]->text, "extends") && !text_is(root->keys[i]->text, "change"))
            add_section(&extension, root->keys[i], root->items[i]);
}
