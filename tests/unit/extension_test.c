/* Tables that extend others: which files they are made of, and what of each counts. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "table/table_files.h"

/* Each test is in a new folder, its working directory. */
static int enter_folder(void **state) {
    char folder[] = "/tmp/o2s-medusa-extension-XXXXXX";
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

static void write_file(const char *path, const char *content) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static const char base[] = "settings: {name: base, kind: plain}\n"
                           "common: {let: {first: 1, second: 2}}\n"
                           "server: {max_body: 2 MiB}\n" ANY_UPSTREAM
                           "schemas: {Page: {type: object, properties: {limit: {type: integer}}}}\n"
                           "mappers:\n"
                           "  item $mark: {id: .id, mark: $mark}\n"
                           "  list: {items: .items | each item 'b'}\n"
                           "flows:\n"
                           "  load $id:\n"
                           "    - found: GET store/things/{$id}\n"
                           "    - require: $found.thing\n"
                           "      else: 404 Not found\n"
                           "routes:\n"
                           "  GET /name: {answer: {name: $settings.name}}\n"
                           "  GET /things/{id}:\n"
                           "    query: Page\n"
                           "    steps:\n"
                           "      - use: load $path.id\n"
                           "      - others: GET store/others\n"
                           "        query: {limit: $query.limit, kind: $settings.kind}\n"
                           "      - let: {a: 1, b: $others.count}\n"
                           "    answer: {thing: $found.thing, b: $b, others: $others | list}\n";

/* Loads `extension` over `base`; what was printed is appended to `*printed`. */
static struct table *load(struct arena *arena, const char *extension, struct text *printed) {
    char *text;
    size_t size;
    write_file("base.yaml", base);
    write_file("table.yaml", extension);
    FILE *stream = open_memstream(&text, &size);
    struct table *table = table_load_reporting("table.yaml", diagnostics_printer(stream));
    fclose(stream);
    *printed = text_copy(arena, text_of(text));
    free(text);
    return table;
}

static void destroy(void *table) {
    table_destroy(table);
}

/* A table without errors, that lives as long as the arena. */
static struct table *good(struct arena *arena, const char *extension) {
    struct text printed;
    struct table *table = load(arena, extension, &printed);
    if (!table)
        fail_msg("the table has errors:\n%.*s", TEXT_ARGUMENT(printed));
    arena_defer(arena, destroy, table);
    return table;
}

static const struct route *route_of(const struct table *table, const char *pattern) {
    for (size_t i = 0; i < table->route_count; i++)
        if (text_is(table->routes[i].pattern, pattern))
            return &table->routes[i];
    fail_msg("there is no route %s", pattern);
    return NULL;
}

/* The steps of `GET /things/{id}`: the names of calls, and `let` and `require`. */
static struct text steps_of(struct arena *arena, const struct table *table) {
    const struct route *route = route_of(table, "/things/{id}");
    struct text list = {"", 0};
    for (size_t i = 0; i < route->step_count; i++) {
        const struct step *step = &route->steps[i];
        struct text name = step->kind == STEP_CALL      ? step->name
                           : step->kind == STEP_REQUIRE ? text_of("require")
                                                        : step->names[0].name;
        list = text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(list), i ? " " : "",
                           TEXT_ARGUMENT(name));
    }
    return list;
}

static void a_table_has_all_of_its_base(void **state) {
    const struct table *table = good(*state, "extends: base.yaml\n");
    check_number("routes", 2, table->route_count);
    check_number("mappers", 2, table->definitions.mapper_count);
    check_number("max_body", 2 * 1024 * 1024, table->server.max_body);
    check_text("steps", "id found require others a", steps_of(*state, table));
}

static void additions_use_and_are_beside_what_is_there(void **state) {
    const struct table *table =
        good(*state, "extends: base.yaml\n"
                     "settings: {own: \"{$settings.name}!\"}\n"
                     "common: {let: {third: $second}, cache: {max_age: 1s}}\n"
                     "server: {deadline: 5s}\n"
                     "mappers: {twice: {items: .items | each item 'x'}}\n"
                     "routes:\n"
                     "  GET /own/{id}:\n"
                     "    query: Page\n"
                     "    steps: [{use: load $path.id}]\n"
                     "    answer: {a: $found.thing | twice, b: $third}\n");
    check_json("settings", "{\"name\":\"base\",\"kind\":\"plain\",\"own\":\"base!\"}",
               table->definitions.settings);
    check_number("names of common", 3, table->common.name_count);
    check_number("max_age", 1, (size_t)table->common.freshness.max_age);
    check_number("max_body", 2 * 1024 * 1024, table->server.max_body);
    check_number("deadline", 5000, (size_t)table->server.deadline_ms);
    check_number("the parameter and the steps of the flow", 3,
                 route_of(table, "/own/{id}")->step_count);
}

static void changes_are_seen_by_the_bases_users(void **state) {
    const struct table *table =
        good(*state, "extends: base.yaml\n"
                     "change:\n"
                     "  settings: {name: changed}\n"
                     "  server: {max_body: 3 MiB}\n"
                     "  common: {let: {first: 7}}\n"
                     "  schemas: {Page: {properties: {limit: {maximum: 9}}}}\n"
                     "  mappers: {list: {more: .more}}\n"
                     "  upstreams: {store: {timeout: 3s}}\n"
                     "  routes: {GET /name: {summary: The name}}\n");
    check_json("settings", "{\"name\":\"changed\",\"kind\":\"plain\"}",
               table->definitions.settings);
    check_number("max_body", 3 * 1024 * 1024, table->server.max_body);
    check_number("names of common", 2, table->common.name_count);
    check_json("its value", "7", table->common.names[0].shape->expression->literal);
    check_number("timeout", 3000, (size_t)table->upstreams[0].timeout_ms);
    check_text("url", "http://store.test", table->upstreams[0].url);
    check_text("summary", "The name", route_of(table, "/name")->summary);
    const struct projection *usage = route_of(table, "/things/{id}")->steps[3].usage;
    check_truth("a call reads what the changed mapper does", true,
                projection_find(usage, text_of("more")) != NULL);
}

struct steps_row {
    const char *edits;
    const char *expected;
    /* What else changes in the route. */
    const char *more;
};

static void steps_are_inserted_changed_and_removed(void **state) {
    static const struct steps_row rows[] = {
        {"{before: {others: [{let: {x: 1}}, {let: {y: 2}}]}}", "id found require x y others a", ""},
        {"{after: {others: [{let: {x: 1}}], load: [{let: {y: $found.thing}}]}}",
         "id found require y others x a", ""},
        /* `let` is found by any of its names. */
        {"{before: {b: [{let: {x: 1}}]}, after: {a: [{let: {y: 1}}]}}",
         "id found require others x a y", ""},
        {"{change: {b: {let: {a: null, c: 1}}}}", "id found require others b", ""},
        {"{change: {others: null, b: {let: {b: 3}}}}", "id found require a",
         ", answer: {others: null}"},
        /* In the place of a step that is removed. */
        {"{change: {others: null}, before: {others: [{others: GET store/more}]}}",
         "id found require others a", ""},
        {"[{use: load $path.id}, {let: {b: 1, others: {}}}]", "id found require b", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text table = text_format(*state,
                                        "extends: base.yaml\n"
                                        "change: {routes: {'GET /things/{id}': {steps: %s%s}}}\n",
                                        rows[i].edits, rows[i].more);
        check_text(rows[i].edits, rows[i].expected, steps_of(*state, good(*state, table.data)));
    }
}

static void a_changed_flow_is_changed_for_all_its_users(void **state) {
    const struct table *table =
        good(*state, "extends: base.yaml\n"
                     "change:\n"
                     "  flows:\n"
                     "    load: {before: {found: [{require: $headers.x-a, else: 401 No}]}}\n");
    check_text("steps", "id require found require others a", steps_of(*state, table));
}

static void a_removed_definition_can_be_given_anew(void **state) {
    const struct table *table = good(*state, "extends: base.yaml\n"
                                             "mappers: {list: {all: .items}}\n"
                                             "change: {mappers: {list: null}}\n");
    check_number("mappers", 2, table->definitions.mapper_count);
    const struct table *other = good(*state, "extends: base.yaml\n"
                                             "change:\n"
                                             "  mappers:\n"
                                             "    item $mark $other: {other: $other}\n"
                                             "    list: {items: .items | each item 'b' 'c'}\n");
    check_number("parameters", 2, other->definitions.mappers[0].parameter_count);
}

/* What a change leaves without a user is no mistake of the base. */
static void what_a_change_leaves_unused_is_no_error(void **state) {
    struct text printed;
    struct table *table = load(
        *state, "extends: base.yaml\nchange: {routes: {'GET  /things/{id}': null}}\n", &printed);
    assert_non_null(table);
    check_number("routes", 1, table->route_count);
    table_destroy(table);
    check_text("neither an error nor a warning", "", printed);
}

static struct text version_of(const struct table *table) {
    return value_text(table->definitions.table.members[0].value);
}

/* Two calls at one line and column are still two, if they are in two files. */
static void calls_of_two_files_are_told_apart(void **state) {
    write_file("one.yaml", ANY_UPSTREAM
               "routes: {GET /a: {steps: [{x: GET store/things}], answer: {a: $x}}}\n");
    struct text printed;
    struct table *table =
        load(*state,
             "extends: one.yaml\n"
             "routes: {GET /b: {steps: [{x: GET store/things}], answer: {a: 1}}}\n",
             &printed);
    check_truth("an error", true, table == NULL);
    check_truth("the message", true,
                text_starts_with(printed, text_of("table.yaml:2:28: $x is never read")));
}

static void the_version_is_of_all_files(void **state) {
    const char *extension = "extends: base.yaml\n";
    struct text first = version_of(good(*state, extension));
    check_truth("same content, same version", true,
                text_equal(first, version_of(good(*state, extension))));
    write_file("base.yaml", text_format(*state, "%s\n# more\n", base).data);
    struct table *other = table_load_file("table.yaml", stderr);
    assert_non_null(other);
    arena_defer(*state, destroy, other);
    check_truth("other base, other version", false, text_equal(first, version_of(other)));
    check_truth("other extension, other version", false,
                text_equal(first, version_of(good(*state, "extends: base.yaml\n# more\n"))));
}

static void tables_are_found_beside_the_one_that_names_them(void **state) {
    assert_int_equal(mkdir("sub", 0700), 0);
    write_file("sub/middle.yaml", "extends: ../base.yaml\nsettings: {middle: 1}\n"
                                  "change: {settings: {name: middle}}\n");
    const struct table *table = good(*state, "extends: sub/middle.yaml\n"
                                             "change: {settings: {kind: top, middle: 2}}\n");
    check_json("settings", "{\"name\":\"middle\",\"kind\":\"top\",\"middle\":2}",
               table->definitions.settings);
    char *folder = getcwd(NULL, 0);
    const char *absolute = text_format(*state, "extends: %s/base.yaml\n", folder).data;
    free(folder);
    check_number("routes", 2, good(*state, absolute)->route_count);
}

struct file_row {
    const char *extension;
    const char *printed;
};

static void files_that_cannot_be_extended_are_reported(void **state) {
    static const struct file_row rows[] = {
        {"extends: none.yaml\n", "table.yaml:1:10: none.yaml: No such file or directory\n"},
        {"extends: .\n", "table.yaml:1:10: .: not a regular file\n"},
        {"extends: /dev/zero\n", "table.yaml:1:10: /dev/zero: not a regular file\n"},
        {"extends: table.yaml\n", "table.yaml:1:10: table.yaml: a table cannot extend itself, also "
                                  "not by way of others\n"},
        {"extends: link.yaml\n", "table.yaml:1:10: link.yaml: a table cannot extend itself, also "
                                 "not by way of others\n"},
        {"extends: circle.yaml\n", "circle.yaml:1:10: table.yaml: a table cannot extend itself, "
                                   "also not by way of others\n"},
        {"extends: [base.yaml]\n", "table.yaml:1:10: extends is the path of another route table\n"},
        {"extends:\n", "table.yaml:1:9: extends is the path of another route table\n"},
        {"extends: \"base\\0.yaml\"\n",
         "table.yaml:1:10: extends is the path of another route table\n"},
        {"change: {settings: {name: x}}\n",
         "table.yaml:1:9: there is nothing to change: name the table that this one extends, as "
         "extends: PATH\n"},
        {"extends: list.yaml\nsettings: {a: 1}\n", "list.yaml:1:1: a route table is a mapping\n"},
        {"extends: broken.yaml\n", "broken.yaml:2:1: not YAML: "},
    };
    assert_int_equal(symlink("table.yaml", "link.yaml"), 0);
    write_file("list.yaml", "[a, b]\n");
    write_file("circle.yaml", "extends: table.yaml\n");
    write_file("broken.yaml", "a: [1, {\n");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text printed;
        struct table *table = load(*state, rows[i].extension, &printed);
        check_truth(rows[i].extension, true, table == NULL);
        if (!text_contains(printed, text_of(rows[i].printed)))
            check_text(rows[i].extension, rows[i].printed, printed);
    }
}

static void eight_tables_can_extend_one_another(void **state) {
    struct text printed;
    write_file("1.yaml", "extends: base.yaml\n");
    for (int i = 2; i <= 7; i++)
        write_file(text_format(*state, "%d.yaml", i).data,
                   text_format(*state, "extends: %d.yaml\n", i - 1).data);
    check_number("routes of eight", 2, good(*state, "extends: 6.yaml\n")->route_count);
    check_truth("nine", true, load(*state, "extends: 7.yaml\n", &printed) == NULL);
    check_truth("the message", true,
                text_contains(printed, text_of("1.yaml:1:10: base.yaml: too many tables extend one "
                                               "another")));
}

struct opened {
    struct arena *arena;
    struct text paths;
};

static void note_file(void *context, const char *path) {
    struct opened *opened = context;
    opened->paths = text_format(opened->arena, "%.*s %s", TEXT_ARGUMENT(opened->paths), path);
}

static void ignore(void *context, const struct diagnostic *diagnostic) {
    (void)context;
    (void)diagnostic;
}

/* Also of those that cannot be read: they may be there later. */
static void the_observer_is_told_of_every_further_file(void **state) {
    struct opened opened = {*state, {"", 0}};
    const struct file_observer observer = {note_file, &opened};
    const struct diagnostics_sink sink = {ignore, NULL};
    assert_int_equal(mkdir("sub", 0700), 0);
    write_file("sub/middle.yaml", "extends: ../gone.yaml\n");
    write_file("table.yaml", "extends: sub/middle.yaml\n");
    check_truth("no table", true, table_load_observed("table.yaml", sink, observer) == NULL);
    check_text("files", " sub/middle.yaml sub/../gone.yaml", opened.paths);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter_folder, leave_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_table_has_all_of_its_base),
        TEST(additions_use_and_are_beside_what_is_there),
        TEST(changes_are_seen_by_the_bases_users),
        TEST(steps_are_inserted_changed_and_removed),
        TEST(a_changed_flow_is_changed_for_all_its_users),
        TEST(a_removed_definition_can_be_given_anew),
        TEST(what_a_change_leaves_unused_is_no_error),
        TEST(calls_of_two_files_are_told_apart),
        TEST(the_version_is_of_all_files),
        TEST(tables_are_found_beside_the_one_that_names_them),
        TEST(files_that_cannot_be_extended_are_reported),
        TEST(eight_tables_can_extend_one_another),
        TEST(the_observer_is_told_of_every_further_file),
    };
    return cmocka_run_group_tests_name("extension", tests, NULL, NULL);
}
