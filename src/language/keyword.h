/*
 * The keywords of a mapping in the route table. The loaders accept the keywords of these rows, and
 * `o2s-medusa schema` generates the JSON Schema for editors from the same rows.
 */
#ifndef O2S_LANGUAGE_KEYWORD_H
#define O2S_LANGUAGE_KEYWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* A list of these ends with a row without a name. */
struct keyword {
    const char *name;
    /* The type of its value: the name of a definition in table/editor_schema.c. */
    const char *value;
    /* The documentation shown by editors: one or two sentences. */
    const char *description;
    /* Whether the keyword is mandatory. */
    bool needed;
};

/* Whether `name` is one of the keywords. */
static inline bool keyword_is_known(const struct keyword *keywords, struct text name) {
    while (keywords->name && !text_is(name, keywords->name))
        keywords++;
    return keywords->name != NULL;
}

#endif
