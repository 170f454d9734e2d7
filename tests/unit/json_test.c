/* JSON text to values and back. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "json/reader.h"
#include "json/writer.h"

/* The reason why `text` is refused; NULL if it is taken. */
static const char *error(struct arena *arena, struct text text) {
    struct json_reader *reader = json_reader_create();
    struct value value;
    const char *reason = NULL;
    bool good = json_read(reader, arena, text, NULL, &value, &reason);
    const char *kept = good ? NULL : text_copy(arena, text_of(reason)).data;
    json_reader_destroy(reader);
    return kept;
}

static void rejects_invalid_json(void **state) {
    static const char *const texts[] = {
        "",
        " \n",
        "{",
        "}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "'a'",
        "\"a",
        "\"a\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"a\nb\"",
        "\"a\tb\"",
        "\"a\x01z\"",
        "tru",
        "TRUE",
        "True",
        "nul",
        "NaN",
        "Infinity",
        "-Infinity",
        "[NaN]",
        "01",
        "-01",
        "+1",
        ".5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "-",
        "0x10",
        "1 2",
        "{} {}",
        "[] x",
        "// comment\n1",
        "[1] /* comment */",
        "\xEF\xBB\xBF{}",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        check_truth(texts[i], true, error(*state, text_of(texts[i])) != NULL);
}

static void a_text_is_one_value_and_blanks(void **state) {
    static const char *const texts[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "12",
        "-1.5e+3",
        "\"\"",
        "[]",
        "{}",
        " 12 ",
        "12 ",
        "\t[]",
        "{}\r\n",
        "{\"\":{\"a\":[]}}",
        /* A backslash and u0000, not a NUL. */
        "{\"\\\\u0000\":1}",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *reason = error(*state, text_of(texts[i]));
        if (reason)
            fail_msg("%s\n  expected: taken\n  came:     %s", texts[i], reason);
    }
}

static void a_nul_is_refused(void **state) {
    static const char inside[] = "[1,\0 2]";
    static const char behind[] = "[1]\0";
    static const char text[] = "\"a\0b\"";
    check_truth("between values", true,
                error(*state, (struct text){inside, sizeof inside - 1}) != NULL);
    check_truth("behind the value", true,
                error(*state, (struct text){behind, sizeof behind - 1}) != NULL);
    check_truth("in a string", true, error(*state, (struct text){text, sizeof text - 1}) != NULL);
}

static void rejects_invalid_utf8(void **state) {
    static const char *const texts[] = {
        "\"\xFF\"",             /* no such byte */
        "\"\xC5\"",             /* cut */
        "\"\x80\"",             /* a continuation alone */
        "\"\xC0\xAF\"",         /* overlong */
        "\"\xE0\x80\xAF\"",     /* overlong */
        "\"\xED\xA0\x80\"",     /* a surrogate */
        "\"\xF4\x90\x80\x80\"", /* beyond Unicode */
        "{\"\xFF\":1}",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        check_truth(texts[i], true, error(*state, text_of(texts[i])) != NULL);
}

static void reports_what_is_wrong_and_where(void **state) {
    static const struct {
        const char *text;
        const char *reason;
    } rows[] = {
        {"", "unexpected end, at byte 0"},
        {"[1, 2", "unexpected end, at byte 5"},
        {"{\"a\" 1}", "expected a colon, at byte 5"},
        {"{\"a\":x}", "expected a value, at byte 5"},
        {"{a: 1}", "expected a name in quotes, at byte 1"},
        {"[1 2]", "expected a comma or ], at byte 3"},
        {"[1] x", "unexpected data after the value, at byte 4"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *reason = error(*state, text_of(rows[i].text));
        check_text(rows[i].text, rows[i].reason, text_of(reason ? reason : "taken"));
    }
}

static void a_long_number_is_refused(void **state) {
    static const char *const forms[] = {"[%s%s]", "[0.%s%s]", "[1e%s%s]", "{\"a\":-%s%s}"};
    char digits[JSON_MAX_NUMBER - 2];
    memset(digits, '1', sizeof digits - 1);
    digits[sizeof digits - 1] = '\0';
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct text longest = text_format(*state, forms[i], digits, "1");
        struct text longer = text_format(*state, forms[i], digits, "1111");
        check_text(longest.data, "", text_of(error(*state, longest)));
        check_truth(longer.data, true,
                    text_starts_with(text_of(error(*state, longer)),
                                     text_of("the number is too long, at byte")));
    }
}

/* `depth` lists in one another, around `inside`. */
static struct text nested(struct arena *arena, size_t depth, const char *inside) {
    size_t size = strlen(inside);
    char *text = arena_allocate(arena, 2 * depth + size);
    memset(text, '[', depth);
    memcpy(text + depth, inside, size);
    memset(text + depth + size, ']', depth);
    return (struct text){text, 2 * depth + size};
}

static void nesting_has_a_limit(void **state) {
    struct arena *arena = *state;
    static const struct {
        size_t depth;
        const char *inside;
        bool taken;
    } rows[] = {
        {JSON_MAX_DEPTH - 1, "", true},
        {JSON_MAX_DEPTH, "", true},
        {JSON_MAX_DEPTH, "1", true},
        {JSON_MAX_DEPTH - 1, "{\"a\":\"b\"}", true},
        {JSON_MAX_DEPTH - 1, "{\"a\":[]}", false},
        {JSON_MAX_DEPTH, "{}", false},
        {JSON_MAX_DEPTH + 1, "", false},
        {100000, "", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_truth(text_format(arena, "%zu lists around %s", rows[i].depth, rows[i].inside).data,
                    rows[i].taken,
                    error(arena, nested(arena, rows[i].depth, rows[i].inside)) == NULL);
}

static void values_come_out_as_they_came_in(void **state) {
    struct arena *arena = *state;
    static const char *const texts[] = {
        "null",
        "[]",
        "{}",
        "[null,true,false,\"\",\"a\"]",
        "{\"z\":1,\"a\":{\"b\":[]},\"m\":null}",
        "[0,-1,12,1.5,1.50,10.00,1e5,1e-5,-1.5e3,1.0e+10]",
        "[5.421001221001221,0.1,0.30000000000000004]",
        "[0.1000000000000000055511151231257827,123456789.123456789123456789]",
        "[9223372036854775807,-9223372036854775808,18446744073709551615]",
        "[18446744073709551616,-9223372036854775809,123456789012345678901234567890]",
        "[1e400,-1e400,1e-400]",
        "[\"ż\",\"🙂\",\"\\\"\\\\\",\"/\"]",
        "{\"\":\"\",\"a b\":\"ż\",\"ż\":1}",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        check_text(texts[i], texts[i], json_text(arena, value_from(arena, texts[i])));
}

static void zero_keeps_its_sign(void **state) {
    struct arena *arena = *state;
    check_text("[-0,-0.0]", "[-0,-0.0]", json_text(arena, value_from(arena, "[-0,-0.0]")));
}

static void escapes_are_read(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *json;
        const char *expected;
    } rows[] = {
        {"\"\\u00fc\\u017C\"", "\"üż\""},
        {"\"\\ud83d\\ude42\"", "\"🙂\""},
        {"\"\\/\\b\\f\\n\\r\\t\"", "\"/\\b\\f\\n\\r\\t\""},
        {"\"\\u0001\\u001F\\u007f\"", "\"\\u0001\\u001f\x7f\""},
        {"\"a\\u0000b\"", "\"a\\u0000b\""},
        {"{\"\\u0061\":1}", "{\"a\":1}"},
        {"\"\\u0041\\u0080\\u07ff\\u0800\\uFFFF\"", "\"A\xC2\x80\u07ff\u0800\uffff\""},
        {"\"\\uD800\\uDC00\\udbff\\udfff\"", "\"\U00010000\U0010ffff\""},
        {"\"\\ud836\\udc00!\"", "\"\U0001d800!\""},
        {"\"\\uD836\\uDC00\\udc00\"", "\"\U0001d800\ufffd\""},
        {"{\"\\ud87f\\udfff\":\"\\ud836\\udc01\"}", "{\"\U0002ffff\":\"\U0001d801\"}"},
        {"\"a\\ud83d\"", "\"a\ufffd\""},
        {"\"\\ud83db\"", "\"\ufffdb\""},
        {"\"\\ude42\\ud83d\\n\"", "\"\ufffd\ufffd\\n\""},
        {"\"\\ud83d\\ud83d\\ude42\\ud83d\\u0041\"", "\"\ufffd🙂\ufffdA\""},
    };
    /* A string alone is read as those of requested members are, one in a list by json-c. */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text list = text_format(arena, "[%s]", rows[i].json);
        struct text expected = text_format(arena, "[%s]", rows[i].expected);
        check_text(rows[i].json, rows[i].expected,
                   json_text(arena, value_from(arena, rows[i].json)));
        check_text(list.data, text_c_string(expected),
                   json_text(arena, value_from(arena, list.data)));
    }
}

/* It may be kept or refused, but a name must not become another one. */
static void an_escaped_nul_in_a_name_does_not_end_it(void **state) {
    struct arena *arena = *state;
    static const char json[] = "{\"a\\u0000b\":1}";
    if (!error(arena, text_of(json)))
        check_text(json, json, json_text(arena, value_from(arena, json)));
}

static void of_a_repeated_name_the_last_counts(void **state) {
    struct arena *arena = *state;
    static const char json[] = "{\"a\":1,\"b\":2,\"a\":3}";
    check_text(json, "3",
               json_text(arena, value_member(arena, value_from(arena, json), text_of("a"))));
}

static void append_expected(struct buffer *json, unsigned char c) {
    static const char letters[] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
                                   ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\'};
    if (c < sizeof letters && letters[c])
        buffer_append_format(json, "\\%c", letters[c]);
    else if (c < ' ')
        buffer_append_format(json, "\\u%04x", c);
    else
        buffer_append_byte(json, (char)c);
}

/* Into a buffer that has room for the text and `more`, and no more. */
static void check_written_value(struct arena *arena, struct value value,
                                const struct buffer *expected, size_t size, size_t more) {
    struct buffer written = {.data = malloc(size + more), .capacity = size + more};
    json_write(&written, arena, value);
    check_text("written", expected->data, buffer_text(&written));
    buffer_free(&written);
}

/* As a string, and as the name of a member. Nothing before or after the text may be read. */
static void check_written(struct arena *arena, struct text text) {
    enum { QUOTES = 2, VECTOR = 16, AROUND = 2 };
    struct buffer expected = {0};
    char *bytes = malloc(text.size + !text.size);
    if (text.size)
        memcpy(bytes, text.data, text.size);
    const struct member member = {{bytes, text.size}, {.type = VALUE_NULL}};
    buffer_append_string(&expected, "{\"");
    for (size_t i = 0; i < text.size; i++)
        append_expected(&expected, (unsigned char)text.data[i]);
    size_t end = expected.size;
    buffer_append(&expected, "\":null}", sizeof "\":null}");
    check_written_value(arena, value_object(&member, 1), &expected, text.size,
                        1 + QUOTES + VECTOR + AROUND);
    buffer_append_byte(&expected, '\0');
    memcpy(expected.data + end, "\"", sizeof "\"");
    const struct buffer string = {.data = expected.data + 1};
    check_written_value(arena, value_string(member.name), &string, text.size, QUOTES + VECTOR);
    buffer_free(&expected);
    free(bytes);
}

static void what_needs_an_escape_is_escaped_anywhere(void **state) {
    char bytes[80];
    for (size_t size = 0; size <= sizeof bytes; size++)
        for (size_t place = 0; place < size; place++)
            for (unsigned char c = 0; c <= '"'; c++) {
                memset(bytes, 'a', sizeof bytes);
                bytes[place] = (char)(c == '!' ? '\\' : c);
                check_written(*state, (struct text){bytes, size});
            }
    check_written(*state, text_of(""));
}

static void values_that_were_built_are_written(void **state) {
    struct arena *arena = *state;
    const struct value items[] = {
        value_missing(),
        value_boolean(true),
        value_string(text_of("a\"b\\c\nd")),
        value_number(text_of("1.50")),
        value_integer(arena, INT64_MIN),
        value_array(NULL, 0),
        value_object(NULL, 0),
        value_string((struct text){NULL, 0}),
    };
    const struct member members[] = {{text_of("a\tb"), value_array(items, COUNT(items))}};
    check_text("a value of each type",
               "{\"a\\tb\":[null,true,\"a\\\"b\\\\c\\nd\",1.50,-9223372036854775808,[],{},\"\"]}",
               json_text(arena, value_object(members, 1)));
}

static void a_reader_can_be_used_after_a_refusal(void **state) {
    struct arena *arena = *state;
    struct json_reader *reader = json_reader_create();
    struct value value;
    const char *reason;
    bool first = json_read(reader, arena, text_of("{\"a\":[1,"), NULL, &value, &reason);
    bool none = value.type == VALUE_MISSING;
    bool second = json_read(reader, arena, text_of("{\"a\":[1]}"), NULL, &value, &reason);
    struct text came = json_text(arena, value);
    json_reader_destroy(reader);
    check_truth("half a text", false, first);
    check_truth("has no value", true, none);
    check_truth("the whole text", true, second);
    check_text("the whole text", "{\"a\":[1]}", came);
}

/* Where a string has what, against blocks of 16 bytes. */
static void strings_of_any_length_are_told_apart(void **state) {
    struct arena *arena = *state;
    for (size_t size = 0; size < 70; size++) {
        char *text = arena_allocate(arena, size + 3);
        memset(text, 'x', size + 2);
        text[0] = text[size + 1] = '"';
        struct text whole = {text, size + 2};
        check_truth("a plain string", true, error(arena, whole) == NULL);
        for (size_t i = 1; i <= size; i++) {
            text[i] = '\x1f';
            check_truth("with a control character", true, error(arena, whole) != NULL);
            text[i] = '\x80';
            check_truth("with a byte that is not UTF-8", true, error(arena, whole) != NULL);
            text[i] = '"';
            check_truth("with a quote", i != size + 1, error(arena, whole) != NULL);
            text[i] = 'x';
        }
    }
}

/*
 * `["a","xxx…` up to `before` bytes, then `piece`, and the end; with a character beyond ASCII some
 * `distance` before the piece (0: none).
 */
static struct text with_piece(struct arena *arena, size_t before, const char *piece,
                              size_t distance) {
    size_t size = strlen(piece);
    char *text = arena_allocate(arena, before + size + 80);
    memcpy(text, "[\"a\",\"", 6);
    memset(text + 6, 'x', before - 6);
    if (distance)
        memcpy(text + before - distance, "ż", 2);
    memcpy(text + before, piece, size);
    memset(text + before + size, 'y', 70);
    memcpy(text + before + size + 70, "\"]", 2);
    return (struct text){text, before + size + 72};
}

/* The scanner looks ahead in chunks of some kilobytes. */
static void what_strings_contain_may_be_anywhere_in_a_chunk(void **state) {
    static const struct {
        const char *piece;
        const char *reason;
        /* Where it is, from the piece on. */
        size_t at;
    } rows[] = {
        {"\\\"", NULL, 0},
        {"\\\\", NULL, 0},
        {"\\u017c", NULL, 0},
        {"\",\"", NULL, 0},
        {"ż", NULL, 0},
        {"€", NULL, 0},
        {"🙂", NULL, 0},
        {"\x1f", "unescaped control character in a string, at byte %zu", 0},
        {"\\x", "invalid escape sequence, at byte %zu", 1},
        {"\\u12", "expected four hexadecimal digits, at byte %zu", 4},
        {"\"z", "expected a comma or ], at byte %zu", 1},
        {"\xC5", "invalid UTF-8 in a string, at byte 6", 0},
        {"\xF0\x9F\x99", "invalid UTF-8 in a string, at byte 6", 0},
        {"\x80", "invalid UTF-8 in a string, at byte 6", 0},
    };
    for (size_t chunk = STOPS_BLOCK; chunk <= 2 * STOPS_BLOCK * STOPS_MASKS; chunk *= 2)
        for (size_t before = chunk - 7; before < chunk + 7; before++)
            for (size_t distance = 0; distance < before - 6; distance = 4 * distance + 2)
                for (size_t i = 0; i < COUNT(rows); i++) {
                    struct text text = with_piece(*state, before, rows[i].piece, distance);
                    struct text reason = {"", 0};
                    if (rows[i].reason)
                        reason = text_format(*state, rows[i].reason, before + rows[i].at);
                    check_text(rows[i].piece, reason.data, text_of(error(*state, text)));
                }
}

/* Nothing says where a text ends but its size: what is behind it does not belong to a number. */
static void a_number_ends_with_its_text(void **state) {
    static const char text[] = "123.5e1";
    static const double expected[] = {1, 12, 123, 0, 123.5, 0, 1235};
    struct json_reader *reader = json_reader_create();
    for (size_t size = 1; size <= COUNT(expected); size++) {
        struct value value;
        const char *reason;
        bool good = json_read(reader, *state, (struct text){text, size}, NULL, &value, &reason);
        check_truth(text, expected[size - 1] != 0, good);
        if (good)
            assert_true(value_double(value) == expected[size - 1]);
    }
    json_reader_destroy(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(rejects_invalid_json),
        TEST_WITH_ARENA(a_text_is_one_value_and_blanks),
        TEST_WITH_ARENA(a_long_number_is_refused),
        TEST_WITH_ARENA(a_nul_is_refused),
        TEST_WITH_ARENA(rejects_invalid_utf8),
        TEST_WITH_ARENA(reports_what_is_wrong_and_where),
        TEST_WITH_ARENA(values_come_out_as_they_came_in),
        TEST_WITH_ARENA(zero_keeps_its_sign),
        TEST_WITH_ARENA(escapes_are_read),
        TEST_WITH_ARENA(an_escaped_nul_in_a_name_does_not_end_it),
        TEST_WITH_ARENA(of_a_repeated_name_the_last_counts),
        TEST_WITH_ARENA(what_needs_an_escape_is_escaped_anywhere),
        TEST_WITH_ARENA(values_that_were_built_are_written),
        TEST_WITH_ARENA(strings_of_any_length_are_told_apart),
        TEST_WITH_ARENA(what_strings_contain_may_be_anywhere_in_a_chunk),
        TEST_WITH_ARENA(a_reader_can_be_used_after_a_refusal),
        TEST_WITH_ARENA(nesting_has_a_limit),
        TEST_WITH_ARENA(a_number_ends_with_its_text),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
