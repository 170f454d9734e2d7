/* Writes JSON (RFC 8259). */
#ifndef O2S_JSON_WRITER_H
#define O2S_JSON_WRITER_H

#include "base/buffer.h"
#include "json/value.h"

/*
 * Appends `value` as compact JSON. A missing value is written as null; the caller leaves out
 * missing members.
 */
void json_write(struct buffer *buffer, struct arena *arena, struct value value);

#endif
