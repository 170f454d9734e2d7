#include "table/editor_definitions.h"

#include "language/field_list.h"
#include "language/schema.h"
#include "table/keywords.h"

/* Parts of regular expressions. */
#define NAME      "[A-Za-z_][A-Za-z0-9_-]*"
#define SIGNATURE "^ *" NAME "( +[$]" NAME ")* *$"
#define METHOD    "(GET|POST|PUT|PATCH|DELETE)"
/*
 * A value that is computed when the table is loaded: an expression, or a string with expressions.
 */
#define COMPUTED "^[$(]|[{]"
/* A number above 0. */
#define POSITIVE "(?!0([.]0+)?[^.0-9])(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?"
/* A segment is fixed or a parameter; :id, <id> and * are notations of other programs. */
#define ROUTE_SEGMENT "([{]" NAME "[}]|(?![:<*])[^/{}?#]+)"
#define CALL_SEGMENT  "([{]([^{}']|'[^']*')+[}]|(?![:<]|[$]" NAME "[.])[^/{}?# ]*)"
/* Outside of strings, &&, || and double quotes are not operators. */
#define EXPRESSION    "([^\"'&|]|'[^']*'|&(?!&)|[|](?![|]))*$"
#define NO_EXPRESSION "^(?![.$(])"
#define WORD          "(yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$"
#define HOST          "([a-z0-9._-]+|\\[[0-9a-f:.]+\\])(:[0-9]+)?"

const struct definition editor_definitions[] = {
    /* Scalars. */
    {.name = "string", .types = "string number boolean"},
    {.name = "scalar", .types = "string number boolean null"},
    {.name = "boolean", .types = "boolean", .hint = "Expected true or false"},
    {.name = "name",
     .types = "string",
     .pattern = "^" NAME "$",
     .hint = "A name must be a letter, then letters, digits, _ and -"},
    {.name = "expression",
     .types = "string boolean number",
     .pattern = "^" EXPRESSION,
     .hint = "Expected an expression: with `and`, `or`, and strings in single quotes"},
    {.name = "error",
     .types = "string",
     .pattern = "^[45][0-9][0-9] .",
     .hint = "Expected an error: a status from 400 to 599 and a message, such as 404 Not found"},
    {.name = "duration",
     .types = "string",
     .pattern = COMPUTED "|^" POSITIVE " *(ms|s|min)$",
     .hint = "Expected a number above 0 with its unit: ms, s or min, such as 10s"},
    {.name = "size",
     .types = "string",
     .pattern = COMPUTED "|^" POSITIVE " *(B|KiB|MiB)$",
     .hint = "Expected a number above 0 with its unit: B, KiB or MiB, such as 64 KiB"},

    /* Numbers. */
    {.name = "number",
     .types = "number string",
     .pattern = COMPUTED,
     .hint = "Expected a number, or an expression"},
    {.name = "count",
     .types = "integer string",
     .pattern = COMPUTED,
     .minimum = 1,
     .maximum = 1000000,
     .hint = "Expected an integer of at least 1"},
    {.name = "limit",
     .types = "integer string",
     .pattern = COMPUTED,
     .minimum = 1,
     .maximum = 1000,
     .hint = "Expected an integer from 1 to 1000"},
    {.name = "status",
     .types = "integer string",
     .pattern = COMPUTED,
     .minimum = 400,
     .maximum = 599,
     .hint = "Expected a status from 400 to 599"},
    {.name = "answer_status",
     .types = "integer string",
     .pattern = COMPUTED,
     .minimum = 200,
     .maximum = 599,
     .hint = "Expected a status from 200 to 599"},

    /* Values. */
    {.name = "value",
     .keys = "^([^$]|[$](" NAME ")?$|$)",
     .each = "value",
     .items = "value",
     .all = "no_word maybe_expression",
     .hint = "The name after $ must be a letter, then letters, digits, _ and -"},
    {.name = "no_word",
     .pattern = "^(?!" WORD ")",
     .hint = "This is a string, not a boolean; write ('yes') to keep the string"},
    {.name = "maybe_expression",
     .pattern = NO_EXPRESSION "|^" EXPRESSION,
     .hint = "Expected an expression with `and`, `or`, and strings in single quotes"},
    {.name = "names",
     .types = "object",
     .keys = "^" NAME "$",
     .each = "value",
     .hint =
         "Expected names and their values; a name must be a letter, then letters, digits, _ and -"},
    {.name = "settings", .types = "object null", .each = "value"},
    /* What it changes is in another file. */
    {.name = "change", .types = "object null", .each = "changed"},
    {.name = "changed", .types = "object array null"},
    {.name = "lookups",
     .types = "object null",
     .keys = "^" NAME "$",
     .each = "lookup",
     .hint = "The name of a table must be a letter, then letters, digits, _ and -"},
    {.name = "lookup", .types = "object", .each = "scalar"},
    {.name = "mappers",
     .types = "object null",
     .keys = SIGNATURE,
     .each = "value",
     .hint = "Expected the declaration of a mapper: `name` or `name $parameter`"},

    /* The server, and what holds for all routes. */
    {.name = "server", .types = "object null", .keywords = server_keywords},
    {.name = "cors", .types = "object", .keywords = cors_keywords},
    {.name = "origins",
     .types = "array string",
     .pattern = COMPUTED,
     .items = "origin",
     .hint = "Expected a list of origins, or an expression that returns a list"},
    {.name = "origin",
     .types = "string",
     .pattern = COMPUTED "|^https?://" HOST "$",
     .hint =
         "Expected a scheme, a host in lower case and an optional port, without a trailing slash"},
    {.name = "common", .types = "object null", .keywords = common_keywords},
    {.name = "received_headers",
     .types = "object",
     .keys = "^[a-z0-9-]+$",
     .each = "schema",
     .hint = "Expected the name of a header in lower case: letters, digits and hyphens"},
    {.name = "headers",
     .types = "object",
     .keys = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
     .each = "header",
     .hint = "Expected headers and their values; this cannot be the name of a header"},
    {.name = "header", .types = "string number boolean null", .all = "maybe_expression"},
    {.name = "cache", .types = "object", .keywords = cache_keywords},

    /* Upstreams. */
    {.name = "upstreams", .types = "object", .each = "upstream"},
    {.name = "upstream", .types = "object", .keywords = upstream_keywords},
    {.name = "url",
     .types = "string",
     .pattern = "^https?://[^?#@]+$|[$][{]",
     .hint = "Expected an http or https address without a query"},
    {.name = "forward", .types = "array", .items = "forwarded"},
    {.name = "forwarded",
     .types = "string",
     .pattern = "^[A-Za-z0-9-]+$",
     .hint = "Expected the name of a request header: letters, digits and hyphens"},
    {.name = "errors", .types = "object", .keywords = errors_keywords},
    {.name = "statuses", .types = "array", .items = "status"},
    {.name = "status_mapping",
     .types = "object",
     .keys = "^[45][0-9][0-9]$|" COMPUTED,
     .each = "status",
     .hint = "Expected statuses from 400 to 599, such as {422: 400}"},
    {.name = "breaker", .types = "object string", .keywords = breaker_keywords},
    {.name = "probe",
     .types = "string",
     .pattern = "^/[^# ]*$",
     .hint = "Expected a path and query, such as /health"},
    {.name = "fields", .types = "object string", .keywords = fields_keywords},
    {.name = "members", .types = "array", .items = "text"},
    {.name = "text", .types = "string"},
    {.name = "field", .types = "string", .pattern = "^[^, ]+$", .hint = "Expected one field"},
    {.name = "fields_as", .types = "object", .each = "field"},
    {.name = "fields_with", .types = "object", .each = "some_fields"},
    {.name = "some_fields", .types = "string array", .pattern = "^[^, ]+$", .items = "field"},

    /* Schemas. */
    {.name = "variables",
     .types = "object null",
     .keys = "^" NAME "$",
     .each = "schema",
     .hint = "The name of a variable must be a letter or _, then letters, digits and _"},
    {.name = "schemas", .types = "object null", .each = "schema"},
    {.name = "schema",
     .types = "object string",
     .keywords = schema_keywords,
     .all = "schema_by_name reference_alone enum_of_strings enum_of_numbers"},
    {.name = "schema_by_name", .rules = "'if':{'type':'string'},'then':@reference"},
    {.name = "reference_alone", .rules = "'if':{'required':['$ref']},'then':{'maxProperties':1}"},
    {.name = "reference",
     .types = "string",
     .pattern = "^(?!#)",
     .hint = "Expected the name of a schema: Id, not #/schemas/Id"},
    {.name = "type", .words = schema_type_names},
    {.name = "format", .words = schema_format_names},
    {.name = "enum",
     .types = "array string",
     .pattern = COMPUTED,
     .hint = "Expected a list, or an expression that returns a list"},
    {.name = "enum_of_strings",
     .rules = "'if':{'required':['type','enum'],'properties':{'type':{'const':'string'}}},"
              "'then':{'properties':{'enum':{'items':@quoted}}}"},
    {.name = "enum_of_numbers",
     .rules = "'if':{'required':['type','enum'],'properties':{'type':{'enum':['number',"
              "'integer']}}},'then':{'properties':{'enum':{'items':@number}}}"},
    {.name = "quoted",
     .types = "string",
     .hint = "Expected a string, as the type is string: put quotes around it"},
    {.name = "regular_expression",
     .types = "string number",
     .pattern = "^([^\\\\]|\\\\[^dDwWsSbB])*$",
     .hint = "\\d, \\w, \\s and \\b are not supported by POSIX: write [0-9], [A-Za-z0-9_], "
             "[[:space:]]"},
    {.name = "alternatives", .types = "array", .items = "schema", .rules = "'minItems':1"},
    {.name = "properties", .types = "object", .each = "schema"},
    {.name = "required", .types = "array", .items = "string"},

    /* Routes. */
    {.name = "routes",
     .types = "object",
     .keys = "^" METHOD " +/(" ROUTE_SEGMENT "(/" ROUTE_SEGMENT ")*/?)? *$",
     .each = "route",
     .hint = "Expected a route: METHOD /path/{parameter}, with GET, POST, PUT, PATCH or DELETE"},
    {.name = "route", .types = "object", .keywords = route_keywords},
    {.name = "answer",
     .all = "error_or_none",
     .rules = "'if':@like_a_response,'then':@response,'else':@value"},
    {.name = "response", .types = "object", .keywords = answer_keywords},
    /* A body may have any keys, but `headers` is never intended as one. */
    {.name = "like_a_response",
     .types = "object",
     .rules = "'anyOf':[{'minProperties':1,'propertyNames':@response_keyword},"
              "{'required':['headers'],'properties':{'headers':{'type':'object'}}}]"},
    {.name = "response_keyword", .name_of = answer_keywords},
    {.name = "error_or_none", .rules = "'if':@like_an_error,'then':@error"},
    {.name = "like_an_error",
     .types = "string integer",
     .pattern = "^[0-9]{3}( |$)",
     .minimum = 100,
     .maximum = 999},

    /* Steps. */
    {.name = "flows",
     .types = "object null",
     .keys = SIGNATURE,
     .each = "steps",
     .hint = "Expected the declaration of a flow: `name` or `name $parameter`"},
    {.name = "steps", .types = "array", .items = "step"},
    {.name = "step",
     .types = "object",
     .rules = "'if':{'type':'object','required':['let']},'then':@let,'else':{"
              "'if':{'type':'object','required':['require']},'then':@require,'else':{"
              "'if':{'type':'object','required':['use']},'then':@use,'else':{"
              "'if':{'type':'object','minProperties':1},'then':@call,'else':@new_step}}}"},
    /* For completion, before the step has any key. */
    {.name = "new_step",
     .rules = "'properties':{'let':@let/properties/let,'require':@require/properties/require,"
              "'use':@use/properties/use}"},
    {.name = "let", .types = "object", .keywords = let_keywords},
    {.name = "require", .types = "object", .keywords = require_keywords},
    {.name = "use", .types = "object", .keywords = use_keywords},
    {.name = "flow", .types = "string", .pattern = "^" NAME "( |$)"},
    {.name = "call", .types = "object", .keywords = call_keywords, .each = "target"},
    {.name = "target",
     .types = "string",
     .pattern = "^" METHOD " [^/ ]+(/" CALL_SEGMENT ")*$",
     .hint = "Expected an option of a call, or `name: METHOD upstream/path/{expression}` with its "
             "parameters under `query`"},
    {.name = "query", .types = "object", .each = "parameter"},
    {.name = "parameter",
     .rules = "'if':{'type':'object','required':['auto']},'then':@field_list,'else':@value"},
    {.name = "field_list", .types = "object", .keywords = field_list_keywords},
    {.name = "catch",
     .types = "object",
     .keys = "^[45][0-9][0-9]$",
     .each = "caught",
     .hint = "Expected statuses from 400 to 599, such as {404: 404 Not found}"},
    {.name = "caught", .rules = "'if':{'type':'null'},'else':@error"},
    {.name = "only",
     .types = "string object",
     .pattern = "^" EXPRESSION,
     .each = "expression",
     .rules = "'minProperties':1"},
    {0},
};
