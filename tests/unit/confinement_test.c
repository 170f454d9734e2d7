/* Which objects of an answer the caller gets to see: `only`. */
#include "serving.h"

static const struct standin_rule answers[] = {
    {"GET /me", .body = "{\"id\":\"A\"}"},
    {"GET /list*", .body = "{\"things\":[{\"id\":1,\"owner\":\"A\"},{\"id\":2,\"owner\":\"B\"},"
                           "{\"id\":3},{\"id\":4,\"owner\":null},5,null],\"count\":6,"
                           "\"other\":{\"id\":7},\"name\":\"B's\"}"},
    {"GET /plain", .body = "[{\"id\":1,\"owner\":\"B\"},{\"id\":2,\"owner\":\"A\"}]"},
    {"GET /own*", .body = "{\"thing\":{\"id\":1,\"owner\":\"A\",\"open\":false}}"},
    {"GET /foreign*", .body = "{\"thing\":{\"id\":1,\"owner\":\"B\"}}"},
    {"GET /scalar", .body = "{\"thing\":\"B's\"}"},
    {"GET /none", .body = "{\"thing\":null,\"count\":2}"},
    {"GET /gone", .status = 404},
    {0},
};

static struct serving *asked(struct arena *arena, const char *call, const char *answer) {
    const char *table = text_format(arena,
                                    "upstreams:\n"
                                    "  mine: {url: '@', forward: [authorization]}\n"
                                    "  admin: {url: '@', errors: {pass: [404]}}\n"
                                    "mappers: {thing: {id: .id, owner: .owner}}\n"
                                    "routes:\n"
                                    "  GET /r/{id}:\n"
                                    "    steps:\n"
                                    "      - me: GET mine/me\n"
                                    "      - a: GET admin/%s\n"
                                    "    answer: %s\n",
                                    call, answer)
                            .data;
    struct serving *serving = serving_start(arena, table, answers);
    serving_ask(serving, "/r/1");
    return serving;
}

#define OWN "\n        only: {things: .owner == $me.id}"

static void an_object_that_the_condition_does_not_hold_for_is_not_there(void **state) {
    static const struct {
        const char *call;
        const char *answer;
        const char *expected;
    } rows[] = {
        {"list" OWN, "$a.things | each thing", "[{\"id\":1,\"owner\":\"A\"}]"},
        {"list" OWN, "{first: $a.things.0.id, n: $a.things | length}", "{\"first\":1,\"n\":1}"},
        {"list\n        query: {fields: {auto: things}}\n        only: .owner == $me.id",
         "$a.things | pluck .id", "[1]"},
        {"plain\n        only: .owner == $me.id", "$a | pluck .id", "[2]"},
        {"own\n        only: {thing: .owner == $me.id}", "{id: $a.thing.id}", "{\"id\":1}"},
        {"none\n        only: {thing: .owner == $me.id}", "{id: $a.thing.id, n: $a.count}",
         "{\"n\":2}"},
        {"scalar\n        only: {thing: .owner == $me.id}\n        optional: true",
         "{a: $a.thing, n: 1}", "{\"n\":1}"},
        /* Beside the objects only numbers are there. */
        {"list" OWN, "{n: $a.count, name: $a.name, o: $a.other}", "{\"n\":6}"},
        {"list" OWN, "$a", "{\"things\":[{\"id\":1,\"owner\":\"A\"}],\"count\":6}"},
        /* Of several lists. */
        {"list\n        only: {things: .owner == $me.id, other: .id != $me.id}",
         "{o: $a.other.id, t: $a.things | pluck .id}", "{\"o\":7,\"t\":[1]}"},
        /* One call an item. */
        {"list/{.}\n        each: '[1, 2]'" OWN, "$a | flatten .things | pluck .id", "[1,1]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct serving *serving = asked(*state, rows[i].call, rows[i].answer);
        serving_check(serving, rows[i].call, 200, rows[i].expected);
        serving_stop(serving);
    }
}

/* The call itself goes out before what its condition reads is known. */
static void a_condition_is_evaluated_when_the_steps_have_come_to_the_call(void **state) {
    struct serving *serving = asked(*state,
                                    "plain\n"
                                    "        only: .owner == $me.id\n"
                                    "      - b: GET mine/me/{$a.0.id}\n"
                                    "        optional: true\n"
                                    "      - c: GET admin/list\n"
                                    "        only: {things: .id == $a.0.id}",
                                    "{b: $b.id, c: $c.things | pluck .id, n: 1}");
    serving_check(serving, "c", 200, "{\"c\":[2],\"n\":1}");
    serving_stop(serving);
}

static void a_condition_with_an_operand_that_is_missing_does_not_hold(void **state) {
    static const struct {
        const char *condition;
        const char *expected;
    } rows[] = {
        {".owner != $me.id", "[2]"},
        {"not (.owner == $me.id)", "[2]"},
        {"not (.owner and $me.id and .owner == $me.id)", "[2]"},
        {"not (.owner or $me.none)", "[]"},
        {".ower != $me.id", "[]"},
        {".owner == $me.ib", "[]"},
        {".owner != $me.ib", "[]"},
        {"not $me.ib and .owner", "[]"},
        {".ower == null or .owner == $me.id", "[]"},
        {".owner == null or .owner == $me.id", "[1,4]"},
        {"(.owner ?? 'A') == $me.id", "[1,3,4]"},
        {".owner | upper == $me.id", "[1]"},
        {"(.owner | required) == $me.id", "[1]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *call =
            text_format(*state, "list\n        only: {things: \"%s\"}", rows[i].condition).data;
        struct serving *serving = asked(*state, call, "$a.things | where .id | pluck .id");
        serving_check(serving, rows[i].condition, 200, rows[i].expected);
        serving_stop(serving);
    }
}

static void a_single_object_that_is_of_others_is_answered_as_if_there_were_none(void **state) {
    static const struct {
        const char *call;
        int status;
        const char *expected;
    } rows[] = {
        {"foreign\n        only: {thing: .owner == $me.id}", 404, "Not Found"},
        {"foreign\n        only: {thing: .owner == $me.id}\n        catch: {404: 404 No thing 1}",
         404, "No thing 1"},
        {"foreign\n        only: {thing: .owner == $me.id}\n        catch: {404: }", 200,
         "{\"n\":1}"},
        {"foreign\n        only: {thing: .owner == $me.id}\n        optional: true", 200,
         "{\"n\":1}"},
        {"foreign\n        query: {fields: {auto: thing}}\n        only: .owner == $me.id", 404,
         "Not Found"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct serving *serving = asked(*state, rows[i].call, "{id: $a.thing.id, n: 1}");
        if (rows[i].status == 200)
            serving_check(serving, rows[i].call, 200, rows[i].expected);
        else
            serving_check_error(serving, rows[i].call, rows[i].status, rows[i].expected);
        serving_stop(serving);
    }
}

static void what_is_removed_is_logged_without_its_content(void **state) {
    static const struct {
        const char *call;
        const char *answer;
        const char *message;
    } rows[] = {
        {"list" OWN, "$a.things | each thing",
         "call a: 5 of 6 objects of things do not satisfy `only`"},
        {"plain\n        only: .owner == $me.id", "$a | each thing",
         "call a: 1 of 2 objects do not satisfy `only`"},
        {"foreign\n        only: {thing: .owner == $me.id}", "$a.thing | thing",
         "call a: 1 of 1 objects of thing do not satisfy `only`"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct serving *serving = asked(*state, rows[i].call, rows[i].answer);
        struct text logged = serving_logged(serving);
        struct text line = text_cut(&logged, '\n');
        check_text(rows[i].call, "error", value_text(serving_log_member(serving, line, "level")));
        struct text message = value_text(serving_log_member(serving, line, "message"));
        assert_true(text_contains(message, text_of(rows[i].message)));
        serving_stop(serving);
    }
}

static void an_answer_that_is_all_the_callers_is_not_logged(void **state) {
    struct serving *serving =
        asked(*state, "own\n        only: {thing: .owner == $me.id}", "{id: $a.thing.id}");
    struct text logged = serving_logged(serving);
    assert_false(text_contains(logged, text_of("`only`")));
    serving_stop(serving);
}

static void what_only_reads_is_asked_for(void **state) {
    static const struct {
        const char *call;
        const char *answer;
        const char *expected;
    } rows[] = {
        {"list\n        query: {fields: {auto: things}}\n        only: .owner == $me.id",
         "$a.things | pluck .id", "GET /list?fields=id%2Cowner"},
        {"own\n        query: {fields: {auto: thing}}\n        only: .owner == $me.id",
         "{id: $a.thing.id}", "GET /own?fields=id%2Cowner"},
        {"own\n        query: {fields: {auto: thing}}\n        only: {thing: .owner == $me.id}",
         "{id: $a.thing.id}", "GET /own?fields=id%2Cowner"},
        {"list\n        query: {fields: {auto: things}}\n        only: .owner == $me.id",
         "{n: $a.things | length}", "GET /list?fields=owner"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct serving *serving = asked(*state, rows[i].call, rows[i].answer);
        check_number(rows[i].call, 200, (size_t)serving->response.status);
        check_truth(rows[i].call, true,
                    text_is(standin_target(serving->upstream, *state, 0), rows[i].expected) ||
                        text_is(standin_target(serving->upstream, *state, 1), rows[i].expected));
        serving_stop(serving);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(an_object_that_the_condition_does_not_hold_for_is_not_there),
        TEST_WITH_ARENA(a_condition_is_evaluated_when_the_steps_have_come_to_the_call),
        TEST_WITH_ARENA(a_condition_with_an_operand_that_is_missing_does_not_hold),
        TEST_WITH_ARENA(a_single_object_that_is_of_others_is_answered_as_if_there_were_none),
        TEST_WITH_ARENA(what_is_removed_is_logged_without_its_content),
        TEST_WITH_ARENA(an_answer_that_is_all_the_callers_is_not_logged),
        TEST_WITH_ARENA(what_only_reads_is_asked_for),
    };
    return cmocka_run_group_tests_name("confinement", tests, NULL, NULL);
}
