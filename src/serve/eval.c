#include "serve/eval.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/file.h"
#include "language/evaluate.h"
#include "language/walk.h"
#include "table/table.h"
#include "json/reader.h"
#include "json/writer.h"

struct eval {
    const struct command_options *options;
    struct arena *arena;
    struct json_reader *reader;
    /* The names of --set, and their values as far as they are known. */
    struct scope scope;
    struct evaluation evaluation;
    /* The input, into which values point. */
    struct buffer input;
    bool has_input;
};

/* Starts to report errors for `text`, called `name`, until close_text() prints them with carets. */
static struct diagnostics *open_text(struct eval *eval, const char *name, struct text text) {
    return eval->scope.definitions->diagnostics = diagnostics_create(name, text);
}

/* Ends it. Returns whether there was no error. */
static bool close_text(struct eval *eval, struct diagnostics *diagnostics) {
    diagnostics_report(diagnostics, diagnostics_printer(stderr));
    bool good = diagnostics_count(diagnostics) == 0;
    diagnostics_destroy(diagnostics);
    eval->scope.definitions->diagnostics = NULL;
    return good;
}

static const struct location start = {1, 1, NULL};

/* Parses the expression at byte `offset` of the open string. */
static struct expression *parse(struct eval *eval, struct text text, size_t offset) {
    const struct yaml_node node = {.kind = YAML_SCALAR,
                                   .location = start,
                                   .text = text,
                                   .verbatim = !strchr(text_c_string(text), '\n'),
                                   .text_location = start,
                                   .plain = true};
    return expression_parse(&eval->scope, &node, offset, text.size - offset);
}

/* Ends the walk at a `.`, which may be the input. */
static bool is_no_input(void *context, const struct expression *expression, size_t depth) {
    (void)context;
    (void)depth;
    return expression->kind != EXPRESSION_CURRENT;
}

/* Reads `path`; NULL: standard input. Returns EX_OK, or the exit status. */
static int read_input(struct eval *eval, const char *path) {
    const char *reason;
    eval->has_input = true;
    if (!(path ? file_read(path, &eval->input) : file_read_stream(stdin, &eval->input))) {
        fprintf(stderr, "%s: %s\n", path ? path : "standard input", strerror(errno));
        return EX_NOINPUT;
    }
    if (json_read(eval->reader, eval->arena, buffer_text(&eval->input), NULL,
                  &eval->evaluation.current, &reason))
        return EX_OK;
    fprintf(stderr, "the input is not valid JSON: %s\n", reason);
    return EX_DATAERR;
}

/* Returns EX_OK, or the exit status. */
static int evaluate(struct eval *eval, const struct expression *expression, struct value *value) {
    int status = EX_OK;
    if (!eval->has_input && !walk_expression(expression, is_no_input, NULL))
        status = read_input(eval, NULL);
    if (status != EX_OK || expression_evaluate(&eval->evaluation, expression, value))
        return status;
    const struct evaluation_failure *failure = &eval->evaluation.failure;
    fprintf(stderr,
            failure->too_large ? "the result of %.*s is too large\n" : "the input lacks %.*s\n",
            TEXT_ARGUMENT(failure->source));
    return EX_DATAERR;
}

/* Whether it cannot be an expression; then only the error in the JSON is printed. */
static bool is_meant_as_json(struct text text) {
    return text.size && (text.data[0] == '"' || (text.data[0] == '{' && !text_is(text, "{}")));
}

/* Parses `NAME=VALUE`, where VALUE is JSON or an expression. Returns EX_OK, or the exit status. */
static int set_name(struct eval *eval, const char *assignment) {
    struct text all = text_of(assignment);
    struct text rest = all;
    struct text name = text_cut(&rest, '=');
    struct value *value = &eval->evaluation.slots[eval->scope.slot_count];
    const struct expression *expression = NULL;
    const char *reason;
    if (!rest.size) {
        fputs("--set expects NAME=VALUE, where VALUE is JSON or an expression\n", stderr);
        return EX_USAGE;
    }
    bool json = json_read(eval->reader, eval->arena, rest, NULL, value, &reason);
    if (!json && is_meant_as_json(text_trim(rest))) {
        fprintf(stderr, "the value of --set %.*s is not valid JSON: %s\n", TEXT_ARGUMENT(name),
                reason);
        return EX_USAGE;
    }
    struct diagnostics *diagnostics = open_text(eval, "--set", all);
    if (!json)
        expression = parse(eval, all, (size_t)(rest.data - all.data));
    scope_add(&eval->scope, name, static_type_any, start);
    if (!close_text(eval, diagnostics))
        return EX_USAGE;
    return json ? EX_OK : evaluate(eval, expression, value);
}

static int print_value(struct eval *eval, struct value value) {
    if (value.type == VALUE_MISSING) {
        fputs("the result is missing\n", stderr);
        return EXIT_FAILURE;
    }
    struct buffer output = {0};
    json_write(&output, eval->arena, value);
    printf("%.*s\n", (int)output.size, output.data);
    buffer_free(&output);
    return EXIT_SUCCESS;
}

/* The hint for a mapper or a table that is not applied to anything. */
static void print_hint(const struct eval *eval, struct text text) {
    struct text all = text_trim(text), rest = all;
    struct text name = text_cut(&rest, ' ');
    if (mapper_find(eval->scope.definitions, name) || lookup_find(eval->scope.definitions, name))
        fprintf(stderr, "to apply it to the input, write '. | %.*s'\n", TEXT_ARGUMENT(all));
}

static int run(struct eval *eval, struct text text, const char *file) {
    int status = file ? read_input(eval, file) : EX_OK;
    struct value value = value_missing();
    for (size_t i = 0; status == EX_OK && i < eval->options->set_count; i++)
        status = set_name(eval, eval->options->sets[i]);
    if (status != EX_OK)
        return status;
    struct diagnostics *diagnostics = open_text(eval, "expression", text);
    const struct expression *expression = parse(eval, text, 0);
    if (!close_text(eval, diagnostics)) {
        print_hint(eval, text);
        return EX_USAGE;
    }
    status = evaluate(eval, expression, &value);
    return status == EX_OK ? print_value(eval, value) : status;
}

int command_eval(const struct command_options *options, const char *expression, const char *file) {
    struct table *table = table_load_file(options->table_path, stderr);
    if (!table)
        return EX_CONFIG;
    struct eval eval = {.options = options,
                        .arena = arena_create(),
                        .reader = json_reader_create(),
                        .scope = {.definitions = &table->definitions,
                                  .current = &static_type_any,
                                  .kind = SCOPE_EVAL}};
    eval.evaluation = (struct evaluation){
        .arena = eval.arena,
        .slots = arena_allocate_array(eval.arena, options->set_count, sizeof(struct value))};
    int status = run(&eval, text_of(expression), file);
    buffer_free(&eval.input);
    json_reader_destroy(eval.reader);
    arena_destroy(eval.arena);
    table_destroy(table);
    return status;
}
