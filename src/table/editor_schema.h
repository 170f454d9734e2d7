/*
 * A JSON Schema (draft-07) of route tables, by which an editor completes and explains the keywords
 * of a table and shows what is wrong while it is written. It reports nothing that is right; what it
 * cannot know, such as names and expressions, only loading a table finds.
 */
#ifndef O2S_TABLE_EDITOR_SCHEMA_H
#define O2S_TABLE_EDITOR_SCHEMA_H

#include "base/buffer.h"

/* Appends the schema, as JSON text with a line for each definition. */
void editor_schema_write(struct buffer *buffer);

#endif
