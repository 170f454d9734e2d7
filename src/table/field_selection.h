/* How the fields of answers are requested from an upstream: `fields` of an upstream. */
#ifndef O2S_TABLE_FIELD_SELECTION_H
#define O2S_TABLE_FIELD_SELECTION_H

#include "base/arena.h"
#include "base/text.h"

/* The names of members from the answer downwards, without lists; the first is the envelope. */
struct field_path {
    const struct text *names;
    size_t count;
};

/* `thing.owner`, a path from the answer; or `*.owner`, all paths with this end. */
struct field_pattern {
    struct text *names;
    size_t count;
    bool anywhere;
};

struct field_rule {
    struct field_pattern pattern;
    /* The fields that are requested instead of the member, or with it. */
    struct text *names;
    size_t count;
};

struct field_rules {
    struct field_rule *rules;
    size_t count;
};

struct field_selection {
    /* Relations that can only be requested as a whole: `*name`. */
    struct field_rules whole;
    /* Members that are requested as one field, whatever is read of them. */
    struct field_rules values;
    /* Members that are requested by other names. */
    struct field_rules as;
    /* Fields that must be requested in addition. */
    struct field_rules with;
    /*
     * The field to request of a relation of which only the presence is read; empty: the relation.
     */
    struct text key;
};

/*
 * The fields to request in order to read `path`, in the notation of the upstream; `selection` may
 * be NULL. The result is in `arena`.
 */
struct text field_selection_name(const struct field_selection *selection, struct arena *arena,
                                 struct field_path path);

/* Whether a rule specifies what to request in order to read `path`. */
bool field_selection_knows(const struct field_selection *selection, struct field_path path);

/* Whether the rule applies to `path` or to a member that contains it. */
bool field_rule_matches(const struct field_rule *rule, struct field_path path);

/* Splits "thing.parts.name" or "*.owner". Returns false if it is not a valid pattern. */
bool field_pattern_parse(struct arena *arena, struct text text, struct field_pattern *pattern);

#endif
