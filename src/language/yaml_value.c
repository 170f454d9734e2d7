#include "language/yaml_value.h"

struct value yaml_scalar_value(struct arena *arena, const struct yaml_node *scalar) {
    struct text text = scalar->text;
    if (yaml_is_null(scalar))
        return (struct value){.type = VALUE_NULL};
    if (scalar->plain && (text_is(text, "true") || text_is(text, "false")))
        return value_boolean(text_is(text, "true"));
    struct value number = value_parse_number(arena, text);
    if (scalar->plain && !value_is_missing(number))
        return number;
    return value_string(text);
}
