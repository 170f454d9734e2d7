#include "table/loader.h"

static size_t load_limit(struct loader *loader, const struct yaml_node *node) {
    struct value value = shape_load_constant(loader->definitions, node);
    double limit = value_double(value);
    /* It depends on a setting that is not set: the default applies. */
    if (value_is_missing(value) && !yaml_is_null(node))
        return EACH_DEFAULT_LIMIT;
    if (value_is_integer(value) && limit >= 1 && limit <= EACH_MAX_LIMIT)
        return (size_t)limit;
    diagnostics_add(loader->diagnostics, node->location,
                    "limit must be an integer from 1 to %d: the maximum number of items of `each`",
                    EACH_MAX_LIMIT);
    return EACH_MAX_LIMIT;
}

/* A list that is known now and too long would fail every request. */
static void check_known_list(struct loader *loader, const struct step *step,
                             const struct yaml_node *node) {
    const struct expression *each = step->each;
    if (each && each->kind == EXPRESSION_LITERAL && each->literal.type == VALUE_ARRAY &&
        each->literal.size > step->limit)
        diagnostics_add(loader->diagnostics, node->location,
                        "this list has %zu items, but at most %zu are accepted: set a higher "
                        "`limit` for the call",
                        (size_t)each->literal.size, step->limit);
}

void load_each(struct loader *loader, struct scope *scope, struct step *step,
               const struct yaml_node *node) {
    const struct yaml_node *each = yaml_get(node, "each");
    const struct yaml_node *limit = yaml_get(node, "limit");
    step->limit = limit ? load_limit(loader, limit) : EACH_DEFAULT_LIMIT;
    if (each) {
        step->each = expression_parse_node(scope, each);
        check_known_list(loader, step, each);
        if (step->each && !static_type_can_be(expression_type(step->each), TYPE_ARRAY))
            diagnostics_add(loader->diagnostics, each->location, "`each` must be a list, got %s",
                            static_type_words(loader->arena, step->each->types));
    } else if (limit) {
        diagnostics_add(loader->diagnostics, limit->location,
                        "limit is only valid in a call with `each`; put a parameter of that name "
                        "under `query`");
    }
}
