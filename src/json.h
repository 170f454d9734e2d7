/* JSON text (RFC 8259) to values, and values to JSON text. */
#ifndef O2S_JSON_H
#define O2S_JSON_H

#include <stdbool.h>

#include "buffer.h"
#include "json_scan.h"
#include "value.h"

struct json_object;

struct json_reader;

/* A reader, to be used again and again; owned by the caller. */
struct json_reader *json_reader_create(void);
void json_reader_destroy(struct json_reader *reader);

/*
 * Parses `text`, and keeps what `projection` wants of it (NULL: all). Returns true and a json-c
 * tree in `*tree`, which the caller gives back with json_tree_free() (JSON's null is a NULL tree).
 * Returns false and a NUL-terminated reason in `*reason`, valid until the next call, where the text
 * is no JSON, is not UTF-8, or is nested deeper than JSON_MAX_DEPTH; all of it is checked, wanted
 * or not.
 */
bool json_parse(struct json_reader *reader, struct text text, const struct projection *projection,
                struct json_object **tree, const char **reason);

void json_tree_free(struct json_object *tree);

/* Like json_parse(), with the tree as a value that lives as long as what is in `arena`. */
bool json_read(struct json_reader *reader, struct arena *arena, struct text text,
               const struct projection *projection, struct value *value, const char **reason);

/*
 * Appends `value` as compact JSON. A missing value is written as null; leaving it out is the
 * business of whoever builds objects.
 */
void json_write(struct buffer *buffer, struct arena *arena, struct value value);

#endif
