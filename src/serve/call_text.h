/* How calls are shown to people: by `call` and `explain`. */
#ifndef O2S_SERVE_CALL_TEXT_H
#define O2S_SERVE_CALL_TEXT_H

#include "base/buffer.h"
#include "table/table.h"

/*
 * Appends a request's target. In its query the characters that a query may have as they are, such
 * as commas, are not percent-encoded; it means the same.
 */
void call_text_append_target(struct buffer *buffer, struct text target);

/*
 * Appends `name: value`, a header of a call of this step. `[hidden]` is put in place of the value
 * of `authorization` and its like, and of one that comes from the environment.
 */
void call_text_append_header(struct buffer *buffer, const struct step *step, struct text name,
                             struct text value);

/* Appends a text that came from elsewhere, on one line: of control characters only blanks remain.
 * What is longer than `limit` bytes is cut. */
void call_text_append_foreign(struct buffer *buffer, struct text text, size_t limit);

/* Appends ` (line 7)`, or ` (line 7 of NAME)` for a file that the table extends. */
void call_text_append_line(struct buffer *buffer, struct location location);

/* Appends `$name (line 7)`, `let (line 7)` or `require (line 7)`. */
void call_text_append_step(struct buffer *buffer, const struct step *step);

#endif
