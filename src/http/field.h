/*
 * Header fields (RFC 9110, 5): which names and values there can be, and which fields are not for a
 * route table to set, as they are about a connection or the length of a message.
 */
#ifndef O2S_HTTP_FIELD_H
#define O2S_HTTP_FIELD_H

#include "base/text.h"

enum field_place {
    /* In a request to an upstream, as it came in the caller's. */
    FIELD_FORWARDED,
    /* In a request to an upstream, with a value of the table's. */
    FIELD_OF_CALL,
    FIELD_OF_ANSWER,
};

/* Whether a field can have this name: a token (5.6.2). */
bool field_name_is_valid(struct text name);

/*
 * Whether a request can bring a field of this name, in lower case: CGI's variables (RFC 3875,
 * 4.1.18) tell no other character from a hyphen than letters and digits.
 */
bool field_name_is_received(struct text name);

/* The field of a request, of those that clients send most, that a name, in lower case, was probably
 * meant to be; empty: none. */
struct text field_name_like(struct text name);

/* Why no field of this name, in lower case, may be set there; NULL: it may. */
const char *field_name_problem(struct text name, enum field_place place);

/* Why a field cannot have this value (5.5); NULL: it can. Begins with a verb: "has …". */
const char *field_value_problem(struct text value);

#endif
