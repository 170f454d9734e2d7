#include "language/form_build.h"

static const struct form any = {.kinds = TYPE_ANY, .optional = true, .open = true};

const struct form *form_any(void) {
    return &any;
}

struct form *form_new(struct arena *arena, unsigned kinds, bool optional) {
    struct form *form = arena_allocate(arena, sizeof *form);
    *form = (struct form){.kinds = kinds, .optional = optional, .open = kinds == TYPE_ANY};
    return form;
}

const struct form *form_of_kind(struct arena *arena, unsigned kinds) {
    return form_new(arena, kinds, false);
}

const struct form *form_with_optional(struct arena *arena, const struct form *form, bool optional) {
    if (form->optional == optional)
        return form;
    struct form *copy = form_new(arena, form->kinds, optional);
    *copy = *form;
    copy->optional = optional;
    return copy;
}

const struct form *form_optional(struct arena *arena, const struct form *form) {
    return form_with_optional(arena, form, true);
}

const struct form *form_list(struct arena *arena, const struct form *items, bool optional) {
    struct form *form = form_new(arena, TYPE_ARRAY, optional);
    form->items = items ? form_with_optional(arena, items, false) : NULL;
    return form;
}

const struct form *form_member(const struct form *form, struct text name) {
    for (const struct form_member *member = form->members; member; member = member->next)
        if (text_equal(member->name, name))
            return member->form;
    return NULL;
}

static struct form_member *find_member(const struct form_members *members, struct text name) {
    struct form_member *member = members->first;
    while (member && !text_equal(member->name, name))
        member = member->next;
    return member;
}

void form_set_member(struct form_members *members, struct text name, const struct form *form) {
    struct form_member *member = find_member(members, name);
    if (member) {
        member->form = form;
        return;
    }
    member = arena_allocate(members->arena, sizeof *member);
    *member = (struct form_member){.name = name, .form = form};
    if (members->last)
        members->last->next = member;
    else
        members->first = member;
    members->last = member;
}

void form_add_member(struct form_members *members, struct text name, const struct form *form) {
    const struct form_member *known = find_member(members, name);
    /* The earlier one stays where the later one is missing. */
    bool optional = known && known->form->optional && form->optional;
    form_set_member(members, name,
                    known ? form_with_optional(members->arena, form, optional) : form);
}

/* Choices. */

static const struct form_choice *add_choice(struct arena *arena, const struct form_choice *choices,
                                            struct value value) {
    const struct form_choice **end = &choices;
    for (; *end; end = (const struct form_choice **)&(*end)->next)
        if (value_equal((*end)->value, value))
            return choices;
    struct form_choice *added = arena_allocate(arena, sizeof *added);
    added->value = value;
    *end = added;
    return choices;
}

/* A constant of the table. */
const struct form *form_with_choice(struct arena *arena, const struct form *form,
                                    struct value value) {
    if (!form->kinds || form->kinds & ~(unsigned)TYPE_SCALAR || value_is_missing(value))
        return form;
    struct form *copy = arena_allocate(arena, sizeof *copy);
    *copy = *form;
    copy->choices = add_choice(arena, NULL, value);
    return copy;
}

/* Those of both; what is always missing adds nothing. */
static const struct form_choice *all_choices(struct arena *arena, const struct form *a,
                                             const struct form *b) {
    const struct form_choice *choices = NULL;
    if ((a->kinds && !a->choices) || (b->kinds && !b->choices))
        return NULL;
    for (const struct form_choice *choice = a->choices; choice; choice = choice->next)
        choices = add_choice(arena, choices, choice->value);
    for (const struct form_choice *choice = b->choices; choice; choice = choice->next)
        choices = add_choice(arena, choices, choice->value);
    return choices;
}

/* What is known of either of both besides its kind and members. */
static void join_details(struct arena *arena, struct form *form, const struct form *a,
                         const struct form *b) {
    form->choices = all_choices(arena, a, b);
    form->integer = (a->integer || !(a->kinds & TYPE_NUMBER)) &&
                    (b->integer || !(b->kinds & TYPE_NUMBER)) && form->kinds & TYPE_NUMBER;
    form->likely = (a->kinds == TYPE_ANY ? a->likely : a->kinds) |
                   (b->kinds == TYPE_ANY ? b->likely : b->kinds);
    form->schema = !a->kinds || a->schema == b->schema ? b->schema : NULL;
    form->mapper = !a->kinds || a->mapper == b->mapper ? b->mapper : NULL;
    if (!b->kinds) {
        form->schema = a->schema;
        form->mapper = a->mapper;
    }
}

const struct form *form_either(struct arena *arena, const struct form *a, const struct form *b) {
    struct form *form = form_new(arena, a->kinds | b->kinds, b->optional);
    struct form_members members = {.arena = arena};
    join_details(arena, form, a, b);
    bool both = a->kinds & TYPE_OBJECT && b->kinds & TYPE_OBJECT;
    for (const struct form_member *member = a->members; member; member = member->next) {
        const struct form *other = form_member(b, member->name);
        bool optional = member->form->optional || (both && (!other || other->optional));
        const struct form *one = other ? form_either(arena, member->form, other) : member->form;
        form_add_member(&members, member->name, form_with_optional(arena, one, optional));
    }
    for (const struct form_member *member = b->members; member; member = member->next)
        if (!form_member(a, member->name))
            form_add_member(&members, member->name,
                            both ? form_optional(arena, member->form) : member->form);
    form->members = members.first;
    form->open = a->open || b->open;
    form->items = a->items && b->items ? form_either(arena, a->items, b->items)
                  : a->items           ? a->items
                                       : b->items;
    return form;
}
