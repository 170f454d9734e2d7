/* What differs between a value that is expected and the one that came, for people. */
#ifndef O2S_SERVE_TABLE_TEST_COMPARE_H
#define O2S_SERVE_TABLE_TEST_COMPARE_H

#include "base/buffer.h"
#include "json/value.h"

/* A list of lines, each about one path. Zero-initialised but for the arena it is empty. */
struct differences {
    struct arena *arena;
    struct buffer text;
    size_t count;
};

/* Adds a line, which is formatted as by printf(). */
void differences_add(struct differences *differences, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Adds a line for each part of `actual` that is not as expected: `PATH.items.0.id: expected 1, got
 * 2`. Numbers are compared by their exact value. Null and missing differ.
 */
void differences_compare(struct differences *differences, struct text path, struct value expected,
                         struct value actual);

/* The same for the parameters of a query, all of which came as strings: 10 expects "10". */
void differences_compare_query(struct differences *differences, struct text path,
                               struct value expected, struct value actual);

/* The same for two strings, one of which may not be there (`data` NULL). */
void differences_compare_text(struct differences *differences, struct text path,
                              struct text expected, struct text actual);

#endif
