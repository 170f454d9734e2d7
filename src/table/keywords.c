#include "table/keywords.h"

const struct keyword table_keywords[] = {
    {"extends", "string",
     "The path of another route table, which this one has everything of. A relative path is "
     "relative to this file.",
     false},
    {"change", "change",
     "Changes to definitions of the table that this one extends, by section and name. A mapping is "
     "merged member by member, and null removes.",
     false},
    {"variables", "variables", "Schemas of environment variables, by name.", false},
    {"settings", "settings",
     "Named values, computed once; read as $settings.name. ${NAME} is an environment variable, "
     "${NAME:-text} the same with a default.",
     false},
    {"server", "server", "The path prefix of the API, and the limits of a request.", false},
    {"common", "common", "Definitions that apply to every route.", false},
    {"upstreams", "upstreams", "The servers that are called, by names of your choice.", true},
    {"schemas", "schemas", "Schemas of queries, bodies and headers, by names of your choice.",
     false},
    {"tables", "lookups",
     "Mappings of values to values. A table is used like a function: .status | name", false},
    {"mappers", "mappers",
     "Named values that are used like functions: .member | name. Parameters are declared after the "
     "name: name $parameter.",
     false},
    {"models", "models",
     "What is known of the values that mappers return, as schemas, by the name of the mapper: for "
     "the description of the API.",
     false},
    {"flows", "flows", "Lists of steps that several routes share with `use`.", false},
    {"routes", "routes", "The routes: METHOD /path/{parameter}.", true},
    {0},
};

const struct keyword *const section_keywords = &table_keywords[2];

const struct keyword steps_change_keywords[] = {
    {"before", "change", "Inserts steps before the step of a name.", false},
    {"after", "change", "Inserts steps after the step of a name.", false},
    {"change", "change", "Merges a mapping into the step of a name; null removes the step.", false},
    {0},
};

const struct keyword server_keywords[] = {
    {"title", "string", "The name of the API, for its description.", false},
    {"description", "string", "What the API is, for its description.", false},
    {"prefix", "string", "The path prefix of all routes, such as /api.", false},
    {"max_body", "size",
     "The maximum size of a request body; the response to a larger one is 413. Default: 1 MiB.",
     false},
    {"deadline", "duration",
     "The time limit of a request with all its calls; at most 10min. Default: 30s.", false},
    {"cors", "cors", "Which web pages may call the API from a browser.", false},
    {"metrics", "boolean", "Whether GET /metrics answers with the metrics of the pool.", false},
    {"server_timing", "boolean",
     "Whether each response has the header Server-Timing, with what its calls took.", false},
    {"slow_request", "duration",
     "The time above which a request is logged with each of its calls. Default: none is.", false},
    {0},
};

const struct keyword cors_keywords[] = {
    {"origins", "origins", "The allowed origins, such as https://www.example.com.", false},
    {"headers", "string", "Access-Control-Allow-Headers of the response to a preflight request.",
     false},
    {"methods", "string", "Access-Control-Allow-Methods of the response to a preflight request.",
     false},
    {"expose", "string",
     "Access-Control-Expose-Headers of every other response: the headers that a page may read.",
     false},
    {"max_age", "duration", "How long a browser may cache the response to a preflight request.",
     false},
    {0},
};

const struct keyword common_keywords[] = {
    {"headers", "received_headers", "Schemas of request headers, by name in lower case.", false},
    {"let", "names", "Named values that every route, and the headers of upstreams, can use.",
     false},
    {"answer_headers", "headers", "Headers of every response of a route, including errors.", false},
    {"cache", "cache", "Defaults for the `cache` of routes. A route without `cache` is not cached.",
     false},
    {0},
};

const struct keyword cache_keywords[] = {
    {"max_age", "duration", "How long caches may keep the answer.", false},
    {"stale_while_revalidate", "duration",
     "How long after that caches may return it while they fetch a new one.", false},
    {"stale_if_error", "duration",
     "How long after that caches may return it if fetching a new one fails.", false},
    {0},
};

const struct keyword upstream_keywords[] = {
    {"url", "url", "An http or https address without a query. Every ${NAME} in it is replaced.",
     true},
    {"forward", "forward", "Request headers that are forwarded unchanged with every call.", false},
    {"headers", "headers", "Headers of every call. A header whose value is missing is not sent.",
     false},
    {"errors", "errors",
     "The errors of the upstream that are passed on to the caller; any other error becomes 502.",
     false},
    {"timeout", "duration", "The time limit of a call. Default: 10s.", false},
    {"connect_timeout", "duration", "The time limit for establishing a connection. Default: 2s.",
     false},
    {"max_response", "size", "The maximum size of a response of the upstream. Default: 16 MiB.",
     false},
    {"max_request", "size",
     "The maximum size of a body sent to the upstream; if it is exceeded, the response is 413. "
     "Default: no limit.",
     false},
    {"breaker", "breaker",
     "Suspends calls while the upstream is down. Or the name of an upstream above, to share its "
     "breaker.",
     false},
    {"retry", "statuses",
     "Status codes after which a GET with the caller's Authorization is repeated once.", false},
    {"fields", "fields",
     "How fields of answers are requested. Or the name of an upstream above, to share its fields.",
     false},
    {"public", "boolean", "true: all answers of this upstream are the same for everyone.", false},
    {0},
};

const struct keyword errors_keywords[] = {
    {"pass", "statuses", "Status codes that are passed on unchanged.", false},
    {"as", "status_mapping", "Status codes that are replaced by others: {422: 400}.", false},
    {"message", "expression",
     "An expression for the message in the body of the error, such as .message. Default: the name "
     "of the status code.",
     false},
    {0},
};

const struct keyword breaker_keywords[] = {
    {"failures", "count", "The number of consecutive failures that open the breaker. Default: 5.",
     false},
    {"retry_after", "duration", "How long the breaker stays open before the probe. Default: 1s.",
     false},
    {"probe", "probe",
     "Path and query, relative to the url, of an inexpensive GET that shows that the upstream "
     "works.",
     true},
    {"probe_timeout", "duration", "The time limit of the probe. Default: 500ms.", false},
    {0},
};

const struct keyword fields_keywords[] = {
    {"whole", "members", "Members that can only be requested as a whole: as *path.", false},
    {"values", "members", "Members that are requested as one field, whatever is read of them.",
     false},
    {"as", "fields_as", "The field that is requested instead of a member.", false},
    {"with", "fields_with", "Fields that are requested in addition, whenever the member is read.",
     false},
    {"key", "field", "A field that all objects have, such as id.", false},
    {0},
};

const struct keyword route_keywords[] = {
    {"summary", "string", "A summary for readers and for `o2s-medusa explain`.", false},
    {"description", "string", "What the route does, in detail, for the description of the API.",
     false},
    {"tag", "string",
     "The group of the route in the description of the API. Default: the first segment of its "
     "path.",
     false},
    {"query", "schema",
     "The schema of the query, or the name of one. Without it, $query is not defined.", false},
    {"body", "schema",
     "The schema of the JSON body, or the name of one. Without it, $body is not defined.", false},
    {"steps", "steps", "Calls, named values and conditions, in order of execution.", false},
    {"answer", "answer",
     "The body of the response; or {status, headers, body}; or an error, such as 404 Not found.",
     true},
    {"cache", "cache", "How long caches may keep the response and return it to other callers.",
     false},
    {"deadline", "duration", "Replaces the deadline of `server`; at most 10min.", false},
    {0},
};

const struct keyword answer_keywords[] = {
    {"status", "answer_status", "200 to 599. Default: 200, or 201 for POST.", false},
    {"headers", "headers", "Headers of this response. A header whose value is missing is left out.",
     false},
    {"body", "value", "The body, as JSON. Without it the body is empty.", false},
    {0},
};

#define WHEN "If this condition does not hold, the step is skipped, and its names are missing."

const struct keyword let_keywords[] = {
    {"let", "names", "Named values: {name: value}. Each can use those above it.", true},
    {"when", "expression", WHEN, false},
    {0},
};

const struct keyword require_keywords[] = {
    {"require", "expression",
     "If this condition does not hold, the request ends with the error `else`.", true},
    {"else", "error", "A status code and a message, such as 404 Not found.", true},
    {"when", "expression", WHEN, false},
    {0},
};

const struct keyword use_keywords[] = {
    {"use", "flow", "Inserts the steps of a flow, with its arguments: FLOW argument.", true},
    {"when", "expression", WHEN, false},
    {0},
};

const struct keyword call_keywords[] = {
    {"query", "query",
     "Query parameters of the call. A parameter whose value is missing is left out; {auto: MEMBER} "
     "requests the fields that are read.",
     false},
    {"headers", "headers", "Headers of this call.", false},
    {"body", "value", "The body of the call, as JSON; not allowed with GET.", false},
    {"when", "expression", WHEN, false},
    {"catch", "catch",
     "Replacements for errors by status code: another error, or nothing, which makes the result "
     "missing.",
     false},
    {"optional", "boolean", "true: the call may fail; its result is then missing.", false},
    {"each", "expression", "A list: makes one call for each item, which is `.` in the call.",
     false},
    {"limit", "limit", "The maximum number of items of `each`, 1 to 1000. Default: 20.", false},
    {"timeout", "duration", "Replaces the timeout of the upstream.", false},
    {"retry", "statuses",
     "Status codes after which the call is repeated once, whatever its method. [] disables "
     "repetition.",
     false},
    {"only", "only",
     "A condition on each object of the answer (`.`), which holds for objects that the caller may "
     "see, such as .owner == "
     "$me.id.",
     false},
    {"public", "boolean", "true: the answer is the same for everyone.", false},
    {0},
};
