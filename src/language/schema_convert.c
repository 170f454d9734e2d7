#include "language/schema_types.h"

struct conversion {
    struct arena *arena;
    /* The input is a query or headers, in which every value is a string. */
    bool strings_only;
};

bool schema_is_blank(struct value value) {
    return value.type == VALUE_STRING && text_trim(value_text(value)).size == 0;
}

/* A string that matches a value of `enum` except for case is replaced by that value. */
static struct value listed_spelling(const struct conversion *conversion,
                                    const struct schema *schema, struct value string) {
    for (uint32_t i = 0; schema->ignores_case && i < schema->allowed.size; i++) {
        struct value allowed = value_item(conversion->arena, schema->allowed, i);
        if (allowed.type == VALUE_STRING &&
            text_equal_ignoring_case(value_text(allowed), value_text(string)))
            return allowed;
    }
    return string;
}

/*
 * `1e1` and `1.0` are integers in JSON, but nobody types them into a URL, and servers that only
 * read digits would read another number.
 */
static bool is_decimal_integer(struct text text) {
    size_t sign = text.size && text.data[0] == '-' ? 1 : 0;
    for (size_t i = sign; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return text.size > sign;
}

static struct value number_of(const struct conversion *conversion, const struct schema *schema,
                              struct value string) {
    bool integer = schema->type == SCHEMA_INTEGER;
    if (integer && !is_decimal_integer(value_text(string)))
        return string;
    struct value number = value_parse_number(conversion->arena, value_text(string));
    if (value_is_missing(number) || (integer && !value_is_integer(number)))
        return string;
    return value_canonical(conversion->arena, number);
}

/* An integer in JSON may be written `1e1` and then be inserted into a URL, so it becomes `10`. */
static struct value convert_number(const struct conversion *conversion, const struct schema *schema,
                                   struct value number) {
    if (schema->type != SCHEMA_INTEGER || !value_is_integer(number))
        return number;
    return value_canonical(conversion->arena, number);
}

static struct value convert(const struct conversion *conversion, const struct schema *schema,
                            struct value value);

/* A list may have a single value: `?tag=a` is a list of one item. */
static struct value list_of_one(const struct conversion *conversion, const struct schema *schema,
                                struct value string) {
    struct value *item = arena_allocate(conversion->arena, sizeof *item);
    *item = schema->items ? convert(conversion, schema->items, string) : string;
    return value_array(item, 1);
}

static struct value convert_string(const struct conversion *conversion, const struct schema *schema,
                                   struct value string) {
    if (!conversion->strings_only)
        return listed_spelling(conversion, schema, string);
    bool truth = text_is(value_text(string), "true");
    switch (schema->type) {
    case SCHEMA_NUMBER:
    case SCHEMA_INTEGER:
        return number_of(conversion, schema, string);
    case SCHEMA_ARRAY:
        return list_of_one(conversion, schema, string);
    case SCHEMA_BOOLEAN:
        if (truth || text_is(value_text(string), "false"))
            return value_boolean(truth);
        break;
    default:
        break;
    }
    return listed_spelling(conversion, schema, string);
}

static struct value convert_array(const struct conversion *conversion, const struct schema *schema,
                                  struct value array) {
    struct value *items = arena_allocate_array(conversion->arena, array.size, sizeof *items);
    size_t count = 0;
    for (uint32_t i = 0; i < array.size; i++) {
        struct value item = value_item(conversion->arena, array, i);
        if (!conversion->strings_only || !schema_is_blank(item))
            items[count++] = convert(conversion, schema->items, item);
    }
    return value_array(items, count);
}

/* An empty value counts as absent, unless the schema allows it. */
static bool is_absent(const struct schema_property *property, struct value value) {
    return property && !property->required && !property->schema->allows_empty &&
           schema_is_blank(value);
}

static struct value convert_object(const struct conversion *conversion, const struct schema *schema,
                                   struct value object) {
    const struct member *given = value_members(conversion->arena, object);
    struct member *members = arena_allocate_array(conversion->arena, object.size, sizeof *members);
    size_t count = 0;
    for (uint32_t i = 0; i < object.size; i++) {
        const struct schema_property *property = schema_find_property(schema, given[i].name);
        if (is_absent(property, given[i].value))
            continue;
        members[count] = given[i];
        if (property)
            members[count].value = convert(conversion, property->schema, given[i].value);
        count++;
    }
    return value_object(members, count);
}

/* The value as the schema's own keywords see it, without its alternatives. */
static struct value convert_itself(const struct conversion *conversion, const struct schema *schema,
                                   struct value value) {
    if (value.type == VALUE_STRING)
        return convert_string(conversion, schema, value);
    if (value.type == VALUE_NUMBER)
        return convert_number(conversion, schema, value);
    if (value.type == VALUE_ARRAY && (schema->items || conversion->strings_only))
        return convert_array(conversion, schema, value);
    /* An object without declared members remains unchanged. */
    if (value.type == VALUE_OBJECT && schema->property_count)
        return convert_object(conversion, schema, value);
    return value;
}

/*
 * The first alternative that accepts what it makes of the value applies; if none does, the value
 * fails the check as it is.
 */
static struct value convert_alternatives(const struct conversion *conversion,
                                         const struct schema *schema, struct value scalar) {
    for (size_t i = 0; i < schema->alternative_count; i++) {
        const struct schema *alternative = schema->alternatives[i];
        struct value converted = convert(conversion, alternative, scalar);
        if (schema_accepts(conversion->arena, alternative, converted) &&
            schema_accepts(conversion->arena, schema, converted))
            return converted;
    }
    return scalar;
}

static struct value convert(const struct conversion *conversion, const struct schema *schema,
                            struct value value) {
    if (!schema)
        return value;
    struct value converted = convert_itself(conversion, schema, value);
    bool scalar = converted.type == VALUE_STRING || converted.type == VALUE_NUMBER;
    return scalar ? convert_alternatives(conversion, schema, converted) : converted;
}

struct value schema_convert_strings(struct arena *arena, const struct schema *schema,
                                    struct value value) {
    struct conversion conversion = {arena, true};
    return convert(&conversion, schema, value);
}

struct value schema_convert_json(struct arena *arena, const struct schema *schema,
                                 struct value value) {
    struct conversion conversion = {arena, false};
    return convert(&conversion, schema, value);
}
