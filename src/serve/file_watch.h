/* Watches the files that paths lead to, by inotify(7). */
#ifndef O2S_SERVE_FILE_WATCH_H
#define O2S_SERVE_FILE_WATCH_H

#include <stdbool.h>

#include "serve/log.h"

struct file_watch;

/*
 * Watches `path`, which need not exist. The folder of each component of the path is watched, those
 * of symbolic links included: the file may be written to or replaced, and so may a folder or a link
 * on the way to it (a ConfigMap of Kubernetes is replaced by renaming a link to its folder).
 *
 * `log` must outlive the watch. Further files: file_watch_add(). NULL, with errno set, if
 * inotify is not available. A folder that cannot be watched is reported to the log. Owned by the
 * caller.
 */
struct file_watch *file_watch_create(const char *path, const struct log *log);

/* NULL is allowed. */
void file_watch_destroy(struct file_watch *watch);

/* Becomes readable after an event in one of the folders. */
int file_watch_descriptor(const struct file_watch *watch);

/*
 * Replaces the further files that are watched: begins with none of them, watches each one that is
 * named, from then on, and at the end forgets those that were not. `path` is copied.
 */
void file_watch_begin(struct file_watch *watch);
void file_watch_add(struct file_watch *watch, const char *path);
void file_watch_end(struct file_watch *watch);

/*
 * Reads what happened, without waiting. True if a path may lead to another content than before, and
 * the first one leads to a file at all. May also be true when nothing has changed.
 */
bool file_watch_changed(struct file_watch *watch);

#endif
