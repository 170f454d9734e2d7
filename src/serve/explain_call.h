/* How `explain` shows a call that has not been made. */
#ifndef O2S_SERVE_EXPLAIN_CALL_H
#define O2S_SERVE_EXPLAIN_CALL_H

#include "serve/known.h"

/*
 * Appends an expression's value as text, or the expression in braces where it is not known; the
 * same for a template and, as JSON, for a shape.
 */
void explain_append_expression(struct buffer *buffer, const struct known *known,
                               const struct expression *expression);
void explain_append_template(struct buffer *buffer, const struct known *known,
                             const struct template *template);
void explain_append_shape(struct buffer *buffer, const struct known *known,
                          const struct shape *shape);

/* Appends the URL of the step's call as it would go out, as far as it is known. */
void explain_append_url(struct buffer *buffer, const struct known *known, const struct step *step);

/* Appends its headers, but for those that the program adds itself, and its body: lines that begin
 * with `indent`. */
void explain_append_content(struct buffer *buffer, const struct known *known,
                            const struct step *step, const char *indent);

#endif
