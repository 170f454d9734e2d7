#include "language/form_diff.h"

#include "base/buffer.h"
#include "json/writer.h"

/* `a string`, `a number or a list`; "" for any type. */
static const char *kinds_text(struct arena *arena, unsigned kinds) {
    if (!kinds)
        return "always missing";
    return kinds == TYPE_ANY ? "" : static_type_words(arena, kinds);
}

/* `data[].name`: where a member is. */
static struct text member_path(struct arena *arena, struct text path, struct text name) {
    return text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(path), path.size ? "." : "",
                       TEXT_ARGUMENT(name));
}

static struct text shown(struct text path) {
    return path.size ? path : text_of("the answer");
}

/* A literal as JSON, any other expression as it is written. */
static struct text expression_text(struct arena *arena, const struct expression *expression) {
    if (expression->kind != EXPRESSION_LITERAL)
        return expression->source;
    struct buffer buffer = {0};
    json_write(&buffer, arena, expression->literal);
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}

/* Whether its parts are compared one by one. */
static bool has_parts(const struct form *form) {
    return form->members || (form->items && form->items->members);
}

/* The same kind, but another value: only if both are computed by one expression. */
static void diff_expressions(struct changes *changes, struct text path, const struct form *old,
                             const struct form *new) {
    if (!old->expression || !new->expression)
        return;
    /* It is another one for every other table. */
    if (text_is(new->expression->source, "$table.version"))
        return;
    struct text before = expression_text(changes->arena, old->expression);
    struct text now = expression_text(changes->arena, new->expression);
    if (!text_equal(before, now))
        changes_add(changes, false, "%.*s is now %.*s (%.*s before)", TEXT_ARGUMENT(shown(path)),
                    TEXT_ARGUMENT(now), TEXT_ARGUMENT(before));
}

static void diff(struct changes *changes, struct text path, const struct form *old,
                 const struct form *new);

static void diff_members(struct changes *changes, struct text path, const struct form *old,
                         const struct form *new) {
    struct arena *arena = changes->arena;
    for (const struct form_member *member = old->members; member; member = member->next) {
        const struct form *other = form_member(new, member->name);
        struct text inner = member_path(arena, path, member->name);
        if (other)
            diff(changes, inner, member->form, other);
        else if (new->open)
            changes_add(changes, true, "%.*s is no longer written out: it can be gone",
                        TEXT_ARGUMENT(inner));
        else
            changes_add(changes, true, "%.*s is gone", TEXT_ARGUMENT(inner));
    }
    for (const struct form_member *member = new->members; member; member = member->next) {
        if (form_member(old, member->name))
            continue;
        const char *kinds = kinds_text(arena, member->form->kinds);
        changes_add(changes, false, "%.*s is new%s%s",
                    TEXT_ARGUMENT(member_path(arena, path, member->name)), *kinds ? ": " : "",
                    kinds);
    }
}

static void diff(struct changes *changes, struct text path, const struct form *old,
                 const struct form *new) {
    struct arena *arena = changes->arena;
    bool known = old->kinds != TYPE_ANY && new->kinds != TYPE_ANY;
    if (known && old->kinds != new->kinds) {
        /* Fewer kinds than before are what callers know already. */
        changes_add(changes, new->kinds & ~old->kinds, "%.*s is %s (%s before)",
                    TEXT_ARGUMENT(shown(path)), kinds_text(arena, new->kinds),
                    kinds_text(arena, old->kinds));
        return;
    }
    if (new->optional && !old->optional)
        changes_add(changes, true, "%.*s can be missing now", TEXT_ARGUMENT(shown(path)));
    else if (old->optional && !new->optional)
        changes_add(changes, false, "%.*s is always there now", TEXT_ARGUMENT(shown(path)));
    bool parts = has_parts(old) || has_parts(new);
    size_t count = changes->count;
    if (!parts)
        diff_expressions(changes, path, old, new);
    diff_members(changes, path, old, new);
    if (old->items && new->items)
        diff(changes, text_format(arena, "%.*s[]", TEXT_ARGUMENT(path)), old->items, new->items);
    /* The parts are alike, but of something else. */
    if (parts && changes->count == count)
        diff_expressions(changes, path, old, new);
}

void form_diff(struct changes *changes, const struct form *old, const struct form *new) {
    diff(changes, (struct text){"", 0}, old, new);
}
