#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/count.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "serve/command.h"
#include "serve/worker.h"

static const char usage[] =
    "o2s-medusa: the O2S commerce API over Medusa, as a FastCGI application\n"
    "\n"
    "usage: o2s-medusa [OPTIONS]                       serve FastCGI on descriptor 0\n"
    "       o2s-medusa [OPTIONS] check [FILE]          tell all mistakes in the route table\n"
    "       o2s-medusa [OPTIONS] call 'GET /path'      answer one request, without a web server\n"
    "       o2s-medusa [OPTIONS] explain 'GET /path'   tell what a request would do\n"
    "       o2s-medusa [OPTIONS] map MAPPER [FILE]     a mapper over JSON (default: from stdin)\n"
    "       o2s-medusa functions                       list the functions of the route language\n"
    "       o2s-medusa schema                          print a JSON Schema of route tables, for "
    "editors\n"
    "\n"
    "  -f, --file FILE       the route table (default: " O2S_TABLE ")\n"
    "  -w, --watch           read the route table again when its file changes\n"
    "  -l, --log TARGET      where the log goes: stderr (as it is), syslog, or a file\n"
    "  -H, --header TEXT     with call and explain: a request header, 'Name: value'\n"
    "  -d, --data TEXT       with call and explain: the request's body\n"
    "  -h, --help            this text\n"
    "  -V, --version         the version\n";

static const char how_to_start[] =
    "o2s-medusa: descriptor 0 is no listening socket: start it by a process manager, such as\n"
    "    spawn-fcgi -s /run/o2s-medusa.sock -F 8 -- /usr/bin/o2s-medusa\n"
    "or try one request without a web server:\n"
    "    o2s-medusa call 'GET /path'\n"
    "(o2s-medusa --help tells more)\n";

struct command {
    const char *name;
    /* What follows the name: for the line that says how it is used. */
    const char *operands;
    int fewest;
    int most;
    /* Those that it takes, of `f` to `V`. */
    const char *options;
    int (*run)(struct command_options *options, int count, char **operands);
};

static int run_check(struct command_options *options, int count, char **operands) {
    if (count && options->table_path_given) {
        fputs("o2s-medusa: check: the route table is given twice: by -f, and as FILE\n", stderr);
        return EX_USAGE;
    }
    options->table_path = count ? operands[0] : options->table_path;
    return command_check(options);
}

static int run_call(struct command_options *options, int count, char **operands) {
    (void)count;
    return command_call(options, operands[0]);
}

static int run_explain(struct command_options *options, int count, char **operands) {
    (void)count;
    return command_explain(options, operands[0]);
}

static int run_map(struct command_options *options, int count, char **operands) {
    return command_map(options, operands[0], count == 2 ? operands[1] : NULL);
}

static int run_functions(struct command_options *options, int count, char **operands) {
    (void)options;
    (void)count;
    (void)operands;
    return command_functions();
}

static int run_schema(struct command_options *options, int count, char **operands) {
    (void)options;
    (void)count;
    (void)operands;
    return command_schema();
}

static const struct command commands[] = {
    {"check", "[FILE]", 0, 1, "f", run_check},
    {"call", "'METHOD /path'", 1, 1, "flHd", run_call},
    {"explain", "'METHOD /path'", 1, 1, "flHd", run_explain},
    {"map", "MAPPER [FILE]", 1, 2, "f", run_map},
    {"functions", "", 0, 0, "", run_functions},
    {"schema", "", 0, 0, "", run_schema},
};

struct arguments {
    struct command_options command;
    /* The letters of the options that were given. */
    char given[16];
    bool watch;
    const char *log_target;
    /* What ends the program before it does anything else; -1: nothing. */
    int exit_status;
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

/* Only -H can be given more than once: of any other, the last one would hide the first. */
static void note_option(struct arguments *arguments, char option) {
    char problem[] = "the option -? is given twice";
    problem[sizeof "the option -" - 1] = option;
    if (!strchr(arguments->given, option))
        arguments->given[strlen(arguments->given)] = option;
    else if (option != 'H')
        fail_usage(arguments, problem);
}

static void handle_option(struct arguments *arguments, int option) {
    if (option != '?')
        note_option(arguments, (char)option);
    if (arguments->exit_status >= 0)
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
    static const struct option options[] = {
        {"file", required_argument, NULL, 'f'}, {"watch", no_argument, NULL, 'w'},
        {"log", required_argument, NULL, 'l'},  {"header", required_argument, NULL, 'H'},
        {"data", required_argument, NULL, 'd'}, {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},    {NULL, 0, NULL, 0},
    };
    int option;
    while (arguments->exit_status < 0 &&
           (option = getopt_long(argc, argv, "f:wl:H:d:hV", options, NULL)) != -1)
        handle_option(arguments, option);
}

/* The first option that was given and is not among `known`; NUL: there is none. */
static char unknown_option(const struct arguments *arguments, const char *known) {
    return arguments->given[strspn(arguments->given, known)];
}

static int serve(struct arguments *arguments) {
    if (unknown_option(arguments, "fwl")) {
        fail_usage(arguments, "the options -H and -d need a command: call or explain");
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
    char problem[] = "there is no option -? here";
    if (!count)
        return serve(arguments);
    const struct command *command = find_command(words[0]);
    if (!command)
        return EX_USAGE;
    char option = unknown_option(arguments, command->options);
    problem[sizeof "there is no option -" - 1] = option;
    if (option)
        return fail_command(command, problem);
    if (count - 1 < command->fewest)
        return fail_command(command, "an argument is missing");
    if (count - 1 > command->most)
        return fail_command(command, "too many arguments");
    return command->run(&arguments->command, count - 1, words + 1);
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
    return arguments.exit_status;
}
