/* The parts of a JSON text that a projection requests. */
#include "support.h"

#include <string.h>

#include "json/projection.h"
#include "json/reader.h"
#include "json/wide_object.h"
#include "json/writer.h"

/* What is kept of `text`, written as JSON, or why it is refused. */
static struct text kept(struct arena *arena, const struct projection *projection,
                        const char *text) {
    struct json_reader *reader = json_reader_create();
    struct value value;
    const char *reason;
    struct text came;
    if (json_read(reader, arena, text_of(text), projection, &value, &reason))
        came = json_text(arena, value);
    else
        came = text_copy(arena, text_of(reason));
    json_reader_destroy(reader);
    return came;
}

/* A projection that wants this of the member "a". */
static struct projection *of_member_a(struct arena *arena, struct projection wanted) {
    struct projection *projection = arena_allocate(arena, sizeof *projection);
    projection_add(arena, projection, text_of("a"))->projection = wanted;
    return projection;
}

static void keeps_only_the_requested_members(void **state) {
    static const struct {
        const char *what;
        struct projection wanted;
        const char *text;
        const char *expected;
    } rows[] = {
        {"all", {.whole = true}, "{\"a\":{\"x\": [1, 2]},\"b\":3}", "{\"a\":{\"x\":[1,2]}}"},
        {"an object is there", {.present = true}, "{\"a\":{\"x\":1}}", "{\"a\":{}}"},
        {"its members are", {.counted = true}, "{\"a\":{\"x\":1}}", "{\"a\":{\"x\":1}}"},
        {"a list's items are", {.present = true}, "{\"a\":[1,{}]}", "{\"a\":[null,null]}"},
        {"a list's items are counted", {.counted = true}, "{\"a\":[1]}", "{\"a\":[null]}"},
        {"a scalar's value", {.present = true}, "{\"c\":[],\"a\":\"v\"}", "{\"a\":\"v\"}"},
        {"the last of two", {.present = true}, "{\"a\":1,\"a\":2}", "{\"a\":2}"},
        {"a name with escapes", {.present = true}, "{\"\\u0061\":1}", "{\"a\":1}"},
        {"a string with escapes", {.present = true}, "{\"a\":\"\\u017c\\n\"}", "{\"a\":\"ż\\n\"}"},
        {"words", {.whole = true}, "{\"a\":[true,false,null]}", "{\"a\":[true,false,null]}"},
        {"a number's digits", {.present = true}, "{\"a\":1.50E+2}", "{\"a\":1.50e+2}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_text(rows[i].what, rows[i].expected,
                   kept(*state, of_member_a(*state, rows[i].wanted), rows[i].text));
}

static const char *hundred_items(struct arena *arena) {
    char *text = arena_allocate(arena, 202);
    for (size_t i = 0; i < 100; i++)
        memcpy(text + 2 * i, ",1", 2);
    text[0] = '[';
    text[200] = ']';
    return text;
}

static void keeps_only_the_requested_parts_of_items(void **state) {
    struct projection item = {.present = true};
    struct projection list = {.items = of_member_a(*state, item)};
    check_text("a member of each item", "[{\"a\":1},{},{\"a\":{}},2]",
               kept(*state, &list, "[{\"b\":[],\"a\":1},{\"b\":2},{\"a\":{\"c\":3}},2]"));
    struct text hundred = kept(*state, &list, hundred_items(*state));
    check_number("more items than there is room for at first", 100,
                 value_length(value_from(*state, hundred.data)));
}

/* The whole text is checked, whatever part is requested, with the same message. */
static void validates_members_that_are_not_requested(void **state) {
    static const char *const texts[] = {
        "{\"b\":01}",        "{\"b\":\"\\x\"}",
        "{\"b\":[1,]}",      "{\"b\":{\"c\":}}",
        "{\"b\":\"\xff\"}",  "{\"b\":\"a\nb\"}",
        "{\"b\":[{]}}",      "{\"b\":nul}",
        "{\"b\":{}",         "{\"b\":1}}",
        "{\"b\":{\"c\" 1}}", "{\"b\":{\"c\",\"a\":1}",
        "{\"b\":[1 2]}",     "{\"b\":{\"\\u0000\":1}}",
        "{\"b\":{c:1}}",     "{\"b\":{\"c\":1,}}",
    };
    struct projection one = {0};
    struct projection_member *b = projection_add(*state, &one, text_of("b"));
    const struct projection all = {.whole = true};
    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *reason = kept(*state, NULL, texts[i]).data;
        check_truth(texts[i], true, strstr(reason, ", at byte ") != NULL);
        check_text(texts[i], reason, kept(*state, &(struct projection){0}, texts[i]));
        check_text(texts[i], reason, kept(*state, &all, texts[i]));
        for (int whole = 0; whole <= 1; whole++) {
            b->projection = (struct projection){.present = !whole, .whole = whole};
            check_text(texts[i], reason, kept(*state, &one, texts[i]));
        }
    }
}

/* More than there are buckets. */
static void each_of_many_members_is_found(void **state) {
    enum { COUNT_OF_MEMBERS = 100 };
    struct arena *arena = *state;
    struct projection wanted = {0};
    struct buffer json = {0};
    const char *reason;
    struct value value;
    for (int i = 0; i < COUNT_OF_MEMBERS; i++) {
        struct text name = text_format(arena, "m%d", i);
        projection_add(arena, &wanted, name)->projection.whole = true;
        buffer_append_format(&json, "%c\"m%d\":%d", i ? ',' : '{', i, i);
    }
    buffer_append_string(&json, "}");
    struct json_reader *reader = json_reader_create();
    assert_true(json_read(reader, arena, buffer_text(&json), &wanted, &value, &reason));
    check_text("all", text_c_string(text_copy(arena, buffer_text(&json))), json_text(arena, value));
    json_reader_destroy(reader);
    buffer_free(&json);
}

/* What json-c makes of `text` is what is kept if all of it is requested. */
static void check_whole(struct arena *arena, const char *text) {
    const char *expected = kept(arena, NULL, text).data;
    struct projection names = {.whole = true};
    projection_add(arena, &names, text_of("a"));
    projection_add(arena, &names, text_of("m1"));
    check_text(text, expected, kept(arena, &(struct projection){.whole = true}, text));
    check_text(text, expected, kept(arena, &names, text));
    struct text inside = text_format(arena, "{\"b\":1,\"a\":%s}", text);
    struct text list = text_format(arena, "[[%s],%s]", text, text);
    check_text(inside.data, text_format(arena, "{\"a\":%s}", expected).data,
               kept(arena, of_member_a(arena, (struct projection){.whole = true}), inside.data));
    check_text(list.data, text_format(arena, "[[%s],%s]", expected, expected).data,
               kept(arena, &(struct projection){.whole = true}, list.data));
}

static void a_part_that_is_kept_as_a_whole_is_what_json_c_reads(void **state) {
    static const char *const texts[] = {
        "{}",
        "[]",
        " [ { } , [ ] ] ",
        "{\"a\" : 1 , \"b\" : [ true , null ] }",
        "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"a\":{\"x\":1},\"b\":2,\"\\u0061\":{\"y\":1},\"c\":3,\"a\":[4]}",
        "{\"c\":{\"m1\":1,\"m1\":{\"a\":1,\"a\":2}}}",
        "{\"\":1,\"x\":2,\"\":3}",
        "{\"\\n\\\"\":\"\\/\",\"\\ud83d\\ude42\":1,\"🙂\":2,\"\\ud83d\":3}",
        "[\"\\ud836\\udc00\",\"a\\u0000b\",{\"\\ud87f\\udfff\":\"\\u00fc\"}]",
        "[0,-0,-0.0,1E5,-1.5E+3,1e-400,0.1000000000000000055511151231257827]",
        "[9223372036854775808,-9223372036854775809,123456789012345678901234567890,1]",
        "[[[{\"a\":[{\"a\":[1,[2]]},3]}]],4]",
        "{\"aa\":1,\"ba\":2,\"ab\":3,\"aa\":4,\"ca\":5,\"ba\":6}",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        check_whole(*state, texts[i]);
}

/* An object with `count` members of different names and then `repeated` of them once more. */
static const char *repeating(struct arena *arena, size_t count, size_t repeated) {
    struct buffer json = {0};
    for (size_t i = 0; i < count + repeated; i++)
        buffer_append_format(&json, "%c\"m%zu\":%zu", i ? ',' : '{', i % count, i);
    buffer_append_byte(&json, '}');
    struct text copy = text_copy(arena, buffer_text(&json));
    buffer_free(&json);
    return copy.data;
}

static void of_a_repeated_name_the_last_value_applies_at_the_place_of_the_first(void **state) {
    static const size_t counts[] = {1,
                                    2,
                                    WIDE_OBJECT_LIMIT - 1,
                                    WIDE_OBJECT_LIMIT,
                                    WIDE_OBJECT_LIMIT + 1,
                                    WIDE_OBJECT_LIMIT + 2,
                                    1000};
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct projection names = {0};
        for (size_t j = counts[i]; j > 0; j--)
            projection_add(*state, &names, text_format(*state, "m%zu", j - 1));
        for (size_t repeated = 0; repeated <= 2 && repeated <= counts[i]; repeated++) {
            const char *text = repeating(*state, counts[i], repeated);
            check_whole(*state, text);
            check_text(text, kept(*state, NULL, text).data, kept(*state, &names, text));
        }
        check_whole(*state, repeating(*state, counts[i], counts[i]));
    }
}

static void each_member_of_a_wide_object_is_found(void **state) {
    enum { MEMBERS = 100000 };
    struct arena *arena = *state;
    struct json_reader *reader = json_reader_create();
    struct text text = text_of(repeating(arena, MEMBERS, MEMBERS / 2));
    struct value value;
    const char *reason;
    assert_true(
        json_read(reader, arena, text, &(struct projection){.whole = true}, &value, &reason));
    json_reader_destroy(reader);
    check_number("members", MEMBERS, value_length(value));
    for (size_t i = 0; i < MEMBERS; i++) {
        struct text name = text_format(arena, "m%zu", i);
        struct text last = text_format(arena, "%zu", i < MEMBERS / 2 ? i + MEMBERS : i);
        check_text(name.data, last.data, value_text(value_member(arena, value, name)));
        check_text("in order", name.data, value_members(arena, value)[i].name);
    }
    check_truth("m", true, value_is_missing(value_member(arena, value, text_of("m"))));
    check_truth("n", true, value_is_missing(value_member(arena, value, text_of("n"))));
    check_truth("", true, value_is_missing(value_member(arena, value, text_of(""))));
}

/* `depth` lists or objects in one another. */
static const char *nested(struct arena *arena, const char *open, const char *close, size_t depth) {
    struct buffer json = {0};
    for (size_t i = 0; i < depth; i++)
        buffer_append_string(&json, open);
    buffer_append_string(&json, "1");
    for (size_t i = 0; i < depth; i++)
        buffer_append_string(&json, close);
    struct text copy = text_copy(arena, buffer_text(&json));
    buffer_free(&json);
    return copy.data;
}

static void a_whole_part_is_not_nested_too_deeply(void **state) {
    const struct projection all = {.whole = true};
    static const char *const forms[][2] = {{"[", "]"}, {"{\"a\":", "}"}, {"[{\"b\":", "}]"}};
    for (size_t i = 0; i < COUNT(forms); i++) {
        size_t deepest = i == 2 ? JSON_MAX_DEPTH / 2 : JSON_MAX_DEPTH;
        const char *taken = nested(*state, forms[i][0], forms[i][1], deepest);
        const char *refused = nested(*state, forms[i][0], forms[i][1], deepest + 1);
        check_text(taken, taken, kept(*state, &all, taken));
        check_truth(refused, true,
                    text_starts_with(kept(*state, &all, refused), text_of("nested too deeply")));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(keeps_only_the_requested_members),
        TEST_WITH_ARENA(keeps_only_the_requested_parts_of_items),
        TEST_WITH_ARENA(validates_members_that_are_not_requested),
        TEST_WITH_ARENA(each_of_many_members_is_found),
        TEST_WITH_ARENA(a_part_that_is_kept_as_a_whole_is_what_json_c_reads),
        TEST_WITH_ARENA(of_a_repeated_name_the_last_value_applies_at_the_place_of_the_first),
        TEST_WITH_ARENA(each_member_of_a_wide_object_is_found),
        TEST_WITH_ARENA(a_whole_part_is_not_nested_too_deeply),
    };
    return cmocka_run_group_tests_name("projection", tests, NULL, NULL);
}
