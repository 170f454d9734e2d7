/* What is wrong with a file that libyaml cannot read: where, and what to do about it. */
#ifndef O2S_LANGUAGE_YAML_PROBLEM_H
#define O2S_LANGUAGE_YAML_PROBLEM_H

#include <yaml.h>

#include "base/diagnostics.h"
#include "base/text.h"

/* What was read before the error and may be its cause. Line 0: nothing. */
struct yaml_trail {
    /* The file that is read; NULL: the one that is loaded. */
    const struct source_file *file;
    /* The last quoted scalar of several lines. */
    struct location quoted;
    struct location quoted_end;
    /* The last plain scalar that begins at the left margin and has a blank in it. */
    struct location margin;
    struct text margin_text;
};

/* Reports the error of `parser`, which is not that memory is exhausted. */
void yaml_problem_report(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                         struct text source, const struct yaml_trail *trail);

#endif
