/* The description of an API: what it has of a table, and how a worker serves it. */
#include "serving.h"

#include "table/openapi.h"
#include "table/openapi_parts.h"
#include "json/writer.h"

static struct value described(struct arena *arena, const char *source) {
    struct buffer buffer = {0};
    openapi_write(&buffer, good_table(arena, source), OPENAPI_JSON);
    struct value document = value_from(arena, text_copy(arena, buffer_text(&buffer)).data);
    buffer_free(&buffer);
    return document;
}

/* The value at a path of names with bars between. */
static struct value at(struct arena *arena, struct value value, const char *path) {
    struct text rest = text_of(path);
    while (rest.size)
        value = value_member(arena, value, text_copy(arena, text_cut(&rest, '|')));
    return value;
}

static void a_member_has_the_type_of_its_value(void **state) {
    static const struct {
        const char *value;
        const char *model;
        const char *member;
        bool required;
    } rows[] = {
        {".a", "{}", "{}", false},
        {".a ?? ''", "{}", "{\"type\":\"string\"}", true},
        {".a ?? 0", "{}", "{\"type\":\"number\"}", true},
        {".a | upper", "{}", "{\"type\":\"string\"}", false},
        {".a | upper | required", "{}", "{\"type\":\"string\"}", true},
        {".a | text ?? ''", "{}", "{\"type\":\"string\"}", true},
        {".a | length", "{}", "{\"type\":\"integer\"}", false},
        {".a | integer ?? 0", "{}", "{\"type\":\"integer\"}", true},
        {".a | integer ?? 0.5", "{}", "{\"type\":\"number\"}", true},
        {".a | number", "{}", "{\"type\":\"number\"}", false},
        {".a == 1", "{}", "{\"type\":\"boolean\"}", true},
        {"\"{.a} {.b}\"", "{}", "{\"type\":\"string\"}", false},
        {"PCS", "{}", "{\"type\":\"string\",\"enum\":[\"PCS\"]}", true},
        {"true", "{}", "{\"type\":\"boolean\",\"enum\":[true]}", true},
        {"$settings.set", "{}", "{\"type\":\"string\"}", true},
        {".a | closed", "{}", "{\"type\":\"string\",\"enum\":[\"X\",\"Y\"]}", false},
        {".a | closed ?? 'Z'", "{}", "{\"type\":\"string\",\"enum\":[\"X\",\"Y\",\"Z\"]}", true},
        {".a | open", "{}", "{\"type\":\"string\",\"enum\":[\"N\",\"X\"]}", false},
        {"(.a ?? '') | open", "{}", "{\"type\":\"string\",\"enum\":[\"N\",\"X\"]}", true},
        {".a | closed | slice 1", "{}", "{\"type\":\"string\"}", false},
        {".a | split '-'", "{}", "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", false},
        {".a | each upper ?? []", "{}", "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
         true},
        {"[]", "{}", "{\"type\":\"array\",\"items\":{},\"maxItems\":0}", true},
        {".a ?? {}", "{}", "{\"type\":\"object\",\"additionalProperties\":true}", true},
        {"{b: .b | upper, c: 1}", "{}",
         "{\"type\":\"object\",\"required\":[\"c\"],\"properties\":{\"b\":{\"type\":\"string\"},"
         "\"c\":{\"type\":\"integer\",\"enum\":[1]}}}",
         true},
        {"{<<: .b, c: 1}", "{}",
         "{\"type\":\"object\",\"required\":[\"c\"],\"properties\":{\"c\":{\"type\":\"integer\","
         "\"enum\":[1]}},\"additionalProperties\":true}",
         true},
        {".a | other", "{}", "{\"$ref\":\"#/components/schemas/Other\"}", false},
        {".a | each other", "{}",
         "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Other\"}}", false},
        /* Models. */
        {".a", "{properties: {m: {type: string}}}", "{\"type\":\"string\"}", false},
        {".a", "{required: [m], properties: {m: {type: string}}}", "{\"type\":\"string\"}", true},
        {".a | upper", "{required: [m], properties: {m: {type: string, description: The m}}}",
         "{\"type\":\"string\",\"description\":\"The m\"}", true},
        {".a", "{properties: {m: {type: string, format: date-time}}}",
         "{\"type\":\"string\",\"format\":\"date-time\"}", false},
        {".a", "{properties: {m: {type: array, items: {type: integer}}}}",
         "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}", false},
        {"[]", "{properties: {m: {type: array, items: {type: string}}}}",
         "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", true},
        {"{b: .b}", "{properties: {m: {required: [b], properties: {b: {type: boolean}}}}}",
         "{\"type\":\"object\",\"required\":[\"b\"],\"properties\":{\"b\":{\"type\":"
         "\"boolean\"}}}",
         true},
        {".a | other", "{required: [m], properties: {m: {type: object}}}",
         "{\"$ref\":\"#/components/schemas/Other\"}", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *source =
            text_format(*state,
                        ANY_UPSTREAM
                        "settings: {set: a}\n"
                        "tables: {closed: {a: X, b: Y}, open: {a: X, else: N}}\n"
                        "mappers:\n  other: {x: 1}\n  thing:\n    m: %s\n    always: 1\n"
                        "models: {thing: %s}\n"
                        "routes: {GET /a: {steps: [{got: GET store/a}],"
                        " answer: $got | required | thing}}\n",
                        rows[i].value, rows[i].model)
                .data;
        struct value schema = at(*state, described(*state, source), "components|schemas|Thing");
        check_json(source, rows[i].member, at(*state, schema, "properties|m"));
        struct value required = at(*state, schema, "required");
        check_number(source, rows[i].required ? 2 : 1, value_length(required));
    }
}

/* A component is all that its mapper returns, wherever it is called. */
static void a_mapper_is_described_once(void **state) {
    static const char source[] =
        ANY_UPSTREAM "schemas: {Part: {properties: {a: {type: string}}}}\n"
                     "mappers:\n"
                     "  part $name: {kind: small_part, name: $name}\n"
                     "  same: . | part 'one'\n"
                     "routes:\n"
                     "  POST /a: {body: Part, steps: [{got: POST store/a}],"
                     " answer: {a: $got | required | same}}\n"
                     "  GET /b: {steps: [{got: GET store/b}],"
                     " answer: $got | required | part $got.name}\n";
    struct value document = described(*state, source);
    check_json("the schema", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}",
               at(*state, document, "components|schemas|Part"));
    check_json("the mapper",
               "{\"type\":\"object\",\"required\":[\"kind\"],\"properties\":{\"kind\":{\"type\":"
               "\"string\",\"enum\":[\"small_part\"]},\"name\":{\"type\":\"string\"}}}",
               at(*state, document, "components|schemas|PartAnswer"));
    static const char *const schemas[] = {
        "paths|/a|post|responses|201|content|application/json|schema|properties|a",
        "paths|/b|get|responses|200|content|application/json|schema"};
    for (size_t i = 0; i < COUNT(schemas); i++)
        check_json(schemas[i], "{\"$ref\":\"#/components/schemas/PartAnswer\"}",
                   at(*state, document, schemas[i]));
}

static void requests_have_the_rules_of_their_schemas(void **state) {
    static const struct {
        const char *schema;
        const char *expected;
    } rows[] = {
        {"{type: string, minLength: 1, maxLength: 5, description: An m}",
         "{\"type\":\"string\",\"description\":\"An m\",\"minLength\":1,\"maxLength\":5}"},
        {"{type: integer, minimum: 1, maximum: 1e2}",
         "{\"type\":\"integer\",\"minimum\":1,\"maximum\":1e2}"},
        {"{type: string, enum: [a, b], ignoreCase: true}",
         "{\"type\":\"string\",\"enum\":[\"a\",\"b\"]}"},
        {"{type: string, enum: $settings.unset}", "{\"type\":\"string\"}"},
        {"{type: string, pattern: '^[a\\\\]+$'}",
         "{\"type\":\"string\",\"pattern\":\"^[a\\\\\\\\\\\\\\\\]+$\"}"},
        {"{type: string, format: email}", "{\"type\":\"string\",\"format\":\"email\"}"},
        {"{type: string, format: iso8601}", "{\"type\":\"string\"}"},
        {"{type: string, anyOf: [{format: date}, {format: date-time}]}",
         "{\"type\":\"string\",\"anyOf\":[{\"format\":\"date\"},{\"format\":\"date-time\"}]}"},
        {"{type: array, items: {$ref: Id}}",
         "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Id\"}}"},
        {"{type: array}", "{\"type\":\"array\",\"items\":{}}"},
        {"{type: object}", "{\"type\":\"object\",\"additionalProperties\":true}"},
        {"{required: [a], properties: {a: {type: boolean}}}",
         "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":"
         "\"boolean\"}}}"},
        {"{$ref: Id}", "{\"$ref\":\"#/components/schemas/Id\"}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *source =
            text_format(*state,
                        ANY_UPSTREAM "settings: {unset: \"${O2S_UNSET:-}\"}\n"
                                     "schemas: {Id: {type: string, maxLength: 9}}\n"
                                     "routes: {POST /a: {body: {properties: {m: %s, n: Id}},"
                                     " answer: {m: $body.m, n: $body.n}}}\n",
                        rows[i].schema)
                .data;
        struct value document = described(*state, source);
        check_json(rows[i].schema, rows[i].expected,
                   at(*state, document,
                      "paths|/a|post|requestBody|content|application/json|schema|properties|m"));
        check_json("what it refers to", "{\"type\":\"string\",\"maxLength\":9}",
                   at(*state, document, "components|schemas|Id"));
    }
}

static void patterns_are_translated(void **state) {
    static const struct {
        const char *posix;
        const char *expected;
    } rows[] = {
        {"^[A-Za-z]{3}$", "^[A-Za-z]{3}$"},
        {"^/[a-z0-9/-]*$", "^/[a-z0-9/-]*$"},
        {"[]a]", "[\\]a]"},
        {"[^]a]", "[^\\]a]"},
        {"[a[b]", "[a\\[b]"},
        {"[\\d]", "[\\\\d]"},
        {"a\\.b", "a\\.b"},
        {"a\\-b", "a-b"},
        {"(a|b)+", "(a|b)+"},
        {"[[:alpha:]]", ""},
        {"[[.a.]]", ""},
        {"\\<word\\>", "<word>"},
        {"\\w", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(rows[i].posix, rows[i].expected,
                   openapi_pattern(*state, text_of(rows[i].posix)));
}

static void parameters_are_those_of_path_query_and_headers(void **state) {
    static const char source[] =
        ANY_UPSTREAM "common:\n  headers: {x-locale: {type: string, enum: [en, de]},"
                     " authorization: {type: string}}\n"
                     "routes:\n"
                     "  GET /a/{id}:\n"
                     "    query:\n"
                     "      required: [n]\n"
                     "      properties:\n"
                     "        n: {type: integer, description: How many}\n"
                     "        list: {type: array, items: {type: string}}\n"
                     "        deep: {type: array, items: {properties: {x: {type: string}}}}\n"
                     "    answer: [$path.id, $query.n, $query.list, $query.deep.0.x,"
                     " $headers.x-locale]\n";
    struct value document = described(*state, source);
    check_json(
        "the operation",
        "[{\"name\":\"id\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}},"
        "{\"name\":\"n\",\"in\":\"query\",\"required\":true,\"description\":\"How many\","
        "\"schema\":{\"type\":\"integer\",\"description\":\"How many\"}},"
        "{\"name\":\"list\",\"in\":\"query\",\"schema\":{\"type\":\"array\",\"items\":{\"type\":"
        "\"string\"}}},"
        "{\"name\":\"deep\",\"in\":\"query\",\"style\":\"deepObject\",\"explode\":true,\"schema\":{"
        "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":"
        "\"string\"}}}}},"
        "{\"$ref\":\"#/components/parameters/x-locale\"}]",
        at(*state, document, "paths|/a/{id}|get|parameters"));
    check_json("the header",
               "{\"x-locale\":{\"name\":\"x-locale\",\"in\":\"header\",\"schema\":{\"type\":"
               "\"string\",\"enum\":[\"en\",\"de\"]}}}",
               at(*state, document, "components|parameters"));
}

/* `404: Not found; 502: …`, of the errors of a route. */
static struct text errors_of(struct arena *arena, struct value responses) {
    struct buffer buffer = {0};
    const struct member *members = value_members(arena, responses);
    for (size_t i = 0; i < value_length(responses); i++) {
        struct text description = value_text(at(arena, members[i].value, "description"));
        if (members[i].name.data[0] == '4' || members[i].name.data[0] == '5')
            buffer_append_format(&buffer, "%s%.*s: %.*s", buffer.size ? "; " : "",
                                 TEXT_ARGUMENT(members[i].name), TEXT_ARGUMENT(description));
    }
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}

#define NO_ANSWER                                                                                  \
    "502: An upstream cannot be reached, or its answer cannot be used; "                           \
    "504: An upstream does not answer in time"

static void errors_are_those_of_steps_and_upstreams(void **state) {
    static const struct {
        const char *steps;
        const char *expected;
    } rows[] = {
        {"[]", ""},
        {"[{require: $headers.a, else: 401 Not without a}]", "401: `Not without a`"},
        {"[{require: $headers.a, else: 400 One}, {require: $headers.b, else: \"400 "
         "{$headers.c}\"}]",
         "400: - `One`\n- `{$headers.c}`"},
        {"[{require: $headers.a, else: 400 One}, {require: $headers.b, else: 400 One}]",
         "400: `One`"},
        {"[{got: DELETE plain/a}]", NO_ANSWER},
        {"[{got: DELETE plain/a, optional: true}]", ""},
        {"[{got: DELETE plain/a, catch: {404: 410 Gone, 409: }}]", "410: `Gone`; " NO_ANSWER},
        {"[{got: DELETE passing/a}]",
         "400: An error of the upstream passing, with its message; "
         "404: An error of the upstream passing, with its message; " NO_ANSWER},
        {"[{got: DELETE passing/a, catch: {404: }}]",
         "400: An error of the upstream passing, with its message; " NO_ANSWER},
        {"[{got: DELETE broken/a}]",
         "413: The request is too large for an upstream; "
         "502: An upstream cannot be reached, or its answer cannot be used; "
         "503: An upstream is down; try again after the time in Retry-After; "
         "504: An upstream does not answer in time"},
        {"[{got: \"DELETE plain/{$headers.a}\"}]", "404: A part of the path is empty; " NO_ANSWER},
        {"[{got: DELETE plain/a, each: \"([1, 2])\"}]",
         "400: A list has too many items; " NO_ANSWER},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *source =
            text_format(*state,
                        "upstreams:\n"
                        "  plain: {url: 'http://a.test', public: true}\n"
                        "  passing: {url: 'http://b.test', public: true,"
                        " errors: {pass: [404], as: {422: 400}}}\n"
                        "  broken: {url: 'http://c.test', public: true, max_request: 1 KiB,"
                        " breaker: {probe: /up}}\n"
                        "routes: {GET /a: {steps: %s, answer: {a: 1}}}\n",
                        rows[i].steps)
                .data;
        struct value responses = at(*state, described(*state, source), "paths|/a|get|responses");
        check_text(rows[i].steps, rows[i].expected, errors_of(*state, responses));
    }
}

static void an_error_has_an_example(void **state) {
    static const char source[] =
        ANY_UPSTREAM "settings: {most: 9}\n"
                     "routes: {GET /a: {answer: \"404 Not among {$settings.most}\"}}\n";
    check_json("the example",
               "{\"message\":\"Not among 9\",\"error\":\"Not Found\",\"statusCode\":404}",
               at(*state, described(*state, source),
                  "paths|/a|get|responses|404|content|application/json|example"));
}

static void a_token_is_needed_or_accepted(void **state) {
    static const struct {
        const char *steps;
        const char *expected;
    } rows[] = {
        {"[]", "[]"},
        {"[{got: DELETE open/a}]", "[]"},
        {"[{got: DELETE store/a}]", "[{},{\"bearer\":[]}]"},
        {"[{require: $headers.authorization, else: 401 No}]", "[{\"bearer\":[]}]"},
        {"[{require: $headers.authorization, else: 401 No, when: $headers.a}]", "[]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *source =
            text_format(*state,
                        "upstreams:\n  open: {url: 'http://a.test', public: true}\n"
                        "  store: {url: 'http://b.test', forward: [Authorization]}\n"
                        "routes: {GET /a: {steps: %s, answer: {a: 1}}}\n",
                        rows[i].steps)
                .data;
        struct value document = described(*state, source);
        check_json(rows[i].steps, rows[i].expected, at(*state, document, "paths|/a|get|security"));
        check_truth("the scheme", strstr(rows[i].expected, "bearer") != NULL,
                    !value_is_missing(at(*state, document, "components|securitySchemes|bearer")));
    }
}

static void routes_of_one_path_are_together(void **state) {
    static const char source[] =
        ANY_UPSTREAM "server: {prefix: /api}\n"
                     "routes:\n"
                     "  GET /: {answer: {a: 1}}\n"
                     "  GET /a/{id}: {answer: {a: 1}}\n"
                     "  GET /a-by/id: {answer: {a: 1}}\n"
                     "  DELETE /a/{other}: {tag: some, description: Its text, summary: Its name, "
                     "answer: {status: "
                     "204}}\n"
                     "  GET /a/by/id: {answer: {status: 201, headers: {x-a: 1}, body: {a: 1}}}\n";
    struct value document = described(*state, source);
    check_json("the server", "[{\"url\":\"/api\"}]", at(*state, document, "servers"));
    check_json("tags", "[{\"name\":\"a\"},{\"name\":\"a-by\"},{\"name\":\"some\"}]",
               at(*state, document, "tags"));
    check_json(
        "the other name of the parameter", "\"id\"",
        value_member(*state,
                     value_item(*state, at(*state, document, "paths|/a/{id}|delete|parameters"), 0),
                     text_of("name")));
    static const struct {
        const char *path;
        const char *expected;
    } rows[] = {
        {"paths|/|get|operationId", "\"get\""},
        {"paths|/|get|tags", "missing"},
        {"paths|/a/{id}|get|operationId", "\"getAById\""},
        {"paths|/a-by/id|get|operationId", "\"getAById2\""},
        {"paths|/a/by/id|get|operationId", "\"getAById3\""},
        {"paths|/a/{id}|get|summary", "\"GET /a/{id}\""},
        {"paths|/a/{id}|delete|summary", "\"Its name\""},
        {"paths|/a/{id}|delete|description", "\"Its text\""},
        {"paths|/a/{id}|delete|tags", "[\"some\"]"},
        {"paths|/a/{id}|delete|responses|204|content", "missing"},
        {"paths|/a/by/id|get|responses|201|headers|x-a", "{\"schema\":{\"type\":\"string\"}}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_json(rows[i].path, rows[i].expected, at(*state, document, rows[i].path));
}

static const char small[] = "server: {title: Things, description: A text}\n"
                            "upstreams: {store: {url: 'http://store.test', public: true}}\n"
                            "routes:\n"
                            "  GET /things:\n"
                            "    answer: {no: 'no', \"1\": 'a: b'}\n";

static void the_document_can_be_written_as_yaml(void **state) {
    struct buffer buffer = {0};
    const struct table *table = good_table(*state, small);
    openapi_write(&buffer, table, OPENAPI_YAML);
    struct text version =
        value_text(value_member(*state, table->definitions.table, text_of("version")));
    static const char expected[] = "openapi: \"3.1.0\"\n"
                                   "info:\n"
                                   "  title: Things\n"
                                   "  description: A text\n"
                                   "  version: VERSION\n"
                                   "servers:\n"
                                   "  - url: \"/\"\n"
                                   "tags:\n"
                                   "  - name: things\n"
                                   "paths:\n"
                                   "  \"/things\":\n"
                                   "    get:\n"
                                   "      tags:\n"
                                   "        - things\n"
                                   "      summary: GET /things\n"
                                   "      operationId: getThings\n"
                                   "      security: []\n"
                                   "      responses:\n"
                                   "        \"200\":\n"
                                   "          description: OK\n"
                                   "          headers:\n"
                                   "            x-request-id:\n"
                                   "              \"$ref\": \"#/components/headers/x-request-id\"\n"
                                   "          content:\n"
                                   "            application/json:\n"
                                   "              schema:\n"
                                   "                type: object\n"
                                   "                required:\n"
                                   "                  - \"no\"\n"
                                   "                  - \"1\"\n"
                                   "                properties:\n"
                                   "                  \"no\":\n"
                                   "                    type: string\n"
                                   "                    enum:\n"
                                   "                      - \"no\"\n"
                                   "                  \"1\":\n"
                                   "                    type: string\n"
                                   "                    enum:\n"
                                   "                      - \"a: b\"\n"
                                   "        default:\n"
                                   "          \"$ref\": \"#/components/responses/Error\"\n"
                                   "components:\n";
    struct text came = buffer_text(&buffer);
    const char *begin = strstr(expected, "VERSION");
    struct text head = {expected, (size_t)(begin - expected)};
    check_truth("the begin", true, text_starts_with(came, head));
    const char *rest = strchr(came.data + head.size, '\n');
    const char *wanted = strchr(begin, '\n');
    check_text("the document", wanted, (struct text){rest, strlen(wanted)});
    check_truth("the version", true, text_contains(came, version));
    buffer_free(&buffer);
}

static void check_types(struct arena *arena, const char *name, struct value schema) {
    if (schema.type != VALUE_OBJECT || !value_is_missing(at(arena, schema, "$ref")))
        return;
    if (value_is_missing(at(arena, schema, "type")))
        fail_msg("%s has no type", name);
    struct value properties = at(arena, schema, "properties");
    const struct member *members = value_members(arena, properties);
    for (size_t i = 0; i < value_length(properties); i++)
        check_types(arena, text_format(arena, "%s.%.*s", name, TEXT_ARGUMENT(members[i].name)).data,
                    members[i].value);
    check_types(arena, text_format(arena, "%s[]", name).data, at(arena, schema, "items"));
}

static void every_member_of_the_shipped_table_has_a_type(void **state) {
    struct value document = described(*state, file_content(*state, PROJECT "/routes.yaml").data);
    struct value schemas = at(*state, document, "components|schemas");
    const struct member *members = value_members(*state, schemas);
    assert_true(value_length(schemas) > 40);
    for (size_t i = 0; i < value_length(schemas); i++)
        check_types(*state, text_copy(*state, members[i].name).data, members[i].value);
    struct value paths = at(*state, document, "paths");
    const struct member *items = value_members(*state, paths);
    for (size_t i = 0; i < value_length(paths); i++)
        check_types(
            *state, text_copy(*state, items[i].name).data,
            at(*state, items[i].value, "get|responses|200|content|application/json|schema"));
}

/* Serving. */

/* No call is made. */
static const struct standin_rule no_rules[] = {{0}};

static void a_route_serves_the_document(void **state) {
    static const char table[] = "common: {cache: {max_age: 60s}}\n" ANY_UPSTREAM "routes:\n"
                                "  GET /json: {cache: {}, answer: openapi json}\n"
                                "  GET /yaml: {answer: openapi yaml}\n";
    struct serving *serving = serving_start(*state, table, no_rules);
    serving_ask(serving, "/json");
    check_number("the status", 200, (size_t)serving->response.status);
    check_text("its type", "application/json; charset=utf-8",
               serving_header(serving, "content-type"));
    check_text("its caching", "public, max-age=60", serving_header(serving, "cache-control"));
    struct text body = text_copy(*state, buffer_text(&serving->response.body));
    check_json("the document", "\"3.1.0\"", at(*state, value_from(*state, body.data), "openapi"));
    struct text etag = text_copy(*state, serving_header(serving, "etag"));
    const char *const headers[] = {text_format(*state, "if-none-match: %s", etag.data).data, NULL};
    serving_ask_all(serving, "GET", "/json", headers, NULL);
    check_number("with its tag", 304, (size_t)serving->response.status);
    serving_ask(serving, "/yaml");
    check_text("the type of YAML", "application/yaml; charset=utf-8",
               serving_header(serving, "content-type"));
    check_truth("YAML", true,
                text_starts_with(buffer_text(&serving->response.body), text_of("openapi: ")));
    serving_stop(serving);
}

static void the_document_is_that_of_the_table_that_is_loaded(void **state) {
    struct serving *serving = serving_start(
        *state, ANY_UPSTREAM "routes: {GET /json: {answer: openapi json}}\n", no_rules);
    static const char *const paths[] = {"/json", "/other"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        const char *source = text_format(*state,
                                         ANY_UPSTREAM "routes:\n"
                                                      "  GET %s: {answer: {a: 1}}\n"
                                                      "  GET /docs: {answer: openapi json}\n",
                                         paths[i])
                                 .data;
        service_set_table(serving->service, table_load("table", text_of(source), stderr));
        for (int again = 0; again < 2; again++) {
            serving_ask(serving, "/docs");
            struct text body = text_copy(*state, buffer_text(&serving->response.body));
            struct value document = value_from(*state, body.data);
            check_truth(paths[i], false,
                        value_is_missing(value_member(*state, at(*state, document, "paths"),
                                                      text_of(paths[i]))));
        }
    }
    serving_stop(serving);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_member_has_the_type_of_its_value),
        TEST_WITH_ARENA(a_mapper_is_described_once),
        TEST_WITH_ARENA(requests_have_the_rules_of_their_schemas),
        TEST_WITH_ARENA(patterns_are_translated),
        TEST_WITH_ARENA(parameters_are_those_of_path_query_and_headers),
        TEST_WITH_ARENA(errors_are_those_of_steps_and_upstreams),
        TEST_WITH_ARENA(an_error_has_an_example),
        TEST_WITH_ARENA(a_token_is_needed_or_accepted),
        TEST_WITH_ARENA(routes_of_one_path_are_together),
        TEST_WITH_ARENA(the_document_can_be_written_as_yaml),
        TEST_WITH_ARENA(every_member_of_the_shipped_table_has_a_type),
        TEST_WITH_ARENA(a_route_serves_the_document),
        TEST_WITH_ARENA(the_document_is_that_of_the_table_that_is_loaded),
    };
    return cmocka_run_group_tests_name("openapi", tests, NULL, NULL);
}
