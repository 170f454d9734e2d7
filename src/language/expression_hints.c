#include "base/count.h"
#include "language/expression_parser.h"

/*
 * Names of functions in jq, JSONata, Liquid, Jinja, lodash, SQL and others, with their counterparts
 * here.
 */
static const struct {
    const char *foreign;
    const char *hint;
} functions[] = {
    {"map", "each with a mapper, or pluck .name"},
    {"collect", "each with a mapper, or pluck .name"},
    {"foreach", "each with a mapper, or pluck .name"},
    {"for_each", "each with a mapper, or pluck .name"},
    {"filter", "where (CONDITION)"},
    {"select", "where (CONDITION)"},
    {"selectattr", "where (CONDITION)"},
    {"any", "find (CONDITION), which is missing if no item matches"},
    {"detect", "find (CONDITION)"},
    {"size", "length"},
    {"count", "length"},
    {"len", "length"},
    {"uppercase", "upper"},
    {"upcase", "upper"},
    {"toUpperCase", "upper"},
    {"to_upper", "upper"},
    {"ascii_upcase", "upper"},
    {"lowercase", "lower"},
    {"downcase", "lower"},
    {"toLowerCase", "lower"},
    {"to_lower", "lower"},
    {"ascii_downcase", "lower"},
    {"strip", "trim"},
    {"concat", "join SEPARATOR, as in ([.a, .b] | join '')"},
    {"append", "join SEPARATOR, as in ([.a, .b] | join '')"},
    {"implode", "join SEPARATOR"},
    {"explode", "split SEPARATOR"},
    {"not_null", "required"},
    {"mandatory", "required"},
    {"exists", "!= null"},
    {"defined", "!= null"},
    {"is_null", "== null"},
    {"isnull", "== null"},
    {"coalesce", "a ?? b"},
    {"ifnull", "a ?? b"},
    {"or", "a ?? b"},
    {"else", "a ?? b, or a table"},
    {"if", "when (CONDITION)"},
    {"gsub", "replace TEXT REPLACEMENT"},
    {"sub_text", "replace TEXT REPLACEMENT"},
    {"substring", "slice OFFSET LIMIT"},
    {"substr", "slice OFFSET LIMIT"},
    {"truncate", "slice 0 LIMIT"},
    {"take", "slice 0 LIMIT"},
    {"limit", "slice 0 LIMIT"},
    {"skip", "slice OFFSET"},
    {"includes", "contains VALUE"},
    {"in", "LIST | contains VALUE"},
    {"startsWith", "starts_with TEXT"},
    {"startswith", "starts_with TEXT"},
    {"indexOf", "index_in LIST"},
    {"uniq", "unique"},
    {"distinct", "unique"},
    {"dedup", "unique"},
    {"sort", "sort_by EXPRESSION, such as sort_by ."},
    {"sortBy", "sort_by EXPRESSION"},
    {"order_by", "sort_by EXPRESSION"},
    {"groupBy", "group EXPRESSION"},
    {"group_by", "group EXPRESSION"},
    {"flat", "flatten ."},
    {"flatMap", "flatten EXPRESSION"},
    {"head", "first"},
    {"max_by", "newest EXPRESSION"},
    {"max", "newest ."},
    {"plus", "add NUMBER"},
    {"minus", "sub NUMBER"},
    {"times", "mul NUMBER"},
    {"multiply", "mul NUMBER"},
    {"divided_by", "div NUMBER"},
    {"divide", "div NUMBER"},
    {"tostring", "string"},
    {"toString", "string"},
    {"to_string", "string"},
    {"str", "string"},
    {"tonumber", "number"},
    {"to_number", "number"},
    {"float", "number"},
    {"int", "integer"},
    {"to_int", "integer"},
    {"slugify", "slug"},
    {"parameterize", "slug"},
    {"from_entries", "dict .key .value"},
    {"object", "dict KEY VALUE"},
    {"entries", "keys"},
    {"to_entries", "keys"},
    {"del", "omit NAME ..."},
    {"without", "omit NAME ..."},
    {"except", "omit NAME ..."},
    {"only", "pick NAME ..."},
    {"compact", "where ., which drops empty items"},
    {"b64encode", "base64"},
    {"base64encode", "base64"},
    {"btoa", "base64"},
};

struct text parser_hint_for_function(struct arena *arena, struct text name) {
    for (size_t i = 0; i < COUNT(functions); i++)
        if (text_is(name, functions[i].foreign))
            return text_format(arena, "; write %s", functions[i].hint);
    return (struct text){"", 0};
}

static const struct {
    const char *foreign;
    const char *hint;
} operators[] = {
    {"||", "; write `or` in a condition, or ?? for a default"},
    {"&&", "; write `and`"},
    {"\"", "; write strings in single quotes: 'text'"},
    {"===", "; write =="},
    {"!==", "; write !="},
    {"=", "; write == for a comparison"},
    {"!", "; write `not`, or != between two values"},
    {"?", "; write `a | when (CONDITION)`, and ?? for the other value"},
    {"*", "; write | mul NUMBER"},
    {"/", "; write | div NUMBER to divide, and \"{.a}/{.b}\" for a string"},
    {"+", "; write | add NUMBER, or ([.a, .b] | join '') for strings"},
    {"-", "; write | sub NUMBER"},
    {"%", "; the language has no modulo operator"},
    {"[", "; write .0 for an item, .name or .'a name' for a member"},
    {"in ", "; write LIST | contains VALUE"},
    {"is ", "; write =="},
};

const char *parser_hint_for_operator(const struct parser *parser) {
    size_t back = parser->position;
    struct text rest = {parser->text + back, parser->end - back};
    /* The first `|` of `||` was parsed as that of a call. */
    if (rest.size && back && rest.data[0] == '|' && rest.data[-1] == '|')
        return operators[0].hint;
    for (size_t i = 0; i < COUNT(operators); i++)
        if (text_starts_with(rest, text_of(operators[i].foreign)))
            return operators[i].hint;
    return "";
}
