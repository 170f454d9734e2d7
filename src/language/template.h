/*
 * Strings with `{expression}` in them: a call's path, a header's value, an error's message, and any
 * value of a table. A path and a header make what is filled in safe; a value is written as JSON or
 * percent-encoded as a whole.
 */
#ifndef O2S_LANGUAGE_TEMPLATE_H
#define O2S_LANGUAGE_TEMPLATE_H

#include "base/buffer.h"
#include "language/evaluate.h"

struct template_part {
    /* Either a text as it is, or an expression. */
    struct text literal;
    struct expression *expression;
    struct template_part *next;
};

struct template {
    struct template_part *parts;
    /* Its text is the same at every request: `text`, or `missing`. */
    bool constant;
    bool missing;
    struct text text;
};

/*
 * Parses the scalar `node` from byte `offset` on. NULL after an error, which is
 * reported.
 */
struct template *template_load(struct scope *scope, const struct yaml_node *node, size_t offset);

/*
 * Like template_load(), for a header's value: a scalar that is one expression as a whole may be
 * written without braces.
 */
struct template *template_load_value(struct scope *scope, const struct yaml_node *node);

/* Whether a scalar that is not an expression is read as a template: it has a brace, or a `$` that
 * may be a name without braces. */
bool template_begins(struct text text);

/*
 * The scalar `node` as an expression: a string, which is missing if one of its values is. NULL
 * after an error, which is reported.
 */
struct expression *template_load_expression(struct scope *scope, const struct yaml_node *node);

/*
 * Appends the text. `*complete` becomes false if one of the values is missing or neither text,
 * number nor boolean; what was appended until then stays. False: the evaluation has failed, as in
 * expression_evaluate().
 */
MUST_CHECK bool template_append(struct evaluation *evaluation, const struct template *template,
                                struct buffer *buffer, bool *complete);

/*
 * The text, in the evaluation's arena or the template's; `scratch` is used on the way. `*complete`
 * and the result are as for template_append().
 */
MUST_CHECK bool template_evaluate(struct evaluation *evaluation, const struct template *template,
                                  struct buffer *scratch, struct text *text, bool *complete);

#endif
