/*
 * The fields that a call requests from its upstream, derived from what is read of the answer:
 * `fields: {auto: thing}`. Some are only requested under conditions, which are evaluated when the
 * call is made.
 */
#ifndef O2S_LANGUAGE_FIELD_LIST_H
#define O2S_LANGUAGE_FIELD_LIST_H

#include "base/buffer.h"
#include "language/evaluate.h"
#include "language/keyword.h"
#include "language/usage_condition.h"

struct field {
    /* As requested: `items.id`, `*variants`. */
    struct text name;
    struct text encoded;
    const struct usage_condition *when;
};

struct field_list {
    struct location location;
    /* The member of the answer that contains all fields. */
    struct text envelope;
    /* Whether the answer may lack it. */
    bool optional;
    const struct field *fields;
    size_t count;
    /* The atoms of the conditions, by number, and those that are needed. */
    const struct expression *const *atoms;
    uint64_t needed;
    /* All fields, percent-encoded, if none has a condition. */
    struct text encoded;
};

/* The keywords of `{auto: ENVELOPE}`. */
extern const struct keyword field_list_keywords[];

/*
 * Loads `{auto: ENVELOPE}`, in the arena of the definitions. The fields are added later, when all
 * steps of the route are loaded. Returns NULL after an error, which is reported.
 */
struct field_list *field_list_load(struct scope *scope, const struct yaml_node *node);

/*
 * Appends the names of the fields whose conditions hold, percent-encoded and separated by commas.
 * Returns false if the evaluation of a condition fails, as expression_evaluate() does.
 */
MUST_CHECK bool field_list_append(struct evaluation *evaluation, const struct field_list *list,
                                  struct buffer *buffer);

/* Appends the names without encoding, each with its condition: `id, owner if not $short`. */
void field_list_describe(const struct field_list *list, struct buffer *buffer);

#endif
