/* What requests are refused for, and with which words. */
#include "support.h"

#include <locale.h>
#include <string.h>

#include "base/buffer.h"
#include "language/schema.h"

struct check {
    const char *schema;
    /* The body, as JSON. */
    const char *body;
    const char *expected;
};

static const struct schema *schema_from(struct arena *arena, const char *schema) {
    const char *table = text_format(arena,
                                    ANY_UPSTREAM "schemas:\n"
                                                 "  Text: {type: string, minLength: 1}\n"
                                                 "  Node: {type: object, properties: "
                                                 "{value: {type: integer}, next: {$ref: Node}}}\n"
                                                 "routes:\n"
                                                 "  POST /any: {body: %s, answer: 501 Not yet}\n",
                                    schema)
                            .data;
    return good_table(arena, table)->routes[0].body_schema;
}

static void check_rows(struct arena *arena, const struct check *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct buffer errors = {0};
        schema_check(arena, schema_from(arena, rows[i].schema), value_from(arena, rows[i].body),
                     "the body", &errors);
        struct text came = text_copy(arena, buffer_text(&errors));
        buffer_free(&errors);
        check_text(text_format(arena, "%s\n  with: %s", rows[i].schema, rows[i].body).data,
                   rows[i].expected, came);
    }
}

#define CHECK_ROWS(arena, rows) check_rows((arena), (rows), COUNT(rows))

static void each_type_takes_its_own_values_only(void **state) {
    static const struct check rows[] = {
        {"{type: string}", "\"x\"", ""},
        {"{type: string}", "\"\"", ""},
        {"{type: string}", "5", "the body must be a string"},
        {"{type: string}", "[\"x\"]", "the body must be a string"},
        {"{type: number}", "1.5", ""},
        {"{type: number}", "1e400", ""},
        {"{type: number}", "\"1.5\"", "the body must be a number"},
        {"{type: integer}", "5", ""},
        {"{type: integer}", "5.0", ""},
        {"{type: integer}", "5e3", ""},
        {"{type: integer}", "5.5", "the body must be an integer"},
        {"{type: integer}", "1e63", ""},
        {"{type: integer}", "1e64", "the body must be an integer"},
        {"{type: integer}", "1e400", "the body must be an integer"},
        {"{type: integer}", "9007199254740993.5", "the body must be an integer"},
        {"{type: integer}", "\"5\"", "the body must be an integer"},
        {"{type: integer}", "true", "the body must be an integer"},
        {"{type: boolean}", "false", ""},
        {"{type: boolean}", "\"false\"", "the body must be true or false"},
        {"{type: array}", "[]", ""},
        {"{type: array}", "[1, {}]", ""},
        {"{type: array}", "{}", "the body must be a list"},
        {"{type: object}", "{\"a\": 1}", ""},
        {"{type: object}", "[]", "the body must be an object"},
        {"{type: object}", "\"{}\"", "the body must be an object"},
        {"{description: anything}", "[1]", ""},
        /* With properties it is an object, said or not. */
        {"{properties: {a: {type: string}}}", "5", "the body must be an object"},
    };
    CHECK_ROWS(*state, rows);
}

static void enum_takes_the_listed_values_only(void **state) {
    static const struct check rows[] = {
        {"{type: string, enum: [one, other]}", "\"other\"", ""},
        {"{type: string, enum: [one, other]}", "\"another\"", "the body must be one of one, other"},
        {"{type: string, enum: [one]}", "\"ONE\"", "the body must be one of one"},
        {"{enum: [1, 2.5]}", "1.0", ""},
        {"{enum: [1, 2.5]}", "3", "the body must be one of 1, 2.5"},
        {"{enum: [1, '1']}", "\"1\"", ""},
        {"{enum: [true]}", "false", "the body must be one of true"},
        {"{enum: [9007199254740992]}", "9007199254740993",
         "the body must be one of 9007199254740992"},
        /* One mistake is told, not two. */
        {"{type: string, enum: [one]}", "1", "the body must be a string"},
    };
    CHECK_ROWS(*state, rows);
}

static void numbers_keep_their_limits(void **state) {
    static const struct check rows[] = {
        {"{type: integer, minimum: 1}", "1", ""},
        {"{type: integer, minimum: 1}", "0", "the body must be at least 1"},
        {"{type: integer, minimum: 1}", "-5", "the body must be at least 1"},
        {"{type: number, minimum: 0.5}", "0.49999", "the body must be at least 0.5"},
        {"{type: number, minimum: -1}", "-1.0", ""},
        {"{type: integer, maximum: 10}", "10", ""},
        {"{type: integer, maximum: 10}", "11", "the body must be at most 10"},
        {"{type: integer, maximum: 10}", "9999999999999999999999", "the body must be at most 10"},
        {"{type: integer, minimum: 1, maximum: 3}", "4", "the body must be at most 3"},
        {"{maximum: 9007199254740992}", "9007199254740993",
         "the body must be at most 9007199254740992"},
        {"{minimum: 9007199254740993}", "9007199254740992",
         "the body must be at least 9007199254740993"},
        {"{maximum: 1e400}", "1e401", "the body must be at most 1e400"},
        /* Limits are about numbers: other values are not theirs to judge. */
        {"{minimum: 5}", "\"1\"", ""},
    };
    CHECK_ROWS(*state, rows);
}

static void lengths_are_counted_in_characters(void **state) {
    static const struct check rows[] = {
        {"{type: string, minLength: 1}", "\"x\"", ""},
        {"{type: string, minLength: 1}", "\"\"", "the body must not be empty"},
        {"{type: string, minLength: 3}", "\"ab\"", "the body must have at least 3 characters"},
        {"{type: string, minLength: 3}", "\"żó🙂\"", ""},
        {"{type: string, maxLength: 3}", "\"żó🙂\"", ""},
        {"{type: string, maxLength: 3}", "\"abcd\"", "the body must have at most 3 characters"},
        {"{maxLength: 3}", "[1, 2, 3, 4]", ""},
    };
    CHECK_ROWS(*state, rows);
}

static void patterns_are_extended_regular_expressions(void **state) {
    static const struct check rows[] = {
        {"{type: string, pattern: '^[A-Za-z]{3}$'}", "\"EUR\"", ""},
        {"{type: string, pattern: '^[A-Za-z]{3}$'}", "\"EURO\"",
         "the body must match ^[A-Za-z]{3}$"},
        {"{type: string, pattern: '^[A-Za-z]{3}$'}", "\"EUR\\n\"",
         "the body must match ^[A-Za-z]{3}$"},
        {"{type: string, pattern: '^[A-Za-z]{3}$'}", "\"EUR\\u0000\"",
         "the body must match ^[A-Za-z]{3}$"},
        /* As in JSON Schema, a pattern may match anywhere. */
        {"{type: string, pattern: 'b+'}", "\"abbc\"", ""},
        {"{type: string, pattern: '^$'}", "\"\"", ""},
        {"{type: string, pattern: '^(one|other)$'}", "\"other\"", ""},
        {"{type: string, pattern: '^.$'}", "\"ü\"", ""},
        {"{pattern: '^a$'}", "5", ""},
    };
    CHECK_ROWS(*state, rows);
}

static void email_addresses_are_recognised(void **state) {
    static const struct check rows[] = {
        {"{format: email}", "\"jane.doe+tag@mail.example.com\"", ""},
        {"{format: email}", "\"a@b.c\"", ""},
        {"{format: email}", "\"jane\"", "the body must be an e-mail address"},
        {"{format: email}", "\"jane@\"", "the body must be an e-mail address"},
        {"{format: email}", "\"@example.com\"", "the body must be an e-mail address"},
        {"{format: email}", "\"jane@localhost\"", "the body must be an e-mail address"},
        {"{format: email}", "\"jane@.example\"", "the body must be an e-mail address"},
        {"{format: email}", "\"jane@example.\"", "the body must be an e-mail address"},
        {"{format: email}", "\"jane@doe@example.com\"", "the body must be an e-mail address"},
        {"{format: email}", "\"jane doe@example.com\"", "the body must be an e-mail address"},
        {"{format: email}", "\"jane@example.com\\r\\nx: y\"", "the body must be an e-mail address"},
        {"{format: email}", "\"\"", "the body must be an e-mail address"},
    };
    CHECK_ROWS(*state, rows);
}

#define NO_DATE "the body must be a date such as 2026-01-31"

static void dates_are_days_of_the_calendar(void **state) {
    static const struct check rows[] = {
        {"{format: date}", "\"2026-01-31\"", ""},
        {"{format: date}", "\"2026-04-31\"", NO_DATE},
        {"{format: date}", "\"2026-13-01\"", NO_DATE},
        {"{format: date}", "\"2026-00-10\"", NO_DATE},
        {"{format: date}", "\"2026-10-00\"", NO_DATE},
        {"{format: date}", "\"2024-02-29\"", ""},
        {"{format: date}", "\"2026-02-29\"", NO_DATE},
        {"{format: date}", "\"2000-02-29\"", ""},
        {"{format: date}", "\"1900-02-29\"", NO_DATE},
        {"{format: date}", "\"2024-02-30\"", NO_DATE},
        {"{format: date}", "\"2026-1-31\"", NO_DATE},
        {"{format: date}", "\"31.01.2026\"", NO_DATE},
        {"{format: date}", "\"2026-01-31T00:00:00Z\"", NO_DATE},
        {"{format: date}", "\"2026-01-3x\"", NO_DATE},
        {"{format: date}", "\"20260131\"", NO_DATE},
        {"{format: date}", "\"2026-01\"", NO_DATE},
        {"{format: date}", "\"0000-01-01\"", NO_DATE},
        {"{format: date}", "\"\"", NO_DATE},
    };
    CHECK_ROWS(*state, rows);
}

#define NO_TIME "the body must be a time such as 2026-01-31T12:00:00Z"

static void times_have_a_zone(void **state) {
    static const struct check rows[] = {
        {"{format: date-time}", "\"2026-01-31T12:00:00Z\"", ""},
        {"{format: date-time}", "\"2026-01-31T12:00:00.123Z\"", ""},
        {"{format: date-time}", "\"2026-01-31T12:00:00+02:00\"", ""},
        {"{format: date-time}", "\"2026-01-31T12:00:00.5-11:30\"", ""},
        {"{format: date-time}", "\"2016-12-31T23:59:60Z\"", ""},
        {"{format: date-time}", "\"2016-12-31T23:59:60.5Z\"", ""},
        {"{format: date-time}", "\"2026-01-31T12:00:00,5Z\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:00:00 02:00\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31t12:00:00z\"", NO_TIME},
        {"{format: date-time}", "\"20260131T120000Z\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T24:00:00Z\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:60:00Z\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:00:61Z\"", NO_TIME},
        {"{format: date-time}", "\"2026-02-30T12:00:00Z\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:00:00\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:00:00.Z\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:00:00+0200\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:00:00+25:00\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:00:00+02:60\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:00Z\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31\"", NO_TIME},
        {"{format: date-time}", "\"2026-01-31T12:00:00Zx\"", NO_TIME},
    };
    CHECK_ROWS(*state, rows);
}

static void addresses_are_http_or_https(void **state) {
    static const struct check rows[] = {
        {"{format: uri}", "\"https://shop.example/a?b=c\"", ""},
        {"{format: uri}", "\"http://localhost:3000\"", ""},
        {"{format: uri}", "\"http://a\"", ""},
        {"{format: uri}", "\"http:\\/\\/a\"", ""},
        {"{format: uri}", "\"https://\"", "the body must be an http or https address"},
        {"{format: uri}", "\"javascript:alert(1)\"", "the body must be an http or https address"},
        {"{format: uri}", "\"/a/b\"", "the body must be an http or https address"},
        {"{format: uri}", "\"http://a b\"", "the body must be an http or https address"},
    };
    CHECK_ROWS(*state, rows);
}

static void one_alternative_must_hold(void **state) {
    static const struct check rows[] = {
        {"{anyOf: [{format: date}, {format: date-time}]}", "\"2026-01-31\"", ""},
        {"{anyOf: [{format: date}, {format: date-time}]}", "\"2026-01-31T12:00:00Z\"", ""},
        {"{anyOf: [{format: date}, {format: date-time}]}", "\"today\"",
         "the body must be a date such as 2026-01-31 or must be a time such as "
         "2026-01-31T12:00:00Z"},
        {"{anyOf: [{type: integer}, Text]}", "5", ""},
        {"{anyOf: [{type: integer}, Text]}", "\"\"",
         "the body must be an integer or must not be empty"},
        {"{type: string, anyOf: [{enum: [a]}]}", "5", "the body must be a string"},
    };
    CHECK_ROWS(*state, rows);
}

static void members_are_called_by_their_path(void **state) {
    static const struct check rows[] = {
        {"{properties: {a: {type: string}}}", "{\"a\": 1}", "a must be a string"},
        {"{properties: {a: {properties: {b: {type: string}}}}}", "{\"a\": {\"b\": 1}}",
         "a.b must be a string"},
        {"{properties: {a: {items: {type: string}}}}", "{\"a\": [\"x\", 1]}",
         "a[1] must be a string"},
        {"{properties: {a: {items: {properties: {b: {items: {type: string}}}}}}}",
         "{\"a\": [{}, {\"b\": [\"x\", \"y\", 5]}]}", "a[1].b[2] must be a string"},
        {"{items: {properties: {a: {type: string}}}}", "[{\"a\": 1}]", "[0].a must be a string"},
        {"{properties: {a: {$ref: Text}, b: Text}}", "{\"a\": \"\", \"b\": 1}",
         "a must not be empty; b must be a string"},
        {"Node", "{\"value\": 1, \"next\": {\"next\": {\"value\": \"x\"}}}",
         "next.next.value must be an integer"},
    };
    CHECK_ROWS(*state, rows);
}

static void required_members_must_be_there(void **state) {
    static const struct check rows[] = {
        {"{required: [a], properties: {a: {type: string}}}", "{\"a\": \"x\"}", ""},
        {"{required: [a], properties: {a: {type: string}}}", "{\"a\": \"\"}",
         "a must not be empty"},
        {"{required: [a], properties: {a: {type: string}}}", "{\"a\": \" \\t\\n\"}",
         "a must not be empty"},
        {"{required: [a], properties: {a: {type: integer}}}", "{\"a\": \"\"}",
         "a must not be empty"},
        {"{required: [a], properties: {a: {type: string, allowEmpty: true}}}", "{\"a\": \"\"}", ""},
        {"{required: [a], properties: {a: {type: string}}}", "{}", "a is required"},
        {"{required: [a], properties: {a: {type: string}}}", "{\"a\": null}", "a is required"},
        {"{required: [b, a], properties: {a: {type: string}, b: {}}}", "{}",
         "a is required; b is required"},
        {"{properties: {a: {items: {required: [b], properties: {b: {}}}}}}",
         "{\"a\": [{\"b\": 1}, {}]}", "a[1].b is required"},
    };
    CHECK_ROWS(*state, rows);
}

static void null_counts_as_absent(void **state) {
    static const struct check rows[] = {
        {"{properties: {a: {type: string}}}", "{\"a\": null}", ""},
        {"{properties: {a: {type: integer, minimum: 1}}}", "{\"a\": null}", ""},
        {"{properties: {a: {enum: [x]}}}", "{\"a\": null}", ""},
    };
    CHECK_ROWS(*state, rows);
}

static void members_that_are_not_declared_are_let_through(void **state) {
    static const struct check rows[] = {
        {"{properties: {a: {type: string}}}", "{\"b\": 1, \"c\": {}}", ""},
    };
    CHECK_ROWS(*state, rows);
}

static void reports_all_errors_at_once(void **state) {
    static const struct check rows[] = {
        {"{required: [c], properties: {a: {type: string}, b: {maximum: 5}, c: {}}}",
         "{\"a\": 1, \"b\": 6}", "a must be a string; b must be at most 5; c is required"},
        {"{items: {type: string}}", "[1, \"x\", 2]", "[0] must be a string; [2] must be a string"},
    };
    CHECK_ROWS(*state, rows);
}

/* `[ITEM,ITEM,...]` with `count` items, in a member or not. */
static const char *list_of(struct arena *arena, const char *item, size_t count,
                           const char *format) {
    struct buffer items = {0};
    for (size_t i = 0; i < count; i++) {
        buffer_append_string(&items, i ? "," : "");
        buffer_append_string(&items, item);
    }
    struct text text = text_copy(arena, buffer_text(&items));
    buffer_free(&items);
    return text_format(arena, format, text.data).data;
}

static void a_check_stops_after_many_errors(void **state) {
    struct arena *arena = *state;
    static const char required[] =
        "{properties: {items: {items: {required: [aa, bb, cc, dd, ee, ff, gg, hh, ii, jj], "
        "properties: {aa: {}, bb: {}, cc: {}, dd: {}, ee: {}, ff: {}, gg: {}, hh: {}, ii: {}, "
        "jj: {}}}}}}";
    const struct {
        const char *schema;
        const char *body;
        const char *last;
    } rows[] = {
        {required, list_of(arena, "{}", 66000, "{\"items\":[%s]}"),
         "; items[1].jj is required; and more"},
        {"{items: {anyOf: [{type: string}, {type: object}, Text]}}",
         list_of(arena, "1", 500000, "[%s]"),
         "; [19] must be a string or must be an object; and more"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer errors = {0};
        schema_check(arena, schema_from(arena, rows[i].schema), value_from(arena, rows[i].body),
                     "the body", &errors);
        check_truth("few bytes", true, errors.size < 1000);
        size_t size = strlen(rows[i].last);
        check_text("the end", rows[i].last, (struct text){errors.data + errors.size - size, size});
        buffer_free(&errors);
    }
}

static void as_many_errors_as_are_reported_are_all(void **state) {
    struct arena *arena = *state;
    struct buffer errors = {0};
    schema_check(arena, schema_from(arena, "{items: {type: string}}"),
                 value_from(arena, list_of(arena, "1", SCHEMA_MAX_ERRORS, "[%s]")), "the body",
                 &errors);
    check_truth("all", false, text_contains(buffer_text(&errors), text_of("and more")));
    check_truth("the last", true, text_contains(buffer_text(&errors), text_of("; [19] must")));
    buffer_free(&errors);
}

struct conversion {
    const char *schema;
    const char *given;
    const char *expected;
};

static void texts_become_what_the_schema_asks_for(void **state) {
    struct arena *arena = *state;
    static const struct conversion rows[] = {
        {"{properties: {a: {type: integer}}}", "{\"a\":\"12\"}", "{\"a\":12}"},
        {"{properties: {a: {type: number}}}", "{\"a\":\"1.50\"}", "{\"a\":1.5}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":\"-0\"}", "{\"a\":0}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":\"9007199254740993\"}",
         "{\"a\":9007199254740993}"},
        {"{properties: {a: {type: integer}}}",
         "{\"a\":\"10000000000000000000000000000000000000000000000000000000000000000\"}",
         "{\"a\":\"10000000000000000000000000000000000000000000000000000000000000000\"}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":\"x\"}", "{\"a\":\"x\"}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":\"1e1\"}", "{\"a\":\"1e1\"}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":\"1.0\"}", "{\"a\":\"1.0\"}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":\"-1\"}", "{\"a\":-1}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":\"-\"}", "{\"a\":\"-\"}"},
        {"{properties: {a: {type: number}}}", "{\"a\":\"1e1\"}", "{\"a\":10}"},
        {"{properties: {a: {type: array, items: {type: integer}}}}", "{\"a\":\"1\"}",
         "{\"a\":[1]}"},
        {"{properties: {a: {type: array}}}", "{\"a\":\"x\"}", "{\"a\":[\"x\"]}"},
        {"{properties: {a: {type: array, items: {type: string}}}}", "{\"a\":[\"\",\"x\"]}",
         "{\"a\":[\"x\"]}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":\"0x10\"}", "{\"a\":\"0x10\"}"},
        {"{properties: {a: {type: boolean}}}", "{\"a\":\"true\"}", "{\"a\":true}"},
        {"{properties: {a: {type: boolean}}}", "{\"a\":\"false\"}", "{\"a\":false}"},
        {"{properties: {a: {type: boolean}}}", "{\"a\":\"1\"}", "{\"a\":\"1\"}"},
        {"{properties: {a: {type: string}}}", "{\"a\":\"12\"}", "{\"a\":\"12\"}"},
        {"{properties: {a: {}}}", "{\"a\":\"12\",\"b\":\"13\"}", "{\"a\":\"12\",\"b\":\"13\"}"},
        {"{properties: {a: {items: {type: integer}}}}", "{\"a\":[\"1\",\"x\"]}",
         "{\"a\":[1,\"x\"]}"},
        {"{properties: {a: {properties: {b: {type: number}}}}}", "{\"a\":{\"b\":\"1\"}}",
         "{\"a\":{\"b\":1}}"},
        {"{properties: {a: {anyOf: [{type: integer}, {enum: [all]}]}}}", "{\"a\":\"5\"}",
         "{\"a\":5}"},
        {"{properties: {a: {anyOf: [{type: integer}, {enum: [all]}]}}}", "{\"a\":\"all\"}",
         "{\"a\":\"all\"}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_json(rows[i].schema, rows[i].expected,
                   schema_convert_strings(arena, schema_from(arena, rows[i].schema),
                                          value_from(arena, rows[i].given)));
}

struct strictness {
    const char *schema;
    const char *given;
    const char *strings;
    const char *json;
};

static void an_empty_optional_member_is_absent(void **state) {
    struct arena *arena = *state;
    static const struct strictness rows[] = {
        {"{properties: {a: {type: integer}}}", "{\"a\":\"\"}", "{}", "{}"},
        {"{properties: {a: {type: object}}}", "{\"a\":\" \"}", "{}", "{}"},
        {"{properties: {a: {type: string}}}", "{\"a\":\" \\t\"}", "{}", "{}"},
        {"{required: [a], properties: {a: {}}}", "{\"a\":\"\"}", "{\"a\":\"\"}", "{\"a\":\"\"}"},
        {"{properties: {a: {type: string, allowEmpty: true}}}", "{\"a\":\"\"}", "{\"a\":\"\"}",
         "{\"a\":\"\"}"},
        {"{properties: {a: {properties: {b: {type: string}}}}}", "{\"a\":{\"b\":\"\"}}",
         "{\"a\":{}}", "{\"a\":{}}"},
        {"{properties: {a: {items: {properties: {b: {type: string}}}}}}", "{\"a\":[{\"b\":\"\"}]}",
         "{\"a\":[{}]}", "{\"a\":[{}]}"},
        /* Whose members are not declared is not looked into. */
        {"{properties: {a: {type: object}}}", "{\"a\":{\"b\":\"\"},\"c\":\"\"}",
         "{\"a\":{\"b\":\"\"},\"c\":\"\"}", "{\"a\":{\"b\":\"\"},\"c\":\"\"}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct schema *schema = schema_from(arena, rows[i].schema);
        struct value given = value_from(arena, rows[i].given);
        check_json(rows[i].given, rows[i].strings, schema_convert_strings(arena, schema, given));
        check_json(rows[i].given, rows[i].json, schema_convert_json(arena, schema, given));
    }
}

static void json_is_not_converted(void **state) {
    struct arena *arena = *state;
    const struct schema *schema =
        schema_from(arena, "{properties: {a: {type: integer}, b: {type: array}}}");
    check_json("strings stay strings", "{\"a\":\"1\",\"b\":\"x\"}",
               schema_convert_json(arena, schema, value_from(arena, "{\"a\":\"1\",\"b\":\"x\"}")));
}

static void an_integer_in_json_gets_canonical_digits(void **state) {
    struct arena *arena = *state;
    static const char *const rows[][3] = {
        {"{properties: {a: {type: integer}}}", "{\"a\":1e1}", "{\"a\":10}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":5.0}", "{\"a\":5}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":-0}", "{\"a\":0}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":1e300}", "{\"a\":1e300}"},
        {"{properties: {a: {type: integer}}}", "{\"a\":5.5}", "{\"a\":5.5}"},
        {"{properties: {a: {anyOf: [Text, {type: integer}]}}}", "{\"a\":1e1}", "{\"a\":10}"},
        {"{properties: {a: {type: array, items: {type: integer}}}}", "{\"a\":[2E0]}",
         "{\"a\":[2]}"},
        /* What is not asked to be an integer keeps its digits. */
        {"{properties: {a: {type: number}}}", "{\"a\":1.50}", "{\"a\":1.50}"},
        {"{properties: {a: {}}}", "{\"a\":1e1}", "{\"a\":1e1}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_json(rows[i][1], rows[i][2],
                   schema_convert_json(arena, schema_from(arena, rows[i][0]),
                                       value_from(arena, rows[i][1])));
}

static void ignore_case_gives_the_listed_spelling(void **state) {
    struct arena *arena = *state;
    const struct schema *schema =
        schema_from(arena, "{properties: {a: {enum: [EUR, en-US], ignoreCase: true}}}");
    static const char *const rows[][2] = {
        {"{\"a\":\"eur\"}", "{\"a\":\"EUR\"}"},
        {"{\"a\":\"EN-us\"}", "{\"a\":\"en-US\"}"},
        {"{\"a\":\"usd\"}", "{\"a\":\"usd\"}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct value given = value_from(arena, rows[i][0]);
        check_json(rows[i][0], rows[i][1], schema_convert_strings(arena, schema, given));
        check_json(rows[i][0], rows[i][1], schema_convert_json(arena, schema, given));
    }
}

static void the_first_alternative_that_is_valid_applies(void **state) {
    struct arena *arena = *state;
    static const struct strictness rows[] = {
        {"{anyOf: [{type: string, pattern: '^[0-9]{3}$'}, {type: integer, maximum: 10}]}",
         "[\"123\",\"7\",\"1234\",\"x\"]", "[\"123\",7,\"1234\",\"x\"]",
         "[\"123\",\"7\",\"1234\",\"x\"]"},
        {"{anyOf: [{type: integer, maximum: 10}, {type: string, pattern: '^[0-9]{3}$'}]}",
         "[\"123\",\"7\",\"1234\"]", "[\"123\",7,\"1234\"]", "[\"123\",\"7\",\"1234\"]"},
        /* Both are valid. */
        {"{anyOf: [{type: string}, {type: integer}]}", "[\"5\"]", "[\"5\"]", "[\"5\"]"},
        {"{anyOf: [{type: integer}, {type: string}]}", "[\"5\"]", "[5]", "[\"5\"]"},
        {"{anyOf: [{type: boolean}, {type: number}]}", "[\"true\",\"1.50\"]", "[true,1.5]",
         "[\"true\",\"1.50\"]"},
        {"{anyOf: [{type: string, enum: [Abc], ignoreCase: true}, {type: integer}]}",
         "[\"abc\",\"x\",\"5\"]", "[\"Abc\",\"x\",5]", "[\"Abc\",\"x\",\"5\"]"},
        {"{anyOf: [{type: integer}, {enum: [Abc], ignoreCase: true}]}", "[\"aBC\",\"5\"]",
         "[\"Abc\",5]", "[\"Abc\",\"5\"]"},
        /* The keywords beside `anyOf` hold, too. */
        {"{maximum: 9, anyOf: [{type: integer}, {type: string}]}", "[\"5\",\"10\"]", "[5,\"10\"]",
         "[\"5\",\"10\"]"},
        {"{type: string, anyOf: [{type: integer}, {minLength: 1}]}", "[\"5\"]", "[\"5\"]",
         "[\"5\"]"},
        {"{enum: [Abc], ignoreCase: true, anyOf: [{minLength: 1}]}", "[\"abc\"]", "[\"Abc\"]",
         "[\"Abc\"]"},
        /* An alternative of an alternative. */
        {"{anyOf: [{anyOf: [{type: integer, maximum: 10}, {enum: [Abc], ignoreCase: true}]}]}",
         "[\"abc\",\"7\",\"11\"]", "[\"Abc\",7,\"11\"]", "[\"Abc\",\"7\",\"11\"]"},
        {"{anyOf: [Text, {anyOf: [{type: integer}]}]}", "[1e1]", "[10]", "[10]"},
        {"{anyOf: [{type: integer, maximum: 5}, {type: number}]}", "[5.0,1e1]", "[5,1e1]",
         "[5,1e1]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *list = text_format(arena, "{type: array, items: %s}", rows[i].schema).data;
        const struct schema *schema = schema_from(arena, list);
        struct value given = value_from(arena, rows[i].given);
        check_json(rows[i].schema, rows[i].strings, schema_convert_strings(arena, schema, given));
        check_json(rows[i].schema, rows[i].json, schema_convert_json(arena, schema, given));
    }
}

static void a_message_replaces_the_problem(void **state) {
    static const struct check rows[] = {
        {"{properties: {a: {pattern: '^[A-Z]$', message: must be a capital}}}", "{\"a\": \"b\"}",
         "a must be a capital"},
        {"{properties: {a: {type: integer, message: must be a capital}}}", "{\"a\": \"b\"}",
         "a must be a capital"},
        {"{required: [a], properties: {a: {message: must be a capital}}}", "{}", "a is required"},
        {"{properties: {a: {pattern: '^[A-Z]$', message: must be a capital}}}", "{\"a\": \"B\"}",
         ""},
    };
    CHECK_ROWS(*state, rows);
}

static void a_schema_knows_its_members(void **state) {
    struct arena *arena = *state;
    const struct schema *schema = schema_from(arena, "{properties: {a: Text, b: {}}}");
    size_t count;
    const struct text *names = schema_property_names(schema, arena, &count);
    check_number("members", 2, count);
    check_text("the first member", "a", names[0]);
    check_text("the second member", "b", names[1]);
    check_truth("a is declared", true, schema_property(schema, text_of("a")) != NULL);
    check_truth("c is declared", false, schema_property(schema, text_of("c")) != NULL);
    check_truth("with properties it is closed", true, schema_is_closed(schema));
    check_truth("without it is not", false, schema_is_closed(schema_from(arena, "Text")));
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(each_type_takes_its_own_values_only),
        TEST_WITH_ARENA(enum_takes_the_listed_values_only),
        TEST_WITH_ARENA(numbers_keep_their_limits),
        TEST_WITH_ARENA(lengths_are_counted_in_characters),
        TEST_WITH_ARENA(patterns_are_extended_regular_expressions),
        TEST_WITH_ARENA(email_addresses_are_recognised),
        TEST_WITH_ARENA(dates_are_days_of_the_calendar),
        TEST_WITH_ARENA(times_have_a_zone),
        TEST_WITH_ARENA(addresses_are_http_or_https),
        TEST_WITH_ARENA(one_alternative_must_hold),
        TEST_WITH_ARENA(members_are_called_by_their_path),
        TEST_WITH_ARENA(required_members_must_be_there),
        TEST_WITH_ARENA(null_counts_as_absent),
        TEST_WITH_ARENA(members_that_are_not_declared_are_let_through),
        TEST_WITH_ARENA(reports_all_errors_at_once),
        TEST_WITH_ARENA(a_check_stops_after_many_errors),
        TEST_WITH_ARENA(as_many_errors_as_are_reported_are_all),
        TEST_WITH_ARENA(texts_become_what_the_schema_asks_for),
        TEST_WITH_ARENA(an_empty_optional_member_is_absent),
        TEST_WITH_ARENA(json_is_not_converted),
        TEST_WITH_ARENA(an_integer_in_json_gets_canonical_digits),
        TEST_WITH_ARENA(ignore_case_gives_the_listed_spelling),
        TEST_WITH_ARENA(the_first_alternative_that_is_valid_applies),
        TEST_WITH_ARENA(a_message_replaces_the_problem),
        TEST_WITH_ARENA(a_schema_knows_its_members),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
