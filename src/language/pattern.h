/* POSIX extended regular expressions (regex(7)): the keyword `pattern` of a schema. */
#ifndef O2S_LANGUAGE_PATTERN_H
#define O2S_LANGUAGE_PATTERN_H

#include <regex.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * Compiles `pattern`, which has a NUL behind it; what it takes is freed with the arena. NULL after
 * an error, which `*problem` says, in the arena.
 *
 * Refused are also the escapes that POSIX does not define, and patterns for which the C library's
 * recursion would be deep: with many groups in one another, or with repetitions of repetitions.
 */
regex_t *pattern_compile(struct arena *arena, struct text pattern, const char **problem);

#endif
