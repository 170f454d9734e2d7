#include "language/changes.h"

struct text changes_member_path(const struct changes *changes, struct text path, struct text name) {
    return text_format(changes->arena, "%.*s%s%.*s", TEXT_ARGUMENT(path), path.size ? "." : "",
                       TEXT_ARGUMENT(name));
}

void changes_add(struct changes *changes, bool breaking, const char *format, ...) {
    struct change *change = arena_allocate(changes->arena, sizeof *change);
    *change = (struct change){.route = changes->route, .part = changes->part, .breaking = breaking};
    va_list arguments;
    va_start(arguments, format);
    change->message = text_format_list(changes->arena, format, arguments);
    va_end(arguments);
    if (changes->last)
        changes->last->next = change;
    else
        changes->first = change;
    changes->last = change;
    changes->count++;
    changes->breaking_count += breaking;
}
