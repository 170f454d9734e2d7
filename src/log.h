/* What a worker has to say: one line of JSON a message, on standard error. */
#ifndef O2S_LOG_H
#define O2S_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log {
    /* Messages less important than this are dropped. */
    enum log_level level;
};

/*
 * The level of an O2S LOG_LEVEL: error, warn, log or info, debug or verbose. NULL and unknown
 * words give LOG_INFO.
 */
enum log_level log_level_of(const char *name);

/*
 * Writes a message. It must hold no token, key, e-mail address or query value: names of routes,
 * steps and upstreams, statuses and numbers only.
 */
void log_write(const struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
