/* traceparent: which is valid, and what goes on (W3C Trace Context, Level 1). */
#include "support.h"

#include <string.h>

#include "http/trace.h"

#define ID     "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"
#define ZEROS  "00000000000000000000000000000000"

static void a_traceparent_is_read(void **state) {
    static const struct {
        const char *header;
        bool valid;
        bool sampled;
    } rows[] = {
        {"00-" ID "-" PARENT "-01", true, true},
        {"00-" ID "-" PARENT "-00", true, false},
        {"00-" ID "-" PARENT "-02", true, false},
        {"00-" ID "-" PARENT "-ff", true, true},
        {" 00-" ID "-" PARENT "-0b\t", true, true},
        {"01-" ID "-" PARENT "-01", true, true},
        {"fe-" ID "-" PARENT "-01-more", true, true},
        {"fe-" ID "-" PARENT "-01-", true, true},
        {"fe-" ID "-" PARENT "-01more", false, false},
        {"ff-" ID "-" PARENT "-01", false, false},
        {"00-" ID "-" PARENT "-01-more", false, false},
        {"00-" ID "-" PARENT "-01-", false, false},
        {"00-" ID "-" PARENT "-0", false, false},
        {"00-" ID "-" PARENT "-0G", false, false},
        {"00-" ID "-" PARENT "-0A", false, false},
        {"0x-" ID "-" PARENT "-01", false, false},
        {"00-" ZEROS "-" PARENT "-01", false, false},
        {"00-" ID "-0000000000000000-01", false, false},
        {"00-4BF92F3577B34DA6A3CE929D0E0E4736-" PARENT "-01", false, false},
        {"00-" ID "-00F067AA0BA902B7-01", false, false},
        {"00-" ID "_" PARENT "-01", false, false},
        {"00_" ID "-" PARENT "-01", false, false},
        {"00-" ID "-" PARENT "_01", false, false},
        {"00-4bf92f3577b34da6a3ce929d0e0e473\n-" PARENT "-01", false, false},
        {"00-" ID "-" PARENT "-01, 00-" ID "-" PARENT "-01", false, false},
        {"00", false, false},
        {"", false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace trace = {0};
        bool valid = trace_parse(text_of(rows[i].header), &trace);
        check_truth(rows[i].header, rows[i].valid, valid);
        check_truth(rows[i].header, rows[i].sampled, trace.sampled);
        if (valid)
            check_text(rows[i].header, ID, trace.id);
    }
}

static void each_span_has_an_id_of_its_own(void **state) {
    struct random random = {0};
    struct trace trace;
    trace_begin(&trace, *state, &random, text_of("cc-" ID "-" PARENT "-02-x"), text_of("a=b"));
    check_text("the state", "a=b", trace.state);
    for (size_t i = 0; i < 40; i++) {
        struct text header = trace_add_span(&trace, *state, &random);
        check_number("spans", i + 1, trace.span_count);
        struct text expected =
            text_format(*state, "00-" ID "-%.*s-00", TEXT_ARGUMENT(trace.spans[i]));
        check_text("a header", text_copy(*state, expected).data, header);
        check_number("size", 16, trace.spans[i].size);
        for (size_t j = 0; j < i; j++)
            check_truth("another id", false, text_equal(trace.spans[i], trace.spans[j]));
    }
}

static void a_trace_is_begun_without_a_valid_header(void **state) {
    struct random random = {0};
    struct trace first, second, parsed;
    trace_begin(&first, *state, &random, text_of("00-x"), text_of("a=b"));
    trace_begin(&second, *state, &random, text_of(""), text_of(""));
    check_text("no state without its traceparent", "", first.state);
    check_truth("the same id", false, text_equal(first.id, second.id));
    assert_true(trace_parse(trace_add_span(&first, *state, &random), &parsed));
    check_text("the id", text_copy(*state, first.id).data, parsed.id);
    check_truth("sampled", true, parsed.sampled);
}

static void a_state_that_no_header_can_hold_is_dropped(void **state) {
    static const struct {
        const char *given;
        const char *kept;
    } rows[] = {{"a=b,c=d e", "a=b,c=d e"},
                {"a=b,\tc=d", "a=b,\tc=d"},
                {"a=b\r\nx: y", ""},
                {"a=\xC3\xA9", ""},
                {"a=~", "a=~"},
                {"a=\x7f", ""}};
    struct random random = {0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace trace;
        trace_begin(&trace, *state, &random, text_of("00-" ID "-" PARENT "-01"),
                    text_of(rows[i].given));
        check_text(rows[i].given, rows[i].kept, trace.state);
    }
}

static void a_state_that_is_too_large_is_dropped(void **state) {
    static const size_t sizes[] = {511, 512, 513, 256 * 1024};
    struct random random = {0};
    struct arena *arena = *state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct trace trace;
        char *given = arena_allocate(arena, sizes[i] + 1);
        memset(given, 'a', sizes[i]);
        given[1] = '=';
        trace_begin(&trace, arena, &random, text_of("00-" ID "-" PARENT "-01"), text_of(given));
        check_number("the size of the state", sizes[i] <= 512 ? sizes[i] : 0, trace.state.size);
        check_text("the id", ID, trace.id);
    }
}

static void an_id_is_never_zero_and_the_pool_is_used_once(void **state) {
    struct random random = {.left = 16};
    check_text("zero", "0000000000000001", random_id(&random, *state, 8));
    check_number("left", 8, random.left);
    random_id(&random, *state, 8);
    check_number("left", 0, random.left);
    random_id(&random, *state, 16);
    check_number("left of a new pool", RANDOM_POOL_SIZE - 16, random.left);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(a_traceparent_is_read),
        TEST_WITH_ARENA(each_span_has_an_id_of_its_own),
        TEST_WITH_ARENA(a_trace_is_begun_without_a_valid_header),
        TEST_WITH_ARENA(a_state_that_no_header_can_hold_is_dropped),
        TEST_WITH_ARENA(a_state_that_is_too_large_is_dropped),
        TEST_WITH_ARENA(an_id_is_never_zero_and_the_pool_is_used_once),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
