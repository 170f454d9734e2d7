#include "serve/file_watch.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum {
    /* The maximum number of links, as in the kernel. */
    MAX_LINKS = 40,
    NAMES = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
};

/* A name in a folder: of a folder, of a link, or of the file itself. */
struct component {
    int folder;
    struct text name;
    struct text path;
    bool last;
};

/* The current components of a path. Everything is in the arena. */
struct components {
    struct arena *arena;
    struct component *all;
    size_t count;
};

/* A file that is watched. */
struct watched {
    char *path;
    /* Whether it was named since file_watch_begin(). */
    bool current;
    struct components components;
};

struct file_watch {
    const struct log *log;
    int events;
    struct watched *files;
    size_t count;
};

static void add(struct file_watch *watch, struct components *components, const char *folder,
                struct component component) {
    /* IN_MASK_ADD: several components may be in one folder. */
    uint32_t events = NAMES | (component.last ? IN_CLOSE_WRITE : 0) | IN_MASK_ADD | IN_ONLYDIR;
    component.folder = inotify_add_watch(watch->events, folder, events);
    if (component.folder >= 0) {
        struct component *all = components->all;
        all = memory_resize(all, (components->count + 1) * sizeof *all);
        all[components->count++] = component;
        components->all = all;
    } else if (errno != ENOENT && errno != ENOTDIR) {
        log_write(watch->log, LOG_LEVEL_WARN, "cannot watch %s: %s", folder, strerror(errno));
    }
}

/* The target of the link `path`; the empty string if it is not a link. */
static struct text link_target(struct arena *arena, struct text path) {
    char target[PATH_MAX];
    ssize_t size = readlink(path.data, target, sizeof target);
    return text_copy(arena, (struct text){target, size > 0 ? (size_t)size : 0});
}

/* Watches each folder before reading it, so that no change is missed. */
static struct components walk(struct file_watch *watch, const char *path) {
    struct components components = {.arena = arena_create()};
    struct arena *arena = components.arena;
    struct text rest = text_of(path);
    struct text folder = text_of(path[0] == '/' ? "/" : "./");
    int links = 0;
    while (rest.size && links <= MAX_LINKS) {
        struct text name = text_cut(&rest, '/');
        if (!name.size)
            continue;
        struct text here = text_format(arena, "%s%.*s", folder.data, TEXT_ARGUMENT(name));
        struct component component = {
            .name = text_copy(arena, name), .path = here, .last = !rest.size};
        add(watch, &components, folder.data, component);
        struct text target = link_target(arena, here);
        if (!target.size) {
            folder = text_format(arena, "%s/", here.data);
            continue;
        }
        links++;
        if (target.data[0] == '/')
            folder = text_of("/");
        rest = text_format(arena, "%s/%.*s", target.data, TEXT_ARGUMENT(rest));
    }
    return components;
}

static bool has_folder(const struct file_watch *watch, int folder) {
    for (size_t i = 0; i < watch->count; i++)
        for (size_t j = 0; j < watch->files[i].components.count; j++)
            if (watch->files[i].components.all[j].folder == folder)
                return true;
    return false;
}

static void free_components(struct components *components) {
    free(components->all);
    arena_destroy(components->arena);
}

/* Folders that no path goes through any longer are watched no longer. */
static void forget_components(struct file_watch *watch, struct components *old) {
    for (size_t i = 0; i < old->count; i++)
        if (!has_folder(watch, old->all[i].folder))
            /* This fails if the folder was removed. */
            (void)inotify_rm_watch(watch->events, old->all[i].folder);
    free_components(old);
}

static void walk_again(struct file_watch *watch) {
    for (size_t i = 0; i < watch->count; i++) {
        struct components old = watch->files[i].components;
        watch->files[i].components = walk(watch, watch->files[i].path);
        forget_components(watch, &old);
    }
}

struct file_watch *file_watch_create(const char *path, const struct log *log) {
    int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (events < 0)
        return NULL;
    struct file_watch *watch = memory_allocate(sizeof *watch);
    watch->log = log;
    watch->events = events;
    file_watch_add(watch, path);
    return watch;
}

void file_watch_destroy(struct file_watch *watch) {
    if (!watch)
        return;
    close(watch->events);
    for (size_t i = 0; i < watch->count; i++) {
        free_components(&watch->files[i].components);
        free(watch->files[i].path);
    }
    free(watch->files);
    free(watch);
}

void file_watch_begin(struct file_watch *watch) {
    for (size_t i = 1; i < watch->count; i++)
        watch->files[i].current = false;
}

void file_watch_add(struct file_watch *watch, const char *path) {
    for (size_t i = 0; i < watch->count; i++) {
        if (strcmp(watch->files[i].path, path) != 0)
            continue;
        watch->files[i].current = true;
        return;
    }
    size_t size = strlen(path) + 1;
    struct watched added = {.path = memcpy(memory_allocate(size), path, size), .current = true};
    added.components = walk(watch, path);
    watch->files = memory_resize(watch->files, (watch->count + 1) * sizeof *watch->files);
    watch->files[watch->count++] = added;
}

void file_watch_end(struct file_watch *watch) {
    for (size_t i = watch->count; i-- > 1;) {
        struct watched old = watch->files[i];
        if (old.current)
            continue;
        watch->files[i] = watch->files[--watch->count];
        forget_components(watch, &old.components);
        free(old.path);
    }
}

int file_watch_descriptor(const struct file_watch *watch) {
    return watch->events;
}

static bool is_of(const struct component *component, const struct inotify_event *event) {
    return event->len && component->folder == event->wd && text_is(component->name, event->name);
}

/* A new file is empty until it is written and closed; a link, hard or symbolic, is complete. */
static bool is_empty_yet(const struct component *component) {
    struct stat file;
    return component->last && lstat(component->path.data, &file) == 0 && S_ISREG(file.st_mode) &&
           file.st_nlink == 1;
}

/* Whether the event may be the last of a change: a new file is empty until it is written to. */
static bool is_change(const struct component *component, const struct inotify_event *event) {
    bool empty = event->mask & IN_CREATE && is_empty_yet(component);
    return event->mask & (IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO) && !empty;
}

/* Handles an event; true if a path may lead to another content. */
static bool handle(struct file_watch *watch, const struct inotify_event *event) {
    bool lost = event->mask & IN_Q_OVERFLOW;
    bool known = lost;
    bool changed = lost;
    for (size_t i = 0; i < watch->count; i++) {
        const struct components *components = &watch->files[i].components;
        for (size_t j = 0; j < components->count; j++) {
            if (!is_of(&components->all[j], event))
                continue;
            known = true;
            changed = changed || is_change(&components->all[j], event);
        }
    }
    if (known && (lost || !(event->mask & IN_CLOSE_WRITE)))
        walk_again(watch);
    return changed;
}

bool file_watch_changed(struct file_watch *watch) {
    union {
        struct inotify_event event;
        char bytes[4096];
    } buffer;
    bool changed = false;
    ssize_t size;
    while ((size = read(watch->events, &buffer, sizeof buffer)) > 0) {
        const char *next = buffer.bytes;
        while (next < buffer.bytes + size) {
            const struct inotify_event *event = (const void *)next;
            changed = handle(watch, event) || changed;
            next += sizeof *event + event->len;
        }
    }
    return changed && access(watch->files[0].path, F_OK) == 0;
}
