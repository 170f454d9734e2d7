/* How forms are made, for form.c, which finds those of expressions, and form_schema.c. */
#ifndef O2S_LANGUAGE_FORM_BUILD_H
#define O2S_LANGUAGE_FORM_BUILD_H

#include "language/form.h"

/* Deeper than tables are; beyond it everything is of any form. */
enum { FORM_MAX_DEPTH = 100 };

/* A list of members under construction. */
struct form_members {
    struct arena *arena;
    struct form_member *first;
    struct form_member *last;
};

/* A new form in the arena of which nothing else is known. */
struct form *form_new(struct arena *arena, unsigned kinds, bool optional);

/* The form itself, or a copy, that is optional or not. */
const struct form *form_with_optional(struct arena *arena, const struct form *form, bool optional);

/* A list of such items; NULL: of any. */
const struct form *form_list(struct arena *arena, const struct form *items, bool optional);

/* Adds a member, or replaces the one of that name. */
void form_set_member(struct form_members *members, struct text name, const struct form *form);

/* The same for one that is written after the others: where it is missing, the earlier one stays. */
void form_add_member(struct form_members *members, struct text name, const struct form *form);

/* The form of a scalar that is this constant of the table; any other form remains as it is. */
const struct form *form_with_choice(struct arena *arena, const struct form *form,
                                    struct value value);

#endif
