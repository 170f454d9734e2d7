/* How `explain` prints a call without making it. */
#ifndef O2S_SERVE_EXPLAIN_CALL_H
#define O2S_SERVE_EXPLAIN_CALL_H

#include "serve/known.h"

/*
 * Appends the value of an expression as a string, or the expression in braces if its value is not
 * known; the same for a template and, as JSON, for a shape.
 */
void explain_append_expression(struct buffer *buffer, const struct known *known,
                               const struct expression *expression);
void explain_append_template(struct buffer *buffer, const struct known *known,
                             const struct template *template);
void explain_append_shape(struct buffer *buffer, const struct known *known,
                          const struct shape *shape);

/* Appends the URL of the step's call, as far as it is known. */
void explain_append_url(struct buffer *buffer, const struct known *known, const struct step *step);

/*
 * Appends the headers of the call, except for those that the program adds, and its body, as lines
 * that begin with `indent`.
 */
void explain_append_content(struct buffer *buffer, const struct known *known,
                            const struct step *step, const char *indent);

#endif
