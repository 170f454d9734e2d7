#include "language/yaml_problem.h"

#include <string.h>

#include "base/count.h"
#include "base/yaml_line.h"
#include "language/yaml_location.h"

/* A location without its file, which in_file() adds. */
static struct location location_of(yaml_mark_t mark) {
    return (struct location){mark.line + 1, mark.column + 1, NULL};
}

static struct location in_file(const struct yaml_trail *trail, struct location location) {
    location.file = trail->file;
    return location;
}

/* Advice for an error of libyaml, by substrings of its message; NULL: any. */
static const struct {
    const char *problem;
    const char *context;
    /* The bytes at which it occurs; NULL: any. */
    const char *at;
    const char *hint;
} hints[] = {
    {"cannot start any token", NULL, "\t", "indent with spaces, not with tabs"},
    {"tab character", NULL, NULL, "indent with spaces, not with tabs"},
    {"cannot start any token", NULL, "|>,]}",
     "within { } and [ ] quote an expression that contains one of , [ ] { }"},
    {"cannot start any token", NULL, NULL, "quote a string that begins with this character"},
    {"comment or line break", "block scalar", NULL,
     "write an expression that begins with a quote in parentheses, such as ('x' | upper), and "
     "quote a string that begins with | or >"},
    {"expected ',' or '}'", NULL, NULL,
     "close the brace, and within { } quote a string that contains one of , [ ] { }"},
    {"expected ',' or ']'", NULL, NULL,
     "close the bracket, and within [ ] quote a string that contains one of , [ ] { }"},
    {"mapping values are not allowed", NULL, NULL,
     "quote a string that contains a colon and a space, and align a key with the other keys of its "
     "mapping"},
    {"expected ':'", NULL, NULL, "add a colon and a space after the key"},
    {NULL, "alias", NULL, "quote a string that begins with *"},
    {NULL, "anchor", NULL, "quote a string that begins with &"},
    {NULL, "tag", NULL, "quote a string that begins with !"},
    {"escape character", NULL, NULL,
     "within double quotes a backslash begins an escape: use single quotes, or two backslashes"},
    {"unexpected end of stream", "quoted", NULL, "close the quote"},
    {"expected key", "block", NULL, "align each key with the other keys of its mapping"},
    {"expected '-'", "block", NULL, "align each item with the other items of its list"},
    {"<document start>", NULL, NULL, "align each key with the other keys of its mapping"},
};

static bool has_words(const char *text, const char *words) {
    return !words || (text && strstr(text, words));
}

/* The byte at a position of the source; NUL at the end. */
static char byte_at(struct text source, struct location location) {
    for (size_t line = 1; line < location.line; line++)
        yaml_cut_line(&source);
    for (size_t column = 1; column < location.column && source.size; column++)
        text_cut_character(&source);
    return source.size ? source.data[0] : '\0';
}

static const char *hint_for(const yaml_parser_t *parser, struct text source) {
    char at = byte_at(source, location_of(parser->problem_mark));
    for (size_t i = 0; i < COUNT(hints); i++)
        if (has_words(parser->problem, hints[i].problem) &&
            has_words(parser->context, hints[i].context) &&
            (!hints[i].at || (at && strchr(hints[i].at, at))))
            return hints[i].hint;
    return NULL;
}

static const char *problem_of(const yaml_parser_t *parser) {
    return parser->problem ? parser->problem : "cannot be read";
}

/* Reports a byte that is not UTF-8, or a character that YAML does not allow. */
static void report_character(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                             struct text source, const struct yaml_trail *trail) {
    size_t offset = parser->problem_offset < source.size ? parser->problem_offset : source.size;
    struct location location = {1, 1, NULL};
    struct text before = {source.data, offset};
    while (before.size)
        yaml_advance(&before, &location);
    const char *problem = problem_of(parser);
    if (strstr(problem, "control"))
        diagnostics_add(diagnostics, in_file(trail, location),
                        "a table cannot contain a control character (U+%04X): remove it",
                        (unsigned)parser->problem_value);
    else
        diagnostics_add(diagnostics, in_file(trail, location),
                        "invalid UTF-8: %s; save the file in UTF-8", problem);
}

/* A line of the source; `indentation` is the number of leading spaces. */
struct line {
    size_t number;
    struct text text;
    size_t indentation;
};

static struct line line_of(struct text text, size_t number) {
    struct line line = {number, text, 0};
    while (line.indentation < text.size && text.data[line.indentation] == ' ')
        line.indentation++;
    return line;
}

static struct line line_at(struct text source, size_t number) {
    struct text text = yaml_cut_line(&source);
    for (size_t i = 1; i < number; i++)
        text = yaml_cut_line(&source);
    return line_of(text, number);
}

static bool has_content(struct line line) {
    return line.indentation < line.text.size && line.text.data[line.indentation] != '#';
}

static bool is_item(struct line line) {
    return has_content(line) && line.text.data[line.indentation] == '-';
}

/* The next line with content above or below; number 0: none. */
static struct line line_above(struct text source, struct line line) {
    struct text above = {source.data, (size_t)(line.text.data - source.data)};
    while (above.size) {
        struct text text = yaml_cut_last_line(&above);
        line = line_of(text, line.number - 1);
        if (has_content(line))
            return line;
    }
    return (struct line){0};
}

static struct line line_below(struct text source, struct line line) {
    size_t begin = (size_t)(line.text.data - source.data);
    struct text below = {line.text.data, source.size - begin};
    yaml_cut_line(&below);
    while (below.size) {
        struct text text = yaml_cut_line(&below);
        line = line_of(text, line.number + 1);
        if (has_content(line))
            return line;
    }
    return (struct line){0};
}

/* Whether the key of a line is used elsewhere, but never with this indentation. */
static bool is_out_of_place(struct text source, struct line line) {
    struct text key = {line.text.data + line.indentation, 0};
    while (line.indentation + key.size < line.text.size && key.data[key.size] != ':')
        key.size++;
    bool elsewhere = false;
    for (struct line other = line_at(source, 1); other.number; other = line_below(source, other)) {
        struct text rest = {other.text.data + other.indentation,
                            other.text.size - other.indentation};
        if (other.number == line.number || !text_equal(text_cut(&rest, ':'), key))
            continue;
        if (other.indentation == line.indentation)
            return false;
        elsewhere = true;
    }
    return elsewhere;
}

/*
 * The line that causes an error because its indentation lies between that of two others; number 0:
 * unknown. Sets `*hint` to the advice.
 */
static struct line misplaced_line(const yaml_parser_t *parser, struct text source,
                                  const char **hint) {
    static const struct line none = {0};
    struct line problem = line_at(source, parser->problem_mark.line + 1);
    size_t column = parser->context_mark.column;
    if (!strstr(parser->context, "mapping") || parser->problem_mark.column <= column)
        return none;
    /* The last line in the column of the mapping that libyaml was reading. */
    struct line outer = line_above(source, problem);
    while (outer.number && outer.indentation > column)
        outer = line_above(source, outer);
    if (!outer.number || outer.indentation < column)
        return none;
    if (is_item(problem)) {
        struct line inner = line_below(source, outer);
        if (is_item(line_above(source, problem)))
            return none;
        *hint = "begin the line with \"- \", like the items below it";
        return inner.indentation > problem.indentation ? inner : none;
    }
    *hint = "give the line the indentation of those around it";
    struct line before = line_above(source, outer);
    bool found = before.number && before.indentation == parser->problem_mark.column &&
                 is_out_of_place(source, outer);
    return found ? outer : none;
}

/* Whether a key follows a list of one item: then the "- " of the item is one too many. */
static bool is_single_item(const yaml_parser_t *parser, struct text source) {
    struct line problem = line_at(source, parser->problem_mark.line + 1);
    size_t column = parser->context_mark.column;
    if (!strstr(parser->context, "collection") || parser->problem_mark.column < column ||
        is_item(problem))
        return false;
    struct line first = line_at(source, parser->context_mark.line + 1);
    if (!is_item(first) || !memchr(first.text.data, ':', first.text.size))
        return false;
    struct line line = line_below(source, first);
    while (line.number && line.number < problem.number &&
           !(is_item(line) && line.indentation == column))
        line = line_below(source, line);
    return line.number == problem.number;
}

/* Reports what YAML accepted before the error, but was probably not intended. */
static bool report_cause(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                         struct text source, const struct yaml_trail *trail) {
    size_t line = parser->problem_mark.line + 1;
    bool block = parser->context && (strstr(parser->context, "parsing a block"));
    const char *hint = NULL;
    struct line misplaced = {0};
    if (block)
        misplaced = misplaced_line(parser, source, &hint);
    if (trail->quoted.line && trail->quoted_end.line == line)
        diagnostics_add(diagnostics, trail->quoted,
                        "the string that begins here ends in line %zu, before invalid YAML: close "
                        "the quote where the string should end",
                        line);
    else if (trail->margin.line && block)
        diagnostics_add(diagnostics, trail->margin,
                        "not YAML: %s, in line %zu; \"%.*s\" is at the left margin, which is only "
                        "for sections: indent it",
                        parser->problem, line, TEXT_ARGUMENT(trail->margin_text));
    else if (block && is_single_item(parser, source))
        diagnostics_add(diagnostics, in_file(trail, location_of(parser->context_mark)),
                        "not YAML: %s, in line %zu; remove the \"- \" here, or add one there",
                        parser->problem, line);
    else if (misplaced.number)
        diagnostics_add(diagnostics,
                        (struct location){misplaced.number, misplaced.indentation + 1, trail->file},
                        "not YAML: %s, in line %zu; %s", parser->problem, line, hint);
    else
        return false;
    return true;
}

void yaml_problem_report(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                         struct text source, const struct yaml_trail *trail) {
    const char *problem = problem_of(parser);
    if (parser->error == YAML_READER_ERROR) {
        report_character(diagnostics, parser, source, trail);
        return;
    }
    if (report_cause(diagnostics, parser, source, trail))
        return;
    const char *hint = hint_for(parser, source);
    const char *separator = hint ? "; " : "";
    hint = hint ? hint : "";
    /*
     * An unclosed bracket or quote is reported where it opens, any other error where it was
     * detected.
     */
    bool unclosed = parser->context && !strstr(parser->context, "block") && !strstr(problem, "tab");
    if (unclosed)
        diagnostics_add(diagnostics, in_file(trail, location_of(parser->context_mark)),
                        "not YAML: %s: %s, in line %zu%s%s", parser->context, problem,
                        parser->problem_mark.line + 1, separator, hint);
    else if (parser->context)
        diagnostics_add(diagnostics, in_file(trail, location_of(parser->problem_mark)),
                        "not YAML: %s, %s, from line %zu on%s%s", problem, parser->context,
                        parser->context_mark.line + 1, separator, hint);
    else
        diagnostics_add(diagnostics, in_file(trail, location_of(parser->problem_mark)),
                        "not YAML: %s%s%s", problem, separator, hint);
}
