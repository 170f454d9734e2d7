/* The lines of YAML (1.1, 4.2), as libyaml counts them in its marks. */
#ifndef O2S_LANGUAGE_YAML_LINE_H
#define O2S_LANGUAGE_YAML_LINE_H

#include "base/text.h"

/*
 * Removes the first line and its end from the text: CR LF, LF, CR, U+0085, U+2028 or U+2029. An
 * empty text remains where the source ends.
 */
void yaml_cut_line(struct text *source);

#endif
