/* Watches the file at a path with inotify(7). */
#ifndef O2S_SERVE_FILE_WATCH_H
#define O2S_SERVE_FILE_WATCH_H

#include <stdbool.h>

#include "serve/log.h"

struct file_watch;

/*
 * Watches `path`, which need not exist. The folder of each component of the path is watched,
 * including those of symbolic links: the file may be written or replaced, and so may a folder or
 * link of the path (a ConfigMap of Kubernetes is replaced by renaming a link to its folder).
 *
 * Both arguments must outlive the watch. Returns NULL, with errno set, if inotify is not available.
 * A folder that cannot be watched is logged. Owned by the caller.
 */
struct file_watch *file_watch_create(const char *path, const struct log *log);

/* NULL is allowed. */
void file_watch_destroy(struct file_watch *watch);

/* Becomes readable after an event in one of the folders. */
int file_watch_descriptor(const struct file_watch *watch);

/*
 * Reads the events without waiting. Returns true if `path` leads to a file whose content may have
 * changed. May also return true if nothing has changed.
 */
bool file_watch_changed(struct file_watch *watch);

#endif
