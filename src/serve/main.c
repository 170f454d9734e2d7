#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/count.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "http/upstream_client.h"
#include "serve/check.h"
#include "serve/diff.h"
#include "serve/eval.h"
#include "serve/show.h"
#include "serve/status_command.h"
#include "serve/table_test.h"
#include "serve/usage.h"
#include "serve/worker.h"

enum option_code {
    OPTION_FILE,
    OPTION_WATCH,
    OPTION_LOG,
    OPTION_STATUS,
    OPTION_HEADER,
    OPTION_DATA,
    OPTION_VERBOSE,
    OPTION_SET,
    OPTION_FORMAT,
    OPTION_JSON,
    OPTION_STRICT,
    OPTION_ANSWERS,
    OPTION_COVERAGE,
    OPTION_MINIMUM,
    OPTION_JUNIT,
    OPTION_RECORD,
    OPTION_OUTPUT,
    OPTION_FORCE,
    OPTION_TRIM,
    OPTION_LIVE,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT,
    /* The `val` of a long option for getopt_long is its code plus this. */
    LONG_NAME = 256
};

/* The bit of an option in a set of options. */
#define SET_OF(code) (1U << (code))

static const struct option_kind {
    const char *name;
    /* NUL: the option has no short name. */
    char letter;
    bool has_value;
    bool can_repeat;
} option_kinds[OPTION_COUNT] = {
    [OPTION_FILE] = {"file", 'f', true, false},
    [OPTION_WATCH] = {"watch", 'w', false, false},
    [OPTION_LOG] = {"log", 'l', true, false},
    [OPTION_STATUS] = {"status", '\0', true, false},
    [OPTION_HEADER] = {"header", 'H', true, true},
    [OPTION_DATA] = {"data", 'd', true, false},
    [OPTION_VERBOSE] = {"verbose", 'v', false, false},
    [OPTION_SET] = {"set", 's', true, true},
    [OPTION_FORMAT] = {"format", '\0', true, false},
    [OPTION_JSON] = {"json", '\0', false, false},
    [OPTION_STRICT] = {"strict", '\0', false, false},
    [OPTION_ANSWERS] = {"answers", '\0', true, false},
    [OPTION_COVERAGE] = {"coverage", '\0', false, false},
    [OPTION_MINIMUM] = {"minimum", '\0', true, false},
    [OPTION_JUNIT] = {"junit", '\0', true, false},
    [OPTION_RECORD] = {"record", '\0', true, false},
    [OPTION_OUTPUT] = {"output", 'o', true, false},
    [OPTION_FORCE] = {"force", '\0', false, false},
    [OPTION_TRIM] = {"trim", '\0', false, false},
    [OPTION_LIVE] = {"live", '\0', false, false},
    [OPTION_HELP] = {"help", 'h', false, false},
    [OPTION_VERSION] = {"version", 'V', false, false},
};

enum {
    REQUEST_OPTIONS =
        SET_OF(OPTION_FILE) | SET_OF(OPTION_LOG) | SET_OF(OPTION_HEADER) | SET_OF(OPTION_DATA),
    TEST_OPTIONS = SET_OF(OPTION_FILE) | SET_OF(OPTION_HEADER) | SET_OF(OPTION_DATA) |
                   SET_OF(OPTION_COVERAGE) | SET_OF(OPTION_MINIMUM) | SET_OF(OPTION_JUNIT) |
                   SET_OF(OPTION_RECORD) | SET_OF(OPTION_OUTPUT) | SET_OF(OPTION_FORCE) |
                   SET_OF(OPTION_TRIM) | SET_OF(OPTION_LIVE) | SET_OF(OPTION_SET)
};

struct command {
    const char *name;
    /* The operands, for the usage line. */
    const char *operands;
    int fewest;
    int most;
    /* The set of options that the command accepts. */
    unsigned options;
    /* Its default format, the other one being JSON. */
    enum format format;
    int (*run)(struct command_options *options, int count, char **operands);
};

static int run_check(struct command_options *options, int count, char **operands) {
    if (count && options->table_path_given) {
        fputs("o2s-medusa: check: the route table is specified twice: with -f and as FILE\n",
              stderr);
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

static int run_eval(struct command_options *options, int count, char **operands) {
    return command_eval(options, operands[0], count == 2 ? operands[1] : NULL);
}

static int run_show(struct command_options *options, int count, char **operands) {
    return show_table(options->table_path, count ? operands[0] : NULL, stdout, stderr);
}

static int run_diff(struct command_options *options, int count, char **operands) {
    (void)count;
    return diff_tables(operands[0], operands[1], options->format, stdout, stderr);
}

static int run_functions(struct command_options *options, int count, char **operands) {
    (void)options;
    (void)count;
    (void)operands;
    return command_functions();
}

static int run_status(struct command_options *options, int count, char **operands) {
    (void)count;
    (void)operands;
    return command_status(options);
}

static int run_test(struct command_options *options, int count, char **operands) {
    return command_test(options, operands, (size_t)count);
}

static int run_openapi(struct command_options *options, int count, char **operands) {
    (void)count;
    (void)operands;
    return command_openapi(options);
}

static int run_schema(struct command_options *options, int count, char **operands) {
    (void)options;
    (void)count;
    (void)operands;
    return command_schema();
}

static const struct command commands[] = {
    {"check", "[FILE]", 0, 1,
     SET_OF(OPTION_FILE) | SET_OF(OPTION_FORMAT) | SET_OF(OPTION_JSON) | SET_OF(OPTION_STRICT) |
         SET_OF(OPTION_ANSWERS),
     FORMAT_TEXT, run_check},
    {"call", "'METHOD /path'", 1, 1, REQUEST_OPTIONS | SET_OF(OPTION_VERBOSE), FORMAT_TEXT,
     run_call},
    {"explain", "'METHOD /path'", 1, 1, REQUEST_OPTIONS, FORMAT_TEXT, run_explain},
    {"eval", "EXPRESSION [FILE]", 1, 2, SET_OF(OPTION_FILE) | SET_OF(OPTION_SET), FORMAT_TEXT,
     run_eval},
    {"show", "[NAME]", 0, 1, SET_OF(OPTION_FILE), FORMAT_TEXT, run_show},
    {"diff", "OLD NEW", 2, 2, SET_OF(OPTION_FORMAT) | SET_OF(OPTION_JSON), FORMAT_TEXT, run_diff},
    {"test", "[FILE ...]", 0, INT_MAX, TEST_OPTIONS, FORMAT_TEXT, run_test},
    {"openapi", "", 0, 0, SET_OF(OPTION_FILE) | SET_OF(OPTION_FORMAT) | SET_OF(OPTION_JSON),
     FORMAT_YAML, run_openapi},
    {"functions", "", 0, 0, 0, FORMAT_TEXT, run_functions},
    {"schema", "", 0, 0, 0, FORMAT_TEXT, run_schema},
    {"status", "", 0, 0, SET_OF(OPTION_STATUS) | SET_OF(OPTION_FORMAT) | SET_OF(OPTION_JSON),
     FORMAT_TEXT, run_status},
};

struct arguments {
    struct command_options command;
    /* The set of options that were specified. */
    unsigned given;
    bool watch;
    const char *log_target;
    /* The exit status if the program ends immediately; -1: it does not. */
    int exit_status;
};

static void add_value(char ***values, size_t *count, char *value) {
    *values = memory_resize(*values, (*count + 1) * sizeof **values);
    (*values)[(*count)++] = value;
}

static void fail_usage(struct arguments *arguments, const char *problem) {
    fprintf(stderr, "o2s-medusa: %s\nTry 'o2s-medusa --help' for more information.\n", problem);
    arguments->exit_status = EX_USAGE;
}

/* Reports an option that is specified twice, as the last one would silently replace the first. */
static void note_option(struct arguments *arguments, enum option_code code) {
    char problem[64];
    snprintf(problem, sizeof problem, "duplicate option --%s", option_kinds[code].name);
    if (arguments->given & SET_OF(code) && !option_kinds[code].can_repeat)
        fail_usage(arguments, problem);
    arguments->given |= SET_OF(code);
}

static void set_format(struct arguments *arguments, const char *name) {
    static const char *const names[] = {
        [FORMAT_TEXT] = "text", [FORMAT_JSON] = "json", [FORMAT_YAML] = "yaml"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            arguments->command.format = (enum format)i;
            return;
        }
    }
    fail_usage(arguments, "the value of --format must be text, yaml or json");
}

static void set_minimum(struct arguments *arguments, const char *text) {
    char *end;
    double percent = strtod(text, &end);
    if (end == text || *end || !(percent >= 0 && percent <= 100))
        fail_usage(arguments, "the value of --minimum is a percentage, such as 95");
    arguments->command.test.minimum = percent;
}

/* The options that have to do with test cases. */
static void use_test_option(struct arguments *arguments, enum option_code code) {
    struct test_options *test = &arguments->command.test;
    if (code == OPTION_ANSWERS)
        arguments->command.answers = optarg;
    else if (code == OPTION_COVERAGE)
        test->coverage = true;
    else if (code == OPTION_MINIMUM)
        set_minimum(arguments, optarg);
    else if (code == OPTION_JUNIT)
        test->junit = optarg;
    else if (code == OPTION_RECORD)
        test->record = optarg;
    else if (code == OPTION_OUTPUT)
        test->output = optarg;
    else if (code == OPTION_FORCE)
        test->force = true;
    else if (code == OPTION_TRIM)
        test->trim = true;
    else
        test->live = true;
}

static void print_and_end(struct arguments *arguments, enum option_code code) {
    if (code == OPTION_HELP)
        usage_print(stdout, O2S_TABLE);
    else
        puts("o2s-medusa " O2S_VERSION);
    arguments->exit_status = EX_OK;
}

static void use_option(struct arguments *arguments, enum option_code code) {
    struct command_options *command = &arguments->command;
    switch (code) {
    case OPTION_FILE:
        command->table_path = optarg;
        command->table_path_given = true;
        break;
    case OPTION_WATCH:
        arguments->watch = true;
        break;
    case OPTION_LOG:
        arguments->log_target = optarg;
        break;
    case OPTION_STATUS:
        command->status_path = optarg;
        break;
    case OPTION_HEADER:
        add_value(&command->headers, &command->header_count, optarg);
        break;
    case OPTION_DATA:
        command->data = optarg;
        break;
    case OPTION_VERBOSE:
        command->verbose = true;
        break;
    case OPTION_SET:
        add_value(&command->sets, &command->set_count, optarg);
        break;
    case OPTION_FORMAT:
    case OPTION_JSON:
        set_format(arguments, code == OPTION_JSON ? "json" : optarg);
        break;
    case OPTION_STRICT:
        command->strict = true;
        break;
    case OPTION_HELP:
    case OPTION_VERSION:
        print_and_end(arguments, code);
        break;
    default:
        use_test_option(arguments, code);
    }
}

/* The option that getopt_long returned; OPTION_COUNT: none. */
static enum option_code option_of(int answer) {
    int code = 0;
    if (answer >= LONG_NAME)
        return (enum option_code)(answer - LONG_NAME);
    while (code < OPTION_COUNT && option_kinds[code].letter != answer)
        code++;
    return (enum option_code)code;
}

static void parse_options(struct arguments *arguments, int argc, char **argv) {
    struct option names[OPTION_COUNT + 1] = {{0}};
    char letters[2 * OPTION_COUNT + 1];
    size_t count = 0;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_kind *kind = &option_kinds[i];
        names[i] = (struct option){kind->name, kind->has_value ? required_argument : no_argument,
                                   NULL, LONG_NAME + i};
        if (kind->letter)
            letters[count++] = kind->letter;
        if (kind->letter && kind->has_value)
            letters[count++] = ':';
    }
    letters[count] = '\0';
    int answer;
    while (arguments->exit_status < 0 &&
           (answer = getopt_long(argc, argv, letters, names, NULL)) != -1) {
        enum option_code code = option_of(answer);
        if (code == OPTION_COUNT) {
            fputs("Try 'o2s-medusa --help' for more information.\n", stderr);
            arguments->exit_status = EX_USAGE;
            return;
        }
        note_option(arguments, code);
        if (arguments->exit_status < 0)
            use_option(arguments, code);
    }
}

/* An option that was specified and is not in the set `known`; OPTION_COUNT: none. */
static enum option_code unknown_option(const struct arguments *arguments, unsigned known) {
    int code = 0;
    while (code < OPTION_COUNT && !(arguments->given & ~known & SET_OF(code)))
        code++;
    return (enum option_code)code;
}

static int serve(struct arguments *arguments) {
    static const unsigned known =
        SET_OF(OPTION_FILE) | SET_OF(OPTION_WATCH) | SET_OF(OPTION_LOG) | SET_OF(OPTION_STATUS);
    enum option_code option = unknown_option(arguments, known);
    if (option != OPTION_COUNT) {
        char problem[64];
        snprintf(problem, sizeof problem, "the option --%s needs a command",
                 option_kinds[option].name);
        fail_usage(arguments, problem);
        return EX_USAGE;
    }
    if (!worker_has_socket()) {
        usage_print_start(stderr);
        return EX_USAGE;
    }
    struct worker_options options = {.table_path = arguments->command.table_path,
                                     .watch = arguments->watch,
                                     .status_path = arguments->command.status_path,
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
    if (strcmp(name, "map") == 0)
        fputs("; to apply a mapper, run: o2s-medusa eval '. | MAPPER' [FILE]", stderr);
    else if (nearest.best.size)
        fprintf(stderr, "; did you mean \"%.*s\"?", TEXT_ARGUMENT(nearest.best));
    fputs("\nTry 'o2s-medusa --help' for more information.\n", stderr);
    return NULL;
}

static int fail_command(const struct command *command, const char *problem) {
    fprintf(stderr, "o2s-medusa: %s: %s\nusage: o2s-medusa [OPTIONS] %s%s%s\n", command->name,
            problem, command->name, *command->operands ? " " : "", command->operands);
    return EX_USAGE;
}

/* Returns false if the command has no such format. */
static bool set_default_format(struct arguments *arguments, const struct command *command) {
    enum format *format = &arguments->command.format;
    if (!(arguments->given & (SET_OF(OPTION_FORMAT) | SET_OF(OPTION_JSON))))
        *format = command->format;
    return *format == command->format || *format == FORMAT_JSON;
}

static int run(struct arguments *arguments, int count, char **words) {
    if (!count)
        return serve(arguments);
    const struct command *command = find_command(words[0]);
    if (!command)
        return EX_USAGE;
    enum option_code option = unknown_option(arguments, command->options);
    if (option != OPTION_COUNT) {
        char problem[64];
        snprintf(problem, sizeof problem, "the option --%s is not valid for this command",
                 option_kinds[option].name);
        return fail_command(command, problem);
    }
    if (count - 1 < command->fewest)
        return fail_command(command, "missing argument");
    if (count - 1 > command->most)
        return fail_command(command, "too many arguments");
    if (!set_default_format(arguments, command))
        return fail_command(command, command->format == FORMAT_YAML
                                         ? "the value of --format must be yaml or json"
                                         : "the value of --format must be text or json");
    return command->run(&arguments->command, count - 1, words + 1);
}

/* In a UTF-8 locale, regular expressions match characters; in other locales they match bytes. */
static bool set_character_type(void) {
    return setlocale(LC_CTYPE, "C.UTF-8") || setlocale(LC_CTYPE, "en_US.UTF-8");
}

/* Reports an invalid value of a variable, and ends the program. */
static void refuse_variable(struct arguments *arguments, struct log *log, bool is_command,
                            const char *problem) {
    if (is_command)
        fprintf(stderr, "%s\n", problem);
    else
        log_write(log, LOG_LEVEL_ERROR, "%s", problem);
    arguments->exit_status = EX_CONFIG;
}

/* The variables that the program itself uses. LOG_LEVEL and LOG_FORMAT are the log's. */
static void read_variables(struct arguments *arguments, struct log *log, bool is_command) {
    /* The user of a command sees its output, so only failures are logged. */
    log->level = is_command ? LOG_LEVEL_WARN : LOG_LEVEL_INFO;
    const char *authorities = upstream_authorities();
    if (!log_format_parse(getenv("LOG_FORMAT"), &log->format))
        refuse_variable(arguments, log, is_command,
                        "the environment variable LOG_FORMAT must be json or text");
    else if (!log_level_parse(getenv("LOG_LEVEL"), &log->level))
        refuse_variable(arguments, log, is_command,
                        "the environment variable LOG_LEVEL must be error, warn, info or debug");
    else if (authorities && access(authorities, R_OK) != 0)
        refuse_variable(arguments, log, is_command,
                        "the environment variable SSL_CERT_FILE must name a readable file");
}

int main(int argc, char **argv) {
    bool characters = set_character_type();
    struct log log = {0};
    struct arguments arguments = {
        .command = {.table_path = O2S_TABLE, .log = &log, .test.minimum = -1},
        .log_target = "stderr",
        .exit_status = -1};
    parse_options(&arguments, argc, argv);
    if (arguments.exit_status < 0 && !log_open(&log, arguments.log_target)) {
        fprintf(stderr, "o2s-medusa: cannot open the log %s: %s\n", arguments.log_target,
                strerror(errno));
        arguments.exit_status = EX_CANTCREAT;
    }
    if (arguments.exit_status < 0)
        read_variables(&arguments, &log, optind < argc);
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
    free(arguments.command.sets);
    return arguments.exit_status;
}
