#include "language/static_type.h"

#include "base/count.h"
#include "language/mapper.h"
#include "language/schema_types.h"

const struct static_type static_type_any = {TYPE_ANY, NULL};

bool static_type_can_be(struct static_type type, unsigned wanted) {
    return !type.types || (type.types & wanted);
}

static unsigned types_of_value(struct value value) {
    switch (value.type) {
    case VALUE_STRING:
        return TYPE_STRING;
    case VALUE_NUMBER:
        return TYPE_NUMBER;
    case VALUE_BOOLEAN:
        return TYPE_BOOLEAN;
    case VALUE_ARRAY:
        return TYPE_ARRAY;
    case VALUE_OBJECT:
        return TYPE_OBJECT;
    case VALUE_MISSING:
    case VALUE_NULL:
        break;
    }
    /* A value that is missing now, such as a setting, may be present in another environment. */
    return TYPE_ANY;
}

struct static_type static_type_of_value(struct value value) {
    return (struct static_type){types_of_value(value), NULL};
}

static unsigned types_of_schema(const struct schema *schema) {
    static const unsigned types[] = {
        [SCHEMA_STRING] = TYPE_STRING,  [SCHEMA_NUMBER] = TYPE_NUMBER,
        [SCHEMA_INTEGER] = TYPE_NUMBER, [SCHEMA_BOOLEAN] = TYPE_BOOLEAN,
        [SCHEMA_ARRAY] = TYPE_ARRAY,    [SCHEMA_OBJECT] = TYPE_OBJECT,
    };
    if (schema->type != SCHEMA_ANY)
        return types[schema->type];
    unsigned either = 0;
    for (size_t i = 0; i < schema->alternative_count; i++) {
        const struct schema *alternative = schema->alternatives[i];
        either |= alternative->type == SCHEMA_ANY ? TYPE_ANY : types[alternative->type];
    }
    return either ? either : TYPE_ANY;
}

struct static_type static_type_of_schema(const struct schema *schema) {
    return (struct static_type){schema ? types_of_schema(schema) : TYPE_ANY, schema};
}

struct static_type static_type_of_member(struct static_type object, struct text name) {
    return static_type_of_schema(object.schema ? schema_property(object.schema, name) : NULL);
}

struct static_type static_type_of_item(struct static_type array) {
    return static_type_of_schema(array.schema ? array.schema->items : NULL);
}

struct static_type static_type_either(struct static_type a, struct static_type b) {
    if (!a.types || !b.types)
        return static_type_any;
    return (struct static_type){a.types | b.types, a.schema == b.schema ? a.schema : NULL};
}

struct static_type static_type_of_shape(const struct shape *shape) {
    if (!shape)
        return static_type_any;
    if (shape->kind == SHAPE_EXPRESSION)
        return expression_type(shape->expression);
    return (struct static_type){shape->kind == SHAPE_ARRAY ? TYPE_ARRAY : TYPE_OBJECT, NULL};
}

struct static_type static_type_of_lookup(const struct lookup *lookup) {
    struct static_type type = {0, NULL};
    if (!value_is_missing(lookup->otherwise))
        type = static_type_of_value(lookup->otherwise);
    for (size_t i = 0; i < lookup->count; i++)
        type.types |= types_of_value(lookup->entries[i].value);
    return type;
}

const char *static_type_words(struct arena *arena, unsigned types) {
    static const struct {
        unsigned type;
        const char *words;
    } names[] = {
        {TYPE_STRING, "a string"}, {TYPE_NUMBER, "a number"},  {TYPE_BOOLEAN, "a boolean"},
        {TYPE_ARRAY, "a list"},    {TYPE_OBJECT, "an object"},
    };
    struct text list = {"", 0};
    for (size_t i = 0; i < COUNT(names); i++)
        if (types & names[i].type)
            list = text_format(arena, "%.*s%s%s", TEXT_ARGUMENT(list), list.size ? " or " : "",
                               names[i].words);
    return list.data;
}
