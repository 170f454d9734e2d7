/*
 * The definitions from which editor_schema.c generates the JSON Schema: one row for each type of
 * value in a table.
 */
#ifndef O2S_TABLE_EDITOR_DEFINITIONS_H
#define O2S_TABLE_EDITOR_DEFINITIONS_H

#include "language/keyword.h"

/* A type of value: what `value` of a keyword names. All fields but the name are optional. */
struct definition {
    const char *name;
    /* JSON types, separated by spaces: "string number". */
    const char *types;
    /* For a string: a regular expression of ECMAScript. */
    const char *pattern;
    /* For a number: its range; both 0: any. */
    int minimum;
    int maximum;
    /* For a list: the definition of its items. */
    const char *items;
    /*
     * For a mapping: its keywords, a pattern of its other keys, and the definition of their values.
     */
    const struct keyword *keywords;
    const char *keys;
    const char *each;
    /* The words that it can be, starting at index 1; or it is the name of one of these keywords. */
    const char *const *words;
    const struct keyword *name_of;
    /* Definitions that apply as well, separated by spaces. */
    const char *all;
    /*
     * Additional members of the JSON Schema, with ' for ", and @name for a reference to that
     * definition.
     */
    const char *rules;
    /* The message for an invalid value: an extension that yaml-language-server supports. */
    const char *hint;
};

/* The last row has no name. */
extern const struct definition editor_definitions[];

#endif
