#include "language/scope.h"

struct text definitions_member_name(struct definitions *definitions, struct text name) {
    return name_set_keep(&definitions->member_names, definitions->arena, name);
}

struct scope_name *scope_find(const struct scope *scope, struct text name) {
    for (struct scope_name *known = scope->names; known; known = known->next)
        if (text_equal(known->name, name))
            return known;
    return NULL;
}

bool name_is_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool name_is_byte(char c) {
    return name_is_start(c) || (c >= '0' && c <= '9') || c == '-';
}

struct text name_at_start(struct text text) {
    size_t size = 0;
    if (text.size && name_is_start(text.data[0]))
        while (size < text.size && name_is_byte(text.data[size]))
            size++;
    return (struct text){text.data, size};
}

bool name_is_valid(struct text name) {
    return name.size && name_at_start(name).size == name.size;
}

static void check_new_name(struct scope *scope, struct text name, struct location location) {
    struct diagnostics *diagnostics = scope->definitions->diagnostics;
    if (!name_is_valid(name))
        diagnostics_add(diagnostics, location,
                        "invalid name \"%.*s\": use a letter, then letters, digits, _ and -",
                        TEXT_ARGUMENT(name));
    else if (text_is(name, "settings") || text_is(name, "table") || scope_find(scope, name))
        diagnostics_add(diagnostics, location, "$%.*s is already defined here: choose another name",
                        TEXT_ARGUMENT(name));
}

size_t scope_add(struct scope *scope, struct text name, struct static_type type,
                 struct location location) {
    check_new_name(scope, name, location);
    struct scope_name *added = arena_allocate(scope->definitions->arena, sizeof *added);
    added->name = name;
    added->type = type;
    added->slot = scope->slot_count++;
    added->next = scope->names;
    scope->names = added;
    return added->slot;
}

void scope_watch(struct scope *scope, struct location location) {
    struct watched_name **link = &scope->definitions->watched_names;
    while (*link && !location_equal((*link)->location, location))
        link = &(*link)->next;
    if (!*link) {
        *link = arena_allocate(scope->definitions->arena, sizeof **link);
        (*link)->name = scope->names->name;
        (*link)->location = location;
    }
    scope->names->watched = *link;
}
