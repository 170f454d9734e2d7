/* Parses JSON (RFC 8259). */
#ifndef O2S_JSON_READER_H
#define O2S_JSON_READER_H

#include <stdbool.h>

#include "json/projection.h"
#include "json/scanner.h"
#include "json/value.h"

struct json_reader;

/* A reusable reader, owned by the caller. */
struct json_reader *json_reader_create(void);
void json_reader_destroy(struct json_reader *reader);

/*
 * Parses `text`, and keeps the parts that `projection` requests (NULL: everything). On success,
 * returns true and sets `*value`, which is valid as long as both `arena` and `text`, into which it
 * points. Otherwise returns false and sets `*reason` to a NUL-terminated reason, which is valid
 * until the next call: the input is not JSON or not UTF-8, is nested deeper than JSON_MAX_DEPTH,
 * has a number of more than JSON_MAX_NUMBER bytes or a name with U+0000, or is rejected by json-c.
 * The whole input is validated, including parts that are not requested.
 *
 * Without a projection, json-c parses arrays and objects of up to 16 KiB. Otherwise only the
 * requested members are read; names and strings without escapes, and most numbers, are not copied;
 * an item of which only the presence is requested is null. If a name occurs more than once in an
 * object, the last value applies, at the place of the first.
 *
 * A value takes up to 12 times the memory of its text ("[0,0,…]": 8), and 16 times as much is
 * needed while it is read; json-c takes 250 times ("[{},{},…]").
 */
bool json_read(struct json_reader *reader, struct arena *arena, struct text text,
               const struct projection *projection, struct value *value, const char **reason);

/* Frees the memory that large inputs needed. */
void json_reader_trim(struct json_reader *reader);

#endif
