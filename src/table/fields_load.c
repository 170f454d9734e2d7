#include "table/field_selection.h"
#include "table/loader.h"

static void load_pattern(struct loader *loader, const struct yaml_node *node,
                         struct field_pattern *pattern) {
    if (node->kind != YAML_SCALAR || !field_pattern_parse(loader->arena, node->text, pattern))
        diagnostics_add(loader->diagnostics, node->location,
                        "expected the path of a member, starting at the answer, such as "
                        "thing.owner, or the end of a path, such as *.owner");
}

/* A name that can be an item of a list separated by commas. */
static struct text load_field(struct loader *loader, const struct yaml_node *node) {
    bool good = node->kind == YAML_SCALAR && node->text.size && text_is_visible_ascii(node->text) &&
                !memchr(node->text.data, ',', node->text.size);
    if (!good)
        diagnostics_add(
            loader->diagnostics, node->location,
            "expected the name of a field in the notation of the upstream, such as +stock");
    return good ? node->text : (struct text){"", 0};
}

static void load_fields_of_rule(struct loader *loader, const struct yaml_node *node,
                                struct field_rule *rule) {
    bool list = node->kind == YAML_SEQUENCE;
    rule->names = arena_allocate_array(loader->arena, list ? node->count : 1, sizeof *rule->names);
    for (size_t i = 0; list && i < node->count; i++)
        rule->names[rule->count++] = load_field(loader, node->items[i]);
    if (!list)
        rule->names[rule->count++] = load_field(loader, node);
}

/* `whole`, `values`: a list of patterns. */
static void load_list(struct loader *loader, const struct yaml_node *node, const char *what,
                      struct field_rules *rules) {
    if (!node)
        return;
    if (node->kind != YAML_SEQUENCE) {
        diagnostics_add(loader->diagnostics, node->location,
                        "%s must be a list of members: [thing.parts]", what);
        return;
    }
    rules->rules = arena_allocate_array(loader->arena, node->count, sizeof *rules->rules);
    for (size_t i = 0; i < node->count; i++)
        load_pattern(loader, node->items[i], &rules->rules[rules->count++].pattern);
}

/* `as`, `with`: a mapping of patterns to fields. */
static void load_mapping(struct loader *loader, const struct yaml_node *node, const char *what,
                         struct field_rules *rules) {
    if (!node)
        return;
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(loader->diagnostics, node->location,
                        "%s must be a mapping of members to fields: {thing.stock: +stock}", what);
        return;
    }
    rules->rules = arena_allocate_array(loader->arena, node->count, sizeof *rules->rules);
    for (size_t i = 0; i < node->count; i++) {
        struct field_rule *rule = &rules->rules[rules->count++];
        load_pattern(loader, node->keys[i], &rule->pattern);
        load_fields_of_rule(loader, node->items[i], rule);
    }
}

/* `as` names one field, because the member is found under a single name in the answer. */
static void check_as(struct loader *loader, const struct yaml_node *node) {
    for (size_t i = 0; node && node->kind == YAML_MAPPING && i < node->count; i++)
        if (node->items[i]->kind == YAML_SEQUENCE)
            diagnostics_add(loader->diagnostics, node->items[i]->location,
                            "`as` must name a single field; list additional fields under `with`");
}

/* `fields: name`: shares the selection of an upstream above, as both have the same fields. */
static void share_fields(struct loader *loader, struct upstream *upstream,
                         const struct yaml_node *node) {
    const struct table *table = loader->table;
    struct nearest nearest = {.wanted = node->text};
    for (const struct upstream *other = table->upstreams; other < upstream; other++) {
        if (!other->fields)
            continue;
        if (text_equal(other->name, node->text))
            upstream->fields = other->fields;
        nearest_offer(&nearest, other->name);
    }
    if (!upstream->fields)
        diagnostics_add(loader->diagnostics, node->location,
                        "no upstream \"%.*s\" with fields is defined above%s",
                        TEXT_ARGUMENT(node->text), nearest_hint(&nearest, loader->arena).data);
}

void load_fields(struct loader *loader, struct upstream *upstream, const struct yaml_node *node) {
    if (node->kind == YAML_SCALAR) {
        share_fields(loader, upstream, node);
        return;
    }
    if (!loader_check_keys(loader, node, "fields", fields_keywords))
        return;
    const struct yaml_node *key = yaml_get(node, "key");
    struct field_selection *selection = arena_allocate(loader->arena, sizeof *selection);
    load_list(loader, yaml_get(node, "whole"), "whole", &selection->whole);
    load_list(loader, yaml_get(node, "values"), "values", &selection->values);
    load_mapping(loader, yaml_get(node, "as"), "as", &selection->as);
    check_as(loader, yaml_get(node, "as"));
    load_mapping(loader, yaml_get(node, "with"), "with", &selection->with);
    if (key)
        selection->key = load_field(loader, key);
    upstream->fields = selection;
}
