#include <string.h>

#include "base/count.h"
#include "language/mapper.h"

/* A key that denotes the default elsewhere, or resembles `else`. */
static bool is_like_else(struct text key) {
    static const char *const names[] = {"default", "otherwise", "*", "_"};
    struct nearest nearest = {.wanted = key};
    nearest_offer(&nearest, text_of("else"));
    return text_is_among(key, names, COUNT(names)) || (nearest.best.size && key.size > 2);
}

static void check_value(struct definitions *definitions, const struct yaml_node *value) {
    struct text text = value->text;
    bool named = text.size > 1 && text.data[0] == '$' && name_is_start(text.data[1]);
    bool member = text.size > 1 && text.data[0] == '.' && name_is_start(text.data[1]);
    bool braces = text.size > 2 && memmem(text.data, text.size, "{$", 2);
    braces = braces || (text.size > 2 && memmem(text.data, text.size, "{.", 2));
    if (named || braces)
        diagnostics_add(definitions->diagnostics, value->location,
                        "a table's values are not evaluated: write \"%.*s\" in a mapper",
                        TEXT_ARGUMENT(text));
    else if (member && value->plain)
        diagnostics_warn(definitions->diagnostics, value->location,
                         "a table's values are not evaluated; put quotation marks around the "
                         "string '%.*s'",
                         TEXT_ARGUMENT(text));
}

void lookup_check(struct definitions *definitions, const struct yaml_node *node) {
    bool has_else = yaml_get(node, "else") != NULL;
    if (!node->count)
        diagnostics_add(definitions->diagnostics, node->location,
                        "the table is empty: each lookup in it is missing");
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *key = node->keys[i];
        bool is_star = text_is(key->text, "*");
        if (!has_else && (key->plain || is_star) && is_like_else(key->text))
            diagnostics_warn(definitions->diagnostics, key->location,
                             "write `else` for the default of a table%s",
                             is_star ? ""
                                     : "; put quotation marks around it if it is an ordinary key");
        if (node->items[i]->kind == YAML_SCALAR)
            check_value(definitions, node->items[i]);
    }
}
