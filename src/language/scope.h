/*
 * The names that expressions may use, while a table is loaded. Each `$name` is resolved to the
 * number of a slot here; at request time there are only numbers.
 */
#ifndef O2S_LANGUAGE_SCOPE_H
#define O2S_LANGUAGE_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diagnostics.h"
#include "base/text.h"
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
 * What a value is made of that comes from the environment: a bit for each setting with a variable
 * in it. Settings beyond the 63rd share bits; the last bit is for variables outside of settings.
 */
typedef uint64_t environment_set;
enum { ENVIRONMENT_SETTINGS = 63 };

/* A name that its author gives a value, at one place of the file; scopes may have it many times. */
struct watched_name {
    struct text name;
    struct location location;
    bool used;
    struct watched_name *next;
};

/* What the table defines: filled section by section, in the order of loading. */
struct definitions {
    struct arena *arena;
    struct diagnostics *diagnostics;
    /* The value of `$settings`, and of `$table`: the table's version. */
    struct value settings;
    struct value table;
    /* Of each setting, whether an expression reads it; NULL: not known. */
    bool *settings_used;
    struct watched_name *watched_names;
    /* The section `variables`, and the variables of the environment that are not as they must be.
     */
    struct declared_variable *variables;
    size_t variable_count;
    struct variable_problem *variable_problems;
    struct used_variable *used_variables;
    /* What was read lately of what comes from the environment: see environment_collect(). */
    environment_set environment;
    /* The same for each setting; as many as `settings_used`. */
    environment_set *setting_environments;
    /* The same for all headers of calls: there keys are. */
    environment_set header_environment;
    struct schema *schemas;
    size_t schema_count;
    struct mapper *mappers;
    size_t mapper_count;
    /* Whether a mapper calls itself, or others too deep: then no constant may be computed. */
    bool recursive;
    struct lookup *lookups;
    size_t lookup_count;
};

struct scope_name {
    struct text name;
    size_t slot;
    struct static_type type;
    /* A literal that the name always stands for; NULL: its value is known at a request only. */
    const struct expression *constant;
    /* NULL: it may be there for nothing. */
    struct watched_name *watched;
    /* Its members are header fields of the request. */
    bool has_fields;
    /* What of the environment its value may be made of. */
    environment_set environment;
    struct scope_name *next;
};

struct scope {
    struct definitions *definitions;
    struct scope_name *names;
    size_t slot_count;
    /* Steps with errors did not add their names: an unknown name may be one of them. */
    bool incomplete;
    /* What `.` is; NULL: there is no value at hand. */
    const struct static_type *current;
    /* Where the expressions are, for messages about names that are not visible there. */
    enum scope_kind { SCOPE_REQUEST, SCOPE_MAPPER, SCOPE_LOAD, SCOPE_EVAL } kind;
    /* SCOPE_LOAD: a setting, which can be a value of any kind. */
    bool is_setting;
};

/*
 * Adds a name and returns its slot. A name that is taken is reported, and still gets a slot of its
 * own, so that loading can go on.
 */
size_t scope_add(struct scope *scope, struct text name, struct static_type type,
                 struct location location);

/* Notes whether the name that was added last, at the location, is ever used. */
void scope_watch(struct scope *scope, struct location location);

/* NULL if there is no such name. */
struct scope_name *scope_find(const struct scope *scope, struct text name);

/* The first and the further bytes of a name. */
bool name_is_start(char c);
bool name_is_byte(char c);

/* Whether `name` can be one: a letter or `_`, then letters, digits, `_` and `-`. */
bool name_is_valid(struct text name);

#endif
