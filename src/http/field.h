/*
 * Header fields (RFC 9110, 5): which names and values are valid, and which fields a route table
 * cannot set, because they apply to a connection or to the length of a message.
 */
#ifndef O2S_HTTP_FIELD_H
#define O2S_HTTP_FIELD_H

#include "base/text.h"

enum field_place {
    /* In a request to an upstream, forwarded from the caller's request. */
    FIELD_FORWARDED,
    /* In a request to an upstream, with a value of the table. */
    FIELD_OF_CALL,
    FIELD_OF_ANSWER,
};

/* The fields of a request that identify the caller. */
enum { FIELD_CREDENTIAL_COUNT = 3 };
extern const char *const field_credentials[FIELD_CREDENTIAL_COUNT];

/* Whether a name, in lower case, is one of these. */
bool field_is_credential(struct text name);

/* Whether a field can have this name: a token (5.6.2). */
bool field_name_is_valid(struct text name);

/*
 * Whether a request can have a field with this name, in lower case: CGI variables (RFC 3875,
 * 4.1.18) do not distinguish a hyphen from characters other than letters and digits.
 */
bool field_name_is_received(struct text name);

/*
 * The common request header that a name, in lower case, was probably intended to be; empty: none.
 */
struct text field_name_like(struct text name);

/* Why a field with this name, in lower case, cannot be set there; NULL: it can. */
const char *field_name_problem(struct text name, enum field_place place);

/* Why a field cannot have this value (5.5); NULL: it can. Begins with a verb: "contains …". */
const char *field_value_problem(struct text value);

/* Whether a line of a head is the field of this name; `*value` becomes its value, without blanks
 * around it, which shares the line's memory. */
bool field_of_line(struct text line, struct text name, struct text *value);

#endif
