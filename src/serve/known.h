/* What is known about a request before any call is made, for `explain`. */
#ifndef O2S_SERVE_KNOWN_H
#define O2S_SERVE_KNOWN_H

#include "serve/failure.h"

struct known {
    /* Its slots have the known values. */
    struct request_context *context;
    /* By slot, whether its value is known. */
    bool *slots;
    /* By step, whether its condition is known not to hold. */
    bool *skipped;
    /* `.` is an item of a list that is not known. */
    bool has_item;
    /* The step at which the request certainly ends; the number of steps: none. */
    size_t end;
    /* How it ends; NULL: the condition of a `require` does not hold. */
    const struct failure *failure;
};

enum knowledge {
    /* The value depends on an answer. */
    NOT_KNOWN,
    KNOWN,
    /* The request fails with `context->evaluation.failure`. */
    KNOWN_TO_FAIL,
};

/* Determines what is known about a prepared request, in its arena. */
struct known known_begin(struct request_context *context);

/* Sets `*value` to the value of an expression (NULL: true) or a shape, if it is known. */
enum knowledge known_expression(const struct known *known, const struct expression *expression,
                                struct value *value);
enum knowledge known_shape(const struct known *known, const struct shape *shape,
                           struct value *value);

#endif
