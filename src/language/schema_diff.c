#include "language/schema_diff.h"

#include "base/buffer.h"
#include "language/schema_types.h"
#include "json/writer.h"

/* Schemas that use themselves are compared so deep, and so many at most. */
enum { MAX_DEPTH = 10, BUDGET = 100000 };

static const struct schema nothing_asked;

struct comparison_of_schemas {
    struct changes *changes;
    const struct schema *old;
    const struct schema *new;
    struct text path;
    size_t depth;
    /* How many more schemas are compared. Shared. */
    size_t *budget;
};

static struct text member_path(struct arena *arena, struct text path, struct text name) {
    return text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(path), path.size ? "." : "",
                       TEXT_ARGUMENT(name));
}

static struct text shown(const struct comparison_of_schemas *comparison) {
    return comparison->path.size ? comparison->path : text_of("it");
}

static const char *type_text(const struct schema *schema) {
    static const char *const names[] = {
        [SCHEMA_ANY] = "any value",     [SCHEMA_STRING] = "a string",
        [SCHEMA_NUMBER] = "a number",   [SCHEMA_INTEGER] = "an integer",
        [SCHEMA_BOOLEAN] = "a boolean", [SCHEMA_ARRAY] = "a list",
        [SCHEMA_OBJECT] = "an object"};
    return names[schema->type];
}

static const char *format_text(const struct schema *schema) {
    static const char *const names[] = {
        [FORMAT_NONE] = "",
        [FORMAT_EMAIL] = "an e-mail address",
        [FORMAT_DATE] = "a date",
        [FORMAT_DATE_TIME] = "a date and time",
        [FORMAT_ISO8601] = "a date or time",
        [FORMAT_URI] = "an http or https address",
    };
    return names[schema->format];
}

static struct text json_text(struct arena *arena, struct value value) {
    struct buffer buffer = {0};
    json_write(&buffer, arena, value);
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}

static void diff_types(const struct comparison_of_schemas *comparison) {
    enum schema_type old = comparison->old->type;
    enum schema_type new = comparison->new->type;
    if (old == new)
        return;
    bool relaxed = new == SCHEMA_ANY || (old == SCHEMA_INTEGER && new == SCHEMA_NUMBER);
    changes_add(comparison->changes, !relaxed, "%.*s %s %s (%s before)",
                TEXT_ARGUMENT(shown(comparison)), relaxed ? "can be" : "must be",
                type_text(comparison->new), type_text(comparison->old));
}

/* Those of `all` that are not among `known`, as JSON with commas; empty if all are known. */
static struct text others(struct arena *arena, struct value all, struct value known) {
    struct text list = {"", 0};
    for (size_t i = 0; i < value_length(all); i++) {
        struct value value = value_item(arena, all, i);
        bool found = false;
        for (size_t j = 0; !found && j < value_length(known); j++)
            found = value_equal(value, value_item(arena, known, j));
        if (!found)
            list = text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(list), list.size ? ", " : "",
                               TEXT_ARGUMENT(json_text(arena, value)));
    }
    return list;
}

static void diff_enums(const struct comparison_of_schemas *comparison) {
    struct arena *arena = comparison->changes->arena;
    struct value old = comparison->old->allowed;
    struct value new = comparison->new->allowed;
    struct text path = shown(comparison);
    if (value_is_missing(old) && value_is_missing(new))
        return;
    if (value_is_missing(old)) {
        changes_add(comparison->changes, true, "%.*s must be one of %.*s", TEXT_ARGUMENT(path),
                    TEXT_ARGUMENT(json_text(arena, new)));
        return;
    }
    if (value_is_missing(new)) {
        changes_add(comparison->changes, false, "%.*s no longer has to be one of %.*s",
                    TEXT_ARGUMENT(path), TEXT_ARGUMENT(json_text(arena, old)));
        return;
    }
    struct text gone = others(arena, old, new);
    struct text added = others(arena, new, old);
    if (gone.size)
        changes_add(comparison->changes, true, "%.*s can no longer be %.*s", TEXT_ARGUMENT(path),
                    TEXT_ARGUMENT(gone));
    if (added.size)
        changes_add(comparison->changes, false, "%.*s can also be %.*s", TEXT_ARGUMENT(path),
                    TEXT_ARGUMENT(added));
}

/*
 * `tighter`: the order of the new to the old limit that refuses more: 1 for a minimum. `unit`
 * follows the limit.
 */
static void diff_limit(const struct comparison_of_schemas *comparison, struct value old,
                       struct value new, int tighter, const char *words, const char *unit) {
    struct arena *arena = comparison->changes->arena;
    struct text path = shown(comparison);
    int order = 0;
    struct text before = value_is_missing(old) ? text_of("") : json_text(arena, old);
    struct text now = value_is_missing(new) ? text_of("") : json_text(arena, new);
    if (!now.size && before.size)
        changes_add(comparison->changes, false, "%.*s no longer has to be %s %.*s%s",
                    TEXT_ARGUMENT(path), words, TEXT_ARGUMENT(before), unit);
    else if (!before.size && now.size)
        changes_add(comparison->changes, true, "%.*s must be %s %.*s%s", TEXT_ARGUMENT(path), words,
                    TEXT_ARGUMENT(now), unit);
    else if (now.size && value_order(new, old, &order) && order != 0)
        changes_add(comparison->changes, (order > 0) == (tighter > 0),
                    "%.*s must be %s %.*s%s (%.*s before)", TEXT_ARGUMENT(path), words,
                    TEXT_ARGUMENT(now), unit, TEXT_ARGUMENT(before));
}

static void diff_limits(const struct comparison_of_schemas *comparison) {
    const struct schema *old = comparison->old;
    const struct schema *new = comparison->new;
    diff_limit(comparison, old->minimum, new->minimum, 1, "at least", "");
    diff_limit(comparison, old->maximum, new->maximum, -1, "at most", "");
    diff_limit(comparison, old->min_length, new->min_length, 1, "at least", " characters long");
    diff_limit(comparison, old->max_length, new->max_length, -1, "at most", " characters long");
}

static void diff_strings(const struct comparison_of_schemas *comparison) {
    const struct schema *old = comparison->old;
    const struct schema *new = comparison->new;
    struct text path = shown(comparison);
    struct changes *changes = comparison->changes;
    if (!new->pattern.size && old->pattern.size)
        changes_add(changes, false, "%.*s no longer has to match %.*s", TEXT_ARGUMENT(path),
                    TEXT_ARGUMENT(old->pattern));
    else if (!text_equal(new->pattern, old->pattern))
        changes_add(changes, true, "%.*s must match %.*s", TEXT_ARGUMENT(path),
                    TEXT_ARGUMENT(new->pattern));
    if (!new->format && old->format)
        changes_add(changes, false, "%.*s no longer has to be %s", TEXT_ARGUMENT(path),
                    format_text(old));
    else if (new->format != old->format)
        changes_add(changes, true, "%.*s must be %s", TEXT_ARGUMENT(path), format_text(new));
    if (new->allows_empty != old->allows_empty)
        changes_add(changes, old->allows_empty, "%.*s %s", TEXT_ARGUMENT(path),
                    new->allows_empty ? "can be empty" : "is absent if it is empty");
    if (new->ignores_case != old->ignores_case)
        changes_add(changes, old->ignores_case, "%.*s %s", TEXT_ARGUMENT(path),
                    new->ignores_case ? "can be in upper or lower case"
                                      : "must be in the case that is listed");
    if (!text_equal(new->message, old->message))
        changes_add(changes, false, "%.*s: its message is %.*s (%.*s before)", TEXT_ARGUMENT(path),
                    TEXT_ARGUMENT(new->message.size ? new->message : text_of("not given")),
                    TEXT_ARGUMENT(old->message.size ? old->message : text_of("not given")));
}

static void diff_schemas(struct comparison_of_schemas comparison);

static void add_property(const struct comparison_of_schemas *comparison,
                         const struct schema_property *property) {
    struct text path = member_path(comparison->changes->arena, comparison->path, property->name);
    const char *type = property->schema->type ? type_text(property->schema) : "any value";
    changes_add(comparison->changes, property->required,
                property->required ? "%.*s is new and required: %s" : "%.*s is new: %s",
                TEXT_ARGUMENT(path), type);
}

static void diff_property(const struct comparison_of_schemas *comparison,
                          const struct schema_property *old, const struct schema_property *new) {
    struct comparison_of_schemas inner = *comparison;
    inner.path = member_path(comparison->changes->arena, comparison->path, new->name);
    inner.old = old->schema;
    inner.new = new->schema;
    if (old->required != new->required)
        changes_add(comparison->changes, new->required, "%.*s is %s now", TEXT_ARGUMENT(inner.path),
                    new->required ? "required" : "optional");
    diff_schemas(inner);
}

static void diff_properties(const struct comparison_of_schemas *comparison) {
    const struct schema *old = comparison->old;
    const struct schema *new = comparison->new;
    for (size_t i = 0; i < old->property_count; i++)
        if (!schema_find_property(new, old->properties[i].name))
            changes_add(comparison->changes, true, "%.*s is no longer read",
                        TEXT_ARGUMENT(member_path(comparison->changes->arena, comparison->path,
                                                  old->properties[i].name)));
    for (size_t i = 0; i < new->property_count; i++) {
        const struct schema_property *known = schema_find_property(old, new->properties[i].name);
        if (known)
            diff_property(comparison, known, &new->properties[i]);
        else
            add_property(comparison, &new->properties[i]);
    }
}

static void diff_alternatives(const struct comparison_of_schemas *comparison) {
    const struct schema *old = comparison->old;
    const struct schema *new = comparison->new;
    size_t common = old->alternative_count < new->alternative_count ? old->alternative_count
                                                                    : new->alternative_count;
    if (old->alternative_count != new->alternative_count)
        changes_add(comparison->changes,
                    !old->alternative_count || new->alternative_count < old->alternative_count,
                    "%.*s has %zu alternatives (%zu before)", TEXT_ARGUMENT(shown(comparison)),
                    new->alternative_count, old->alternative_count);
    for (size_t i = 0; i < common; i++) {
        struct comparison_of_schemas inner = *comparison;
        inner.old = old->alternatives[i];
        inner.new = new->alternatives[i];
        diff_schemas(inner);
    }
}

static void diff_schemas(struct comparison_of_schemas comparison) {
    comparison.old = comparison.old ? comparison.old : &nothing_asked;
    comparison.new = comparison.new ? comparison.new : &nothing_asked;
    if (++comparison.depth > MAX_DEPTH || !*comparison.budget)
        return;
    --*comparison.budget;
    diff_types(&comparison);
    diff_enums(&comparison);
    diff_limits(&comparison);
    diff_strings(&comparison);
    diff_alternatives(&comparison);
    diff_properties(&comparison);
    comparison.path =
        text_format(comparison.changes->arena, "%.*s[]", TEXT_ARGUMENT(comparison.path));
    if (comparison.old->items || comparison.new->items) {
        comparison.old = comparison.old->items;
        comparison.new = comparison.new->items;
        diff_schemas(comparison);
    }
}

void schema_diff(struct changes *changes, const struct schema *old, const struct schema *new) {
    /* Without a schema before, only the rules for the members of an object are new. */
    static const struct schema object = {.type = SCHEMA_OBJECT};
    size_t budget = BUDGET;
    if (!old && !new)
        return;
    diff_schemas((struct comparison_of_schemas){.changes = changes,
                                                .old = old ? old : &object,
                                                .new = new ? new : &object,
                                                .budget = &budget});
}
