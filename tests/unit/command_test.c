/* The commands: what they print, and their exit statuses. */
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "capture.h"
#include "serve/check.h"
#include "serve/eval.h"
#include "table/editor_schema.h"
#include "upstream_standin.h"

static const struct log no_log = {.descriptor = -1, .level = LOG_LEVEL_ERROR};

static const char table[] =
    "settings: {a: 1, b: \"${O2S_TEST_VARIABLE}\"}\n"
    "schemas: {S: {type: object, properties: {n: {type: integer}}}}\n"
    "tables: {sizes: {S: Small}}\n"
    "upstreams: {s: {url: '%s', public: true}}\n"
    "mappers:\n"
    "  named: {name: .name | required, size: .size | sizes}\n"
    "  priced $c $d: {value: ., c: $c, d: $d}\n"
    "routes:\n"
    "  GET /a/{id}: {steps: [{x: 'GET s/x/{$path.id}'}], answer: {n: $x | named}}\n"
    "  POST /b: {body: S, answer: $body.n}\n"
    "  GET /h: {answer: [$headers.x-a, $headers.x-b, $settings.b]}\n"
    "  GET /p: {answer: [(1 | priced 2 3), $settings.a]}\n";

struct run {
    struct arena *arena;
    char path[40];
    struct command_options options;
    char *headers[80];
    char *sets[4];
    /* What came of the last command. */
    int status;
    struct text out;
    struct text error;
};

static struct run start(struct arena *arena, const char *url) {
    struct run run = {.arena = arena, .path = "/tmp/o2s-medusa-table-XXXXXX"};
    int file = mkstemp(run.path);
    assert_true(file >= 0);
    close(file);
    write_file(run.path, text_format(arena, table, url).data);
    setenv("O2S_TEST_VARIABLE", "v", 1);
    return run;
}

/* The options point into the structure itself. */
static struct command_options *options_of(struct run *run) {
    run->options.table_path = run->path;
    run->options.log = &no_log;
    run->options.headers = run->headers;
    run->options.sets = run->sets;
    return &run->options;
}

enum command { CHECK, CALL, EXPLAIN, EVAL, FUNCTIONS, SCHEMA };

static int execute(struct run *run, enum command command, const char *argument, const char *file) {
    const struct command_options *options = options_of(run);
    switch (command) {
    case CHECK:
        return command_check(options);
    case CALL:
        return command_call(options, argument);
    case EXPLAIN:
        return command_explain(options, argument);
    case EVAL:
        return command_eval(options, argument, file);
    case FUNCTIONS:
        return command_functions();
    default:
        return command_schema();
    }
}

struct execution {
    struct run *run;
    enum command command;
    const char *argument;
    const char *file;
};

static int execute_captured(void *context) {
    const struct execution *execution = context;
    return execute(execution->run, execution->command, execution->argument, execution->file);
}

static void command(struct run *run, enum command which, const char *argument, const char *file) {
    struct execution execution = {run, which, argument, file};
    struct captured came = capture(run->arena, execute_captured, &execution);
    run->status = came.status;
    run->out = came.out;
    run->error = came.error;
}

static void check_run(const struct run *run, const char *what, int status, const char *out,
                      const char *error) {
    check_number(what, (size_t)status, (size_t)run->status);
    check_text(what, out, run->out);
    check_text(what, error, run->error);
}

static void stop(struct run *run) {
    unlink(run->path);
    unsetenv("O2S_TEST_VARIABLE");
}

static void check_counts_what_a_table_has(void **state) {
    struct run run = start(*state, "http://a.test");
    const char *good = text_format(*state,
                                   "%s: OK (4 routes with 1 calls, 2 mappers, 1 tables, 1 "
                                   "schemas, 2 settings)\n",
                                   run.path)
                           .data;
    command(&run, CHECK, NULL, NULL);
    check_run(&run, "good", EXIT_SUCCESS, good, "");
    unsetenv("O2S_TEST_VARIABLE");
    command(&run, CHECK, NULL, NULL);
    check_run(&run, "a variable is not set", EXIT_SUCCESS, good,
              "the environment variable O2S_TEST_VARIABLE is not set: a worker does not start "
              "without it\n");
    write_file(run.path, "nonsense: 1\n");
    command(&run, CHECK, NULL, NULL);
    check_number("mistakes", EXIT_FAILURE, (size_t)run.status);
    check_text("nothing is good", "", run.out);
    check_truth("mistakes are told", true, text_contains(run.error, text_of("nonsense")));
    check_truth("a summary", true, text_contains(run.error, text_of("errors: 3, warnings: 0\n")));
    stop(&run);
}

static void warnings_are_errors_if_strict(void **state) {
    struct run run = start(*state, "http://a.test");
    write_file(run.path, "settings: {used: 1, unused: 2}\n"
                         "upstreams: {s: {url: 'http://a.test', public: true}}\n"
                         "routes: {GET /a: {answer: $settings.used}}\n");
    const char *warning =
        text_format(*state, "%s:1:21: warning: unused setting \"unused\": remove it, or use it\n",
                    run.path)
            .data;
    command(&run, CHECK, NULL, NULL);
    check_number("a warning", EXIT_SUCCESS, (size_t)run.status);
    check_truth("a warning", true, text_starts_with(run.error, text_of(warning)));
    check_truth("a warning", true, text_contains(run.out, text_of(": OK (1 routes")));
    run.options.strict = true;
    command(&run, CHECK, NULL, NULL);
    check_number("strict", EXIT_FAILURE, (size_t)run.status);
    check_text("strict", "", run.out);
    check_truth("strict", true, text_contains(run.error, text_of("errors: 0, warnings: 1\n")));
    stop(&run);
}

static void check_prints_json(void **state) {
    struct run run = start(*state, "http://a.test");
    run.options.format = FORMAT_JSON;
    unsetenv("O2S_TEST_VARIABLE");
    command(&run, CHECK, NULL, NULL);
    const char *expected =
        text_format(*state,
                    "{\"file\":\"%s\",\"errors\":0,\"warnings\":0,\"diagnostics\":[{\"severity\":"
                    "\"note\",\"file\":\"%s\",\"message\":\"the environment variable "
                    "O2S_TEST_VARIABLE is not set: a worker does not start without it\"}]}\n",
                    run.path, run.path)
            .data;
    check_run(&run, "a variable is not set", EXIT_SUCCESS, expected, "");
    write_file(run.path, "settings: {a: 1, a: 2}\nupstreams: {s: {url: 'http://a', public: true}}\n"
                         "routes: {GET /a: {answer: $settings.b}}\n");
    command(&run, CHECK, NULL, NULL);
    expected = text_format(*state,
                           "{\"file\":\"%s\",\"errors\":2,\"warnings\":0,\"diagnostics\":["
                           "{\"severity\":\"error\",\"file\":\"%s\",\"line\":1,\"column\":18,"
                           "\"message\":\"duplicate key \\\"a\\\"; the first one is in line 1: "
                           "remove one of them\"},",
                           run.path, run.path)
                   .data;
    check_number("errors", EXIT_FAILURE, (size_t)run.status);
    check_truth("the first error", true, text_starts_with(run.out, text_of(expected)));
    check_text("nothing for people", "", run.error);
    stop(&run);
}

static void call_prints_the_response(void **state) {
    static const struct standin_rule rules[] = {
        {"GET /x/1", .body = "{\"name\":\"N\",\"size\":\"S\"}"},
        {"GET /x/2", .body = "{}"},
        {0},
    };
    struct standin *standin = standin_start(rules);
    struct run run = start(*state, standin_origin(standin));
    static const struct {
        const char *line;
        int status;
        const char *first;
        const char *body;
        const char *error;
    } rows[] = {
        {"GET /a/1", EXIT_SUCCESS,
         "200 OK\nx-request-id: ", "\n\n{\"n\":{\"name\":\"N\",\"size\":\"Small\"}}\n", ""},
        {"/a/1", EXIT_SUCCESS,
         "200 OK\nx-request-id: ", "\n\n{\"n\":{\"name\":\"N\",\"size\":\"Small\"}}\n", ""},
        {" GET /a/1 ", EXIT_SUCCESS, "200 OK\n",
         "\n\n{\"n\":{\"name\":\"N\",\"size\":\"Small\"}}\n", ""},
        {"GET /a/2", EXIT_FAILURE, "502 Bad Gateway\n", "\"statusCode\":502}\n",
         "answer of GET /a/{id} (line 9): an answer lacks .name\n"},
        {"HEAD /a/1", EXIT_SUCCESS, "200 OK\n", "charset=utf-8\n\n", ""},
        {"GET /none", EXIT_FAILURE, "404 Not Found\n", "\"statusCode\":404}\n",
         "no route matches GET /none\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        command(&run, CALL, rows[i].line, NULL);
        check_number(rows[i].line, (size_t)rows[i].status, (size_t)run.status);
        check_text(rows[i].line, rows[i].error, run.error);
        check_truth(rows[i].line, true, text_starts_with(run.out, text_of(rows[i].first)));
        size_t size = strlen(rows[i].body);
        check_truth(rows[i].line, true, run.out.size > size);
        check_text(rows[i].line, rows[i].body,
                   (struct text){run.out.data + run.out.size - size, size});
    }
    command(&run, CALL, "nonsense", NULL);
    check_run(&run, "no request", EX_USAGE, "",
              "invalid request 'nonsense': expected 'METHOD /path?query'\n");
    stop(&run);
    standin_stop(standin);
}

static void call_takes_headers_and_data(void **state) {
    struct run run = start(*state, "http://a.test");
    run.headers[0] = "X-A:  one ";
    run.headers[1] = "x-b:two";
    run.options.header_count = 2;
    command(&run, CALL, "GET /h", NULL);
    check_truth("headers", true, text_contains(run.out, text_of("\n\n[\"one\",\"two\",\"v\"]\n")));
    run.options.data = "{\"n\": 5}";
    command(&run, CALL, "POST /b", NULL);
    check_truth("data", true, text_contains(run.out, text_of("\n\n5\n")));
    check_truth("created", true, text_starts_with(run.out, text_of("201 Created\n")));
    run.headers[0] = "Content-Type: text/plain";
    command(&run, CALL, "POST /b", NULL);
    check_truth("its own type", true,
                text_starts_with(run.out, text_of("415 Unsupported Media Type\n")));
    stop(&run);
}

static void a_table_that_cannot_be_served_is_not_used(void **state) {
    static const enum command commands[] = {CALL, EXPLAIN};
    struct run run = start(*state, "http://a.test");
    unsetenv("O2S_TEST_VARIABLE");
    for (size_t i = 0; i < COUNT(commands); i++) {
        command(&run, commands[i], "GET /h", NULL);
        check_run(&run, "a variable is not set", EX_CONFIG, "",
                  "the environment variable O2S_TEST_VARIABLE is not set\n");
    }
    write_file(run.path, "routes: [\n");
    static const enum command all[] = {CALL, EXPLAIN, EVAL};
    for (size_t i = 0; i < COUNT(all); i++) {
        command(&run, all[i], "GET /h", "/dev/null");
        check_number("mistakes", EX_CONFIG, (size_t)run.status);
        check_truth("mistakes", true, run.error.size > 0);
    }
    stop(&run);
}

static void suggests_the_nearest_route(void **state) {
    static const struct {
        const char *line;
        const char *hint;
    } rows[] = {
        {"GET /api/thing", "GET /api/thing; did you mean GET /api/things?"},
        {"GET /things?a=b", "GET /things; did you mean GET /api/things?"},
        {"/apis/things", "GET /apis/things; did you mean GET /api/things?"},
        {"PATCH /api/things", "PATCH /api/things; did you mean GET /api/things?"},
        {"POST /api/thingz", "POST /api/thingz; did you mean POST /api/things?"},
        {"HEAD /api/thing", "HEAD /api/thing; did you mean GET /api/things?"},
        {"PUT /api/things/own", "PUT /api/things/own; did you mean POST /api/things/own?"},
        {"GET /api/thngs/a-rather-long-id/parts",
         "GET /api/thngs/a-rather-long-id/parts; did you mean GET /api/things/{id}/parts?"},
        {"GET /api/other", "GET /api/other"},
        {"GET /api/things/x/something/else", "GET /api/things/x/something/else"},
    };
    static const enum command commands[] = {CALL, EXPLAIN};
    struct run run = start(*state, "http://a.test");
    write_file(run.path, "server: {prefix: /api}\n" ANY_UPSTREAM "routes:\n"
                         "  GET /things: {answer: 1}\n"
                         "  POST /things: {answer: 1}\n"
                         "  PATCH /things/{id}: {answer: 1}\n"
                         "  POST /things/own: {answer: 1}\n"
                         "  GET /things/{id}/parts: {answer: 1}\n");
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t j = 0; j < COUNT(commands); j++) {
            command(&run, commands[j], rows[i].line, NULL);
            check_number(rows[i].line, EXIT_FAILURE, (size_t)run.status);
            check_text(rows[i].line,
                       text_format(*state, "no route matches %s\n", rows[i].hint).data, run.error);
        }
    }
    stop(&run);
}

static void explain_prints_a_request(void **state) {
    struct run run = start(*state, "http://a.test");
    command(&run, EXPLAIN, "GET /a/1", NULL);
    check_number("status", EXIT_SUCCESS, (size_t)run.status);
    check_truth("the call", true, text_contains(run.out, text_of("GET http://a.test/x/1\n")));
    command(&run, EXPLAIN, "GET /none", NULL);
    check_number("status", EXIT_FAILURE, (size_t)run.status);
    check_truth("the error", true, text_starts_with(run.out, text_of("404 Not Found\n")));
    stop(&run);
}

static void eval_prints_the_value_of_an_expression(void **state) {
    static const struct {
        const char *expression;
        const char *input;
        int status;
        const char *out;
        const char *error;
    } rows[] = {
        {". | named", "{\"name\":\"N\",\"size\":\"S\"}", EXIT_SUCCESS,
         "{\"name\":\"N\",\"size\":\"Small\"}\n", ""},
        {".items | each named", "{\"items\":[{\"name\":\"N\"},{\"name\":\"M\"}]}", EXIT_SUCCESS,
         "[{\"name\":\"N\"},{\"name\":\"M\"}]\n", ""},
        {". | priced 'EUR' .x", "{\"x\":1}", EXIT_SUCCESS,
         "{\"value\":{\"x\":1},\"c\":\"EUR\",\"d\":1}\n", ""},
        {". | sizes", "\"S\"", EXIT_SUCCESS, "\"Small\"\n", ""},
        {"[$settings.a, $settings.b]", "0", EXIT_SUCCESS, "[1,\"v\"]\n", ""},
        {".a", "{\"a\":null}", EXIT_SUCCESS, "null\n", ""},
        {".a", "{}", EXIT_FAILURE, "", "the result is missing\n"},
        {". | named", "{}", EX_DATAERR, "", "the input lacks .name\n"},
        {". | namd", "5", EX_USAGE, "",
         "expression:1:5: unknown function, mapper or table \"namd\"; did you mean \"named\"?\n"
         "     1 | . | namd\n"
         "       |     ^\n"},
        {"priced 1 2", "5", EX_USAGE, "",
         "expression:1:1: unquoted word \"priced\": write 'priced' for a string, .priced for a "
         "member, or $priced for a name\n"
         "     1 | priced 1 2\n"
         "       | ^\n"
         "to apply it to the input, write '. | priced 1 2'\n"},
        {"$x", "5", EX_USAGE, "",
         "expression:1:1: $x is not defined here: set its value with --set NAME=VALUE\n"
         "     1 | $x\n"
         "       | ^\n"},
    };
    struct run run = start(*state, "http://a.test");
    char input[] = "/tmp/o2s-medusa-input-XXXXXX";
    close(mkstemp(input));
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_file(input, rows[i].input);
        command(&run, EVAL, rows[i].expression, input);
        check_run(&run, rows[i].expression, rows[i].status, rows[i].out, rows[i].error);
    }
    write_file(input, "{");
    command(&run, EVAL, ".", input);
    check_number("no JSON", EX_DATAERR, (size_t)run.status);
    check_truth("no JSON", true,
                text_starts_with(run.error, text_of("the input is not valid JSON: ")));
    unlink(input);
    command(&run, EVAL, ".", input);
    check_run(&run, "no file", EX_NOINPUT, "",
              text_format(*state, "%s: No such file or directory\n", input).data);
    stop(&run);
}

static void eval_takes_names_with_values(void **state) {
    static const struct {
        char *sets[2];
        int status;
        const char *out;
        const char *error;
    } rows[] = {
        {{"x={\"a\":1}", "y=[1, \"b\"]"}, EXIT_SUCCESS, "[{\"a\":1},[1,\"b\"]]\n", ""},
        {{"x=.n", "y=$x | add 1"}, EXIT_SUCCESS, "[5,6]\n", ""},
        {{"x='a=b'", "y= true"}, EXIT_SUCCESS, "[\"a=b\",true]\n", ""},
        {{"x=.n | required", "y=.m | required"}, EX_DATAERR, "", "the input lacks .m\n"},
        {{"x=1", "y={\"a\":"},
         EX_USAGE,
         "",
         "the value of --set y is not valid JSON: unexpected end, at byte 5\n"},
        {{"x=1", "y=.n | uper"},
         EX_USAGE,
         "",
         "--set:1:8: unknown function, mapper or table \"uper\"; did you mean \"upper\"?\n"
         "     1 | y=.n | uper\n"
         "       |        ^\n"},
        {{"x=1", "x=2"},
         EX_USAGE,
         "",
         "--set:1:1: $x is already defined here: choose another name\n"
         "     1 | x=2\n"
         "       | ^\n"},
        {{"x=1", "y"},
         EX_USAGE,
         "",
         "--set expects NAME=VALUE, where VALUE is JSON or an expression\n"},
    };
    struct run run = start(*state, "http://a.test");
    char input[] = "/tmp/o2s-medusa-input-XXXXXX";
    close(mkstemp(input));
    write_file(input, "{\"n\":5}");
    run.options.set_count = 2;
    for (size_t i = 0; i < COUNT(rows); i++) {
        memcpy(run.sets, rows[i].sets, sizeof rows[i].sets);
        command(&run, EVAL, "[$x, $y]", input);
        check_run(&run, rows[i].sets[1], rows[i].status, rows[i].out, rows[i].error);
    }
    unlink(input);
    stop(&run);
}

/* What is not there would be no JSON. */
static void eval_reads_no_input_without_need(void **state) {
    struct run run = start(*state, "http://a.test");
    int kept = dup(STDIN_FILENO), empty = open("/dev/null", O_RDONLY);
    dup2(empty, STDIN_FILENO);
    close(empty);
    command(&run, EVAL, "$settings.a", NULL);
    check_run(&run, "no input", EXIT_SUCCESS, "1\n", "");
    command(&run, EVAL, ". | sizes", NULL);
    check_number("input", EX_DATAERR, (size_t)run.status);
    dup2(kept, STDIN_FILENO);
    close(kept);
    clearerr(stdin);
    stop(&run);
}

/* The word that follows itself somewhere in `text`; empty: there is none. */
static struct text repeated_word(struct text text) {
    struct text last = {0};
    while (text.size) {
        struct text word = text_cut(&text, ' ');
        if (word.size && text_equal(word, last))
            return word;
        last = word;
    }
    return (struct text){0};
}

static void functions_are_listed_with_what_they_do(void **state) {
    struct run run = start(*state, "http://a.test");
    command(&run, FUNCTIONS, NULL, NULL);
    check_number("status", EXIT_SUCCESS, (size_t)run.status);
    check_truth("upper", true,
                text_contains(run.out, text_of("\nupper                    ")) ||
                    text_starts_with(run.out, text_of("upper                    ")));
    for (struct text rest = run.out; rest.size;)
        check_text("a word twice", "", repeated_word(text_cut(&rest, '\n')));
    stop(&run);
}

static void the_schema_is_printed(void **state) {
    struct run run = start(*state, "http://store.test");
    struct buffer schema = {0};
    editor_schema_write(&schema);
    command(&run, SCHEMA, NULL, NULL);
    check_number("status", EXIT_SUCCESS, (size_t)run.status);
    check_truth("all of it", true, text_equal(run.out, buffer_text(&schema)));
    buffer_free(&schema);
    stop(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(check_counts_what_a_table_has),
        TEST_WITH_ARENA(warnings_are_errors_if_strict),
        TEST_WITH_ARENA(check_prints_json),
        TEST_WITH_ARENA(call_prints_the_response),
        TEST_WITH_ARENA(call_takes_headers_and_data),
        TEST_WITH_ARENA(a_table_that_cannot_be_served_is_not_used),
        TEST_WITH_ARENA(suggests_the_nearest_route),
        TEST_WITH_ARENA(explain_prints_a_request),
        TEST_WITH_ARENA(eval_prints_the_value_of_an_expression),
        TEST_WITH_ARENA(eval_takes_names_with_values),
        TEST_WITH_ARENA(eval_reads_no_input_without_need),
        TEST_WITH_ARENA(functions_are_listed_with_what_they_do),
        TEST_WITH_ARENA(the_schema_is_printed),
    };
    return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
