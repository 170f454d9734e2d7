#include "table/field_selection.h"

static bool is_same(const struct text *a, const struct text *b, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!text_equal(a[i], b[i]))
            return false;
    return true;
}

/*
 * The length of the part of the path, from its beginning, that the pattern matches; 0: it does not
 * match.
 */
static size_t matched(const struct field_pattern *pattern, struct field_path path) {
    size_t count = pattern->count;
    if (!pattern->anywhere)
        return count <= path.count && is_same(pattern->names, path.names, count) ? count : 0;
    for (size_t end = path.count; end > count; end--)
        if (is_same(pattern->names, path.names + end - count, count))
            return end;
    return 0;
}

/*
 * The rule that matches the longest part of the path, and the length of that part; NULL: no rule
 * matches.
 */
static const struct field_rule *longest(const struct field_rules *rules, struct field_path path,
                                        size_t *size) {
    const struct field_rule *best = NULL;
    *size = 0;
    for (size_t i = 0; i < rules->count; i++) {
        size_t own = matched(&rules->rules[i].pattern, path);
        if (own > *size) {
            best = &rules->rules[i];
            *size = own;
        }
    }
    return best;
}

/* The first `count` names below the envelope, separated by dots. */
static struct text joined(struct arena *arena, const char *prefix, struct field_path path,
                          size_t count) {
    struct text text = text_of(prefix);
    for (size_t i = 1; i < count; i++)
        text = text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(text), i > 1 ? "." : "",
                           TEXT_ARGUMENT(path.names[i]));
    return text;
}

struct text field_selection_name(const struct field_selection *selection, struct arena *arena,
                                 struct field_path path) {
    static const struct field_selection no_rules;
    if (!selection)
        selection = &no_rules;
    size_t whole, as, value;
    longest(&selection->whole, path, &whole);
    const struct field_rule *other = longest(&selection->as, path, &as);
    longest(&selection->values, path, &value);
    if (other && as >= whole)
        return other->names[0];
    if (whole)
        return joined(arena, "*", path, whole);
    return joined(arena, "", path, value ? value : path.count);
}

bool field_selection_knows(const struct field_selection *selection, struct field_path path) {
    size_t size;
    return selection &&
           (longest(&selection->whole, path, &size) || longest(&selection->as, path, &size) ||
            longest(&selection->values, path, &size));
}

bool field_rule_matches(const struct field_rule *rule, struct field_path path) {
    return matched(&rule->pattern, path) > 0;
}

bool field_pattern_parse(struct arena *arena, struct text text, struct field_pattern *pattern) {
    size_t capacity = 1;
    for (size_t i = 0; i < text.size; i++)
        capacity += text.data[i] == '.';
    *pattern = (struct field_pattern){
        .names = arena_allocate_array(arena, capacity, sizeof *pattern->names)};
    struct text rest = text;
    for (size_t i = 0; i < capacity; i++) {
        struct text name = text_cut(&rest, '.');
        if (i == 0 && text_is(name, "*"))
            pattern->anywhere = true;
        else if (name.size && !memchr(name.data, '*', name.size) && text_is_visible_ascii(name))
            pattern->names[pattern->count++] = name;
        else
            return false;
    }
    return capacity > 1;
}
