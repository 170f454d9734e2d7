#include "serve/table_test_known.h"

#include "serve/table_test_case.h"
#include "serve/table_test_paths.h"
#include "json/absence.h"
#include "json/reader.h"

struct known_answer {
    const struct test_call *call;
    struct value value;
    struct known_answer *next;
};

struct knowledge {
    struct arena *arena;
    struct json_reader *reader;
    const struct table *table;
    struct known_answer *answers;
    size_t answer_count;
};

static void add_answer(struct knowledge *knowledge, const struct test_call *call) {
    struct value value;
    const char *reason;
    if (call->outcome != UPSTREAM_ANSWERED || call->status < 200 || call->status > 299 ||
        !json_read(knowledge->reader, knowledge->arena, call->answer, NULL, &value, &reason))
        return;
    struct known_answer *added = arena_allocate(knowledge->arena, sizeof *added);
    *added = (struct known_answer){call, value, knowledge->answers};
    knowledge->answers = added;
    knowledge->answer_count++;
}

/* The files stay open: calls point into them. */
static bool read_file(struct knowledge *knowledge, const char *path, struct test_file **file) {
    *file = test_file_open(path, NULL, stderr);
    if (!*file || !test_file_load_cases(*file, knowledge->table, stderr))
        return false;
    for (size_t i = 0; i < (*file)->case_count; i++)
        for (size_t j = 0; j < (*file)->cases[i].call_count; j++)
            add_answer(knowledge, &(*file)->cases[i].calls[j]);
    return true;
}

/* Whether a path can come of a template: an expression is any part of one segment. */
static bool path_matches(const struct template_part *part, struct text path) {
    if (!part)
        return !path.size;
    if (!part->expression)
        return text_starts_with(path, part->literal) &&
               path_matches(part->next, (struct text){path.data + part->literal.size,
                                                      path.size - part->literal.size});
    for (size_t size = 1; size <= path.size && path.data[size - 1] != '/'; size++)
        if (path_matches(part->next, (struct text){path.data + size, path.size - size}))
            return true;
    return false;
}

static bool is_answer_to(const struct known_answer *answer, const struct step *step) {
    return answer->call->upstream == step->upstream && answer->call->method == step->method &&
           path_matches(step->path->parts, answer->call->path);
}

/* The member that a call with a derived list of fields asks for; empty without such a list. */
static struct text envelope_of(const struct step *step) {
    for (size_t i = 0; i < step->query_count; i++)
        if (step->query[i].fields)
            return step->query[i].fields->envelope;
    return (struct text){"", 0};
}

/*
 * What an answer shows of a call: all of it, if it is one to this call; of one to another call
 * the envelope, since an upstream gives the same kind of object under the same name. Missing:
 * nothing.
 */
static struct value evidence(struct knowledge *knowledge, const struct known_answer *answer,
                             const struct step *step) {
    struct text envelope = envelope_of(step);
    if (is_answer_to(answer, step))
        return answer->value;
    if (!envelope.size || answer->call->upstream->fields != step->upstream->fields)
        return value_missing();
    struct member *member = arena_allocate(knowledge->arena, sizeof *member);
    *member = (struct member){envelope, value_member(knowledge->arena, answer->value,
                                                     text_copy(knowledge->arena, envelope))};
    return value_is_missing(member->value) ? value_missing() : value_object(member, 1);
}

static void check_step(struct knowledge *knowledge, const struct step *step,
                       struct diagnostics *diagnostics) {
    size_t count = 0;
    struct value *values =
        arena_allocate_array(knowledge->arena, knowledge->answer_count, sizeof *values);
    for (const struct known_answer *answer = knowledge->answers; answer; answer = answer->next) {
        values[count] = evidence(knowledge, answer, step);
        count += values[count].type != VALUE_MISSING;
    }
    struct buffer lacking = {0};
    if (step->usage)
        absence_append(&lacking, knowledge->arena, step->usage, values, count,
                       &(struct absence_options){.has_hints = true});
    if (lacking.size)
        diagnostics_warn(diagnostics, step->location,
                         "no known answer to $%.*s has these members, which the table reads: %.*s",
                         TEXT_ARGUMENT(step->name), (int)lacking.size, lacking.data);
    buffer_free(&lacking);
}

static void check_steps(struct knowledge *knowledge, const char *name,
                        struct diagnostics_sink sink) {
    const struct table *table = knowledge->table;
    struct diagnostics *diagnostics = diagnostics_create(name, table->source);
    for (size_t i = 0; i < table->route_count; i++)
        for (size_t j = 0; j < table->routes[i].step_count; j++)
            if (table->routes[i].steps[j].kind == STEP_CALL)
                check_step(knowledge, &table->routes[i].steps[j], diagnostics);
    diagnostics_report(diagnostics, sink);
    diagnostics_destroy(diagnostics);
}

bool test_check_known(const struct table *table, const char *name, const char *path,
                      struct diagnostics_sink sink) {
    struct knowledge knowledge = {
        .arena = arena_create(), .reader = json_reader_create(), .table = table};
    struct test_paths paths;
    bool good = test_paths_find(knowledge.arena, name, (char *const[]){(char *)path}, 1, &paths);
    struct test_file **files =
        arena_allocate_array(knowledge.arena, paths.count, sizeof(struct test_file *));
    for (size_t i = 0; i < paths.count; i++)
        good = read_file(&knowledge, paths.paths[i].path, &files[i]) && good;
    if (good)
        check_steps(&knowledge, name, sink);
    for (size_t i = 0; i < paths.count; i++)
        test_file_close(files[i]);
    json_reader_destroy(knowledge.reader);
    arena_destroy(knowledge.arena);
    return good;
}
