/* Names for web addresses. */
#ifndef O2S_LANGUAGE_SLUG_H
#define O2S_LANGUAGE_SLUG_H

#include "base/arena.h"
#include "base/text.h"

/*
 * The slug of `text`, which is UTF-8, in `arena`: the result of version 1.6.6 of npm's slugify
 * with the options `lower` and `strict`, whatever the system and the locale. Linear in time and
 * memory. In order:
 * - the text is composed (Unicode's normalization form C);
 * - each character is replaced with ASCII by slugify's own map (U+0416 with "zh", "&" with "and",
 *   U+20A3 with "french franc"); ASCII letters and digits remain, in lower case; blanks (those of
 *   ECMAScript), hyphens and en dashes become blanks, and all other characters are dropped;
 * - blanks at the ends are dropped, and each run of others becomes one hyphen.
 */
struct text slug_of(struct arena *arena, struct text text);

#endif
