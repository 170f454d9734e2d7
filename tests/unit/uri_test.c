/* Percent-encoding and query strings. */
#include "support.h"

#include <string.h>

#include "http/uri.h"

struct decoding {
    const char *encoded;
    bool form;
    /* NULL: refused. */
    const char *decoded;
};

static void escapes_are_decoded(void **state) {
    struct arena *arena = *state;
    static const struct decoding rows[] = {
        {"", false, ""},
        {"abc-._~", false, "abc-._~"},
        {"a%20b", false, "a b"},
        {"a+b", false, "a+b"},
        {"a+b", true, "a b"},
        {"a%2Bb", true, "a+b"},
        {"%2f%2F", false, "//"},
        {"%C5%BC", false, "ż"},
        {"ż", false, "ż"},
        {"%F0%9F%99%82", false, "🙂"},
        {"%2525", false, "%25"},
        {"%", false, NULL},
        {"a%2", false, NULL},
        {"%%20", false, NULL},
        {"%G0", false, NULL},
        {"%0G", false, NULL},
        {"% 20", false, NULL},
        /* Not UTF-8: a byte alone, an overlong slash, a surrogate, beyond Unicode. */
        {"%FF", false, NULL},
        {"%C5", false, NULL},
        {"%C0%AF", false, NULL},
        {"%ED%A0%80", false, NULL},
        {"%F4%90%80%80", false, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text decoded;
        bool good = uri_decode(arena, text_of(rows[i].encoded), rows[i].form, &decoded);
        check_text(rows[i].encoded, rows[i].decoded ? rows[i].decoded : "refused",
                   good ? decoded : text_of("refused"));
    }
}

static void a_decoded_text_has_a_nul_behind_it(void **state) {
    struct text decoded;
    assert_true(uri_decode(*state, text_of("a%00b"), false, &decoded));
    check_number("bytes", 3, decoded.size);
    assert_memory_equal(decoded.data, "a\0b", 4);
}

static void all_but_unreserved_bytes_are_encoded(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *encoded;
    } rows[] = {
        {"", ""},
        {"AZaz09-._~", "AZaz09-._~"},
        {"a b+c", "a%20b%2Bc"},
        {"../admin?x=1#y", "..%2Fadmin%3Fx%3D1%23y"},
        {"ż", "%C5%BC"},
        {"100%", "100%25"},
        {"type_id[]", "type_id%5B%5D"},
        {"\r\n", "%0D%0A"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer buffer = {0};
        uri_encode(&buffer, text_of(rows[i].text));
        bool same = text_is(buffer_text(&buffer), rows[i].encoded);
        buffer_free(&buffer);
        check_truth(rows[i].text, true, same);
    }
}

struct query {
    const char *query;
    /* NULL: refused. */
    const char *expected;
};

static void check_queries(struct arena *arena, const struct query *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct value object = value_missing();
        bool good = uri_parse_query(arena, text_of(rows[i].query), &object);
        check_truth(rows[i].query, rows[i].expected != NULL, good);
        if (good)
            check_json(rows[i].query, rows[i].expected, object);
    }
}

static void parameters_are_members(void **state) {
    static const struct query rows[] = {
        {"", "{}"},
        {"a=1", "{\"a\":\"1\"}"},
        {"a=1&b=two", "{\"a\":\"1\",\"b\":\"two\"}"},
        {"a", "{\"a\":\"\"}"},
        {"a=", "{\"a\":\"\"}"},
        {"a=b=c", "{\"a\":\"b=c\"}"},
        {"&&a=1&&", "{\"a\":\"1\"}"},
        {"=x&a=1", "{\"a\":\"1\"}"},
        {"a+b=c+d", "{\"a b\":\"c d\"}"},
        {"%C5%BC=%26%3D", "{\"ż\":\"&=\"}"},
    };
    check_queries(*state, rows, COUNT(rows));
}

static void repeated_names_are_lists(void **state) {
    static const struct query rows[] = {
        {"a=1&a=2", "{\"a\":[\"1\",\"2\"]}"},
        {"a=1&b=x&a=2&a=1", "{\"a\":[\"1\",\"2\",\"1\"],\"b\":\"x\"}"},
        {"a[]=1", "{\"a\":[\"1\"]}"},
        {"a[]=1&a[]=2", "{\"a\":[\"1\",\"2\"]}"},
        {"a%5B%5D=1&a%5B%5D=2", "{\"a\":[\"1\",\"2\"]}"},
        {"a[]=1&a=2", "{\"a\":[\"1\",\"2\"]}"},
        {"a=1&a[]=2", "{\"a\":[\"1\",\"2\"]}"},
    };
    check_queries(*state, rows, COUNT(rows));
}

static void brackets_nest(void **state) {
    static const struct query rows[] = {
        {"a[b]=1", "{\"a\":{\"b\":\"1\"}}"},
        {"a[0][b]=c", "{\"a\":[{\"b\":\"c\"}]}"},
        {"a[0][b]=1&a[0][c]=2&a[1][b]=3", "{\"a\":[{\"b\":\"1\",\"c\":\"2\"},{\"b\":\"3\"}]}"},
        {"a[10]=x&a[2]=y", "{\"a\":[\"y\",\"x\"]}"},
        {"a[]=x&a[0]=y", "{\"a\":[\"y\",\"x\"]}"},
        {"a[0]=x&a[b]=y", "{\"a\":{\"0\":\"x\",\"b\":\"y\"}}"},
        {"a[b][]=1&a[b][]=2", "{\"a\":{\"b\":[\"1\",\"2\"]}}"},
        {"a[b][c][d][e]=1", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":\"1\"}}}}}"},
        {"a[%C5%BC]=1", "{\"a\":{\"ż\":\"1\"}}"},
        /* What does not nest is a name like any other. */
        {"[a]=1", "{\"[a]\":\"1\"}"},
        {"a[b=1", "{\"a[b\":\"1\"}"},
        {"a]=1", "{\"a]\":\"1\"}"},
        {"a[b]c=1", "{\"a[b]c\":\"1\"}"},
    };
    check_queries(*state, rows, COUNT(rows));
}

static void broken_queries_are_refused(void **state) {
    static const struct query rows[] = {
        {"a=%", NULL},
        {"%2=a", NULL},
        {"a=%FF", NULL},
        {"a=1&b=%zz", NULL},
        {"a[b][c][d][e][f]=1", NULL},
        {"a[b]c]=1", NULL},
        {"a[[b]]=1", NULL},
        {"a=%00", NULL},
        {"a=b%00c", NULL},
        {"%00=1", NULL},
        {"a%00b=1", NULL},
        {"a%00", NULL},
        {"a[b%00]=1", NULL},
        {"a%00[b]=1", NULL},
        {"a[]=1&a[%00]=1", NULL},
    };
    check_queries(*state, rows, COUNT(rows));
}

/* Whether a query of `count` parameters is taken. */
static bool takes(struct arena *arena, size_t count) {
    struct buffer query = {0};
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&query, "%sa%zu=x", i ? "&" : "", i);
    struct value object;
    bool good = uri_parse_query(arena, buffer_text(&query), &object);
    buffer_free(&query);
    return good;
}

static void a_query_has_256_parameters_at_most(void **state) {
    check_truth("256 parameters", true, takes(*state, 256));
    check_truth("257 parameters", false, takes(*state, 257));
}

static void a_value_is_not_lost_to_a_nested_one(void **state) {
    static const struct query rows[] = {
        {"a=1&a[b]=2", "{\"a\":{\"\":\"1\",\"b\":\"2\"}}"},
        {"a[b]=2&a=1", "{\"a\":{\"b\":\"2\",\"\":\"1\"}}"},
        {"a[]=1&a[b]=2", "{\"a\":{\"\":\"1\",\"b\":\"2\"}}"},
        {"a[b]=2&a[]=1", "{\"a\":{\"b\":\"2\",\"\":\"1\"}}"},
        {"a[][c]=1&a[b]=2", "{\"a\":{\"\":{\"c\":\"1\"},\"b\":\"2\"}}"},
        {"a[0]=1&a=2&a[b]=3", "{\"a\":{\"0\":\"1\",\"\":\"2\",\"b\":\"3\"}}"},
    };
    check_queries(*state, rows, COUNT(rows));
}

static void several_values_beside_nested_ones_are_one_list(void **state) {
    static const struct query rows[] = {
        {"a=1&a=2&a[b]=3", "{\"a\":{\"\":[\"1\",\"2\"],\"b\":\"3\"}}"},
        {"a=1&a[b]=3&a=2", "{\"a\":{\"\":[\"1\",\"2\"],\"b\":\"3\"}}"},
        {"a[b]=3&a=1&a=2", "{\"a\":{\"b\":\"3\",\"\":[\"1\",\"2\"]}}"},
        {"a[]=1&a[]=2&a[b]=3", "{\"a\":{\"\":[\"1\",\"2\"],\"b\":\"3\"}}"},
        {"a[]=1&a[b]=3&a[]=2", "{\"a\":{\"\":[\"1\",\"2\"],\"b\":\"3\"}}"},
        {"a[b]=3&a[]=1&a[]=2", "{\"a\":{\"b\":\"3\",\"\":[\"1\",\"2\"]}}"},
        {"a=1&a[]=2&a[b]=3", "{\"a\":{\"\":[\"1\",\"2\"],\"b\":\"3\"}}"},
        {"a[]=1&a=2&a[b]=3", "{\"a\":{\"\":[\"1\",\"2\"],\"b\":\"3\"}}"},
        {"a=1&a[b]=3&a[]=2", "{\"a\":{\"\":[\"1\",\"2\"],\"b\":\"3\"}}"},
        {"a[]=1&a[b]=3&a=2", "{\"a\":{\"\":[\"1\",\"2\"],\"b\":\"3\"}}"},
        {"a[][c]=1&a[b]=3&a=2", "{\"a\":{\"\":[{\"c\":\"1\"},\"2\"],\"b\":\"3\"}}"},
        {"x[a]=1&x[a][b]=3&x[a]=2", "{\"x\":{\"a\":{\"\":[\"1\",\"2\"],\"b\":\"3\"}}}"},
    };
    check_queries(*state, rows, COUNT(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(escapes_are_decoded),
        TEST_WITH_ARENA(a_decoded_text_has_a_nul_behind_it),
        TEST_WITH_ARENA(all_but_unreserved_bytes_are_encoded),
        TEST_WITH_ARENA(parameters_are_members),
        TEST_WITH_ARENA(repeated_names_are_lists),
        TEST_WITH_ARENA(brackets_nest),
        TEST_WITH_ARENA(broken_queries_are_refused),
        TEST_WITH_ARENA(a_query_has_256_parameters_at_most),
        TEST_WITH_ARENA(a_value_is_not_lost_to_a_nested_one),
        TEST_WITH_ARENA(several_values_beside_nested_ones_are_one_list),
    };
    return cmocka_run_group_tests_name("uri", tests, NULL, NULL);
}
