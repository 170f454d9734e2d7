#include "serve/log.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/count.h"
#include "language/date.h"
#include "json/writer.h"

/* Room for the last item of a list and what follows it in the line. */
enum { AFTER_LIST = 512 };

static const struct {
    const char *name;
    /* The name in O2S's own applications, if it differs. */
    const char *other_name;
    /* In a line of text. */
    const char *shown;
    int priority;
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", "", "ERROR", LOG_ERR},
    [LOG_LEVEL_WARN] = {"warn", "", "WARN", LOG_WARNING},
    [LOG_LEVEL_INFO] = {"info", "log", "INFO", LOG_INFO},
    [LOG_LEVEL_DEBUG] = {"debug", "verbose", "DEBUG", LOG_DEBUG},
};

bool log_level_parse(const char *name, enum log_level *level) {
    if (!text_trim(text_of(name)).size)
        return true;
    for (int i = LOG_LEVEL_ERROR; i <= LOG_LEVEL_DEBUG; i++)
        if (strcasecmp(name, levels[i].name) == 0 || strcasecmp(name, levels[i].other_name) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    return false;
}

bool log_format_parse(const char *name, enum log_format *format) {
    static const char *const formats[] = {[LOG_FORMAT_JSON] = "json", [LOG_FORMAT_TEXT] = "text"};
    if (!text_trim(text_of(name)).size)
        return true;
    for (size_t i = 0; i < COUNT(formats); i++)
        if (strcasecmp(name, formats[i]) == 0) {
            *format = (enum log_format)i;
            return true;
        }
    return false;
}

static void connect_syslog(void) {
    openlog("o2s-medusa", LOG_PID, LOG_DAEMON);
}

bool log_open(struct log *log, const char *target) {
    log->descriptor = STDERR_FILENO;
    log->path = NULL;
    log->pid = getpid();
    if (strcmp(target, "stderr") == 0)
        return true;
    if (strcmp(target, "syslog") == 0) {
        connect_syslog();
        log->descriptor = -1;
        return true;
    }
    int file = open(target, LOG_FILE_FLAGS, LOG_FILE_MODE);
    if (file < 0)
        return false;
    log->descriptor = file;
    log->path = target;
    return true;
}

void log_reopen(const struct log *log) {
    if (log->descriptor < 0) {
        closelog();
        connect_syslog();
    }
    if (log->path) {
        int file = open(log->path, LOG_FILE_FLAGS, LOG_FILE_MODE);
        /* Replaces the old descriptor and keeps its number, so that writers need not know. */
        bool replaced = file >= 0 && dup3(file, log->descriptor, O_CLOEXEC) >= 0;
        int error = errno;
        if (file >= 0)
            close(file);
        if (!replaced) {
            log_write(log, LOG_LEVEL_ERROR, "cannot reopen the log %s: %s", log->path,
                      strerror(error));
            return;
        }
    }
    log_write(log, LOG_LEVEL_INFO, "the log was reopened");
}

void log_close(struct log *log) {
    if (log->descriptor < 0)
        closelog();
    else if (log->descriptor != STDERR_FILENO)
        close(log->descriptor);
}

static pid_t process_id(const struct log *log) {
    return log->pid ? log->pid : getpid();
}

/* Building a line. */

static bool is_text(const struct log_line *line) {
    return line->log->format == LOG_FORMAT_TEXT;
}

static void separate(struct log_line *line) {
    if (!line->first)
        buffer_append_byte(&line->buffer, is_text(line) ? ' ' : ',');
    line->first = false;
}

static void append_name(struct log_line *line, const char *name) {
    struct buffer *buffer = &line->buffer;
    bool quoted = !is_text(line);
    separate(line);
    if (quoted)
        buffer_append_byte(buffer, '"');
    buffer_append_string(buffer, name);
    if (quoted)
        buffer_append_byte(buffer, '"');
    buffer_append_byte(buffer, quoted ? ':' : '=');
}

static void append_bracket(struct log_line *line, char json, char text) {
    buffer_append_byte(&line->buffer, is_text(line) ? text : json);
}

/* For people: upper case, in a column. */
static void begin_text(struct log_line *line) {
    struct buffer *buffer = &line->buffer;
    date_append(buffer, clock_time_of_day_ms());
    buffer_append_format(buffer, " %-5s %d", levels[line->level].shown, (int)process_id(line->log));
    line->first = false;
}

void log_line_begin(struct log_line *line, const struct log *log, enum log_level level) {
    line->buffer.size = 0;
    line->log = log;
    line->level = level;
    line->first = true;
    if (is_text(line)) {
        begin_text(line);
        return;
    }
    buffer_append_string(&line->buffer, "{\"time\":\"");
    date_append(&line->buffer, clock_time_of_day_ms());
    buffer_append_byte(&line->buffer, '"');
    line->first = false;
    log_line_text(line, "level", text_of(levels[level].name));
    log_line_number(line, "pid", (uint64_t)process_id(log));
}

/* DEL and the controls of ISO 6429, U+0080 to U+009F, which JSON leaves as they are. */
static bool is_late_control(struct text text, size_t i) {
    unsigned char c = (unsigned char)text.data[i];
    return c == 127 || (c == 0xc2 && i + 1 < text.size && (unsigned char)text.data[i + 1] < 0xa0);
}

static bool is_control(struct text text, size_t i) {
    return (unsigned char)text.data[i] < ' ' || is_late_control(text, i);
}

static bool has_late_control(struct text text) {
    for (size_t i = 0; i < text.size; i++)
        if (is_late_control(text, i))
            return true;
    return false;
}

/* Controls become `\x9b`; in a quoted string, quotes and backslashes get a backslash. */
static void append_escaped(struct log_line *line, struct text text, bool quoted) {
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (quoted && (c == '"' || c == '\\'))
            buffer_append_byte(&line->buffer, '\\');
        if (!is_control(text, i)) {
            buffer_append_byte(&line->buffer, c);
            continue;
        }
        bool pair = (unsigned char)c == 0xc2;
        i += pair;
        buffer_append_format(&line->buffer, "\\x%02x", (unsigned char)text.data[i]);
    }
}

/* A terminal could obey such a control in a line for people. */
static void append_quoted(struct log_line *line, struct text value) {
    struct arena *arena = NULL;
    if (!text_is_utf8(value)) {
        arena = arena_create();
        value = text_well_formed(arena, value);
    }
    if (is_text(line) && has_late_control(value)) {
        buffer_append_byte(&line->buffer, '"');
        append_escaped(line, value, true);
        buffer_append_byte(&line->buffer, '"');
    } else
        json_write(&line->buffer, arena, value_string(value));
    arena_destroy(arena);
}

/* Whether a string is one word, which nobody takes for more than that. */
static bool is_word(struct text value) {
    static const char others[] = "._-/{}:*+@%";
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain && (!c || !strchr(others, c)))
            return false;
    }
    return value.size > 0;
}

static void append_text(struct log_line *line, struct text value) {
    if (is_text(line) && is_word(value))
        buffer_append_text(&line->buffer, value);
    else
        append_quoted(line, value);
}

/* A message stays in its line, whatever is in it. */
static void append_message(struct log_line *line, struct text message) {
    struct arena *arena = text_is_utf8(message) ? NULL : arena_create();
    separate(line);
    append_escaped(line, text_well_formed(arena, message), false);
    arena_destroy(arena);
}

void log_line_text(struct log_line *line, const char *name, struct text value) {
    if (is_text(line) && strcmp(name, "message") == 0) {
        append_message(line, value);
        return;
    }
    append_name(line, name);
    append_text(line, value);
}

bool log_line_has_room(const struct log_line *line) {
    return line->buffer.size + AFTER_LIST <= PIPE_BUF;
}

void log_line_texts(struct log_line *line, const char *name, const struct text *texts,
                    size_t count) {
    log_line_open_list(line, name);
    for (size_t i = 0; i < count && log_line_has_room(line); i++) {
        separate(line);
        append_text(line, texts[i]);
    }
    log_line_close_list(line);
}

void log_line_number(struct log_line *line, const char *name, uint64_t value) {
    append_name(line, name);
    buffer_append_number(&line->buffer, value, 1);
}

void log_line_milliseconds(struct log_line *line, const char *name, double value) {
    uint64_t microseconds = value > 0 ? (uint64_t)(value * 1000 + 0.5) : 0;
    log_line_number(line, name, microseconds / 1000);
    if (!(microseconds % 1000))
        return;
    buffer_append_byte(&line->buffer, '.');
    buffer_append_number(&line->buffer, microseconds % 1000, 3);
}

void log_line_open_list(struct log_line *line, const char *name) {
    append_name(line, name);
    buffer_append_byte(&line->buffer, '[');
    line->first = true;
}

void log_line_close_list(struct log_line *line) {
    buffer_append_byte(&line->buffer, ']');
    line->first = false;
}

void log_line_open(struct log_line *line) {
    separate(line);
    append_bracket(line, '{', '(');
    line->first = true;
}

void log_line_close(struct log_line *line) {
    append_bracket(line, '}', ')');
    line->first = false;
}

void log_line_end(struct log_line *line) {
    struct buffer *buffer = &line->buffer;
    const struct log *log = line->log;
    if (!is_text(line))
        buffer_append_byte(buffer, '}');
    if (log->descriptor < 0) {
        syslog(levels[line->level].priority, "%.*s", (int)buffer->size, buffer->data);
        return;
    }
    /*
     * One write per line, so that the lines of several workers do not mix: on a pipe, up to
     * PIPE_BUF bytes.
     */
    buffer_append_byte(buffer, '\n');
    ssize_t written = write(log->descriptor, buffer->data, buffer->size);
    (void)written;
}

void log_line_free(struct log_line *line) {
    buffer_free(&line->buffer);
}

void log_write(const struct log *log, enum log_level level, const char *format, ...) {
    if (level > log->level)
        return;
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    struct log_line line = {0};
    log_line_begin(&line, log, level);
    log_line_text(&line, "message", text_of(message));
    log_line_end(&line);
    log_line_free(&line);
}

void log_exhaustion(const void *log) {
    static const char message[] = "out of memory";
    const struct log *target = log;
    bool text = target->format == LOG_FORMAT_TEXT;
    char line[256];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    char time[sizeof "2000-01-01T00:00:00"];
    strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%S", &utc);
    int size = snprintf(line, sizeof line,
                        text ? "%s.%03ldZ ERROR %d %s\n"
                             : "{\"time\":\"%s.%03ldZ\",\"level\":\"error\",\"pid\":%d,"
                               "\"message\":\"%s\"}\n",
                        time, now.tv_nsec / 1000000, (int)process_id(target), message);
    if (target->descriptor < 0) {
        syslog(LOG_ERR, "%.*s", size - 1, line);
        return;
    }
    ssize_t written = write(target->descriptor, line, (size_t)size);
    (void)written;
}
