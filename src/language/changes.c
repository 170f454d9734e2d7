#include "language/changes.h"

#include <stdarg.h>
#include <stdio.h>

void changes_add(struct changes *changes, bool breaking, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    char *message = arena_allocate(changes->arena, (size_t)size + 1);
    vsnprintf(message, (size_t)size + 1, format, again);
    va_end(again);
    va_end(arguments);
    struct change *change = arena_allocate(changes->arena, sizeof *change);
    *change = (struct change){.route = changes->route,
                              .part = changes->part,
                              .breaking = breaking,
                              .message = {message, (size_t)size}};
    if (changes->last)
        changes->last->next = change;
    else
        changes->first = change;
    changes->last = change;
    changes->count++;
    changes->breaking_count += breaking;
}
