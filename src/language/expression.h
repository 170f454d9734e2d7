/*
 * The expressions of the route language.
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
    enum expression_kind kind : 8;
    /* COMPARISON; `with_null`: one side is the literal `null`, which is equal to missing. */
    enum comparison comparison : 8;
    bool with_null;
    /*
     * LITERAL: the word `null`, as opposed to a value that is currently missing, such as a setting.
     */
    bool null;
    /* Whether it is in parentheses. */
    bool grouped;
    /* The possible types of its value, 0: any; read by expression_type(). */
    uint8_t types;
    /* The nesting depth of its operands; limited, because evaluation is recursive. */
    uint16_t depth;
    /* The source from which it was parsed, for messages. */
    struct text source;
    /* SLOT: the slot; ITEM: the position */
    uint32_t index;
    /* 0 unless the kind has arguments. */
    uint32_t argument_count;
    union {
        /* LITERAL */
        struct value literal;
        /*
         * MEMBER: the name, NUL-terminated and from the set of the definitions; and where the
         * member was in the object that had it last, as it will be in most objects of a kind. The
         * only part of a table that changes while it serves; no value depends on it.
         */
        struct {
            struct text name;
            uint32_t *place;
        };
        /*
         * FUNCTION, MAPPER, LOOKUP: applied to the value of `left` with arguments; ARRAY: the
         * arguments are its items; TEXT: a string concatenated from the arguments
         */
        struct {
            union {
                const struct function *function;
                const struct mapper *mapper;
            };
            struct expression **arguments;
        };
    };
    union {
        const struct lookup *lookup;
        /* Of every kind but LOOKUP: expression_type(). */
        const struct schema *schema;
    };
    /* The object or list of a path, the input of a call, or the left side; NOT has only `left`. */
    struct expression *left;
    struct expression *right;
};

/* The function of a call; NULL for other kinds. */
static inline const struct function *expression_function(const struct expression *expression) {
    return expression->kind == EXPRESSION_FUNCTION ? expression->function : NULL;
}

/* What is known about the value before any request. */
static inline struct static_type expression_type(const struct expression *expression) {
    bool has_schema = expression->kind != EXPRESSION_LOOKUP;
    return (struct static_type){expression->types ? expression->types : TYPE_ANY,
                                has_schema ? expression->schema : NULL};
}

static inline void expression_set_type(struct expression *expression, struct static_type type) {
    expression->types = (uint8_t)type.types;
    if (expression->kind != EXPRESSION_LOOKUP)
        expression->schema = type.schema;
}

/*
 * Parses bytes `offset` to `offset + size` of the scalar `node`. The result is in the arena of the
 * definitions. Returns NULL after an error, which is added to their diagnostics.
 */
struct expression *expression_parse(struct scope *scope, const struct yaml_node *node,
                                    size_t offset, size_t size);

/* The same for the whole scalar. */
struct expression *expression_parse_node(struct scope *scope, const struct yaml_node *node);

/*
 * Parses bytes `offset` to `offset + size` as operands separated by spaces: the arguments of a
 * flow. The list is in the arena of the definitions. Returns false after an error.
 */
bool expression_parse_operands(struct scope *scope, const struct yaml_node *node, size_t offset,
                               size_t size, struct expression ***operands, size_t *count);

/* The conjunction of both; if one is NULL, the other one. */
struct expression *expression_and(struct arena *arena, struct expression *left,
                                  struct expression *right);

/* Whether a scalar is an expression rather than a string: it begins with `.`, `$` or `(`. */
bool expression_begins(struct text text);

/* A literal with the given value. */
struct expression *expression_literal(struct arena *arena, struct value value);

#endif
