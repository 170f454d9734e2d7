/* What a worker has to say: one JSON object a line, to standard error, syslog or a file. */
#ifndef O2S_SERVE_LOG_H
#define O2S_SERVE_LOG_H

#include <fcntl.h>
#include <stdbool.h>

#include "base/buffer.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log {
    /* Messages less important than this are dropped. */
    enum log_level level;
    /* Where the lines go; -1: to syslog. */
    int descriptor;
    /* The file, if it is one; NULL otherwise. */
    const char *path;
};

/* How a log file is opened, and with which permissions it is created. */
enum { LOG_FILE_FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, LOG_FILE_MODE = 0640 };

/*
 * Sets `*level` to the level that an O2S LOG_LEVEL names, in upper or lower case: error, warn, info
 * (or log), debug (or verbose). NULL and an empty or blank name leave it as it is. Returns false if
 * there is no such level.
 */
bool log_level_parse(const char *name, enum log_level *level);

/*
 * Opens the log: `target` is "stderr", "syslog", or a file's path, which is appended to and must
 * outlive the log. False, with errno set, if the file cannot be opened.
 */
bool log_open(struct log *log, const char *target);

/*
 * Opens the log again, after its file was renamed, or syslog was restarted; a line says so. If the
 * file cannot be opened, an error goes to the old one, which stays open.
 */
void log_reopen(const struct log *log);

/* Closes what log_open() opened. */
void log_close(struct log *log);

/*
 * Writes a message. It must hold no token, key, e-mail address or query value: names of routes,
 * steps and upstreams, statuses and numbers only.
 */
void log_write(const struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes that there is no memory left, without allocating any; `log` is a struct log. */
void log_exhaustion(const void *log);

/*
 * A line under construction, with the time, level and process id in it from the beginning.
 * Zero-initialised it can be begun; it may be used again and again, and is freed at last.
 */
struct log_line {
    struct buffer buffer;
    enum log_level level;
};

void log_line_begin(struct log_line *line, enum log_level level);
void log_line_text(struct log_line *line, const char *name, struct text value);
/* As a list. */
void log_line_texts(struct log_line *line, const char *name, const struct text *texts,
                    size_t count);
void log_line_number(struct log_line *line, const char *name, uint64_t value);
/* With three decimals, unless it is whole. */
void log_line_milliseconds(struct log_line *line, const char *name, double value);
/* Writes the line, with one system call. */
void log_line_end(struct log_line *line, const struct log *log);
void log_line_free(struct log_line *line);

#endif
