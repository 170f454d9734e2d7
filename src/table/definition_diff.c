#include "base/buffer.h"
#include "table/extension.h"
#include "table/table_diff.h"
#include "table/table_files.h"

static bool is_same_node(const struct yaml_node *a, const struct yaml_node *b) {
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == YAML_SCALAR)
        return a->plain == b->plain && text_equal(a->text, b->text);
    for (size_t i = 0; i < a->count; i++)
        if ((a->kind == YAML_MAPPING && !text_equal(a->keys[i]->text, b->keys[i]->text)) ||
            !is_same_node(a->items[i], b->items[i]))
            return false;
    return true;
}

struct listing {
    struct arena *arena;
    struct buffer names;
    /* Only what the other table does not have at all. */
    bool only_missing;
};

/* The definitions of a section that the other one does not have, or has another of. */
static void list_section(struct listing *listing, struct text section, const struct yaml_node *node,
                         const struct yaml_node *other) {
    bool mapping = other && other->kind == YAML_MAPPING;
    for (size_t i = 0; i < node->count; i++) {
        struct text key = node->keys[i]->text;
        size_t place = mapping ? yaml_find(other, key) : 0;
        bool known = mapping && place < other->count;
        if (known && (listing->only_missing || is_same_node(node->items[i], other->items[place])))
            continue;
        buffer_append_format(&listing->names, "%s%.*s %.*s", listing->names.size ? ", " : "",
                             TEXT_ARGUMENT(section),
                             TEXT_ARGUMENT(definition_name(listing->arena, section, key)));
    }
}

static void list_table(struct listing *listing, const struct yaml_node *root,
                       const struct yaml_node *other) {
    for (size_t i = 0; i < root->count; i++) {
        size_t place = yaml_find(other, root->keys[i]->text);
        if (root->items[i]->kind == YAML_MAPPING)
            list_section(listing, root->keys[i]->text, root->items[i],
                         place < other->count ? other->items[place] : NULL);
    }
}

static const struct yaml_node *read_tree(struct arena *arena, const struct table *table,
                                         const char *path) {
    const char *name = table_display_name(path);
    struct diagnostics *diagnostics = diagnostics_create(name, table->source);
    struct table_files files = {.nodes = arena, .texts = arena, .diagnostics = diagnostics};
    const struct yaml_node *root = table_files_read(&files, path, table->source);
    diagnostics_destroy(diagnostics);
    return root;
}

struct text definitions_that_differ(struct arena *arena, const struct table *old,
                                    const char *old_path, const struct table *new,
                                    const char *new_path) {
    struct listing listing = {.arena = arena};
    const struct yaml_node *before = read_tree(arena, old, old_path);
    const struct yaml_node *now = read_tree(arena, new, new_path);
    if (before && now) {
        list_table(&listing, now, before);
        listing.only_missing = true;
        list_table(&listing, before, now);
    }
    struct text names = text_copy(arena, buffer_text(&listing.names));
    buffer_free(&listing.names);
    return names;
}
