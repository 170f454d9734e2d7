/*
 * The fields that a call asks its upstream for, derived from what is read of the answer:
 * `fields: {auto: thing}`. Some are asked for under conditions only, which are known when the call
 * is made.
 */
#ifndef O2S_LANGUAGE_FIELD_LIST_H
#define O2S_LANGUAGE_FIELD_LIST_H

#include "base/buffer.h"
#include "language/evaluate.h"
#include "language/keyword.h"
#include "language/usage_condition.h"

struct field {
    /* As it is asked for: `items.id`, `*variants`. */
    struct text name;
    struct text encoded;
    const struct usage_condition *when;
};

struct field_list {
    struct location location;
    /* The member of the answer that all fields are below. */
    struct text envelope;
    /* Whether the answer may lack it. */
    bool optional;
    const struct field *fields;
    size_t count;
    /* The conditions' atoms by their numbers, and which of them are needed. */
    const struct expression *const *atoms;
    uint64_t needed;
    /* All fields, encoded, if none has a condition. */
    struct text encoded;
};

/* Those of `{auto: ENVELOPE}`. */
extern const struct keyword field_list_keywords[];

/*
 * Loads `{auto: ENVELOPE}`, in the arena of the definitions, without fields: these are known when
 * all steps of the route are. NULL after an error, which is reported.
 */
struct field_list *field_list_load(struct scope *scope, const struct yaml_node *node);

/*
 * Appends the names of the fields whose conditions hold, percent-encoded, with commas between.
 * False: the evaluation of a condition has failed, as in expression_evaluate().
 */
MUST_CHECK bool field_list_append(struct evaluation *evaluation, const struct field_list *list,
                                  struct buffer *buffer);

/* Appends the names as they are, each with its condition: `id, owner if not $short`. */
void field_list_describe(const struct field_list *list, struct buffer *buffer);

#endif
