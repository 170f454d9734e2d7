#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/memory.h"
#include "serve/command.h"
#include "serve/worker.h"

#ifndef O2S_VERSION
#define O2S_VERSION "development"
#endif
#ifndef O2S_TABLE
#define O2S_TABLE "/etc/o2s-medusa/routes.yaml"
#endif

static const char usage[] =
    "o2s-medusa: the O2S commerce API over Medusa, as a FastCGI application\n"
    "\n"
    "usage: o2s-medusa [OPTIONS]                       serve FastCGI on descriptor 0\n"
    "       o2s-medusa [OPTIONS] check [FILE]          tell all mistakes in the route table\n"
    "       o2s-medusa [OPTIONS] call 'GET /path'      answer one request, without a web server\n"
    "       o2s-medusa [OPTIONS] explain 'GET /path'   tell what a request would do\n"
    "       o2s-medusa [OPTIONS] map MAPPER [FILE]     a mapper over JSON (default: from stdin)\n"
    "       o2s-medusa functions                       list the functions of the route language\n"
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

struct arguments {
    struct command_options command;
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

static void handle_option(struct arguments *arguments, int option) {
    switch (option) {
    case 'f':
        arguments->command.table_path = optarg;
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

static int serve(const struct arguments *arguments) {
    if (!worker_has_socket()) {
        fputs(how_to_start, stderr);
        return EX_USAGE;
    }
    struct worker_options options = {.table_path = arguments->command.table_path,
                                     .watch = arguments->watch,
                                     .log = arguments->command.log};
    return worker_run(&options);
}

static int run(struct arguments *arguments, int count, char **words) {
    struct command_options *command = &arguments->command;
    if (!count)
        return serve(arguments);
    if (strcmp(words[0], "check") == 0 && count <= 2) {
        command->table_path = count == 2 ? words[1] : command->table_path;
        return command_check(command);
    }
    if (strcmp(words[0], "call") == 0 && count == 2)
        return command_call(command, words[1]);
    if (strcmp(words[0], "explain") == 0 && count == 2)
        return command_explain(command, words[1]);
    if (strcmp(words[0], "functions") == 0 && count == 1)
        return command_functions();
    if (strcmp(words[0], "map") == 0 && (count == 2 || count == 3))
        return command_map(command, words[1], count == 3 ? words[2] : NULL);
    fprintf(stderr, "o2s-medusa: \"%s\" is used otherwise\n\n%s", words[0], usage);
    return EX_USAGE;
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
