/*
 * The inside of the expression parser: what expression_operand.c (operands and their paths) and
 * expression_parse.c (calls and operators) share. Nobody else includes it.
 */
#ifndef O2S_LANGUAGE_EXPRESSION_PARSER_H
#define O2S_LANGUAGE_EXPRESSION_PARSER_H

#include "language/expression.h"

enum { MAX_NESTING = 32, MAX_ARGUMENTS = 16 };

struct parser {
    struct scope *scope;
    struct arena *arena;
    const struct yaml_node *node;
    /* The scalar's text, and the part of it that is the expression. */
    const char *text;
    size_t position;
    size_t end;
    size_t nesting;
    bool failed;
};

/* Tells of a mistake at a byte of the scalar's text; only the first of an expression counts. */
#define FAIL(parser, position, ...)                                                                \
    parser_fail((parser), (position), text_format((parser)->arena, __VA_ARGS__))
void parser_fail(struct parser *parser, size_t position, struct text message);

/* The byte `ahead` of the position, NUL at the end. */
char parser_peek(const struct parser *parser, size_t ahead);

void parser_skip_blanks(struct parser *parser);

/* The name that begins at the position; empty if none does. */
struct text parser_peek_name(const struct parser *parser);

bool parser_is_name_start(char c);

/* Takes an operator or word, behind blanks, if it is what comes next. */
bool parser_accept(struct parser *parser, const char *what);

/* An expression whose source begins at byte `start` and ends at the position. */
struct expression *parser_new(struct parser *parser, enum expression_kind kind, size_t start);

/* NULL after a mistake. */
struct expression *parser_operand(struct parser *parser);
struct expression *parser_expression(struct parser *parser);

#endif
