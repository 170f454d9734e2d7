#include "capture.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "support.h"

static struct text content_of(struct arena *arena, FILE *file) {
    struct buffer content = {0};
    rewind(file);
    assert_true(file_read_stream(file, &content));
    struct text text = text_copy(arena, buffer_text(&content));
    buffer_free(&content);
    fclose(file);
    return text;
}

struct captured capture(struct arena *arena, int (*run)(void *context), void *context) {
    struct captured captured;
    FILE *out = tmpfile(), *error = tmpfile();
    assert_true(out && error);
    fflush(stdout);
    fflush(stderr);
    int kept_out = dup(STDOUT_FILENO), kept_error = dup(STDERR_FILENO);
    dup2(fileno(out), STDOUT_FILENO);
    dup2(fileno(error), STDERR_FILENO);
    captured.status = run(context);
    fflush(stdout);
    fflush(stderr);
    dup2(kept_out, STDOUT_FILENO);
    dup2(kept_error, STDERR_FILENO);
    close(kept_out);
    close(kept_error);
    captured.out = content_of(arena, out);
    captured.error = content_of(arena, error);
    return captured;
}
