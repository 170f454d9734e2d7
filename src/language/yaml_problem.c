#include "language/yaml_problem.h"

#include <string.h>

#include "base/count.h"

static struct location location_of(yaml_mark_t mark) {
    return (struct location){mark.line + 1, mark.column + 1};
}

/* What to do about an error of libyaml, by parts of its words; NULL: any words. */
static const struct {
    const char *problem;
    const char *context;
    /* The bytes at which it occurs; NULL: any. */
    const char *at;
    const char *hint;
} hints[] = {
    {"cannot start any token", NULL, "\t", "indent with blanks, not with tabs"},
    {"tab character", NULL, NULL, "indent with blanks, not with tabs"},
    {"cannot start any token", NULL, "|>,]}",
     "within { } and [ ] quote an expression that has one of , [ ] { } in it"},
    {"cannot start any token", NULL, NULL, "quote a string that begins with this character"},
    {"comment or line break", "block scalar", NULL,
     "write an expression that begins with a quote in parentheses, such as ('x' | upper), and "
     "quote a string that begins with | or >"},
    {"expected ',' or '}'", NULL, NULL,
     "close the brace, and within { } quote a string that has one of , [ ] { } in it"},
    {"expected ',' or ']'", NULL, NULL,
     "close the bracket, and within [ ] quote a string that has one of , [ ] { } in it"},
    {"mapping values are not allowed", NULL, NULL,
     "quote a string that has a colon and a blank in it, and begin a key in the column of the keys "
     "beside it"},
    {"expected ':'", NULL, NULL, "a key needs a colon and a blank behind it"},
    {NULL, "alias", NULL, "quote a string that begins with *"},
    {NULL, "anchor", NULL, "quote a string that begins with &"},
    {NULL, "tag", NULL, "quote a string that begins with !"},
    {"escape character", NULL, NULL,
     "within double quotes a backslash begins an escape: use single quotes, or two backslashes"},
    {"unexpected end of stream", "quoted", NULL, "close the quote"},
    {"expected key", "block", NULL, "begin each key in the column of the keys beside it"},
    {"expected '-'", "block", NULL, "begin each item in the column of the items beside it"},
    {"<document start>", NULL, NULL, "begin each key in the column of the keys beside it"},
};

static bool has_words(const char *text, const char *words) {
    return !words || (text && strstr(text, words));
}

/* The byte at a place of the source, NUL at its end. */
static char byte_at(struct text source, struct location location) {
    for (size_t line = 1; line < location.line; line++)
        text_cut(&source, '\n');
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

/* A byte that is not UTF-8, or a character that YAML does not allow. */
static void report_character(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                             struct text source) {
    size_t offset = parser->problem_offset < source.size ? parser->problem_offset : source.size;
    struct location location = {1, 1};
    for (size_t i = 0; i < offset; i++) {
        location.column += ((unsigned char)source.data[i] & 0xC0) != 0x80;
        if (source.data[i] == '\n')
            location = (struct location){location.line + 1, 1};
    }
    if (strstr(parser->problem, "control"))
        diagnostics_add(diagnostics, location,
                        "a control character (U+%04X) cannot be in a table: remove it",
                        (unsigned)parser->problem_value);
    else
        diagnostics_add(diagnostics, location, "not UTF-8 text: %s; save the file in UTF-8",
                        parser->problem);
}

/* The line `number` of the source, and how many blanks begin it. */
static struct text line_at(struct text source, size_t number, size_t *indentation) {
    struct text line = {"", 0};
    for (size_t i = 0; i < number; i++)
        line = text_cut(&source, '\n');
    *indentation = 0;
    while (*indentation < line.size && line.data[*indentation] == ' ')
        ++*indentation;
    return line;
}

static bool has_content(struct text line, size_t indentation) {
    return indentation < line.size && line.data[indentation] != '#' &&
           line.data[indentation] != '\r';
}

/* The next line with content from line `number` on, in steps of `step`, before line `end`. */
static size_t content_line(struct text source, size_t number, int step, size_t end,
                           size_t *indentation) {
    for (; number != end; number = step < 0 ? number - 1 : number + 1) {
        struct text line = line_at(source, number, indentation);
        if (has_content(line, *indentation))
            return number;
    }
    return 0;
}

/* The last line before the error in the column of the mapping or list that libyaml was in. */
static size_t outer_line(const yaml_parser_t *parser, struct text source) {
    size_t indentation = 0;
    size_t number = parser->problem_mark.line + 1;
    do
        number = content_line(source, number - 1, -1, parser->context_mark.line, &indentation);
    while (number && indentation > parser->context_mark.column);
    return indentation == parser->context_mark.column ? number : 0;
}

/* Whether the key of line `number` is used elsewhere, but nowhere else with this indentation. */
static bool is_out_of_place(struct text source, size_t number, size_t indentation) {
    size_t here = indentation;
    struct text line = line_at(source, number, &here);
    struct text key = {line.data + here, 0};
    while (here + key.size < line.size && key.data[key.size] != ':')
        key.size++;
    key.size++;
    bool elsewhere = false;
    for (size_t other = 1; source.size; other++) {
        struct text rest = line_at(source, 1, &here);
        text_cut(&source, '\n');
        if (other == number || rest.size < here + key.size ||
            memcmp(rest.data + here, key.data, key.size) != 0)
            continue;
        if (here == indentation)
            return false;
        elsewhere = true;
    }
    return elsewhere;
}

/*
 * The line that is the cause of an error in a line that belongs nowhere, as its indentation is
 * between two others. `*hint` is what to do; line 0: not known.
 */
static struct location misplaced_line(const yaml_parser_t *parser, struct text source,
                                      const char **hint) {
    size_t wanted = parser->problem_mark.column;
    size_t outer = outer_line(parser, source);
    size_t indentation = 0;
    if (!outer || wanted <= parser->context_mark.column)
        return (struct location){0, 0};
    bool mapping = strstr(parser->context, "mapping") != NULL;
    if (!mapping)
        return (struct location){0, 0};
    if (byte_at(source, location_of(parser->problem_mark)) == '-') {
        size_t next =
            content_line(source, outer + 1, 1, parser->problem_mark.line + 1, &indentation);
        *hint = "begin the line with \"- \", like the items below it";
        return (struct location){indentation > wanted ? next : 0, indentation + 1};
    }
    content_line(source, outer - 1, -1, parser->context_mark.line, &indentation);
    *hint = "give the line the indentation of those around it";
    bool found =
        indentation == wanted && is_out_of_place(source, outer, parser->context_mark.column);
    return (struct location){found ? outer : 0, parser->context_mark.column + 1};
}

/* Whether a key follows a list of one item: then the "- " of that is one too many. */
static bool is_single_item(const yaml_parser_t *parser, struct text source) {
    size_t indentation = 0;
    size_t items = 0;
    if (!parser->context || !strstr(parser->context, "collection") ||
        parser->problem_mark.column < parser->context_mark.column ||
        byte_at(source, location_of(parser->problem_mark)) == '-')
        return false;
    for (size_t i = parser->context_mark.line + 1; i <= parser->problem_mark.line; i++) {
        struct text line = line_at(source, i, &indentation);
        items += has_content(line, indentation) && line.data[indentation] == '-' &&
                 indentation == parser->context_mark.column;
    }
    struct text first = line_at(source, parser->context_mark.line + 1, &indentation);
    return items == 1 && memchr(first.data, ':', first.size);
}

/* What was read as YAML before, but hardly so meant. */
static bool report_cause(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                         struct text source, const struct yaml_trail *trail) {
    size_t line = parser->problem_mark.line + 1;
    bool block = parser->context && (strstr(parser->context, "parsing a block"));
    const char *hint = NULL;
    struct location misplaced = {0, 0};
    if (block)
        misplaced = misplaced_line(parser, source, &hint);
    if (trail->quoted.line && trail->quoted_end.line == line)
        diagnostics_add(diagnostics, trail->quoted,
                        "the quote that opens here is closed in line %zu, where no YAML follows: "
                        "close it where the string ends",
                        line);
    else if (trail->margin.line && block)
        diagnostics_add(diagnostics, trail->margin,
                        "not YAML: %s, in line %zu; \"%.*s\" is at the left margin, where only "
                        "sections begin: indent it",
                        parser->problem, line, TEXT_ARGUMENT(trail->margin_text));
    else if (is_single_item(parser, source))
        diagnostics_add(diagnostics, location_of(parser->context_mark),
                        "not YAML: %s, in line %zu; remove the \"- \" here, or put one there",
                        parser->problem, line);
    else if (misplaced.line)
        diagnostics_add(diagnostics, misplaced, "not YAML: %s, in line %zu; %s", parser->problem,
                        line, hint);
    else
        return false;
    return true;
}

void yaml_problem_report(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                         struct text source, const struct yaml_trail *trail) {
    const char *problem = parser->problem ? parser->problem : "cannot be read";
    if (parser->error == YAML_READER_ERROR) {
        report_character(diagnostics, parser, source);
        return;
    }
    if (report_cause(diagnostics, parser, source, trail))
        return;
    const char *hint = hint_for(parser, source);
    const char *separator = hint ? "; " : "";
    hint = hint ? hint : "";
    /* A bracket or quote that is not closed is best shown where it opens, any other error where it
     * was noticed. */
    bool unclosed = parser->context && !strstr(parser->context, "block") && !strstr(problem, "tab");
    if (unclosed)
        diagnostics_add(diagnostics, location_of(parser->context_mark),
                        "not YAML: %s: %s, in line %zu%s%s", parser->context, problem,
                        parser->problem_mark.line + 1, separator, hint);
    else if (parser->context)
        diagnostics_add(diagnostics, location_of(parser->problem_mark),
                        "not YAML: %s, %s, from line %zu on%s%s", problem, parser->context,
                        parser->context_mark.line + 1, separator, hint);
    else
        diagnostics_add(diagnostics, location_of(parser->problem_mark), "not YAML: %s%s%s", problem,
                        separator, hint);
}
