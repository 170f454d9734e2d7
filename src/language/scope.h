/*
 * The names that expressions can use, while a table is loaded. Each `$name` is resolved to the
 * number of a slot at load time; requests only use the numbers.
 */
#ifndef O2S_LANGUAGE_SCOPE_H
#define O2S_LANGUAGE_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diagnostics.h"
#include "base/text.h"
#include "language/name_set.h"
#include "language/static_type.h"

struct expression;
struct schema;
struct variable_problem;
struct declared_variable;

/* A variable of the environment that the table has read. */
struct used_variable {
    struct text name;
    struct used_variable *next;
};

struct mapper;
struct lookup;

/*
 * The parts of the environment on which a value depends: a bit for each setting with a variable.
 * Settings beyond the 63rd share bits; the last bit is for variables outside of settings.
 */
typedef uint64_t environment_set;
enum { ENVIRONMENT_SETTINGS = 63 };

/* A name that is defined at one place of the file; it may be added to several scopes. */
struct watched_name {
    struct text name;
    struct location location;
    bool used;
    struct watched_name *next;
};

/* The definitions of the table, added section by section in the order of loading. */
struct definitions {
    struct arena *arena;
    /* Where patterns are compiled; NULL: in `arena`. */
    struct arena *patterns;
    struct diagnostics *diagnostics;
    /* The value of `$settings`, and of `$table`, which has the version of the table. */
    struct value settings;
    struct value table;
    /* For each setting, whether an expression reads it; NULL: unknown. */
    bool *settings_used;
    /* The names of members in expressions and mappers. */
    struct name_set member_names;
    struct watched_name *watched_names;
    /*
     * The section `variables`, while a table is loaded, and the environment variables that are
     * missing or invalid.
     */
    struct declared_variable *variables;
    size_t variable_count;
    struct variable_problem *variable_problems;
    struct used_variable *used_variables;
    /* What has recently been read from the environment; see environment_collect(). */
    environment_set environment;
    /* The same for each setting; as many as in `settings_used`. */
    environment_set *setting_environments;
    /* The same for all headers of calls, which may contain keys. */
    environment_set header_environment;
    struct schema *schemas;
    size_t schema_count;
    struct mapper *mappers;
    size_t mapper_count;
    /* Whether mappers recurse or are nested too deeply: then no constant may be computed. */
    bool recursive;
    struct lookup *lookups;
    size_t lookup_count;
};

/* The copy of the name of a member that all expressions and mappers share, NUL-terminated. */
struct text definitions_member_name(struct definitions *definitions, struct text name);

struct scope_name {
    struct text name;
    size_t slot;
    struct static_type type;
    /* A literal that the name always refers to; NULL: its value is only known at request time. */
    const struct expression *constant;
    /* NULL: it may remain unused. */
    struct watched_name *watched;
    /* Its members are header fields of the request. */
    bool has_fields;
    /* The parts of the environment on which its value may depend. */
    environment_set environment;
    struct scope_name *next;
};

struct scope {
    struct definitions *definitions;
    struct scope_name *names;
    size_t slot_count;
    /* Whether a step had errors and did not add its names: an unknown name may be one of them. */
    bool incomplete;
    /* The type of `.`; NULL: `.` has no value. */
    const struct static_type *current;
    /* Where the expressions are, for messages about names that are not visible there. */
    enum scope_kind { SCOPE_REQUEST, SCOPE_MAPPER, SCOPE_LOAD, SCOPE_EVAL } kind;
    /* SCOPE_LOAD: a setting, which can have a value of any type. */
    bool is_setting;
};

/*
 * Adds a name and returns its slot. A name that is already defined is reported, and gets a slot
 * nevertheless, so that loading can continue.
 */
size_t scope_add(struct scope *scope, struct text name, struct static_type type,
                 struct location location);

/* Records whether the name that was added last, defined at the location, is ever used. */
void scope_watch(struct scope *scope, struct location location);

/* NULL if the name is unknown. */
struct scope_name *scope_find(const struct scope *scope, struct text name);

/* Whether a byte can be the first, or a further, byte of a name. */
bool name_is_start(char c);
bool name_is_byte(char c);

/* The name at the start of `text`; empty if it does not begin with one. */
struct text name_at_start(struct text text);

/* Whether `name` is valid: a letter or `_`, then letters, digits, `_` and `-`. */
bool name_is_valid(struct text name);

#endif
