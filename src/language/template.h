/*
 * Strings with `{expression}` in them: the path of a call, the value of a header, the message of an
 * error, and any value of a table. Values are escaped for their context: percent-encoded in a path,
 * validated in a header.
 */
#ifndef O2S_LANGUAGE_TEMPLATE_H
#define O2S_LANGUAGE_TEMPLATE_H

#include "base/buffer.h"
#include "language/evaluate.h"

struct template_part {
    /* Either a literal part or an expression. */
    struct text literal;
    struct expression *expression;
    struct template_part *next;
};

struct template {
    struct template_part *parts;
    /* Whether its value is the same at every request: `text`, or `missing`. */
    bool constant;
    bool missing;
    struct text text;
};

/*
 * Parses the scalar `node` starting at byte `offset`. Returns NULL after an error, which is
 * reported.
 */
struct template *template_load(struct scope *scope, const struct yaml_node *node, size_t offset);

/*
 * Like template_load(), for the value of a header: a scalar that is a single expression may be
 * written without braces.
 */
struct template *template_load_value(struct scope *scope, const struct yaml_node *node);

/*
 * Whether a scalar that is not an expression is a template: it has a brace, or a `$` that may begin
 * a name without braces.
 */
bool template_begins(struct text text);

/*
 * The scalar `node` as an expression whose value is a string, or missing if one of the values in it
 * is missing. Returns NULL after an error, which is reported.
 */
struct expression *template_load_expression(struct scope *scope, const struct yaml_node *node);

/*
 * Appends the string. Sets `*complete` to false if one of the values is missing or is not a string,
 * number or boolean; the preceding part remains appended. Returns false if the evaluation fails, as
 * expression_evaluate() does.
 */
MUST_CHECK bool template_append(struct evaluation *evaluation, const struct template *template,
                                struct buffer *buffer, bool *complete);

/*
 * The string, in the arena of the evaluation or of the template; `scratch` is used temporarily.
 * `*complete` and the result are as for template_append().
 */
MUST_CHECK bool template_evaluate(struct evaluation *evaluation, const struct template *template,
                                  struct buffer *scratch, struct text *text, bool *complete);

#endif
