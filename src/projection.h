/* Which parts of a JSON value are wanted: a tree over the names of its members. */
#ifndef O2S_PROJECTION_H
#define O2S_PROJECTION_H

#include <stdbool.h>

#include "text.h"

struct projection_member;

struct projection {
    /* All of it. */
    bool whole;
    /* Its value if it is a scalar; of an array or object, that it is there. */
    bool touched;
    /* How many members it has, if it is an object: their names, whatever they are. */
    bool counted;
    /* What of each item, if it is an array; NULL: only how many there are. */
    struct projection *items;
    struct projection_member *members;
};

struct projection_member {
    struct text name;
    struct projection projection;
    struct projection_member *next;
};

#endif
