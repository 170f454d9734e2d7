/* Reports what is wrong with a file that libyaml cannot read, and how to correct it. */
#ifndef O2S_LANGUAGE_YAML_PROBLEM_H
#define O2S_LANGUAGE_YAML_PROBLEM_H

#include <yaml.h>

#include "base/diagnostics.h"
#include "base/text.h"

/* What was read before the error and may be its cause. Line 0: nothing. */
struct yaml_trail {
    /* The file that is read; NULL: the one that is loaded. */
    const struct source_file *file;
    /* The last quoted scalar that spans several lines. */
    struct location quoted;
    struct location quoted_end;
    /* The last plain scalar that begins at the left margin and contains a space. */
    struct location margin;
    struct text margin_text;
};

/* Reports the error of `parser`, which must not be exhaustion of memory. */
void yaml_problem_report(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                         struct text source, const struct yaml_trail *trail);

#endif
