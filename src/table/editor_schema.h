/*
 * A JSON Schema (draft-07) of route tables, with which editors complete and explain keywords and
 * show errors while a table is written. It never reports a valid table; errors that a schema cannot
 * express, such as unknown names and invalid expressions, are only found by loading the table.
 */
#ifndef O2S_TABLE_EDITOR_SCHEMA_H
#define O2S_TABLE_EDITOR_SCHEMA_H

#include "base/buffer.h"

/* Appends the schema as JSON, with one line for each definition. */
void editor_schema_write(struct buffer *buffer);

#endif
