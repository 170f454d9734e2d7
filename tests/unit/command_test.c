/* The commands: what they print, and their exit statuses. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "serve/check.h"
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
    /* What came of the last command. */
    int status;
    struct text out;
    struct text error;
};

static void write_table(struct run *run, const char *content) {
    FILE *file = fopen(run->path, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    fclose(file);
}

static struct run start(struct arena *arena, const char *url) {
    struct run run = {.arena = arena, .path = "/tmp/o2s-medusa-table-XXXXXX"};
    int file = mkstemp(run.path);
    assert_true(file >= 0);
    close(file);
    write_table(&run, text_format(arena, table, url).data);
    setenv("O2S_TEST_VARIABLE", "v", 1);
    return run;
}

/* The options point into the structure itself. */
static struct command_options *options_of(struct run *run) {
    run->options.table_path = run->path;
    run->options.log = &no_log;
    run->options.headers = run->headers;
    return &run->options;
}

static struct text content_of(struct arena *arena, FILE *file) {
    struct buffer content = {0};
    rewind(file);
    assert_true(file_read_stream(file, &content));
    struct text text = text_copy(arena, buffer_text(&content));
    buffer_free(&content);
    return text;
}

enum command { CHECK, CALL, EXPLAIN, MAP, FUNCTIONS, SCHEMA };

static int execute(struct run *run, enum command command, const char *argument, const char *file) {
    const struct command_options *options = options_of(run);
    switch (command) {
    case CHECK:
        return command_check(options);
    case CALL:
        return command_call(options, argument);
    case EXPLAIN:
        return command_explain(options, argument);
    case MAP:
        return command_map(options, argument, file);
    case FUNCTIONS:
        return command_functions();
    default:
        return command_schema();
    }
}

/* Runs a command with its standard output and standard error in files. */
static void command(struct run *run, enum command which, const char *argument, const char *file) {
    FILE *out = tmpfile(), *error = tmpfile();
    assert_true(out && error);
    fflush(stdout);
    fflush(stderr);
    int kept_out = dup(STDOUT_FILENO), kept_error = dup(STDERR_FILENO);
    dup2(fileno(out), STDOUT_FILENO);
    dup2(fileno(error), STDERR_FILENO);
    run->status = execute(run, which, argument, file);
    fflush(stdout);
    fflush(stderr);
    dup2(kept_out, STDOUT_FILENO);
    dup2(kept_error, STDERR_FILENO);
    close(kept_out);
    close(kept_error);
    run->out = content_of(run->arena, out);
    run->error = content_of(run->arena, error);
    fclose(out);
    fclose(error);
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
    write_table(&run, "nonsense: 1\n");
    command(&run, CHECK, NULL, NULL);
    check_number("mistakes", EXIT_FAILURE, (size_t)run.status);
    check_text("nothing is good", "", run.out);
    check_truth("mistakes are told", true, text_contains(run.error, text_of("nonsense")));
    check_truth("a summary", true, text_contains(run.error, text_of("errors: 3, warnings: 0\n")));
    stop(&run);
}

static void warnings_are_errors_if_strict(void **state) {
    struct run run = start(*state, "http://a.test");
    write_table(&run, "settings: {used: 1, unused: 2}\n"
                      "upstreams: {s: {url: 'http://a.test', public: true}}\n"
                      "routes: {GET /a: {answer: $settings.used}}\n");
    const char *warning = text_format(*state,
                                      "%s:1:21: warning: nothing uses the setting \"unused\": "
                                      "remove it, or use it\n",
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
    write_table(&run, "settings: {a: 1, a: 2}\nupstreams: {s: {url: 'http://a', public: true}}\n"
                      "routes: {GET /a: {answer: $settings.b}}\n");
    command(&run, CHECK, NULL, NULL);
    expected = text_format(*state,
                           "{\"file\":\"%s\",\"errors\":2,\"warnings\":0,\"diagnostics\":["
                           "{\"severity\":\"error\",\"file\":\"%s\",\"line\":1,\"column\":18,"
                           "\"message\":\"\\\"a\\\" is given twice; the first is in line 1: remove "
                           "one of them\"},",
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
    struct run run =
        start(*state, text_format(*state, "http://127.0.0.1:%u", standin_port(standin)).data);
    static const struct {
        const char *line;
        int status;
        const char *first;
        const char *body;
    } rows[] = {
        {"GET /a/1", EXIT_SUCCESS,
         "200 OK\nx-request-id: ", "\n\n{\"n\":{\"name\":\"N\",\"size\":\"Small\"}}\n"},
        {"/a/1", EXIT_SUCCESS,
         "200 OK\nx-request-id: ", "\n\n{\"n\":{\"name\":\"N\",\"size\":\"Small\"}}\n"},
        {" GET /a/1 ", EXIT_SUCCESS, "200 OK\n",
         "\n\n{\"n\":{\"name\":\"N\",\"size\":\"Small\"}}\n"},
        {"GET /a/2", EXIT_FAILURE, "502 Bad Gateway\n", "\"statusCode\":502}\n"},
        {"HEAD /a/1", EXIT_SUCCESS, "200 OK\n", "charset=utf-8\n\n"},
        {"GET /none", EXIT_FAILURE, "404 Not Found\n", "\"statusCode\":404}\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        command(&run, CALL, rows[i].line, NULL);
        check_number(rows[i].line, (size_t)rows[i].status, (size_t)run.status);
        check_text(rows[i].line, "", run.error);
        check_truth(rows[i].line, true, text_starts_with(run.out, text_of(rows[i].first)));
        size_t size = strlen(rows[i].body);
        check_truth(rows[i].line, true, run.out.size > size);
        check_text(rows[i].line, rows[i].body,
                   (struct text){run.out.data + run.out.size - size, size});
    }
    command(&run, CALL, "nonsense", NULL);
    check_run(&run, "no request", EX_USAGE, "",
              "a request is written 'METHOD /path?query', not 'nonsense'\n");
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
    write_table(&run, "routes: [\n");
    static const enum command all[] = {CALL, EXPLAIN, MAP};
    for (size_t i = 0; i < COUNT(all); i++) {
        command(&run, all[i], "GET /h", "/dev/null");
        check_number("mistakes", EX_CONFIG, (size_t)run.status);
        check_truth("mistakes", true, run.error.size > 0);
    }
    stop(&run);
}

static void explain_tells_of_a_request(void **state) {
    struct run run = start(*state, "http://a.test");
    command(&run, EXPLAIN, "GET /a/1", NULL);
    check_number("status", EXIT_SUCCESS, (size_t)run.status);
    check_truth("the call", true, text_contains(run.out, text_of("GET http://a.test/x/1\n")));
    command(&run, EXPLAIN, "GET /none", NULL);
    check_number("status", EXIT_FAILURE, (size_t)run.status);
    check_truth("the error", true, text_starts_with(run.out, text_of("404 Not Found\n")));
    stop(&run);
}

static void map_applies_a_mapper(void **state) {
    static const struct {
        const char *mapper;
        const char *input;
        int status;
        const char *out;
        const char *error;
    } rows[] = {
        {"named", "{\"name\":\"N\",\"size\":\"S\"}", EXIT_SUCCESS,
         "{\"name\":\"N\",\"size\":\"Small\"}\n", ""},
        {" named ", "{\"name\":\"N\"}", EXIT_SUCCESS, "{\"name\":\"N\"}\n", ""},
        {"named", "{}", EX_DATAERR, "", "the input lacks .name\n"},
        {"priced EUR x", "5", EXIT_SUCCESS, "{\"value\":5,\"c\":\"EUR\",\"d\":\"x\"}\n", ""},
        {"priced EUR", "5", EX_USAGE, "",
         "the mapper \"priced\" takes 2 arguments: write them behind its name, in quotes\n"},
        {"priced EUR x y", "5", EX_USAGE, "",
         "the mapper \"priced\" takes 2 arguments: write them behind its name, in quotes\n"},
        {"namd", "5", EX_USAGE, "", "there is no mapper \"namd\"; did you mean \"named\"?\n"},
    };
    struct run run = start(*state, "http://a.test");
    char input[] = "/tmp/o2s-medusa-input-XXXXXX";
    close(mkstemp(input));
    for (size_t i = 0; i < COUNT(rows); i++) {
        FILE *file = fopen(input, "w");
        fputs(rows[i].input, file);
        fclose(file);
        command(&run, MAP, rows[i].mapper, input);
        check_run(&run, rows[i].mapper, rows[i].status, rows[i].out, rows[i].error);
    }
    FILE *file = fopen(input, "w");
    fputs("{", file);
    fclose(file);
    command(&run, MAP, "named", input);
    check_number("no JSON", EX_DATAERR, (size_t)run.status);
    check_truth("no JSON", true, text_starts_with(run.error, text_of("the input is no JSON: ")));
    unlink(input);
    command(&run, MAP, "named", input);
    check_run(&run, "no file", EX_NOINPUT, "",
              text_format(*state, "%s: No such file or directory\n", input).data);
    stop(&run);
}

static void functions_are_listed_with_what_they_do(void **state) {
    struct run run = start(*state, "http://a.test");
    command(&run, FUNCTIONS, NULL, NULL);
    check_number("status", EXIT_SUCCESS, (size_t)run.status);
    check_truth("upper", true,
                text_contains(run.out, text_of("\nupper                    ")) ||
                    text_starts_with(run.out, text_of("upper                    ")));
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
        TEST_WITH_ARENA(explain_tells_of_a_request),
        TEST_WITH_ARENA(map_applies_a_mapper),
        TEST_WITH_ARENA(functions_are_listed_with_what_they_do),
        TEST_WITH_ARENA(the_schema_is_printed),
    };
    return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
