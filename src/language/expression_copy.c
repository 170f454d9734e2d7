#include "language/expression_copy.h"

static bool equal_or_none(const struct expression *a, const struct expression *b) {
    return a && b ? expression_equal(a, b) : a == b;
}

/* Compares the digits: 1 and 1.0 are equal numbers, but not identical. */
static bool is_same_literal(struct value a, struct value b) {
    if (value_is_missing(a) || value_is_missing(b))
        return value_is_missing(a) && value_is_missing(b);
    if (a.type == VALUE_BOOLEAN)
        return b.type == VALUE_BOOLEAN && a.truth == b.truth;
    bool scalar = a.type == VALUE_STRING || a.type == VALUE_NUMBER;
    return scalar && a.type == b.type && text_equal(value_text(a), value_text(b));
}

bool expression_equal(const struct expression *a, const struct expression *b) {
    if (a == b)
        return true;
    if (a->kind != b->kind || expression_function(a) != expression_function(b) ||
        (a->kind == EXPRESSION_MAPPER && a->mapper != b->mapper) ||
        (a->kind == EXPRESSION_LOOKUP && a->lookup != b->lookup) ||
        a->comparison != b->comparison || a->with_null != b->with_null || a->index != b->index ||
        a->argument_count != b->argument_count)
        return false;
    if (a->kind == EXPRESSION_LITERAL && !is_same_literal(a->literal, b->literal))
        return false;
    if (a->kind == EXPRESSION_MEMBER && !text_equal(a->name, b->name))
        return false;
    for (size_t i = 0; i < a->argument_count; i++)
        if (!expression_equal(a->arguments[i], b->arguments[i]))
            return false;
    return equal_or_none(a->left, b->left) && equal_or_none(a->right, b->right);
}

struct expression *expression_copy(struct arena *arena, const struct expression *expression,
                                   const struct expression *const *names) {
    if (expression->kind == EXPRESSION_SLOT && names)
        return expression_copy(arena, names[expression->index], NULL);
    struct expression *copy = arena_allocate(arena, sizeof *copy);
    *copy = *expression;
    if (copy->argument_count)
        copy->arguments =
            arena_allocate_array(arena, copy->argument_count, sizeof(struct expression *));
    for (size_t i = 0; i < copy->argument_count; i++)
        copy->arguments[i] = expression_copy(arena, expression->arguments[i], names);
    if (copy->left)
        copy->left = expression_copy(arena, expression->left, names);
    if (copy->right)
        copy->right = expression_copy(arena, expression->right, names);
    return copy;
}
