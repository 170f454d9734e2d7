/* Changes to YAML trees. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#include "language/yaml_merge.h"
#include "language/yaml_writer.h"

static struct yaml_node *parse(struct arena *arena, const char *source,
                               struct diagnostics *diagnostics) {
    struct yaml_node *root = yaml_parse(arena, arena, text_of(source), diagnostics);
    if (!root)
        fail_msg("the test's own YAML is none: %s", source);
    return root;
}

/* What is written of the tree, or what was reported. */
static struct text outcome(struct arena *arena, const struct yaml_node *root,
                           struct diagnostics *diagnostics) {
    if (diagnostics_count(diagnostics)) {
        char *printed;
        size_t size;
        FILE *stream = open_memstream(&printed, &size);
        diagnostics_report(diagnostics, diagnostics_printer(stream));
        fclose(stream);
        struct text copy = text_copy(arena, text_of(printed));
        free(printed);
        return text_cut(&copy, '\n');
    }
    struct buffer output = {0};
    const struct yaml_writer writer = {.output = &output};
    const struct yaml_node key = {.kind = YAML_SCALAR, .text = {"r", 1}, .plain = true};
    yaml_write_member(&writer, &key, root, 0);
    struct text copy = text_trim(text_copy(arena, buffer_text(&output)));
    buffer_free(&output);
    return copy;
}

struct row {
    const char *target;
    const char *patch;
    const char *expected;
};

static void check_row(struct arena *arena, const struct row *row) {
    struct diagnostics *diagnostics = diagnostics_create("patch", text_of(row->patch));
    const struct yaml_merge merge = {arena, diagnostics};
    struct yaml_node *target = row->target ? parse(arena, row->target, diagnostics) : NULL;
    struct yaml_node *merged = yaml_merge(&merge, target, parse(arena, row->patch, diagnostics));
    struct text came = outcome(arena, merged, diagnostics);
    diagnostics_destroy(diagnostics);
    check_text(row->patch, row->expected, came);
}

static void members_are_merged_one_by_one(void **state) {
    static const struct row rows[] = {
        /* The cases of RFC 7396, appendix A, as far as they are no errors here. */
        {"{a: b}", "{a: c}", "r: {a: c}"},
        {"{a: b}", "{b: c}", "r: {a: b, b: c}"},
        {"{a: b}", "{a: null}", "r: {}"},
        {"{a: b, b: c}", "{a: null}", "r: {b: c}"},
        {"{a: [b]}", "{a: c}", "r: {a: c}"},
        {"{a: c}", "{a: [b]}", "r: {a: [b]}"},
        {"{a: {b: c}}", "{a: {b: d, c: ~}}",
         "patch:1:12: there is no \"c\" that null could remove; "
         "a null value is written (null)"},
        {"{a: {b: c, d: e}}", "{a: {b: d, d: null}}", "r: {a: {b: d}}"},
        {"{a: [{b: c}]}", "{a: [1]}", "r: {a: [1]}"},
        {"[a, b]", "[c, d]", "r: [c, d]"},
        {"{a: b}", "[c]", "r: [c]"},
        {"{e: null}", "{a: 1}", "r: {e: null, a: 1}"},
        {"[1, 2]", "{a: b}", "r: {a: b}"},
        {"{}", "{a: {bb: {}}}", "r: {a: {bb: {}}}"},
        /* Order: a member stays where it is, a new one is the last. */
        {"{a: 1, b: 2, c: 3}", "{d: 4, b: 5}", "r: {a: 1, b: 5, c: 3, d: 4}"},
        {"{a: 1}", "{}", "r: {a: 1}"},
        {NULL, "{a: {b: 1}}", "r: {a: {b: 1}}"},
        /* A removed member can be added again, and others after it. */
        {"{a: 1, b: 2}", "{a: , c: 3, d: 4, e: 5, f: 6, g: 7}",
         "r: {b: 2, c: 3, d: 4, e: 5, f: 6, g: 7}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_row(*state, &rows[i]);
}

static void null_is_a_value_in_parentheses(void **state) {
    static const struct row rows[] = {
        {"{a: 1}", "{a: (null)}", "r: {a: null}"},
        {"{a: 1}", "{b: {c: (null)}}", "r: {a: 1, b: {c: null}}"},
        /* In a list, null is an item, and nothing is converted. */
        {"{a: [1]}", "{a: [null, (null)]}", "r: {a: [null, (null)]}"},
        {"{a: 1}", "{a: 'null'}", "r: {a: \"null\"}"},
        {"{a: 1}", "{a: ''}", "r: {a: \"\"}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_row(*state, &rows[i]);
}

static void a_null_that_removes_nothing_is_an_error(void **state) {
    static const struct row rows[] = {
        {"{title: 1}", "{titel: null}",
         "patch:1:2: there is no \"titel\" that null could remove; did you mean \"title\"?; a null "
         "value is written (null)"},
        {"{a: 1}", "{b: {404: }}",
         "patch:1:6: there is no \"404\" that null could remove; a null value is written (null)"},
        {"{a: [1]}", "{a: {b: null}}",
         "patch:1:6: there is no \"b\" that null could remove; a null value is written (null)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_row(*state, &rows[i]);
}

static void spreads_are_added_and_removed_together(void **state) {
    static const struct row rows[] = {
        {"{<<: .a, b: 1}", "{<<: .c}", "r: {<<: .a, b: 1, <<: .c}"},
        {"{<<: .a, b: 1, <<: .c}", "{<<: null}", "r: {b: 1}"},
        {"{b: 1}", "{<<: null}",
         "patch:1:2: there is no \"<<\" that null could remove; a null value is written (null)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_row(*state, &rows[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(members_are_merged_one_by_one),
        TEST_WITH_ARENA(null_is_a_value_in_parentheses),
        TEST_WITH_ARENA(a_null_that_removes_nothing_is_an_error),
        TEST_WITH_ARENA(spreads_are_added_and_removed_together),
    };
    return cmocka_run_group_tests_name("yaml_merge", tests, NULL, NULL);
}
