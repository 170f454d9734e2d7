/*
 * Replaces personal data and credentials in recorded messages: names, e-mail
 * addresses, telephone numbers, street addresses, tokens and keys. The same value is replaced by
 * the same one everywhere. What is replaced follows from the names of members, and for e-mail
 * addresses from their form.
 */
#ifndef O2S_SERVE_TABLE_TEST_REDACT_H
#define O2S_SERVE_TABLE_TEST_REDACT_H

#include "json/value.h"

struct redactor;

/* An empty one, in `arena`, where everything that it returns is too. */
struct redactor *redactor_create(struct arena *arena);

/* Notes what is to be replaced in a value; to be called for all values before any is replaced. */
void redactor_learn(struct redactor *redactor, struct value value);

/* The same for a header or a variable of the environment, by its name; and for a URL's origin. */
void redactor_learn_named(struct redactor *redactor, struct text name, struct text value);
void redactor_learn_origin(struct redactor *redactor, struct text url);

/* A copy with everything replaced. */
struct text redactor_text(struct redactor *redactor, struct text text);
struct value redactor_value(struct redactor *redactor, struct value value);

#endif
