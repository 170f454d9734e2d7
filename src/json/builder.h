/* Builds objects and lists whose sizes are not known before. */
#ifndef O2S_JSON_BUILDER_H
#define O2S_JSON_BUILDER_H

#include "json/value.h"

/* An object under construction; begins as {.arena = arena}. */
struct object_builder {
    struct arena *arena;
    struct member *members;
    size_t count;
    size_t capacity;
};

/* Adds a member; the name and the value are borrowed. A missing value adds nothing. */
void object_add(struct object_builder *object, const char *name, struct value value);
void object_add_named(struct object_builder *object, struct text name, struct value value);

/* A string; an empty one adds nothing. */
void object_add_text(struct object_builder *object, const char *name, struct text text);
void object_add_string(struct object_builder *object, const char *name, const char *string);

/* The object so far. */
struct value object_built(const struct object_builder *object);

/* The same for a list. */
struct list_builder {
    struct arena *arena;
    struct value *items;
    size_t count;
    size_t capacity;
};

void list_add(struct list_builder *list, struct value value);
struct value list_built(const struct list_builder *list);

#endif
