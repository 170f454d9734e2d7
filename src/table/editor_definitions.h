/* What editor_schema.c makes definitions of: a row for each kind of values in a table. */
#ifndef O2S_TABLE_EDITOR_DEFINITIONS_H
#define O2S_TABLE_EDITOR_DEFINITIONS_H

#include "language/keyword.h"

/* A kind of values: what `value` of a keyword names. All but the name may be left out. */
struct definition {
    const char *name;
    /* With blanks between them: "string number". */
    const char *types;
    /* Of a string: a regular expression of ECMAScript. */
    const char *pattern;
    /* Of a number; both 0: any. */
    int minimum;
    int maximum;
    /* Of a list: the definition of its items. */
    const char *items;
    /* Of a mapping: its keywords, a pattern of its other keys, and the definition of their values.
     */
    const struct keyword *keywords;
    const char *keys;
    const char *each;
    /* The words that it can be, from index 1 on; or it is the name of one of these keywords. */
    const char *const *words;
    const struct keyword *name_of;
    /* Definitions that hold as well, with blanks between them. */
    const char *all;
    /*
     * What else JSON Schema says: members of an object, with ' for ", and @name for a reference to
     * that definition.
     */
    const char *rules;
    /* What is shown if it is not as it should be: an extension that yaml-language-server knows. */
    const char *hint;
};

/* The last has no name. */
extern const struct definition editor_definitions[];

#endif
