/* What the calls of a request took: the line of a slow request, and Server-Timing. */
#include "serving.h"

#include <string.h>

#include "base/clock.h"

enum { DELAY_MS = 20 };

static const struct standin_rule rules[] = {{"GET /a", .delay_ms = DELAY_MS},
                                            {"GET /closed", .action = STANDIN_CLOSE},
                                            {.request = "*", .status = 203},
                                            {0}};

/* `server` is the content of that section. */
static struct serving *start(struct arena *arena, const char *server) {
    const char *table =
        text_format(arena,
                    "server: {%s}\n"
                    "upstreams: {store: {url: '@', public: true}}\n"
                    "routes:\n"
                    "  GET /two/{id}:\n"
                    "    steps:\n"
                    "      - first: GET store/a\n"
                    "      - second: GET store/{$first.b ?? 'b'}/{$path.id}\n"
                    "        optional: true\n"
                    "    answer: {a: $second.a ?? 1}\n"
                    "  GET /closed:\n"
                    "    steps: [{c: GET store/closed}]\n"
                    "    answer: {a: $c.a ?? 1}\n"
                    "  GET /many:\n"
                    "    steps: [{many: 'GET store/{.}', each: \"'%s' | split ','\","
                    " limit: 40, optional: true}]\n"
                    "    answer: {a: $many | length}\n"
                    "  GET /quick: {answer: {a: 1}}\n",
                    server, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26")
            .data;
    return serving_start(arena, table, rules);
}

static struct value member(struct serving *serving, struct value value, const char *name) {
    return value_member(serving->arena, value, text_of(name));
}

/* The second line, of a slow request; the first one is that of every request. */
static struct value slow_line(struct serving *serving, struct value *usual) {
    struct text lines = serving_logged(serving);
    *usual = value_from(serving->arena, text_copy(serving->arena, text_cut(&lines, '\n')).data);
    if (!lines.size)
        return value_missing();
    struct text line = text_cut(&lines, '\n');
    check_text("behind it", "", lines);
    return value_from(serving->arena, text_copy(serving->arena, line).data);
}

static void check_milliseconds(const char *what, double least, struct value value) {
    double ms = value_double(value);
    if (value_is_missing(value) || ms < least || ms > least + 5000)
        fail_msg("%s: %f, at least %f expected", what, ms, least);
}

static void a_slow_request_is_logged_with_its_calls(void **state) {
    struct serving *serving = start(*state, "slow_request: 10ms");
    struct value usual;
    serving_ask(serving, "/two/secret?q=secret");
    struct value line = slow_line(serving, &usual);
    check_json("level", "\"warn\"", member(serving, line, "level"));
    check_json("message", "\"slow request\"", member(serving, line, "message"));
    check_json("method", "\"GET\"", member(serving, line, "method"));
    check_json("route", "\"/two/{id}\"", member(serving, line, "route"));
    check_json("status", "200", member(serving, line, "status"));
    check_json("no queue", "missing", member(serving, line, "queue_ms"));
    check_milliseconds("ms", DELAY_MS, member(serving, line, "ms"));
    check_milliseconds("upstream_ms", DELAY_MS, member(serving, line, "upstream_ms"));
    static const char *const same[] = {"request", "trace"};
    for (size_t i = 0; i < COUNT(same); i++)
        check_text(same[i], value_text(member(serving, usual, same[i])).data,
                   value_text(member(serving, line, same[i])));
    struct value calls = member(serving, line, "calls");
    assert_int_equal(value_length(calls), 2);
    struct value first = value_item(*state, calls, 0), second = value_item(*state, calls, 1);
    check_json("step", "\"first\"", member(serving, first, "step"));
    check_json("method", "\"GET\"", member(serving, first, "method"));
    check_json("upstream", "\"store\"", member(serving, first, "upstream"));
    check_json("status", "200", member(serving, first, "status"));
    check_milliseconds("ms", DELAY_MS, member(serving, first, "ms"));
    check_milliseconds("at_ms", 0, member(serving, first, "at_ms"));
    check_json("step", "\"second\"", member(serving, second, "step"));
    check_json("status", "203", member(serving, second, "status"));
    check_milliseconds("after the first one", DELAY_MS, member(serving, second, "at_ms"));
    struct value spans = member(serving, usual, "spans");
    for (uint32_t i = 0; i < 2; i++)
        check_text("span", value_text(value_item(*state, spans, i)).data,
                   value_text(member(serving, value_item(*state, calls, i), "span")));
    serving_stop(serving);
}

static void a_call_that_failed_has_no_status(void **state) {
    struct serving *serving = start(*state, "slow_request: 1ms");
    struct value usual;
    serving->started_us = clock_time_of_day_us() - 2000000;
    serving_ask(serving, "/closed");
    struct value line = slow_line(serving, &usual);
    struct value call = value_item(*state, member(serving, line, "calls"), 0);
    check_json("failure", "\"unreachable\"", member(serving, call, "failure"));
    check_json("status", "missing", member(serving, call, "status"));
    check_json("of the response", "502", member(serving, line, "status"));
    serving_stop(serving);
}

static bool is_logged_as_slow(struct serving *serving, const char *target) {
    struct value usual;
    serving_ask(serving, target);
    return !value_is_missing(slow_line(serving, &usual));
}

static void only_a_slow_request_is_logged_so(void **state) {
    struct serving *serving = start(*state, "slow_request: 20s");
    check_truth("quick", false, is_logged_as_slow(serving, "/two/x"));
    serving->started_us = clock_time_of_day_us() - 21000000;
    check_truth("of the queue, too", true, is_logged_as_slow(serving, "/quick"));
    check_truth("without a route", true, is_logged_as_slow(serving, "/nowhere"));
    serving->log.level = LOG_LEVEL_ERROR;
    serving_ask(serving, "/quick");
    check_text("a level that is too low", "", serving_logged(serving));
    serving_stop(serving);
    serving = start(*state, "");
    serving->started_us = clock_time_of_day_us() - 21000000;
    check_truth("not asked for", false, is_logged_as_slow(serving, "/quick"));
    serving_stop(serving);
}

/* The next entry of the header, whose number is cut out. */
static struct text entry(struct serving *serving, struct text *header, double least) {
    struct text whole = text_trim(text_cut(header, ','));
    struct text rest = whole;
    struct text name = text_cut(&rest, ';');
    struct text duration = text_cut(&rest, ';');
    check_truth("a duration", true, text_starts_with(duration, text_of("dur=")));
    struct text number = {duration.data + 4, duration.size - 4};
    check_milliseconds(text_copy(serving->arena, whole).data, least,
                       value_from(serving->arena, text_copy(serving->arena, number).data));
    return text_format(serving->arena, "%.*s|%.*s", TEXT_ARGUMENT(name), TEXT_ARGUMENT(rest));
}

static void server_timing_has_the_calls(void **state) {
    struct serving *serving = start(*state, "server_timing: true");
    serving_ask(serving, "/two/secret");
    struct text header = serving_header(serving, "server-timing");
    check_text("all", "total|", entry(serving, &header, DELAY_MS));
    check_text("upstreams", "upstream|", entry(serving, &header, DELAY_MS));
    check_text("first", "first|desc=\"GET store\"", entry(serving, &header, DELAY_MS));
    check_text("second", "second|desc=\"GET store\"", entry(serving, &header, 0));
    check_text("behind them", "", header);
    serving->started_us = clock_time_of_day_us() - 2000000;
    serving_ask(serving, "/quick");
    header = serving_header(serving, "server-timing");
    check_text("queue", "queue|", entry(serving, &header, 2000));
    check_text("all", "total|", entry(serving, &header, 0));
    check_text("upstreams", "upstream|", entry(serving, &header, 0));
    check_text("behind them", "", header);
    serving_ask(serving, "/nowhere");
    check_truth("an error", true, serving_header(serving, "server-timing").size > 0);
    serving_stop(serving);
    serving = start(*state, "slow_request: 1ms");
    serving_ask(serving, "/two/x");
    check_text("not asked for", "", serving_header(serving, "server-timing"));
    serving_stop(serving);
}

static void a_description_is_quoted(void **state) {
    struct serving *serving = serving_start(*state,
                                            "server: {server_timing: true}\n"
                                            "upstreams: {'a\"b\\': {url: '@', public: true}}\n"
                                            "routes:\n"
                                            "  GET /x:\n"
                                            "    steps: [{c: 'GET a\"b\\/a'}]\n"
                                            "    answer: {a: $c.a ?? 1}\n",
                                            rules);
    serving_ask(serving, "/x");
    check_truth("quoted", true,
                text_contains(serving_header(serving, "server-timing"),
                              text_of(";desc=\"GET a\\\"b\\\\\"")));
    serving_stop(serving);
}

static void server_timing_has_a_limit(void **state) {
    struct serving *serving = start(*state, "server_timing: true, slow_request: 1ms");
    struct value usual;
    serving_ask(serving, "/many");
    struct text header = serving_header(serving, "server-timing");
    size_t count = 0;
    while (header.size) {
        text_cut(&header, ',');
        count++;
    }
    check_number("of 26", 2 + 24, count);
    struct value line = slow_line(serving, &usual);
    /* More than fits a line of the log would be left out. */
    assert_in_range(value_length(member(serving, line, "calls")), 20, 26);
    serving_stop(serving);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_slow_request_is_logged_with_its_calls),
        TEST_WITH_ARENA(a_call_that_failed_has_no_status),
        TEST_WITH_ARENA(only_a_slow_request_is_logged_so),
        TEST_WITH_ARENA(server_timing_has_the_calls),
        TEST_WITH_ARENA(a_description_is_quoted),
        TEST_WITH_ARENA(server_timing_has_a_limit),
    };
    return cmocka_run_group_tests_name("timing", tests, NULL, NULL);
}
