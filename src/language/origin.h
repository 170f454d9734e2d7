/*
 * The origins of values. If a required value is missing, its origin decides whether the caller or
 * an upstream is responsible.
 */
#ifndef O2S_LANGUAGE_ORIGIN_H
#define O2S_LANGUAGE_ORIGIN_H

#include "language/mapper.h"

/* A part of the request, or an answer of an upstream. */
enum origin {
    ORIGIN_HEADERS = 1 << 0,
    ORIGIN_PATH = 1 << 1,
    ORIGIN_QUERY = 1 << 2,
    ORIGIN_BODY = 1 << 3,
    ORIGIN_UPSTREAM = 1 << 4,
};

/* A set of origins; empty for values that the table alone determines. */
typedef unsigned char origin_set;

/* How to resolve `.` and the names in a mapper or for an item of a list; NULL: in a route. */
struct evaluation_frame {
    const struct evaluation_frame *outer;
    /*
     * The value of `.`, or the list of which `.` is an item; evaluated in the outer frame. NULL: an
     * upstream's answer.
     */
    const struct expression *input;
    /* NULL: an item of a list, with the names of the outer frame. */
    const struct mapper *mapper;
    /* The values of the mapper's parameters; evaluated in the outer frame. */
    struct expression *const *arguments;
};

/*
 * The origins of all values that the expression (NULL: none) or shape reads in `frame`. `slots` has
 * the origins of the names of the route; NULL: all come from an upstream.
 */
origin_set origins_of_expression(const origin_set *slots, const struct evaluation_frame *frame,
                                 const struct expression *expression);
origin_set origins_of_shape(const origin_set *slots, const struct evaluation_frame *frame,
                            const struct shape *shape);

#endif
