#include "table/diff_text.h"
#include "table/step_walk.h"
#include "table/table_diff.h"

/* The order of steps. */

/* The name by which a step is found in the other route. */
static struct text step_label(struct arena *arena, const struct step *step) {
    if (step->kind == STEP_REQUIRE)
        return text_of_expression(arena, step->condition);
    if (step->kind == STEP_LET && !step->name_count)
        return text_of("let");
    return text_format(arena, "$%.*s",
                       TEXT_ARGUMENT(step->kind == STEP_CALL ? step->name : step->names[0].name));
}

static size_t count_label(struct arena *arena, const struct route *route, struct text label) {
    size_t count = 0;
    for (size_t i = 0; i < route->step_count; i++)
        count += text_equal(step_label(arena, &route->steps[i]), label);
    return count;
}

/* The steps that both routes have as often, in their order. */
static struct text order_text(struct arena *arena, const struct route *route,
                              const struct route *other) {
    struct text order = {"", 0};
    for (size_t i = 0; i < route->step_count; i++) {
        struct text label = step_label(arena, &route->steps[i]);
        if (count_label(arena, route, label) == count_label(arena, other, label))
            order = text_format(arena, "%.*s%s%.*s", TEXT_ARGUMENT(order), order.size ? ", " : "",
                                TEXT_ARGUMENT(label));
    }
    return order;
}

void diff_order(struct changes *changes, const struct route *old, const struct route *new) {
    struct text before = order_text(changes->arena, old, new);
    struct text now = order_text(changes->arena, new, old);
    diff_texts(changes, false, text_of("the steps"), "their order", before, now);
}

/* Requirements. Each of the new route is paired with one of the old. */

/* How alike two requirements are: 0 for not at all. */
static int likeness(struct arena *arena, const struct step *a, const struct step *b) {
    int condition = text_equal(text_of_expression(arena, a->condition),
                               text_of_expression(arena, b->condition));
    int when = text_equal(text_of_expression(arena, a->when), text_of_expression(arena, b->when));
    int error = text_equal(text_of_error(arena, a->otherwise), text_of_error(arena, b->otherwise));
    return condition || error ? 4 * condition + 2 * error + when : 0;
}

static struct text requirement_text(struct arena *arena, const struct step *step) {
    struct text when = text_of_expression(arena, step->when);
    return text_format(arena, "%.*s%s%.*s, else %.*s",
                       TEXT_ARGUMENT(text_of_expression(arena, step->condition)),
                       when.size ? " when " : "", TEXT_ARGUMENT(when),
                       TEXT_ARGUMENT(text_of_error(arena, step->otherwise)));
}

static void diff_requirement(struct changes *changes, const struct step *old,
                             const struct step *new) {
    struct arena *arena = changes->arena;
    struct text before = requirement_text(arena, old);
    struct text now = requirement_text(arena, new);
    bool condition = !text_equal(text_of_expression(arena, old->condition),
                                 text_of_expression(arena, new->condition));
    /* With a new condition it holds for fewer requests. */
    bool when =
        new->when != old->when && old->when &&
        !text_equal(text_of_expression(arena, old->when), text_of_expression(arena, new->when));
    bool status = old->otherwise->status != new->otherwise->status;
    if (!text_equal(before, now))
        changes_add(changes, condition || when || status, "requires %.*s (%.*s before)",
                    TEXT_ARGUMENT(now), TEXT_ARGUMENT(before));
}

/* The requirement of the old route that is most like it, and that is not paired yet. */
static size_t find_requirement(struct arena *arena, const struct route *old, const bool *taken,
                               const struct step *wanted, int at_least) {
    size_t best = old->step_count;
    for (size_t i = 0; i < old->step_count; i++) {
        const struct step *step = &old->steps[i];
        int like = step->kind == STEP_REQUIRE && !taken[i] ? likeness(arena, step, wanted) : 0;
        if (like >= at_least) {
            best = i;
            at_least = like + 1;
        }
    }
    return best;
}

void diff_requirements(struct changes *changes, const struct route *old, const struct route *new) {
    struct arena *arena = changes->arena;
    bool *taken = arena_allocate_array(arena, old->step_count + 1, sizeof *taken);
    size_t *pairs = arena_allocate_array(arena, new->step_count + 1, sizeof *pairs);
    /* The same ones first, then those with the same condition or error. */
    for (int like = 7; like > 0; like--)
        for (size_t i = 0; i < new->step_count; i++) {
            bool open = new->steps[i].kind == STEP_REQUIRE && !pairs[i];
            size_t found =
                open ? find_requirement(arena, old, taken, &new->steps[i], like) : old->step_count;
            if (found == old->step_count)
                continue;
            taken[found] = true;
            pairs[i] = found + 1;
        }
    for (size_t i = 0; i < new->step_count; i++) {
        if (new->steps[i].kind == STEP_REQUIRE && pairs[i])
            diff_requirement(changes, &old->steps[pairs[i] - 1], &new->steps[i]);
        else if (new->steps[i].kind == STEP_REQUIRE)
            changes_add(changes, true, "also requires %.*s",
                        TEXT_ARGUMENT(requirement_text(arena, &new->steps[i])));
    }
    for (size_t i = 0; i < old->step_count; i++)
        if (old->steps[i].kind == STEP_REQUIRE && !taken[i])
            changes_add(changes, false, "no longer requires %.*s",
                        TEXT_ARGUMENT(requirement_text(arena, &old->steps[i])));
}

/* Names. */

struct let {
    const struct named_shape *name;
    const struct step *step;
};

/* The name with that number among those that are equal: a flow can be used several times. */
static struct let find_name(const struct route *route, struct text name, size_t number) {
    for (size_t i = 0; i < route->step_count; i++)
        for (size_t j = 0; j < route->steps[i].name_count; j++)
            if (text_equal(route->steps[i].names[j].name, name) && !number--)
                return (struct let){&route->steps[i].names[j], &route->steps[i]};
    return (struct let){NULL, NULL};
}

/* How many of the names before this one are equal to it. */
static size_t number_of_name(const struct route *route, const struct named_shape *name) {
    size_t number = 0;
    while (find_name(route, name->name, number).name != name)
        number++;
    return number;
}

static struct text let_text(struct arena *arena, struct let let) {
    struct text value = text_of_shape(arena, let.name->shape);
    struct text when = text_of_expression(arena, let.step->when);
    return when.size
               ? text_format(arena, "%.*s when %.*s", TEXT_ARGUMENT(value), TEXT_ARGUMENT(when))
               : value;
}

static void diff_let(struct changes *changes, const struct route *old, const struct route *new,
                     struct let let) {
    size_t number = number_of_name(new, let.name);
    struct let known = find_name(old, let.name->name, number);
    struct text now = let_text(changes->arena, let);
    struct text before = known.name ? let_text(changes->arena, known) : now;
    if (!known.name)
        changes_add(changes, false, "$%.*s is new: %.*s", TEXT_ARGUMENT(let.name->name),
                    TEXT_ARGUMENT(now));
    else if (!text_equal(now, before))
        changes_add(changes, false, "$%.*s is now %.*s (%.*s before)",
                    TEXT_ARGUMENT(let.name->name), TEXT_ARGUMENT(now), TEXT_ARGUMENT(before));
}

void diff_names(struct changes *changes, const struct route *old, const struct route *new) {
    for (size_t i = 0; i < new->step_count; i++)
        for (size_t j = 0; j < new->steps[i].name_count; j++)
            diff_let(changes, old, new, (struct let){&new->steps[i].names[j], &new->steps[i]});
    for (size_t i = 0; i < old->step_count; i++)
        for (size_t j = 0; j < old->steps[i].name_count; j++) {
            const struct named_shape *name = &old->steps[i].names[j];
            if (!find_name(new, name->name, number_of_name(old, name)).name)
                changes_add(changes, false, "$%.*s is gone", TEXT_ARGUMENT(name->name));
        }
}
