#include "language/decimal.h"
#include "language/functions.h"

static bool decimal_of(struct value value, struct decimal *decimal) {
    return value.type == VALUE_NUMBER && decimal_parse(value_text(value), decimal);
}

static struct value number_of(struct evaluation *evaluation, const struct decimal *decimal) {
    return value_number(decimal_format(evaluation->arena, decimal));
}

typedef bool decimal_operation(const struct decimal *a, const struct decimal *b,
                               struct decimal *result);

/* The input and the argument; missing if one of them is not a number, or there is no result. */
static struct value calculate(struct evaluation *evaluation, const struct expression *call,
                              struct value input, decimal_operation *operation) {
    struct decimal a, b, result;
    if (!decimal_of(input, &a) || !decimal_of(expression_argument(evaluation, call, 0), &b) ||
        !operation(&a, &b, &result))
        return value_missing();
    return number_of(evaluation, &result);
}

struct value function_add(struct evaluation *evaluation, const struct expression *call,
                          struct value input) {
    return calculate(evaluation, call, input, decimal_add);
}

struct value function_sub(struct evaluation *evaluation, const struct expression *call,
                          struct value input) {
    return calculate(evaluation, call, input, decimal_subtract);
}

struct value function_mul(struct evaluation *evaluation, const struct expression *call,
                          struct value input) {
    return calculate(evaluation, call, input, decimal_multiply);
}

struct value function_div(struct evaluation *evaluation, const struct expression *call,
                          struct value input) {
    return calculate(evaluation, call, input, decimal_divide);
}

struct value function_round(struct evaluation *evaluation, const struct expression *call,
                            struct value input) {
    struct decimal decimal;
    struct value places = expression_argument(evaluation, call, 0);
    double number = value_double(places);
    bool good = !call->argument_count ||
                (value_is_integer(places) && number >= 0 && number <= DECIMAL_MAX_DIGITS);
    if (!good || !decimal_of(input, &decimal) || !decimal_round(&decimal, (int)number, &decimal))
        return value_missing();
    return number_of(evaluation, &decimal);
}

/* If an item is not a number, the sum would be misleading, so it is missing. */
struct value function_sum(struct evaluation *evaluation, const struct expression *call,
                          struct value input) {
    (void)call;
    struct decimal sum = {0};
    struct decimal item;
    if (input.type != VALUE_ARRAY)
        return value_missing();
    for (uint32_t i = 0; i < input.size; i++)
        if (!decimal_of(value_item(evaluation->arena, input, i), &item) ||
            !decimal_add(&sum, &item, &sum))
            return value_missing();
    return number_of(evaluation, &sum);
}
