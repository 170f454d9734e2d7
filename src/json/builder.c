#include "json/builder.h"

void object_add_named(struct object_builder *object, struct text name, struct value value) {
    if (value.type == VALUE_MISSING)
        return;
    object->members = arena_grow(object->arena, object->members, object->count, &object->capacity,
                                 sizeof *object->members);
    object->members[object->count++] = (struct member){name, value};
}

void object_add(struct object_builder *object, const char *name, struct value value) {
    object_add_named(object, text_of(name), value);
}

void object_add_text(struct object_builder *object, const char *name, struct text text) {
    if (text.size)
        object_add(object, name, value_string(text));
}

void object_add_string(struct object_builder *object, const char *name, const char *string) {
    object_add_text(object, name, text_of(string));
}

struct value object_built(const struct object_builder *object) {
    return value_object(object->members, object->count);
}

void list_add(struct list_builder *list, struct value value) {
    list->items =
        arena_grow(list->arena, list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = value;
}

struct value list_built(const struct list_builder *list) {
    return value_array(list->items, list->count);
}
