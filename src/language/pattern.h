/* POSIX extended regular expressions (regex(7)): the keyword `pattern` of a schema. */
#ifndef O2S_LANGUAGE_PATTERN_H
#define O2S_LANGUAGE_PATTERN_H

#include <regex.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * Compiles `pattern`, which must be NUL-terminated; the result is freed with the arena. Returns
 * NULL after an error, and sets `*problem` to its description, in the arena.
 *
 * Rejects escapes that POSIX does not define, and patterns that would cause deep recursion in the C
 * library: nested groups and repetitions of repetitions.
 */
regex_t *pattern_compile(struct arena *arena, struct text pattern, const char **problem);

#endif
