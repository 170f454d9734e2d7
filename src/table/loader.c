#include "table/loader.h"

#include <string.h>

#include "json/scanner.h"

static struct text list_of(struct arena *arena, const char *const *names) {
    struct text list = text_of(names[0]);
    for (size_t i = 1; names[i]; i++)
        list = text_format(arena, "%.*s, %s", TEXT_ARGUMENT(list), names[i]);
    return list;
}

bool loader_check_keys(struct loader *loader, const struct yaml_node *node, const char *what,
                       const char *const *known) {
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(loader->diagnostics, node->location, "%s is a mapping, which can have %.*s",
                        what, TEXT_ARGUMENT(list_of(loader->arena, known)));
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        struct text key = node->keys[i]->text;
        struct nearest nearest = {.wanted = key};
        bool found = false;
        for (size_t j = 0; known[j]; j++) {
            found = found || text_is(key, known[j]);
            nearest_offer(&nearest, text_of(known[j]));
        }
        if (!found)
            diagnostics_add(loader->diagnostics, node->keys[i]->location, "%s has no \"%.*s\"%s",
                            what, TEXT_ARGUMENT(key), nearest_hint(&nearest, loader->arena).data);
    }
    return true;
}

struct text loader_text(struct loader *loader, const struct yaml_node *node, const char *what) {
    if (node->kind == YAML_SCALAR)
        return node->text;
    diagnostics_add(loader->diagnostics, node->location, "%s is a text", what);
    return (struct text){"", 0};
}

struct unit {
    const char *name;
    double factor;
};

/* A number and one of `units`; 0 if there is none, or after a mistake was told. */
static double quantity(struct loader *loader, const struct yaml_node *node,
                       const struct unit *units, size_t count, const char *example) {
    struct value value = shape_load_constant(loader->definitions, node);
    /* What it is made of was told already, or is not set: then the default holds. */
    if (value_is_missing(value) && !yaml_is_null(node))
        return 0;
    struct text text = text_copy(loader->arena, value_text(value));
    struct json_scanner scanner;
    struct text digits;
    json_scan_begin(&scanner, text);
    bool good = json_scan_number(&scanner, &digits);
    double number = good ? value_double(value_number(digits)) : 0;
    struct text unit = text_trim((struct text){scanner.next, (size_t)(scanner.end - scanner.next)});
    for (size_t i = 0; i < count; i++)
        if (number > 0 && text_is(unit, units[i].name))
            return number * units[i].factor;
    diagnostics_add(loader->diagnostics, node->location,
                    "expected a number above 0 with its unit, such as %s", example);
    return 0;
}

long loader_duration(struct loader *loader, const struct yaml_node *node) {
    static const struct unit units[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}};
    double milliseconds = quantity(loader, node, units, 3, "10s or 500ms");
    if (milliseconds > 0 && milliseconds < 1)
        return 1;
    return milliseconds < 86400000 ? (long)milliseconds : 86400000;
}

void loader_replace_duration(struct loader *loader, const struct yaml_node *node,
                             long *milliseconds) {
    long given = node ? loader_duration(loader, node) : 0;
    *milliseconds = given ? given : *milliseconds;
}

void loader_replace_deadline(struct loader *loader, const struct yaml_node *node,
                             long *milliseconds) {
    enum { MAX_DEADLINE_MS = 10 * 60 * 1000 };
    long given = node ? loader_duration(loader, node) : 0;
    if (given > MAX_DEADLINE_MS)
        diagnostics_add(loader->diagnostics, node->location, "a deadline is at most 10min");
    else if (given)
        *milliseconds = given;
}

size_t loader_size(struct loader *loader, const struct yaml_node *node) {
    static const struct unit units[] = {{"B", 1}, {"KiB", 1024}, {"MiB", 1048576}};
    double bytes = quantity(loader, node, units, 3, "64 KiB or 1 MiB");
    return bytes < 1073741824.0 ? (size_t)bytes : 1073741824;
}

struct text loader_header_name(struct loader *loader, struct location location, struct text name) {
    if (!name_is_valid(name))
        diagnostics_add(loader->diagnostics, location, "\"%.*s\" cannot be a header's name",
                        TEXT_ARGUMENT(name));
    return text_lower_case(loader->arena, name);
}

struct named_template *loader_headers(struct loader *loader, struct scope *scope,
                                      const struct yaml_node *node, size_t *count) {
    *count = 0;
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(loader->diagnostics, node->location,
                        "headers are a mapping: {name: value}");
        return NULL;
    }
    struct named_template *headers =
        arena_allocate_array(loader->arena, node->count, sizeof *headers);
    for (size_t i = 0; i < node->count; i++) {
        struct text name = loader_header_name(loader, node->keys[i]->location, node->keys[i]->text);
        headers[(*count)++] =
            (struct named_template){name, template_load_value(scope, node->items[i])};
    }
    return headers;
}

struct named_shape *loader_names(struct loader *loader, struct scope *scope,
                                 const struct yaml_node *node, bool always, size_t *count) {
    *count = 0;
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(loader->diagnostics, node->location, "let is a mapping: {name: value}");
        return NULL;
    }
    struct named_shape *names = arena_allocate_array(loader->arena, node->count, sizeof *names);
    for (size_t i = 0; i < node->count; i++) {
        struct named_shape *named = &names[(*count)++];
        named->name = node->keys[i]->text;
        named->shape = shape_load(scope, node->items[i]);
        named->slot = scope_add(scope, named->name, NULL, node->keys[i]->location);
        if (always && named->shape && shape_is_constant(named->shape))
            scope->names->constant = named->shape->expression;
    }
    return names;
}
