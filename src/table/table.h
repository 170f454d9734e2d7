/*
 * The route table: the content of routes.yaml, checked and resolved. It is loaded once, is
 * immutable, and is freed as a whole.
 */
#ifndef O2S_TABLE_TABLE_H
#define O2S_TABLE_TABLE_H

#include "http/router.h"
#include "language/field_usage.h"
#include "language/query.h"
#include "language/schema.h"
#include "language/template.h"
#include "table/breaker_policy.h"
#include "table/field_selection.h"

/* The first slots of every scope; the names of the route follow those of `common`. */
enum { SLOT_HEADERS, SLOT_NOW };

/* The default and the maximum of `limit`, the number of calls of a step with `each`. */
enum { EACH_DEFAULT_LIMIT = 20, EACH_MAX_LIMIT = 1000 };

struct named_template {
    struct text name;
    struct template *template;
    /* The parts of the environment on which it may depend: it may be a key. */
    environment_set environment;
};

struct named_shape {
    struct text name;
    size_t slot;
    struct shape *shape;
    environment_set environment;
};

/*
 * An error of the upstream that is passed on: its status, and the status for the caller, which is
 * usually the same.
 */
struct status_mapping {
    int from;
    int to;
};

/* Status codes after which a call is repeated once; not given: another list applies. */
struct retry {
    bool given;
    int *statuses;
    size_t count;
};

struct upstream {
    struct text name;
    /*
     * Without a trailing slash; `origin` is its scheme and host, `path` its path: "" or "/store".
     */
    struct text url;
    struct text origin;
    struct text path;
    /* Request headers that are forwarded unchanged. */
    struct text *forward;
    size_t forward_count;
    struct named_template *headers;
    size_t header_count;
    long timeout_ms;
    long connect_timeout_ms;
    size_t max_response;
    /* The maximum size of a body sent to it; 0: no limit. */
    size_t max_request;
    /* Status codes that are passed on to the caller; any other failure becomes 502. */
    struct status_mapping *statuses;
    size_t status_count;
    /* Where the body of such an answer has the message; NULL: nowhere. */
    struct expression *message;
    /* What the message reads of the body. */
    struct projection message_usage;
    /* For a GET with the caller's credentials. */
    struct retry retry;
    /* How fields of its answers are requested; NULL: by their plain names. */
    const struct field_selection *fields;
    /* Whether its answers are the same for everyone. */
    bool is_public;
    /* NULL: calls are never suspended. Several upstreams may share a breaker. */
    const struct breaker_policy *breaker;
};

/* `STATUS message`: an error that ends a request, or an answer that is always an error. */
struct error_response {
    int status;
    struct template *message;
};

struct catch {
    struct location location;
    int status;
    /* NULL: the result of the call is missing, and execution continues. */
    struct error_response *error;
};

/* `only`: the part of an answer that may be used. */
struct confinement {
    /* The member of the answer to which the condition applies; empty: the answer itself. */
    struct text member;
    /* Holds for objects that the caller may see; in a list, it is evaluated for each object. */
    struct expression *condition;
};

enum step_kind { STEP_CALL, STEP_LET, STEP_REQUIRE };

struct step {
    enum step_kind kind;
    struct location location;
    /* Its condition; NULL: always. */
    struct expression *when;

    /* STEP_CALL */
    struct text name;
    size_t slot;
    const char *method;
    const struct upstream *upstream;
    struct template *path;
    struct query_parameter *query;
    size_t query_count;
    struct named_template *headers;
    size_t header_count;
    /* NULL: no body is sent. */
    struct shape *body;
    struct catch *catches;
    size_t catch_count;
    bool optional;
    /* Replaces that of the upstream, and applies to any method, with or without credentials. */
    struct retry retry;
    /* 0: that of the upstream. */
    long timeout_ms;
    /* One call for each of its items; NULL: one call. */
    struct expression *each;
    /* The maximum number of items of `each`. */
    size_t limit;
    struct confinement *only;
    size_t only_count;
    /* Whether the answer is the same for everyone. */
    bool is_public;
    struct projection *usage;

    /*
     * STEP_CALL, STEP_LET: the first step of its batch, which is the step itself or an earlier
     * call.
     */
    size_t batch_leader;

    /* STEP_LET; `binds_parameters`: the names are the parameters of a flow. */
    struct named_shape *names;
    size_t name_count;
    bool binds_parameters;

    /* STEP_REQUIRE */
    struct expression *condition;
    struct error_response *otherwise;
};

/* What is generated from the table: a description of the API. */
enum answer_document { DOCUMENT_NONE, DOCUMENT_OPENAPI_YAML, DOCUMENT_OPENAPI_JSON };

struct answer {
    /* The body is this document, and none of the table. */
    enum answer_document document;
    /* Not NULL: the answer is this error. */
    struct error_response *error;
    /* NULL: 200 or 201, depending on the method. */
    struct expression *status;
    struct named_template *headers;
    size_t header_count;
    /* NULL: an empty body. */
    struct shape *body;
};

/* How long caches may keep an answer, in seconds (RFC 9111, RFC 5861); 0: not specified. */
struct freshness {
    long max_age;
    /*
     * Whether max_age is given. If it is a setting that is not set, this is true and max_age is 0.
     */
    bool has_max_age;
    long stale_while_revalidate;
    long stale_if_error;
};

/* A route whose answers may be public. */
struct caching {
    struct location location;
    struct freshness freshness;
    /* The headers Cache-Control and Vary of a public answer. */
    struct text control;
    struct text vary;
    /* Request headers with which the answer is private. */
    struct text *credentials;
    size_t credential_count;
};

struct route {
    struct text method;
    /* As written in the table: "/things/{id}". */
    struct text pattern;
    /* For readers; empty: none. */
    struct text summary;
    struct text description;
    struct text tag;
    struct location location;
    struct text *segments;
    size_t segment_count;
    struct text *parameters;
    size_t parameter_count;
    const struct schema *query_schema;
    const struct schema *body_schema;
    size_t path_slot;
    size_t query_slot;
    size_t body_slot;
    size_t slot_count;
    /* The origin of each slot's value. */
    const origin_set *slot_origins;
    /* 0: that of the server. */
    long deadline_ms;
    struct step *steps;
    size_t step_count;
    /*
     * The number of leading steps that depend on neither query nor body and run before these are
     * validated.
     */
    size_t leading_count;
    struct answer answer;
    /* NULL: no answer is public. */
    struct caching *caching;
};

/* Definitions that apply to every route. */
struct common {
    const struct schema *header_schema;
    struct named_shape *names;
    size_t name_count;
    struct named_template *answer_headers;
    size_t answer_header_count;
    /* Defaults for the `cache` of routes; a route without `cache` is not cached. */
    struct freshness freshness;
    size_t slot_count;
};

struct server_settings {
    /* The name of the API for readers, and what it is; empty: none. */
    struct text title;
    struct text description;
    /* "" or "/api": without a trailing slash. */
    struct text prefix;
    size_t max_body;
    /* The time limit of all calls of a request together, unless its route has its own. */
    long deadline_ms;
    /* CORS: the allowed origins, and the response to a preflight request. */
    struct value origins;
    struct text cors_headers;
    struct text cors_methods;
    /* Headers of answers that pages may read; "": only those that are always readable. */
    struct text cors_expose;
    long cors_max_age;
    /* Whether there is a route for the pool's metrics. */
    bool metrics;
    /* Whether responses have the header Server-Timing. */
    bool server_timing;
    /* The time above which a request is logged with its calls; 0: none is. */
    long slow_request_ms;
};

struct table {
    struct arena *arena;
    /* The file's content: names and messages point into it. */
    struct text source;
    struct definitions definitions;
    struct server_settings server;
    struct common common;
    struct upstream *upstreams;
    size_t upstream_count;
    size_t breaker_count;
    struct route *routes;
    size_t route_count;
    /* `GET /metrics`, which is not the table's own: behind the routes. NULL: it is not served. */
    const struct route *metrics;
    struct router router;
};

/* The status of an answer that has neither a status nor an error, to a request with this method. */
int answer_default_status(struct text method);

/* Called with each file that a table extends, before it is read; `opens` may be NULL. */
struct file_observer {
    void (*opens)(void *context, const char *path);
    void *context;
};

/*
 * Loads the table in the file `path`, with those that it extends; "-" is standard input. All errors
 * and warnings are reported to `sink`. NULL if there are errors, or a file cannot be read.
 * Variables of the environment that are not set, or have a bad value, are no errors of the table:
 * see table_variable_problems(). The table is owned by the caller.
 */
struct table *table_load_reporting(const char *path, struct diagnostics_sink sink);

/* The same; the observer is called with each file. */
struct table *table_load_observed(const char *path, struct diagnostics_sink sink,
                                  struct file_observer observer);

/* The same, but prints only errors, to `stream`, in human-readable form. */
struct table *table_load_file(const char *path, FILE *stream);

/*
 * The same for a string, which is called `name` in messages, and with warnings printed too;
 * `source` is copied.
 */
struct table *table_load(const char *name, struct text source, FILE *stream);

/* The header of that name, in lower case; NULL if there is no such header. */
const struct named_template *header_find(const struct named_template *headers, size_t count,
                                         struct text name);

/* Whether the route has a call among its steps. */
bool route_makes_calls(const struct route *route);

/* Whether calls to the upstream contain the caller's header of this name. */
bool upstream_forwards(const struct upstream *upstream, struct text name);

/* The name of the file `path` in messages: "<stdin>" for "-". */
const char *table_display_name(const char *path);

/* Appends the content of the file `path`, "-" for standard input; false, with errno, if it cannot.
 */
bool table_read_source(const char *path, struct buffer *content);

/* NULL is allowed. */
void table_destroy(struct table *table);

/* The first environment variable that is missing or invalid; NULL: none. */
const struct variable_problem *table_variable_problems(const struct table *table);

#endif
