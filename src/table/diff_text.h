/* Parts of a route table as strings, for the comparison of two tables. */
#ifndef O2S_TABLE_DIFF_TEXT_H
#define O2S_TABLE_DIFF_TEXT_H

#include "language/changes.h"
#include "table/table.h"

/*
 * Each is written as in the table, in `arena`; NULL is an empty string. A value of $settings or
 * $table is written by its name, since it may be a key.
 */
struct text text_of_shape(struct arena *arena, const struct shape *shape);
struct text text_of_template(struct arena *arena, const struct template *template);
struct text text_of_expression(struct arena *arena, const struct expression *expression);

/* `404 Not found`; empty for NULL. */
struct text text_of_error(struct arena *arena, const struct error_response *error);

/* A value as JSON. */
struct text text_of_value(struct arena *arena, struct value value);

/* `502, 503`; `none` for an empty list; empty if it is not given. */
struct text text_of_retry(struct arena *arena, const struct retry *retry);

/* A duration, or a number with its unit; empty for 0: it is not given. */
struct text text_of_amount(struct arena *arena, size_t amount, const char *unit);

/* Names with commas. */
struct text text_of_names(struct arena *arena, const struct text *names, size_t count);

/* The names of a list with commas that are not in the other one. */
struct text names_missing(struct arena *arena, struct text list, struct text other);

/* Adds that `what` of `subject` is `now`, if that is not what it was `before`. */
void diff_texts(struct changes *changes, bool breaking, struct text subject, const char *what,
                struct text before, struct text now);

/* Adds what differs between the headers that `subject` sends. */
void diff_sent_headers(struct changes *changes, struct text subject,
                       const struct named_template *old, size_t old_count,
                       const struct named_template *new, size_t new_count);

/* The header of that name; NULL if there is no such header. */
const struct named_template *find_header(const struct named_template *headers, size_t count,
                                         struct text name);

#endif
