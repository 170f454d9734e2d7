/*
 * The inside of the expression parser: what its files share. No other file includes it.
 *
 *   expression_lex.c        bytes, names, strings and numbers
 *   expression_reference.c  `.`, `$name` and the paths behind them: resolves names
 *   expression_parse.c      operands, calls and operators; uses the others
 *   expression_check.c      what can never fit by the types that are known
 *   expression_hints.c      what to write in place of what other languages have
 */
#ifndef O2S_LANGUAGE_EXPRESSION_PARSER_H
#define O2S_LANGUAGE_EXPRESSION_PARSER_H

#include "language/expression.h"

enum { MAX_NESTING = 32, MAX_ARGUMENTS = 16, MAX_DEPTH = 256 };

struct parser {
    struct scope *scope;
    struct arena *arena;
    const struct yaml_node *node;
    /* The scalar's text; the expression ends at byte `end` of it. */
    const char *text;
    size_t position;
    size_t end;
    /* How many parentheses, brackets and calls as arguments are open. */
    size_t nesting;
    bool failed;
};

/* Reports an error at a byte of the scalar's text; only the first of an expression is reported. */
#define FAIL(parser, position, ...)                                                                \
    parser_fail((parser), (position), text_format((parser)->arena, __VA_ARGS__))
void parser_fail(struct parser *parser, size_t position, struct text message);

/* The byte `ahead` of the position, NUL at the end. */
char parser_peek(const struct parser *parser, size_t ahead);

/* The size in bytes of the character at the position. */
size_t parser_character_size(const struct parser *parser);

void parser_skip_blanks(struct parser *parser);

/* The name that begins at the position; empty if none does. */
struct text parser_peek_name(const struct parser *parser);

bool parser_is_digit(char c);

/* Skips blanks, then `what`, an operator or a word, if it comes next. Returns whether it did. */
bool parser_accept(struct parser *parser, const char *what);

/* An expression whose source begins at byte `start` and ends at the position. */
struct expression *parser_new(struct parser *parser, enum expression_kind kind, size_t start);

/*
 * The expression with all that is nested in it, whose source begins at byte `start`: itself, or
 * NULL with an error if that is nested too deep.
 */
struct expression *parser_nest(struct parser *parser, struct expression *expression, size_t start);

/* Each parses what begins at the position; NULL after an error. */
struct expression *parser_quoted(struct parser *parser);
struct expression *parser_number(struct parser *parser);
/* `true`, `false` or `null`. */
struct expression *parser_word(struct parser *parser);
/* `.` or `.path` */
struct expression *parser_current(struct parser *parser);
/* `$name`, `$name.path` or `${NAME}` */
struct expression *parser_variable(struct parser *parser);

/*
 * The path `.a.b.0` of `base`, whose source begins at byte `start`; `base` itself if none follows.
 * `constant`: `base` is a literal object whose members are known now. NULL after an error, or if
 * `base` is NULL.
 */
struct expression *parser_path(struct parser *parser, struct expression *base, size_t start,
                               bool constant);

/* expression_check.c: what can never fit, by the types that are known. Each reports an error. */

/* A call that has all its arguments, and begins at byte `position`. */
void parser_check_call(struct parser *parser, const struct expression *call, size_t position);

/* A comparison; its right side begins at byte `position`. */
void parser_check_comparison(struct parser *parser, const struct expression *comparison,
                             size_t position);

/* An operand of `and`, `or` or `not`, which begins at byte `position`. */
void parser_check_condition(struct parser *parser, const struct expression *operand,
                            size_t position);

/* What the result of the call can be. */
struct static_type parser_type_of_call(const struct expression *call);

/* A literal that was written where it is, and is not a setting. */
bool parser_is_written(const struct expression *expression);

/* expression_hints.c: what to write in place of what other languages have. */

/* `; write ...` for the name of a function of another language; the empty string if none is known.
 */
struct text parser_hint_for_function(struct arena *arena, struct text name);

/* The same for an operator that begins at the position. */
const char *parser_hint_for_operator(const struct parser *parser);

#endif
