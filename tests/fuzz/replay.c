/*
 * In libFuzzer's place: tries the files that are named, and all that are in the folders that are
 * named, once each. So what was found before is looked for in every build, by any compiler.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "check.h"
#include "target.h"

static void die(const char *path) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(EXIT_FAILURE);
}

static void try_file(const char *path) {
    struct buffer content = {0};
    if (!file_read(path, &content))
        die(path);
    /* Where an input fails, its name is the last one told. */
    printf("%s\n", path);
    fflush(stdout);
    struct text copy = exact_copy(buffer_text(&content));
    LLVMFuzzerTestOneInput((const uint8_t *)copy.data, copy.size);
    free((char *)copy.data);
    buffer_free(&content);
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static size_t try_path(const char *path) {
    struct stat status;
    struct dirent **entries;
    if (stat(path, &status))
        die(path);
    if (!S_ISDIR(status.st_mode)) {
        try_file(path);
        return 1;
    }
    int count = scandir(path, &entries, is_visible, alphasort);
    if (count < 0)
        die(path);
    size_t tried = 0;
    for (int i = 0; i < count; i++) {
        struct arena *arena = arena_create();
        tried += try_path(text_format(arena, "%s/%s", path, entries[i]->d_name).data);
        arena_destroy(arena);
        free(entries[i]);
    }
    free(entries);
    return tried;
}

int main(int argc, char **argv) {
    size_t tried = 0;
    for (int i = 1; i < argc; i++)
        tried += try_path(argv[i]);
    printf("%zu inputs\n", tried);
    return tried ? EXIT_SUCCESS : EXIT_FAILURE;
}
