/*
 * The route table: all that routes.yaml says, checked and resolved. It is loaded once, does not
 * change, and is freed as a whole.
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

/* Slots every scope begins with; the route's own names come after those of `common`. */
enum { SLOT_HEADERS, SLOT_NOW };

/* The most calls of a step with `each`: unless given, and that can be given. */
enum { EACH_DEFAULT_LIMIT = 20, EACH_MAX_LIMIT = 1000 };

struct named_template {
    struct text name;
    struct template *template;
    /* What of the environment it may be made of: it may be a key. */
    environment_set environment;
};

struct named_shape {
    struct text name;
    size_t slot;
    struct shape *shape;
    environment_set environment;
};

/* An upstream's answers that are passed on: one status as another, usually itself. */
struct status_mapping {
    int from;
    int to;
};

/* Statuses at which a call is made once more; not given: another list holds. */
struct retry {
    bool given;
    int *statuses;
    size_t count;
};

struct upstream {
    struct text name;
    /* Without a slash at the end; its scheme and host, and its path: "" or "/store". */
    struct text url;
    struct text origin;
    struct text path;
    /* Request headers that go along as they came. */
    struct text *forward;
    size_t forward_count;
    struct named_template *headers;
    size_t header_count;
    long timeout_ms;
    long connect_timeout_ms;
    size_t max_response;
    /* The largest body that is sent to it; 0: any. */
    size_t max_request;
    /* Statuses that the caller gets to see; any other failure is 502. */
    struct status_mapping *statuses;
    size_t status_count;
    /* Where the message stands in the body of such an answer; NULL: nowhere. */
    struct expression *message;
    /* For a GET with the caller's credentials. */
    struct retry retry;
    /* How fields of its answers are selected; NULL: by their plain names. */
    const struct field_selection *fields;
    /* Whether its answers are the same for everyone. */
    bool is_public;
    /* NULL: its calls are always made. Several upstreams may have the same. */
    const struct breaker_policy *breaker;
};

/* `STATUS message`: how a request ends early, or an answer that is always an error. */
struct error_response {
    int status;
    struct template *message;
};

struct catch {
    struct location location;
    int status;
    /* NULL: the call's result is missing, and the steps go on. */
    struct error_response *error;
};

/* `only`: what of an answer may be used. */
struct confinement {
    /* The member of the answer that the condition is about; empty: the answer itself. */
    struct text member;
    /* Holds for an object that the caller may see: for each of a list. */
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
    /* Replaces the upstream's, and holds for any method, with credentials or not. */
    struct retry retry;
    /* 0: the upstream's. */
    long timeout_ms;
    /* One call for each of its items; NULL: one call. */
    struct expression *each;
    /* The most items of `each`. */
    size_t limit;
    struct confinement *only;
    size_t only_count;
    /* Whether the answer is the same for everyone. */
    bool is_public;
    struct projection *usage;

    /* STEP_CALL, STEP_LET: the first step of its batch: itself, or an earlier call. */
    size_t batch_leader;

    /* STEP_LET; `binds_parameters`: the names are the parameters of a flow. */
    struct named_shape *names;
    size_t name_count;
    bool binds_parameters;

    /* STEP_REQUIRE */
    struct expression *condition;
    struct error_response *otherwise;
};

struct answer {
    /* Not NULL: the answer is this error. */
    struct error_response *error;
    /* 0: by the method, 200 or 201. */
    struct expression *status;
    struct named_template *headers;
    size_t header_count;
    /* NULL: an empty body. */
    struct shape *body;
};

/* How long caches may keep an answer, in seconds (RFC 9111, RFC 5861); 0: not said. */
struct freshness {
    long max_age;
    /* Whether max_age is given: by a setting that is not set it is, and is 0. */
    bool has_max_age;
    long stale_while_revalidate;
    long stale_if_error;
};

/* A route whose answers may be public. */
struct caching {
    struct location location;
    struct freshness freshness;
    /* What such an answer says: Cache-Control and Vary. */
    struct text control;
    struct text vary;
    /* Request headers, any of which makes the answer its caller's alone. */
    struct text *credentials;
    size_t credential_count;
};

struct route {
    struct text method;
    /* As written in the table: "/things/{id}". */
    struct text pattern;
    struct text summary;
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
    /* Where the value of each slot comes from. */
    const origin_set *slot_origins;
    /* 0: the server's. */
    long deadline_ms;
    struct step *steps;
    size_t step_count;
    /* The first of these need neither query nor body, so they run before those are validated. */
    size_t leading_count;
    struct answer answer;
    /* NULL: no answer is public. */
    struct caching *caching;
};

/* What holds for every route. */
struct common {
    const struct schema *header_schema;
    struct named_shape *names;
    size_t name_count;
    struct named_template *answer_headers;
    size_t answer_header_count;
    /* What a route's `cache` leaves out; it makes no answer public by itself. */
    struct freshness freshness;
    size_t slot_count;
};

struct server_settings {
    /* "" or "/api": without a slash at the end. */
    struct text prefix;
    size_t max_body;
    /* The time that all calls of a request have together, unless its route says otherwise. */
    long deadline_ms;
    /* CORS: allowed origins, and what a preflight answers. */
    struct value origins;
    struct text cors_headers;
    struct text cors_methods;
    /* Headers of answers that pages may read; "": none beside those that they always may. */
    struct text cors_expose;
    long cors_max_age;
    /* Whether there is a route for the pool's metrics. */
    bool metrics;
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

/* Who is told of each further file that a table extends, before it is read; `opens`: may be NULL.
 */
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

/* The same, telling the observer of the files. */
struct table *table_load_observed(const char *path, struct diagnostics_sink sink,
                                  struct file_observer observer);

/* The same, with errors alone printed to `stream`, for people. */
struct table *table_load_file(const char *path, FILE *stream);

/*
 * The same for a text, called `name` in messages, with the warnings printed too; `source` is
 * copied.
 */
struct table *table_load(const char *name, struct text source, FILE *stream);

/* Whether the upstream's calls get the caller's header of this name. */
bool upstream_forwards(const struct upstream *upstream, struct text name);

/* How messages call the file `path`: "<stdin>" for "-". */
const char *table_display_name(const char *path);

/* Appends the content of the file `path`, "-" for standard input; false, with errno, if it cannot.
 */
bool table_read_source(const char *path, struct buffer *content);

/* NULL is allowed. */
void table_destroy(struct table *table);

/* The first variable of the environment that is not set or has a bad value; NULL: there is none. */
const struct variable_problem *table_variable_problems(const struct table *table);

#endif
