/* The command test: cases of a table, what is wrong with them, and what they reach. */
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "capture.h"
#include "serve/check.h"
#include "serve/table_test.h"
#include "upstream_standin.h"

static const struct log no_log = {.descriptor = -1, .level = LOG_LEVEL_ERROR};

static const char table[] =
    "settings:\n"
    "  key: ${O2S_TEST_KEY}\n"
    "  size: ${O2S_TEST_SIZE:-}\n"
    "upstreams:\n"
    "  s:\n"
    "    url: ${O2S_TEST_URL}/store\n"
    "    forward: [authorization]\n"
    "    headers: {x-key: $settings.key}\n"
    "    errors: {pass: [404]}\n"
    "tables:\n"
    "  sizes: {S: Small, L: Large, else: Other}\n"
    "mappers:\n"
    "  thing:\n"
    "    id: .id\n"
    "    size: .size | sizes\n"
    "    label: \"{.first_name} {.last_name}\"\n"
    "    fixed: 1\n"
    "    never: .never\n"
    "routes:\n"
    "  GET /things/{id}:\n"
    "    steps:\n"
    "      - found: GET s/things/{$path.id}\n"
    "        query: {size: $settings.size, limit: 10}\n"
    "        catch: {404: 404 No such thing}\n"
    "      - more: GET s/more\n"
    "        when: $headers.authorization\n"
    "      - require: $found.thing\n"
    "        else: 400 Nothing\n"
    "    answer: {thing: $found.thing | thing, more: $more.n, now: $now}\n"
    "  POST /things:\n"
    "    body: {type: object, properties: {n: {type: number}, email: {type: string}}}\n"
    "    steps:\n"
    "      - before: GET s/before\n"
    "      - made: POST s/things\n"
    "        body: {n: $body.n, email: $body.email, a: $before.a}\n"
    "    answer: {n: $made.n}\n"
    "  GET /never: {answer: 501 Never}\n";

static const char environment[] = "environment: {O2S_TEST_URL: http://s.test, O2S_TEST_KEY: k}\n";

struct run {
    struct arena *arena;
    struct command_options options;
    const char *paths[2];
    size_t path_count;
    struct captured came;
};

static const struct command_options plain_options = {
    .table_path = "routes.yaml", .log = &no_log, .test.minimum = -1};

static struct run start(struct arena *arena) {
    write_file("routes.yaml", table);
    return (struct run){.arena = arena, .options = plain_options};
}

static int execute(void *context) {
    struct run *run = context;
    return command_test(&run->options, (char *const *)run->paths, run->path_count);
}

static int execute_check(void *context) {
    struct run *run = context;
    return command_check(&run->options);
}

static void run_with(struct run *run, int (*command)(void *)) {
    run->came = capture(run->arena, command, run);
}

/* Runs a file of cases, written without the environment that all have. */
static void run_cases(struct run *run, const char *cases) {
    write_file("case.yaml", text_format(run->arena, "%s%s", environment, cases).data);
    run->paths[0] = "case.yaml";
    run->path_count = 1;
    run_with(run, execute);
}

/* The output up to the line with the time that it took. */
static void check_failure(struct run *run, const char *what, const char *expected) {
    struct text out = run->came.out;
    size_t size = strlen(expected);
    check_text(what, "", run->came.error);
    check_text(what, expected, (struct text){out.data, out.size < size ? out.size : size});
    check_truth(what, true,
                text_starts_with((struct text){out.data + size, out.size - size},
                                 text_of("1 case, 1 failed, in ")));
    check_number(what, EXIT_FAILURE, (size_t)run->came.status);
}

#define CASE "cases:\n  - name: it\n    request: "

static const char good[] =
    CASE "GET /things/a%20b\n"
         "    headers: {authorization: Bearer t}\n"
         "    calls:\n"
         "      - call: GET s/things/a b?limit=10\n"
         "        headers: {x-key: k, authorization: Bearer t, x-none: null}\n"
         "        answer: {thing: {id: 1.0, size: S, first_name: A, last_name: B}}\n"
         "      - call: GET s/more\n"
         "        answer: {n: 12345678901234567890.10}\n"
         "    response:\n"
         "      headers: {cache-control: 'private, no-store', x-none: null, x-request-id: "
         "6c82a562cb808d10d632be89c8513ebf}\n"
         "      body:\n"
         "        thing: {id: 1, size: Small, label: A B, fixed: 1}\n"
         "        more: 12345678901234567890.1\n"
         "        now: '2026-01-31T12:00:00.000Z'\n";

static void a_case_passes_without_an_upstream(void **state) {
    struct run run = start(*state);
    setenv("O2S_TEST_SIZE", "not of the case", 1);
    run_cases(&run, good);
    check_text("good", "", run.came.error);
    check_truth("good", true, text_starts_with(run.came.out, text_of("1 case, 0 failed, in ")));
    check_number("good", EXIT_SUCCESS, (size_t)run.came.status);
    check_text("the environment is back", "not of the case", text_of(getenv("O2S_TEST_SIZE")));
    unsetenv("O2S_TEST_SIZE");
}

static void a_failing_case_says_what_differs(void **state) {
    static const struct {
        const char *what;
        const char *cases;
        const char *expected;
    } rows[] = {
        {"a value, by its path",
         CASE "GET /things/1\n    calls:\n      - call: GET s/things/1?limit=10\n"
              "        answer: {thing: {id: [1, {a: 2}], first_name: A, last_name: B}}\n"
              "    response:\n      body:\n        now: '2026-01-31T12:00:00.000Z'\n"
              "        thing: {id: [1, {a: 3}], label: null, fixed: '1', more: x}\n",
         "case.yaml:3: FAILED: it\n"
         "  body.thing.id.1.a: expected 3, got 2\n"
         "  body.thing.label: expected null, got \"A B\"\n"
         "  body.thing.fixed: expected \"1\", got 1\n"
         "  body.thing.more: expected \"x\", got nothing\n"},
        {"more than expected",
         CASE "GET /things/1\n    calls:\n      - call: GET s/things/1?limit=10\n"
              "        answer: {thing: {id: [1, 2]}}\n"
              "    response: {body: {thing: {id: [1]}}}\n",
         "case.yaml:3: FAILED: it\n"
         "  body.thing.id: expected 1 items, got 2\n"
         "  body.thing.fixed: expected nothing, got 1\n"
         "  body.now: expected nothing, got \"2026-01-31T12:00:00.000Z\"\n"},
        {"a call that is not expected", CASE "GET /things/1\n    response: 404 No such thing\n",
         "case.yaml:3: FAILED: it\n"
         "  GET s/things/1: the case has no answer to this call\n"
         "  status: expected 404, got 502 (call found: the test case has no answer to this call)\n"
         "  body.message: expected \"No such thing\", got \"The upstream \\\"s\\\" cannot be "
         "reached\"\n"
         "  body.error: expected \"Not Found\", got \"Bad Gateway\"\n"
         "  body.statusCode: expected 404, got 502\n"},
        {"a call that is not made",
         CASE "GET /things/1\n    calls:\n      - call: GET s/things/1?limit=10\n"
              "        status: 404\n      - call: GET s/more\n    response: 404 No such thing\n",
         "case.yaml:3: FAILED: it\n"
         "  GET s/more: the call was not made (line 8)\n"},
        {"a query, a header and a body",
         CASE "POST /things\n    body: {n: 1.50}\n    calls:\n      - call: GET s/before?x=1\n"
              "        answer: {a: z}\n      - call: POST s/things\n"
              "        headers: {x-key: other, authorization: null}\n"
              "        body: {n: 1.5, a: y, email: null}\n        answer: {n: 2}\n"
              "    response: {body: {n: 2}}\n",
         "case.yaml:3: FAILED: it\n"
         "  GET s/before: query.x: expected \"1\", got nothing\n"
         "  POST s/things: body.a: expected \"y\", got \"z\"\n"
         "  POST s/things: body.email: expected null, got nothing\n"
         "  POST s/things: headers.x-key: expected \"other\", got \"k\"\n"},
        {"a call that changes something out of order",
         CASE "POST /things\n    body: {}\n    calls:\n      - call: POST s/things\n"
              "        body: {}\n        answer: {n: 2}\n      - call: GET s/before\n"
              "    response: {body: {n: 2}}\n",
         "case.yaml:3: FAILED: it\n"
         "  POST s/things: expected before a call that was made earlier\n"},
        {"a header of the response",
         CASE "GET /never\n    response:\n      status: 501\n      headers: {cache-control: null, "
              "x-a: b}\n      body: {message: Never, error: Not Implemented, statusCode: 501.0}\n",
         "case.yaml:3: FAILED: it\n"
         "  headers.cache-control: expected nothing, got \"private, no-store\"\n"
         "  headers.x-a: expected \"b\", got nothing\n"},
        {"no body is expected", CASE "GET /never\n    response: {status: 501}\n",
         "case.yaml:3: FAILED: it\n"
         "  body: expected nothing, got {\"message\":\"Never\",\"error\":\"Not "
         "Implemented\",\"statusCode\":501}\n"},
    };
    struct run run = start(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        run_cases(&run, rows[i].cases);
        check_failure(&run, rows[i].what, rows[i].expected);
    }
}

static void a_case_says_how_a_call_fails(void **state) {
    static const struct {
        const char *outcome;
        const char *response;
    } rows[] = {
        {"fails: unreachable", "502 The upstream \"s\" cannot be reached"},
        {"fails: timeout", "504 The upstream \"s\" did not answer in time"},
        {"fails: too_large", "502 The upstream \"s\" answered with too much"},
        {"answer_text: '<html>'", "502 The upstream \"s\" gave no valid JSON"},
        {"status: 500", "502 The upstream \"s\" failed"},
        {"status: 404", "404 No such thing"},
        {"answer: {}", "400 Nothing"},
    };
    struct run run = start(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        run_cases(&run, text_format(*state,
                                    CASE "GET /things/1\n    calls:\n"
                                         "      - call: GET s/things/1?limit=10\n"
                                         "        %s\n    response: '%s'\n",
                                    rows[i].outcome, rows[i].response)
                            .data);
        check_number(rows[i].outcome, EXIT_SUCCESS, (size_t)run.came.status);
    }
}

/* The first line is that of the environment. */
static void mistakes_in_a_file_have_their_place(void **state) {
    static const struct {
        const char *content;
        const char *expected;
    } rows[] = {
        {"case: []\n",
         "2:1: unknown key \"case\" in a file of test cases; did you mean \"cases\"?\n"},
        {"cases: []\n", "2:8: a file of test cases has a list `cases` with at least one case\n"},
        {"now: noon\n", "2:6: now is a time such as 2026-01-31T12:00:00Z\n"},
        {"set: x\n", "2:6: set is a mapping of names to values\n"},
        {"set: {a: 1}\n" CASE "GET /${b}\n    response: 501 Never\n",
         "5:19: unknown name \"b\": the section `set` has no such value\n"},
        {"cases: [x]\n", "2:9: a case is a mapping\n"},
        {"cases: [{name: x}]\n", "2:9: the case has no `request`\n"},
        {CASE "GET /never\n    respons: 1\n",
         "5:5: unknown key \"respons\" in a case; did you mean "
         "\"response\"?\n"},
        {CASE "GTE /never\n    response: 501 Never\n",
         "4:14: a request is written `METHOD /path?query`\n"},
        {CASE "GET never\n    response: 501 Never\n",
         "4:14: a request is written `METHOD /path?query`\n"},
        {CASE "GET /never\n    response: 501 Never\n  - name: it\n    request: GET /x\n"
              "    response: 501 Never\n",
         "6:11: another case has this name, in line 3\n"},
        {CASE "GET /never\n    response: Never\n",
         "5:15: a response is `STATUS message` for an error, or a mapping with status, headers and "
         "body\n"},
        {CASE "GET /never\n    response: {status: 99}\n",
         "5:24: a status is a number from 200 to 599\n"},
        {CASE "GET /never\n    response: {headers: x}\n",
         "5:25: headers is a mapping of names to values\n"},
        {CASE "GET /never\n    headers: [x]\n    response: 501 Never\n",
         "5:14: headers is a mapping of names to values\n"},
        {CASE "GET /never\n    body: 1\n    body_text: x\n    response: 501 Never\n",
         "6:16: give `body` or `body_text`, not both\n"},
        {CASE "GET /never\n    calls: x\n    response: 501 Never\n", "5:12: calls is a list\n"},
        {CASE "GET /never\n    calls: [{call: GET t/x}]\n    response: 501 Never\n",
         "5:24: unknown upstream \"t\"\n"},
        {CASE "GET /never\n    calls: [{call: HEAD s/x}]\n    response: 501 Never\n",
         "5:20: a call is written `METHOD upstream/path`, as in the table\n"},
        {CASE "GET /never\n    calls: [{status: 200}]\n    response: 501 Never\n",
         "5:13: a call begins with `call: METHOD upstream/path`\n"},
        {CASE "GET /never\n    calls: [{call: GET s/x, satus: 1}]\n    response: 501 Never\n",
         "5:29: unknown key \"satus\" in a call; did you mean \"status\"?\n"},
        {CASE "GET /never\n    calls: [{call: 'GET s/x?a=1', query: {a: 1}}]\n"
              "    response: 501 Never\n",
         "5:42: the query is given twice: in the call's path, and here\n"},
        {CASE "GET /never\n    calls: [{call: GET s/x, query: a}]\n    response: 501 Never\n",
         "5:36: query is a mapping of parameters\n"},
        {CASE "GET /never\n    calls: [{call: 'GET s/x?%zz'}]\n    response: 501 Never\n",
         "5:20: the query cannot be read\n"},
        {CASE "GET /never\n    calls: [{call: GET s/x, fails: often}]\n    response: 501 Never\n",
         "5:36: fails is `unreachable`, `timeout` or `too_large`\n"},
        {CASE "GET /never\n    calls: [{call: GET s/x, fails: timeout, status: 200}]\n"
              "    response: 501 Never\n",
         "5:36: a call that fails has no status and no answer\n"},
        {"a: [\n", ""},
    };
    struct run run = start(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        run_cases(&run, rows[i].content);
        struct text expected = text_format(*state, "case.yaml:%s", rows[i].expected);
        check_text(rows[i].content, expected.data,
                   (struct text){run.came.error.data, run.came.error.size < expected.size
                                                          ? run.came.error.size
                                                          : expected.size});
        check_truth("a caret", true, text_contains(run.came.error, text_of("^\n")));
        check_number(rows[i].content, EX_DATAERR, (size_t)run.came.status);
        check_text("nothing is run", "", run.came.out);
    }
}

static void files_and_variables_that_are_missing_are_named(void **state) {
    struct run run = start(*state);
    run_with(&run, execute);
    check_number("no folder", EX_NOINPUT, (size_t)run.came.status);
    check_text("no folder",
               "there is no folder routes.tests with test cases: name files of test cases, or "
               "folders with such\n",
               run.came.error);
    run.paths[0] = "/none/case.yaml";
    run.path_count = 1;
    run_with(&run, execute);
    check_number("no file", EX_NOINPUT, (size_t)run.came.status);
    check_text("no file", "/none/case.yaml: No such file or directory\n", run.came.error);
    write_file("case.yaml", "environment: {O2S_TEST_URL: http://s.test}\n" CASE
                            "GET /never\n    response: 501 Never\n");
    run.paths[0] = "case.yaml";
    setenv("O2S_TEST_KEY", "of the process", 1);
    run_with(&run, execute);
    unsetenv("O2S_TEST_KEY");
    check_number("a variable", EX_CONFIG, (size_t)run.came.status);
    check_text("a variable",
               "case.yaml: the environment variable O2S_TEST_KEY is not set: give it a value in "
               "`environment`\n",
               run.came.error);
    run_cases(&run, good);
    run.paths[0] = ".";
    write_file("made.yaml", good);
    unlink("routes.yaml");
    run_with(&run, execute);
    check_number("no table", EX_CONFIG, (size_t)run.came.status);
    check_text("no table, once for all files", "routes.yaml: No such file or directory\n",
               run.came.error);
    run.options.table_path = "-";
    run_with(&run, execute);
    check_number("standard input", EX_USAGE, (size_t)run.came.status);
}

static void names_stand_for_values(void **state) {
    struct run run = start(*state);
    char *settings[] = {"b=501", "c=1"};
    run.options.sets = settings;
    run.options.set_count = 1;
    run_cases(&run, "set: {a: never, b: 404}\n" CASE "GET /${a}?x=$${a}\n"
                    "    response: {status: '${b}', body: x}\n");
    check_text("a status is no string", "case.yaml:6:24: a status is a number from 200 to 599\n",
               (struct text){run.came.error.data, 53});
    run_cases(&run, "set: {a: never, b: 404}\n" CASE "GET /${a}?x=$${a}\n"
                    "    response: ${b} Never\n");
    check_number("replaced", EXIT_SUCCESS, (size_t)run.came.status);
    run.options.set_count = 2;
    run_with(&run, execute);
    check_number("not in a file", EX_USAGE, (size_t)run.came.status);
    check_text("not in a file", "--set c: no file has this name in its section `set`\n",
               run.came.error);
    settings[0] = "b";
    run_with(&run, execute);
    check_number("no value", EX_USAGE, (size_t)run.came.status);
    check_text("no value", "--set is written NAME=VALUE, not 'b'\n", run.came.error);
}

/* The table is loaded once for each file of cases; its parts are the same each time. */
static void coverage_of_an_extended_table_names_its_files(void **state) {
    struct run run = start(*state);
    const char *cases = text_format(run.arena, "%s%s", environment, good).data;
    run.options.test.coverage = true;
    write_file("mine.yaml", "extends: routes.yaml\n");
    write_file("case.yaml", cases);
    write_file("made.yaml", cases);
    run.options.table_path = "mine.yaml";
    run.paths[0] = "case.yaml";
    run.paths[1] = "made.yaml";
    run.path_count = 2;
    run_with(&run, execute);
    struct text out = run.came.out;
    text_cut(&out, '\n');
    check_text("the file of a part", "routes.yaml:11: not reached: table sizes: L",
               text_cut(&out, '\n'));
    check_truth("each part once", true,
                text_contains(out, text_of("coverage 43.8 %: 1 of 3 routes")));
}

/* Two cases, of which the second fails. */
static void a_line_selects_one_case(void **state) {
    static const struct {
        const char *path;
        int status;
        const char *out, *error;
    } rows[] = {
        {"case.yaml:2", EX_NOINPUT, "", "case.yaml: no test case begins at line 2 or above\n"},
        {"case.yaml:3", EXIT_SUCCESS, "1 case, 0 failed", ""},
        {"case.yaml:4", EXIT_SUCCESS, "1 case, 0 failed", ""},
        {"case.yaml:6", EXIT_FAILURE, "case.yaml:6: FAILED: other", ""},
        {"case.yaml:", EX_NOINPUT, "", "case.yaml:: No such file or directory\n"},
        {"case.yaml:6x", EX_NOINPUT, "", "case.yaml:6x: No such file or directory\n"},
        {"gone.yaml:6", EX_NOINPUT, "", "gone.yaml: No such file or directory\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run run = start(*state);
        write_file("case.yaml", text_format(run.arena, "%s%s", environment,
                                            CASE "GET /never\n    response: 501 Never\n"
                                                 "  - name: other\n    request: GET /never\n"
                                                 "    response: 501 Now\n")
                                    .data);
        run.paths[0] = rows[i].path;
        run.path_count = 1;
        run_with(&run, execute);
        check_number(rows[i].path, (size_t)rows[i].status, (size_t)run.came.status);
        check_text(rows[i].path, rows[i].error, run.came.error);
        check_truth(rows[i].path, true, text_starts_with(run.came.out, text_of(rows[i].out)));
    }
}

static void coverage_lists_what_is_not_reached(void **state) {
    struct run run = start(*state);
    run.options.test.coverage = true;
    run.options.test.minimum = 60;
    run_cases(&run, good);
    struct text out = run.came.out;
    text_cut(&out, '\n');
    check_text("coverage",
               "routes.yaml:11: not reached: table sizes: L\n"
               "routes.yaml:11: not reached: table sizes: else\n"
               "routes.yaml:18: not reached: mapper thing: never\n"
               "routes.yaml:24: not reached: catch 404 of $found: 404 No such thing\n"
               "routes.yaml:27: not reached: require, else 400 Nothing\n"
               "routes.yaml:30: not reached: route POST /things\n"
               "routes.yaml:33: not reached: call $before\n"
               "routes.yaml:34: not reached: call $made\n"
               "routes.yaml:37: not reached: route GET /never\n"
               "coverage 43.8 %: 1 of 3 routes, 2 of 4 steps, 0 of 2 errors, 3 of 4 mapper keys, 1 "
               "of 3 table entries\n"
               "that is less than the minimum of 60 %\n",
               out);
    check_number("too little", EXIT_FAILURE, (size_t)run.came.status);
    run.options.test.minimum = 40;
    run_with(&run, execute);
    check_number("enough", EXIT_SUCCESS, (size_t)run.came.status);
}

static void coverage_includes_the_message_of_an_answer(void **state) {
    struct run run = start(*state);
    run.options.test.coverage = true;
    write_file("mine.yaml", "upstreams: {s: {url: http://s.test}}\n"
                            "tables:\n"
                            "  names: {a: A, b: B}\n"
                            "routes:\n"
                            "  GET /gone/{id}: {answer: '410 No {$path.id | names}'}\n");
    write_file("case.yaml", CASE "GET /gone/a\n    response: 410 No A\n");
    run.options.table_path = "mine.yaml";
    run.paths[0] = "case.yaml";
    run.path_count = 1;
    run_with(&run, execute);
    struct text out = run.came.out;
    text_cut(&out, '\n');
    check_text("coverage",
               "mine.yaml:3: not reached: table names: b\n"
               "coverage 66.7 %: 1 of 1 routes, 0 of 0 steps, 0 of 0 errors, 0 of 0 mapper keys, 1 "
               "of 2 table entries\n",
               out);
}

static void options_that_contradict_one_another_are_refused(void **state) {
    struct run run = start(*state);
    char *headers[] = {"a: b"};
    run.paths[0] = ".";
    run.path_count = 1;
    run.options.headers = headers;
    run.options.header_count = 1;
    run_with(&run, execute);
    check_number("no --record", EX_USAGE, (size_t)run.came.status);
    check_text("no --record", "--header, --data, --output, --force and --trim need --record\n",
               run.came.error);
    run.options.test.record = "GET /never";
    run_with(&run, execute);
    check_number("--record and a file", EX_USAGE, (size_t)run.came.status);
    run.options = plain_options;
    run.options.test.live = run.options.test.coverage = true;
    run_with(&run, execute);
    check_number("--live --coverage", EX_USAGE, (size_t)run.came.status);
}

static void junit_has_each_case(void **state) {
    struct run run = start(*state);
    run.options.test.junit = "junit.xml";
    run_cases(&run, "cases:\n  - {name: 'a < \"b\"', request: GET /never, response: 501 Never}\n"
                    "  - {name: c, request: GET /never, response: 501 No}\n");
    struct text came = file_content(*state, run.options.test.junit);
    check_truth("counts", true,
                text_contains(came, text_of("<testsuites tests=\"2\" failures=\"1\" ")));
    check_truth(
        "a suite", true,
        text_contains(came, text_of("<testsuite name=\"case.yaml\" tests=\"2\" failures=\"1\" ")));
    check_truth(
        "passed", true,
        text_contains(
            came,
            text_of(
                "<testcase name=\"a &lt; &quot;b&quot;\" classname=\"case.yaml\" line=\"3\" ")));
    check_truth("failed", true,
                text_contains(came, text_of("<failure message=\"body.message: expected "
                                            "&quot;No&quot;, got &quot;Never&quot;\">")));
    run.options.test.junit = "/none/junit.xml";
    run_with(&run, execute);
    check_truth("not written", true,
                text_starts_with(run.came.error, text_of("/none/junit.xml: ")));
}

static const struct standin_rule rules[] = {
    {"GET /store/things/1?limit=10",
     .body = "{\"thing\":{\"id\":1,\"size\":\"L\",\"first_name\":\"Ann\",\"last_name\":\"Lee\","
             "\"email\":\"Ann@Lee.example\",\"phone\":\"+49 30 "
             "123\",\"address_2\":\"7\",\"note\":\"for Ann Lee DAnn Anne\","
             "\"other\":\"ann@lee.example\"}}"},
    {"GET /store/more", .body = "{\"n\":5}"},
    {"GET /store/before", .body = "{}"},
    {"POST /store/things", .body = "{\"n\":7}"},
    {0},
};

static void set_environment(const struct standin *standin) {
    setenv("O2S_TEST_URL", standin_origin(standin), 1);
    setenv("O2S_TEST_KEY", "pk_0123456789", 1);
}

static void unset_environment(void) {
    unsetenv("O2S_TEST_URL");
    unsetenv("O2S_TEST_KEY");
}

static void a_recorded_case_has_no_names_and_passes(void **state) {
    struct standin *standin = standin_start(rules);
    struct run run = start(*state);
    char *headers[] = {"Authorization: Bearer eyJhbGciOiJIUzI1NiJ9"};
    set_environment(standin);
    run.options.headers = headers;
    run.options.header_count = 1;
    run.options.test.record = "GET /things/1";
    run.options.test.output = "made.yaml";
    run_with(&run, execute);
    check_text("recorded", "", run.came.error);
    check_number("recorded", EXIT_SUCCESS, (size_t)run.came.status);
    struct text made = file_content(*state, run.options.test.output);
    static const char *const secrets[] = {"Ann Lee", ": Ann\n", ": Lee\n",    "ann@",
                                          "+49",     "eyJ",     "0123456789", "127."};
    for (size_t i = 0; i < COUNT(secrets); i++)
        check_truth(secrets[i], false, text_contains(made, text_of(secrets[i])));
    static const char *const parts[] = {
        "  O2S_TEST_URL: \"http://upstream1.test\"\n",
        "    request: GET /things/1\n    headers: {authorization: Bearer secret2}\n",
        "      - call: GET s/things/1\n        query: {limit: 10}\n"
        "        headers: {authorization: Bearer secret2}\n",
        "            first_name: Name 1\n            last_name: Name 2\n"
        "            email: Person1@example.com\n            phone: \"+15550100001\"\n"
        "            address_2: Street 1\n"
        "            note: for Name 1 Name 2 DAnn Anne\n            other: person1@example.com\n",
        "        thing: {id: 1, size: Large, label: Name 1 Name 2, fixed: 1}\n",
    };
    for (size_t i = 0; i < COUNT(parts); i++)
        check_truth(parts[i], true, text_contains(made, text_of(parts[i])));
    run_with(&run, execute);
    check_number("not replaced", EX_CANTCREAT, (size_t)run.came.status);
    check_text("not replaced", "made.yaml is there already: --force replaces it\n", run.came.error);
    run.options.test.force = run.options.test.trim = true;
    run_with(&run, execute);
    check_number("replaced", EXIT_SUCCESS, (size_t)run.came.status);
    check_truth("trimmed", false,
                text_contains(file_content(*state, run.options.test.output), text_of("phone")));
    standin_stop(standin);
    unset_environment();
    run.paths[0] = run.options.test.output;
    run.options = plain_options;
    run.path_count = 1;
    run_with(&run, execute);
    check_text("passes", "", run.came.error);
    check_number("passes", EXIT_SUCCESS, (size_t)run.came.status);
}

static void live_makes_only_get_calls(void **state) {
    struct standin *standin = standin_start(rules);
    struct run run = start(*state);
    set_environment(standin);
    run.options.test.live = true;
    run_cases(&run, CASE "GET /things/1\n    calls:\n      - call: GET s/things/1?limit=10\n"
                         "        answer: {}\n    response: 400 Nothing\n"
                         "  - name: other\n    request: POST /things\n    body: {n: 1}\n"
                         "    calls:\n      - {call: GET s/before, status: 404}\n"
                         "      - {call: POST s/things, body: {n: 1}, answer: {n: 7}}\n"
                         "    response: {body: {n: 7}}\n");
    unset_environment();
    struct text out = run.came.out;
    check_text("the first case", "case.yaml:3: it", text_cut(&out, '\n'));
    check_truth("its call", true, text_starts_with(out, text_of("  GET s/things/1: 200, ")));
    text_cut(&out, '\n');
    check_text("what the answer lacks", "  $found (line 22): the answer lacks thing.never",
               text_cut(&out, '\n'));
    check_text("the second case", "case.yaml:9: other", text_cut(&out, '\n'));
    check_truth("another status", true,
                text_starts_with(out, text_of("  GET s/before: 200 in place of 404, ")));
    text_cut(&out, '\n');
    check_text("what is missing", "  $before (line 33): the answer lacks a", text_cut(&out, '\n'));
    check_text("the end", "2 GET calls of 2 cases, 2 with differences\n", out);
    check_number("differences", EXIT_FAILURE, (size_t)run.came.status);
    check_number("GET calls", 2, standin_requests(standin));
    standin_stop(standin);
}

static void members_that_no_known_answer_has_are_warnings(void **state) {
    struct run run = start(*state);
    setenv("O2S_TEST_URL", "http://s.test", 1);
    setenv("O2S_TEST_KEY", "k", 1);
    run_cases(&run, CASE
              "GET /things/1\n    calls:\n      - call: GET s/things/1?limit=10\n"
              "        answer: {thing: {id: 1, size: S, first_name: A, lastname: B, never: 1}}\n"
              "      - call: POST s/things/1\n"
              "        answer: {thing: {last_name: B}}\n"
              "    response: {}\n");
    run.options.answers = "case.yaml";
    run_with(&run, execute_check);
    check_number("a warning", EXIT_SUCCESS, (size_t)run.came.status);
    struct text error = run.came.error;
    check_text("a warning",
               "routes.yaml:22:9: warning: no known answer to $found has these members, which the "
               "table reads: thing.last_name; did you mean \"lastname\"?",
               text_cut(&error, '\n'));
    run.options.strict = true;
    run_with(&run, execute_check);
    check_number("strict", EXIT_FAILURE, (size_t)run.came.status);
    run.options.strict = false;
    run.options.answers = "/none";
    run_with(&run, execute_check);
    check_number("no cases", EXIT_FAILURE, (size_t)run.came.status);
    unset_environment();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_IN_FOLDER(a_case_passes_without_an_upstream),
        TEST_IN_FOLDER(a_failing_case_says_what_differs),
        TEST_IN_FOLDER(a_case_says_how_a_call_fails),
        TEST_IN_FOLDER(mistakes_in_a_file_have_their_place),
        TEST_IN_FOLDER(files_and_variables_that_are_missing_are_named),
        TEST_IN_FOLDER(names_stand_for_values),
        TEST_IN_FOLDER(coverage_of_an_extended_table_names_its_files),
        TEST_IN_FOLDER(a_line_selects_one_case),
        TEST_IN_FOLDER(coverage_lists_what_is_not_reached),
        TEST_IN_FOLDER(coverage_includes_the_message_of_an_answer),
        TEST_IN_FOLDER(options_that_contradict_one_another_are_refused),
        TEST_IN_FOLDER(junit_has_each_case),
        TEST_IN_FOLDER(a_recorded_case_has_no_names_and_passes),
        TEST_IN_FOLDER(live_makes_only_get_calls),
        TEST_IN_FOLDER(members_that_no_known_answer_has_are_warnings),
    };
    return cmocka_run_group_tests_name("test cases of a table", tests, NULL, NULL);
}
