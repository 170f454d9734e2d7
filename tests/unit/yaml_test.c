/* The tree of a YAML text: its texts, and where they stand. */
#include "support.h"

#include <string.h>

#include "language/yaml_location.h"
#include "language/yaml_tree.h"

/* The root of a good document; what is printed about a bad one fails the test. */
static struct yaml_node *root_of(struct arena *arena, const char *source) {
    struct diagnostics *diagnostics = diagnostics_create("yaml", text_of(source));
    struct yaml_node *root = yaml_parse(arena, arena, text_of(source), diagnostics);
    size_t mistakes = diagnostics_count(diagnostics);
    diagnostics_destroy(diagnostics);
    check_number(source, 0, mistakes);
    return root;
}

/* What is printed about a document that is refused, without the source lines. */
static struct text error(struct arena *arena, const char *source, bool *refused) {
    struct diagnostics *diagnostics = diagnostics_create("yaml", text_of(source));
    *refused = yaml_parse(arena, arena, text_of(source), diagnostics) == NULL;
    struct text printed = printed_mistakes(arena, diagnostics);
    diagnostics_destroy(diagnostics);
    return text_cut(&printed, '\n');
}

static void check_location(const char *what, size_t line, size_t column, struct location came) {
    if (came.line != line || came.column != column)
        fail_msg("%s\n  expected: %zu:%zu\n  came:     %zu:%zu", what, line, column, came.line,
                 came.column);
}

static void scalars_have_their_text(void **state) {
    static const struct {
        const char *source;
        const char *text;
        bool plain;
    } rows[] = {
        {"a: b", "b", true},
        {"a: b c  # d", "b c", true},
        {"a: 'it''s'", "it's", false},
        {"a: \"x\\ty \\u017c\"", "x\ty ż", false},
        {"a: |\n  one\n  two\n", "one\ntwo\n", false},
        {"a: |-\n  one\n  two\n", "one\ntwo", false},
        {"a: >-\n  one\n  two\n\n  three\n", "one two\nthree", false},
        {"a: one\n  two", "one two", true},
        {"a:", "", true},
        {"a: ''", "", false},
        {"a: .x | f ?? 'y'", ".x | f ?? 'y'", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct yaml_node *node = yaml_get(root_of(*state, rows[i].source), "a");
        check_text(rows[i].source, rows[i].text, node->text);
        check_truth(rows[i].source, rows[i].plain, node->plain);
        check_number(rows[i].source, 0, (size_t)node->text.data[node->text.size]);
    }
}

static void collections_keep_their_order(void **state) {
    const struct yaml_node *root = root_of(*state, "b: [1, x]\na: {d: 1, c: 2}\n");
    check_number("keys", 2, root->count);
    check_text("the first key", "b", root->keys[0]->text);
    check_number("items", 2, root->items[0]->count);
    check_text("the second item", "x", root->items[0]->items[1]->text);
    check_text("the second key within", "c", root->items[1]->keys[1]->text);
}

static void collections_may_be_long(void **state) {
    struct arena *arena = *state;
    struct text source = text_of("");
    for (size_t i = 0; i < 100; i++)
        source = text_format(arena, "%.*s- %zu\n", TEXT_ARGUMENT(source), i);
    const struct yaml_node *root = root_of(arena, source.data);
    check_number("items", 100, root->count);
    check_text("the last", "99", root->items[99]->text);
}

static void a_key_gives_its_value(void **state) {
    const struct yaml_node *root = root_of(*state, "a: 1\n'b': [2]\n");
    check_text("a", "1", yaml_get(root, "a")->text);
    check_truth("b", true, yaml_get(root, "b")->kind == YAML_SEQUENCE);
    check_truth("c is not there", true, yaml_get(root, "c") == NULL);
    check_truth("a list has no keys", true, yaml_get(yaml_get(root, "b"), "a") == NULL);
    check_truth("nothing has no keys", true, yaml_get(NULL, "a") == NULL);
}

/*
 * All that end a line for libyaml: its marks count them. The first four are line feeds in strings,
 * the others remain what they are.
 */
static const char *const breaks[] = {"\n",       "\r",           "\r\n",
                                     "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
enum { LINE_FEEDS = 4 };

/* The source with each line feed replaced. */
static const char *with_breaks(struct arena *arena, const char *source, const char *end) {
    struct buffer buffer = {0};
    for (const char *c = source; *c; c++)
        buffer_append(&buffer, *c == '\n' ? end : c, *c == '\n' ? strlen(end) : 1);
    struct text text = text_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text.data;
}

static void the_source_of_a_string_is_found_after_any_breaks(void **state) {
    for (size_t i = 0; i < COUNT(breaks); i++) {
        const char *end = breaks[i];
        struct text source =
            text_format(*state, "# \xC3\xA9\xE2\x82\xAC%s%s# two%sa:%s  one%s  more%sb: 1%s", end,
                        end, end, end, end, end, end);
        struct text wanted = text_format(*state, "one%s  more", end);
        const struct yaml_node *node = yaml_get(root_of(*state, source.data), "a");
        check_text(source.data, wanted.data, node->source);
    }
}

static void an_empty_document_is_an_empty_mapping(void **state) {
    static const char *const sources[] = {"", "\n", "# a comment\n", "---\n", "null\n", "~"};
    for (size_t i = 0; i < COUNT(sources); i++) {
        const struct yaml_node *root = root_of(*state, sources[i]);
        check_truth(sources[i], true, root->kind == YAML_MAPPING && !root->count);
    }
}

static void null_is_written_in_four_ways(void **state) {
    static const struct {
        const char *source;
        bool null;
    } rows[] = {
        {"a:", true},         {"a: ~", true},   {"a: null", true}, {"a: ''", false},
        {"a: 'null'", false}, {"a: []", false}, {"a: 0", false},   {"a: NULL", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_truth(rows[i].source, rows[i].null,
                    yaml_is_null(yaml_get(root_of(*state, rows[i].source), "a")));
}

static void nodes_know_their_place(void **state) {
    const struct yaml_node *root = root_of(*state, "a:\n"
                                                   "  - x\n"
                                                   "  - {b: 'y', \"c\": [z]}\n"
                                                   "# ż\n"
                                                   "ż: [ż, w]\r\n"
                                                   "d: >-\n"
                                                   "  folded\n"
                                                   "e: 1\n");
    const struct yaml_node *list = yaml_get(root, "a");
    const struct yaml_node *inner = list->items[1];
    check_location("x", 2, 5, list->items[0]->location);
    check_location("{", 3, 5, inner->location);
    check_location("b", 3, 6, inner->keys[0]->location);
    check_location("'y'", 3, 9, inner->items[0]->location);
    check_location("\"c\"", 3, 14, inner->keys[1]->location);
    check_location("z", 3, 20, inner->items[1]->items[0]->location);
    check_location("w, in characters", 5, 8, yaml_get(root, "ż")->items[1]->location);
    check_location(">-", 6, 4, yaml_get(root, "d")->location);
    check_location("e", 8, 1, root->keys[3]->location);
}

struct location_row {
    const char *source;
    size_t offset;
    size_t line;
    size_t column;
};

static void locates_a_byte_of_a_string(void **state) {
    static const struct location_row rows[] = {
        {"a: xyz", 0, 1, 4},
        {"a: xyz", 2, 1, 6},
        {"a: xyz", 3, 1, 7},
        /* Beyond the text is its end. */
        {"a: xyz", 99, 1, 7},
        {"\n\na: 'xyz'", 1, 3, 6},
        {"a: \"xyz\"", 1, 1, 6},
        /* Columns are characters: each ż is two bytes. */
        {"a: żżz", 4, 1, 6},
        {"ż: \"żz\"", 2, 1, 6},
        {"a: 🙂z", 4, 1, 5},
        {"a: 'it''s'", 3, 1, 9},
        {"a: 'it''s'", 4, 1, 10},
        {"a: >-\n  one\n  two", 5, 3, 4},
        {"a: >-  # two\n  one\n\n  two", 4, 4, 3},
        {"a: |\n  ż\n  one\n", 4, 3, 4},
        {"a: one\n  two", 5, 2, 4},
        {"a: 'one\n  two'", 4, 2, 3},
        {"a: \"one\n  two\"", 99, 2, 6},
        /* Only within single quotes, two quotes are one. */
        {"a: \"it''s\n  one\"", 6, 2, 3},
        {"a: 'it''s\n  one'", 5, 2, 3},
        {"a: it''s\n  one", 6, 2, 3},
        {"a: |\n  it''s\n  one", 6, 3, 3},
        /* These ends of lines remain in strings. */
        {"a: |\n  x\xE2\x80\xA8  y\n  zz\n", 7, 4, 4},
        {"a: x\xE2\x80\xA9  y\n  zz", 7, 3, 4},
        {"a: \"x\xE2\x80\xA8yz\"", 5, 2, 2},
        /* An escape is as far as the place is known. */
        {"a: \"x\\ty\"", 2, 1, 6},
        {"a: \"x\\\"y\"", 2, 1, 6},
    };
    for (size_t i = 0; i < COUNT(rows) * LINE_FEEDS; i++) {
        const struct location_row *row = &rows[i / LINE_FEEDS];
        const char *source = with_breaks(*state, row->source, breaks[i % LINE_FEEDS]);
        const struct yaml_node *node = root_of(*state, source)->items[0];
        check_location(source, row->line, row->column, yaml_location_at(node, row->offset));
    }
}

#define NO_ANCHOR                                                                                  \
    "anchors (&) and aliases (*) are not supported: use a mapper, flow, schema or setting "        \
    "instead, or quote the string"
#define NO_TAG "tags (!) are not supported: quote the string if it begins with \"!\""

static void what_the_language_does_not_use_is_reported(void **state) {
    static const struct {
        const char *source;
        const char *told;
        bool refused;
    } rows[] = {
        {"a: &x 1", "yaml:1:4: " NO_ANCHOR, false},
        {"a: &x [1]", "yaml:1:4: " NO_ANCHOR, false},
        {"&x a: 1", "yaml:1:1: " NO_ANCHOR, false},
        {"a: *x", "yaml:1:4: " NO_ANCHOR, false},
        {"*x", "yaml:1:1: " NO_ANCHOR, false},
        {"a: !x 1", "yaml:1:4: " NO_TAG, false},
        {"a: !!map {}", "yaml:1:4: " NO_TAG, false},
        {"a: !!seq []", "yaml:1:4: " NO_TAG, false},
        {"? [a]\n: 1", "yaml:1:3: a key must be a string: quote it if it begins with { or [",
         false},
        {"a: 1\n---\nb: 2",
         "yaml:2:1: unexpected second document: a file must have a single document", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool refused;
        struct text told = error(*state, rows[i].source, &refused);
        check_text(rows[i].source, rows[i].told, told);
        check_truth(rows[i].source, rows[i].refused, refused);
    }
}

static void rejects_duplicate_keys(void **state) {
    bool refused;
    struct text told = error(*state, "a: 1\nb:\n  a: 2\n'a': 3\n", &refused);
    check_text("a twice",
               "yaml:4:1: duplicate key \"a\"; the first one is in line 1: remove one of them",
               told);
    check_truth("the tree is there, to look for more", false, refused);
}

static void a_tag_or_an_alias_hides_nothing(void **state) {
    struct diagnostics *diagnostics = diagnostics_create("yaml", text_of(""));
    const struct yaml_node *root =
        yaml_parse(*state, *state, text_of("a: !x b\nc: *d\n? [e]\n: f\na: g\n"), diagnostics);
    check_number("errors", 4, diagnostics_count(diagnostics));
    diagnostics_destroy(diagnostics);
    check_text("behind a tag", "b", yaml_get(root, "a")->text);
    check_text("an alias", "", yaml_get(root, "c")->text);
    check_number("keys", 4, root->count);
}

static void a_byte_order_mark_is_ignored(void **state) {
    const struct yaml_node *root = root_of(*state, "\xEF\xBB\xBFkey: [b]");
    check_text("key", "b", yaml_get(root, "key")->items[0]->text);
    check_location("key", 1, 1, root->keys[0]->location);
}

/* What is not YAML is reported where its cause is, with what to do. */
static void gives_advice_for_invalid_yaml(void **state) {
    static const struct {
        const char *source;
        const char *place;
        const char *hint;
    } rows[] = {
        {"a:\n\tb: c", "yaml:2:1: ", "indent with spaces, not with tabs"},
        {"a: b\n\tc: d", "yaml:2:1: ", "indent with spaces, not with tabs"},
        {"a: {b: [.c] | f}", "yaml:1:13: ", "quote an expression that contains one of , [ ] { }"},
        {"a: @b", "yaml:1:4: ", "quote a string that begins with this character"},
        {"a: 'b' | c",
         "yaml:1:10: ", "write an expression that begins with a quote in parentheses"},
        {"a: {b: c{d}}", "yaml:1:4: ", "within { } quote a string that contains one of , [ ] { }"},
        {"a: [b", "yaml:1:4: ", "close the bracket"},
        {"a: b: c", "yaml:1:5: ", "quote a string that contains a colon and a space"},
        {"a: b\nc\nd: e", "yaml:2:1: ", "add a colon and a space after the key"},
        {"a: * b", "yaml:1:4: ", "quote a string that begins with *"},
        {"a: & b", "yaml:1:4: ", "quote a string that begins with &"},
        {"a: !%x b", "yaml:1:4: ", "quote a string that begins with !"},
        {"a: \"\\d\"", "yaml:1:4: ", "use single quotes, or two backslashes"},
        {"a: 'b", "yaml:1:4: ", "close the quote"},
        {"a:\n    b: c\n  d: e", "yaml:3:3: ", "align each key with the other keys of its mapping"},
        {"a:\n  - b\n  c: d", "yaml:3:3: ", "align each item with the other items of its list"},
        {"a: \"b\nc: [\"d\", e]\n", "yaml:1:4: ", "the string that begins here ends in line 2"},
        {"a:\n  b: c\nGET /d:\n    e: f\n  g: h\n",
         "yaml:3:1: ", "\"GET /d\" is at the left margin, which is only for sections: indent it"},
        {"a:\n  b:\n    c: d\n  e:\n    f: g\n  h:\n      i: j\n    k: l\n",
         "yaml:8:5: ", "align each key with the other keys of its mapping"},
        {"a:\n  b:\n    e: d\n\n  e: # f\n      - g\n    h: i\n",
         "yaml:5:3: ", "give the line the indentation of those around it"},
        {"a:\n  b:\n      c: d\n    - e: f\n",
         "yaml:3:7: ", "begin the line with \"- \", like the items below it"},
        {"a:\n  - b: c\n  d: e\n", "yaml:2:3: ", "remove the \"- \" here, or add one there"},
        {"a:\n  - b: c\n    d:\n      - e\n   - f: g\n",
         "yaml:5:4: ", "align each item with the other items of its list"},
        {"a:\n  b:\n    c: d\n    e:\n     - f\n   - g\n",
         "yaml:6:4: ", "align each key with the other keys of its mapping"},
        {"a:\n  b: \xFC", "yaml:2:6: ", "save the file in UTF-8"},
        {"ä: ä\x07", "yaml:1:5: ", "a control character (U+0007)"},
    };
    for (size_t i = 0; i < COUNT(rows) * COUNT(breaks); i++) {
        size_t row = i / COUNT(breaks);
        const char *source = with_breaks(*state, rows[row].source, breaks[i % COUNT(breaks)]);
        bool refused;
        struct text came = error(*state, source, &refused);
        bool good = text_starts_with(came, text_of(rows[row].place)) &&
                    text_contains(came, text_of(rows[row].hint));
        if (!good)
            fail_msg("%s\n  expected: %s…%s\n  came:     %.*s", source, rows[row].place,
                     rows[row].hint, TEXT_ARGUMENT(came));
        check_truth(source, true, refused);
    }
}

static void spreads_may_be_repeated(void **state) {
    const struct yaml_node *root = root_of(*state, "a: {<<: .x, <<: .y}\n");
    check_number("spreads", 2, yaml_get(root, "a")->count);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(the_source_of_a_string_is_found_after_any_breaks),
        TEST_WITH_ARENA(scalars_have_their_text),
        TEST_WITH_ARENA(collections_keep_their_order),
        TEST_WITH_ARENA(collections_may_be_long),
        TEST_WITH_ARENA(a_key_gives_its_value),
        TEST_WITH_ARENA(an_empty_document_is_an_empty_mapping),
        TEST_WITH_ARENA(null_is_written_in_four_ways),
        TEST_WITH_ARENA(nodes_know_their_place),
        TEST_WITH_ARENA(locates_a_byte_of_a_string),
        TEST_WITH_ARENA(what_the_language_does_not_use_is_reported),
        TEST_WITH_ARENA(rejects_duplicate_keys),
        TEST_WITH_ARENA(a_tag_or_an_alias_hides_nothing),
        TEST_WITH_ARENA(a_byte_order_mark_is_ignored),
        TEST_WITH_ARENA(gives_advice_for_invalid_yaml),
        TEST_WITH_ARENA(spreads_may_be_repeated),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
