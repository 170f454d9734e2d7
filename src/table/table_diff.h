/* What changes between two tables: for callers, and for the upstreams. */
#ifndef O2S_TABLE_TABLE_DIFF_H
#define O2S_TABLE_TABLE_DIFF_H

#include "language/changes.h"
#include "table/table.h"

/*
 * Adds the changes that hold for all routes, then those of each route, in the order of the new
 * table, and the routes that are gone. Both tables must outlive the list.
 */
void table_diff(struct changes *changes, const struct table *old, const struct table *new);

/* call_diff.c: the calls of two routes. */
void diff_calls(struct changes *changes, const struct route *old, const struct route *new);

#endif
