/* What the parts of the table's loader share: table_load.c, steps_load.c and their like. */
#ifndef O2S_TABLE_LOADER_H
#define O2S_TABLE_LOADER_H

#include "http/field.h"
#include "table/keywords.h"
#include "table/table.h"

struct flow {
    struct text name;
    struct text *parameters;
    size_t parameter_count;
    const struct yaml_node *steps;
    bool used;
    /* Being inlined right now: using it again would never end. */
    bool open;
};

/* A call as it is written in the table; several routes may have it, by way of a flow. */
struct call_site {
    struct location location;
    struct text name;
    bool is_get;
    bool used;
    struct call_site *next;
};

struct loader {
    struct table *table;
    struct definitions *definitions;
    struct diagnostics *diagnostics;
    struct arena *arena;
    /* Names that every request has. */
    struct scope common_scope;
    struct flow *flows;
    size_t flow_count;
    /* A `use` has an error: which flow it uses is not known. */
    bool unknown_use;
    struct call_site *call_sites;
};

/*
 * Reports each key of `node` that is not among `known`, as yaml_check_key() does;
 * `what` names the thing ("a route"). False, with a message, if the node is no mapping at all.
 */
bool loader_check_keys(struct loader *loader, const struct yaml_node *node, const char *what,
                       const struct keyword *known);

/* A string without expressions; reports anything else. */
struct text loader_text(struct loader *loader, const struct yaml_node *node, const char *what);

/* "10s", "500ms" in milliseconds; "64 KiB", "1 MiB" in bytes. 0 after an error. */
long loader_duration(struct loader *loader, const struct yaml_node *node);
size_t loader_size(struct loader *loader, const struct yaml_node *node);

/* Replaces the default by a duration; NULL, or an error, leaves it. */
void loader_replace_duration(struct loader *loader, const struct yaml_node *node,
                             long *milliseconds);

/*
 * `deadline`: replaces the default by a duration of at most 10 minutes; NULL, or an error, leaves
 * it.
 */
void loader_replace_deadline(struct loader *loader, const struct yaml_node *node,
                             long *milliseconds);

/* A header's name in lower case; reports one that cannot be set in that place. */
struct text loader_header_name(struct loader *loader, struct location location, struct text name,
                               enum field_place place);

/* Reports a name, in lower case, that no request can bring a header of. */
void loader_check_received(struct loader *loader, struct location location, struct text name);

/*
 * A mapping of names to templates; the names become lower case. What is known of a value now must
 * be valid.
 */
struct named_template *loader_headers(struct loader *loader, struct scope *scope,
                                      const struct yaml_node *node, enum field_place place,
                                      size_t *count);

/* Reports headers of an answer for which there is no room beside the program's own. */
void loader_check_answer_headers(struct loader *loader, struct location location, size_t count);

/*
 * `let`: adds each name to the scope, once its value is loaded. `always`: it is carried out at
 * every request, so that a name with a constant value stands for that wherever it is used.
 */
struct named_shape *loader_names(struct loader *loader, struct scope *scope,
                                 const struct yaml_node *node, bool always, size_t *count);

/* server_load.c: `server`, `common` and `upstreams`; each reports its errors. */
void load_server(struct loader *loader, const struct yaml_node *section);
void load_common(struct loader *loader, const struct yaml_node *section);
void load_upstreams(struct loader *loader, const struct yaml_node *section);

/* `retry` of an upstream or a call: a list of statuses from 400 to 599, which may be empty. */
struct retry load_retry(struct loader *loader, const struct yaml_node *node);

/* each_load.c: `each` and `limit` of the call `node`; `.` is the item in the rest of it. */
void load_each(struct loader *loader, struct scope *scope, struct step *step,
               const struct yaml_node *node);

/* breaker_load.c: the `breaker` of an upstream. */
void load_breaker(struct loader *loader, struct upstream *upstream, const struct yaml_node *node);

/* fields_load.c: the `fields` of an upstream. */
void load_fields(struct loader *loader, struct upstream *upstream, const struct yaml_node *node);

/*
 * confinement.c: `only` and `public` of the call `node`, whose query and headers are loaded
 * already; `public` of an upstream whose headers are, and which may be NULL.
 */
void load_confinement(struct loader *loader, struct scope *scope, struct step *step,
                      const struct yaml_node *node);
void load_upstream_public(struct loader *loader, struct upstream *upstream,
                          const struct yaml_node *node);
/*
 * Reports the calls whose answers may be of other callers. The usage of each answer is known
 * already.
 */
void plan_confinement(struct loader *loader, struct arena *scratch, const struct route *route);

/* steps_load.c: `flows`, and a route's steps. */
void load_flows(struct loader *loader, const struct yaml_node *section);
void load_steps(struct loader *loader, struct scope *scope, struct route *route,
                const struct yaml_node *node);

/* answer_load.c: the `answer` of a route, and errors; NULL after an error of the table. */
void load_answer(struct loader *loader, struct scope *scope, struct answer *answer,
                 const struct yaml_node *node);
struct error_response *load_error_response(struct loader *loader, struct scope *scope,
                                           const struct yaml_node *node);
/* The position of the key that names a call, the first that is no option; the count if none does.
 */
size_t call_name_key(const struct yaml_node *step);
/* Whether a scalar has the form `STATUS message`. */
bool is_error_response(const struct yaml_node *node);

/*
 * unused.c: reports, as warnings, what the table defines and nothing uses; `settings` is that
 * section, or NULL.
 */
void warn_unused(struct loader *loader, const struct yaml_node *settings);

/* spelling.c: reports, as warnings, names of members that are probably slips. */
void warn_spelling(struct loader *loader, const struct yaml_node *root);

/*
 * path_load.c: what keeps requests from having a path that is fixed, of a route or the server's
 * prefix; NULL: nothing. And the path of a call, from byte `offset` of the scalar on; NULL after an
 * error.
 */
const char *fixed_path_problem(struct text path);
struct template *load_call_path(struct loader *loader, struct scope *scope,
                                const struct yaml_node *node, size_t offset);

/* Warns of calls with a slash at the end where most of their upstream's calls have none. */
void warn_slashes(struct loader *loader);

/*
 * caching_load.c: `cache` in a route, and its defaults in `common`. The route's method, body and
 * answer are loaded already.
 */
void load_freshness(struct loader *loader, const struct yaml_node *node,
                    struct freshness *freshness);
void load_caching(struct loader *loader, struct route *route, const struct yaml_node *node);
/* Headers of an answer; reports those that only `cache` may set. */
struct named_template *load_answer_headers(struct loader *loader, struct scope *scope,
                                           const struct yaml_node *node, size_t *count);
/*
 * What a route with `cache` says in Vary; `headers` is what is used of the request's headers,
 * `uses_now` whether the time of the request is.
 */
void plan_caching(struct loader *loader, struct route *route, const struct projection *headers,
                  bool uses_now);

/* plan.c: which calls run concurrently, and what is used of each answer. */
void plan_batches(struct loader *loader, struct route *route);
void plan_usage(struct loader *loader, struct route *route);
void plan_origins(struct loader *loader, struct route *route);

/*
 * derived_fields.c: what `list`, a parameter of the call `step`, asks for. All of the route has
 * been analysed.
 */
void derive_fields(struct loader *loader, struct usage_analysis *analysis,
                   const struct route *route, const struct step *step, struct field_list *list);

#endif
