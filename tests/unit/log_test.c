/* What goes into the log, and where it goes. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
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

static void a_log_that_cannot_be_opened_says_why(void **state) {
    struct log log = {.level = LOG_LEVEL_WARN};
    (void)state;
    assert_false(log_open(&log, "/nowhere/at/all"));
    assert_int_equal(errno, ENOENT);
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
    log_close(&log);
    assert_false(system_log.open);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_has_several_names),
        cmocka_unit_test(an_unknown_level_is_refused),
        TEST_WITH_ARENA(a_message_is_a_line_of_json),
        cmocka_unit_test(a_log_that_cannot_be_opened_says_why),
        TEST_WITH_ARENA(a_log_can_go_to_syslog),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
