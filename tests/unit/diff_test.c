/* What changes between two tables, for callers and for upstreams. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve/diff.h"

static int enter_folder(void **state) {
    char folder[] = "/tmp/o2s-medusa-diff-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return -1;
    *state = arena_create();
    return 0;
}

static int leave_folder(void **state) {
    char folder[64], command[128];
    bool known = getcwd(folder, sizeof folder);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    arena_destroy(*state);
    return known && chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void write_table(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("upstreams: {store: {url: 'http://store.test/api', public: true}}\n", file);
    fputs(text, file);
    fclose(file);
}

/* What is printed, to either stream. */
static struct text printed(struct arena *arena, enum format format, int *status) {
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    *status = diff_tables("old.yaml", "new.yaml", format, stream, stream);
    fclose(stream);
    struct text copy = text_copy(arena, (struct text){text, size});
    free(text);
    return copy;
}

struct row {
    const char *old;
    const char *new;
    /* What is printed of the one route; "": nothing changes. */
    const char *expected;
};

/* The table is made of the row's text in a frame: `%s`. */
static void check_rows(struct arena *arena, const char *frame, const char *route,
                       const struct row *rows, size_t count) {
    char table[4096];
    for (size_t i = 0; i < count; i++) {
        snprintf(table, sizeof table, frame, rows[i].old);
        write_table("old.yaml", table);
        snprintf(table, sizeof table, frame, rows[i].new);
        write_table("new.yaml", table);
        int status;
        struct text came = printed(arena, FORMAT_TEXT, &status);
        struct text head = text_format(arena, "%s\n", route);
        if (!rows[i].expected[0]) {
            check_text(rows[i].new, "no change for callers or upstreams\n", came);
            continue;
        }
        /* Without the summary. */
        const char *end = strstr(came.data, "\n\nchanges: ");
        struct text lines = {came.data, end ? (size_t)(end - came.data) : came.size};
        if (text_starts_with(lines, head))
            lines = (struct text){lines.data + head.size, lines.size - head.size};
        check_text(rows[i].new, rows[i].expected, lines);
        check_number(rows[i].new, strchr(rows[i].expected, '!') ? 1 : 0, (size_t)status);
    }
}

static void what_callers_send(void **state) {
    static const struct row rows[] = {
        {"{}", "{}", ""},
        {"{}", "{a: {type: string}}", "    body: a is new: a string"},
        {"{a: {type: string}}", "{}", "  ! body: a is no longer read"},
        {"{a: {type: string}}", "{a: {type: integer}}",
         "  ! body: a must be an integer (a string before)"},
        {"{a: {type: integer}}", "{a: {type: number}}",
         "    body: a can be a number (an integer before)"},
        {"{a: {type: number}}", "{a: {type: integer}}",
         "  ! body: a must be an integer (a number before)"},
        {"{a: {type: string, enum: [x, y]}}", "{a: {type: string, enum: [y, z]}}",
         "  ! body: a can no longer be \"x\"\n    body: a can also be \"z\""},
        {"{a: {type: string}}", "{a: {type: string, enum: [x]}}",
         "  ! body: a must be one of [\"x\"]"},
        {"{a: {type: string, enum: [x]}}", "{a: {type: string}}",
         "    body: a no longer has to be one of [\"x\"]"},
        {"{a: {type: integer, minimum: 1, maximum: 9}}",
         "{a: {type: integer, minimum: 2, maximum: 10}}",
         "  ! body: a must be at least 2 (1 before)\n"
         "    body: a must be at most 10 (9 before)"},
        {"{a: {type: integer, minimum: 2, maximum: 10}}",
         "{a: {type: integer, minimum: 1, maximum: 9}}",
         "    body: a must be at least 1 (2 before)\n"
         "  ! body: a must be at most 9 (10 before)"},
        {"{a: {type: integer, minimum: 10}}", "{a: {type: integer, minimum: 1e1}}", ""},
        {"{a: {type: string, minLength: 1}}", "{a: {type: string, maxLength: 5}}",
         "    body: a no longer has to be at least 1 characters long\n"
         "  ! body: a must be at most 5 characters long"},
        {"{a: {type: string, pattern: x}}", "{a: {type: string, format: email}}",
         "    body: a no longer has to match x\n  ! body: a must be an e-mail address"},
        {"{a: {type: string, format: date}}", "{a: {type: string, pattern: y}}",
         "  ! body: a must match y\n    body: a no longer has to be a date"},
        {"{a: {type: string, allowEmpty: true}}", "{a: {type: string}}",
         "  ! body: a is absent if it is empty"},
        {"{a: {type: string, enum: [x], ignoreCase: true}}", "{a: {type: string, enum: [x]}}",
         "  ! body: a must be in the case that is listed"},
        {"{a: {type: string, anyOf: [{format: date}, {format: email}]}}",
         "{a: {type: string, anyOf: [{format: date}]}}",
         "  ! body: a has 1 alternatives (2 before)"},
        {"{a: {type: string, anyOf: [{format: date}]}}",
         "{a: {type: string, anyOf: [{format: email}]}}", "  ! body: a must be an e-mail address"},
        {"{a: {type: array, items: {type: object, properties: {b: {type: string}}}}}",
         "{a: {type: array, items: {type: object, required: [b], properties: {b: {type: string, "
         "maxLength: 3}}}}}",
         "  ! body: a[].b is required now\n  ! body: a[].b must be at most 3 characters long"},
        {"{a: {type: array, items: {type: string}}}", "{a: {type: array, items: {type: number}}}",
         "  ! body: a[] must be a number (a string before)"},
        {"{a: {type: object, required: [b], properties: {b: {type: string}}}}",
         "{a: {type: object, properties: {b: {type: string}}}}", "    body: a.b is optional now"},
        /* A schema that uses itself. */
        {"{a: {$ref: Tree}}", "{a: {$ref: Tree}}", ""},
    };
    check_rows(
        *state,
        "schemas: {Tree: {type: object, properties: {left: {$ref: Tree}}}}\n"
        "routes: {POST /things: {body: {type: object, properties: %s}, answer: {ok: true}}}\n",
        "POST /things", rows, COUNT(rows));
}

static void what_callers_read(void **state) {
    static const struct row rows[] = {
        {"{a: .x}", "{a: .x}", ""},
        {"{a: .x}", "{a: .x, b: .y}", "    answer: b is new"},
        {"{a: .x, b: .y}", "{a: .x}", "  ! answer: b is gone"},
        {"{a: .x}", "{a: .y}", "    answer: a is now .y (.x before)"},
        {"{a: one}", "{a: two}", "    answer: a is now \"two\" (\"one\" before)"},
        {"{a: .x | string}", "{a: .x | number}", "  ! answer: a is a number (a string before)"},
        {"{a: .x | required}", "{a: .x}",
         "  ! answer: a can be missing now\n    answer: a is now .x (.x | required before)"},
        {"{a: .x ?? 1}", "{a: .x ?? 2}", "    answer: a is now .x ?? 2 (.x ?? 1 before)"},
        {"{a: (.x | string) ?? 'a'}", "{a: .x | string}",
         "  ! answer: a can be missing now\n"
         "    answer: a is now .x | string ((.x | string) ?? 'a' before)"},
        {"{a: .x | string}", "{a: (.x | string) ?? 'a'}",
         "    answer: a is always there now\n"
         "    answer: a is now (.x | string) ?? 'a' (.x | string before)"},
        {"{a: {b: .x, c: .y}}", "{a: {b: .x}}", "  ! answer: a.c is gone"},
        {"{a: .x, b: 1}", "{a: .x, b: null}", "  ! answer: b is gone"},
        {"{a: .list | each item}", "{a: .list | each other}",
         "  ! answer: a[].name is gone\n    answer: a[].title is new"},
        {"{a: .x | item}", "{a: .list | each item}", "  ! answer: a is a list (an object before)"},
        {"{<<: . | item, b: .x}", "{b: .x}", "  ! answer: id is gone\n  ! answer: name is gone"},
        {"{b: .x, c: 1}", "{<<: .any, b: .x}",
         "  ! answer: c is no longer written out: it can be gone"},
        {"{a: .x | money 'EUR'}", "{a: .x | money .currency}",
         "  ! answer: a.currency can be missing now"},
        {"{a: .state | states}", "{a: .state | all_states}",
         "    answer: a is now .state | all_states (.state | states before)"},
        {"{a: .x > 1}", "{a: (.x > 1) | when .y}",
         "  ! answer: a can be missing now\n"
         "    answer: a is now (.x > 1) | when .y (.x > 1 before)"},
        {"{a: .list | pluck .x | first}", "{a: .list | group .x}", ""},
        {"{a: . | item | pick id}", "{a: . | item | omit id}",
         "  ! answer: a.id is gone\n    answer: a.name is new"},
        {"(null)", ".x | string", "  ! answer: the answer is a string (always missing before)"},
        {"{a: [1, 2]}", "{a: [one]}",
         "    answer: a is now [\"one\"] ([1,2] before)\n"
         "  ! answer: a[] is a string (a number before)"},
    };
    check_rows(*state,
               "tables: {states: {a: A}, all_states: {a: A, b: B}}\n"
               "mappers:\n"
               "  item: {id: .id, name: .name}\n"
               "  other: {id: .id, title: .title}\n"
               "  money $currency: {value: . | required, currency: $currency}\n"
               "  answer: %s\n"
               "routes:\n"
               "  GET /things:\n"
               "    steps: [found: GET store/things]\n"
               "    answer: $found | answer\n",
               "GET /things", rows, COUNT(rows));
}

static void what_is_asked_of_upstreams(void **state) {
    static const struct row rows[] = {
        {"[a: GET store/things]", "[a: GET store/things]", ""},
        {"[a: GET store/things]", "[a: GET store/others]",
         "    call: $a is GET store/others (GET store/things before)"},
        {"[a: GET store/things]", "[a: GET store/things, b: POST store/more]",
         "    call: $b is new: POST store/more"},
        {"[a: GET store/things, b: 'POST store/more/{$path.id}']", "[a: GET store/things]",
         "    call: $b is gone: POST store/more/{$path.id}"},
        {"[{a: GET store/things, query: {x: 1, y: $path.id, z: 3}}]",
         "[{a: GET store/things, query: {x: 2, y: $path.id, w: {v: $path.id}}}]",
         "    call: $a no longer sends z\n"
         "    call: $a sends x = 2 (1 before)\n"
         "    call: $a also sends w[v] = $path.id"},
        {"[{a: GET store/things, query: {fields: 'id,name,size'}}]",
         "[{a: GET store/things, query: {fields: {auto: thing}}}]",
         "    call: $a no longer asks for size"},
        {"[{a: GET store/things, query: {fields: [id]}}]",
         "[{a: GET store/things, query: {fields: [id, name]}}]", "    call: $a also asks for name"},
        {"[a: GET store/things, {b: POST store/more, body: {x: $path.id}}]",
         "[a: GET store/things, {b: POST store/more, body: {x: $path.id, y: [1, '2']}}]",
         "    call: $b: its body is {x: $path.id, y: [1,\"2\"]} ({x: $path.id} before)"},
        {"[a: GET store/things]", "[{a: GET store/things, when: $path.id == '1'}]",
         "    call: $a: its condition is $path.id == '1' (not given before)"},
    };
    check_rows(*state,
               "routes:\n"
               "  GET /things/{id}:\n"
               "    steps: %s\n"
               "    answer: {id: $a.thing.id, name: $a.thing.name}\n",
               "GET /things/{id}", rows, COUNT(rows));
}

static void routes_are_compared_by_what_they_answer(void **state) {
    int status;
    write_table("old.yaml", "routes:\n"
                            "  GET /a/{id}: {answer: {id: $path.id}}\n"
                            "  GET /b: {answer: {status: 200, headers: {x-b: b}, body: {b: 1}}}\n"
                            "  GET /c: {answer: {c: 1}}\n");
    write_table("new.yaml", "common: {headers: {x-key: {type: string, pattern: k}}, "
                            "answer_headers: {x-all: y}}\n"
                            "server: {prefix: /api, metrics: true}\n"
                            "routes:\n"
                            "  GET /a/{key}: {answer: {id: $path.key}}\n"
                            "  GET /b: {answer: {status: 202, body: {b: 1}}}\n"
                            "  GET /d: {answer: {d: $table.version}}\n");
    check_text("text",
               "all routes\n"
               "  ! route: paths begin with \"/api\" (\"\" before)\n"
               "    route: GET /metrics is served\n"
               "    headers: x-key is new: a string\n"
               "    answer: the header x-all is new\n"
               "\n"
               "GET /a/{key}\n"
               "    answer: id is now $path.key ($path.id before)\n"
               "\n"
               "GET /b\n"
               "  ! answer: the status is 202 (200 before)\n"
               "  ! answer: the header x-b is gone\n"
               "\n"
               "GET /d\n"
               "    route: the route is new\n"
               "\n"
               "GET /c\n"
               "  ! route: the route is gone\n"
               "\n"
               "changes: 9, of which 4 can break callers (!)\n",
               printed(*state, FORMAT_TEXT, &status));
    check_number("exit status", 1, (size_t)status);
    struct text json = printed(*state, FORMAT_JSON, &status);
    check_text("JSON",
               "{\"breaking\":4,\"changes\":[{\"part\":\"route\",\"message\":\"paths begin "
               "with \\\"/api\\\" (\\\"\\\" before)\",\"breaking\":true}",
               (struct text){json.data, strcspn(json.data, "}") + 1});
    const struct value value = value_from(*state, json.data);
    check_number("changes", 9, value_length(value_member(*state, value, text_of("changes"))));
    check_number("exit status", 1, (size_t)status);
}

static void the_same_table_has_no_changes(void **state) {
    int status;
    assert_int_equal(system("cp '" PROJECT "/routes.yaml' old.yaml && cp old.yaml new.yaml && "
                            "echo '# Another version.' >> new.yaml"),
                     0);
    check_text("text", "no change for callers or upstreams\n",
               printed(*state, FORMAT_TEXT, &status));
    check_text("JSON", "{\"breaking\":0,\"changes\":[]}\n", printed(*state, FORMAT_JSON, &status));
    check_number("exit status", 0, (size_t)status);
}

static void errors_of_a_table_are_reported(void **state) {
    int status;
    write_table("old.yaml", "routes: {GET /a: {answer: {a: $b}}}\n");
    struct text came = printed(*state, FORMAT_TEXT, &status);
    check_number("exit status", 2, (size_t)status);
    check_truth("the error", true, text_starts_with(came, text_of("old.yaml:2:")));
    check_truth("the file that is not there", true,
                text_contains(came, text_of("new.yaml: No such file or directory\n")));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter_folder, leave_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_callers_send),
        TEST(what_callers_read),
        TEST(what_is_asked_of_upstreams),
        TEST(routes_are_compared_by_what_they_answer),
        TEST(the_same_table_has_no_changes),
        TEST(errors_of_a_table_are_reported),
    };
    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
