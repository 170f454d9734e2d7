#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/count.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "serve/command.h"
#include "serve/table_test.h"
#include "serve/worker.h"

static const char usage[] =
    "o2s-medusa: the O2S commerce API over Medusa, as a FastCGI application\n"
    "\n"
    "usage: o2s-medusa [OPTIONS]                       serve FastCGI on descriptor 0\n"
    "       o2s-medusa [OPTIONS] check [FILE]          tell all mistakes in the route table\n"
    "       o2s-medusa [OPTIONS] call 'GET /path'      answer one request, without a web server\n"
    "       o2s-medusa [OPTIONS] explain 'GET /path'   tell what a request would do\n"
    "       o2s-medusa [OPTIONS] map MAPPER [FILE]     a mapper over JSON (default: from stdin)\n"
    "       o2s-medusa [OPTIONS] test [FILE ...]       run the test cases of the route table\n"
    "       o2s-medusa functions                       list the functions of the route language\n"
    "\n"
    "  -f, --file FILE       the route table (default: " O2S_TABLE ")\n"
    "  -w, --watch           read the route table again when its file changes\n"
    "  -l, --log TARGET      where the log goes: stderr (as it is), syslog, or a file\n"
    "  -H, --header TEXT     with call and explain: a request header, 'Name: value'\n"
    "  -d, --data TEXT       with call and explain: the request's body\n"
    "      --coverage        with test: which parts of the table the cases reach\n"
    "      --minimum PERCENT with test: fail if they reach less\n"
    "      --junit FILE      with test: write the results as JUnit XML\n"
    "      --record REQUEST  with test: write a case of what this request does now\n"
    "  -o, --output FILE     with test --record: where to; default: standard output\n"
    "      --force           with test --record: replace the file\n"
    "      --live            with test: make the GET calls, and compare their answers\n"
    "      --set NAME=VALUE  with test: a value of the section `set` of the cases\n"
    "  -h, --help            this text\n"
    "  -V, --version         the version\n";

static const char how_to_start[] =
    "o2s-medusa: descriptor 0 is no listening socket: start it by a process manager, such as\n"
    "    spawn-fcgi -s /run/o2s-medusa.sock -F 8 -- /usr/bin/o2s-medusa\n"
    "or try one request without a web server:\n"
    "    o2s-medusa call 'GET /path'\n"
    "(o2s-medusa --help tells more)\n";

/* The options that have no letter on the command line. */
enum {
    OPTION_COVERAGE = 'c',
    OPTION_MINIMUM = 'm',
    OPTION_JUNIT = 'j',
    OPTION_RECORD = 'r',
    OPTION_FORCE = 'F',
    OPTION_LIVE = 'L',
    OPTION_SET = 's',
};

struct arguments {
    struct command_options command;
    struct test_options test;
    /* The letters of the options that were given. */
    char given[32];
    bool watch;
    const char *log_target;
    /* What ends the program before it does anything else; -1: nothing. */
    int exit_status;
};

struct command {
    const char *name;
    /* What follows the name: for the line that says how it is used. */
    const char *operands;
    int fewest;
    int most;
    /* Those that it takes, of `f` to `V`. */
    const char *options;
    int (*run)(struct arguments *arguments, int count, char **operands);
};

static int run_check(struct arguments *arguments, int count, char **operands) {
    struct command_options *options = &arguments->command;
    if (count && options->table_path_given) {
        fputs("o2s-medusa: check: the route table is given twice: by -f, and as FILE\n", stderr);
        return EX_USAGE;
    }
    options->table_path = count ? operands[0] : options->table_path;
    return command_check(options);
}

static int run_call(struct arguments *arguments, int count, char **operands) {
    (void)count;
    return command_call(&arguments->command, operands[0]);
}

static int run_explain(struct arguments *arguments, int count, char **operands) {
    (void)count;
    return command_explain(&arguments->command, operands[0]);
}

static int run_map(struct arguments *arguments, int count, char **operands) {
    return command_map(&arguments->command, operands[0], count == 2 ? operands[1] : NULL);
}

static int run_functions(struct arguments *arguments, int count, char **operands) {
    (void)arguments;
    (void)count;
    (void)operands;
    return command_functions();
}

static int run_test(struct arguments *arguments, int count, char **operands) {
    arguments->test.paths = operands;
    arguments->test.path_count = (size_t)count;
    return command_test(&arguments->command, &arguments->test);
}

static const struct command commands[] = {
    {"check", "[FILE]", 0, 1, "f", run_check},
    {"call", "'METHOD /path'", 1, 1, "flHd", run_call},
    {"explain", "'METHOD /path'", 1, 1, "flHd", run_explain},
    {"map", "MAPPER [FILE]", 1, 2, "f", run_map},
    {"test", "[FILE ...]", 0, INT_MAX, "fHdocmjrFLs", run_test},
    {"functions", "", 0, 0, "", run_functions},
};

static void add_header(struct arguments *arguments, char *header) {
    struct command_options *command = &arguments->command;
    command->headers =
        memory_resize(command->headers, (command->header_count + 1) * sizeof *command->headers);
    command->headers[command->header_count++] = header;
}

static void fail_usage(struct arguments *arguments, const char *problem) {
    fprintf(stderr, "o2s-medusa: %s\n(o2s-medusa --help tells more)\n", problem);
    arguments->exit_status = EX_USAGE;
}

static const char short_options[] = "f:wl:H:d:o:hV";

static const struct option long_options[] = {
    {"file", required_argument, NULL, 'f'},
    {"watch", no_argument, NULL, 'w'},
    {"log", required_argument, NULL, 'l'},
    {"header", required_argument, NULL, 'H'},
    {"data", required_argument, NULL, 'd'},
    {"output", required_argument, NULL, 'o'},
    {"coverage", no_argument, NULL, OPTION_COVERAGE},
    {"minimum", required_argument, NULL, OPTION_MINIMUM},
    {"junit", required_argument, NULL, OPTION_JUNIT},
    {"record", required_argument, NULL, OPTION_RECORD},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"live", no_argument, NULL, OPTION_LIVE},
    {"set", required_argument, NULL, OPTION_SET},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

/* A message about an option, by its letter, or by its name if it has none on the command line. */
static const char *option_problem(char problem[64], char option, const char *what) {
    const char *name = "";
    for (size_t i = 0; long_options[i].name; i++)
        if (long_options[i].val == option)
            name = long_options[i].name;
    if (strchr(short_options, option))
        snprintf(problem, 64, what, "-", 1, &option);
    else
        snprintf(problem, 64, what, "--", (int)strlen(name), name);
    return problem;
}

/* Only -H and --set can be given more than once: of any other, the last would hide the first. */
static void note_option(struct arguments *arguments, char option) {
    char problem[64];
    if (!strchr(arguments->given, option))
        arguments->given[strlen(arguments->given)] = option;
    else if (option != 'H' && option != OPTION_SET)
        fail_usage(arguments, option_problem(problem, option, "the option %s%.*s is given twice"));
}

static void add_setting(struct arguments *arguments, char *setting) {
    struct test_options *test = &arguments->test;
    test->settings =
        memory_resize(test->settings, (test->setting_count + 1) * sizeof *test->settings);
    test->settings[test->setting_count++] = setting;
}

static void set_minimum(struct arguments *arguments) {
    char *end;
    double percent = strtod(optarg, &end);
    if (end == optarg || *end || !(percent >= 0 && percent <= 100))
        fail_usage(arguments, "--minimum is a number of percent, such as 95");
    arguments->test.minimum = percent;
    arguments->test.coverage = true;
}

/* The options of `test` alone; false: it is another one. */
static bool handle_test_option(struct arguments *arguments, int option) {
    struct test_options *test = &arguments->test;
    if (option == OPTION_COVERAGE)
        test->coverage = true;
    else if (option == OPTION_MINIMUM)
        set_minimum(arguments);
    else if (option == OPTION_JUNIT)
        test->junit = optarg;
    else if (option == OPTION_RECORD)
        test->record = optarg;
    else if (option == OPTION_FORCE)
        test->force = true;
    else if (option == OPTION_LIVE)
        test->live = true;
    else if (option == OPTION_SET)
        add_setting(arguments, optarg);
    else if (option == 'o')
        test->output = optarg;
    else
        return false;
    return true;
}

static void handle_option(struct arguments *arguments, int option) {
    if (option != '?')
        note_option(arguments, (char)option);
    if (arguments->exit_status >= 0 || handle_test_option(arguments, option))
        return;
    switch (option) {
    case 'f':
        arguments->command.table_path = optarg;
        arguments->command.table_path_given = true;
        break;
    case 'w':
        arguments->watch = true;
        break;
    case 'l':
        arguments->log_target = optarg;
        break;
    case 'H':
        add_header(arguments, optarg);
        break;
    case 'd':
        arguments->command.data = optarg;
        break;
    case 'h':
        fputs(usage, stdout);
        arguments->exit_status = EX_OK;
        break;
    case 'V':
        puts("o2s-medusa " O2S_VERSION);
        arguments->exit_status = EX_OK;
        break;
    default:
        fputs("(o2s-medusa --help tells more)\n", stderr);
        arguments->exit_status = EX_USAGE;
    }
}

static void parse_options(struct arguments *arguments, int argc, char **argv) {
    int option;
    while (arguments->exit_status < 0 &&
           (option = getopt_long(argc, argv, short_options, long_options, NULL)) != -1)
        handle_option(arguments, option);
}

/* The first option that was given and is not among `known`; NUL: there is none. */
static char unknown_option(const struct arguments *arguments, const char *known) {
    return arguments->given[strspn(arguments->given, known)];
}

static int serve(struct arguments *arguments) {
    char problem[64];
    char unknown = unknown_option(arguments, "fwl");
    if (unknown) {
        fail_usage(arguments,
                   option_problem(problem, unknown, "the option %s%.*s needs a command"));
        return EX_USAGE;
    }
    if (!worker_has_socket()) {
        fputs(how_to_start, stderr);
        return EX_USAGE;
    }
    struct worker_options options = {.table_path = arguments->command.table_path,
                                     .watch = arguments->watch,
                                     .log = arguments->command.log};
    return worker_run(&options);
}

static const struct command *find_command(const char *name) {
    struct nearest nearest = {.wanted = text_of(name)};
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
        nearest_offer(&nearest, text_of(commands[i].name));
    }
    fprintf(stderr, "o2s-medusa: unknown command \"%s\"", name);
    if (nearest.best.size)
        fprintf(stderr, "; did you mean \"%.*s\"?", TEXT_ARGUMENT(nearest.best));
    fputs("\n(o2s-medusa --help tells more)\n", stderr);
    return NULL;
}

static int fail_command(const struct command *command, const char *problem) {
    fprintf(stderr, "o2s-medusa: %s: %s\nusage: o2s-medusa [OPTIONS] %s%s%s\n", command->name,
            problem, command->name, *command->operands ? " " : "", command->operands);
    return EX_USAGE;
}

static int run(struct arguments *arguments, int count, char **words) {
    char problem[64];
    if (!count)
        return serve(arguments);
    const struct command *command = find_command(words[0]);
    if (!command)
        return EX_USAGE;
    char option = unknown_option(arguments, command->options);
    if (option)
        return fail_command(command,
                            option_problem(problem, option, "there is no option %s%.*s here"));
    if (count - 1 < command->fewest)
        return fail_command(command, "an argument is missing");
    if (count - 1 > command->most)
        return fail_command(command, "too many arguments");
    return command->run(arguments, count - 1, words + 1);
}

/* In a UTF-8 locale, regular expressions match characters; in another one they match bytes. */
static bool set_character_type(void) {
    return setlocale(LC_CTYPE, "C.UTF-8") || setlocale(LC_CTYPE, "en_US.UTF-8");
}

/* The level of LOG_LEVEL, or the usual one. A bad value is reported, and ends the program. */
static void set_log_level(struct arguments *arguments, struct log *log, bool is_command) {
    static const char problem[] =
        "the environment variable LOG_LEVEL must be error, warn, info or debug";
    /* A command's user sees its answer; what a worker would log is for when it fails. */
    log->level = is_command ? LOG_LEVEL_WARN : LOG_LEVEL_INFO;
    if (log_level_parse(getenv("LOG_LEVEL"), &log->level))
        return;
    if (is_command)
        fprintf(stderr, "%s\n", problem);
    else
        log_write(log, LOG_LEVEL_ERROR, "%s", problem);
    arguments->exit_status = EX_CONFIG;
}

int main(int argc, char **argv) {
    bool characters = set_character_type();
    struct log log;
    struct arguments arguments = {.command = {.table_path = O2S_TABLE, .log = &log},
                                  .test = {.minimum = -1},
                                  .log_target = "stderr",
                                  .exit_status = -1};
    parse_options(&arguments, argc, argv);
    if (arguments.exit_status < 0 && !log_open(&log, arguments.log_target)) {
        fprintf(stderr, "o2s-medusa: cannot open the log %s: %s\n", arguments.log_target,
                strerror(errno));
        arguments.exit_status = EX_CANTCREAT;
    }
    if (arguments.exit_status < 0)
        set_log_level(&arguments, &log, optind < argc);
    if (arguments.exit_status < 0) {
        if (!characters)
            log_write(&log, LOG_LEVEL_WARN,
                      "neither locale C.UTF-8 nor en_US.UTF-8 is installed: the patterns of "
                      "schemas match bytes instead of characters");
        curl_global_init(CURL_GLOBAL_DEFAULT);
        arguments.exit_status = run(&arguments, argc - optind, argv + optind);
        curl_global_cleanup();
        log_close(&log);
    }
    free(arguments.command.headers);
    free(arguments.test.settings);
    return arguments.exit_status;
}
