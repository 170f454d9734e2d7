#include "language/date.h"
#include "language/functions.h"
#include "language/order.h"
#include "json/wide_object.h"

struct value function_dict(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    if (input.type != VALUE_ARRAY)
        return value_missing();
    struct member *members = arena_allocate_unset(evaluation->arena, input.size, sizeof *members);
    size_t count = 0;
    for (uint32_t i = 0; i < input.size; i++) {
        struct value item = value_item(evaluation->arena, input, i);
        struct value key = expression_argument_on(evaluation, call, 0, item);
        struct value value = expression_argument_on(evaluation, call, 1, item);
        if (key.type != VALUE_STRING || value_is_missing(value))
            continue;
        members[count++] = (struct member){value_text(key), value};
    }
    /* `get` is to find each member of a large object quickly. */
    if (count > WIDE_OBJECT_LIMIT)
        return wide_object(evaluation->arena, members, count);
    return value_object(members, order_merge_members(evaluation->arena, members, count));
}

struct value function_keys(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    (void)call;
    if (input.type != VALUE_OBJECT)
        return value_missing();
    const struct member *members = value_members(evaluation->arena, input);
    struct value *names = arena_allocate_unset(evaluation->arena, input.size, sizeof *names);
    for (uint32_t i = 0; i < input.size; i++)
        names[i] = value_string(members[i].name);
    return value_array(names, input.size);
}

static bool has_member(const struct member *members, size_t count, struct text name) {
    for (size_t i = 0; i < count; i++)
        if (text_equal(members[i].name, name))
            return true;
    return false;
}

struct value function_pick(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    if (input.type != VALUE_OBJECT)
        return value_missing();
    struct member *members =
        arena_allocate_unset(evaluation->arena, call->argument_count, sizeof *members);
    size_t count = 0;
    for (size_t i = 0; i < call->argument_count; i++) {
        struct text name = value_text(expression_argument(evaluation, call, i));
        struct value value = value_member(evaluation->arena, input, name);
        if (expression_keeps(evaluation, value) && !has_member(members, count, name))
            members[count++] = (struct member){name, value};
    }
    return value_object(members, count);
}

static bool is_argument(struct evaluation *evaluation, const struct expression *call,
                        struct text name) {
    for (size_t i = 0; i < call->argument_count; i++)
        if (text_equal(value_text(expression_argument(evaluation, call, i)), name))
            return true;
    return false;
}

struct value function_omit(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    if (input.type != VALUE_OBJECT)
        return value_missing();
    const struct member *given = value_members(evaluation->arena, input);
    struct member *members = arena_allocate_unset(evaluation->arena, input.size, sizeof *members);
    size_t count = 0;
    for (uint32_t i = 0; i < input.size; i++)
        if (!is_argument(evaluation, call, given[i].name))
            members[count++] = given[i];
    return value_object(members, count);
}

/* json-c needs a NUL after the name. */
static struct value member_called(struct evaluation *evaluation, struct value object,
                                  struct text name) {
    if (object.parsed)
        name = text_copy(evaluation->arena, name);
    return value_member(evaluation->arena, object, name);
}

struct value function_get(struct evaluation *evaluation, const struct expression *call,
                          struct value input) {
    struct value key = expression_argument(evaluation, call, 0);
    if (key.type == VALUE_STRING)
        return member_called(evaluation, input, value_text(key));
    double index = value_double(key);
    if (!value_is_integer(key) || index < 0 || index > UINT32_MAX)
        return value_missing();
    return value_item(evaluation->arena, input, (size_t)index);
}

/* `end` is the last millisecond, so that a filter includes the whole day. */
struct value function_date(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    (void)call;
    struct arena *arena = evaluation->arena;
    struct date_range range;
    if (input.type != VALUE_STRING || !date_parse(value_text(input), &range))
        return value_missing();
    struct member *members = arena_allocate_array(arena, 2, sizeof *members);
    members[0] =
        (struct member){text_of("begin"), value_string(date_format(arena, range.begin_ms))};
    members[1] = (struct member){text_of("end"), value_string(date_format(arena, range.end_ms))};
    return value_object(members, 2);
}

struct value function_required(struct evaluation *evaluation, const struct expression *call,
                               struct value input) {
    if (value_is_missing(input))
        evaluation_fail_missing(evaluation, call);
    return input;
}

struct value function_present(struct evaluation *evaluation, const struct expression *call,
                              struct value input) {
    if (input.type == VALUE_MISSING)
        evaluation_fail_missing(evaluation, call);
    return input;
}

struct value function_nonempty(struct evaluation *evaluation, const struct expression *call,
                               struct value input) {
    (void)evaluation;
    (void)call;
    bool sized =
        input.type == VALUE_STRING || input.type == VALUE_ARRAY || input.type == VALUE_OBJECT;
    return sized && !input.size ? value_missing() : input;
}

struct value function_default(struct evaluation *evaluation, const struct expression *call,
                              struct value input) {
    return value_is_missing(input) ? expression_argument(evaluation, call, 0) : input;
}

/* The evaluation has already checked that the condition holds. */
struct value function_when(struct evaluation *evaluation, const struct expression *call,
                           struct value input) {
    (void)evaluation;
    (void)call;
    return input;
}
