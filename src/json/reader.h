/* From JSON text (RFC 8259) to values. */
#ifndef O2S_JSON_READER_H
#define O2S_JSON_READER_H

#include <stdbool.h>

#include "json/projection.h"
#include "json/scanner.h"
#include "json/value.h"

struct json_reader;

/* A reader, to be used again and again; owned by the caller. */
struct json_reader *json_reader_create(void);
void json_reader_destroy(struct json_reader *reader);

/*
 * Reads `text`, and keeps what `projection` wants of it (NULL: all). True: `*value` is what was
 * kept. It lives as long as what is in `arena`, and as long as `text`, into which it points.
 * False, with a NUL-terminated reason in `*reason` that is valid until the next call: the text is
 * no JSON, is not UTF-8, is nested deeper than JSON_MAX_DEPTH, or json-c cannot read it. All of it
 * is checked, wanted or not.
 *
 * Arrays and objects that are wanted as a whole are json-c's to read; of the others only the wanted
 * members are looked at. An item that is wanted for nothing but its presence is null.
 */
bool json_read(struct json_reader *reader, struct arena *arena, struct text text,
               const struct projection *projection, struct value *value, const char **reason);

/* Frees the memory that large texts took. */
void json_reader_trim(struct json_reader *reader);

#endif
