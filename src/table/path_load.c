#include <string.h>

#include "table/loader.h"

static const char empty_segment[] =
    "a segment of a path cannot be empty: remove one of the slashes";

static bool is_dot_segment(struct text segment) {
    return text_is(segment, ".") || text_is(segment, "..");
}

/* `:id` and `<id>`: parameters in the notation of other programs. */
static bool is_foreign_parameter(struct text segment) {
    bool marked = segment.size > 1 && (segment.data[0] == ':' || segment.data[0] == '<');
    return marked && name_is_start(segment.data[1]);
}

static bool is_hexadecimal(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool has_bad_percent(struct text text) {
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '%' && (i + 2 >= text.size || !is_hexadecimal(text.data[i + 1]) ||
                                    !is_hexadecimal(text.data[i + 2])))
            return true;
    return false;
}

static bool has_any(struct text text, const char *characters) {
    for (size_t i = 0; i < text.size; i++)
        if (strchr(characters, text.data[i]))
            return true;
    return false;
}

/* Paths of routes, which are compared with the decoded path of a request. */

static const char *segment_problem(struct text segment) {
    if (!segment.size)
        return empty_segment;
    if (is_dot_segment(segment))
        return "a segment of a path cannot be \".\" or \"..\": no request has such a segment";
    if (is_foreign_parameter(segment))
        return "write a parameter of a path as {name}";
    if (has_any(segment, "?#"))
        return "a path ends before its query: declare parameters under `query`";
    if (has_any(segment, "%"))
        return "a path is compared with the decoded path of a request: write the character itself";
    if (has_any(segment, "{}<>\"\\^`|"))
        return "a path cannot contain { } < > \" \\ ^ ` |; a parameter must be a whole segment: "
               "{name}";
    if (segment.size > 1 && segment.data[0] == '$')
        return "expressions are not supported here; write a parameter as {name}";
    return NULL;
}

const char *fixed_path_problem(struct text path) {
    const char *problem = NULL;
    if (path.size && path.data[0] == '/')
        text_cut(&path, '/');
    while (path.size && !problem)
        problem = segment_problem(text_cut(&path, '/'));
    return problem;
}

/* Paths of calls. */

/*
 * Whether call_build() would reject every call because of this part; a missing value may be set
 * later.
 */
static bool is_dead_end(const struct template_part *part) {
    struct text rest = part->literal;
    if (part->expression && part->expression->kind == EXPRESSION_LITERAL)
        return value_scalar_text(part->expression->literal, &rest) &&
               (!rest.size || is_dot_segment(rest));
    while (!part->expression && rest.size)
        if (is_dot_segment(text_cut(&rest, '/')))
            return true;
    return false;
}

static const char *fixed_part_problem(struct text part) {
    if (has_any(part, "?# "))
        return "a path cannot contain \"?\", \"#\" or a space: put parameters into `query`";
    if (!text_is_visible_ascii(part))
        return "a path must be ASCII: percent-encode other characters";
    if (has_bad_percent(part))
        return "\"%\" must be followed by two hexadecimal digits; write %25 for the character";
    if (memmem(part.data, part.size, "//", 2))
        return empty_segment;
    bool odd = has_any(part, "<>\"\\^`|");
    while (part.size)
        if (is_foreign_parameter(text_cut(&part, '/')))
            return "write a value in a path as {$path.name}";
    return odd ? "a path cannot contain < > \" \\ ^ ` |: percent-encode them" : NULL;
}

/* `.id` in a call with `each`, where it is a member of the item. */
static bool is_member(struct text segment) {
    return segment.size > 1 && segment.data[0] == '.' && name_is_start(segment.data[1]) &&
           !text_is(segment, ".well-known");
}

static bool has_member(struct text part) {
    while (part.size)
        if (is_member(text_cut(&part, '/')))
            return true;
    return false;
}

static const char *part_problem(const struct template_part *part) {
    struct text literal = part->literal;
    bool from_slash = !part->expression || part->next == NULL ||
                      (part->next->literal.size && part->next->literal.data[0] == '/');
    bool to_slash = part->expression || !part->next || literal.data[literal.size - 1] == '/';
    if (is_dead_end(part))
        return "a segment of a path cannot be empty, \".\" or \"..\"";
    if (!from_slash || !to_slash)
        return "a value in a path must be a whole segment: put slashes around the braces";
    return NULL;
}

/* A value in a path is a whole segment; it is never inserted into one. */
static void check_path(struct loader *loader, const struct yaml_node *node,
                       const struct template *path, bool is_item) {
    const char *problem = NULL;
    const struct template_part *first = path->parts;
    if (first && first->literal.size && first->literal.data[0] == '/')
        problem = empty_segment;
    for (const struct template_part *part = first; part && !problem; part = part->next)
        problem = part->expression ? NULL : fixed_part_problem(part->literal);
    for (const struct template_part *part = path->parts; part && !problem; part = part->next)
        problem = part_problem(part);
    for (const struct template_part *part = first; part && !problem && is_item; part = part->next)
        problem = has_member(part->literal) ? "write a member in a path as {.name}" : NULL;
    if (problem)
        diagnostics_add(loader->diagnostics, node->location, "%s", problem);
}

struct template *load_call_path(struct loader *loader, struct scope *scope,
                                const struct yaml_node *node, size_t offset) {
    struct template *path = template_load(scope, node, offset);
    if (path)
        check_path(loader, node, path, scope->current != NULL);
    return path;
}

/* Trailing slashes. */

static bool ends_with_slash(const struct step *step) {
    const struct template_part *last = step->path ? step->path->parts : NULL;
    while (last && last->next)
        last = last->next;
    return last && last->literal.size && last->literal.data[last->literal.size - 1] == '/';
}

/* The numbers of calls to the upstream with and without a trailing slash. */
struct endings {
    size_t with;
    size_t without;
};

static struct endings count_endings(const struct table *table, const struct upstream *upstream) {
    struct endings endings = {0, 0};
    for (size_t i = 0; i < table->route_count; i++)
        for (size_t j = 0; j < table->routes[i].step_count; j++) {
            const struct step *step = &table->routes[i].steps[j];
            bool slash = ends_with_slash(step);
            endings.with += step->upstream == upstream && slash;
            endings.without += step->upstream == upstream && !slash;
        }
    return endings;
}

static void warn_endings(struct loader *loader, const struct upstream *upstream) {
    const struct table *table = loader->table;
    for (size_t i = 0; i < table->route_count; i++)
        for (size_t j = 0; j < table->routes[i].step_count; j++) {
            const struct step *step = &table->routes[i].steps[j];
            if (step->upstream == upstream && ends_with_slash(step))
                diagnostics_warn(loader->diagnostics, step->location,
                                 "this path ends with a slash, unlike most others of the upstream: "
                                 "remove it if it is unintended");
        }
}

void warn_slashes(struct loader *loader) {
    const struct table *table = loader->table;
    for (size_t i = 0; i < table->upstream_count; i++) {
        struct endings endings = count_endings(table, &table->upstreams[i]);
        if (endings.with && endings.with < endings.without)
            warn_endings(loader, &table->upstreams[i]);
    }
}
