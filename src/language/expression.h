/*
 * The expressions of the route language, from text to value.
 *
 *   expression := and ("or" and)*                 and     := not ("and" not)*
 *   not        := "not" not | comparison          comparison := fallback (("=="|…) fallback)?
 *   fallback   := pipe ("??" operand)*            pipe    := operand ("|" name operand*)*
 *   operand    := (. | $name | "(" expression ")" | "[" expression, … "]" | literal) path
 *
 * An expression is parsed once, when the table is loaded; all names in it are resolved then.
 */
#ifndef O2S_LANGUAGE_EXPRESSION_H
#define O2S_LANGUAGE_EXPRESSION_H

#include "language/scope.h"
#include "language/yaml_tree.h"
#include "json/value.h"

struct function;

enum expression_kind {
    EXPRESSION_LITERAL,
    EXPRESSION_CURRENT,
    EXPRESSION_SLOT,
    EXPRESSION_MEMBER,
    EXPRESSION_ITEM,
    EXPRESSION_FUNCTION,
    EXPRESSION_MAPPER,
    EXPRESSION_LOOKUP,
    EXPRESSION_ARRAY,
    EXPRESSION_TEXT,
    EXPRESSION_FALLBACK,
    EXPRESSION_COMPARISON,
    EXPRESSION_NOT,
    EXPRESSION_AND,
    EXPRESSION_OR,
};

enum comparison {
    COMPARISON_EQUAL,
    COMPARISON_UNEQUAL,
    COMPARISON_LESS,
    COMPARISON_AT_MOST,
    COMPARISON_GREATER,
    COMPARISON_AT_LEAST,
};

struct expression {
    enum expression_kind kind;
    /* COMPARISON; `with_null`: one side is the word `null`, which missing is equal to. */
    enum comparison comparison;
    bool with_null;
    /* LITERAL: the word `null`, and not a value that is missing now, such as a setting. */
    bool null;
    /* Whether it is in parentheses. */
    bool grouped;
    /* What its value can be: expression_type(). */
    uint8_t types;
    /* How deep others are nested in it; limited, as they are evaluated by recursion. */
    uint32_t depth;
    /* The text it was parsed from, for messages. */
    struct text source;
    /* LITERAL */
    struct value literal;
    /* SLOT: which; ITEM: which */
    uint32_t index;
    uint32_t argument_count;
    /* MEMBER: its name, with a NUL behind it */
    struct text name;
    /*
     * FUNCTION, MAPPER, LOOKUP: what is called on the value of `left`, with arguments; ARRAY: its
     * items are the arguments; TEXT: a string made of the arguments, one after the other
     */
    const struct function *function;
    const struct mapper *mapper;
    union {
        const struct lookup *lookup;
        /* Of any but a LOOKUP: expression_type(). */
        const struct schema *schema;
    };
    struct expression **arguments;
    /* The value looked into, piped or compared; NOT has only `left`. */
    struct expression *left;
    struct expression *right;
};

/* What is known of its value before any request. */
static inline struct static_type expression_type(const struct expression *expression) {
    bool has_schema = expression->kind != EXPRESSION_LOOKUP;
    return (struct static_type){expression->types, has_schema ? expression->schema : NULL};
}

static inline void expression_set_type(struct expression *expression, struct static_type type) {
    expression->types = (uint8_t)type.types;
    if (expression->kind != EXPRESSION_LOOKUP)
        expression->schema = type.schema;
}

/*
 * Parses bytes `offset` to `offset + size` of the scalar `node`. The result is in the arena of the
 * definitions; NULL after an error, which is reported to their diagnostics.
 */
struct expression *expression_parse(struct scope *scope, const struct yaml_node *node,
                                    size_t offset, size_t size);

/* The same for a whole scalar. */
struct expression *expression_parse_node(struct scope *scope, const struct yaml_node *node);

/*
 * Parses bytes `offset` to `offset + size` as operands with blanks between them: the arguments of
 * a flow. Returns false after an error; the list is in the arena of the definitions.
 */
bool expression_parse_operands(struct scope *scope, const struct yaml_node *node, size_t offset,
                               size_t size, struct expression ***operands, size_t *count);

/* Both must hold; either may be NULL, and then only the other counts. */
struct expression *expression_and(struct arena *arena, struct expression *left,
                                  struct expression *right);

/* Whether a scalar is an expression, not a text: it begins with `.`, `$` or `(`. */
bool expression_begins(struct text text);

/* A literal, for what is given without an expression. */
struct expression *expression_literal(struct arena *arena, struct value value);

#endif
