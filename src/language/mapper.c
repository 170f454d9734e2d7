#include "language/mapper.h"

bool shape_is_constant(const struct shape *shape) {
    return shape->kind == SHAPE_EXPRESSION && shape->expression->kind == EXPRESSION_LITERAL;
}

struct mapper *mapper_find(const struct definitions *definitions, struct text name) {
    for (size_t i = 0; i < definitions->mapper_count; i++)
        if (text_equal(definitions->mappers[i].name, name))
            return &definitions->mappers[i];
    return NULL;
}

struct lookup *lookup_find(const struct definitions *definitions, struct text name) {
    for (size_t i = 0; i < definitions->lookup_count; i++)
        if (text_equal(definitions->lookups[i].name, name))
            return &definitions->lookups[i];
    return NULL;
}

size_t lookup_entry(const struct lookup *lookup, struct value key) {
    struct text text;
    if (!value_scalar_text(key, &text))
        return lookup->count;
    size_t entry = 0;
    while (entry < lookup->count && !text_equal(lookup->entries[entry].name, text))
        entry++;
    return entry;
}
