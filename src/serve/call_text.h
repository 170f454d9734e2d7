/* How `call` and `explain` print calls. */
#ifndef O2S_SERVE_CALL_TEXT_H
#define O2S_SERVE_CALL_TEXT_H

#include "base/buffer.h"
#include "table/table.h"

/*
 * Appends the target of a request. Characters that are valid in a query without encoding, such as
 * commas, are decoded, which does not change the meaning.
 */
void call_text_append_target(struct buffer *buffer, struct text target);

/*
 * Appends `name: value`, a header of a call of this step. `[hidden]` replaces the value of
 * `authorization` and similar headers, and of a header that depends on the environment.
 */
void call_text_append_header(struct buffer *buffer, const struct step *step, struct text name,
                             struct text value);

/*
 * Appends a string from another program on one line: control characters are removed except for
 * spaces. A string longer than `limit` bytes is truncated.
 */
void call_text_append_foreign(struct buffer *buffer, struct text text, size_t limit);

/* Appends ` (line 7)`, or ` (line 7 of NAME)` for a file that the table extends. */
void call_text_append_line(struct buffer *buffer, struct location location);

/* Appends `$name (line 7)`, `let (line 7)` or `require (line 7)`. */
void call_text_append_step(struct buffer *buffer, const struct step *step);

#endif
