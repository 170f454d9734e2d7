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
    {"variables", "variables", "Schemas of environment variables, by their names.", false},
    {"settings", "settings",
     "Named values, computed once; read as $settings.name. ${NAME} is a variable of the "
     "environment, ${NAME:-text} the same with a default.",
     false},
    {"server", "server", "Where the API is mounted, and the limits of a request.", false},
    {"common", "common", "What holds for every route.", false},
    {"upstreams", "upstreams", "The servers that are called, by names of your choice.", true},
    {"schemas", "schemas",
     "What a query, a body or a header must look like, by names of your choice.", false},
    {"tables", "lookups", "One value for another. A table is used like a function: .status | name",
     false},
    {"mappers", "mappers",
     "Named values that are used like functions: .member | name. Parameters are declared behind "
     "the "
     "name: name $parameter.",
     false},
    {"flows", "flows", "Lists of steps that several routes share, by `use`.", false},
    {"routes", "routes", "What is answered: METHOD /path/{parameter}.", true},
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
    {"prefix", "string", "The path that all routes are below, such as /api.", false},
    {"max_body", "size",
     "The largest body of a request; a larger one is answered 413. Default: 1 MiB.", false},
    {"deadline", "duration",
     "The time that a request may take, with all its calls; at most 10min. Default: 30s.", false},
    {"cors", "cors", "Which web pages may call the API from a browser.", false},
    {"metrics", "boolean", "Whether GET /metrics answers with the metrics of the pool.", false},
    {0},
};

const struct keyword cors_keywords[] = {
    {"origins", "origins", "The allowed origins, such as https://www.example.com.", false},
    {"headers", "string", "Access-Control-Allow-Headers of the answer to a preflight.", false},
    {"methods", "string", "Access-Control-Allow-Methods of the answer to a preflight.", false},
    {"expose", "string",
     "Access-Control-Expose-Headers of every other answer: the headers that a page may read.",
     false},
    {"max_age", "duration", "How long a browser may remember the answer to a preflight.", false},
    {0},
};

const struct keyword common_keywords[] = {
    {"headers", "received_headers", "Schemas of request headers, by their names in lower case.",
     false},
    {"let", "names", "Names for values that every route, and the headers of upstreams, may use.",
     false},
    {"answer_headers", "headers", "Headers of every answer of a route, errors included.", false},
    {"cache", "cache", "What the `cache` of a route leaves out. It caches nothing by itself.",
     false},
    {0},
};

const struct keyword cache_keywords[] = {
    {"max_age", "duration", "How long caches may keep the answer.", false},
    {"stale_while_revalidate", "duration",
     "How long after that caches may give it while they ask for a new one.", false},
    {"stale_if_error", "duration",
     "How long after that caches may give it when no new one can be had.", false},
    {0},
};

const struct keyword upstream_keywords[] = {
    {"url", "url", "An http or https address without a query. Every ${NAME} in it is replaced.",
     true},
    {"forward", "forward", "Request headers that go along with every call as they came.", false},
    {"headers", "headers", "Headers of every call. One whose value is missing is not sent.", false},
    {"errors", "errors", "Which of its errors the caller gets to see; any other is 502.", false},
    {"timeout", "duration", "How long a call may take as a whole. Default: 10s.", false},
    {"connect_timeout", "duration", "How long a call may take to be connected. Default: 2s.",
     false},
    {"max_response", "size", "The largest answer that is read. Default: 16 MiB.", false},
    {"max_request", "size",
     "The largest body that is sent; a larger one is answered 413. Default: no limit.", false},
    {"breaker", "breaker",
     "Makes no calls while the upstream is down. Or the name of an upstream above, to share its "
     "breaker.",
     false},
    {"retry", "statuses",
     "Statuses at which a GET with the caller's Authorization is repeated once.", false},
    {"fields", "fields",
     "How fields of answers are selected. Or the name of an upstream above, to share its fields.",
     false},
    {"public", "boolean", "true: all answers of this upstream are the same for everyone.", false},
    {0},
};

const struct keyword errors_keywords[] = {
    {"pass", "statuses", "Statuses that are passed on as they are.", false},
    {"as", "status_mapping", "Statuses that are passed on as others: {422: 400}.", false},
    {"message", "expression",
     "Finds the message in the body of the error, such as .message. Default: the status' name.",
     false},
    {0},
};

const struct keyword breaker_keywords[] = {
    {"failures", "count", "How many failures in a row open the breaker. Default: 5.", false},
    {"retry_after", "duration", "How long it stays open before the probe. Default: 1s.", false},
    {"probe", "probe",
     "Path and query, below the url, of a GET that is cheap and shows that the upstream works.",
     true},
    {"probe_timeout", "duration", "How long the probe may take. Default: 500ms.", false},
    {0},
};

const struct keyword fields_keywords[] = {
    {"whole", "members", "Members that are given as a whole only: they are asked for as *path.",
     false},
    {"values", "members", "Members that are one field, whatever is read of them.", false},
    {"as", "fields_as", "What is asked for instead of a member.", false},
    {"with", "fields_with", "What is asked for too, whenever the member is read.", false},
    {"key", "field", "A field that all objects have, such as id.", false},
    {0},
};

const struct keyword route_keywords[] = {
    {"summary", "string", "For the reader, and for `o2s-medusa explain`.", false},
    {"query", "schema",
     "The schema of the query, or the name of one. Without it, $query does not exist.", false},
    {"body", "schema",
     "The schema of the JSON body, or the name of one. Without it, $body does not exist.", false},
    {"steps", "steps", "Calls, names for values, and conditions, in this order.", false},
    {"answer", "answer",
     "The body of the answer; or {status, headers, body}; or an error, such as 404 Not found.",
     true},
    {"cache", "cache", "That the answer may be kept and given to others.", false},
    {"deadline", "duration", "Replaces the deadline of `server`; at most 10min.", false},
    {0},
};

const struct keyword answer_keywords[] = {
    {"status", "answer_status", "200 to 599. Default: 200, or 201 for POST.", false},
    {"headers", "headers", "Headers of this answer. One whose value is missing is left out.",
     false},
    {"body", "value", "The body, as JSON. Without it the body is empty.", false},
    {0},
};

#define WHEN "Unless this condition holds, the step is not done, and its names are missing."

const struct keyword let_keywords[] = {
    {"let", "names", "Names for values: {name: value}. Each may use those above it.", true},
    {"when", "expression", WHEN, false},
    {0},
};

const struct keyword require_keywords[] = {
    {"require", "expression",
     "Unless this condition holds, the request ends with the error `else`.", true},
    {"else", "error", "STATUS message, such as 404 Not found.", true},
    {"when", "expression", WHEN, false},
    {0},
};

const struct keyword use_keywords[] = {
    {"use", "flow", "The steps of a flow, with its arguments: FLOW argument.", true},
    {"when", "expression", WHEN, false},
    {0},
};

const struct keyword call_keywords[] = {
    {"query", "query",
     "Parameters of the call. One whose value is missing is left out; {auto: MEMBER} asks for the "
     "fields that are read.",
     false},
    {"headers", "headers", "Headers of this call.", false},
    {"body", "value", "The body of the call, as JSON; not with GET.", false},
    {"when", "expression", WHEN, false},
    {"catch", "catch",
     "What becomes of an error, by its status: another error, or nothing, which makes the result "
     "missing.",
     false},
    {"optional", "boolean", "true: the call may fail in any way; its result is then missing.",
     false},
    {"each", "expression", "A list: one call for each item, which is `.` in the call.", false},
    {"limit", "limit", "The most items that `each` may have, 1 to 1000. Default: 20.", false},
    {"timeout", "duration", "Replaces the timeout of the upstream.", false},
    {"retry", "statuses",
     "Statuses at which the call is repeated once, whatever its method. [] switches repeats off.",
     false},
    {"only", "only",
     "A condition on each object of the answer (`.`): what the caller may see, such as .owner == "
     "$me.id.",
     false},
    {"public", "boolean", "true: the answer is the same for everyone.", false},
    {0},
};
