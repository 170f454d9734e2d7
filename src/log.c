#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "json.h"

static const char *const level_names[] = {"error", "warn", "info", "debug"};

enum log_level log_level_of(const char *name) {
    if (!name)
        return LOG_INFO;
    for (int level = LOG_ERROR; level <= LOG_DEBUG; level++)
        if (strcmp(name, level_names[level]) == 0)
            return (enum log_level)level;
    return strcmp(name, "verbose") == 0 ? LOG_DEBUG : LOG_INFO;
}

static void append_time(struct buffer *line) {
    struct timespec now;
    struct tm utc;
    char text[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    buffer_append_format(line, "{\"time\":\"%s.%03ldZ\"", text, now.tv_nsec / 1000000);
}

void log_write(const struct log *log, enum log_level level, const char *format, ...) {
    if (level > log->level)
        return;
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    struct buffer line = {0};
    append_time(&line);
    buffer_append_format(&line, ",\"level\":\"%s\",\"pid\":%ld,\"message\":", level_names[level],
                         (long)getpid());
    json_write(&line, NULL, value_string(text_of(message)));
    buffer_append_string(&line, "}\n");
    /* One write a line, so that the lines of several workers do not mix. */
    ssize_t written = write(STDERR_FILENO, line.data, line.size);
    (void)written;
    buffer_free(&line);
}
