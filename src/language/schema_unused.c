#include "language/schema_types.h"

void schema_note_read(const struct schema *schema, struct text name) {
    for (size_t i = 0; i < schema->property_count; i++)
        if (!name.size || text_equal(schema->properties[i].name, name))
            schema->properties[i].read = true;
}

static bool is_read(const struct schema *const *schemas, size_t count, struct text name) {
    for (size_t i = 0; i < count; i++) {
        const struct schema_property *property = schema_find_property(schemas[i], name);
        if (property && property->read)
            return true;
    }
    return false;
}

void schemas_warn_unread(struct definitions *definitions, const struct schema *const *schemas,
                         size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < schemas[i]->property_count; j++) {
            const struct schema_property *property = &schemas[i]->properties[j];
            if (!is_read(schemas, count, property->name))
                diagnostics_warn_unused(definitions->diagnostics, property->location,
                                        "no route reads $query.%.*s: it is only validated",
                                        TEXT_ARGUMENT(property->name));
        }
}

void schemas_warn_unused(struct definitions *definitions) {
    for (size_t i = 0; i < definitions->schema_count; i++) {
        const struct schema *schema = &definitions->schemas[i];
        if (!schema->used)
            diagnostics_warn_unused(definitions->diagnostics, schema->location,
                                    "unused schema \"%.*s\": remove it, or use it",
                                    TEXT_ARGUMENT(schema->name));
    }
}
