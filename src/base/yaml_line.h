/*
 * The lines of YAML (1.1, 4.2), as libyaml counts them in its marks. A line ends with CR LF, LF,
 * CR, U+0085, U+2028 or U+2029, or where the text ends.
 */
#ifndef O2S_BASE_YAML_LINE_H
#define O2S_BASE_YAML_LINE_H

#include "base/text.h"

/* The size in bytes of the end of a line at the start of `text`; 0: the line goes on. */
size_t yaml_line_end(struct text text);

/*
 * Removes the first line and its end from the text, and returns the line without its end. An empty
 * text remains where the source ends.
 */
struct text yaml_cut_line(struct text *source);

/* Likewise the last line: of "a\nb\n" it is "b", and "a\n" remains. */
struct text yaml_cut_last_line(struct text *source);

#endif
