/*
 * The log of a worker: one JSON object per line, or text for people, to standard error, syslog or a
 * file.
 */
#ifndef O2S_SERVE_LOG_H
#define O2S_SERVE_LOG_H

#include <fcntl.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/buffer.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

enum log_format { LOG_FORMAT_JSON, LOG_FORMAT_TEXT };

struct log {
    /* Messages below this level are dropped. */
    enum log_level level;
    enum log_format format;
    /* The descriptor to which lines are written; -1: syslog. */
    int descriptor;
    /* The path of the log file; NULL: not a file. */
    const char *path;
    /* The id of the process, in each line; 0: the system is asked each time. */
    pid_t pid;
};

/* The flags with which a log file is opened, and the permissions with which it is created. */
enum { LOG_FILE_FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, LOG_FILE_MODE = 0640 };

/*
 * Sets `*level` to the level with an O2S LOG_LEVEL's name, in upper or lower case: error, warn,
 * info (or log), debug (or verbose). If the name is NULL, empty or blank, the level is not changed.
 * Returns false if the name is unknown.
 */
bool log_level_parse(const char *name, enum log_level *level);

/* The same for an O2S LOG_FORMAT: json or text. */
bool log_format_parse(const char *name, enum log_format *format);

/*
 * Opens the log: `target` is "stderr", "syslog", or the path of a file, which is appended to. The
 * path must outlive the log. Returns false, with errno set, if the file cannot be opened.
 */
bool log_open(struct log *log, const char *target);

/*
 * Opens the log again, after its file was renamed or syslog was restarted, and logs this. If the
 * file cannot be opened, an error is written to the old file, which remains open.
 */
void log_reopen(const struct log *log);

/* Closes what log_open() opened. */
void log_close(struct log *log);

/*
 * Writes a message. It must not contain tokens, keys, e-mail addresses or query values: only names
 * of routes, steps and upstreams, status codes and numbers.
 */
void log_write(const struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Logs that memory is exhausted, without allocating any; `log` is a struct log. */
void log_exhaustion(const void *log);

/*
 * A line that is being built; it starts with the time, level and process id. A zero-initialised
 * line can be begun; it can be reused, and must be freed.
 */
struct log_line {
    struct buffer buffer;
    const struct log *log;
    enum log_level level;
    /* Whether the next member or item is the first one, which no separator precedes. */
    bool first;
};

void log_line_begin(struct log_line *line, const struct log *log, enum log_level level);

/*
 * Whether a list may have another item. With more, the line could become longer than PIPE_BUF, and
 * on a pipe it would mix with those of other workers.
 */
bool log_line_has_room(const struct log_line *line);

/* In a line of LOG_FORMAT=text, the value of `message` is written without quotes. */
void log_line_text(struct log_line *line, const char *name, struct text value);
/* A list of strings. */
void log_line_texts(struct log_line *line, const char *name, const struct text *texts,
                    size_t count);
void log_line_number(struct log_line *line, const char *name, uint64_t value);
/* With three decimal places, unless the value is an integer. */
void log_line_milliseconds(struct log_line *line, const char *name, double value);
/* A list of objects. Each of them is opened and closed around its members. */
void log_line_open_list(struct log_line *line, const char *name);
void log_line_open(struct log_line *line);
void log_line_close(struct log_line *line);
void log_line_close_list(struct log_line *line);
/* Writes the line with one system call. */
void log_line_end(struct log_line *line);
void log_line_free(struct log_line *line);

#endif
