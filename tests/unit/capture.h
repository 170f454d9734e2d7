/* What a command prints, and its exit status. */
#ifndef O2S_CAPTURE_H
#define O2S_CAPTURE_H

#include "base/arena.h"
#include "base/text.h"

struct captured {
    int status;
    struct text out;
    struct text error;
};

/* Calls `run` with standard output and standard error in files; their content is in the arena. */
struct captured capture(struct arena *arena, int (*run)(void *context), void *context);

#endif
