/*
 * The keywords of a mapping in the route table. The loaders accept what these rows list, and
 * `o2s-medusa schema` makes of the same rows what an editor needs to complete and explain them.
 */
#ifndef O2S_LANGUAGE_KEYWORD_H
#define O2S_LANGUAGE_KEYWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* A list of these ends with a row without a name. */
struct keyword {
    const char *name;
    /* What its value is: the name of a definition in table/editor_schema.c. */
    const char *value;
    /* For the user of an editor: one or two sentences. */
    const char *description;
    /* Whether the mapping is an error without it. */
    bool needed;
};

/* Whether `name` is one of the keywords. */
static inline bool keyword_is_known(const struct keyword *keywords, struct text name) {
    while (keywords->name && !text_is(name, keywords->name))
        keywords++;
    return keywords->name != NULL;
}

#endif
