/* What goes into the log, and where it goes. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "serve/log.h"

static void a_level_has_several_names(void **state) {
    static const struct {
        const char *name;
        enum log_level level;
    } rows[] = {
        {"error", LOG_LEVEL_ERROR}, {"warn", LOG_LEVEL_WARN},   {"info", LOG_LEVEL_INFO},
        {"log", LOG_LEVEL_INFO},    {"debug", LOG_LEVEL_DEBUG}, {"verbose", LOG_LEVEL_DEBUG},
        {"ERROR", LOG_LEVEL_ERROR}, {"Debug", LOG_LEVEL_DEBUG}, {"VERBOSE", LOG_LEVEL_DEBUG},
        {NULL, LOG_LEVEL_WARN},     {"", LOG_LEVEL_WARN},       {" ", LOG_LEVEL_WARN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *shown = rows[i].name ? rows[i].name : "none";
        enum log_level level = LOG_LEVEL_WARN;
        check_truth(shown, true, log_level_parse(rows[i].name, &level));
        check_number(shown, rows[i].level, level);
    }
}

static void an_unknown_level_is_refused(void **state) {
    static const char *const names[] = {"loud", "inf", "information", "info ", "debug\n", "3"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        enum log_level level = LOG_LEVEL_WARN;
        check_truth(names[i], false, log_level_parse(names[i], &level));
        check_number(names[i], LOG_LEVEL_WARN, level);
    }
}

/* What is in the file that a log goes to; the file is removed. */
static struct text log_file(struct arena *arena, const char *path) {
    struct text content = file_content(arena, path);
    unlink(path);
    return content;
}

static struct log open_file(char *path) {
    struct log log = {.level = LOG_LEVEL_WARN};
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    assert_true(log_open(&log, path));
    return log;
}

static void a_message_is_a_line_of_json(void **state) {
    char path[] = "/tmp/o2s-medusa-log-XXXXXX";
    struct log log = open_file(path);
    log_write(&log, LOG_LEVEL_WARN, "a \"b\" of %d, %s", 5, "\xFF");
    log_write(&log, LOG_LEVEL_INFO, "not important enough");
    log_close(&log);
    struct text content = log_file(*state, path);
    check_truth("the line ends", true, content.size && content.data[content.size - 1] == '\n');
    struct text line = text_cut(&content, '\n');
    check_text("behind the line", "", content);
    struct value value = value_from(*state, text_copy(*state, line).data);
    check_text("level", "warn", value_text(value_member(*state, value, text_of("level"))));
    check_text("message", "a \"b\" of 5, \uFFFD",
               value_text(value_member(*state, value, text_of("message"))));
}

static void a_format_is_json_or_text(void **state) {
    static const struct {
        const char *name;
        bool valid;
        enum log_format format;
    } rows[] = {
        {"json", true, LOG_FORMAT_JSON},   {"text", true, LOG_FORMAT_TEXT},
        {"JSON", true, LOG_FORMAT_JSON},   {"Text", true, LOG_FORMAT_TEXT},
        {NULL, true, LOG_FORMAT_TEXT},     {"", true, LOG_FORMAT_TEXT},
        {" ", true, LOG_FORMAT_TEXT},      {"xml", false, LOG_FORMAT_TEXT},
        {"text ", false, LOG_FORMAT_TEXT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *shown = rows[i].name ? rows[i].name : "none";
        enum log_format format = LOG_FORMAT_TEXT;
        check_truth(shown, rows[i].valid, log_format_parse(rows[i].name, &format));
        check_number(shown, rows[i].format, format);
    }
}

/* What comes behind the time and the process id, which must be there. */
static struct text behind_the_time(struct text line, const char *level) {
    struct text time = text_cut(&line, ' ');
    check_number("the time", sizeof "2026-11-26T19:57:54.102Z" - 1, time.size);
    check_truth("the level", true, text_starts_with(line, text_of(level)));
    line = (struct text){line.data + 6, line.size - 6};
    check_truth("the process", true, text_cut(&line, ' ').size > 0);
    return line;
}

/* Ends a line with a list of two objects, and a member after it. */
static void end_with_objects(struct log_line *line) {
    log_line_open_list(line, "calls");
    for (uint64_t i = 1; i <= 2; i++) {
        log_line_open(line);
        log_line_number(line, "x", i);
        log_line_text(line, "y", text_of("z"));
        log_line_close(line);
    }
    log_line_close_list(line);
    log_line_number(line, "last", 1);
    log_line_end(line);
    log_line_free(line);
}

static void a_line_can_be_text(void **state) {
    static const struct text names[] = {{"a", 1}, {"b c", 3}};
    char path[] = "/tmp/o2s-medusa-log-XXXXXX";
    struct log log = open_file(path);
    log.format = LOG_FORMAT_TEXT;
    log_write(&log, LOG_LEVEL_WARN, "a \"b\" of %d, %s\nERROR \x7f", 5, "\xFF");
    struct log_line line = {0};
    log_line_begin(&line, &log, LOG_LEVEL_ERROR);
    log_line_text(&line, "route", text_of("/a/{id}"));
    log_line_text(&line, "empty", text_of(""));
    log_line_text(&line, "words", text_of("a=\"b\" c\n"));
    log_line_text(&line, "terminal",
                  text_of("\"\x7f\xc2\x9b"
                          "31m\u00a0"));
    log_line_number(&line, "status", 200);
    log_line_milliseconds(&line, "ms", 1.5);
    log_line_texts(&line, "names", names, 2);
    end_with_objects(&line);
    log_exhaustion(&log);
    log_close(&log);
    struct text content = log_file(*state, path);
    check_text("a message stays in its line", "a \"b\" of 5, \uFFFD\\x0aERROR \\x7f",
               behind_the_time(text_cut(&content, '\n'), "WARN  "));
    check_text("members",
               "route=/a/{id} empty=\"\" words=\"a=\\\"b\\\" c\\n\" "
               "terminal=\"\\\"\\x7f\\x9b31m\u00a0\" status=200 ms=1.500 "
               "names=[a \"b c\"] calls=[(x=1 y=z) (x=2 y=z)] last=1",
               behind_the_time(text_cut(&content, '\n'), "ERROR "));
    check_text("exhaustion", "out of memory", behind_the_time(text_cut(&content, '\n'), "ERROR "));
    check_text("behind them", "", content);
}

static void a_list_can_have_objects(void **state) {
    char path[] = "/tmp/o2s-medusa-log-XXXXXX";
    struct log log = open_file(path);
    struct log_line line = {0};
    log_line_begin(&line, &log, LOG_LEVEL_ERROR);
    log_line_open_list(&line, "none");
    log_line_close_list(&line);
    end_with_objects(&line);
    log_close(&log);
    struct value value = value_from(*state, log_file(*state, path).data);
    check_json("none", "[]", value_member(*state, value, text_of("none")));
    check_json("calls", "[{\"x\":1,\"y\":\"z\"},{\"x\":2,\"y\":\"z\"}]",
               value_member(*state, value, text_of("calls")));
    check_json("last", "1", value_member(*state, value, text_of("last")));
}

/* A longer one would mix with those of other workers on a pipe. */
static void a_line_with_a_long_list_fits_a_pipe(void **state) {
    enum { COUNT_OF_SPANS = 1000 };
    struct text spans[COUNT_OF_SPANS];
    for (size_t i = 0; i < COUNT_OF_SPANS; i++)
        spans[i] = text_of("0123456789abcdef");
    char path[] = "/tmp/o2s-medusa-log-XXXXXX";
    struct log log = open_file(path);
    struct log_line line = {0};
    log_line_begin(&line, &log, LOG_LEVEL_ERROR);
    log_line_texts(&line, "spans", spans, COUNT_OF_SPANS);
    log_line_number(&line, "last", 1);
    log_line_end(&line);
    log_line_free(&line);
    log_close(&log);
    struct text content = log_file(*state, path);
    check_truth("its size", true, content.size <= PIPE_BUF);
    struct value value = value_from(*state, content.data);
    size_t count = value_length(value_member(*state, value, text_of("spans")));
    check_truth("many", true, count > 100 && count < COUNT_OF_SPANS);
    check_json("last", "1", value_member(*state, value, text_of("last")));
}

static void reports_why_a_log_cannot_be_opened(void **state) {
    struct log log = {.level = LOG_LEVEL_WARN};
    (void)state;
    assert_false(log_open(&log, "/nowhere/at/all"));
    assert_int_equal(errno, ENOENT);
}

static const char *message_of(struct arena *arena, struct text line) {
    struct value value = value_from(arena, text_copy(arena, line).data);
    return text_copy(arena, value_text(value_member(arena, value, text_of("message")))).data;
}

static void a_renamed_log_is_reopened(void **state) {
    char path[] = "/tmp/o2s-medusa-log-XXXXXX";
    struct log log = open_file(path);
    log.level = LOG_LEVEL_INFO;
    int descriptor = log.descriptor;
    struct text renamed = text_format(*state, "%s.1", path);
    log_write(&log, LOG_LEVEL_INFO, "before");
    assert_int_equal(rename(path, renamed.data), 0);
    log_write(&log, LOG_LEVEL_INFO, "between");
    log_reopen(&log);
    log_write(&log, LOG_LEVEL_INFO, "after");
    assert_int_equal(log.descriptor, descriptor);
    assert_true(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
    log_close(&log);
    struct text old = log_file(*state, renamed.data);
    struct text new = log_file(*state, path);
    assert_string_equal(message_of(*state, text_cut(&old, '\n')), "before");
    assert_string_equal(message_of(*state, text_cut(&old, '\n')), "between");
    check_text("the old file", "", old);
    assert_string_equal(message_of(*state, text_cut(&new, '\n')), "the log was reopened");
    assert_string_equal(message_of(*state, text_cut(&new, '\n')), "after");
    check_text("the new file", "", new);
}

static void a_log_that_cannot_be_reopened_is_kept(void **state) {
    char folder[] = "/tmp/o2s-medusa-log-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct text path = text_format(*state, "%s/log", folder);
    struct text moved = text_format(*state, "%s.moved", folder);
    struct log log = {.level = LOG_LEVEL_WARN};
    assert_true(log_open(&log, path.data));
    assert_int_equal(rename(folder, moved.data), 0);
    log_reopen(&log);
    log_write(&log, LOG_LEVEL_WARN, "after");
    log_close(&log);
    struct text content = log_file(*state, text_format(*state, "%s/log", moved.data).data);
    struct text expected =
        text_format(*state, "cannot reopen the log %s: No such file or directory", path.data);
    assert_string_equal(message_of(*state, text_cut(&content, '\n')), expected.data);
    assert_string_equal(message_of(*state, text_cut(&content, '\n')), "after");
    check_text("behind them", "", content);
    assert_int_equal(rmdir(moved.data), 0);
}

static void exhausted_memory_is_a_line_too(void **state) {
    char path[] = "/tmp/o2s-medusa-log-XXXXXX";
    struct log log = open_file(path);
    log_exhaustion(&log);
    log_write(&log, LOG_LEVEL_ERROR, "out of memory");
    log_close(&log);
    struct text content = log_file(*state, path);
    struct text lines[] = {text_cut(&content, '\n'), text_cut(&content, '\n')};
    check_text("behind them", "", content);
    assert_string_equal(message_of(*state, lines[0]), "out of memory");
    /* But for the digits of the time, both are the same. */
    assert_int_equal(lines[0].size, lines[1].size);
    for (size_t i = 0; i < lines[0].size; i++)
        if (lines[0].data[i] < '0' || lines[0].data[i] > '9')
            assert_int_equal(lines[0].data[i], lines[1].data[i]);
}

/* What is sent to the log of the system, in place of the C library's function. */
static struct {
    char identity[32];
    int priority;
    char message[512];
    bool open;
} system_log;

void openlog(const char *identity, int options, int facility) {
    snprintf(system_log.identity, sizeof system_log.identity, "%s", identity);
    system_log.open = options == LOG_PID && facility == LOG_DAEMON;
}

void syslog(int priority, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(system_log.message, sizeof system_log.message, format, arguments);
    va_end(arguments);
    system_log.priority = priority;
}

/* The hardened form of the same. */
void __syslog_chk(int priority, int flag, const char *format, ...);
void __syslog_chk(int priority, int flag, const char *format, ...) {
    (void)flag;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(system_log.message, sizeof system_log.message, format, arguments);
    va_end(arguments);
    system_log.priority = priority;
}

void closelog(void) {
    system_log.open = false;
}

static void a_log_can_go_to_syslog(void **state) {
    static const int priorities[] = {
        [LOG_LEVEL_ERROR] = LOG_ERR,
        [LOG_LEVEL_WARN] = LOG_WARNING,
        [LOG_LEVEL_INFO] = LOG_INFO,
        [LOG_LEVEL_DEBUG] = LOG_DEBUG,
    };
    struct log log = {.level = LOG_LEVEL_DEBUG};
    assert_true(log_open(&log, "syslog"));
    assert_true(system_log.open);
    assert_string_equal(system_log.identity, "o2s-medusa");
    for (int level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_DEBUG; level++) {
        log_write(&log, (enum log_level)level, "message %d", level);
        assert_int_equal(system_log.priority, priorities[level]);
        struct value value = value_from(*state, system_log.message);
        check_text("message", text_format(*state, "message %d", level).data,
                   value_text(value_member(*state, value, text_of("message"))));
        check_truth("no line end", false,
                    text_contains(text_of(system_log.message), text_of("\n")));
    }
    /* There is no file to reopen. */
    log_reopen(&log);
    assert_int_equal(log.descriptor, -1);
    log_close(&log);
    assert_false(system_log.open);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_has_several_names),
        cmocka_unit_test(an_unknown_level_is_refused),
        TEST_WITH_ARENA(a_message_is_a_line_of_json),
        cmocka_unit_test(a_format_is_json_or_text),
        TEST_WITH_ARENA(a_line_can_be_text),
        TEST_WITH_ARENA(a_list_can_have_objects),
        TEST_WITH_ARENA(a_line_with_a_long_list_fits_a_pipe),
        cmocka_unit_test(reports_why_a_log_cannot_be_opened),
        TEST_WITH_ARENA(a_renamed_log_is_reopened),
        TEST_WITH_ARENA(a_log_that_cannot_be_reopened_is_kept),
        TEST_WITH_ARENA(exhausted_memory_is_a_line_too),
        TEST_WITH_ARENA(a_log_can_go_to_syslog),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
