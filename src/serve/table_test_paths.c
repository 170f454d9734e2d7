#include "serve/table_test_paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

static void add(struct arena *arena, struct test_paths *paths, struct test_path path) {
    paths->paths = arena_grow(arena, paths->paths, paths->count, &paths->capacity, sizeof path);
    paths->paths[paths->count++] = path;
}

/* `FILE:LINE`, as a failed case is reported, unless there is a file of that name. */
static struct test_path path_of(struct arena *arena, const char *given) {
    const char *colon = strrchr(given, ':');
    char *end = NULL;
    unsigned long line = colon ? strtoul(colon + 1, &end, 10) : 0;
    if (!line || *end || access(given, F_OK) == 0)
        return (struct test_path){text_copy(arena, text_of(given)).data, 0};
    struct text file = {given, (size_t)(colon - given)};
    return (struct test_path){text_copy(arena, file).data, line};
}

static int is_yaml(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && dot && strcmp(dot, ".yaml") == 0;
}

static int by_name(const struct dirent **left, const struct dirent **right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

static bool add_folder(struct arena *arena, struct test_paths *paths, const char *folder) {
    struct dirent **entries;
    int count = scandir(folder, &entries, is_yaml, by_name);
    if (count < 0) {
        fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        return false;
    }
    for (int i = 0; i < count; i++) {
        struct text path = text_format(arena, "%s/%s", folder, entries[i]->d_name);
        add(arena, paths, (struct test_path){path.data, 0});
        free(entries[i]);
    }
    free(entries);
    if (!count)
        fprintf(stderr, "%s: the folder has no *.yaml\n", folder);
    return count > 0;
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* `routes.tests` beside `routes.yaml`. */
static struct text default_folder(struct arena *arena, const char *table_path) {
    const char *dot = strrchr(table_path, '.');
    const char *slash = strrchr(table_path, '/');
    size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - table_path) : strlen(table_path);
    return text_format(arena, "%.*s.tests", (int)stem, table_path);
}

bool test_paths_find(struct arena *arena, const char *table_path, char *const *given,
                     size_t given_count, struct test_paths *paths) {
    *paths = (struct test_paths){0};
    bool good = true;
    for (size_t i = 0; i < given_count; i++) {
        if (is_folder(given[i]))
            good = add_folder(arena, paths, given[i]) && good;
        else
            add(arena, paths, path_of(arena, given[i]));
    }
    if (given_count)
        return good;
    const char *folder = default_folder(arena, table_path).data;
    if (is_folder(folder))
        return add_folder(arena, paths, folder);
    fprintf(stderr,
            "there is no folder %s with test cases: name files of test cases, or folders with "
            "such\n",
            folder);
    return false;
}
