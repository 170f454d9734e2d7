/* The program's command line: what is wrong with it is said, with exit status 64 (EX_USAGE). */
#include "support.h"

#include <sysexits.h>
#include <unistd.h>

#include "serve/status.h"

static struct text run(struct arena *arena, const char *arguments, int *status) {
    return run_command(arena, text_format(arena, "%s %s", PROGRAM, arguments).data, status);
}

#define MORE "Try 'o2s-medusa --help' for more information.\n"

static void a_bad_command_line_is_reported(void **state) {
    static const struct {
        const char *arguments;
        const char *expected;
    } rows[] = {
        {"bogus", "o2s-medusa: unknown command \"bogus\"\n" MORE},
        {"chekc x", "o2s-medusa: unknown command \"chekc\"; did you mean \"check\"?\n" MORE},
        {"check a b", "o2s-medusa: check: too many arguments\n"
                      "usage: o2s-medusa [OPTIONS] check [FILE]\n"},
        {"call", "o2s-medusa: call: missing argument\n"
                 "usage: o2s-medusa [OPTIONS] call 'METHOD /path'\n"},
        {"explain a b", "o2s-medusa: explain: too many arguments\n"
                        "usage: o2s-medusa [OPTIONS] explain 'METHOD /path'\n"},
        {"eval", "o2s-medusa: eval: missing argument\n"
                 "usage: o2s-medusa [OPTIONS] eval EXPRESSION [FILE]\n"},
        {"eval a b c", "o2s-medusa: eval: too many arguments\n"
                       "usage: o2s-medusa [OPTIONS] eval EXPRESSION [FILE]\n"},
        {"map m", "o2s-medusa: unknown command \"map\"; to apply a mapper, run: o2s-medusa eval '. "
                  "| MAPPER' [FILE]\n" MORE},
        {"functions x", "o2s-medusa: functions: too many arguments\n"
                        "usage: o2s-medusa [OPTIONS] functions\n"},
        {"-H a:b check", "o2s-medusa: check: the option --header is not valid for this command\n"
                         "usage: o2s-medusa [OPTIONS] check [FILE]\n"},
        {"call /x --watch", "o2s-medusa: call: the option --watch is not valid for this command\n"
                            "usage: o2s-medusa [OPTIONS] call 'METHOD /path'\n"},
        {"eval a --data x", "o2s-medusa: eval: the option --data is not valid for this command\n"
                            "usage: o2s-medusa [OPTIONS] eval EXPRESSION [FILE]\n"},
        {"-d x", "o2s-medusa: the option --data needs a command\n" MORE},
        {"-f a --file b check", "o2s-medusa: duplicate option --file\n" MORE},
        {"-d a -d b call /x", "o2s-medusa: duplicate option --data\n" MORE},
        {"call /x --strict", "o2s-medusa: call: the option --strict is not valid for this command\n"
                             "usage: o2s-medusa [OPTIONS] call 'METHOD /path'\n"},
        {"status x", "o2s-medusa: status: too many arguments\n"
                     "usage: o2s-medusa [OPTIONS] status\n"},
        {"call /x --json", "o2s-medusa: call: the option --json is not valid for this command\n"
                           "usage: o2s-medusa [OPTIONS] call 'METHOD /path'\n"},
        {"check --format xml",
         "o2s-medusa: the value of --format must be text, yaml or json\n" MORE},
        {"check --format yaml", "o2s-medusa: check: the value of --format must be text or json\n"
                                "usage: o2s-medusa [OPTIONS] check [FILE]\n"},
        {"openapi --format text",
         "o2s-medusa: openapi: the value of --format must be yaml or json\n"
         "usage: o2s-medusa [OPTIONS] openapi\n"},
        {"-f a check b",
         "o2s-medusa: check: the route table is specified twice: with -f and as FILE\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int status;
        check_text(rows[i].arguments, rows[i].expected, run(*state, rows[i].arguments, &status));
        check_number(rows[i].arguments, EX_USAGE, (size_t)status);
    }
}

static const char table[] = UNIT_TESTS "/program.yaml";

static void headers_of_any_number_are_sent(void **state) {
    struct buffer arguments = {0};
    buffer_append_format(&arguments, "-f %s call /a", table);
    for (size_t i = 0; i < 200; i++)
        buffer_append_format(&arguments, " -H 'X-%zu: a'", i);
    buffer_append_string(&arguments, " -H 'X-Last: found' -d '{}'");
    int status;
    struct text printed = run(*state, text_copy(*state, buffer_text(&arguments)).data, &status);
    buffer_free(&arguments);
    check_number("status", 0, (size_t)status);
    check_truth("the last one", true, text_contains(printed, text_of("{\"last\":\"found\"}")));
}

static void a_bad_header_is_refused(void **state) {
    static const struct {
        const char *arguments;
        const char *expected;
    } rows[] = {
        {"-H nothing", "the header 'nothing' must have the form 'Name: value'\n"},
        {"-H 'a b: c'", "the header 'a b: c' must have the form 'Name: value'\n"},
        {"-H ': c'", "the header ': c' must have the form 'Name: value'\n"},
        {"-H 'a: b\003c'",
         "the header 'a: b\003c' contains a control character, such as a line break\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *arguments =
            text_format(*state, "-f %s call /a %s", table, rows[i].arguments).data;
        int status;
        check_text(arguments, rows[i].expected, run(*state, arguments, &status));
        check_number(arguments, EX_USAGE, (size_t)status);
    }
}

/* Status, headers in their order and body, as a worker would send them. */
static void the_headers_of_the_table_replace_the_programs(void **state) {
    int status;
    struct text printed =
        run(*state, text_format(*state, "-f %s call /typed", table).data, &status);
    check_truth("content type", true,
                text_contains(printed, text_of("x-a: of the route\n"
                                               "content-type: application/problem+json\n"
                                               "\n{\"a\":1}\n")));
    check_truth("not doubled", false, text_contains(printed, text_of("charset")));
    check_truth("not doubled", false, text_contains(printed, text_of("of all")));
}

static void a_status_without_a_body_is_sent_without_one(void **state) {
    static const char *const statuses[] = {"204", "205", "304"};
    for (size_t i = 0; i < COUNT(statuses); i++) {
        int status;
        struct text printed = run(
            *state, text_format(*state, "-f %s call '/status?code=%s'", table, statuses[i]).data,
            &status);
        check_truth(statuses[i], true, text_starts_with(printed, text_of(statuses[i])));
        check_truth("a body", false, text_contains(printed, text_of("{")));
        check_truth("a type", false, text_contains(printed, text_of("\ncontent-type")));
    }
}

static void a_status_file_that_cannot_be_read_is_reported(void **state) {
    static const struct {
        const char *arguments;
        const char *expected;
    } rows[] = {
        {"status --status /nonexistent/s", "o2s-medusa: cannot read the status file "
                                           "/nonexistent/s: No such file or directory\n"},
        {"status --json --status /etc/passwd",
         "o2s-medusa: cannot read the status file /etc/passwd: it is not a status file of this "
         "version\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int status;
        check_text(rows[i].arguments, rows[i].expected, run(*state, rows[i].arguments, &status));
        check_number(rows[i].arguments, EX_NOINPUT, (size_t)status);
    }
}

/* Of a worker, which this process is for the moment; then of a pool without one. */
static void status_shows_the_workers(void **state) {
    static const struct log no_log = {.descriptor = -1, .level = LOG_LEVEL_ERROR};
    static const char path[] = "pool";
    const struct table *any = good_table(*state, ANY_UPSTREAM ANY_ROUTE);
    struct status *worker = status_open(path, &no_log);
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    status_bind(worker, any);
    status_begin(worker, begin);
    status_end(worker, NULL, 500, begin);
    begin.tv_sec -= 60;
    status_begin(worker, begin);
    status_found(worker, &any->routes[0]);
    int status;
    struct text printed =
        run(*state, text_format(*state, "status --json --status %s", path).data, &status);
    check_number("status", 0, (size_t)status);
    struct value json = value_from(*state, text_trim(printed).data);
    struct value seen = value_item(*state, value_member(*state, json, text_of("workers")), 0);
    check_json("busy", "1", value_member(*state, json, text_of("busy")));
    check_json("requests", "1", value_member(*state, json, text_of("requests")));
    check_json("errors", "1", value_member(*state, json, text_of("errors")));
    check_json("pid", text_format(*state, "%d", (int)getpid()).data,
               value_member(*state, seen, text_of("pid")));
    check_json("state", "\"busy\"", value_member(*state, seen, text_of("state")));
    check_json("route", "\"GET /any\"", value_member(*state, seen, text_of("route")));
    check_truth("age", true, value_double(value_member(*state, seen, text_of("seconds"))) >= 60);
    check_truth("memory", true, value_double(value_member(*state, seen, text_of("memory"))) > 0);
    printed = run(*state, text_format(*state, "--status %s status", path).data, &status);
    check_truth("the pool", true, text_starts_with(printed, text_of("workers: 1 (1 busy")));
    check_truth("the route", true, text_contains(printed, text_of("  GET /any\n")));
    status_close(worker);
    printed = run(*state, text_format(*state, "--status %s status", path).data, &status);
    check_truth("none", true, text_starts_with(printed, text_of("workers: 0 (0 busy, 0 idle)")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_bad_command_line_is_reported),
        TEST_WITH_ARENA(headers_of_any_number_are_sent),
        TEST_WITH_ARENA(a_bad_header_is_refused),
        TEST_WITH_ARENA(a_status_file_that_cannot_be_read_is_reported),
        TEST_IN_FOLDER(status_shows_the_workers),
        TEST_WITH_ARENA(the_headers_of_the_table_replace_the_programs),
        TEST_WITH_ARENA(a_status_without_a_body_is_sent_without_one),
    };
    return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
