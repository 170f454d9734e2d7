/* A description of the API that a table defines, as an OpenAPI document (version 3.1). */
#ifndef O2S_TABLE_OPENAPI_H
#define O2S_TABLE_OPENAPI_H

#include "base/buffer.h"
#include "table/table.h"

enum openapi_format { OPENAPI_YAML, OPENAPI_JSON };

/*
 * Appends the description of the table, which is derived from its schemas, mappers, models and
 * errors. Values of the environment that are no part of schemas are not in it.
 */
void openapi_write(struct buffer *buffer, const struct table *table, enum openapi_format format);

#endif
