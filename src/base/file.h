/* Reading whole files. */
#ifndef O2S_BASE_FILE_H
#define O2S_BASE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buffer.h"

/* Appends the rest of the stream. Returns false, with errno set, if it cannot be read. */
bool file_read_stream(FILE *stream, struct buffer *content);

/* The same for the whole file `path`. */
bool file_read(const char *path, struct buffer *content);

#endif
