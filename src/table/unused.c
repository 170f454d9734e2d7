#include "table/loader.h"

static void warn(struct loader *loader, struct location location, const char *what,
                 struct text name) {
    diagnostics_warn_unused(loader->diagnostics, location,
                            "unused %s \"%.*s\": remove it, or use it", what, TEXT_ARGUMENT(name));
}

static void warn_definitions(struct loader *loader) {
    const struct definitions *definitions = loader->definitions;
    for (size_t i = 0; i < definitions->mapper_count; i++)
        if (!definitions->mappers[i].used)
            warn(loader, definitions->mappers[i].location, "mapper", definitions->mappers[i].name);
    for (size_t i = 0; i < definitions->lookup_count; i++)
        if (!definitions->lookups[i].used)
            warn(loader, definitions->lookups[i].location, "table", definitions->lookups[i].name);
    const struct watched_name *name = definitions->watched_names;
    for (; name; name = name->next)
        if (!name->used)
            diagnostics_warn_unused(loader->diagnostics, name->location,
                                    "$%.*s is never read: remove it, or use it",
                                    TEXT_ARGUMENT(name->name));
}

static void warn_queries(struct loader *loader) {
    const struct table *table = loader->table;
    const struct schema **schemas =
        arena_allocate_array(loader->arena, table->route_count, sizeof *schemas);
    size_t count = 0;
    for (size_t i = 0; i < table->route_count; i++)
        if (table->routes[i].query_schema)
            schemas[count++] = table->routes[i].query_schema;
    schemas_warn_unread(loader->definitions, schemas, count);
}

void warn_unused(struct loader *loader, const struct yaml_node *settings) {
    for (size_t i = 0; settings && i < settings->count; i++)
        if (!loader->definitions->settings_used[i])
            warn(loader, settings->keys[i]->location, "setting", settings->keys[i]->text);
    warn_definitions(loader);
    schemas_warn_unused(loader->definitions);
    warn_queries(loader);
}
