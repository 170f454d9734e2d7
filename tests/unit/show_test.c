/* What `show` prints of a table, and that it is the same table. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "language/yaml_tree.h"
#include "serve/show.h"
#include "table/table_files.h"

static int enter_folder(void **state) {
    char folder[] = "/tmp/o2s-medusa-show-XXXXXX";
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

static void write_file(const char *path, struct text content) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(content.data, 1, content.size, file);
    fclose(file);
}

/* What is printed, to either stream. */
static struct text shown(struct arena *arena, const char *path, const char *name, int expected) {
    char *printed;
    size_t size;
    FILE *stream = open_memstream(&printed, &size);
    int status = show_table(path, name, stream, stream);
    fclose(stream);
    struct text copy = text_copy(arena, (struct text){printed, size});
    free(printed);
    if (status != expected)
        fail_msg("exit status %d, not %d: %.*s", status, expected, TEXT_ARGUMENT(copy));
    return copy;
}

/* The merged tree of a table. */
static struct yaml_node *tree_of(struct arena *arena, const char *path) {
    struct text source = file_content(arena, path);
    struct diagnostics *diagnostics = diagnostics_create(path, source);
    struct table_files files = {.nodes = arena, .texts = arena, .diagnostics = diagnostics};
    struct yaml_node *root = table_files_read(&files, path, source);
    diagnostics_report(diagnostics, diagnostics_printer(stderr));
    diagnostics_destroy(diagnostics);
    assert_non_null(root);
    return root;
}

/* Fails unless the loaders see the same in both; a text of several lines is none of their words. */
static void check_same(const struct yaml_node *expected, const struct yaml_node *came) {
    if (expected->kind != came->kind || expected->count != came->count ||
        !text_equal(expected->text, came->text) ||
        (expected->plain != came->plain && !text_contains(came->text, text_of("\n"))))
        fail_msg("line %zu, \"%.*s\", became line %zu, \"%.*s\"", expected->location.line,
                 TEXT_ARGUMENT(expected->text), came->location.line, TEXT_ARGUMENT(came->text));
    for (size_t i = 0; i < expected->count; i++) {
        if (expected->kind == YAML_MAPPING)
            check_same(expected->keys[i], came->keys[i]);
        check_same(expected->items[i], came->items[i]);
    }
}

static void check_shown(struct arena *arena, const char *path) {
    write_file("shown.yaml", shown(arena, path, NULL, EXIT_SUCCESS));
    check_same(tree_of(arena, path), tree_of(arena, "shown.yaml"));
}

static void the_shipped_table_is_the_same_when_it_is_shown(void **state) {
    check_shown(*state, PROJECT "/routes.yaml");
}

static void an_extended_table_is_the_same_when_it_is_shown(void **state) {
    write_file("table.yaml", text_of("extends: " PROJECT "/routes.yaml\n"
                                     "settings: {own: \"a \\\" b\"}\n"
                                     "change:\n"
                                     "  settings: {most: 500, region: (null)}\n"
                                     "  server: {cors: {methods: 'GET'}}\n"
                                     "  routes:\n"
                                     "    GET /products:\n"
                                     "      steps: {after: {pricing: [let: {x: 1}]}}\n"
                                     "      answer: {data: (null), own: $settings.own}\n"));
    check_shown(*state, "table.yaml");
}

/* Texts that need quotes, escapes, blocks or none of them. */
static void every_form_of_text_is_read_as_it_was(void **state) {
    write_file(
        "table.yaml",
        text_of(
            "settings:\n"
            "  plain: a b:c#d 'e' \"f\", [g] {h}\n"
            "  flow: {a: [x y, 'z, z', \"q: \\\"\"], b: {}, c: []}\n"
            "  quoted: ['', '1', \"true\", 'it''s', \"a\\\\b\", \"'\\\"\", \" # no comment\"]\n"
            "  escapes: [\"\\t\", \"\\n\", \"\\x07\", \"\\x85\", \"\\u2028\", \"\\uFEFF\", żółć, "
            "\"\xF0\x9F\x98\x80\"]\n"
            "  null:\n"
            "  nulls: {404: , a: ~, b: null}\n"
            "  list:\n"
            "    -\n"
            "    - - a\n"
            "      - - b\n"
            "    - {}\n"
            "    - []\n"
            "    - a: 1\n"
            "      \"b c\": 2\n"
            "      'd\"': {<<: .x, <<: .y}\n"
            "  lines: one\n\n    two\n"
            "  literal: |\n"
            "    two\n"
            "      lines\n"
            "  folded: >-\n"
            "    A long text, whose words are  apart by one blank or two, and which is\n"
            "    longer than what fits on one line, so that it is folded when it is written.\n"
            "  kept: >\n"
            "    A long text, which ends with the end of its line, and is therefore written in\n"
            "    quotation marks, however long it is.\n"
            "  word: "
            "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            "aaaaaaaaaaaaa'\n"
            "  blanks: "
            "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            "aaaaaaaa   bb '\n"
            "  deep: {a: {b: {c: {d: [1, [2, [3, [long enough to be more than one line can "
            "have]]], and one more]}}}}\n"));
    check_shown(*state, "table.yaml");
}

static void each_part_is_shown_with_its_origin(void **state) {
    write_file("base.yaml", text_of("settings: {a: 1, b: two}\n"
                                    "flows:\n"
                                    "  load $id:\n"
                                    "    - found: GET store/things/{$id}\n"
                                    "      query: {fields: id}\n"
                                    "    - require: $found.thing\n"
                                    "      else: 404 Not found\n"
                                    "mappers:\n"
                                    "  load: {id: .id, name: .name}\n"));
    write_file("table.yaml", text_of("extends: base.yaml\n"
                                     "settings: {c: 3}\n"
                                     "change:\n"
                                     "  settings:\n"
                                     "    b: 2\n"
                                     "  flows:\n"
                                     "    load:\n"
                                     "      after:\n"
                                     "        found:\n"
                                     "          - let:\n"
                                     "              x: 1\n"
                                     "      change: {found: {query: {limit: 5}, when: $id}}\n"
                                     "  mappers: {load: {name: .title}}\n"));
    check_text("everything",
               "settings:\n"
               "  a: 1  # base.yaml:1\n"
               "  b: 2  # table.yaml:5\n"
               "  c: 3  # table.yaml:2\n"
               "flows:\n"
               "  load $id:  # base.yaml:3\n"
               "    - found: GET store/things/{$id}\n"
               "      query:\n"
               "        fields: id\n"
               "        limit: 5  # table.yaml:12\n"
               "      when: $id  # table.yaml:12\n"
               "    -  # table.yaml:10\n"
               "      let:\n"
               "        x: 1\n"
               "    - require: $found.thing\n"
               "      else: 404 Not found\n"
               "mappers:\n"
               "  load:  # base.yaml:9\n"
               "    id: .id\n"
               "    name: .title  # table.yaml:13\n",
               shown(*state, "table.yaml", NULL, EXIT_SUCCESS));
    check_text("a section", "settings:\n  a: 1  # base.yaml:1\n  b: two  # base.yaml:1\n",
               shown(*state, "base.yaml", "settings", EXIT_SUCCESS));
    check_text("a setting", "settings:\n  b: 2  # table.yaml:5\n",
               shown(*state, "table.yaml", "b", EXIT_SUCCESS));
    struct text both = shown(*state, "table.yaml", "load", EXIT_SUCCESS);
    check_truth("a name in two sections", true,
                text_starts_with(both, text_of("flows:\n  load $id:")) &&
                    text_contains(both, text_of("\nmappers:\n  load:")));
    check_text("a name that is not there",
               "table.yaml has no section or definition \"loda\"; did you mean \"load\"?\n",
               shown(*state, "table.yaml", "loda", EX_USAGE));
}

static void what_cannot_be_read_is_reported(void **state) {
    check_text("no file", "none.yaml: No such file or directory\n",
               shown(*state, "none.yaml", NULL, EX_NOINPUT));
    write_file("list.yaml", text_of("[1, 2]\n"));
    check_text("a list", "list.yaml: a route table is a mapping\n",
               shown(*state, "list.yaml", NULL, EXIT_FAILURE));
    write_file("table.yaml", text_of("extends: list.yaml\nchange: {settings: {a: 1}}\n"));
    struct text printed = shown(*state, "table.yaml", NULL, EXIT_FAILURE);
    check_text("a base that is a list", "list.yaml:1:1: a route table is a mapping",
               text_cut(&printed, '\n'));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter_folder, leave_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_shipped_table_is_the_same_when_it_is_shown),
        TEST(an_extended_table_is_the_same_when_it_is_shown),
        TEST(every_form_of_text_is_read_as_it_was),
        TEST(each_part_is_shown_with_its_origin),
        TEST(what_cannot_be_read_is_reported),
    };
    return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}
