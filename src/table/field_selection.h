/* How the fields of an answer are selected at an upstream: `fields` of an upstream. */
#ifndef O2S_TABLE_FIELD_SELECTION_H
#define O2S_TABLE_FIELD_SELECTION_H

#include "base/arena.h"
#include "base/text.h"

/* The names of members from the answer down, without lists; the first is the envelope's. */
struct field_path {
    const struct text *names;
    size_t count;
};

/* `thing.owner`, a path from the answer; or `*.owner`, all paths that end so. */
struct field_pattern {
    struct text *names;
    size_t count;
    bool anywhere;
};

struct field_rule {
    struct field_pattern pattern;
    /* What is asked for in its place, or with it. */
    struct text *names;
    size_t count;
};

struct field_rules {
    struct field_rule *rules;
    size_t count;
};

struct field_selection {
    /* Relations that are given as a whole only: `*name`. */
    struct field_rules whole;
    /* Members that are one field, whatever is read of them. */
    struct field_rules values;
    /* What is asked for by other names. */
    struct field_rules as;
    /* What has to be asked for too. */
    struct field_rules with;
    /* What a relation is asked for of which only the presence is read; empty: the relation. */
    struct text key;
};

/*
 * What has to be asked for to read `path`, as it is written to the upstream; `selection` may be
 * NULL. The result is in `arena`.
 */
struct text field_selection_name(const struct field_selection *selection, struct arena *arena,
                                 struct field_path path);

/* Whether a rule says what is asked for to read `path`. */
bool field_selection_knows(const struct field_selection *selection, struct field_path path);

/* Whether `path`, or something that it is below, is what the rule is about. */
bool field_rule_matches(const struct field_rule *rule, struct field_path path);

/* Splits "thing.parts.name" or "*.owner"; false if it is no pattern. */
bool field_pattern_parse(struct arena *arena, struct text text, struct field_pattern *pattern);

#endif
