/*
 * The internal interface between the files of the table's loader: table_load.c, steps_load.c and
 * others.
 */
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
    /* Whether it is being inlined; using it again would not terminate. */
    bool open;
};

/* A call as written in the table; several routes may share it through a flow. */
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
    /* What is not needed afterwards. */
    struct arena *loading;
    /* The names that every request has. */
    struct scope common_scope;
    struct flow *flows;
    size_t flow_count;
    /* Whether a `use` has an error, so that it is unknown which flow it uses. */
    bool unknown_use;
    struct call_site *call_sites;
};

/*
 * Reports each key of `node` that is not among `known`, as yaml_check_key() does; `what` names the
 * mapping ("a route"). Returns false, after reporting it, if the node is not a mapping.
 */
bool loader_check_keys(struct loader *loader, const struct yaml_node *node, const char *what,
                       const struct keyword *known);

/* A string without expressions; any other value is reported. */
struct text loader_text(struct loader *loader, const struct yaml_node *node, const char *what);

/* Reports an unknown method that resembles a known one; false if it does not resemble any. */
bool loader_suggest_method(struct loader *loader, struct location location, struct text name);

/* "10s" or "500ms" in milliseconds; "64 KiB" or "1 MiB" in bytes. 0 after an error. */
long loader_duration(struct loader *loader, const struct yaml_node *node);
size_t loader_size(struct loader *loader, const struct yaml_node *node);

/*
 * Replaces the default by an integer from `minimum` to `maximum`. If the node is NULL or a setting
 * is not set, the default is kept. Returns false after reporting another value, with `expected` as
 * the message.
 */
bool loader_replace_integer(struct loader *loader, const struct yaml_node *node, long minimum,
                            long maximum, const char *expected, long *integer);

/* Replaces the default by a duration. If the node is NULL or has an error, the default is kept. */
void loader_replace_duration(struct loader *loader, const struct yaml_node *node,
                             long *milliseconds);

/*
 * `deadline`: replaces the default by a duration of at most 10 minutes. If the node is NULL or has
 * an error, the default is kept.
 */
void loader_replace_deadline(struct loader *loader, const struct yaml_node *node,
                             long *milliseconds);

/* The name of a header in lower case; reports a name that cannot be set in this place. */
struct text loader_header_name(struct loader *loader, struct location location, struct text name,
                               enum field_place place);

/* Reports a name, in lower case, that no header of a request can have. */
void loader_check_received(struct loader *loader, struct location location, struct text name);

/*
 * Loads a mapping of names to templates; converts the names to lower case. Reports parts of a value
 * that are known now and invalid.
 */
struct named_template *loader_headers(struct loader *loader, struct scope *scope,
                                      const struct yaml_node *node, enum field_place place,
                                      size_t *count);

/* Reports headers of an answer that exceed the space next to the headers of the program. */
void loader_check_answer_headers(struct loader *loader, struct location location, size_t count);

/*
 * `let`: adds each name to the scope after its value is loaded. `always`: it is executed for every
 * request, so that a name with a constant value can be replaced by that value.
 */
struct named_shape *loader_names(struct loader *loader, struct scope *scope,
                                 const struct yaml_node *node, bool always, size_t *count);

/* server_load.c: `server`, `common` and `upstreams`; each reports its errors. */
void load_server(struct loader *loader, const struct yaml_node *section);
void load_common(struct loader *loader, const struct yaml_node *section);
void load_upstreams(struct loader *loader, const struct yaml_node *section);

/* `retry` of an upstream or a call: a list of status codes from 400 to 599, which may be empty. */
struct retry load_retry(struct loader *loader, const struct yaml_node *node);

/*
 * The upstream called `node` if it is above `upstream` and has what `has` tests; `what` is the name
 * of that in the message. NULL after an error.
 */
const struct upstream *loader_upstream_above(struct loader *loader, const struct upstream *upstream,
                                             const struct yaml_node *node,
                                             bool (*has)(const struct upstream *upstream),
                                             const char *what);

/* each_load.c: `each` and `limit` of the call `node`; `.` is the item in the rest of the call. */
void load_each(struct loader *loader, struct scope *scope, struct step *step,
               const struct yaml_node *node);

/* breaker_load.c: the `breaker` of an upstream. */
void load_breaker(struct loader *loader, struct upstream *upstream, const struct yaml_node *node);

/* fields_load.c: the `fields` of an upstream. */
void load_fields(struct loader *loader, struct upstream *upstream, const struct yaml_node *node);

/*
 * confinement.c: `only` and `public` of the call `node`, whose query and headers are already
 * loaded, and `public` of an upstream (NULL: absent), whose headers are already loaded.
 */
void load_confinement(struct loader *loader, struct scope *scope, struct step *step,
                      const struct yaml_node *node);
void load_upstream_public(struct loader *loader, struct upstream *upstream,
                          const struct yaml_node *node);
/*
 * The credential (see field.h) that a call sends with a value of the request, such as authorization
 * with `Bearer {$headers.x-token}`: then the upstream knows the caller as if it was forwarded.
 * Empty: it sends none. The origins of the route's names must be known.
 */
struct text credential_of_request(const struct route *route, const struct step *call);
/*
 * Reports calls whose answers may contain data of other callers. The usage of each answer and the
 * origins of the route's names must be known.
 */
void plan_confinement(struct loader *loader, struct arena *scratch, const struct route *route);

/* steps_load.c: `flows`, and the steps of a route. */
void load_flows(struct loader *loader, const struct yaml_node *section);
void load_steps(struct loader *loader, struct scope *scope, struct route *route,
                const struct yaml_node *node);
/* The position of the key that names a call, the first that is no option; the count if none does.
 */
size_t call_name_key(const struct yaml_node *step);

/* answer_load.c: the `answer` of a route, and errors; NULL after an error in the table. */
void load_answer(struct loader *loader, struct scope *scope, struct answer *answer,
                 const struct yaml_node *node);
struct error_response *load_error_response(struct loader *loader, struct scope *scope,
                                           const struct yaml_node *node);

/*
 * unused.c: warns of definitions of the table that are not used; `settings` is that section, or
 * NULL.
 */
void warn_unused(struct loader *loader, const struct yaml_node *settings);

/* spelling.c: warns of names of members that are probably misspelled. */
void warn_spelling(struct loader *loader, const struct yaml_node *root);

/*
 * path_load.c. fixed_path_problem(): why no request can have a fixed path of a route or of the
 * server's prefix; NULL: there is no problem. load_call_path(): the path of a call, starting at
 * byte `offset` of the scalar; NULL after an error.
 */
const char *fixed_path_problem(struct text path);
struct template *load_call_path(struct loader *loader, struct scope *scope,
                                const struct yaml_node *node, size_t offset);

/* Warns of calls with a trailing slash if most calls to the same upstream do not. */
void warn_slashes(struct loader *loader);

/*
 * caching_load.c: `cache` in a route, and its defaults in `common`. The method, body and answer of
 * the route are already loaded.
 */
void load_freshness(struct loader *loader, const struct yaml_node *node,
                    struct freshness *freshness);
void load_caching(struct loader *loader, struct route *route, const struct yaml_node *node);
/* The headers of an answer; reports those that only `cache` may set. */
struct named_template *load_answer_headers(struct loader *loader, struct scope *scope,
                                           const struct yaml_node *node, size_t *count);
/*
 * Determines the header Vary of a route with `cache`, and reports what makes its answers the
 * caller's own. The origins of its names must be known. `headers` are the request headers that it
 * uses, `uses_now` is whether it uses the time of the request.
 */
void plan_caching(struct loader *loader, struct route *route, const struct projection *headers,
                  bool uses_now);

/* plan.c: which calls run concurrently, and what is used of each answer. */
void plan_batches(struct loader *loader, struct route *route);
void plan_usage(struct loader *loader, struct route *route);
void plan_message_usage(struct loader *loader, struct upstream *upstream);
void plan_origins(struct loader *loader, struct route *route);

/*
 * derived_fields.c: the fields that `list`, a parameter of the call `step`, requests. The route
 * must be completely analysed.
 */
void derive_fields(struct loader *loader, struct usage_analysis *analysis,
                   const struct route *route, const struct step *step, struct field_list *list);

#endif
