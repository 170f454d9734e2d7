/* Names and values of header fields (RFC 9110, 5), and which fields can be set where. */
#include "support.h"

#include "http/field.h"

static void names_are_tokens(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool valid;
        bool received;
    } rows[] = {
        {"x-a", true, true},
        {"2fa", true, true},
        {"a", true, true},
        {"X-A", true, false},
        {"x_a", true, false},
        {"x.a", true, false},
        {"!#$%&'*+-.^_`|~", true, false},
        {"", false, false},
        {"a b", false, false},
        {"a:", false, false},
        {"a/b", false, false},
        {"a\"", false, false},
        {"(a)", false, false},
        {"a\n", false, false},
        {"\xc3\xa4", false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_truth(rows[i].name, rows[i].valid, field_name_is_valid(text_of(rows[i].name)));
        check_truth(rows[i].name, rows[i].received, field_name_is_received(text_of(rows[i].name)));
    }
    check_truth("NUL", false, field_name_is_valid((struct text){"a\0b", 3}));
}

static void each_place_has_its_names(void **state) {
    (void)state;
    /* For each place, in the order of enum field_place, whether the name can be set there. */
    static const struct {
        const char *name;
        bool allowed[3];
    } rows[] = {
        {"connection", {false, false, false}},
        {"content-length", {false, false, false}},
        {"http2-settings", {false, false, false}},
        {"keep-alive", {false, false, false}},
        {"proxy-authenticate", {false, false, false}},
        {"proxy-authorization", {false, false, false}},
        {"proxy-connection", {false, false, false}},
        {"te", {false, false, false}},
        {"trailer", {false, false, false}},
        {"transfer-encoding", {false, false, false}},
        {"upgrade", {false, false, false}},
        {"accept-encoding", {false, false, true}},
        {"content-encoding", {false, false, false}},
        {"expect", {false, false, true}},
        {"host", {false, false, true}},
        {"content-type", {false, true, true}},
        {"if-match", {false, true, true}},
        {"if-modified-since", {false, true, true}},
        {"if-none-match", {false, true, true}},
        {"if-range", {false, true, true}},
        {"if-unmodified-since", {false, true, true}},
        {"range", {false, true, true}},
        {"content-range", {true, true, false}},
        {"status", {true, true, false}},
        {"accept", {true, true, true}},
        {"authorization", {true, true, true}},
        {"location", {true, true, true}},
        {"set-cookie", {true, true, true}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t place = 0; place < COUNT(rows[i].allowed); place++)
            check_truth(rows[i].name, rows[i].allowed[place],
                        !field_name_problem(text_of(rows[i].name), (enum field_place)place));
}

static void credentials_are_known(void **state) {
    (void)state;
    assert_true(field_is_credential(text_of("authorization")));
    assert_true(field_is_credential(text_of("cookie")));
    assert_true(field_is_credential(text_of("proxy-authorization")));
    assert_false(field_is_credential(text_of("authorization-info")));
    assert_false(field_is_credential(text_of("")));
}

static void values_are_as_they_are_sent(void **state) {
    (void)state;
    static const struct {
        const char *value;
        bool valid;
    } rows[] = {
        {"", true},      {"a", true},      {"a b\tc", true}, {"\xe9", true},
        {" a", false},   {"a ", false},    {"\ta", false},   {"a\n", false},
        {"a\rb", false}, {"a\x7f", false}, {"\x01", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_truth(rows[i].value, rows[i].valid, !field_value_problem(text_of(rows[i].value)));
}

static void the_value_of_a_line_is_found(void **state) {
    static const struct {
        const char *line;
        bool is;
        const char *value;
    } rows[] = {
        {"retry-after: 5\r\n", true, "5"},   {"Retry-After:5", true, "5"},
        {"RETRY-AFTER:\r\n", true, ""},      {"retry-after : 5\r\n", false, NULL},
        {"retry-after", false, NULL},        {"x-retry-after: 5\r\n", false, NULL},
        {"retry-afterward: 5", false, NULL}, {"\r\n", false, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text value = {NULL, 0};
        check_truth(rows[i].line, rows[i].is,
                    field_of_line(text_of(rows[i].line), text_of("retry-after"), &value));
        if (rows[i].is)
            check_text(rows[i].line, rows[i].value, value);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_value_of_a_line_is_found), cmocka_unit_test(names_are_tokens),
        cmocka_unit_test(each_place_has_its_names),     cmocka_unit_test(credentials_are_known),
        cmocka_unit_test(values_are_as_they_are_sent),
    };
    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
