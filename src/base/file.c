#include "base/file.h"

#include <errno.h>

bool file_read_stream(FILE *stream, struct buffer *content) {
    char block[8192];
    size_t size;
    while ((size = fread(block, 1, sizeof block, stream)) > 0)
        buffer_append(content, block, size);
    return !ferror(stream);
}

bool file_read(const char *path, struct buffer *content) {
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    bool good = file_read_stream(file, content);
    int error = errno;
    fclose(file);
    errno = error;
    return good;
}
