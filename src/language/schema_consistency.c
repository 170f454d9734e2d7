#include <string.h>

#include "base/count.h"
#include "language/schema_types.h"
#include "language/string_check.h"

/* Keywords that only apply to values of some types. */
static const struct {
    const char *keyword;
    unsigned types;
} about[] = {
    {"minimum", 1u << SCHEMA_NUMBER | 1u << SCHEMA_INTEGER},
    {"maximum", 1u << SCHEMA_NUMBER | 1u << SCHEMA_INTEGER},
    {"minLength", 1u << SCHEMA_STRING},
    {"maxLength", 1u << SCHEMA_STRING},
    {"pattern", 1u << SCHEMA_STRING},
    {"format", 1u << SCHEMA_STRING},
    {"ignoreCase", 1u << SCHEMA_STRING},
    {"items", 1u << SCHEMA_ARRAY},
    {"properties", 1u << SCHEMA_OBJECT},
    {"required", 1u << SCHEMA_OBJECT},
};

static struct location key_location(const struct yaml_node *node, const char *keyword) {
    for (size_t i = 0; i < node->count; i++)
        if (text_is(node->keys[i]->text, keyword))
            return node->keys[i]->location;
    return node->location;
}

static void check_keywords(struct definitions *definitions, const struct schema *schema,
                           const struct yaml_node *node) {
    const struct yaml_node *type = yaml_get(node, "type");
    if (schema->type == SCHEMA_ANY || !type)
        return;
    for (size_t i = 0; i < COUNT(about); i++)
        if (yaml_get(node, about[i].keyword) && !(about[i].types & 1u << schema->type))
            diagnostics_add(definitions->diagnostics, key_location(node, about[i].keyword),
                            "\"%s\" has no effect on values of the type %.*s", about[i].keyword,
                            TEXT_ARGUMENT(type->text));
}

static void check_range(struct definitions *definitions, const struct yaml_node *node,
                        const char *keyword, struct value least, struct value most) {
    int order;
    if (least.type == VALUE_NUMBER && most.type == VALUE_NUMBER &&
        value_order(least, most, &order) && order > 0)
        diagnostics_add(definitions->diagnostics, key_location(node, keyword),
                        "\"%s\" is greater than the maximum: no value is valid", keyword);
}

static void check_length(struct definitions *definitions, const struct yaml_node *node,
                         const char *keyword, struct value length) {
    if (length.type == VALUE_NUMBER && (!value_is_integer(length) || value_double(length) < 0))
        diagnostics_add(definitions->diagnostics, key_location(node, keyword),
                        "\"%s\" must be an integer of at least 0", keyword);
}

/* `[A B]`, or a missing dash. */
static bool is_several(const struct yaml_node *list, const struct yaml_node *item) {
    bool separated = item->kind == YAML_SCALAR && item->plain && item->text.size &&
                     memchr(item->text.data, ';', item->text.size);
    return separated || string_is_two_items(list, item);
}

/*
 * Values of the enum that another keyword rejects. Each is reported, so no other conclusion is
 * drawn.
 */
static void check_enum(struct definitions *definitions, struct schema *schema,
                       const struct yaml_node *node) {
    const struct yaml_node *list = yaml_get(node, "enum");
    struct value allowed = schema->allowed;
    if (!list || !schema->lists_literals)
        return;
    if (!list->count)
        diagnostics_add(definitions->diagnostics, list->location,
                        "the enum is empty: no value is valid");
    for (size_t i = 0; i < list->count; i++) {
        if (is_several(list, list->items[i])) {
            schema->lists_literals = false;
            diagnostics_warn(definitions->diagnostics, list->items[i]->location,
                             "this is a single value of the enum: separate two values by a comma "
                             "or a dash, or put quotation marks around one");
        }
        if (yaml_is_null(list->items[i]))
            diagnostics_add(definitions->diagnostics, list->items[i]->location,
                            "null counts as absent and cannot be a value of an enum; a property "
                            "that is not in `required` may be absent");
    }
    for (uint32_t i = 0; i < allowed.size && allowed.size == list->count; i++) {
        struct buffer errors = {0};
        struct value value = value_item(definitions->arena, allowed, i);
        schema_check(definitions->arena, schema, value, "", &errors);
        struct text problem = text_trim(text_copy(definitions->arena, buffer_text(&errors)));
        buffer_free(&errors);
        schema->lists_literals = schema->lists_literals && !problem.size;
        if (problem.size)
            diagnostics_add(definitions->diagnostics, list->items[i]->location,
                            "this value of the enum is never valid: it %.*s%s",
                            TEXT_ARGUMENT(problem),
                            schema->type == SCHEMA_STRING && value.type != VALUE_STRING
                                ? "; put quotation marks around it"
                                : "");
    }
}

void schema_check_consistency(struct definitions *definitions, struct schema *schema,
                              const struct yaml_node *node) {
    check_keywords(definitions, schema, node);
    check_range(definitions, node, "minimum", schema->minimum, schema->maximum);
    check_range(definitions, node, "minLength", schema->min_length, schema->max_length);
    check_length(definitions, node, "minLength", schema->min_length);
    check_length(definitions, node, "maxLength", schema->max_length);
    check_enum(definitions, schema, node);
}
