/*
 * The internal interface between the files of the expression parser. No other file includes it.
 *
 *   expression_lex.c        bytes, names, strings and numbers
 *   expression_reference.c  `.`, `$name` and their paths: resolves names
 *   expression_parse.c      operands, calls and operators; uses the others
 *   expression_check.c      reports what the known types rule out
 *   expression_hints.c      counterparts of functions and operators of other languages
 */
#ifndef O2S_LANGUAGE_EXPRESSION_PARSER_H
#define O2S_LANGUAGE_EXPRESSION_PARSER_H

#include "language/expression.h"

enum { MAX_NESTING = 32, MAX_ARGUMENTS = 16, MAX_DEPTH = 256 };

struct parser {
    struct scope *scope;
    struct arena *arena;
    const struct yaml_node *node;
    /* The string of the scalar; the expression ends at byte `end` of it. */
    const char *text;
    size_t position;
    size_t end;
    /* The number of open parentheses, brackets and calls as arguments. */
    size_t nesting;
    bool failed;
};

/*
 * Reports an error at a byte of the scalar's string; only the first error of an expression is
 * reported.
 */
#define FAIL(parser, position, ...)                                                                \
    parser_fail((parser), (position), text_format((parser)->arena, __VA_ARGS__))
void parser_fail(struct parser *parser, size_t position, struct text message);

/* The byte at offset `ahead` from the position; NUL at the end. */
char parser_peek(const struct parser *parser, size_t ahead);

/* The size in bytes of the character at the position. */
size_t parser_character_size(const struct parser *parser);

void parser_skip_blanks(struct parser *parser);

/* The name that begins at the position; the empty string if absent. */
struct text parser_peek_name(const struct parser *parser);

bool parser_is_digit(char c);

/* Skips spaces, then `what`, an operator or a word, if it comes next. Returns whether it did. */
bool parser_accept(struct parser *parser, const char *what);

/* A new expression whose source begins at byte `start` and ends at the position. */
struct expression *parser_new(struct parser *parser, enum expression_kind kind, size_t start);

/*
 * Checks the nesting depth of the expression, whose source begins at byte `start`. Returns it, or
 * NULL after reporting that it is nested too deeply.
 */
struct expression *parser_nest(struct parser *parser, struct expression *expression, size_t start);

/* Each parses what begins at the position, and returns NULL after an error. */
struct expression *parser_quoted(struct parser *parser);
struct expression *parser_number(struct parser *parser);
/* `true`, `false` or `null`. */
struct expression *parser_word(struct parser *parser);
/* `.` or `.path` */
struct expression *parser_current(struct parser *parser);
/* `$name`, `$name.path` or `${NAME}` */
struct expression *parser_variable(struct parser *parser);

/*
 * Parses the path `.a.b.0` of `base`, whose source begins at byte `start`; returns `base` if there
 * is no path. `constant`: `base` is a literal object whose members are known now. Returns NULL
 * after an error, or if `base` is NULL.
 */
struct expression *parser_path(struct parser *parser, struct expression *base, size_t start,
                               bool constant);

/* expression_check.c: each reports what the known types rule out. */

/* Checks a call with all its arguments, which begins at byte `position`. */
void parser_check_call(struct parser *parser, const struct expression *call, size_t position);

/* Checks a comparison; its right side begins at byte `position`. */
void parser_check_comparison(struct parser *parser, const struct expression *comparison,
                             size_t position);

/* Checks an operand of `and`, `or` or `not`, which begins at byte `position`. */
void parser_check_condition(struct parser *parser, const struct expression *operand,
                            size_t position);

/* The possible types of the result of the call. */
struct static_type parser_type_of_call(const struct expression *call);

/* Whether it is a literal written in the expression, not a setting. */
bool parser_is_written(const struct expression *expression);

/* expression_hints.c: counterparts of functions and operators of other languages. */

/*
 * `; write ...` for the name of a function of another language; the empty string if it is unknown.
 */
struct text parser_hint_for_function(struct arena *arena, struct text name);

/* The same for an operator at the position. */
const char *parser_hint_for_operator(const struct parser *parser);

#endif
