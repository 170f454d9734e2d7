#include "serve/status_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const uint64_t status_bounds_us[STATUS_BUCKETS - 1] = {1000,    2500,    5000,    10000,  25000,
                                                       50000,   100000,  250000,  500000, 1000000,
                                                       2500000, 5000000, 10000000};
const char *const status_bounds[STATUS_BUCKETS] = {"0.001", "0.0025", "0.005", "0.01", "0.025",
                                                   "0.05",  "0.1",    "0.25",  "0.5",  "1",
                                                   "2.5",   "5",      "10",    "+Inf"};

const char *const status_outcomes[STATUS_OUTCOMES] = {
    [0] = "2xx",
    [1] = "3xx",
    [2] = "4xx",
    [3] = "5xx",
    [STATUS_UNREACHABLE] = "unreachable",
    [STATUS_TIMEOUT] = "timeout",
    [STATUS_TOO_LARGE] = "too_large",
    [STATUS_SUSPENDED] = "suspended",
};

_Static_assert(ATOMIC_LONG_LOCK_FREE == 2 && ATOMIC_LLONG_LOCK_FREE == 2,
               "a counter is updated without a lock");

_Static_assert(sizeof(struct status_worker) % 64 == 0 &&
                   offsetof(struct status_file, workers) % 64 == 0,
               "a worker has cache lines of its own");

/* "o2s-stat", on a little-endian machine. A change of the layout needs a new version. */
#define MAGIC UINT64_C(0x746174732d73326f)
enum { VERSION = 3, MODE = 0640, MAX_ATTEMPTS = 100 };

/* The bytes that are locked: the one that who adds to the file holds, and one for each slot. */
enum { ADDING_BYTE = 0, FIRST_SLOT_BYTE = 1 };

static bool lock(int descriptor, int command, short type, unsigned byte) {
    struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)byte, .l_len = 1};
    int result;
    do
        result = fcntl(descriptor, command, &range);
    while (result < 0 && errno == EINTR);
    return result == 0;
}

/* A process that does not give the lock back must not keep a worker from serving. */
static bool lock_to_add(int descriptor) {
    enum { ATTEMPTS = 100, WAIT_MS = 10 };
    bool locked = lock(descriptor, F_OFD_SETLK, F_WRLCK, ADDING_BYTE);
    for (int i = 1; !locked && (errno == EAGAIN || errno == EACCES) && i < ATTEMPTS; i++) {
        poll(NULL, 0, WAIT_MS);
        locked = lock(descriptor, F_OFD_SETLK, F_WRLCK, ADDING_BYTE);
    }
    return locked;
}

static void unlock_to_add(int descriptor) {
    lock(descriptor, F_OFD_SETLK, F_UNLCK, ADDING_BYTE);
}

/* Creating and opening. */

/* A file that is empty, but whole: nobody sees it before it is renamed. */
static bool fill(int descriptor) {
    static const char none[] = "none", other[] = "other";
    struct status_file *file;
    int error = posix_fallocate(descriptor, 0, sizeof *file);
    if (error || fchmod(descriptor, MODE)) {
        errno = error ? error : errno;
        return false;
    }
    file = mmap(NULL, sizeof *file, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (file == MAP_FAILED)
        return false;
    file->magic = MAGIC;
    file->version = VERSION;
    file->size = sizeof *file;
    memcpy(file->routes[STATUS_NO_ROUTE].name, none, sizeof none);
    memcpy(file->routes[STATUS_OTHER_ROUTE].name, other, sizeof other);
    atomic_store(&file->route_count, STATUS_OWN_ROUTES);
    munmap(file, sizeof *file);
    return true;
}

/* Puts a new file at `path`: in the place of another one, or only if the path is free (EEXIST). */
static bool create(const char *path, bool replace) {
    char temporary[PATH_MAX];
    int size = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (size < 0 || size >= (int)sizeof temporary) {
        errno = ENAMETOOLONG;
        return false;
    }
    int descriptor = mkostemp(temporary, O_CLOEXEC);
    if (descriptor < 0)
        return false;
    bool good =
        fill(descriptor) && (replace ? rename(temporary, path) : link(temporary, path)) == 0;
    int error = errno;
    close(descriptor);
    unlink(temporary);
    errno = error;
    return good;
}

enum kind { KIND_GOOD, KIND_OTHER_VERSION, KIND_FOREIGN };

static enum kind kind_of(int descriptor) {
    struct stat status;
    struct {
        uint64_t magic;
        uint32_t version;
        uint32_t size;
    } head = {0};
    if (fstat(descriptor, &status) || !S_ISREG(status.st_mode))
        return KIND_FOREIGN;
    if (status.st_size == 0)
        return KIND_OTHER_VERSION;
    if (pread(descriptor, &head, sizeof head, 0) < (ssize_t)sizeof head || head.magic != MAGIC)
        return KIND_FOREIGN;
    bool same = head.version == VERSION && head.size == sizeof(struct status_file) &&
                status.st_size == (off_t)sizeof(struct status_file);
    return same ? KIND_GOOD : KIND_OTHER_VERSION;
}

static bool is_own(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 && status.st_uid == geteuid();
}

/* Whether the path still leads to the file that is open. */
static bool is_at(const char *path, int descriptor) {
    struct stat there, here;
    return lstat(path, &there) == 0 && fstat(descriptor, &here) == 0 &&
           there.st_ino == here.st_ino && there.st_dev == here.st_dev;
}

static bool map_file(struct status_map *map, int descriptor, int protection) {
    void *memory = mmap(NULL, sizeof *map->file, protection, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED)
        return false;
    *map = (struct status_map){memory, descriptor};
    return true;
}

enum attempt { ATTEMPT_GOOD, ATTEMPT_FAILED, ATTEMPT_AGAIN };

/* Maps the file that was opened, or replaces it; it is locked, so that one worker alone does. */
static enum attempt use(const char *path, int descriptor, struct status_map *map) {
    enum kind kind = kind_of(descriptor);
    if (!is_at(path, descriptor))
        return ATTEMPT_AGAIN;
    if (kind == KIND_FOREIGN || !is_own(descriptor)) {
        errno = EINVAL;
        return ATTEMPT_FAILED;
    }
    if (kind == KIND_OTHER_VERSION)
        return create(path, true) ? ATTEMPT_AGAIN : ATTEMPT_FAILED;
    return map_file(map, descriptor, PROT_READ | PROT_WRITE) ? ATTEMPT_GOOD : ATTEMPT_FAILED;
}

static enum attempt try_to_open(const char *path, struct status_map *map) {
    /* A FIFO is opened without waiting for its other end. */
    int descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0 && errno == ENOENT)
        return create(path, false) || errno == EEXIST ? ATTEMPT_AGAIN : ATTEMPT_FAILED;
    if (descriptor < 0)
        return ATTEMPT_FAILED;
    enum attempt attempt = ATTEMPT_FAILED;
    if (lock_to_add(descriptor)) {
        attempt = use(path, descriptor, map);
        int error = errno;
        unlock_to_add(descriptor);
        errno = error;
    }
    int error = errno;
    if (attempt != ATTEMPT_GOOD)
        close(descriptor);
    errno = error;
    return attempt;
}

bool status_file_open(const char *path, struct status_map *map) {
    enum attempt attempt = ATTEMPT_AGAIN;
    for (int i = 0; attempt == ATTEMPT_AGAIN && i < MAX_ATTEMPTS; i++)
        attempt = try_to_open(path, map);
    if (attempt == ATTEMPT_AGAIN)
        errno = EAGAIN;
    return attempt == ATTEMPT_GOOD;
}

bool status_file_open_to_read(const char *path, struct status_map *map) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    bool good = kind_of(descriptor) == KIND_GOOD;
    int error = EINVAL;
    if (good) {
        good = map_file(map, descriptor, PROT_READ);
        error = errno;
    }
    if (!good)
        close(descriptor);
    errno = error;
    return good;
}

void status_file_close(struct status_map *map) {
    munmap(map->file, sizeof *map->file);
    close(map->descriptor);
}

bool status_file_is_at(const struct status_map *map, const char *path) {
    return is_at(path, map->descriptor);
}

/* Series. */

/* The names of routes, or of upstreams: the first one, how far they are apart, and their room. */
struct series {
    char *names;
    size_t distance;
    size_t room;
    unsigned limit;
    _Atomic uint32_t *count;
};

static struct series routes_of(struct status_file *file) {
    return (struct series){file->routes[0].name, sizeof file->routes[0],
                           sizeof file->routes[0].name, STATUS_MAX_ROUTES, &file->route_count};
}

static struct series upstreams_of(struct status_file *file) {
    return (struct series){file->upstreams[0].name, sizeof file->upstreams[0],
                           sizeof file->upstreams[0].name, STATUS_MAX_UPSTREAMS,
                           &file->upstream_count};
}

static unsigned limited_count(const _Atomic uint32_t *count, unsigned limit) {
    uint32_t size = atomic_load_explicit(count, memory_order_acquire);
    return size < limit ? (unsigned)size : limit;
}

unsigned status_route_count(const struct status_file *file) {
    return limited_count(&file->route_count, STATUS_MAX_ROUTES);
}

unsigned status_upstream_count(const struct status_file *file) {
    return limited_count(&file->upstream_count, STATUS_MAX_UPSTREAMS);
}

static struct text name_in(const char *room, size_t size) {
    return (struct text){room, strnlen(room, size)};
}

struct text status_route_name(const struct status_route *route) {
    return name_in(route->name, sizeof route->name);
}

struct text status_upstream_name(const struct status_upstream *upstream) {
    return name_in(upstream->name, sizeof upstream->name);
}

/* The index of the name; the number of series if none has it. */
static unsigned find(const struct series *series, struct text name) {
    unsigned count = limited_count(series->count, series->limit);
    unsigned i = 0;
    while (i < count &&
           !text_equal(name_in(series->names + i * series->distance, series->room), name))
        i++;
    return i;
}

/* The name is written before the count, which makes it visible. */
static void add(char *place, struct text name, _Atomic uint32_t *count, unsigned index) {
    memcpy(place, name.data, name.size);
    place[name.size] = '\0';
    atomic_store_explicit(count, index + 1, memory_order_release);
}

/* The index of the name, which is added if it is new; `limit` if it cannot be. A file that has less
 * than `least` series is damaged. */
static unsigned find_or_add(const struct status_map *map, struct series series, unsigned least,
                            struct text name) {
    if (name.size >= series.room)
        return series.limit;
    unsigned count = limited_count(series.count, series.limit);
    unsigned index = find(&series, name);
    if (index < count)
        return index;
    if (count < least || !lock_to_add(map->descriptor))
        return series.limit;
    index = find(&series, name);
    if (index == limited_count(series.count, series.limit) && index < series.limit)
        add(series.names + index * series.distance, name, series.count, index);
    unlock_to_add(map->descriptor);
    return index;
}

unsigned status_file_route(const struct status_map *map, struct text name) {
    unsigned index = find_or_add(map, routes_of(map->file), STATUS_OWN_ROUTES, name);
    return index < STATUS_MAX_ROUTES ? index : STATUS_OTHER_ROUTE;
}

unsigned status_file_upstream(const struct status_map *map, struct text name) {
    return find_or_add(map, upstreams_of(map->file), 0, name);
}

/* Workers. */

static bool lock_slot(const struct status_map *map, unsigned slot) {
    return lock(map->descriptor, F_OFD_SETLK, F_WRLCK, FIRST_SLOT_BYTE + slot);
}

static void unlock_slot(const struct status_map *map, unsigned slot) {
    lock(map->descriptor, F_OFD_SETLK, F_UNLCK, FIRST_SLOT_BYTE + slot);
}

void status_file_reap(const struct status_map *map, unsigned own) {
    for (unsigned i = 0; i < STATUS_MAX_WORKERS; i++) {
        struct status_worker *worker = &map->file->workers[i];
        if (i == own || !atomic_load(&worker->pid) || !lock_slot(map, i))
            continue;
        if (atomic_exchange(&worker->pid, 0))
            atomic_fetch_add(&map->file->lost, 1);
        unlock_slot(map, i);
    }
}

unsigned status_file_claim(const struct status_map *map) {
    status_file_reap(map, STATUS_MAX_WORKERS);
    for (unsigned i = 0; i < STATUS_MAX_WORKERS; i++) {
        struct status_worker *worker = &map->file->workers[i];
        if (atomic_load(&worker->pid) || !lock_slot(map, i))
            continue;
        atomic_store(&worker->busy, 0);
        atomic_store(&worker->route, STATUS_NO_ROUTE);
        atomic_store(&worker->requests, 0);
        atomic_store(&worker->memory, 0);
        atomic_store(&worker->table_version, 0);
        if (atomic_exchange(&worker->pid, (uint32_t)getpid()))
            atomic_fetch_add(&map->file->lost, 1);
        return i;
    }
    return STATUS_MAX_WORKERS;
}

bool status_file_is_alive(const struct status_map *map, unsigned slot) {
    struct flock range = {.l_type = F_WRLCK,
                          .l_whence = SEEK_SET,
                          .l_start = (off_t)(FIRST_SLOT_BYTE + slot),
                          .l_len = 1};
    return fcntl(map->descriptor, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}
