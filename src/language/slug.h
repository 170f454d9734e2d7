/* Names for URLs. */
#ifndef O2S_LANGUAGE_SLUG_H
#define O2S_LANGUAGE_SLUG_H

#include "base/arena.h"
#include "base/text.h"

/*
 * The slug of `text`, which must be UTF-8, in `arena`: the result of version 1.6.6 of npm's slugify
 * with the options `lower` and `strict`, independent of the system and the locale. Takes linear
 * time and memory. The steps are:
 * - the string is composed (Unicode's normalization form C);
 * - each character is replaced with ASCII by slugify's own map (U+0416 with "zh", "&" with "and",
 *   U+20A3 with "french franc"); ASCII letters and digits remain, in lower case; white space (as in
 * ECMAScript), hyphens and en dashes become spaces, and all other characters are removed;
 * - spaces at the ends are removed, and each remaining run of spaces becomes one hyphen.
 */
struct text slug_of(struct arena *arena, struct text text);

#endif
