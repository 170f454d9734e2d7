#include "language/name_set.h"

#include "base/hash.h"

struct kept_name {
    struct text name;
    struct kept_name *next;
};

struct text name_set_keep(struct name_set *set, struct arena *arena, struct text name) {
    struct kept_name **list = &set->lists[hash_bytes(name, (struct hash){0}).h1 % NAME_SET_LISTS];
    for (const struct kept_name *kept = *list; kept; kept = kept->next)
        if (text_equal(kept->name, name))
            return kept->name;
    struct kept_name *added = arena_allocate(arena, sizeof *added);
    *added = (struct kept_name){text_copy(arena, name), *list};
    *list = added;
    return added->name;
}
